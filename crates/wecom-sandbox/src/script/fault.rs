//! What a call can meet instead of its answer.
//!
//! In: the words of a test or of the control API. Out: a value. It does nothing by itself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the next call of a path meets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The path, as `/cgi-bin/user/get`.
    pub path: String,
    /// How many calls meet it; 1 unless said otherwise.
    #[serde(default = "once")]
    pub times: u32,
    /// Only this share of the calls meets it, in percent; `times` still ends it. All of them when absent.
    #[serde(default)]
    pub percent: Option<u8>,
    /// Answer with this errcode.
    #[serde(default)]
    pub errcode: Option<i64>,
    /// Answer with this HTTP status.
    #[serde(default)]
    pub status: Option<u16>,
    /// Answer with this body, byte for byte.
    #[serde(default)]
    pub body: Option<String>,
    /// Send only so many bytes of the body, then break the connection.
    #[serde(default)]
    pub break_after: Option<usize>,
    /// Send these headers besides.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// Send no answer: the connection is dropped.
    #[serde(default)]
    pub lose: bool,
    /// Carry the call out, although its answer is replaced or lost.
    #[serde(default)]
    pub process: bool,
    /// Wait this long, in milliseconds of real time.
    #[serde(default)]
    pub delay_ms: Option<u64>,
    /// Wait until released.
    #[serde(default)]
    pub hold: bool,
    /// When to wait.
    #[serde(default)]
    pub wait: Moment,
}

/// When a fault's wait takes place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Before the call is carried out.
    #[default]
    Before,
    /// When it has been carried out, before it is answered.
    After,
}

fn once() -> u32 {
    1
}

impl Fault {
    fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            times: 1,
            percent: None,
            errcode: None,
            status: None,
            body: None,
            break_after: None,
            headers: Vec::new(),
            lose: false,
            process: false,
            delay_ms: None,
            hold: false,
            wait: Moment::Before,
        }
    }

    /// The call is refused with this errcode and not carried out.
    #[must_use]
    pub fn errcode(path: &str, errcode: i64) -> Self {
        Self {
            errcode: Some(errcode),
            ..Self::new(path)
        }
    }

    /// The call is answered with this HTTP status and body, and not carried out.
    #[must_use]
    pub fn raw(path: &str, status: u16, body: &str) -> Self {
        Self {
            status: Some(status),
            body: Some(body.to_owned()),
            ..Self::new(path)
        }
    }

    /// The call is carried out and its answer lost.
    #[must_use]
    pub fn lost(path: &str) -> Self {
        Self {
            lose: true,
            process: true,
            ..Self::new(path)
        }
    }

    /// The call is carried out, and its answer breaks off after so many bytes of the body.
    #[must_use]
    pub fn broken(path: &str, bytes: usize) -> Self {
        Self {
            break_after: Some(bytes),
            ..Self::new(path)
        }
    }

    /// The connection is dropped before the call is carried out.
    #[must_use]
    pub fn cut(path: &str) -> Self {
        Self {
            lose: true,
            ..Self::new(path)
        }
    }

    /// The call waits until it is released, then goes on as usual.
    #[must_use]
    pub fn held(path: &str) -> Self {
        Self {
            hold: true,
            ..Self::new(path)
        }
    }

    /// The call is carried out all the same, only its answer is replaced.
    #[must_use]
    pub fn processed(mut self) -> Self {
        self.process = true;
        self
    }

    /// The wait comes after the call has been carried out.
    #[must_use]
    pub fn waiting_after(mut self) -> Self {
        self.wait = Moment::After;
        self
    }

    /// So many calls meet it.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Only this share of the calls meets it, in percent.
    #[must_use]
    pub fn percent(mut self, percent: u8) -> Self {
        self.percent = Some(percent);
        self
    }

    /// A header besides, as `Location` for a redirect.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Whether the call's own answer is sent.
    pub(crate) fn keeps_answer(&self) -> bool {
        !self.lose && self.errcode.is_none() && self.status.is_none() && self.body.is_none()
    }
}
