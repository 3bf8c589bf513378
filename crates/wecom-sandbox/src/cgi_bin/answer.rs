//! How an answer looks on the wire (dossier 2, 2.1).
//!
//! In: a call's outcome and the switches. Out: the JSON text, with `errcode` and `errmsg`, the
//! suffix of a refusal, the typed empties, and the headers. It knows nothing of what was asked.

use std::fmt::Write as _;
use std::net::IpAddr;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, header};
use serde_json::{Value, json};
use wecom_sdk::{Entropy, Timestamp};

use super::call::{Api, Fields, Outcome};
use crate::world::{Caller, ErrmsgSuffix, FieldOrder, Hint, Refusal, Switches, UnknownFields};

/// An answer, ready to be sent.
pub(super) struct Answer {
    pub(super) errcode: i64,
    pub(super) errmsg: String,
    pub(super) body: String,
    pub(super) rule: &'static str,
    /// Whose token it was, once it is known.
    pub(super) whose: Option<Caller>,
}

/// What an answer's form depends on.
pub(super) struct Form {
    pub(super) switches: Switches,
    pub(super) now: Timestamp,
    pub(super) address: IpAddr,
    pub(super) is_malformed: bool,
}

pub(super) fn render(api: &Api, outcome: &Outcome, form: &Form, entropy: &Entropy) -> Answer {
    let (errcode, mut errmsg, fields, rule) = match outcome {
        Ok(done) => (0, "ok".to_owned(), done.fields.clone(), done.rule),
        Err(refusal) => {
            let errmsg = refused(api, refusal, form, entropy);
            let empties = api.empties.iter().map(|key| (*key, json!([])));
            (refusal.errcode, errmsg, empties.collect(), refusal.rule)
        }
    };
    if form.is_malformed {
        errmsg.push_str(", Warning: wrong json format. ");
    }
    let mut all: Fields = vec![("errcode", json!(errcode)), ("errmsg", json!(errmsg))];
    all.extend(fields);
    if form.switches.unknown_fields == UnknownFields::One {
        all.push(("sandbox_extra", json!({ "since": 2099 })));
    }
    if form.switches.field_order == FieldOrder::Shuffled {
        shuffle(&mut all, entropy);
    }
    Answer {
        errcode,
        errmsg,
        body: object(&all),
        rule,
        whose: None,
    }
}

impl Answer {
    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/json; charset=UTF-8");
        headers.insert(header::CONTENT_TYPE, json);
        headers.insert(HeaderName::from_static("error-code"), self.errcode.into());
        if let Ok(errmsg) = HeaderValue::from_str(&self.errmsg) {
            headers.insert(HeaderName::from_static("error-msg"), errmsg);
        }
        headers.insert(
            HeaderName::from_static("x-w-no"),
            HeaderValue::from_static("2"),
        );
        response
    }
}

/// The text of a refusal: base, hint, caller's address, link (2.1).
fn refused(api: &Api, refusal: &Refusal, form: &Form, entropy: &Entropy) -> String {
    let mut text = refusal.text().to_owned();
    if api.has_bare_token_error && refusal.errcode == 40014 {
        return text;
    }
    let suffix = form.switches.errmsg_suffix;
    if matches!(suffix, ErrmsgSuffix::Full | ErrmsgSuffix::WithoutIp) {
        // A hint without its random digits is a hint all the same.
        let hint = hint(form, entropy);
        // Writing to a text cannot fail.
        let _ = write!(text, ", hint: [{hint}]");
    }
    if suffix == ErrmsgSuffix::Full {
        let _ = write!(text, ", from ip: {}", form.address.to_canonical());
    }
    if suffix != ErrmsgSuffix::None {
        let link = "more info at https://open.work.weixin.qq.com/devtool/query?e=";
        let _ = write!(text, ", {link}{}", refusal.errcode);
    }
    text
}

fn hint(form: &Form, entropy: &Entropy) -> String {
    let seconds = form.now.as_seconds().max(0);
    match form.switches.hint {
        Hint::New => {
            let digits = entropy.below(1_000_000_000_000_000).unwrap_or_default();
            format!("{:010}{digits:015}", seconds % 10_000_000_000)
        }
        Hint::Old => {
            let [high, low] = [(); 2].map(|()| entropy.below(u64::MAX).unwrap_or_default());
            format!("{seconds}_{}_{high:016x}{low:016x}", low % 100)
        }
    }
}

/// Puts the fields into another order; the same one when the random source fails.
fn shuffle(fields: &mut Fields, entropy: &Entropy) {
    let Ok(chance) = entropy.bytes::<8>() else {
        return;
    };
    let chance = u64::from_le_bytes(chance);
    for (at, bits) in (1..fields.len()).zip(0_u32..) {
        // Not an even choice, and it need not be: the order must only differ.
        let other = usize::try_from(chance.rotate_right(bits * 7) & 0xFFFF).unwrap_or(0);
        fields.swap(at, other % (at + 1));
    }
}

fn object(fields: &Fields) -> String {
    let mut text = String::from("{");
    for (place, (name, value)) in fields.iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\"{name}\":{value}");
    }
    text.push('}');
    text
}

/// A JSON object whose keys keep the given order, inside an answer.
pub(super) fn nested(fields: Fields) -> Value {
    let fields = fields.into_iter();
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
