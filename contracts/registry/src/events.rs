//! What the contract tells the world.
//!
//! Together they are enough to rebuild everything that the registry holds, in the order of the events,
//! but pending commitments: those say nothing to anybody but their makers until they are revealed, and an
//! event would add half a transfer to each. When a record was made that can be freed a day later is the
//! time of its event's block.

use crate::{
    claims::Wait,
    creator::{Permissions, Profile},
};
use farthing_types::{split::Recipient, CreatorId, Millis};
use ink::{
    prelude::{string::String, vec::Vec},
    primitives::AccountId,
};

/// What changed about a creator.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Change {
    /// The creator came into being.
    Registered {
        /// The creator's owner, who gets all of its money.
        owner: AccountId,
        /// The creator's handle.
        handle: String,
        /// What the creator says of itself.
        profile: Profile,
    },
    /// The creator's profile is another now.
    Profile {
        /// The owner or delegate who changed the profile.
        by: AccountId,
        /// The new profile.
        profile: Profile,
    },
    /// The creator took this handle, after releasing its own. The one that it released earlier, if that is
    /// another, it can no longer have back before others can.
    HandleClaimed(String),
    /// The creator gave up its handle.
    HandleReleased {
        /// The handle that was given up.
        handle: String,
        /// From when on others can claim the handle.
        free_from: Millis,
    },
    /// A handle that the creator had given up is as if it had never been in use.
    HandleForgotten(String),
    /// The creator was offered to this account; `None` takes an offer back.
    Offered(Option<AccountId>),
    /// The creator has a new owner, who gets all of its money from now on, and no delegates any more. The
    /// records of the split and of the earlier owner's delegates stay until the new owner frees them.
    Accepted(AccountId),
    /// What a delegate may do changed.
    Delegate {
        /// The account that may act for the creator.
        delegate: AccountId,
        /// All that the delegate may do now.
        permissions: Permissions,
        /// Whether the delegate's record is gone, or there was none. Without permissions and not gone, it
        /// can be freed a day after it was made, by taking the delegate off once more.
        freed: bool,
    },
    /// The creator's money goes to these recipients from now on.
    Payout(Vec<Recipient<AccountId>>),
    /// The creator's money goes to its owner again, whoever that is; the split's record is gone.
    PayoutUnset,
    /// The creator is gone, for good, with the handle that it gave up last, if nobody took that since.
    Deleted,
}

/// A creator changed.
#[ink::event]
pub struct CreatorChanged {
    /// The creator's number.
    pub creator: CreatorId,
    /// The creator's version from now on. That of its split is the version of the latest change of split or owner.
    pub version: u32,
    /// What changed about the creator.
    pub change: Change,
}

/// The registry was deployed, with what can never change.
#[ink::event]
pub struct Deployed {
    /// Handles that nobody can have.
    pub reserved: Vec<String>,
    /// How long a commitment waits before it can be revealed.
    pub wait: Wait,
}
