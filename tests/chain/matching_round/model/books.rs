//! The model: what it remembers, and what it says must come of a step.

use super::{super::world::*, MINIMUM, PEOPLE, POOLS};
use num_bigint::BigUint;
use std::collections::{BTreeMap, BTreeSet};

/// What the model remembers.
#[derive(Default)]
pub struct Model {
    /// Numbers of the pools that entered.
    pub entered: Vec<u32>,
    pub listed: BTreeSet<usize>,
    /// Every gift through the round that went through.
    pub gifts: Vec<(usize, u32, Balance)>,
    /// What came into each pool as donations, by donor, and was not refunded.
    pub pools: BTreeMap<(u32, usize), Balance>,
    pub raised: BTreeMap<u32, Balance>,
    /// Records of donors that exist.
    pub records: BTreeSet<(usize, u32)>,
    pub sponsors: BTreeMap<usize, Balance>,
    pub money: Balance,
    pub asked: u32,
    /// The pools' shares, or none if all goes back.
    pub outcome: Option<Option<Vec<Balance>>>,
    pub paid: BTreeSet<u32>,
    pub back: Balance,
    pub forced: Balance,
}

/// When a pool closes, and the goal it then has.
pub fn rules(pool: u32) -> (Option<Millis>, Balance) {
    match pool {
        0 => (None, 0),
        1 => (Some(OPENS + 10 * DAY), 0),
        2 => (Some(OPENS + 20 * DAY), 50_000),
        3 => (Some(DIVIDES), 200_000),
        _ => (Some(DIVIDES + DAY), 50_000),
    }
}

pub type Outcome<T = ()> = Result<T, Error>;

impl Model {
    pub fn enter(&mut self, now: Millis, pool: u32) -> Outcome {
        if now >= OPENS {
            return Err(Error::Opened(OPENS));
        }
        if self.entered.contains(&pool) {
            return Err(Error::AlreadyEntered);
        }
        if let (Some(closes), 1..) = rules(pool) {
            if closes > DIVIDES {
                return Err(Error::DeadlineTooLate(closes));
            }
        }
        self.entered.push(pool);
        Ok(())
    }

    pub fn sponsor(&mut self, now: Millis, who: usize, amount: Balance) -> Outcome {
        if now >= CLOSES {
            return Err(Error::Closed(CLOSES));
        }
        if amount == 0 {
            return Err(Error::NothingGiven);
        }
        *self.sponsors.entry(who).or_default() += amount;
        self.money += amount;
        Ok(())
    }

    pub fn pool_takes(
        &mut self,
        now: Millis,
        who: usize,
        pool: u32,
        amount: Balance,
    ) -> Result<(), pool::Error> {
        if let Some(closes) = rules(pool).0.filter(|closes| now >= *closes) {
            return Err(pool::Error::Closed(closes));
        }
        if amount == 0 {
            return Err(pool::Error::BelowMinimum(1));
        }
        *self.pools.entry((pool, who)).or_default() += amount;
        *self.raised.entry(pool).or_default() += amount;
        Ok(())
    }

    pub fn donate(&mut self, now: Millis, who: usize, pool: u32, amount: Balance) -> Outcome {
        if now < OPENS {
            return Err(Error::OpensAt(OPENS));
        }
        if now >= CLOSES {
            return Err(Error::Closed(CLOSES));
        }
        if amount < MINIMUM {
            return Err(Error::BelowMinimum(MINIMUM));
        }
        if !self.listed.contains(&who) {
            return Err(Error::NotListed);
        }
        if !self.entered.contains(&pool) {
            return Err(Error::NotEntered);
        }
        self.pool_takes(now, who, pool, amount)
            .map_err(Error::Refused)?;
        self.gifts.push((who, pool, amount));
        self.records.insert((who, pool));
        Ok(())
    }

    pub fn missed(&self, now: Millis, pool: u32) -> bool {
        let (closes, goal) = rules(pool);
        let raised = self.raised.get(&pool).copied().unwrap_or(0);
        closes.is_some_and(|closes| now >= closes) && raised < goal
    }

