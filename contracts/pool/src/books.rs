//! What came in and whose it is: the pool's root item, which every donation reads and writes anyway.

use crate::{
    error::{Error, Result},
    sponsors::Sponsor,
    terms::{Mode, Terms},
    till::Till,
};
use farthing_shared::fixed::{read, Fields};
use farthing_types::{Balance, Millis};
use ink::scale;

/// The time of what never happens.
pub const NEVER: Millis = Millis::MAX;

/// Where a pool stands. Exactly one of donating, finalising and refunding is possible in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Stage {
    /// Everyone can donate.
    Open,
    /// It closed, and its donations are the beneficiaries': it can be finalised, once.
    Ended,
    /// It closed below its goal: its donations are the donors'.
    Missed,
}

/// What came into a pool and was held.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Sums {
    /// All donations that were held, whether refunded since or not. What went straight through is in no
    /// total.
    pub donated: Balance,
    /// What sponsors have added to donations that were held.
    pub matched: Balance,
    /// Grants and surplus that were held: the beneficiaries' in any case, and no part of the goal.
    pub pocket: Balance,
    /// Until when a sponsor may have money to match donations with; `None` if none has any.
    pub matching_until: Option<Millis>,
    /// Whether `finalise` was called.
    pub finalised: bool,
}

/// The books of a pool. A fixed size, so that no donation ever changes a storage deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Books {
    /// The least that a donation can be.
    pub minimum: Balance,
    /// From when on nobody can donate; [`NEVER`] if always.
    pub closes: Millis,
    /// What must come in; 0 if everything is kept.
    pub goal: Balance,
    /// All donations that were held, whether refunded since or not. What went straight through is in no
    /// total.
    pub donated: Balance,
    /// What sponsors have added to them.
    pub matched: Balance,
    /// Grants and surplus that were held: the beneficiaries' in any case, and no part of the goal.
    pub pocket: Balance,
    /// Until when a sponsor may have money to match donations with; 0 if none has any.
    pub matching_until: Millis,
    /// Whether `finalise` was called.
    pub finalised: bool,
    /// Whether there is a release schedule.
    pub scheduled: bool,
}

/// The bytes of [`Books`]: five amounts, two times and two flags.
const LENGTH: usize = 5 * 16 + 2 * 8 + 2;

// At once, as every donation reads them.
impl scale::Decode for Books {
    fn decode<I: scale::Input>(input: &mut I) -> core::result::Result<Self, scale::Error> {
        let bytes: [u8; LENGTH] = read(input)?;
        let mut fields = Fields::of(&bytes);
        Ok(Self {
            minimum: fields.balance(),
            closes: fields.long(),
            goal: fields.balance(),
            donated: fields.balance(),
            matched: fields.balance(),
            pocket: fields.balance(),
            matching_until: fields.long(),
            finalised: fields.flag()?,
            scheduled: fields.flag()?,
        })
    }
}

impl Books {
    /// The books of a new pool.
    pub fn new(terms: &Terms) -> Self {
        let (goal, closes) = match terms.mode {
            Mode::KeepAll { closes } => (0, closes.unwrap_or(NEVER)),
            Mode::AllOrNothing { goal, deadline } => (goal, deadline),
        };
        Self {
            minimum: terms.minimum,
            closes,
            goal,
            donated: 0,
            matched: 0,
            pocket: 0,
            matching_until: 0,
            finalised: false,
            scheduled: !terms.release.is_empty(),
        }
    }

    /// Returns where the pool stands at `now`. At the very time it closes, it is closed.
    pub fn stage(&self, now: Millis) -> Stage {
        if now < self.closes {
            Stage::Open
        } else if self.raised() >= self.goal {
            Stage::Ended
        } else {
            Stage::Missed
        }
    }

    /// Returns what counts towards the goal.
    pub fn raised(&self) -> Balance {
        self.donated.saturating_add(self.matched)
    }

    /// Returns what came in and was held.
    pub fn sums(&self) -> Sums {
        Sums {
            donated: self.donated,
            matched: self.matched,
            pocket: self.pocket,
            matching_until: Some(self.matching_until).filter(|until| *until != 0),
            finalised: self.finalised,
        }
    }

    /// Returns whether gifts need nothing but to be sent on at `now`.
    pub fn passes_gifts_on(&self, now: Millis) -> bool {
        self.holds_nothing() && now >= self.matching_until
    }

    /// Returns whether every donation is the beneficiaries' at once.
    pub fn holds_nothing(&self) -> bool {
        self.goal == 0 && !self.scheduled
    }

    /// Checks that a donation can be taken.
    #[inline(always)]
    pub fn check_gift(&self, now: Millis, amount: Balance) -> Result<()> {
        if now >= self.closes {
            return Err(Error::Closed(self.closes));
        }
        if amount < self.minimum {
            return Err(Error::BelowMinimum(self.minimum));
        }
        Ok(())
    }

    /// Adds donations that are held, and what sponsors added to them.
    pub fn hold(&mut self, donated: Balance, matched: Balance) -> Result<()> {
        let sum = self.donated.checked_add(donated);
        self.donated = sum.ok_or(Error::Overflow)?;
        let sum = self.matched.checked_add(matched);
        self.matched = sum.ok_or(Error::Overflow)?;
        Ok(())
    }

    /// Makes the donations the beneficiaries' for good.
    pub fn finalise(&mut self, now: Millis) -> Result<Balance> {
        match self.stage(now) {
            Stage::Open => return Err(Error::OpenUntil(self.closes)),
            Stage::Missed => return Err(Error::GoalMissed(self.raised())),
            Stage::Ended if self.finalised => return Err(Error::AlreadyFinalised),
            Stage::Ended => self.finalised = true,
        }
        Ok(self.raised())
    }

    /// Checks that donors can have their money back.
    pub fn check_refund(&self, now: Millis) -> Result<()> {
        match self.stage(now) {
            _ if self.goal == 0 => Err(Error::NoRefunds),
            Stage::Open => Err(Error::OpenUntil(self.closes)),
            Stage::Ended => Err(Error::GoalReached(self.raised())),
            Stage::Missed => Ok(()),
        }
    }

    /// Returns all that the beneficiaries were ever due of what is held, paid out or not.
    pub fn beneficiaries_due(&self) -> Balance {
        if self.goal == 0 || self.finalised {
            self.pocket.saturating_add(self.raised())
        } else {
            self.pocket
        }
    }

    /// Returns what the pool owes in all.
    pub fn owed(&self, now: Millis, till: &Till, sponsors: &[Sponsor]) -> Balance {
        let missed = self.stage(now) == Stage::Missed;
        // What sponsors added to donations is theirs again if the goal was missed.
        let matched = if missed { 0 } else { self.matched };
        let sponsors = sponsors
            .iter()
            .fold(0, |sum: Balance, one| sum.saturating_add(one.due(missed)));
        self.donated
            .saturating_add(matched)
            .saturating_add(self.pocket)
            .saturating_add(till.kept_in_all())
            .saturating_add(sponsors)
            .saturating_sub(till.refunded)
            .saturating_sub(till.paid_out())
    }
}

#[cfg(test)]
mod tests;
