//! Saving a callback address: only one that proves that it has the keys (dossier 12.1, 12.2).

use wecom_sdk::{AgentId, CorpId};

use super::{NotVerified, verify};
use crate::room::Room;
use crate::world::Callback;

/// Verifies an address and saves it; an empty one takes it away. False when there is no such agent or contact
/// sync.
pub(crate) async fn save(
    room: &Room,
    (corp_id, agent): (&CorpId, Option<AgentId>),
    callback: Callback,
) -> Result<bool, NotVerified> {
    let is_away = callback.url.is_empty();
    if !is_away {
        verify(room, corp_id, &callback).await?;
    }
    let callback = Some(callback).filter(|_| !is_away);
    let save = |state: &mut crate::world::State, _| state.set_callback(corp_id, agent, callback);
    Ok(room.world.change(save))
}
