//! What the contract tells the world.

use crate::channel::{Skip, Terms};
use farthing_types::{Balance, Hash, Millis};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// Something happened to a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct ChannelChange {
    /// Whose money it is.
    pub payer: AccountId,
    /// Whom it pays.
    pub payee: AccountId,
    /// Which life of the channel.
    pub epoch: u64,
    /// What happened.
    pub change: Change,
}

/// What happened to a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Change {
    /// The payer opened it.
    Opened(Terms),
    /// The payer set this much more aside.
    ToppedUp(Balance),
    /// A voucher was claimed: it added this much to what the payee has.
    Claimed {
        /// How much.
        paid: Balance,
        /// What was bought with the channel so far, if the voucher says: a Merkle root.
        root: Option<Hash>,
    },
    /// A voucher was worth nothing. The epoch is the voucher's.
    Skipped(Skip),
    /// The payer started an exit, which ends then.
    Exiting(Millis),
    /// The payee closed it. What is left is the payer's, who clears the channel to have it.
    Closed,
    /// Both closed it together: this much more was credited to the payee, and the rest to the payer.
    Settled {
        /// The payee's.
        paid: Balance,
        /// The payer's.
        rest: Balance,
    },
    /// The payer cleared it after it was over, and was credited this much.
    Cleared(Balance),
}

/// Channels changed. The only anonymous event: it has no topics at all, as a topic costs half a
/// transfer.
#[ink::event(anonymous)]
pub struct ChannelsChanged {
    /// What the payer deposited with the same call.
    pub deposited: Balance,
    /// Which, and how, in the order of the call.
    pub changes: Vec<ChannelChange>,
}

/// An account put money in.
#[ink::event]
pub struct Deposited {
    /// Whose.
    pub account: AccountId,
    /// How much.
    pub amount: Balance,
}

/// An account took money out.
#[ink::event]
pub struct Withdrawn {
    /// Whose.
    pub account: AccountId,
    /// How much.
    pub amount: Balance,
}

/// Deposits and openings are stopped until a time, or possible again if it is not in the future.
#[ink::event]
pub struct PausedUntil {
    /// When they are possible again.
    pub until: Millis,
}
