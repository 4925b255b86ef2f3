//! Sponsors, whose money is added to donations.
//!
//! Every unit of a donation is matched once at most, by the first sponsor who came and still has room
//! for it. What is added is rounded down at each donation, in the sponsor's favour.

use crate::{
    donor::{Donor, MAX_SPONSORS},
    error::{Error, Result},
    terms::LONGEST,
};
use farthing_types::{money::BASIS_POINTS, Balance, Millis, DAY};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// The least that can be added to a donation, in basis points of it.
pub const LEAST_RATIO: u32 = 1_000;
/// The most.
pub const MOST_RATIO: u32 = 100_000;

/// What a sponsor promises.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Pledge {
    /// What is added to a donation, in basis points of it: 1,000 to 100,000 (a tenth to ten times).
    pub ratio: u32,
    /// The most that is added for one donor; at least 1.
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
    /// Nothing for any donor.
    ZeroPerDonor,
    /// Neither until the pool closes nor at least a day and at most 2 years from now.
    Until,
}

impl Pledge {
    /// Until when donations are matched, in a pool that closes at `closes`.
    pub fn check(&self, now: Millis, closes: Millis) -> core::result::Result<Millis, PledgeError> {
        if self.ratio < LEAST_RATIO || self.ratio > MOST_RATIO {
            return Err(PledgeError::Ratio);
        }
        if self.per_donor == 0 {
            return Err(PledgeError::ZeroPerDonor);
        }
        let until = self.until.unwrap_or(closes).min(closes);
        if (until < now.saturating_add(DAY) && until != closes)
            || until > now.saturating_add(LONGEST)
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
    /// Where donors' records count what this sponsor added.
    pub place: u8,
    /// What is added to a donation, in basis points of it.
    pub ratio: u32,
    /// The most that is added for one donor.
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

    /// Adds to `amount` of a donation what is promised and there. Returns that, and how much of
    /// `amount` nobody has matched yet.
    fn add_to(&mut self, donor: &mut Donor, amount: Balance) -> (Balance, Balance) {
        let so_far = donor.matched_by(self.place, self.number);
        let room = self.per_donor.saturating_sub(so_far).min(self.unspent());
        if room == 0 {
            return (0, amount);
        }
        let promised = scaled(amount, self.ratio, BASIS_POINTS.into());
        let (added, matched) = if promised <= room {
            (promised, amount)
        } else {
            let ratio = self.ratio;
            (room, scaled_up(room, BASIS_POINTS.into(), ratio))
        };
        if added != 0 {
            self.spent = self.spent.saturating_add(added);
            donor.add_match(self.place, self.number, added);
        }
        (added, amount.saturating_sub(matched))
    }
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
    /// Adds what sponsors have promised to a donation of `amount` at `now`. Returns how much that is.
    pub fn add_to(&mut self, now: Millis, donor: &mut Donor, amount: Balance) -> Balance {
        let (mut rest, mut sum) = (amount, 0);
        let open = |sponsor: &&mut Sponsor| now < sponsor.until;
        for sponsor in self.list.iter_mut().filter(open) {
            let (added, left) = sponsor.add_to(donor, rest);
            rest = left;
            // At most what sponsors ever put in.
            sum = added.saturating_add(sum);
        }
        sum
    }

    /// Until when there is money to match donations with; 0 if there is none.
    pub fn matching_until(&self) -> Millis {
        self.list
            .iter()
            .filter(|sponsor| sponsor.unspent() != 0)
            .map(|sponsor| sponsor.until)
            .max()
            .unwrap_or(0)
    }

    /// Gives a new sponsor a number and a place: that of one who is done with, if all are taken. In a
    /// pool that `refunds` what sponsors gave if the goal is missed, nobody is done with before the end.
    pub fn admit(&mut self, mut sponsor: Sponsor, refunds: bool) -> Result<u32> {
        let place = if self.list.len() < MAX_SPONSORS {
            self.list.len()
        } else {
            let done = |one: &Sponsor| one.returned || (!refunds && one.unspent() == 0);
            let at = self.list.iter().position(done);
            let gone = self.list.remove(at.ok_or(Error::SponsorsFull)?);
            gone.place.into()
        };
        sponsor.place = u8::try_from(place).map_err(|_| Error::SponsorsFull)?;
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

/// `floor(amount * parts / whole)`; the largest amount there is if that is too large.
fn scaled(amount: Balance, parts: u32, whole: u32) -> Balance {
    let (whole_times, rest) = divided(amount, whole);
    let small = rest.saturating_mul(parts.into());
    let small = small.checked_div(whole.into()).unwrap_or(0);
    whole_times
        .saturating_mul(parts.into())
        .saturating_add(small)
}

/// `amount * parts / whole`, rounded up.
fn scaled_up(amount: Balance, parts: u32, whole: u32) -> Balance {
    let (whole_times, rest) = divided(amount, whole);
    let small = rest.saturating_mul(parts.into());
    whole_times
        .saturating_mul(parts.into())
        .saturating_add(small.div_ceil(Balance::from(whole).max(1)))
}

/// How often `whole` is in `amount`, and what is left. (Small, because dividing wide numbers is dear.)
fn divided(amount: Balance, whole: u32) -> (Balance, Balance) {
    let whole = Balance::from(whole);
    (
        amount.checked_div(whole).unwrap_or(0),
        amount.checked_rem(whole).unwrap_or(0),
    )
}

#[cfg(test)]
mod tests;
