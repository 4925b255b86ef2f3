//! What the contract tells the world: enough to rebuild all that it holds.
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
        /// What there is to stream, in the chain's smallest unit.
        deposit: Balance,
    },
    /// The payer added to the deposit.
    ToppedUp {
        /// What was added, in the chain's smallest unit.
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
        /// Who stopped it.
        by: Party,
        /// What the payee had earned and not been sent before.
        earned: Payment,
        /// What was left of the deposit, for the payer.
        rest: Payment,
        /// Whether the record is gone. If not, the payer can clear it.
        freed: bool,
    },
}

/// Money that was to be sent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Payment {
    /// How much, in the chain's smallest unit.
    pub amount: Balance,
    /// Whether it arrived, which nothing always does. If not, the chain refused, and it is kept.
    pub sent: bool,
}

/// What clearing one stream gave the payer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Rest {
    /// The stream; it is no longer there.
    pub stream: StreamId,
    /// What was left of its deposit, in the chain's smallest unit.
    pub amount: Balance,
}

/// What was earned went to the payee. The only anonymous event: it has no topics at all.
#[ink::event(anonymous)]
pub struct Claimed {
    /// The stream that earned it.
    pub stream: StreamId,
    /// Who was paid.
    pub payee: AccountId,
    /// How much, in the chain's smallest unit.
    pub amount: Balance,
}

/// Something else happened to a stream.
#[ink::event]
pub struct StreamChanged {
    /// Its number.
    pub stream: StreamId,
    /// What happened.
    pub change: Change,
}

/// The payer took back what was left of stopped streams, and freed their records.
#[ink::event]
pub struct StreamsCleared {
    /// Who paid for all of them.
    pub payer: AccountId,
    /// Those that were cleared, in the order of the call.
    pub streams: Vec<Rest>,
}

/// Opening streams is stopped until a time, or possible again if it is not in the future.
#[ink::event]
pub struct DepositsPausedUntil {
    /// When streams can be opened again.
    pub until: Millis,
}

/// The contract was deployed, with what can never change.
#[ink::event]
pub struct StreamsDeployed {
    /// Who can pause the opening of streams, if anyone.
    pub guardian: Option<AccountId>,
}
