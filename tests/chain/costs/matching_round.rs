//! What a round of matching costs.

use super::{transfers, Cost, Costs};
use farthing_chain::{
    Account, AsInk, Balance, Chain, DonationPool, Factory, Farthing, Round, UNIT,
};
use farthing_types::{
    split::{Recipient, PARTS},
    Millis, DAY,
};
use ink::codegen::TraitCallBuilder;
use matching_round::terms::Terms;
use pool::terms::{Mode, Terms as PoolTerms};

const GIFT: Balance = UNIT / 50;

struct Meter<'a> {
    costs: &'a mut Costs,
    chain: &'a mut Chain,
    factory: Factory,
    ada: Account,
    bob: Account,
    /// Pools of the factory so far.
    made: u8,
}

pub fn measure(costs: &mut Costs) {
    let mut farthing = Farthing::default();
    let [ada, bob] = ["ada", "bob"].map(|name| farthing.chain.account(name, 10_000 * UNIT));
    let registry = farthing.registry_id.clone();
    let chain = &mut farthing.chain;
    let factory = Factory::deploy(chain, &ada, &registry, None).unwrap();
    let mut meter = Meter {
        costs,
        chain,
        factory,
        ada,
        bob,
        made: 0,
    };
    meter.small();
    meter.full("that keep everything", false);
    meter.full("with goals", true);
    meter.returned();
}

