//! The kinds of failure, and their words. Words are fixed, or numbers: nothing that came over the
//! wire is printed.

use std::fmt;
use std::io;

use super::Diagnostics;
use crate::entropy::EntropyError;
use crate::errcode;

#[derive(Debug)]
pub(crate) enum Kind {
    Timeout,
    Transport(Transport),
    /// Why the answer was not read, in fixed words.
    Unreadable(&'static str),
    Rejected(i64, Diagnostics),
    /// Not called: WeCom asked us to slow down.
    CircuitOpen(i64),
    /// Not called: a token or ticket was refused with this secret a short while ago.
    HeldOff(i64),
    /// The source of the secret had none.
    NoSecret,
    /// The random source failed.
    NoEntropy,
    /// The task that did the work ended without an outcome, as when the program stops.
    Interrupted,
    /// The client was built wrongly, in fixed words.
    Configuration(&'static str),
}

/// What happened below the answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Transport {
    /// No connection, or a broken one, with what the operating system said.
    Connection(Option<io::ErrorKind>),
    /// The other side could not prove that it is WeCom, or does not speak TLS.
    Tls,
    /// A status other than 200.
    Status(u16),
    /// What came is no HTTP, or stopped half way.
    Broken,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("WeCom did not answer in time"),
            Self::Transport(transport) => transport.fmt(f),
            Self::Unreadable(why) => write!(f, "the answer cannot be read: {why}"),
            Self::Rejected(number, _) => numbered(f, "WeCom answered", *number),
            Self::CircuitOpen(number) => {
                numbered(f, "not called, because WeCom limits us since", *number)
            }
            Self::HeldOff(number) => numbered(
                f,
                "not called again so soon, because WeCom refused it with",
                *number,
            ),
            Self::NoSecret => f.write_str("the agent's secret is not available"),
            Self::NoEntropy => EntropyError.fmt(f),
            Self::Interrupted => f.write_str("the call was interrupted"),
            Self::Configuration(what) => f.write_str(what),
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(Some(kind)) if tells_something(*kind) => {
                write!(f, "no connection to WeCom: {kind}")
            }
            Self::Connection(_) => f.write_str("no connection to WeCom"),
            Self::Tls => f.write_str("the other side could not prove that it is WeCom"),
            Self::Status(status) => write!(f, "the answer has HTTP status {status}"),
            Self::Broken => f.write_str("the answer broke off or is no HTTP"),
        }
    }
}

/// Whether the operating system's word helps. A name that is not resolved, for one, comes as
/// "uncategorized error".
fn tells_something(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{
        AddrNotAvailable, BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset,
        HostUnreachable, NetworkDown, NetworkUnreachable, PermissionDenied, UnexpectedEof,
    };
    matches!(
        kind,
        AddrNotAvailable
            | BrokenPipe
            | ConnectionAborted
            | ConnectionRefused
            | ConnectionReset
            | HostUnreachable
            | NetworkDown
            | NetworkUnreachable
            | PermissionDenied
            | UnexpectedEof
    )
}

fn numbered(f: &mut fmt::Formatter<'_>, words: &str, number: i64) -> fmt::Result {
    write!(f, "{words} errcode {number}")?;
    match errcode::lookup(number) {
        Some(info) => write!(f, " ({})", info.meaning),
        None => Ok(()),
    }
}
