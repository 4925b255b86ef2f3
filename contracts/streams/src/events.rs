//! What the contract tells the world.
//!
//! Times are those of the blocks that events are in: a change counts from that millisecond on.

use crate::stream::Party;
use farthing_types::{Balance, Millis, StreamId};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// What happened to a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Change {
    /// It was opened, and runs.
    Opened {
        /// Who pays.
        payer: AccountId,
        /// Who is paid.
        payee: AccountId,
        /// Billionths of the chain's smallest unit in a millisecond.
        rate: u128,
        /// What there is to stream.
        deposit: Balance,
    },
    /// The payer added to the deposit.
    ToppedUp {
        /// This much.
        amount: Balance,
    },
    /// The rate is another from now on.
    RateSet {
        /// Billionths of the chain's smallest unit in a millisecond.
        rate: u128,
    },
    /// The stream earns nothing until it is resumed.
    Paused,
    /// The stream earns again.
    Resumed,
    /// The stream ended.
    Stopped {
        /// Who stopped it. Their money left at once; the other's waits.
        by: Party,
        /// What the payee had earned and not claimed. It went to the payee if they stopped the stream;
        /// if not, they can claim it.
        earned: Balance,
        /// What was left of the deposit. It went to the payer if they stopped the stream; if not, they
        /// can clear the stream. A stream that the payer stops with nothing earned is cleared at once.
        rest: Balance,
    },
}

/// What clearing one stream gave the payer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Rest {
    /// The stream; it is no longer there.
    pub stream: StreamId,
    /// What was left of its deposit.
    pub amount: Balance,
}

/// The payee took out what was earned. The only anonymous event: it has no topics at all.
#[ink::event(anonymous)]
pub struct Claimed {
    /// Of which stream.
    pub stream: StreamId,
    /// Who was paid.
    pub payee: AccountId,
    /// How much.
    pub amount: Balance,
}

/// Something else happened to a stream.
#[ink::event]
pub struct StreamChanged {
    /// Which.
    pub stream: StreamId,
    /// What.
    pub change: Change,
}

/// The payer took back what was left of stopped streams, and freed their records.
#[ink::event]
pub struct StreamsCleared {
    /// Who.
    pub payer: AccountId,
    /// Which, in the order of the call, and how much.
    pub streams: Vec<Rest>,
}

/// Deposits are stopped until a time, or possible again if it is not in the future.
#[ink::event]
pub struct DepositsPausedUntil {
    /// When they are possible again.
    pub until: Millis,
}
