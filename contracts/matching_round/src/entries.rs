//! The pools of a round, as they are written down.

use crate::{
    error::{Error, Result},
    events::Answer,
    tally::Tally,
};
use farthing_types::{quadratic::Weight, Balance};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// A pool of the round. A fixed size, so that dividing locks no storage deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Entry {
    /// Its account.
    pub account: AccountId,
    /// Its number in the factory.
    pub number: u32,
    /// Whether it can miss a goal.
    pub has_goal: bool,
    /// Whether the division has asked it whether it did.
    pub asked: bool,
    /// Whether it did, as the division found.
    pub missed: bool,
    /// What it gets of the money, in the chain's smallest unit.
    pub share: Balance,
    /// Whether it has got that.
    pub paid: bool,
}

impl Entry {
    /// Writes down whether the pool missed its goal.
    pub fn note(&mut self, missed: bool) -> Answer {
        (self.asked, self.missed) = (true, missed);
        Answer {
            pool: self.account,
            missed,
        }
    }
}

/// Who objects to a pool. While anybody does, it is struck off: nobody donates to it through the round, and
/// it gets nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Objections {
    /// The organiser.
    pub organiser: bool,
    /// The verifier.
    pub verifier: bool,
}

impl Objections {
    /// Returns whether the pool is struck off.
    pub fn any(&self) -> bool {
        self.organiser || self.verifier
    }

    /// Writes down that `by` objects to the pool (`on`), or no longer does. Each of the two can take back
    /// their own objection only.
    pub fn set(&mut self, by: Objector, on: bool) -> Result<()> {
        let mut changed = false;
        for (is, objects) in [
            (by.organiser, &mut self.organiser),
            (by.verifier, &mut self.verifier),
        ] {
            changed |= is && *objects != on;
            *objects = if is { on } else { *objects };
        }
        match changed {
            true => Ok(()),
            false if on => Err(Error::StruckOff),
            false => Err(Error::NotStruckOff),
        }
    }
}

/// As whom an account objects; it can be both.
#[derive(Clone, Copy, Debug)]
pub struct Objector {
    /// The organiser.
    pub organiser: bool,
    /// The verifier.
    pub verifier: bool,
}

/// A pool's place in the round, and what was given to it there. The size never changes, so that donations
/// lock no storage deposit for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Place {
    /// How many pools entered before.
    pub place: u8,
    /// Who objects to it.
    pub objections: Objections,
    /// What counts for it.
    pub tally: Tally,
    /// Who got its money when it entered, and so is no donor to it.
    pub beneficiaries: Vec<AccountId>,
}

/// A pool of the round, and what was given to it there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Projection {
    /// The pool. Before the division, its share is what it would get were the money divided now, and all
    /// pools with a goal to reach it.
    pub entry: Entry,
    /// Who objects to it.
    pub objections: Objections,
    /// What counts for it.
    pub tally: Tally,
}

impl Place {
    /// Checks that what `donor` gives to the pool counts.
    pub fn check_donor(&self, donor: &AccountId, organiser: &AccountId) -> Result<()> {
        if self.objections.any() {
            return Err(Error::StruckOff);
        }
        if donor == organiser || self.beneficiaries.contains(donor) {
            return Err(Error::NotADonor);
        }
        Ok(())
    }

    /// Returns what its share is proportional to, whatever became of its goal.
    pub fn weight(&self, min_donors: u32) -> Weight {
        if self.objections.any() || self.tally.donors < min_donors {
            return Weight::NONE;
        }
        self.tally.weight()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            place: 0,
            objections: Objections::default(),
            tally: Tally::default(),
            beneficiaries: vec![[1; 32].into(), [2; 32].into()],
        }
    }

    const ORGANISER: Objector = Objector {
        organiser: true,
        verifier: false,
    };
    const VERIFIER: Objector = Objector {
        organiser: false,
        verifier: true,
    };

    #[test]
    fn beneficiaries_and_the_organiser_are_no_donors() {
        let organiser = [9; 32].into();
        let check = |n: u8| place().check_donor(&[n; 32].into(), &organiser);
        assert_eq!(check(3), Ok(()));
        for n in [1, 2, 9] {
            assert_eq!(check(n), Err(Error::NotADonor));
        }
    }

    #[test]
    fn pool_is_struck_off_while_anybody_objects() {
        let mut place = place();
        let objections = &mut place.objections;
        assert_eq!(objections.set(ORGANISER, true), Ok(()));
        assert_eq!(objections.set(ORGANISER, true), Err(Error::StruckOff));
        assert_eq!(objections.set(VERIFIER, false), Err(Error::NotStruckOff));
        assert_eq!(objections.set(VERIFIER, true), Ok(()));
        assert_eq!(objections.set(ORGANISER, false), Ok(()));
        assert!(objections.any());
        let refused = place.check_donor(&[3; 32].into(), &[9; 32].into());
        assert_eq!(refused, Err(Error::StruckOff));
        assert_eq!(place.objections.set(VERIFIER, false), Ok(()));
        assert!(!place.objections.any());
    }

    #[test]
    fn one_who_is_both_objects_as_both() {
        let mut objections = Objections::default();
        let both = Objector {
            organiser: true,
            verifier: true,
        };
        assert_eq!(objections.set(both, true), Ok(()));
        assert!(objections.organiser && objections.verifier);
        assert_eq!(objections.set(both, false), Ok(()));
        assert_eq!(objections, Objections::default());
    }

    #[test]
    fn pool_with_too_few_donors_or_an_objection_weighs_nothing() {
        let mut place = place();
        place.tally = Tally {
            roots: 2 << 24,
            counted: 2,
            donors: 2,
        };
        assert_eq!(place.weight(2).asks(), 2);
        assert_eq!(place.weight(3), Weight::NONE);
        place.objections.verifier = true;
        assert_eq!(place.weight(2), Weight::NONE);
    }
}
