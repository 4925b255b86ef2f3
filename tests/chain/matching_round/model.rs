//! Random sequences of all that can be done with a round, against a model that keeps its own books.
//!
//! The model remembers every gift and, at the end, works out roots, weights and shares anew from all of
//! them, with integers of any size: it knows nothing of running sums. After each step it must agree with
//! the contract on whether that went through, and if not why; and at the end, on every unit.

use super::world::*;
use ink::codegen::TraitCallBuilder;
use num_bigint::BigUint;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

const POOLS: u32 = 5;
const PEOPLE: usize = 4;
const MINIMUM: Balance = 3;

#[derive(Clone, Debug)]
enum Step {
    Wait(Millis),
    Enter(u32),
    Allow(usize),
    Sponsor(usize, Balance),
    Donate(usize, u32, Balance),
    /// Past the round.
    Give(usize, u32, Balance),
    Force(usize, Balance),
    Divide(u32),
    Pay(u32),
    TakeBack(usize, usize),
    Refund(u32, usize),
    Forget(usize, u32),
    ForgetSponsorship(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let (who, pool) = (0..PEOPLE, 0..POOLS);
    let amount = prop_oneof![0..10u128, 0..2_000u128, 0..2 * CAP, Just(CAP), 0..UNIT];
    let wait = prop_oneof![5..DAY, 5..10 * DAY];
    prop_oneof![
        4 => wait.prop_map(Step::Wait),
        3 => pool.clone().prop_map(Step::Enter),
        2 => who.clone().prop_map(Step::Allow),
        3 => (who.clone(), amount.clone()).prop_map(|(a, b)| Step::Sponsor(a, b)),
        12 => (who.clone(), pool.clone(), amount.clone()).prop_map(|(a, b, c)| Step::Donate(a, b, c)),
        2 => (who.clone(), pool.clone(), amount.clone()).prop_map(|(a, b, c)| Step::Give(a, b, c)),
        1 => (who.clone(), amount).prop_map(|(a, b)| Step::Force(a, b)),
        2 => (0..4u32).prop_map(Step::Divide),
        2 => pool.clone().prop_map(Step::Pay),
        2 => (who.clone(), who.clone()).prop_map(|(a, b)| Step::TakeBack(a, b)),
        1 => (pool.clone(), who.clone()).prop_map(|(a, b)| Step::Refund(a, b)),
        1 => (who.clone(), pool).prop_map(|(a, b)| Step::Forget(a, b)),
        1 => who.prop_map(Step::ForgetSponsorship),
    ]
}

/// What the model remembers.
#[derive(Default)]
struct Model {
    /// Numbers of the pools that entered.
    entered: Vec<u32>,
    listed: BTreeSet<usize>,
    /// Every gift through the round that went through.
    gifts: Vec<(usize, u32, Balance)>,
    /// What came into each pool as donations, by donor, and was not refunded.
    pools: BTreeMap<(u32, usize), Balance>,
    raised: BTreeMap<u32, Balance>,
    /// Records of donors that exist.
    records: BTreeSet<(usize, u32)>,
    sponsors: BTreeMap<usize, Balance>,
    money: Balance,
    asked: u32,
    /// The pools' shares, or none if all goes back.
    outcome: Option<Option<Vec<Balance>>>,
    paid: BTreeSet<u32>,
    back: Balance,
    forced: Balance,
}

/// When a pool closes, and the goal it then has.
fn rules(pool: u32) -> (Option<Millis>, Balance) {
    match pool {
        0 => (None, 0),
        1 => (Some(OPENS + 10 * DAY), 0),
        2 => (Some(OPENS + 20 * DAY), 50_000),
        3 => (Some(DIVIDES), 200_000),
        _ => (Some(DIVIDES + DAY), 50_000),
    }
}

type Outcome<T = ()> = Result<T, Error>;

impl Model {
    fn enter(&mut self, now: Millis, pool: u32) -> Outcome {
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

    fn sponsor(&mut self, now: Millis, who: usize, amount: Balance) -> Outcome {
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

    fn pool_takes(
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

    fn donate(&mut self, now: Millis, who: usize, pool: u32, amount: Balance) -> Outcome {
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

    fn missed(&self, now: Millis, pool: u32) -> bool {
        let (closes, goal) = rules(pool);
        let raised = self.raised.get(&pool).copied().unwrap_or(0);
        closes.is_some_and(|closes| now >= closes) && raised < goal
    }

    fn divide(&mut self, now: Millis, count: u32) -> Outcome<u32> {
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
    fn counted(&self, who: usize, pool: u32) -> Balance {
        let of = |gift: &&(usize, u32, Balance)| (gift.0, gift.1) == (who, pool);
        let sum: Balance = self.gifts.iter().filter(of).map(|gift| gift.2).sum();
        sum.min(CAP)
    }

    /// The formula, from the beginning and with roots of 24 binary places.
    fn weight(&self, now: Millis, pool: u32) -> BigUint {
        let counted = (0..PEOPLE).map(|who| BigUint::from(self.counted(who, pool)) << 48usize);
        let counted: Vec<_> = counted.collect();
        let roots: BigUint = counted.iter().map(BigUint::sqrt).sum();
        let (square, sum) = (&roots * &roots, counted.iter().sum::<BigUint>());
        if self.missed(now, pool) || square < sum {
            return BigUint::ZERO;
        }
        square - sum
    }

    fn shares(&self, now: Millis) -> Option<Vec<Balance>> {
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

    fn pay(&mut self, pool: u32) -> Outcome {
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

    fn take_back(&mut self, caller: usize, who: usize) -> Outcome {
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

    fn forget(&mut self, now: Millis, who: usize, pool: u32) -> Outcome {
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

    fn forget_sponsorship(&mut self, who: usize) -> Outcome {
        let outcome = self.outcome.as_ref().ok_or(Error::NotDivided)?;
        let given = *self.sponsors.get(&who).ok_or(Error::NotPayer)?;
        if given != 0 && outcome.is_none() {
            return Err(Error::StillDue(given));
        }
        self.sponsors.remove(&who);
        Ok(())
    }

    fn granted(&self, pool: u32) -> Balance {
        let place = self.entered.iter().position(|one| *one == pool);
        match (place, &self.outcome) {
            (Some(place), Some(Some(shares))) if self.paid.contains(&pool) => shares[place],
            _ => 0,
        }
    }

    fn owed(&self) -> Balance {
        let granted: Balance = (0..POOLS).map(|pool| self.granted(pool)).sum();
        self.money - granted - self.back
    }
}

/// A round and its model, side by side.
struct Pair {
    w: World,
    model: Model,
    people: Vec<Account>,
    done: BTreeMap<String, u32>,
}

impl Pair {
    fn new() -> Self {
        let mut w = World::with(|terms| {
            verified(terms);
            terms.minimum = MINIMUM;
        });
        for pool in 0..POOLS {
            let (closes, goal) = rules(pool);
            let terms = match goal {
                0 => PoolTerms {
                    mode: Mode::KeepAll { closes },
                    ..keep_all(&w.ada)
                },
                goal => w.goal(goal, closes.unwrap()),
            };
            w.made(terms);
        }
        let people = [&w.sue, &w.bob, &w.carol, &w.dave].map(Account::clone);
        Self {
            w,
            model: Model::default(),
            people: people.to_vec(),
            done: BTreeMap::new(),
        }
    }

    fn check<T: Debug + PartialEq>(
        &mut self,
        step: &Step,
        expected: Outcome<T>,
        got: Result<(T, Receipt), Failure<Error>>,
    ) {
        let got = match got {
            Ok((answer, _)) => Ok(answer),
            Err(Failure::Contract(error)) => Err(error),
            Err(error) => panic!("{step:?}: {error:?}"),
        };
        assert_eq!(got, expected, "{step:?}");
        let name = format!("{step:?}");
        let name = name.split('(').next().unwrap_or_default();
        let end = if expected.is_ok() { "ok" } else { "refused" };
        *self.done.entry(format!("{name} {end}")).or_default() += 1;
    }

    fn step(&mut self, step: &Step) {
        let now = self.w.chain.now();
        let people = self.people.clone();
        let w = &mut self.w;
        match *step {
            Step::Wait(time) => w.chain.advance(time),
            Step::Enter(pool) => {
                let expected = self.model.enter(now, pool).map(|()| w.pool(pool));
                let got = w.chain.call(&w.olga, w.to().enter(pool), 0);
                self.check(step, expected, got);
            }
            Step::Allow(who) => {
                let expected = match now < CLOSES {
                    true => Ok(drop(self.model.listed.insert(who))),
                    false => Err(Error::Closed(CLOSES)),
                };
                let message = w.to().allow(vec![people[who].id().ink()]);
                let got = w.chain.call(&w.vera, message, 0);
                self.check(step, expected, got);
            }
            Step::Sponsor(who, amount) => {
                let expected = self.model.sponsor(now, who, amount);
                let got = w.chain.call(&people[who], w.to().sponsor(), amount);
                self.check(step, expected, got);
            }
            Step::Donate(who, pool, amount) => {
                let expected = self.model.donate(now, who, pool, amount);
                let got = w.chain.call(&people[who], w.donation(pool), amount);
                self.check(step, expected, got);
            }
            Step::Give(who, pool, amount) => {
                let expected = self.model.pool_takes(now, who, pool, amount);
                let message = w.pools[pool as usize].pool.call_mut().donate(None);
                let got = w.chain.call(&people[who], message, amount);
                assert_eq!(got.is_ok(), expected.is_ok(), "{step:?}");
            }
            Step::Force(who, amount) => {
                let id = w.at.id.clone();
                w.chain.transfer(&people[who], &id, amount).unwrap();
                self.model.forced += amount;
            }
            Step::Divide(count) => {
                let expected = self.model.divide(now, count);
                let got = w.chain.call(&people[0], w.to().divide(count), 0);
                self.check(step, expected, got);
            }
            Step::Pay(pool) => {
                let expected = self.model.pay(pool);
                let got = w.chain.call(&people[0], w.to().pay(w.pool(pool)), 0);
                self.check(step, expected, got);
            }
            Step::TakeBack(caller, who) => {
                let expected = self.model.take_back(caller, who);
                let before = w.balance(&people[who]);
                let message = w.to().take_back(people[who].id().ink());
                let given = self.w.read(self.w.to().sponsored(people[who].id().ink()));
                let got = self.w.chain.call(&people[caller], message, 0);
                if got.is_ok() && caller != who {
                    assert_eq!(self.w.balance(&people[who]), before + given);
                }
                self.check(step, expected, got);
            }
            Step::Refund(pool, who) => {
                let given = self.model.pools.get(&(pool, who)).copied().unwrap_or(0);
                let due = self.model.missed(now, pool) && given != 0;
                let message = w.pools[pool as usize].pool.call_mut();
                let got = w
                    .chain
                    .call(&people[0], message.refund(people[who].id().ink()), 0);
                assert_eq!(got.is_ok(), due, "{step:?}: {got:?}");
                if due {
                    self.model.pools.remove(&(pool, who));
                }
            }
            Step::Forget(who, pool) => {
                let expected = self.model.forget(now, who, pool);
                let got = w.chain.call(&people[who], w.to().forget(w.pool(pool)), 0);
                self.check(step, expected, got);
            }
            Step::ForgetSponsorship(who) => {
                let expected = self.model.forget_sponsorship(who);
                let got = w.chain.call(&people[who], w.to().forget_sponsorship(), 0);
                self.check(step, expected, got);
            }
        }
        self.compare();
    }

    /// After every step: what the round owes and holds.
    fn compare(&mut self) {
        let owed = self.model.owed();
        let held = owed + self.model.forced;
        assert_eq!(self.w.read(self.w.to().solvency()), (owed, held));
    }

    /// At the end: every unit, and every record.
    fn compare_all(&mut self) {
        let people = self.people.clone();
        let mut place = 0;
        let projections = self.w.projections();
        for pool in 0..POOLS {
            let raised = self.model.raised.get(&pool).copied().unwrap_or(0);
            assert_eq!(self.w.donated(pool), raised);
            assert_eq!(self.w.granted(pool), self.model.granted(pool));
            if !self.model.entered.contains(&pool) {
                continue;
            }
            for (who, account) in people.iter().enumerate() {
                let expected = match self.model.records.contains(&(who, pool)) {
                    true => self.model.counted(who, pool),
                    false => 0,
                };
                assert_eq!(self.w.counted(account, pool), expected);
            }
            place += 1;
        }
        assert_eq!(projections.len(), place);
        let money = self.model.money;
        let shares = match &self.model.outcome {
            Some(shares) => shares.clone(),
            None => self.model.shares(0),
        };
        assert!(shares
            .iter()
            .all(|all| all.iter().sum::<Balance>() == money));
        let shares = shares.unwrap_or_else(|| vec![0; place]);
        assert_eq!(self.w.shares(), shares);
        for (who, account) in people.iter().enumerate() {
            let given = self.model.sponsors.get(&who).copied().unwrap_or(0);
            let message = self.w.to().sponsored(account.id().ink());
            assert_eq!(self.w.read(message), given);
        }
        self.w.assert_solvent();
    }

    /// Brings the round to its end and everything out of it.
    fn finish(&mut self) {
        let now = self.w.chain.now();
        if now < DIVIDES {
            self.step(&Step::Wait(DIVIDES - now));
        }
        if self.model.outcome.is_none() {
            self.step(&Step::Divide(64));
        }
        self.compare_all();
        for pool in 0..POOLS {
            self.step(&Step::Pay(pool));
        }
        for who in 0..PEOPLE {
            self.step(&Step::TakeBack(who, who));
        }
        assert_eq!(self.model.owed(), 0, "all of it is with somebody");
        self.compare_all();
    }
}

#[test]
fn any_sequence_does_what_the_model_does() {
    let cases = std::env::var("FARTHING_MODEL_CASES");
    let cases = cases.map_or(24, |cases| cases.parse().unwrap());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let steps = prop::collection::vec(step(), 60..=120);
    let mut all = BTreeMap::<String, u32>::new();
    for _ in 0..cases {
        let steps = steps.new_tree(&mut runner).unwrap().current();
        let mut pair = Pair::new();
        for step in &steps {
            pair.step(step);
        }
        pair.compare_all();
        pair.finish();
        for (name, times) in pair.done {
            *all.entry(name).or_default() += times;
        }
        let ended = match pair.model.outcome {
            Some(Some(_)) => "money divided",
            _ => "money returned",
        };
        *all.entry(ended.into()).or_default() += 1;
    }
    // Nothing is left untried.
    for name in [
        "Enter",
        "Allow",
        "Sponsor",
        "Donate",
        "Divide",
        "Pay",
        "TakeBack",
        "Forget",
        "ForgetSponsorship",
    ] {
        for end in ["ok", "refused"] {
            let name = format!("{name} {end}");
            assert!(all.contains_key(&name), "never: {name} ({all:?})");
        }
    }
    assert!(
        all.contains_key("money divided") && all.contains_key("money returned"),
        "{all:?}"
    );
}
