#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

#[cfg(feature = "client")]
mod access_token;
#[cfg(feature = "client")]
mod api;
#[cfg(feature = "client")]
mod authorize_url;
#[cfg(feature = "client")]
mod client;
mod clock;
mod entropy;
pub mod errcode;
#[cfg(feature = "client")]
mod error;
pub mod event;
#[cfg(all(fuzzing, feature = "client"))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(all(doc, feature = "client"))]
pub mod guide;
mod hex;
mod ids;
pub mod jssdk;
mod member;
mod secret;

#[cfg(feature = "client")]
pub use access_token::{
    MemoryStorage, SecretSource, SecretUnavailable, StorageUnavailable, StoredToken, TokenKey,
    TokenKind, TokenStorage,
};
#[cfg(feature = "client")]
pub use api::addresses::IpRange;
#[cfg(feature = "client")]
pub use api::agent::Agent;
#[cfg(feature = "client")]
pub use api::auth::{UserDetail, Visitor};
#[cfg(feature = "client")]
pub use api::contact::department::{Department, DepartmentNode};
#[cfg(feature = "client")]
pub use api::contact::member::Member;
#[cfg(feature = "client")]
pub use api::contact::members::{MemberIds, MemberName, MemberPlace};
#[cfg(feature = "client")]
pub use api::contact::tag::{Tag, TagName};
#[cfg(feature = "client")]
pub use api::raw::RawCall;
#[cfg(feature = "client")]
pub use api::two_step::TfaInfo;
#[cfg(feature = "client")]
pub use authorize_url::{
    InvalidRedirectUri, InvalidState, Lang, LoginState, OAuthLink, QrLink, Scope, WebLoginLink,
};
#[cfg(feature = "client")]
pub use client::{Client, ClientBuilder, Endpoints};
pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use entropy::{Entropy, EntropyError};
#[cfg(feature = "client")]
pub use error::Error;
pub use ids::{
    AgentId, CorpId, DepartmentId, ExternalUserId, InvalidId, LinkedUserId, OpenId, TagId, UserId,
};
pub use member::{Gender, MemberStatus};
pub use secret::Secret;
