//! What the contract tells the world.

use crate::creator::{Permissions, Profile};
use farthing_types::{split::Recipient, CreatorId, Millis};
use ink::{
    prelude::{string::String, vec::Vec},
    primitives::AccountId,
};

/// What changed about a creator.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Change {
    /// It came into being.
    Registered {
        /// Its owner.
        owner: AccountId,
        /// Its handle.
        handle: String,
    },
    /// Its profile is this now.
    Profile(Profile),
    /// It took another handle after releasing its own.
    HandleClaimed(String),
    /// It gave up its handle.
    HandleReleased {
        /// The handle.
        handle: String,
        /// When others can claim it.
        free_from: Millis,
    },
    /// It was offered to this account; `None` takes an offer back.
    Offered(Option<AccountId>),
    /// It has a new owner; all delegates of the earlier one are gone.
    Accepted(AccountId),
    /// What a delegate may do changed.
    Delegate {
        /// Who.
        delegate: AccountId,
        /// All that the delegate may do now.
        permissions: Permissions,
    },
    /// Its money goes elsewhere from the next payout on.
    Payout {
        /// The new split's version.
        version: u32,
        /// The new recipients.
        recipients: Vec<Recipient<AccountId>>,
    },
}

/// A creator changed.
#[ink::event]
pub struct CreatorChanged {
    /// Its number.
    pub creator: CreatorId,
    /// How.
    pub change: Change,
}
