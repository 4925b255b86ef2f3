//! Whose the money is: the round's root item, which donations neither read nor write.

use crate::{
    error::{Error, Result},
    terms::Terms,
};
use farthing_types::{
    quadratic::{portion, MAX_CAUSES, MAX_MONEY},
    Balance, Millis, DAY,
};
use ink::primitives::AccountId;

/// Most pools of a round.
pub const MAX_POOLS: u32 = MAX_CAUSES as u32;
/// How long after the time of division pools are asked whether they missed their goals.
pub const PATIENCE: Millis = 30 * DAY;

/// Where a round stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Stage {
    /// The organiser chooses pools. Sponsors can put money in, and leave.
    Entering,
    /// The pools are chosen. Sponsors can put money in, and leave.
    Chosen,
    /// Donations count, and sponsors can put money in.
    Open,
    /// Nothing counts any more, and everyone can see what would be divided; pools can be struck off.
    Closed,
    /// The money can be divided.
    Due,
    /// It is settled whose the money is.
    Divided,
}

/// The books of a round. A fixed size, so that no message ever changes its storage deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Books {
    /// Who chooses the pools.
    pub organiser: AccountId,
    /// Until when the pools are chosen.
    pub chosen: Millis,
    /// From when on donations count, and sponsors cannot leave.
    pub opens: Millis,
    /// From when on donations no longer count, and nobody can sponsor.
    pub closes: Millis,
    /// From when on the money can be divided.
    pub divides: Millis,
    /// How many donors a pool needs to be given anything.
    pub min_donors: u32,
    /// Who says which accounts can donate, if not everyone can.
    pub verifier: Option<AccountId>,
    /// All that sponsors put in and did not leave with.
    pub money: Balance,
    /// What of it is here: what the round owes, to pools or sponsors, whoever that is in the end.
    pub owed: Balance,
    /// What of it goes back to the sponsors in all; 0 until it is settled.
    pub rest: Balance,
    /// What of that is here.
    pub rest_left: Balance,
    /// What those sponsors put in who have not had their part of it.
    pub claims: Balance,
    /// How many pools there are.
    pub pools: u32,
    /// How many of them, in the order of entering, need not be asked any more whether they missed a goal.
    pub asked: u32,
    /// How many of them, in the order of entering, were offered their shares.
    pub offered: u32,
    /// Whether it is settled whose the money is.
    pub divided: bool,
}

impl Books {
    /// The books of a new round.
    pub fn new(terms: &Terms) -> Self {
        Self {
            organiser: terms.organiser,
            chosen: terms.chosen,
            opens: terms.opens,
            closes: terms.closes,
            divides: terms.divides,
            min_donors: terms.min_donors,
            verifier: terms.verifier,
            ..Self::unread()
        }
    }

    /// Books with nothing in them, of a round that is of no interest.
    pub fn unread() -> Self {
        Self {
            organiser: [0; 32].into(),
            chosen: 0,
            opens: 0,
            closes: 0,
            divides: 0,
            min_donors: 0,
            verifier: None,
            money: 0,
            owed: 0,
            rest: 0,
            rest_left: 0,
            claims: 0,
            pools: 0,
            asked: 0,
            offered: 0,
            divided: false,
        }
    }

