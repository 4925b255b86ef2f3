//! What a pool costs.

use super::Costs;
use farthing_chain::{Account, AccountId, AsInk, Balance, Chain, DonationPool, UNIT};
use farthing_contracts::pool::{
    events::{Gift, Note},
    sponsors::Pledge,
    terms::{Fee, Mode, Step, Terms},
};
use farthing_types::{
    split::{Recipient, PARTS},
    DAY,
};
use ink::codegen::TraitCallBuilder;

pub fn measure(costs: &mut Costs) {
    let mut chain = Chain::new();
    let [ada, bob] = ["ada", "bob"].map(|name| chain.account(name, 10_000 * UNIT));
    chain.account("treasury", UNIT);
    for kind in ["open-ended", "with a goal"] {
        Meter::new(costs, &mut chain, &ada, &bob, kind).run();
    }
    sixteen_at_once(costs, &mut chain, &ada, &bob);
    scheduled(costs, &mut chain, &ada, &bob);
    missed(costs, &mut chain, &ada, &bob);
    largest(costs, &mut chain, &ada, &bob);
    shares(costs, &mut chain, &ada, &bob);
}

const GIFT: Balance = UNIT / 50;

struct Meter<'a> {
    costs: &'a mut Costs,
    chain: &'a mut Chain,
    ada: Account,
    bob: Account,
    kind: &'static str,
    at: DonationPool,
}

/// What a gift costs that goes straight on to sixteen.
fn sixteen_at_once(costs: &mut Costs, chain: &mut Chain, ada: &Account, bob: &Account) {
    let terms = terms(chain, sixteen(), None);
    let mut at = DonationPool::deploy(chain, ada, terms).unwrap();
    costs.note(
        "pool.new, open-ended, for 16",
        &at.deployment.clone().unwrap(),
    );
    for name in ["pool.donate, to 16", "pool.donate, to 16, repeated"] {
        let message = at.pool.call_mut().donate(Some([7; 32]));
        costs.call(chain, name, bob, message, GIFT);
    }
    at.assert_solvent(chain);
}

/// What a pool costs that holds money back, and pays it out to sixteen.
fn scheduled(costs: &mut Costs, chain: &mut Chain, ada: &Account, bob: &Account) {
    let mut terms = terms(chain, sixteen(), None);
    terms.release = vec![Step {
        from: 0,
        parts: PARTS,
    }];
    let mut at = DonationPool::deploy(chain, ada, terms).unwrap();
    for name in [
        "pool.donate, with a schedule",
        "pool.donate, with a schedule, repeated",
    ] {
        let message = at.pool.call_mut().donate(Some([7; 32]));
        costs.call(chain, name, bob, message, GIFT);
    }
    let message = at.pool.call_mut().grant();
    costs.call(chain, "pool.grant, with a schedule", bob, message, GIFT);
    let message = at.pool.call_mut().payout(None);
    costs.call(
        chain,
        "pool.payout, with a schedule, to 16",
        bob,
        message,
        0,
    );
    let message = at.pool.call_mut().grant();
    chain.call(bob, message, GIFT).unwrap();
    let helper = chain.account("helper-0", UNIT);
    let message = at.pool.call_mut().payout(Some(spent_on()));
    let name = "pool.payout, to 16, repeated, with a note";
    costs.call(chain, name, &helper, message, 0);
    let message = at.pool.call_mut().explain(Some(0), spent_on());
    costs.call(chain, "pool.explain", &helper, message, 0);
    at.assert_solvent(chain);
}

fn spent_on() -> Note {
    Note {
        commitment: [1; 32],
        uri: "https://example.org/well/pump".into(),
    }
}

/// A pool that closes in a month, with a goal of all that is donated to it here, if it has one.
fn terms(chain: &mut Chain, to: Vec<AccountId>, goal: Option<Balance>) -> Terms {
    let deadline = chain.now() + 30 * DAY;
    let parts = PARTS / to.len() as u32;
    Terms {
        title: "A well for the village".into(),
        description: [1; 32],
        uri: "https://example.org/well".into(),
        beneficiaries: to
            .iter()
            .map(|account| Recipient {
                account: account.ink(),
                parts,
            })
            .collect(),
        mode: match goal {
            Some(goal) => Mode::AllOrNothing { goal, deadline },
            None => Mode::KeepAll {
                closes: Some(deadline),
            },
        },
        minimum: 1,
        fee: Some(Fee {
            points: 100,
            treasury: Account::named("treasury").id().ink(),
        }),
        release: Vec::new(),
        least_sponsorship: goal.map_or(UNIT, |goal| UNIT.max(goal / 100)),
    }
}

