//! The pools of a round, as they are written down.

use crate::{
    error::{Error, Result},
    events::Answer,
    tally::Tally,
    terms::Terms,
};
use farthing_shared::fixed::{Fields, Record};
use farthing_types::{quadratic::Weight, Balance, Millis};
use ink::{
    prelude::{string::String, vec::Vec},
    primitives::AccountId,
};
use pool::books::{Stage as PoolStage, Sums};

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

/// The rules for donations: the same for all pools of a round, and kept with each so that a donation reads
/// nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Rules {
    /// From when on donations count.
    pub opens: Millis,
    /// From when on they no longer count.
    pub closes: Millis,
    /// The least that a donation can be.
    pub minimum: Balance,
    /// How much of all that one donor gives to the pool counts.
    pub cap: Balance,
    /// The organiser, who is no donor.
    pub organiser: AccountId,
    /// Whether there is a verifier, so that donors must be listed.
    pub listed: bool,
}

impl Rules {
    /// Those of a round with these rules.
    pub fn of(terms: &Terms) -> Self {
        Self {
            opens: terms.opens,
            closes: terms.closes,
            minimum: terms.minimum,
            cap: terms.cap,
            organiser: terms.organiser,
            listed: terms.verifier.is_some(),
        }
    }

    /// Checks that a donation of `amount` counts at `now`.
    pub fn check(&self, now: Millis, amount: Balance) -> Result<()> {
        if now < self.opens {
            return Err(Error::OpensAt(self.opens));
        }
        if now >= self.closes {
            return Err(Error::Closed(self.closes));
        }
        if amount < self.minimum {
            return Err(Error::BelowMinimum(self.minimum));
        }
        Ok(())
    }
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
    /// What holds for donations.
    pub rules: Rules,
    /// Who got its money when it entered, and so is no donor to it.
    pub beneficiaries: Vec<AccountId>,
}

/// The bytes of a place before its beneficiaries: a number, two objections; two amounts and a number for
/// what counts; two times, two amounts, an account and a flag for the rules; and the length of what follows.
const LENGTH: usize = 1 + 2 + (2 * 16 + 4) + (2 * 8 + 2 * 16 + 32 + 1) + 1;

/// The bytes before its tally, and those of the tally.
const BEFORE_TALLY: usize = 1 + 2;
const TALLY: usize = 2 * 16 + 4;

/// What a donation must know of a place, but for the beneficiaries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many pools entered before.
    pub place: u8,
    /// Who objects to the pool.
    pub objections: Objections,
    /// What counts for it.
    pub tally: Tally,
    /// What holds for donations.
    pub rules: Rules,
}

impl Head {
    /// Reads that of a place that is stored as `bytes`, all fields at once: every donation does.
    #[inline(always)]
    pub fn of(bytes: &[u8]) -> Self {
        let mut fields = Fields::of(bytes);
        Self {
            place: fields.byte(),
            objections: Objections {
                organiser: fields.byte() != 0,
                verifier: fields.byte() != 0,
            },
            tally: Tally {
                roots: fields.balance(),
                counted: fields.balance(),
                donors: fields.number(),
            },
            rules: Rules {
                opens: fields.long(),
                closes: fields.long(),
                minimum: fields.balance(),
                cap: fields.balance(),
                organiser: fields.bytes().into(),
                listed: fields.byte() != 0,
            },
        }
    }

    /// Checks that what `donor` gives to the pool counts, who is none of the `beneficiaries`.
    pub fn check_donor<'a>(
        &self,
        donor: &AccountId,
        mut beneficiaries: impl Iterator<Item = &'a [u8]>,
    ) -> Result<()> {
        if self.objections.any() {
            return Err(Error::StruckOff);
        }
        let bytes: &[u8] = donor.as_ref();
        if donor == &self.rules.organiser || beneficiaries.any(|one| one == bytes) {
            return Err(Error::NotADonor);
        }
        Ok(())
    }
}

/// Returns the beneficiaries of a place that is stored as `bytes`.
#[inline(always)]
pub fn beneficiaries(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.get(LENGTH..).unwrap_or_default().chunks_exact(32)
}

impl Tally {
    /// Writes it down in a place that is stored as `bytes`.
    #[inline(always)]
    pub fn put(&self, bytes: &mut [u8]) {
        let fields = bytes.get_mut(BEFORE_TALLY..BEFORE_TALLY + TALLY);
        let mut fields = Record::of(fields.unwrap_or_default());
        fields.put(&self.roots.to_le_bytes());
        fields.put(&self.counted.to_le_bytes());
        fields.put(&self.donors.to_le_bytes());
    }
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

/// What a pool tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Told {
    /// Its title.
    pub title: String,
    /// Where it stands now.
    pub stage: PoolStage,
    /// What came into it and was held, through the round and past it.
    pub sums: Sums,
}

/// A pool of the round as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Shown {
    /// What the round knows of it.
    pub projection: Projection,
    /// What it tells of itself; `None` if it does not answer.
    pub told: Option<Told>,
}

impl Place {
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
    use scale::Encode;

    fn place() -> Place {
        Place {
            place: 0,
            objections: Objections::default(),
            tally: Tally::default(),
            beneficiaries: vec![[1; 32].into(), [2; 32].into()],
            rules: Rules {
                opens: 10,
                closes: 20,
                minimum: 3,
                cap: 30,
                organiser: [9; 32].into(),
                listed: false,
            },
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

    fn check(place: &Place, donor: u8) -> Result<()> {
        let bytes = place.encode();
        Head::of(&bytes).check_donor(&[donor; 32].into(), beneficiaries(&bytes))
    }

    #[test]
    fn places_are_read_and_written_in_part_as_in_whole() {
        let mut place = place();
        place.objections.verifier = true;
        place.tally = Tally {
            roots: 1 << 70,
            counted: 1 << 65,
            donors: 12,
        };
        for count in [1, 2, 16] {
            place.beneficiaries = (0..count).map(|n| [n; 32].into()).collect();
            let mut bytes = place.encode();
            let head = Head {
                place: place.place,
                objections: place.objections,
                tally: place.tally.clone(),
                rules: place.rules.clone(),
            };
            assert_eq!(Head::of(&bytes), head);
            let read: Vec<_> = beneficiaries(&bytes).map(<[u8]>::to_vec).collect();
            let all = place.beneficiaries.iter();
            let all: Vec<Vec<u8>> = all.map(|one| AsRef::<[u8]>::as_ref(one).to_vec()).collect();
            assert_eq!(read, all);
            let tally = Tally {
                roots: 3,
                counted: 2,
                donors: 1,
            };
            tally.put(&mut bytes);
            place.tally = tally;
            assert_eq!(bytes, place.encode());
        }
    }

    #[test]
    fn beneficiaries_and_the_organiser_are_no_donors() {
        let check = |n: u8| check(&place(), n);
        assert_eq!(check(3), Ok(()));
        for n in [1, 2, 9] {
            assert_eq!(check(n), Err(Error::NotADonor));
        }
    }

    #[test]
    fn donations_count_while_the_round_is_open_and_from_the_minimum_on() {
        let check = |now, amount| place().rules.check(now, amount);
        assert_eq!(check(9, 3), Err(Error::OpensAt(10)));
        assert_eq!((check(10, 3), check(19, 3)), (Ok(()), Ok(())));
        assert_eq!(check(20, 3), Err(Error::Closed(20)));
        assert_eq!(check(10, 2), Err(Error::BelowMinimum(3)));
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
        assert_eq!(check(&place, 3), Err(Error::StruckOff));
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
