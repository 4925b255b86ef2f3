//! What the contract tells the world.
//!
//! All channels can be rebuilt from [`ChannelsChanged`]: their terms when they open, and whether their
//! record is freed when they end. All that is kept can be rebuilt from [`KeptFor`] and [`Withdrawn`].

use crate::channel::{Moment, Terms};
use farthing_types::{voucher::ChannelId, Balance, Hash, Millis};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// Channels of one account changed. The only anonymous event: it has no topics at all, as a topic costs
/// half a transfer. Emitted only if something changed: nobody can write lines about strangers for a fee.
#[ink::event(anonymous)]
pub struct ChannelsChanged {
    /// Whose channels, and on which side of them that account is.
    pub side: Side,
    /// Who called, if it was not that account.
    pub by: Option<AccountId>,
    /// Which, and how, in the order of the call.
    pub changes: Vec<ChannelChange>,
}

/// The account that all channels of an event have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Side {
    /// It pays; the others are payees.
    Payer(AccountId),
    /// It is paid; the others are payers.
    Payee(AccountId),
}

/// Something happened to a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct ChannelChange {
    /// Who is on the other side.
    pub other: AccountId,
    /// In which lane.
    pub lane: u32,
    /// In which life of the channel.
    pub epoch: Millis,
    /// What happened.
    pub change: Change,
}

/// What happened to a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Change {
    /// It was opened.
    Opened(Terms),
    /// This much more was set aside.
    ToppedUp(Balance),
    /// A voucher was claimed.
    Claimed {
        /// How much went to the payee by it.
        paid: Balance,
        /// What was bought with the channel so far, if the voucher says: a Merkle root.
        root: Option<Hash>,
    },
    /// The payer started an exit, which is over then.
    Exiting(Moment),
    /// The payee closed it, and this much went back to the payer. The record stays for the payer to
    /// clear.
    Closed(Balance),
    /// Both closed it together.
    Settled {
        /// How much went to the payee, on top of what was claimed.
        paid: Balance,
        /// How much went back to the payer.
        rest: Balance,
        /// Whether its record is gone.
        freed: bool,
    },
    /// The payer cleared it after it was over.
    Cleared {
        /// How much went back to the payer, or into the channel that took its place.
        rest: Balance,
        /// Whether its record is gone, or is another channel's now.
        freed: bool,
    },
}

/// The chain refused to move money to an account, so that the contract keeps it.
#[ink::event]
pub struct KeptFor {
    /// Whose it is.
    pub account: AccountId,
    /// How much.
    pub amount: Balance,
    /// Who paid the deposit of the account's record.
    pub paid_by: AccountId,
}

/// What was kept for an account went to it.
#[ink::event]
pub struct Withdrawn {
    /// Whose it was.
    pub account: AccountId,
    /// How much.
    pub amount: Balance,
    /// Whether the record is gone; else it stays, empty, until who paid for it withdraws.
    pub freed: bool,
}

/// The contract was deployed.
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
    /// When they are possible again, in milliseconds since the Unix epoch.
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
