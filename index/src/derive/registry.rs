//! Derives creators: their handles, owners and profiles.

use super::{cache::Cache, Seen, Writer};
use crate::{tables::Which, value::row, Result};
use farthing_client::Account;
use farthing_contracts::registry::events::{Change, CreatorChanged};
use farthing_types::{CreatorId, Hash};

/// A creator as it was told last. One without an owner is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Creator {
    pub owner: Option<Account>,
    pub handle: Option<String>,
    pub commitment: Option<Hash>,
    pub uri: Option<String>,
}

#[derive(Default)]
pub struct Known(Cache<CreatorId, Creator>);

impl Known {
    pub fn trim(&mut self) {
        self.0.trim();
    }
}

const LAST: &str = "SELECT owner, handle, commitment, uri FROM creators WHERE creator = $1 ORDER BY seq DESC LIMIT 1";

impl Writer<'_> {
    pub(super) fn registry(&mut self, seen: Seen) -> Result<()> {
        let Some(changed) = seen.decode::<CreatorChanged>() else {
            return Ok(());
        };
        let store = &mut *self.store;
        let creator = self.memory.creators.0.get(changed.creator, || {
            let found = store.first(LAST, &row![changed.creator], |row| {
                Ok(Creator {
                    owner: row.get(0)?,
                    handle: row.get(1)?,
                    commitment: row.get(2)?,
                    uri: row.get(3)?,
                })
            })?;
            Ok(found.unwrap_or_default())
        })?;
        let is_new = matches!(changed.change, Change::Registered { .. });
        if is_new != creator.owner.is_none() {
            let number = changed.creator;
            let reason = match is_new {
                true => format!("creator #{number} is registered twice"),
                false => format!("creator #{number} changes, and there is none"),
            };
            return Err(seen.impossible(reason));
        }
        if !creator.take(changed.change) {
            return Ok(());
        }
        let creator = creator.clone();
        let row = row![
            seen.seq,
            changed.creator,
            creator.owner,
            creator.handle,
            creator.commitment,
            creator.uri,
        ];
        self.put(Which::Creators, row);
        Ok(())
    }
}

impl Creator {
    /// Takes a change; says whether something is another now.
    fn take(&mut self, change: Change) -> bool {
        match change {
            Change::Registered {
                owner,
                handle,
                profile,
            } => {
                *self = Self {
                    owner: Some(owner.into()),
                    handle: Some(handle),
                    commitment: Some(profile.commitment),
                    uri: Some(profile.uri),
                };
            }
            Change::Profile { profile, .. } => {
                self.commitment = Some(profile.commitment);
                self.uri = Some(profile.uri);
            }
            Change::HandleClaimed(handle) => self.handle = Some(handle),
            Change::HandleReleased { .. } => self.handle = None,
            Change::Accepted(owner) => self.owner = Some(owner.into()),
            Change::Deleted => *self = Self::default(),
            Change::HandleForgotten(_)
            | Change::Offered(_)
            | Change::Delegate { .. }
            | Change::Payout(_)
            | Change::PayoutUnset => return false,
        }
        true
    }
}
