//! Sponsors, whose money is added to donations.
//!
//! Each sponsor adds to each donation what they promised, as far as their money goes, whatever the others
//! do: so none is switched off by another who came first and promised less. What is added is rounded
//! down at each donation, in the sponsor's favour.

use crate::{
    donor::MAX_SPONSORS,
    error::{Error, Result},
    terms::MAX_AHEAD,
};
use farthing_types::{money::BASIS_POINTS, Balance, Millis, DAY};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// The least that can be added to a donation, in basis points of it.
pub const MIN_RATIO: u32 = 1_000;
/// The most that can be added to a donation, in basis points of it.
pub const MAX_RATIO: u32 = 100_000;
/// The most donors who can use up the least sponsorship: a sponsor promises each of them no less than
/// this part of it.
pub const MAX_DONORS_OF_LEAST: Balance = 100;

/// What a sponsor promises.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Pledge {
    /// What is added to a donation, in basis points of it: 1,000 to 100,000 (a tenth to ten times).
    pub ratio: u32,
    /// The most that is added for one donor, in a pool with a goal; for one donation in any other. At
    /// least a hundredth of the least that a sponsor of the pool puts in.
    pub per_donor: Balance,
    /// Until when donations are matched, if not until the pool closes.
    pub until: Option<Millis>,
}

/// Why a sponsor cannot promise this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum PledgeError {
    /// The pool asks a sponsor for at least this much.
    TooLittle(Balance),
    /// Less than a tenth or more than ten times a donation.
    Ratio,
    /// Less than this for one donor.
    PerDonor(Balance),
    /// Neither until the pool closes nor at least a day and at most 2 years from now.
    Until,
}

impl Pledge {
    /// Returns until when donations are matched, in a pool that closes at `closes` and asks a sponsor for
    /// at least `least`.
    pub fn check(
        &self,
        now: Millis,
        closes: Millis,
        least: Balance,
    ) -> core::result::Result<Millis, PledgeError> {
        if self.ratio < MIN_RATIO || self.ratio > MAX_RATIO {
            return Err(PledgeError::Ratio);
        }
        let least = least.div_ceil(MAX_DONORS_OF_LEAST).max(1);
        if self.per_donor < least {
            return Err(PledgeError::PerDonor(least));
        }
        let until = self.until.unwrap_or(closes).min(closes);
        if (until < now.saturating_add(DAY) && until != closes)
            || until > now.saturating_add(MAX_AHEAD)
        {
            return Err(PledgeError::Until);
        }
        Ok(until)
    }
}

/// A sponsor of the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Sponsor {
    /// Whose money it is.
    pub account: AccountId,
    /// Counted from 1 in each pool, in order of arrival.
    pub number: u32,
    /// What is added to a donation, in basis points of it.
    pub ratio: u32,
    /// The most that is added for one donor, in a pool with a goal; for one donation in any other.
    pub per_donor: Balance,
    /// Until when donations are matched.
    pub until: Millis,
    /// What the sponsor put in.
    pub given: Balance,
    /// What was added to donations.
    pub spent: Balance,
    /// Whether the sponsor has had back what was due at the end.
    pub returned: bool,
}

impl Sponsor {
    /// What was not added to donations.
    pub fn unspent(&self) -> Balance {
        self.given.saturating_sub(self.spent)
    }

    /// What is the sponsor's now: after a `missed` goal all of it.
    pub fn due(&self, missed: bool) -> Balance {
        if self.returned {
            0
        } else if missed {
            self.given
        } else {
            self.unspent()
        }
    }

    /// Adds to a donation of `amount` what is promised and there, `so_far` having been added for its donor
    /// before. Returns how much that is.
    fn add_to(&mut self, so_far: Balance, amount: Balance) -> Balance {
        let room = self.per_donor.saturating_sub(so_far).min(self.unspent());
        let added = scaled(amount, self.ratio).min(room);
        self.spent = self.spent.saturating_add(added);
        added
    }
}

/// What a sponsor added to a donation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Match {
    /// The sponsor's number.
    pub sponsor: u32,
    /// The amount, in the chain's smallest unit.
    pub amount: Balance,
}

/// All sponsors of a pool, first come first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Sponsors {
    /// How many there were so far.
    pub count: u32,
    /// Those who have a place.
    pub list: Vec<Sponsor>,
}

impl Sponsors {
    /// Adds to a donation of `amount` at `now` what each sponsor promised. Returns who added how much, of
    /// those who added something. `so_far` is what each had added for this donor before, in the order in
    /// which they came, where that is remembered.
    pub fn add_to(
        &mut self,
        now: Millis,
        amount: Balance,
        mut so_far: Option<&mut [Balance; MAX_SPONSORS]>,
    ) -> Vec<Match> {
        let mut matched = Vec::new();
        let open = |(_, sponsor): &(usize, &mut Sponsor)| now < sponsor.until;
        for (place, sponsor) in self.list.iter_mut().enumerate().filter(open) {
            let row = so_far.as_mut().and_then(|all| all.get_mut(place));
            let before = row.as_ref().map_or(0, |row| **row);
            let added = sponsor.add_to(before, amount);
            if added == 0 {
                continue;
            }
            if let Some(row) = row {
                *row = before.saturating_add(added);
            }
            matched.push(Match {
                sponsor: sponsor.number,
                amount: added,
            });
        }
        matched
    }

    /// Returns until when there is money to match donations with; 0 if there is none.
    pub fn matching_until(&self) -> Millis {
        self.list
            .iter()
            .filter(|sponsor| sponsor.unspent() != 0)
            .map(|sponsor| sponsor.until)
            .max()
            .unwrap_or(0)
    }

    /// Gives a new sponsor a number and a place: that of one who is done with, if all are taken. In a
    /// pool that `refunds` what sponsors gave if the goal is missed, nobody is done with before the end:
    /// there each stays where donors' records count them.
    pub fn admit(&mut self, mut sponsor: Sponsor, refunds: bool) -> Result<u32> {
        if self.list.len() >= MAX_SPONSORS {
            let done = |one: &Sponsor| one.returned || one.unspent() == 0;
            let at = self.list.iter().position(|one| !refunds && done(one));
            self.list.remove(at.ok_or(Error::SponsorsFull)?);
        }
        self.count = self.count.checked_add(1).ok_or(Error::SponsorsFull)?;
        sponsor.number = self.count;
        self.list.push(sponsor);
        Ok(self.count)
    }

    /// The sponsor with this number, if they have a place.
    pub fn find(&mut self, number: u32) -> Option<&mut Sponsor> {
        self.list.iter_mut().find(|one| one.number == number)
    }
}

/// Returns `ratio` basis points of `amount`, rounded down; the largest amount there is if that is too
/// large. (By parts, because dividing wide numbers is dear.)
fn scaled(amount: Balance, ratio: u32) -> Balance {
    let (whole, ratio) = (Balance::from(BASIS_POINTS), Balance::from(ratio));
    let times = amount.checked_div(whole).unwrap_or(0);
    let rest = amount.checked_rem(whole).unwrap_or(0);
    let small = rest.saturating_mul(ratio).checked_div(whole).unwrap_or(0);
    times.saturating_mul(ratio).saturating_add(small)
}

#[cfg(test)]
mod tests;