/// Sixteen accounts that are not on the chain yet.
fn sixteen() -> Vec<AccountId> {
    (0..16)
        .map(|n| Account::named(&format!("helper-{n}")).id())
        .collect()
}

fn fifty(amount: Balance) -> Vec<Gift> {
    (0..50u8)
        .map(|n| Gift {
            donor: [100 + n; 32].into(),
            amount,
            memo: Some([7; 32]),
        })
        .collect()
}

fn pledge() -> Pledge {
    Pledge {
        ratio: 10_000,
        per_donor: UNIT,
        until: None,
    }
}

impl<'a> Meter<'a> {
    fn new(
        costs: &'a mut Costs,
        chain: &'a mut Chain,
        ada: &Account,
        bob: &Account,
        kind: &'static str,
    ) -> Self {
        let (ada, bob) = (ada.clone(), bob.clone());
        let goal = (kind == "with a goal").then_some(UNIT);
        let to = match goal {
            Some(_) => sixteen(),
            None => vec![ada.id()],
        };
        let terms = terms(chain, to, goal);
        let at = DonationPool::deploy(chain, &ada, terms).unwrap();
        Self {
            costs,
            chain,
            ada,
            bob,
            kind,
            at,
        }
    }

    fn name(&self, what: &str) -> String {
        match what.split_once(", ") {
            Some((message, rest)) => format!("pool.{message}, {}, {rest}", self.kind),
            None => format!("pool.{what}, {}", self.kind),
        }
    }

    fn run(&mut self) {
        let name = match self.kind {
            "with a goal" => self.name("new, for 16"),
            _ => self.name("new, for 1"),
        };
        self.costs.note(&name, &self.at.deployment.clone().unwrap());
        let bob = self.bob.clone();
        for what in ["donate", "donate, repeated"] {
            let message = self.at.pool.call_mut().donate(Some([7; 32]));
            self.costs
                .call(self.chain, &self.name(what), &bob, message, GIFT);
        }
        let zoe = Account::named("zoe").id().ink();
        for what in ["donate_for", "donate_for, repeated"] {
            let message = self.at.pool.call_mut().donate_for(zoe, None);
            self.costs
                .call(self.chain, &self.name(what), &bob, message, GIFT);
        }
        for what in ["donate_many, 50", "donate_many, 50, repeated"] {
            let message = self.at.pool.call_mut().donate_many(fifty(GIFT));
            self.costs
                .call(self.chain, &self.name(what), &bob, message, 50 * GIFT);
        }
        for what in ["sponsor", "sponsor, repeated"] {
            let message = self.at.pool.call_mut().sponsor(pledge());
            self.costs
                .call(self.chain, &self.name(what), &self.ada, message, 2 * UNIT);
        }
        for what in ["donate, matched", "donate, matched, repeated"] {
            let message = self.at.pool.call_mut().donate(Some([7; 32]));
            self.costs
                .call(self.chain, &self.name(what), &bob, message, GIFT);
        }
        for what in [
            "donate_many, 50 matched",
            "donate_many, 50 matched, repeated",
        ] {
            let message = self.at.pool.call_mut().donate_many(fifty(GIFT / 2));
            self.costs
                .call(self.chain, &self.name(what), &bob, message, 25 * GIFT);
        }
        let message = self.at.pool.call_mut().grant();
        self.costs
            .call(self.chain, &self.name("grant"), &bob, message, UNIT);
        let id = self.at.id.clone();
        self.chain.transfer(&bob, &id, UNIT).unwrap();
        let message = self.at.pool.call_mut().take_in();
        self.costs
            .call(self.chain, &self.name("take_in"), &bob, message, 0);
        self.end();
        self.at.assert_solvent(self.chain);
    }

    fn end(&mut self) {
        let (ada, bob) = (self.ada.clone(), self.bob.clone());
        self.chain.advance(30 * DAY);
        let message = self.at.pool.call_mut().finalise();
        self.costs
            .call(self.chain, &self.name("finalise"), &bob, message, 0);
        if self.kind == "with a goal" {
            let message = self.at.pool.call_mut().payout(None);
            self.costs
                .call(self.chain, &self.name("payout, to 16"), &bob, message, 0);
        }
        let message = self.at.pool.call_mut().return_sponsorship(1);
        self.costs.call(
            self.chain,
            &self.name("return_sponsorship"),
            &ada,
            message,
            0,
        );
        if self.kind == "with a goal" {
            let message = self.at.pool.call_mut().forget(bob.id().ink());
            self.costs
                .call(self.chain, &self.name("forget"), &bob, message, 0);
            self.reads();
        }
    }

