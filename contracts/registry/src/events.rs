//! What the contract tells the world.
//!
//! Together they are enough to rebuild everything that the registry holds but pending commitments,
//! which concern nobody but their makers until they are revealed.

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
    /// It came into being.
    Registered {
        /// Its owner, who gets all of its money.
        owner: AccountId,
        /// Its handle.
        handle: String,
        /// What it says of itself.
        profile: Profile,
    },
    /// Its profile is another now.
    Profile {
        /// The owner or delegate who changed it.
        by: AccountId,
        /// The new profile.
        profile: Profile,
    },
    /// It took this handle, after releasing its own. The one that it released earlier, if that is
    /// another, it can no longer have back before others can.
    HandleClaimed(String),
    /// It gave up its handle.
    HandleReleased {
        /// The handle.
        handle: String,
        /// When others can claim it.
        free_from: Millis,
    },
    /// A handle that it had given up is as if it had never been in use.
    HandleForgotten(String),
    /// It was offered to this account; `None` takes an offer back.
    Offered(Option<AccountId>),
    /// It has a new owner, who gets all of its money from now on. All delegates of the earlier one are
    /// gone.
    Accepted(AccountId),
    /// What a delegate may do changed.
    Delegate {
        /// The delegate.
        delegate: AccountId,
        /// All that the delegate may do now.
        permissions: Permissions,
    },
    /// Its money goes to these from now on.
    Payout(Vec<Recipient<AccountId>>),
    /// Its money goes to its owner again, whoever that is.
    PayoutUnset,
    /// It is gone, for good, with the handle that it gave up last, if nobody took that since.
    Deleted,
}

/// A creator changed.
#[ink::event]
pub struct CreatorChanged {
    /// Its number.
    pub creator: CreatorId,
    /// Its version from now on. That of its split is the version of the latest change of split or owner.
    pub version: u32,
    /// What changed.
    pub change: Change,
}

/// The registry was deployed, with what can never change.
#[ink::event]
pub struct RegistryDeployed {
    /// Handles that nobody can have.
    pub reserved: Vec<String>,
    /// How long a commitment waits before it can be revealed.
    pub wait: Wait,
}