impl Meter<'_> {
    fn terms(&mut self, verified: bool) -> Terms {
        let now = self.chain.now();
        Terms {
            title: "Wells for villages".into(),
            description: [1; 32],
            uri: "https://example.org/wells".into(),
            organiser: self.ada.id().ink(),
            factory: self.factory.id.ink(),
            opens: now + DAY,
            closes: now + 30 * DAY,
            divides: now + 40 * DAY,
            minimum: 1,
            cap: 10 * UNIT,
            verifier: verified.then(|| self.ada.id().ink()),
        }
    }

    fn round(&mut self, verified: bool) -> (Round, Terms) {
        let terms = self.terms(verified);
        let round = Round::deploy(self.chain, &self.ada, terms.clone()).unwrap();
        (round, terms)
    }

    /// A pool of the factory, and its number. Its goal, if it has one, is settled at `deadline`.
    fn pool(&mut self, deadline: Option<Millis>) -> (DonationPool, u32) {
        let mode = match deadline {
            Some(deadline) => Mode::AllOrNothing { goal: 1, deadline },
            None => Mode::KeepAll { closes: None },
        };
        let terms = PoolTerms {
            title: "A well for the village".into(),
            description: [1; 32],
            uri: "https://example.org/well".into(),
            beneficiaries: vec![Recipient {
                account: self.ada.id().ink(),
                parts: PARTS,
            }],
            mode,
            minimum: 1,
            fee: None,
            release: Vec::new(),
            least_sponsorship: 0,
        };
        let number = self.made;
        self.made += 1;
        let salt = [number; 32];
        let made = self
            .factory
            .create(self.chain, &self.ada, None, terms, salt);
        (made.unwrap().0, number.into())
    }

    /// Donates 0.02 UNIT as `donor`.
    fn donate(&mut self, name: &str, donor: &Account, round: &mut Round, pool: &DonationPool) {
        let message = round.round.call_mut().donate(pool.id.ink(), Some([7; 32]));
        self.costs.call(self.chain, name, donor, message, GIFT);
    }

    /// Messages of a round with two pools.
    fn small(&mut self) {
        let (ada, bob) = (self.ada.clone(), self.bob.clone());
        let (mut at, terms) = self.round(true);
        self.costs.note("matching_round.new", &at.deployment);
        let mut entered = Vec::new();
        for (kind, goal) in [("first pool", false), ("with a goal", true)] {
            let (pool, number) = self.pool(goal.then_some(terms.divides));
            let enter = at.round.call_mut().enter(number);
            let name = format!("matching_round.enter, {kind}");
            self.costs.call(self.chain, &name, &ada, enter, 0);
            entered.push(pool);
        }
        for times in ["first", "repeated"] {
            let sponsor = at.round.call_mut().sponsor();
            let name = format!("matching_round.sponsor, {times}");
            self.costs.call(self.chain, &name, &bob, sponsor, UNIT);
        }
        let mut list = vec![ada.id().ink(), bob.id().ink()];
        list.extend((2..64).map(|n| ink::primitives::AccountId::from([n; 32])));
        for times in ["first", "repeated"] {
            let allow = at.round.call_mut().allow(list.clone());
            let name = format!("matching_round.allow, 64, {times}");
            self.costs.call(self.chain, &name, &ada, allow, 0);
        }
        self.chain.seal_at(terms.opens);
        for (kind, pool) in ["to keep", "towards a goal"].iter().zip(&entered) {
            for times in ["first", "repeated"] {
                let name = format!("matching_round.donate, {kind}, listed, {times}");
                self.donate(&name, &bob, &mut at, pool);
            }
        }
        let pool = entered[0].id.ink();
        let reads = at.round.clone();
        let read = reads.call().is_allowed(bob.id().ink());
        self.costs
            .read(self.chain, "matching_round.is_allowed", read);
        let read = reads.call().contribution(pool, bob.id().ink());
        self.costs
            .read(self.chain, "matching_round.contribution", read);
        let read = reads.call().tally_of(pool);
        self.costs.read(self.chain, "matching_round.tally_of", read);
        let read = reads.call().sponsored(bob.id().ink());
        self.costs
            .read(self.chain, "matching_round.sponsored", read);
        let read = reads.call().overview();
        self.costs.read(self.chain, "matching_round.overview", read);
        let read = reads.call().solvency();
        self.costs.read(self.chain, "matching_round.solvency", read);
        self.chain.seal_at(terms.closes);
        let clear = at.round.call_mut().clear(list);
        let name = "matching_round.clear, 64";
        self.costs.call(self.chain, name, &ada, clear, 0);
        let forget = at.round.call_mut().forget(pool);
        let name = "matching_round.forget";
        self.costs.call(self.chain, name, &bob, forget, 0);
        at.assert_solvent(self.chain);
    }

    /// A round with 64 pools, and what does not depend on how many give how often.
    fn full(&mut self, kind: &str, goals: bool) {
        let (ada, bob) = (self.ada.clone(), self.bob.clone());
        let (mut at, terms) = self.round(false);
        let mut pools = Vec::new();
        for n in 0..64 {
            let (pool, number) = self.pool(goals.then_some(terms.divides));
            let enter = at.round.call_mut().enter(number);
            match n {
                63 => {
                    let name = format!("matching_round.enter, the last of 64 {kind}");
                    self.costs.call(self.chain, &name, &ada, enter, 0);
                }
                _ => drop(self.chain.call(&ada, enter, 0).unwrap()),
            }
            pools.push(pool);
        }
        let sponsor = at.round.call_mut().sponsor();
        self.chain.call(&bob, sponsor, 10 * UNIT).unwrap();
        self.chain.seal_at(terms.opens);
        for pool in &pools {
            for donor in [&ada, &bob] {
                let message = at.round.call_mut().donate(pool.id.ink(), None);
                self.chain.call_unasked(donor, message, GIFT).unwrap();
            }
        }
        if !goals {
            self.crowd(&mut at, &pools[0]);
        }
        let reads = at.round.clone();
        let name = format!("matching_round.pools, 64 {kind}");
        self.costs.read(self.chain, &name, reads.call().pools());
        self.chain.seal_at(terms.divides);
        if goals {
            // All at once have more to say than fits into a block of 5 MiB.
            let divide = at.round.call_mut().divide(32);
            let name = "matching_round.divide, 64 pools with goals, the first half";
            self.costs.call(self.chain, name, &bob, divide, 0);
        }
        let divide = at.round.call_mut().divide(64);
        let name = format!("matching_round.divide, 64 pools {kind}");
        self.costs.call(self.chain, &name, &bob, divide, 0);
        if !goals {
            let pay = at.round.call_mut().pay(pools[0].id.ink());
            let name = "matching_round.pay, one of 64";
            self.costs.call(self.chain, name, &bob, pay, 0);
            let forget = at.round.call_mut().forget_sponsorship();
            let name = "matching_round.forget_sponsorship";
            self.costs.call(self.chain, name, &bob, forget, 0);
        }
        at.assert_solvent(self.chain);
    }

    /// Donations before and after a hundred others gave.
    fn crowd(&mut self, at: &mut Round, pool: &DonationPool) {
        let (bob, names) = (self.bob.clone(), ["third", "hundred and fourth"]);
        for (n, name) in (0..).zip(names) {
            let new = self.chain.account(&format!("donor-{n}"), UNIT);
            let first = format!("matching_round.donate, to keep, the {name} donor");
            self.donate(&first, &new, at, pool);
            if n == 0 {
                for m in 0..100 {
                    let one = self.chain.account(&format!("one-of-many-{m}"), UNIT);
                    let message = at.round.call_mut().donate(pool.id.ink(), None);
                    self.chain.call_unasked(&one, message, GIFT).unwrap();
                }
            }
        }
        for times in ["second", "hundredth"] {
            let name = format!("matching_round.donate, to keep, a donor's {times}");
            self.donate(&name, &bob, at, pool);
            if times == "second" {
                for _ in 3..100 {
                    let message = at.round.call_mut().donate(pool.id.ink(), None);
                    self.chain.call_unasked(&bob, message, GIFT).unwrap();
                }
            }
        }
        let message = at.round.call_mut().donate(pool.id.ink(), None);
        self.chain.call(&bob, message, 10 * UNIT).unwrap();
        self.donate(
            "matching_round.donate, to keep, over the cap",
            &bob,
            at,
            pool,
        );
    }

    /// A round whose money goes back.
    fn returned(&mut self) {
        let bob = self.bob.clone();
        let (mut at, terms) = self.round(false);
        let sponsor = at.round.call_mut().sponsor();
        self.chain.call(&bob, sponsor, UNIT).unwrap();
        self.chain.seal_at(terms.divides);
        let divide = at.round.call_mut().divide(64);
        let name = "matching_round.divide, no pools";
        self.costs.call(self.chain, name, &bob, divide, 0);
        let back = at.round.call_mut().take_back(bob.id().ink());
        let name = "matching_round.take_back";
        self.costs.call(self.chain, name, &bob, back, 0);
        at.assert_solvent(self.chain);
    }
}

