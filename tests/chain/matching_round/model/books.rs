//! The model: what it remembers, and what it says must come of a step.

use super::{super::world::*, MAX_SHARE, MINIMUM, MIN_DONORS, PEOPLE, POOLS};
use farthing_contracts::pool;
use num_bigint::BigUint;
use std::collections::{BTreeMap, BTreeSet};

/// What the model remembers.
#[derive(Default)]
pub struct Model {
    /// Numbers of the pools that entered.
    pub entered: Vec<u32>,
    /// Who is on the verifier's lists.
    pub lists: Vec<Vec<usize>>,
    /// Who objects to which pool: the organiser (`true`) or the verifier.
    pub objections: BTreeSet<(u32, bool)>,
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
    pub offered: u32,
    /// The pools' shares, when they are settled.
    pub shares: Option<Vec<Balance>>,
    pub paid: BTreeSet<u32>,
    /// What of the rest is left, and of the claims to it.
    pub rest_left: Balance,
    pub claims: Balance,
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

/// Who of the people gets a pool's money, if any of them does.
pub fn beneficiary(pool: u32) -> Option<usize> {
    (pool == 1).then_some(2)
}

/// The organiser's place among the people.
pub const ORGANISER: usize = PEOPLE - 1;

pub type Outcome<T = ()> = Result<T, Error>;

impl Model {
    pub fn enter(&mut self, now: Millis, pool: u32) -> Outcome {
        if now >= CHOSEN {
            return Err(Error::Chosen(CHOSEN));
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

    pub fn take_out(&mut self, now: Millis, pool: u32) -> Outcome {
        if now >= CHOSEN {
            return Err(Error::Chosen(CHOSEN));
        }
        let place = self.entered.iter().position(|one| *one == pool);
        self.entered.swap_remove(place.ok_or(Error::NotEntered)?);
        Ok(())
    }

    pub fn object(&mut self, now: Millis, organiser: bool, pool: u32, on: bool) -> Outcome {
        if now < CHOSEN {
            return Err(Error::ChosenUntil(CHOSEN));
        }
        if now >= DIVIDES {
            return Err(Error::ObjectionsEnded(DIVIDES));
        }
        if !self.entered.contains(&pool) {
            return Err(Error::NotEntered);
        }
        match on {
            true if !self.objections.insert((pool, organiser)) => Err(Error::StruckOff),
            false if !self.objections.remove(&(pool, organiser)) => Err(Error::NotStruckOff),
            _ => Ok(()),
        }
    }

    pub fn struck_off(&self, pool: u32) -> bool {
        [true, false]
            .iter()
            .any(|by| self.objections.contains(&(pool, *by)))
    }

    pub fn set_list(&mut self, now: Millis, list: u8, members: Vec<usize>) -> Outcome {
        if now >= CLOSES {
            return Err(Error::Closed(CLOSES));
        }
        let (at, count) = (usize::from(list), self.lists.len());
        if at < count && now >= OPENS {
            return Err(Error::Opened(OPENS));
        }
        if at > count {
            return Err(Error::WrongList(count as u8));
        }
        self.lists.truncate(count.max(at));
        match self.lists.get_mut(at) {
            Some(old) => *old = members,
            None => self.lists.push(members),
        }
        Ok(())
    }

    pub fn leave(&mut self, now: Millis, who: usize) -> Outcome<Balance> {
        if now >= OPENS {
            return Err(Error::Opened(OPENS));
        }
        let given = self.sponsors.remove(&who).ok_or(Error::NothingDue)?;
        self.money -= given;
        Ok(given)
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

    pub fn donate(
        &mut self,
        now: Millis,
        who: usize,
        pool: u32,
        amount: Balance,
        list: u8,
    ) -> Outcome {
        if !self.entered.contains(&pool) {
            return Err(Error::NotEntered);
        }
        if now < OPENS {
            return Err(Error::OpensAt(OPENS));
        }
        if now >= CLOSES {
            return Err(Error::Closed(CLOSES));
        }
        if amount < MINIMUM {
            return Err(Error::BelowMinimum(MINIMUM));
        }
        if self.struck_off(pool) {
            return Err(Error::StruckOff);
        }
        if who == ORGANISER || beneficiary(pool) == Some(who) {
            return Err(Error::NotADonor);
        }
        let list = self.lists.get(usize::from(list));
        let listed = list.is_some_and(|list| list.contains(&who));
        if !listed && !self.records.contains(&(who, pool)) {
            return Err(Error::NotListed);
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

    /// Asks, settles and pays with up to `calls` calls.
    pub fn divide(&mut self, now: Millis, calls: u32) -> Outcome<u32> {
        let all = self.entered.len() as u32;
        if self.shares.is_some() && self.offered == all {
            return Err(Error::AlreadyDivided);
        }
        if now < DIVIDES {
            return Err(Error::DividesAt(DIVIDES));
        }
        let mut left = calls;
        while self.asked < all {
            let pool = self.entered[self.asked as usize];
            // Who weighs something and has a goal is asked.
            if rules(pool).1 != 0 && self.raw_weight(pool) != BigUint::ZERO {
                if left == 0 {
                    break;
                }
                left -= 1;
            }
            self.asked += 1;
        }
        if self.shares.is_none() && self.asked == all {
            let shares = self.shares_at(now);
            self.rest_left = self.money - shares.iter().sum::<Balance>();
            self.claims = self.money;
            self.shares = Some(shares);
        }
        if let Some(shares) = &self.shares {
            while self.offered < all {
                let pool = self.entered[self.offered as usize];
                if shares[self.offered as usize] != 0 && !self.paid.contains(&pool) {
                    if left == 0 {
                        break;
                    }
                    left -= 1;
                    self.paid.insert(pool);
                }
                self.offered += 1;
            }
        }
        Ok(2 * all - self.asked - self.offered)
    }

    /// All gifts of one donor to one pool, up to the cap.
    pub fn counted(&self, who: usize, pool: u32) -> Balance {
        let of = |gift: &&(usize, u32, Balance)| (gift.0, gift.1) == (who, pool);
        let sum: Balance = self.gifts.iter().filter(of).map(|gift| gift.2).sum();
        sum.min(CAP)
    }

    /// The formula, from the beginning and with roots of 24 binary places, whatever became of the goal.
    fn raw_weight(&self, pool: u32) -> BigUint {
        let counted = (0..PEOPLE).map(|who| BigUint::from(self.counted(who, pool)) << 48usize);
        let counted: Vec<_> = counted.collect();
        let donors = counted.iter().filter(|one| **one != BigUint::ZERO).count();
        let roots: BigUint = counted.iter().map(BigUint::sqrt).sum();
        let (square, sum) = (&roots * &roots, counted.iter().sum::<BigUint>());
        if self.struck_off(pool) || (donors as u32) < MIN_DONORS || square < sum {
            return BigUint::ZERO;
        }
        square - sum
    }

    fn weight(&self, now: Millis, pool: u32) -> BigUint {
        match self.missed(now, pool) {
            true => BigUint::ZERO,
            false => self.raw_weight(pool),
        }
    }

    /// The most that one pool gets.
    pub fn most(&self) -> Balance {
        self.money * Balance::from(MAX_SHARE) / 10_000
    }

    /// What the pools get at the division.
    pub fn shares_at(&self, now: Millis) -> Vec<Balance> {
        let pools = self.entered.iter();
        self.shares_of(
            &pools
                .map(|pool| self.weight(now, *pool))
                .collect::<Vec<_>>(),
        )
    }

    /// What they would get by now: of a goal nothing is known before the pool was asked.
    pub fn shares_so_far(&self, now: Millis) -> Vec<Balance> {
        let weight = |(place, pool): (u32, &u32)| match place < self.asked {
            true => self.weight(now, *pool),
            false => self.raw_weight(*pool),
        };
        let pools = (0..).zip(&self.entered);
        self.shares_of(&pools.map(weight).collect::<Vec<_>>())
    }

    /// What pools with these weights get. Where too much is asked for, tries how many of the largest have the
    /// most that one can have: the first number with which no other one has more.
    fn shares_of(&self, weights: &[BigUint]) -> Vec<Balance> {
        let (money, most) = (BigUint::from(self.money), BigUint::from(self.most()));
        let asked = weights.iter().map(|one| (one >> 48usize).min(most.clone()));
        let asked: Vec<_> = asked.collect();
        if asked.iter().sum::<BigUint>() <= money {
            return asked.iter().map(|one| one.try_into().unwrap()).collect();
        }
        let mut largest = weights.to_vec();
        largest.sort();
        largest.reverse();
        for full in 0..largest.len() {
            let rest = &money - &most * full;
            let weight: BigUint = largest[full..].iter().sum();
            if &largest[full] * &rest <= &most * &weight {
                let share = |one: &BigUint| match largest[..full].contains(one) {
                    true => most.clone(),
                    false => one * &rest / &weight,
                };
                return weights
                    .iter()
                    .map(|one| share(one).try_into().unwrap())
                    .collect();
            }
        }
        panic!("more is asked for than there is, and less")
    }

    /// What became of the money, in a word.
    pub fn ending(&self) -> &'static str {
        let shares = self.shares.clone().unwrap_or_default();
        let given: Balance = shares.iter().sum();
        match given {
            0 => "all returned",
            _ if shares.contains(&self.most()) => "somebody at the most",
            _ if given + 5 > self.money => "all divided",
            _ => "a part divided",
        }
    }

    pub fn pay(&mut self, pool: u32) -> Outcome {
        let Some(shares) = &self.shares else {
            return Err(Error::NotDivided);
        };
        let place = self.entered.iter().position(|one| *one == pool);
        let place = place.ok_or(Error::NotEntered)?;
        if shares[place] == 0 || !self.paid.insert(pool) {
            return Err(Error::NothingDue);
        }
        Ok(())
    }

    pub fn take_back(&mut self, caller: usize, who: usize) -> Outcome<Balance> {
        if self.shares.is_none() {
            return Err(Error::NotDivided);
        }
        let given = *self.sponsors.get(&who).ok_or(Error::NothingDue)?;
        if given == 0 && caller != who {
            return Err(Error::NothingDue);
        }
        let mut part = BigUint::ZERO;
        if given != 0 {
            part = BigUint::from(self.rest_left) * given / self.claims;
        }
        let part = Balance::try_from(part).unwrap();
        self.rest_left -= part;
        self.claims -= given;
        self.back += part;
        match caller == who {
            true => self.sponsors.remove(&who),
            false => self.sponsors.insert(who, 0),
        };
        Ok(part)
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

    pub fn granted(&self, pool: u32) -> Balance {
        let place = self.entered.iter().position(|one| *one == pool);
        match (place, &self.shares) {
            (Some(place), Some(shares)) if self.paid.contains(&pool) => shares[place],
            _ => 0,
        }
    }

    pub fn owed(&self) -> Balance {
        let granted: Balance = (0..POOLS).map(|pool| self.granted(pool)).sum();
        self.money - granted - self.back
    }
}
