#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod clock;
pub mod entropy;
pub mod ids;
pub mod secret;

pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use entropy::{Entropy, EntropyError};
pub use ids::{
    AgentId, CorpId, DepartmentId, ExternalUserId, InvalidId, LinkedUserId, OpenId, TagId, UserId,
};
pub use secret::Secret;
