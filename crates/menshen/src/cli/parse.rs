//! Reads the arguments, and reports all mistakes in them, not just the first.
//!
//! clap stops at the first mistake. So each mistake is noted, what caused it is taken out of the
//! arguments, and the rest is read again.

use std::ffi::OsString;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::ending::Ending;

/// The arguments, or every mistake in them.
pub(super) fn parse<A: Parser>(mut arguments: Vec<OsString>) -> Result<A, Ending> {
    let mut mistakes = Vec::new();
    loop {
        match A::try_parse_from(&arguments) {
            Ok(parsed) if mistakes.is_empty() => return Ok(parsed),
            Ok(_) => return Err(Ending::WrongInput(mistakes)),
            Err(error) => {
                if mistakes.is_empty() && is_question(&error) {
                    return Err(Ending::Told(error.to_string()));
                }
                mistakes.push(text(&error));
                if !take_out(&mut arguments, &error) {
                    return Err(Ending::WrongInput(mistakes));
                }
            }
        }
    }
}

/// Whether the arguments asked for help or the version.
fn is_question(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    )
}

fn text(error: &Error) -> String {
    let text = error.to_string();
    text.strip_prefix("error: ").unwrap_or(&text).to_owned()
}

/// Removes what caused the error; `false` when that is not known, so that reading again would only
/// repeat it. Every removal shortens the arguments, so this comes to an end.
fn take_out(arguments: &mut Vec<OsString>, error: &Error) -> bool {
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let Some(argument) = named(ContextKind::InvalidArg) else {
        return false;
    };
    // A flag is named as in the help: `--listen <ADDRESS>`.
    let flag = argument.split(' ').next().unwrap_or(argument);
    let value = named(ContextKind::InvalidValue);
    let joined = format!("{flag}=");
    let position = arguments.iter().skip(1).position(|given| {
        let given = given.to_string_lossy();
        given == flag || given.starts_with(&joined) || value.is_some_and(|value| given == value)
    });
    let Some(position) = position.map(|position| position + 1) else {
        return false;
    };
    let removed = arguments.remove(position);
    let is_followed_by_value = removed == *flag
        && value.is_some()
        && arguments
            .get(position)
            .is_some_and(|next| Some(&*next.to_string_lossy()) == value);
    if is_followed_by_value {
        arguments.remove(position);
    }
    true
}