    pub fn divide(&mut self, now: Millis, count: u32) -> Outcome<u32> {
        if self.outcome.is_some() {
            return Err(Error::AlreadyDivided);
        }
        if now < DIVIDES {
            return Err(Error::DividesAt(DIVIDES));
        }
        let all = self.entered.len() as u32;
        self.asked = (self.asked + count).min(all);
        if self.asked == all {
            self.outcome = Some(self.shares(now));
        }
        Ok(all - self.asked)
    }

    /// All gifts of one donor to one pool, up to the cap.
    pub fn counted(&self, who: usize, pool: u32) -> Balance {
        let of = |gift: &&(usize, u32, Balance)| (gift.0, gift.1) == (who, pool);
        let sum: Balance = self.gifts.iter().filter(of).map(|gift| gift.2).sum();
        sum.min(CAP)
    }

    /// The formula, from the beginning and with roots of 24 binary places.
    pub fn weight(&self, now: Millis, pool: u32) -> BigUint {
        let counted = (0..PEOPLE).map(|who| BigUint::from(self.counted(who, pool)) << 48usize);
        let counted: Vec<_> = counted.collect();
        let roots: BigUint = counted.iter().map(BigUint::sqrt).sum();
        let (square, sum) = (&roots * &roots, counted.iter().sum::<BigUint>());
        if self.missed(now, pool) || square < sum {
            return BigUint::ZERO;
        }
        square - sum
    }

    pub fn shares(&self, now: Millis) -> Option<Vec<Balance>> {
        let pools = self.entered.iter();
        let weights: Vec<_> = pools.map(|pool| self.weight(now, *pool)).collect();
        let all: BigUint = weights.iter().sum();
        if all == BigUint::ZERO {
            return None;
        }
        // What the first few get together, rounded down, is rounded down once.
        let mut so_far = BigUint::ZERO;
        let together = weights.iter().map(|weight| {
            so_far += weight;
            u128::try_from(&so_far * self.money / &all).unwrap()
        });
        let together: Vec<_> = [0].into_iter().chain(together).collect();
        Some(together.windows(2).map(|two| two[1] - two[0]).collect())
    }

    pub fn pay(&mut self, pool: u32) -> Outcome {
        let Some(outcome) = &self.outcome else {
            return Err(Error::NotDivided);
        };
        let place = self.entered.iter().position(|one| *one == pool);
        let place = place.ok_or(Error::NotEntered)?;
        let share = outcome.as_ref().map_or(0, |shares| shares[place]);
        if share == 0 || !self.paid.insert(pool) {
            return Err(Error::NothingDue);
        }
        Ok(())
    }

    pub fn take_back(&mut self, caller: usize, who: usize) -> Outcome {
        match &self.outcome {
            None => return Err(Error::NotDivided),
            Some(Some(_)) => return Err(Error::WentToPools),
            Some(None) => {}
        }
        let given = self.sponsors.get(&who).copied().unwrap_or(0);
        if given == 0 {
            return Err(Error::NothingDue);
        }
        self.back += given;
        match caller == who {
            true => self.sponsors.remove(&who),
            false => self.sponsors.insert(who, 0),
        };
        Ok(())
    }

    pub fn forget(&mut self, now: Millis, who: usize, pool: u32) -> Outcome {
        if now < CLOSES {
            return Err(Error::OpenUntil(CLOSES));
        }
        if !self.entered.contains(&pool) {
            return Err(Error::NotEntered);
        }
        match self.records.remove(&(who, pool)) {
            true => Ok(()),
            false => Err(Error::NotPayer),
        }
    }

    pub fn forget_sponsorship(&mut self, who: usize) -> Outcome {
        let outcome = self.outcome.as_ref().ok_or(Error::NotDivided)?;
        let given = *self.sponsors.get(&who).ok_or(Error::NotPayer)?;
        if given != 0 && outcome.is_none() {
            return Err(Error::StillDue(given));
        }
        self.sponsors.remove(&who);
        Ok(())
    }

    pub fn granted(&self, pool: u32) -> Balance {
        let place = self.entered.iter().position(|one| *one == pool);
        match (place, &self.outcome) {
            (Some(place), Some(Some(shares))) if self.paid.contains(&pool) => shares[place],
            _ => 0,
        }
    }

    pub fn owed(&self) -> Balance {
        let granted: Balance = (0..POOLS).map(|pool| self.granted(pool)).sum();
        self.money - granted - self.back
    }
}
