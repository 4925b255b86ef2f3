//! A round and its model, side by side.

use super::{
    super::{rebuilt::Rebuilt, world::*},
    books::{beneficiary, rules, Model, Outcome},
    Step, MAX_SHARE, MINIMUM, MIN_DONORS, PEOPLE, POOLS,
};
use ink::codegen::TraitCallBuilder;
use std::{collections::BTreeMap, fmt::Debug};

/// A round and its model, side by side.
pub struct Pair {
    w: World,
    pub model: Model,
    people: Vec<Account>,
    /// What the round's events tell.
    rebuilt: Rebuilt,
    /// How often each kind of step went through or was refused.
    pub done: BTreeMap<String, u32>,
}

impl Pair {
    pub fn new() -> Self {
        let mut w = World::with(|terms| {
            verified(terms);
            terms.minimum = MINIMUM;
            (terms.max_share, terms.min_donors) = (MAX_SHARE, MIN_DONORS);
        });
        let people = [&w.sue, &w.bob, &w.carol, &w.dave, &w.olga].map(Account::clone);
        for pool in 0..POOLS {
            let (closes, goal) = rules(pool);
            let terms = match goal {
                0 => PoolTerms {
                    mode: Mode::KeepAll { closes },
                    ..keep_all(&w.ada)
                },
                goal => w.goal(goal, closes.unwrap()),
            };
            let to = beneficiary(pool).map_or(&w.ada, |who| &people[who]);
            let beneficiaries = keep_all(to).beneficiaries;
            w.made(PoolTerms {
                beneficiaries,
                ..terms
            });
        }
        Self {
            rebuilt: Rebuilt::new(&w.at.id, &w.at.deployment),
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
            Ok((answer, receipt)) => {
                self.rebuilt.follow(&receipt);
                Ok(answer)
            }
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
            Step::TakeOut(pool) => {
                let expected = self.model.take_out(now, pool);
                let got = w.chain.call(&w.olga, w.to().take_out(w.pool(pool)), 0);
                self.check(step, expected, got);
            }
            Step::StrikeOff(organiser, pool) => {
                let expected = self.model.object(now, organiser, pool, true);
                let message = w.to().strike_off(w.pool(pool), [1; 32]);
                let who = w.objector(organiser);
                let got = w.chain.call(&who, message, 0);
                self.check(step, expected, got);
            }
            Step::Reinstate(organiser, pool) => {
                let expected = self.model.object(now, organiser, pool, false);
                let message = w.to().reinstate(w.pool(pool));
                let who = w.objector(organiser);
                let got = w.chain.call(&who, message, 0);
                self.check(step, expected, got);
            }
            Step::SetList(list, bits) => {
                let members = (0..PEOPLE).filter(|who| (bits >> who) & 1 == 1);
                let members: Vec<_> = members.collect();
                let ids: Vec<_> = members.iter().map(|who| people[*who].id().ink()).collect();
                let expected = self.model.set_list(now, list, members);
                let message = w.to().set_list(list, root(&ids), String::new());
                let got = w.chain.call(&w.vera, message, 0);
                self.check(step, expected, got);
            }
            Step::Leave(who) => {
                let expected = self.model.leave(now, who);
                let got = w.chain.call(&people[who], w.to().leave(), 0);
                self.check(step, expected, got);
            }
            Step::Sponsor(who, amount) => {
                let expected = self.model.sponsor(now, who, amount);
                let got = w.chain.call(&people[who], w.to().sponsor(), amount);
                self.check(step, expected, got);
            }
            Step::Donate(who, pool, amount, list) => {
                let membership = membership(&self.model.lists, &people, list, who);
                let expected = self.model.donate(now, who, pool, amount, list);
                let message = w.to().donate(w.pool(pool), None, membership);
                let got = w.chain.call(&people[who], message, amount);
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
                let got = w.chain.call(&people[caller], message, 0);
                if let (Ok((part, _)), true) = (&got, caller != who) {
                    assert_eq!(w.balance(&people[who]), before + part);
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
        let shares = match &self.model.shares {
            Some(shares) => shares.clone(),
            None => self.model.shares_so_far(self.w.chain.now()),
        };
        assert_eq!(self.w.shares(), shares);
        assert!(shares.iter().all(|share| *share <= self.model.most()));
        for (projection, pool) in projections.iter().zip(&self.model.entered) {
            let struck = self.model.struck_off(*pool);
            assert_eq!(projection.objections.any(), struck);
            assert_eq!(projection.entry.number, *pool);
        }
        for (who, account) in people.iter().enumerate() {
            let given = self.model.sponsors.get(&who).copied().unwrap_or(0);
            let message = self.w.to().sponsored(account.id().ink());
            assert_eq!(self.w.read(message), given);
        }
        let round = self.w.at.round.clone();
        self.rebuilt.compare(&mut self.w.chain, &round, &people);
        self.w.assert_solvent();
    }

    /// Brings the round to its end and everything out of it.
    pub fn finish(&mut self) {
        while self.model.shares.is_none() {
            self.step(&Step::Divide(0));
            if self.model.shares.is_none() {
                self.step(&Step::Divide(1));
            }
        }
        self.compare_all();
        self.step(&Step::Pay(0));
        self.step(&Step::Divide(64));
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

/// That somebody is on a list, or that somebody else is, or nothing.
fn membership(
    lists: &[Vec<usize>],
    people: &[Account],
    list: u8,
    who: usize,
) -> Option<Membership> {
    let members = lists
        .get(usize::from(list))
        .filter(|list| !list.is_empty())?;
    let ids: Vec<_> = members.iter().map(|who| people[*who].id().ink()).collect();
    let index = members.iter().position(|one| *one == who).unwrap_or(0);
    let proof = prove(&leaves(&ids), index)?;
    Some(Membership { list, proof })
}
