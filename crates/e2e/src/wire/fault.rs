//! What the wire may do to a call, and to which calls.
//!
//! Faults of a network and of a server that fails; what WeCom itself would say is scripted in the sandbox. A
//! fault that no call ever met fails the test.

/// What happens to a call on its way. What WeCom itself may answer wrongly is scripted in the sandbox.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// WeCom never hears of it; the connection is cut.
    Cut,
    /// WeCom carries it out; the answer breaks off in the middle of its body.
    Truncate,
    /// WeCom never hears of it; the answer's body has no end.
    Endless,
    /// WeCom never hears of it, and nobody ever answers.
    Hang,
    /// WeCom carries it out; one key of the answer is replaced by this JSON, or removed by none.
    Put(&'static str, &'static str),
}

/// A fault and the calls it is for.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) path: &'static str,
    /// How often it still strikes; `None`: always.
    pub(super) left: Option<usize>,
    pub(super) used: usize,
    pub(super) fault: Fault,
}

impl Rule {
    pub(super) fn fits(&self, path: &str) -> bool {
        let is_path = self.path == "*" || self.path == path;
        is_path && self.left != Some(0)
    }

    /// A rule that never struck, or not as often as it was meant to.
    pub(super) fn is_unused(&self) -> bool {
        match self.left {
            Some(left) => left > 0,
            None => self.used == 0,
        }
    }
}
