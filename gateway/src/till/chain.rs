//! What the till asks of the chain.

use crate::accounting::OnChain;
use farthing_client::Account;
use std::{future::Future, pin::Pin};

/// An answer that comes later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Unanswered>> + Send + 'a>>;

/// Why the chain did not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// It cannot be asked now.
    #[error("the chain does not answer: {0}")]
    Away(String),
    /// It answered that it does not do it.
    #[error("{0}")]
    Refused(String),
}

/// A channel of the payee's, as the chain has it: what cannot be undone any more of what is good for the payee, and
/// the latest of what is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The part that decides about credit.
    pub on_chain: OnChain,
    /// Whose signature closes it at once, with the payer's: it must be the payee's.
    pub closer: [u8; 32],
    /// How long an exit takes, in milliseconds.
    pub delay: u64,
    /// The moment at which the exit is over, in milliseconds since the Unix epoch; `None` if none has begun.
    pub ends_at: Option<u64>,
    /// Which question this answers: what was asked later is newer.
    pub asked: u64,
}

/// What the chain says of the payee's channel from one payer in one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The channel that counts; `None` if no final block has one.
    pub seen: Option<Seen>,
    /// The epoch of a channel that the latest block has and no final one does. It counts once its block is final.
    pub opening: Option<u64>,
}

impl From<Option<Seen>> for Looked {
    fn from(seen: Option<Seen>) -> Self {
        Self {
            seen,
            opening: None,
        }
    }
}

/// What the chain does for the till.
pub trait Chain: Send + Sync + 'static {
    /// Looks for the payee's channel from this payer in this lane.
    fn look(&self, payer: Account, lane: u32) -> Answer<'_, Looked>;

    /// Submits a transaction that this payer has signed, and returns when it is in a block that cannot be undone.
    fn submit(&self, payer: Account, extrinsic: Vec<u8>) -> Answer<'_, ()>;

    /// Returns when a final block was last seen, in milliseconds.
    fn last_seen(&self) -> u64;
}