    /// Returns where the round stands at `now`. Each stage begins at the very millisecond of its time.
    pub fn stage(&self, now: Millis) -> Stage {
        match now {
            _ if self.divided => Stage::Divided,
            _ if now < self.chosen => Stage::Entering,
            _ if now < self.opens => Stage::Chosen,
            _ if now < self.closes => Stage::Open,
            _ if now < self.divides => Stage::Closed,
            _ => Stage::Due,
        }
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

    /// Checks that the round has not opened.
    pub fn check_not_opened(&self, now: Millis) -> Result<()> {
        if now >= self.opens {
            return Err(Error::Opened(self.opens));
        }
        Ok(())
    }

    /// Checks that the organiser can still choose pools.
    pub fn check_choosing(&self, now: Millis) -> Result<()> {
        if now >= self.chosen {
            return Err(Error::Chosen(self.chosen));
        }
        Ok(())
    }

    /// Checks that one more pool can enter. Returns its place.
    pub fn check_entry(&self, now: Millis) -> Result<u32> {
        self.check_choosing(now)?;
        if self.pools >= MAX_POOLS {
            return Err(Error::RoundFull);
        }
        Ok(self.pools)
    }

    /// Checks that pools can be struck off: from when on they are chosen, until the money can be divided.
    pub fn check_objection(&self, now: Millis) -> Result<()> {
        if now < self.chosen {
            return Err(Error::ChosenUntil(self.chosen));
        }
        if now >= self.divides {
            return Err(Error::ObjectionsEnded(self.divides));
        }
        Ok(())
    }

    /// Takes in a sponsor's money.
    pub fn sponsor(&mut self, now: Millis, amount: Balance) -> Result<()> {
        self.check_not_closed(now)?;
        if amount == 0 {
            return Err(Error::NothingGiven);
        }
        let sum = self.money.checked_add(amount);
        self.money = sum.filter(|sum| *sum < MAX_MONEY).ok_or(Error::Overflow)?;
        self.owed = self.money;
        Ok(())
    }

    /// Lets a sponsor go who had put in `given`.
    pub fn leave(&mut self, now: Millis, given: Balance) -> Result<()> {
        self.check_not_opened(now)?;
        if given == 0 {
            return Err(Error::NothingDue);
        }
        self.money = self.money.checked_sub(given).ok_or(Error::Overflow)?;
        self.owed = self.money;
        Ok(())
    }

    /// Checks that there is something to do for the division.
    pub fn check_division(&self, now: Millis) -> Result<()> {
        if self.divided && self.offered >= self.pools {
            return Err(Error::AlreadyDivided);
        }
        if now < self.divides {
            return Err(Error::DividesAt(self.divides));
        }
        Ok(())
    }

    /// Returns whether pools are asked no longer.
    pub fn out_of_patience(&self, now: Millis) -> bool {
        now >= self.divides.saturating_add(PATIENCE)
    }

    /// Returns how many pools are to be asked or to be offered their shares, at most.
    pub fn steps(&self) -> u32 {
        let (asked, offered) = (self.asked.min(self.pools), self.offered.min(self.pools));
        // Twice 64 at most.
        (self.pools.saturating_sub(asked)).saturating_add(self.pools.saturating_sub(offered))
    }

    /// Settles whose the money is: `shares` are the pools', the rest the sponsors'.
    pub fn settle(&mut self, shares: &[Balance]) -> Result<()> {
        let given = shares
            .iter()
            .try_fold(0, |sum: Balance, one| sum.checked_add(*one));
        let rest = given.and_then(|given| self.money.checked_sub(given));
        self.rest = rest.ok_or(Error::Overflow)?;
        self.rest_left = self.rest;
        self.claims = self.money;
        self.divided = true;
        Ok(())
    }

    /// Checks that the money was divided.
    pub fn check_divided(&self) -> Result<()> {
        if !self.divided {
            return Err(Error::NotDivided);
        }
        Ok(())
    }

    /// Takes a pool's share out.
    pub fn let_out(&mut self, share: Balance) -> Result<()> {
        self.owed = self.owed.checked_sub(share).ok_or(Error::Overflow)?;
        Ok(())
    }

    /// Returns what a sponsor who put in `given` would have back now.
    ///
    /// Of what is left it is the part that is theirs of the claims that are left, rounded down. So the last
    /// one has what rounding left, and nothing stays here: in all, less than a unit for each sponsor.
    pub fn part(&self, given: Balance) -> Result<Balance> {
        if given == 0 {
            return Ok(0);
        }
        portion(self.rest_left, given, self.claims).ok_or(Error::Overflow)
    }

    /// Takes a sponsor's part of the rest out. Returns how much it is.
    pub fn take_back(&mut self, given: Balance) -> Result<Balance> {
        let part = self.part(given)?;
        self.rest_left = self.rest_left.checked_sub(part).ok_or(Error::Overflow)?;
        self.claims = self.claims.checked_sub(given).ok_or(Error::Overflow)?;
        self.let_out(part)?;
        Ok(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn books() -> Books {
        Books {
            chosen: 10,
            opens: 20,
            closes: 30,
            divides: 40,
            ..Books::unread()
        }
    }

    #[test]
    fn sponsor_who_leaves_takes_all_of_theirs() {
        let mut books = books();
        assert_eq!(books.sponsor(0, 700), Ok(()));
        assert_eq!(books.sponsor(19, 300), Ok(()));
        assert_eq!(books.leave(19, 700), Ok(()));
        assert_eq!((books.money, books.owed), (300, 300));
        assert_eq!(books.leave(19, 0), Err(Error::NothingDue));
        assert_eq!(books.leave(20, 300), Err(Error::Opened(20)));
        assert_eq!(books.sponsor(20, 0), Err(Error::NothingGiven));
        assert_eq!(books.sponsor(29, MAX_MONEY - 300), Err(Error::Overflow));
        assert_eq!(books.sponsor(30, 1), Err(Error::Closed(30)));
    }

    proptest! {
        #[test]
        fn sponsors_have_back_all_of_the_rest_in_proportion(
            gifts in prop::collection::vec(1..1u128 << 86, 1..12), shared in 0u32..=1_000
        ) {
            let mut books = books();
            for gift in &gifts {
                books.sponsor(0, *gift).unwrap();
            }
            let share = books.money / 1_000 * u128::from(shared);
            books.settle(&[share]).unwrap();
            books.let_out(share).unwrap();
            let rest = books.rest;
            prop_assert_eq!(rest, books.money - share);
            let all = books.money;
            for (before, gift) in (0u128..).zip(&gifts) {
                let part = books.take_back(*gift).unwrap();
                let exact = portion(rest, *gift, all).unwrap();
                // Later ones gain by less than a unit for each one before.
                prop_assert!(part >= exact && part <= exact + before + 1);
                if share == 0 {
                    prop_assert_eq!(part, *gift);
                }
            }
            prop_assert_eq!((books.owed, books.rest_left, books.claims), (0, 0, 0));
        }
    }
}