fn cost(name: &str) -> Cost {
    super::measured().calls[&format!("matching_round.donate, {name}")]
}

#[test]
fn a_donation_through_a_round_costs_the_same_after_any_number_of_donors_and_donations() {
    // Extracting a larger root takes a little longer: a thousandth of the call.
    let same = |few: Cost, many: Cost| many.weight.abs_diff(few.weight) < few.weight / 500;
    let third = cost("to keep, the third donor");
    let later = cost("to keep, the hundred and fourth donor");
    assert_eq!(third.deposit, later.deposit);
    assert!(same(third, later), "{third:?} {later:?}");
    let second = cost("to keep, a donor's second");
    let hundredth = cost("to keep, a donor's hundredth");
    assert_eq!((second.deposit, hundredth.deposit), (0, 0));
    assert!(same(second, hundredth), "{second:?} {hundredth:?}");
}

#[test]
fn a_repeated_donation_through_a_round_costs_less_than_ten_transfers_and_locks_nothing() {
    for kind in ["to keep", "towards a goal"] {
        let repeated = cost(&format!("{kind}, listed, repeated"));
        assert_eq!(repeated.deposit, 0);
        let transfers = transfers(repeated);
        assert!(transfers < 10.0, "{kind}: {transfers} transfers");
    }
}