    fn reads(&mut self) {
        let (pool, bob) = (self.at.pool.clone(), self.bob.id().ink());
        self.costs
            .read(self.chain, "pool.overview", pool.call().overview());
        self.costs
            .read(self.chain, "pool.summary", pool.call().summary());
        let read = pool.call().donors(vec![bob; 64]);
        self.costs.read(self.chain, "pool.donors, of 64", read);
        self.costs
            .read(self.chain, "pool.standing", pool.call().standing());
        self.costs
            .read(self.chain, "pool.donor", pool.call().donor(bob));
        self.costs
            .read(self.chain, "pool.sponsors, of 2", pool.call().sponsors());
        self.costs
            .read(self.chain, "pool.kept_for", pool.call().kept_for(bob));
        self.costs
            .read(self.chain, "pool.solvency", pool.call().solvency());
    }
}

/// The largest batch there is: 64 donors who are new to a pool with a goal, each matched by eight sponsors.
fn largest(costs: &mut Costs, chain: &mut Chain, ada: &Account, bob: &Account) {
    let terms = terms(chain, sixteen(), Some(100 * UNIT));
    let mut at = DonationPool::deploy(chain, ada, terms).unwrap();
    for _ in 0..8 {
        let message = at.pool.call_mut().sponsor(pledge());
        chain.call(ada, message, 10 * UNIT).unwrap();
    }
    for times in ["", ", repeated"] {
        let gift = |n: u8| Gift {
            donor: [100 + n; 32].into(),
            amount: GIFT,
            memo: Some([7; 32]),
        };
        let message = at.pool.call_mut().donate_many((0..64).map(gift).collect());
        let name = format!("pool.donate_many, with a goal, 64 matched by 8{times}");
        costs.call(chain, &name, bob, message, 64 * GIFT);
    }
    at.assert_solvent(chain);
}

/// News, and a share that moves.
fn shares(costs: &mut Costs, chain: &mut Chain, ada: &Account, bob: &Account) {
    let terms = terms(chain, vec![ada.id()], None);
    let mut at = DonationPool::deploy(chain, ada, terms).unwrap();
    let message = at.pool.call_mut().publish(spent_on());
    costs.call(chain, "pool.publish", ada, message, 0);
    for name in [
        "pool.donate_in_round, open-ended",
        "pool.donate_in_round, open-ended, repeated",
    ] {
        let message = at.pool.call_mut().donate_in_round(bob.id().ink(), None);
        costs.call(chain, name, bob, message, GIFT);
    }
    let message = at.pool.call_mut().offer_share(Some(bob.id().ink()));
    costs.call(chain, "pool.offer_share", ada, message, 0);
    let message = at.pool.call_mut().accept_share(ada.id().ink());
    costs.call(chain, "pool.accept_share", bob, message, 0);
    at.assert_solvent(chain);
}

/// What a pool costs that missed its goal.
fn missed(costs: &mut Costs, chain: &mut Chain, ada: &Account, bob: &Account) {
    let dust = Account::named("nobody").id();
    let terms = terms(chain, vec![dust.clone()], Some(1_000 * UNIT));
    let mut at = DonationPool::deploy(chain, ada, terms).unwrap();
    costs.note(
        "pool.new, with a goal, for 1",
        &at.deployment.clone().unwrap(),
    );
    for donor in [bob, ada] {
        let message = at.pool.call_mut().donate_for(donor.id().ink(), None);
        chain.call(bob, message, GIFT).unwrap();
    }
    chain
        .call(ada, at.pool.call_mut().sponsor(pledge()), 10 * UNIT)
        .unwrap();
    // Too little for an account that does not exist: it is kept, and taken out once it does.
    let message = at.pool.call_mut().grant();
    costs.call(chain, "pool.grant, kept", ada, message, 400);
    chain.advance(30 * DAY);
    for (name, donor) in [
        ("pool.refund, with the record", bob),
        ("pool.refund, without the record", ada),
    ] {
        // Bob paid for both records, and only he has their deposits back.
        let message = at.pool.call_mut().refund(donor.id().ink());
        costs.call(chain, name, donor, message, 0);
    }
    let message = at.pool.call_mut().return_sponsorship(1);
    costs.call(
        chain,
        "pool.return_sponsorship, after a missed goal",
        ada,
        message,
        0,
    );
    chain.mint(&dust, UNIT);
    let message = at.pool.call_mut().withdraw(dust.ink());
    costs.call(chain, "pool.withdraw", bob, message, 0);
    at.assert_solvent(chain);
}
