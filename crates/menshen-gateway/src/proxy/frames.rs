//! Where one WebSocket frame ends and the next begins (RFC 6455, 5.2): enough to say goodbye between two of
//! them. Pure.
//!
//! In: the bytes that go to the browser, in pieces as they come. Out: whether the next byte begins a frame, and
//! how many bytes are missing until one does. It reads lengths and never what is said; whoever speaks something
//! else than frames gets no goodbye.

/// The longest head of a frame.
const LONGEST_HEAD: usize = 14;

/// How far the frames have come.
#[derive(Clone, Debug, Default)]
pub(super) struct Frames {
    head: [u8; LONGEST_HEAD],
    held: usize,
    left: u64,
}

impl Frames {
    /// Whether the next byte begins a frame.
    pub(super) fn is_between(&self) -> bool {
        self.held == 0 && self.left == 0
    }

    /// These bytes went out.
    pub(super) fn pass(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            bytes = self.step(bytes);
        }
    }

    /// As many of the next bytes as belong to the frame that is under way.
    pub(super) fn rest<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        let mut ahead = self.clone();
        let mut after = bytes;
        while !after.is_empty() && !ahead.is_between() {
            after = ahead.step(after);
        }
        let length = bytes.len() - after.len();
        bytes.get(..length).unwrap_or_default()
    }

    /// One byte of a head, or as much of a body as there is. Answers what is behind it.
    fn step<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        if self.left > 0 {
            let there = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            let taken = self.left.min(there);
            self.left -= taken;
            let taken = usize::try_from(taken).unwrap_or(bytes.len());
            return bytes.get(taken..).unwrap_or_default();
        }
        let Some((byte, after)) = bytes.split_first() else {
            return bytes;
        };
        if let Some(place) = self.head.get_mut(self.held) {
            *place = *byte;
        }
        self.held += 1;
        let [_, second, ..] = self.head;
        let mask = if second & 0x80 == 0 { 0 } else { 4 };
        let digits = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        if self.held < 2 || self.held < 2 + digits + mask {
            return after;
        }
        let long = self.head.iter().skip(2).take(digits);
        let long = long.fold(0, |sum, digit| sum << 8 | u64::from(*digit));
        let short = u64::from(second & 0x7f);
        self.left = if digits == 0 { short } else { long };
        self.held = 0;
        after
    }
}

#[cfg(test)]
mod tests;
