//! From a column to a value, and back to JSON.
//!
//! In: what the driver read. Out: a typed value. What cannot be read is `Corrupt` and names the column,
//! never its content, and is never replaced by a default.

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use wecom_sdk::{AgentId, CorpId, Timestamp};

use crate::{Digest, Door, Result, StoreError};

pub(crate) fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt(column.to_owned())
}

pub(crate) fn digest(bytes: &[u8], column: &'static str) -> Result<Digest> {
    let bytes = bytes.try_into().map_err(|_| corrupt(column))?;
    Ok(Digest::from_bytes(bytes))
}

pub(crate) fn uuid(bytes: &[u8], column: &'static str) -> Result<Uuid> {
    Uuid::from_slice(bytes).map_err(|_| corrupt(column))
}

pub(crate) fn corp_id(text: String, column: &'static str) -> Result<CorpId> {
    CorpId::parse(text).map_err(|_| corrupt(column))
}

pub(crate) fn number(value: i64, column: &'static str) -> Result<u32> {
    u32::try_from(value).map_err(|_| corrupt(column))
}

pub(crate) fn agent_id(value: i64, column: &'static str) -> Result<AgentId> {
    number(value, column).map(AgentId)
}

pub(crate) fn door(word: &str, column: &'static str) -> Result<Door> {
    Door::parse(word).ok_or_else(|| corrupt(column))
}

pub(crate) fn instant(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(crate) fn json<T: DeserializeOwned>(text: &str, column: &'static str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| corrupt(column))
}

pub(crate) fn to_json<T: Serialize>(value: &T, column: &'static str) -> Result<String> {
    serde_json::to_string(value).map_err(|_| corrupt(column))
}
