//! What the model remembers of channels and accounts, and what calls must tell.

use super::action::{Answer, LifeId, Line, Offer, Who};
use crate::channels::world::{Balance, Change, Millis, Moment};

/// One life of a channel, from its opening until its record is gone, and remembered after.
#[derive(Clone, Debug)]
pub struct Life {
    pub line: Line,
    pub epoch: Millis,
    /// The reserve grows with top-ups, and is less by what has gone back.
    pub offer: Offer,
    /// What the payee was paid out of it.
    pub paid: Balance,
    /// When it is over, if that is known.
    pub end: Option<Moment>,
    /// The highest amount that the payer ever signed.
    pub signed: Balance,
    /// What both agreed on at the end.
    pub agreed: Balance,
}

/// What is kept for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    pub amount: Balance,
    pub paid_by: Who,
}

/// What an account did that moved its money on the chain.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    pub fees: Balance,
    pub locked: i128,
    /// Into the contract and not out of it again, whoever called.
    pub put_in: i128,
    /// Set aside in channels of others, less what others set aside in this one's.
    pub gifts: i128,
    /// By plain transfers to others, less what came by them.
    pub given: i128,
}

/// Which account the channels of an event have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Common {
    Payer(Who),
    Payee(Who),
}

/// What happened to a channel.
pub type Event = (LifeId, Change);

/// What must be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub kept: Option<(Who, Balance, Who)>,
    pub withdrawn: Option<(Who, Balance, bool)>,
    pub paused_until: Option<Millis>,
    pub channels: Option<(Common, Vec<Event>)>,
}

impl Told {
    /// That channels changed, if any did.
    pub fn changes(common: Common, events: Vec<Event>) -> Self {
        Self {
            channels: (!events.is_empty()).then_some((common, events)),
            ..Self::default()
        }
    }

    pub fn count(&self) -> usize {
        usize::from(self.kept.is_some())
            + usize::from(self.withdrawn.is_some())
            + usize::from(self.paused_until.is_some())
            + usize::from(self.channels.is_some())
    }
}

/// What a call that goes through answers and tells.
pub type Effect = (Answer, Told);
