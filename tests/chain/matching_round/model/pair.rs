//! A round and its model, side by side.

use super::{
    super::world::*,
    books::{rules, Model, Outcome},
    Step, MINIMUM, PEOPLE, POOLS,
};
use ink::codegen::TraitCallBuilder;
use std::{collections::BTreeMap, fmt::Debug};

/// A round and its model, side by side.
pub struct Pair {
    w: World,
    pub model: Model,
    people: Vec<Account>,
    /// How often each kind of step went through or was refused.
    pub done: BTreeMap<String, u32>,
}

impl Pair {
    pub fn new() -> Self {
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

    pub fn step(&mut self, step: &Step) {
        let now = self.w.chain.now();
        let people = self.people.clone();
        let w = &mut self.w;
        match *step {
            Step::Wait(time) => w.chain.advance(time),
            Step::WaitUntil(time) if time < now + 5 => {}
            Step::WaitUntil(time) => w.chain.seal_at(time),
            Step::Enter(pool) => {
                let expected = self.model.enter(now, pool).map(|()| w.pool(pool));
                let got = w.chain.call(&w.olga, w.to().enter(pool), 0);
                self.check(step, expected, got);
            }
            Step::Allow(who) => {
                let expected = match now < CLOSES {
                    true => {
                        self.model.listed.insert(who);
                        Ok(())
                    }
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
    pub fn compare_all(&mut self) {
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
    pub fn finish(&mut self) {
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
