//! Where the contract keeps things, besides its root item.
//!
//! The keys are fixed, so that a message that needs nothing of the root item can do without reading it.

use crate::{channel::StoredChannel, kept::Kept};
use ink::{
    primitives::AccountId,
    storage::{traits::ManualKey, Mapping},
};

/// Payer, payee and lane.
pub type LaneKey = (AccountId, AccountId, u32);
/// All channels whose records are there.
pub type ChannelMap = Mapping<LaneKey, StoredChannel, ManualKey<1>>;
/// What the contract holds for accounts to which the chain refused to move it.
pub type KeptMap = Mapping<AccountId, Kept, ManualKey<2>>;

/// All channels whose records are there.
pub(crate) fn channels() -> ChannelMap {
    Mapping::new()
}

/// What the contract holds for accounts to which the chain refused to move it.
pub(crate) fn kept() -> KeptMap {
    Mapping::new()
}
