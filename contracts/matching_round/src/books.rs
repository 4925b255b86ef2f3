//! Whose the money is: the round's root item, which donations read and never write.

use crate::{
    error::{Error, Result},
    terms::Terms,
};
use farthing_types::{
    quadratic::{MAX_CAUSES, MAX_MONEY},
    Balance, Millis, DAY,
};
use ink::primitives::AccountId;

/// Most pools of a round.
pub const MAX_POOLS: u32 = MAX_CAUSES as u32;
/// How long after the time of division a pool that does not answer holds it up.
pub const PATIENCE: Millis = 30 * DAY;

/// Where a round stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Stage {
    /// The organiser chooses pools, and sponsors can put money in.
    Entering,
    /// Donations count, and sponsors can put money in.
    Open,
    /// Nothing counts any more; the money cannot be divided yet.
    Closed,
    /// The money can be divided.
    Due,
    /// The money is the pools'.
    Divided,
    /// No pool had a weight: the money is the sponsors' again.
    Returned,
}

/// What became of the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum Outcome {
    /// It is not divided yet.
    Undecided,
    /// It is the pools'.
    Divided,
    /// It is the sponsors' again.
    Returned,
}

/// The books of a round. A fixed size, so that no message ever changes its storage deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Books {
    /// See [`Terms`].
    pub opens: Millis,
    /// See [`Terms`].
    pub closes: Millis,
    /// See [`Terms`].
    pub divides: Millis,
    /// See [`Terms`].
    pub minimum: Balance,
    /// See [`Terms`].
    pub cap: Balance,
    /// See [`Terms`].
    pub verifier: Option<AccountId>,
    /// All that sponsors put in.
    pub money: Balance,
    /// What of it has left: to pools, or back to sponsors.
    pub left: Balance,
    /// How many pools have entered.
    pub pools: u32,
    /// How many of them, in the order of entering, the division has asked whether they missed a goal.
    pub asked: u32,
    /// What became of the money.
    pub outcome: Outcome,
}

impl Books {
    /// The books of a new round.
    pub fn new(terms: &Terms) -> Self {
        Self {
            opens: terms.opens,
            closes: terms.closes,
            divides: terms.divides,
            minimum: terms.minimum,
            cap: terms.cap,
            verifier: terms.verifier,
            money: 0,
            left: 0,
            pools: 0,
            asked: 0,
            outcome: Outcome::Undecided,
        }
    }

    /// Where the round stands at `now`. Each stage begins at the very millisecond of its time.
    pub fn stage(&self, now: Millis) -> Stage {
        match self.outcome {
            Outcome::Divided => Stage::Divided,
            Outcome::Returned => Stage::Returned,
            Outcome::Undecided if now < self.opens => Stage::Entering,
            Outcome::Undecided if now < self.closes => Stage::Open,
            Outcome::Undecided if now < self.divides => Stage::Closed,
            Outcome::Undecided => Stage::Due,
        }
    }

    /// Checks that a donation of `amount` counts.
    pub fn check_donation(&self, now: Millis, amount: Balance) -> Result<()> {
        if now < self.opens {
            return Err(Error::OpensAt(self.opens));
        }
        self.check_not_closed(now)?;
        if amount < self.minimum {
            return Err(Error::BelowMinimum(self.minimum));
        }
        Ok(())
    }

    /// Checks that the round has not closed.
    pub fn check_not_closed(&self, now: Millis) -> Result<()> {
        if now >= self.closes {
            return Err(Error::Closed(self.closes));
        }
        Ok(())
    }

    /// Checks that the round has closed.
    pub fn check_closed(&self, now: Millis) -> Result<()> {
        if now < self.closes {
            return Err(Error::OpenUntil(self.closes));
        }
        Ok(())
    }

    /// Checks that one more pool can enter. Returns its place.
    pub fn check_entry(&self, now: Millis) -> Result<u32> {
        if now >= self.opens {
            return Err(Error::Opened(self.opens));
        }
        if self.pools >= MAX_POOLS {
            return Err(Error::RoundFull);
        }
        Ok(self.pools)
    }

    /// Takes in a sponsor's money.
    pub fn sponsor(&mut self, now: Millis, amount: Balance) -> Result<()> {
        self.check_not_closed(now)?;
        if amount == 0 {
            return Err(Error::NothingGiven);
        }
        let sum = self.money.checked_add(amount);
        self.money = sum.filter(|sum| *sum < MAX_MONEY).ok_or(Error::Overflow)?;
        Ok(())
    }

    /// Checks that the money can be divided.
    pub fn check_division(&self, now: Millis) -> Result<()> {
        if self.outcome != Outcome::Undecided {
            return Err(Error::AlreadyDivided);
        }
        if now < self.divides {
            return Err(Error::DividesAt(self.divides));
        }
        Ok(())
    }

    /// Whether a pool that does not answer is waited for no longer.
    pub fn out_of_patience(&self, now: Millis) -> bool {
        now >= self.divides.saturating_add(PATIENCE)
    }

    /// Checks that the money was divided.
    pub fn check_divided(&self) -> Result<()> {
        if self.outcome == Outcome::Undecided {
            return Err(Error::NotDivided);
        }
        Ok(())
    }

    /// Lets `amount` leave.
    pub fn let_out(&mut self, amount: Balance) -> Result<()> {
        let left = self.left.checked_add(amount);
        self.left = left
            .filter(|left| *left <= self.money)
            .ok_or(Error::Overflow)?;
        Ok(())
    }

    /// What the round owes: to pools or sponsors, whoever that is in the end.
    pub fn owed(&self) -> Balance {
        self.money.saturating_sub(self.left)
    }
}
