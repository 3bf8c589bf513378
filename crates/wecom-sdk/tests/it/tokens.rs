//! S-104, S-191, S-199 to S-201, S-206: how tokens are fetched, kept and given up.

mod kept;
mod refused;
mod renewed;
mod stored;
