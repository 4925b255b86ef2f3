//! What the model remembers of channels and accounts, and what calls must tell.

use super::action::{Answer, Offer, Who};
use crate::channels::world::{Balance, Change, Millis};

/// Payer and payee.
pub type Pair = (Who, Who);

/// One life of a channel, from its opening until it is cleared, and remembered after.
#[derive(Clone, Debug)]
pub struct Life {
    pub pair: Pair,
    /// The reserve grows with top-ups.
    pub offer: Offer,
    /// What the payee was paid out of it.
    pub paid: Balance,
    /// When it is over, if that is known.
    pub end: Option<Millis>,
    /// The highest amount that the payer ever signed.
    pub signed: Balance,
    /// What both agreed on at the end.
    pub agreed: Balance,
}

/// What the contract keeps for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    pub free: Balance,
    pub own: bool,
}

/// What an account did that moved its money on the chain.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    pub fees: Balance,
    pub locked: i128,
    /// Into the contract and not out of it again.
    pub put_in: i128,
    /// By plain transfers into the contract.
    pub forced: Balance,
}

/// What happened to a channel: payer and payee, epoch, change.
pub type Event = (Pair, u64, Change);

/// What must be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Nothing,
    Deposited(Balance),
    Withdrawn(Balance),
    PausedUntil(Millis),
    Channels(Balance, Vec<Event>),
}

/// What a call that goes through answers and tells.
pub type Effect = (Answer, Told);
