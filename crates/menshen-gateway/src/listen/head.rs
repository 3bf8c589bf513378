//! What a request's head must not hold although the parser would let it pass.
//!
//! In: the bytes of a head, as they come. Out: go on, here it ends, or a refusal. It splits lines where
//! hyper splits them, at LF, and asks four things only: does every line end with CR LF, does the head
//! begin with a line, has its address no fragment, and is the length of its body said in one way that everybody
//! knows. So it can refuse what hyper takes, and can never let pass what hyper refuses: hyper still reads every byte.

/// The longest line that is kept when it comes in pieces. The parser refuses a longer head by itself.
const CARRIED: usize = 128 * 1024;

/// What some bytes of a head mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The head goes on.
    More,
    /// The head ends after this many of the bytes.
    End(usize),
    /// From this byte on it must not be read, and why.
    Refused(usize, &'static str),
}

/// A head on its way.
#[derive(Debug, Default)]
pub(super) struct HeadScan {
    /// A line of which the end has not come yet.
    carried: Vec<u8>,
    has_line: bool,
    has_length: bool,
    has_coding: bool,
}

impl HeadScan {
    /// Looks at the next bytes.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Verdict {
        let mut from = 0;
        for at in memchr::memchr_iter(b'\n', bytes) {
            let piece = bytes.get(from..at).unwrap_or_default();
            let judged = if self.carried.is_empty() {
                self.judge(piece)
            } else {
                let mut line = std::mem::take(&mut self.carried);
                line.extend_from_slice(piece);
                self.judge(&line)
            };
            match judged {
                Ok(false) => from = at + 1,
                Ok(true) => {
                    *self = Self::default();
                    return Verdict::End(at + 1);
                }
                Err(why) => return Verdict::Refused(at, why),
            }
        }
        let rest = bytes.get(from..).unwrap_or_default();
        if self.carried.len() + rest.len() <= CARRIED {
            self.carried.extend_from_slice(rest);
        }
        Verdict::More
    }

    /// One line without its LF; `true` when it is the empty one.
    fn judge(&mut self, line: &[u8]) -> Result<bool, &'static str> {
        let Some((b'\r', line)) = line.split_last() else {
            return Err("a line ends with a bare LF");
        };
        if !line.is_empty() {
            // Security: hyper would cut the address there; what is judged must be all there is (S-018).
            if !self.has_line && line.contains(&b'#') {
                return Err("a fragment in the address");
            }
            // The request line cannot hold a header's name: its colon comes after a space.
            self.has_length |= is_named(line, b"content-length");
            if is_named(line, b"transfer-encoding") {
                // Security: hyper takes off the chunks of `gzip, chunked` and would hand on what is inside
                // without a word about its coding. Nobody needs another one on the way in.
                if self.has_coding || !is_chunked(line) {
                    return Err("a transfer coding besides chunked");
                }
                self.has_coding = true;
            }
            self.has_line = true;
            return Ok(false);
        }
        if !self.has_line {
            return Err("an empty line stands before the request line");
        }
        // Security: hyper would drop the length and read the chunks. Whoever is in front may have done
        // the opposite, so the request means two things and is refused.
        if self.has_length && self.has_coding {
            return Err("both Content-Length and Transfer-Encoding");
        }
        Ok(true)
    }
}

/// Whether the value behind the colon is `chunked` and nothing else.
fn is_chunked(line: &[u8]) -> bool {
    let value = line.splitn(2, |byte| *byte == b':').nth(1);
    value.is_some_and(|value| value.trim_ascii().eq_ignore_ascii_case(b"chunked"))
}

fn is_named(line: &[u8], name: &[u8]) -> bool {
    line.get(name.len()) == Some(&b':')
        && line
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests;
