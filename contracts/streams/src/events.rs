//! What the contract tells the world: enough to rebuild all that it holds, in the order of the events.
//!
//! Times are those of the blocks that events are in: what a stream earns is worked out up to each of them,
//! as [`Stream::accrue`](crate::stream::Stream::accrue) does.

use crate::stream::Party;
use farthing_types::{Balance, Millis, StreamId};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// What happened to a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Change {
    /// The stream was opened, and runs.
    Opened {
        /// The account that pays.
        payer: AccountId,
        /// The account that is paid.
        payee: AccountId,
        /// What the stream earns, in billionths of the chain's smallest unit in a millisecond.
        rate: u128,
        /// What there is to stream, in the chain's smallest unit.
        deposit: Balance,
    },
    /// The payer added to the deposit.
    ToppedUp {
        /// How much was added, in the chain's smallest unit.
        amount: Balance,
    },
    /// The rate is another from now on.
    RateSet {
        /// What the stream earns, in billionths of the chain's smallest unit in a millisecond.
        rate: u128,
    },
    /// The stream earns nothing until it is resumed.
    Paused,
    /// The stream earns again.
    Resumed,
    /// The stream ended.
    Stopped {
        /// Which side stopped the stream.
        by: Party,
        /// What the payee had earned and not been sent before.
        earned: Payment,
        /// What was left of the deposit, for the payer.
        rest: Payment,
        /// Whether the stream's record is gone. If not, the payer can clear it.
        freed: bool,
    },
}

/// Money that was to be sent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Payment {
    /// How much there was to send, in the chain's smallest unit.
    pub amount: Balance,
    /// Whether the money arrived, which nothing always does. If not, the chain refused to move it, and the
    /// stream holds it.
    pub sent: bool,
}

/// What clearing one stream gave the payer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Rest {
    /// The stream's number; its record is gone.
    pub stream: StreamId,
    /// How much was left of its deposit, in the chain's smallest unit.
    pub amount: Balance,
}

/// What was earned went to the payee. The only anonymous event: it has no topics at all.
#[ink::event(anonymous)]
pub struct Claimed {
    /// The number of the stream that earned it.
    pub stream: StreamId,
    /// The account that was paid.
    pub payee: AccountId,
    /// How much the payee got, in the chain's smallest unit.
    pub amount: Balance,
    /// When that was, in milliseconds since the Unix epoch.
    pub at: Millis,
}

/// Something else happened to a stream.
#[ink::event]
pub struct StreamChanged {
    /// The stream's number.
    pub stream: StreamId,
    /// When that was, in milliseconds since the Unix epoch.
    pub at: Millis,
    /// What happened to the stream.
    pub change: Change,
}

/// The payer took back what was left of stopped streams, and freed their records.
#[ink::event]
pub struct StreamsCleared {
    /// The account that paid for all of them.
    pub payer: AccountId,
    /// The streams that were cleared, in the order of the call.
    pub streams: Vec<Rest>,
}

/// Opening streams is stopped until a time, or possible again if it is not in the future.
#[ink::event]
pub struct PausedUntil {
    /// When streams can be opened again, in milliseconds since the Unix epoch.
    pub until: Millis,
}

/// The contract was deployed, with what can never change.
#[ink::event]
pub struct Deployed {
    /// Who can pause the opening of streams, if anyone.
    pub guardian: Option<AccountId>,
}
