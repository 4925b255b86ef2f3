//! What a round of matching costs.

use super::{transfers, Cost, Costs};
use farthing_chain::{
    Account, AsInk, Balance, Chain, DonationPool, Factory, Farthing, Round, UNIT,
};
use farthing_contracts::matching_round::{lists::Membership, terms::Terms};
use farthing_contracts::pool::terms::{Mode, Terms as PoolTerms};
use farthing_types::{
    merkle::{leaf, prove, root_of},
    split::{Recipient, PARTS},
    Millis, DAY,
};
use ink::codegen::TraitCallBuilder;

const GIFT: Balance = UNIT / 50;

struct Meter<'a> {
    costs: &'a mut Costs,
    chain: &'a mut Chain,
    factory: Factory,
    /// Makes pools, and gets their money.
    ada: Account,
    /// Organises the rounds.
    olga: Account,
    /// Verifies donors.
    vera: Account,
    bob: Account,
    carol: Account,
    /// Pools of the factory so far.
    made: u8,
}

pub fn measure(costs: &mut Costs) {
    let mut farthing = Farthing::default();
    let names = ["ada", "olga", "vera", "bob", "carol"];
    let [ada, olga, vera, bob, carol] =
        names.map(|name| farthing.chain.account(name, 10_000 * UNIT));
    let registry = farthing.registry_id.clone();
    let chain = &mut farthing.chain;
    let factory = Factory::deploy(chain, &ada, &registry, None).unwrap();
    let mut meter = Meter {
        costs,
        chain,
        factory,
        ada,
        olga,
        vera,
        bob,
        carol,
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
            organiser: self.olga.id().ink(),
            factory: self.factory.id.ink(),
            chosen: now + DAY / 2,
            opens: now + DAY,
            closes: now + 30 * DAY,
            divides: now + 40 * DAY,
            minimum: 1,
            cap: 10 * UNIT,
            max_share: 10_000,
            min_donors: 2,
            verifier: verified.then(|| self.vera.id().ink()),
        }
    }

    fn round(&mut self, verified: bool) -> (Round, Terms) {
        let terms = self.terms(verified);
        let round = Round::deploy(self.chain, &self.olga, terms.clone()).unwrap();
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
        self.donate_as(name, donor, round, pool, None);
    }

    /// The same, with a proof.
    fn donate_as(
        &mut self,
        name: &str,
        donor: &Account,
        round: &mut Round,
        pool: &DonationPool,
        membership: Option<Membership>,
    ) {
        let memo = Some([7; 32]);
        let message = round
            .round
            .call_mut()
            .donate(pool.id.ink(), memo, membership);
        self.costs.call(self.chain, name, donor, message, GIFT);
    }

    /// Messages of a round with two pools.
    fn small(&mut self) {
        let (olga, vera, bob) = (self.olga.clone(), self.vera.clone(), self.bob.clone());
        let (mut at, terms) = self.round(true);
        self.costs.note("matching_round.new", &at.deployment);
        let mut entered = Vec::new();
        for (kind, goal) in [
            ("first pool", false),
            ("with a goal", true),
            ("a third", false),
        ] {
            let (pool, number) = self.pool(goal.then_some(terms.divides));
            let enter = at.round.call_mut().enter(number);
            let name = format!("matching_round.enter, {kind}");
            self.costs.call(self.chain, &name, &olga, enter, 0);
            entered.push(pool);
        }
        let out = at.round.call_mut().take_out(entered[2].id.ink());
        let name = "matching_round.take_out";
        self.costs.call(self.chain, name, &olga, out, 0);
        self.sponsors(&mut at);
        // A list of a thousand: bob is one of them.
        let mut list: Vec<_> = (0..1_000u32).map(|n| leaf(&n.to_le_bytes())).collect();
        list[700] = leaf(bob.id().as_ref());
        let root = root_of(&list);
        for (n, times) in (0..).zip(["first", "second"]) {
            let message = at.round.call_mut().set_list(n, root, String::new());
            let name = format!("matching_round.set_list, {times}");
            self.costs.call(self.chain, &name, &vera, message, 0);
        }
        let proof = prove(&list, 700).unwrap();
        let membership = Some(Membership { list: 0, proof });
        self.chain.seal_at(terms.opens);
        for (kind, pool) in ["to keep", "towards a goal"].iter().zip(&entered) {
            let first = format!("matching_round.donate, {kind}, one of 1,000 listed, first");
            self.donate_as(&first, &bob, &mut at, pool, membership.clone());
            let name = format!("matching_round.donate, {kind}, listed, repeated");
            self.donate(&name, &bob, &mut at, pool);
        }
        self.reads(&at, &entered[0], membership);
        self.chain.seal_at(terms.closes);
        let pool = entered[0].id.ink();
        let strike = at.round.call_mut().strike_off(pool, [1; 32]);
        let name = "matching_round.strike_off";
        self.costs.call(self.chain, name, &vera, strike, 0);
        let back = at.round.call_mut().reinstate(pool);
        let name = "matching_round.reinstate";
        self.costs.call(self.chain, name, &vera, back, 0);
        let free = at.round.call_mut().free_lists();
        let name = "matching_round.free_lists";
        self.costs.call(self.chain, name, &vera, free, 0);
        let forget = at.round.call_mut().forget(pool);
        let name = "matching_round.forget";
        self.costs.call(self.chain, name, &bob, forget, 0);
        at.assert_solvent(self.chain);
    }

    fn sponsors(&mut self, at: &mut Round) {
        let (bob, carol) = (self.bob.clone(), self.carol.clone());
        for times in ["first", "repeated"] {
            let sponsor = at.round.call_mut().sponsor();
            let name = format!("matching_round.sponsor, {times}");
            self.costs.call(self.chain, &name, &bob, sponsor, UNIT);
        }
        let sponsor = at.round.call_mut().sponsor();
        self.chain.call(&carol, sponsor, UNIT).unwrap();
        let leave = at.round.call_mut().leave();
        let name = "matching_round.leave";
        self.costs.call(self.chain, name, &carol, leave, 0);
    }

    fn reads(&mut self, at: &Round, pool: &DonationPool, membership: Option<Membership>) {
        let (round, chain, costs) = (at.round.call(), &mut *self.chain, &mut *self.costs);
        let (pool, bob) = (pool.id.ink(), self.bob.id().ink());
        let read = round.is_listed(bob, membership);
        costs.read(chain, "matching_round.is_listed, one of 1,000", read);
        costs.read(chain, "matching_round.lists", round.lists());
        let read = round.contribution(pool, bob);
        costs.read(chain, "matching_round.contribution", read);
        costs.read(chain, "matching_round.tally_of", round.tally_of(pool));
        let read = round.beneficiaries_of(pool);
        costs.read(chain, "matching_round.beneficiaries_of", read);
        costs.read(chain, "matching_round.sponsored", round.sponsored(bob));
        costs.read(chain, "matching_round.overview", round.overview());
        costs.read(chain, "matching_round.solvency", round.solvency());
    }

    /// A round with 64 pools, and what does not depend on how many give how often.
    fn full(&mut self, kind: &str, goals: bool) {
        let (olga, bob, carol) = (self.olga.clone(), self.bob.clone(), self.carol.clone());
        let (mut at, terms) = self.round(false);
        let mut pools = Vec::new();
        for n in 0..64 {
            let (pool, number) = self.pool(goals.then_some(terms.divides));
            let enter = at.round.call_mut().enter(number);
            match n {
                63 => {
                    let name = format!("matching_round.enter, the last of 64 {kind}");
                    self.costs.call(self.chain, &name, &olga, enter, 0);
                }
                _ => drop(self.chain.call(&olga, enter, 0).unwrap()),
            }
            pools.push(pool);
        }
        let sponsor = at.round.call_mut().sponsor();
        self.chain.call(&bob, sponsor, UNIT).unwrap();
        self.chain.seal_at(terms.opens);
        for pool in &pools {
            for donor in [&carol, &bob] {
                let message = at.round.call_mut().donate(pool.id.ink(), None, None);
                self.chain.call_unasked(donor, message, GIFT).unwrap();
            }
        }
        if !goals {
            self.crowd(&mut at, &pools[0]);
        }
        let reads = at.round.clone();
        let name = format!("matching_round.page, 32 of 64 {kind}");
        self.costs.read(self.chain, &name, reads.call().page(0, 32));
        let name = format!("matching_round.pools, 64 {kind}");
        self.costs.read(self.chain, &name, reads.call().pools());
        self.chain.seal_at(terms.divides);
        if goals {
            // All at once have more to say than fits into a block of 5 MiB.
            let ask = at.round.call_mut().ask(pools[63].id.ink());
            let name = "matching_round.ask, one of 64";
            self.costs.call(self.chain, name, &bob, ask, 0);
            for part in ["first", "second", "third"] {
                let divide = at.round.call_mut().divide(16);
                let name = format!("matching_round.divide, 64 pools with goals, the {part} 16");
                self.costs.call(self.chain, &name, &bob, divide, 0);
            }
        }
        let divide = at.round.call_mut().divide(if goals { 16 } else { 0 });
        let name = format!("matching_round.divide, 64 pools {kind}");
        self.costs.call(self.chain, &name, &bob, divide, 0);
        if !goals {
            let pay = at.round.call_mut().pay(pools[0].id.ink());
            let name = "matching_round.pay, one of 64";
            self.costs.call(self.chain, name, &bob, pay, 0);
            let divide = at.round.call_mut().divide(16);
            let name = "matching_round.divide, paying 16 of 64";
            self.costs.call(self.chain, name, &bob, divide, 0);
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
                    let message = at.round.call_mut().donate(pool.id.ink(), None, None);
                    self.chain.call_unasked(&one, message, GIFT).unwrap();
                }
            }
        }
        for times in ["second", "hundredth"] {
            let name = format!("matching_round.donate, to keep, a donor's {times}");
            self.donate(&name, &bob, at, pool);
            if times == "second" {
                for _ in 3..100 {
                    let message = at.round.call_mut().donate(pool.id.ink(), None, None);
                    self.chain.call_unasked(&bob, message, GIFT).unwrap();
                }
            }
        }
        let message = at.round.call_mut().donate(pool.id.ink(), None, None);
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
fn a_repeated_donation_through_a_round_costs_less_than_nine_transfers_and_locks_nothing() {
    for kind in ["to keep", "towards a goal"] {
        let repeated = cost(&format!("{kind}, listed, repeated"));
        assert_eq!(repeated.deposit, 0);
        let transfers = transfers(repeated);
        assert!(transfers < 9.0, "{kind}: {transfers} transfers");
    }
}
