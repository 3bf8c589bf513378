//! Which personal fields are kept: those the operator configured, and no others (PIPL: 最小必要).
//!
//! WeCom's two answers about a member go in, the fields to keep come out. What came by consent goes
//! before what the directory says. Missing and empty mean the same.

use std::collections::BTreeSet;

use url::Url;
use wecom_sdk::{Member as WecomMember, UserDetail};

use super::email;
use super::member::{Gender, PersonalFields};
use crate::config::PrivateField;

#[cfg(test)]
mod tests;

/// The longest text that is kept of a free field.
const MOST_CHARACTERS: usize = 256;

/// Merges the directory's answer and, if there was consent, the detail, within what is wanted.
pub(super) fn merge(
    wanted: &BTreeSet<PrivateField>,
    user: &WecomMember,
    detail: Option<&UserDetail>,
) -> PersonalFields {
    let pick = |field: PrivateField,
                consented: fn(&UserDetail) -> Option<&String>,
                listed: Option<&String>| {
        let value = detail.and_then(consented).or(listed)?;
        (wanted.contains(&field) && !value.is_empty()).then(|| value.clone())
    };
    let mail = pick(
        PrivateField::Email,
        |d| d.email.as_ref(),
        user.email.as_ref(),
    );
    let biz_mail = pick(
        PrivateField::BizMail,
        |d| d.biz_mail.as_ref(),
        user.biz_mail.as_ref(),
    );
    let gender = detail.and_then(|d| d.gender).or(user.gender);
    PersonalFields {
        email: email::choose(biz_mail.as_deref(), mail.as_deref()),
        mobile: pick(
            PrivateField::Mobile,
            |d| d.mobile.as_ref(),
            user.mobile.as_ref(),
        )
        .and_then(|text| phone_number(&text)),
        avatar: pick(
            PrivateField::Avatar,
            |d| d.avatar.as_ref(),
            user.avatar.as_ref(),
        )
        .and_then(|text| web_address(&text)),
        qr_code: pick(
            PrivateField::QrCode,
            |d| d.qr_code.as_ref(),
            user.qr_code.as_ref(),
        )
        .and_then(|text| web_address(&text)),
        gender: gender
            .filter(|_| wanted.contains(&PrivateField::Gender))
            .map(Gender::from),
        address: pick(
            PrivateField::Address,
            |d| d.address.as_ref(),
            user.address.as_ref(),
        )
        .filter(|text| text.chars().count() <= MOST_CHARACTERS),
    }
}

impl From<wecom_sdk::Gender> for Gender {
    fn from(gender: wecom_sdk::Gender) -> Self {
        match gender {
            wecom_sdk::Gender::Male => Self::Male,
            wecom_sdk::Gender::Female => Self::Female,
        }
    }
}

/// The number with its country code. WeCom leaves it out for mainland numbers.
fn phone_number(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_number = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')'));
    if !is_number || !(5..=15).contains(&digits.len()) {
        return None;
    }
    if text.trim_start().starts_with('+') {
        Some(format!("+{digits}"))
    } else if digits.len() == 11 && digits.starts_with('1') {
        Some(format!("+86{digits}"))
    } else {
        Some(digits)
    }
}

/// An http(s) address, in resolved form.
fn web_address(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.as_str().len() <= 1024;
    is_web.then(|| url.into())
}
