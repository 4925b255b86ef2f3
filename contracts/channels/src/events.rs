//! What the contract tells the world: enough to rebuild all that it holds, in the order of the events.
//!
//! Channels are in [`ChannelsChanged`]: their terms when they open, how much each step moved, when they
//! end, and whether their record is freed. What is kept is in [`KeptFor`] and [`Withdrawn`]; what was fixed
//! at deployment in [`Deployed`], and the latest pause in [`PausedUntil`].

use crate::channel::{Moment, Terms};
use farthing_types::{voucher::ChannelId, Balance, Hash, Millis};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// Channels of one account changed. The only anonymous event: it has no topics at all, as a topic costs
/// half a transfer. Emitted only if something changed: nobody can write lines about strangers for a fee.
#[ink::event(anonymous)]
pub struct ChannelsChanged {
    /// Whose channels changed, and on which side of them that account is.
    pub side: Side,
    /// Who called, if it was not that account: who claimed for a payee, or paid for a gift.
    pub by: Option<AccountId>,
    /// Which channels changed and how, in the order of the call.
    pub changes: Vec<ChannelChange>,
}

/// The account that all channels of an event have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Side {
    /// This account pays; the others are payees.
    Payer(AccountId),
    /// This account is paid; the others are payers.
    Payee(AccountId),
}

/// Something happened to a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct ChannelChange {
    /// The account on the channel's other side.
    pub other: AccountId,
    /// The channel's lane.
    pub lane: u32,
    /// The channel's epoch, which tells the lives of a lane apart.
    pub epoch: Millis,
    /// What happened to the channel.
    pub change: Change,
}

/// What happened to a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Change {
    /// The channel was opened on these terms; nothing is claimed, and no end is set.
    Opened(Terms),
    /// This much more was set aside in the channel.
    ToppedUp(Balance),
    /// A voucher was claimed.
    Claimed {
        /// How much went to the payee by the voucher.
        paid: Balance,
        /// What was bought with the channel so far, if the voucher says: a Merkle root.
        root: Option<Hash>,
    },
    /// The payer started an exit, which is over then.
    Exiting(Moment),
    /// The payee closed the channel. The record stays for the payer to clear.
    Closed {
        /// How much went back to the payer: all that was left, or nothing if the chain refused to move
        /// it, which is left in the channel then.
        rest: Balance,
        /// When that was.
        end: Moment,
    },
    /// Payer and payee closed the channel together.
    ClosedTogether {
        /// How much went to the payee, on top of what was claimed.
        paid: Balance,
        /// How much went back to the payer.
        rest: Balance,
        /// When that was.
        end: Moment,
        /// Whether the channel's record is gone; else it stays, empty, for the payer to clear.
        freed: bool,
    },
    /// The payer cleared the channel after it was over, or another took its place.
    Cleared {
        /// How much went back to the payer, or into the channel that took its place.
        rest: Balance,
        /// Whether the channel's record is gone, or is another channel's now.
        freed: bool,
    },
}

/// The chain refused to move money to an account: it is kept for the account, to be withdrawn.
#[ink::event]
pub struct KeptFor {
    /// The account that can have the money.
    pub account: AccountId,
    /// How much more is kept for the account, in the chain's smallest unit.
    pub amount: Balance,
    /// Who paid the storage deposit of the account's record.
    pub paid_by: AccountId,
}

/// What was kept for an account went to it.
#[ink::event]
pub struct Withdrawn {
    /// The account for which the money was kept.
    pub account: AccountId,
    /// How much went to the account, in the chain's smallest unit.
    pub amount: Balance,
    /// Whether the record is gone; else it stays, empty, until who paid for it withdraws.
    pub freed: bool,
}

/// The contract was deployed, with what can never change.
#[ink::event]
pub struct Deployed {
    /// The chain's genesis hash, as the deployer gave it.
    pub genesis: Hash,
    /// Who can pause openings and top-ups, if anyone.
    pub guardian: Option<AccountId>,
}

/// Openings and top-ups are stopped until a time, or possible again if it is not in the future.
#[ink::event]
pub struct PausedUntil {
    /// When openings and top-ups are possible again, in milliseconds since the Unix epoch.
    pub until: Millis,
}

impl ChannelsChanged {
    /// Returns each change with the channel that it is about.
    pub fn by_channel(&self) -> impl Iterator<Item = (ChannelId<AccountId>, &Change)> {
        self.changes.iter().map(|told| {
            let (payer, payee) = match self.side {
                Side::Payer(payer) => (payer, told.other),
                Side::Payee(payee) => (told.other, payee),
            };
            let id = ChannelId {
                payer,
                payee,
                lane: told.lane,
                epoch: told.epoch,
            };
            (id, &told.change)
        })
    }
}
