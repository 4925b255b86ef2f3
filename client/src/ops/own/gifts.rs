//! What an account gave to pools and rounds, and what it got back.

use super::{Own, When};
use crate::{at, history::Event, Account, Block, Client, Deployment, Error};
use farthing_contracts::matching_round::{
    events::{Donated, Left, Sponsored, TakenBack},
    MatchingRoundRef,
};
use farthing_contracts::pool::{
    books::Stage,
    events::{Arrival, Arrived, Created, Donations, Release, Released},
    PoolRef,
};
use farthing_contracts::pool_factory::events::PoolCreated;
use farthing_contracts::Contract;
use farthing_types::{Balance, Hash};
use ink::codegen::TraitCallBuilder;
use std::collections::{BTreeMap, BTreeSet};

/// A pool of the deployment's factory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// The pool's address.
    pub pool: Account,
    /// The pool's number in the factory.
    pub number: u32,
    /// The pool's title.
    pub title: String,
    /// The pool's stage.
    pub stage: Stage,
}

/// A gift to a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gift {
    /// When it was given.
    pub when: When,
    /// The pool that it went to.
    pub pool: Account,
    /// The name of the deployment's round that it went through, if any.
    pub round: Option<String>,
    /// The account that the gift counts for.
    pub donor: Account,
    /// The account that paid it.
    pub payer: Account,
    /// The amount, in the smallest unit.
    pub amount: Balance,
    /// How much the pool's sponsors added to it, in the smallest unit.
    pub matched: Balance,
    /// The hash of the message that came with it.
    pub memo: Option<Hash>,
    /// When it was given back, if ever. A refund gives back all of a donor's gifts so far, or all that their
    /// payer paid.
    pub refunded: Option<When>,
}

/// Money for a pool's beneficiaries that nobody can get back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// When it was given.
    pub when: When,
    /// The pool that it went to.
    pub pool: Account,
    /// The amount, in the smallest unit.
    pub amount: Balance,
}

/// Money that a sponsor put into a pool to be added to the gifts of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sponsorship {
    /// When it was put in.
    pub when: When,
    /// The pool that it was put into.
    pub pool: Account,
    /// The sponsor's number in the pool.
    pub number: u32,
    /// The amount, in the smallest unit.
    pub amount: Balance,
    /// How much of it was added to gifts, in the smallest unit.
    pub spent: Balance,
    /// How much of it came back, in the smallest unit.
    pub returned: Balance,
}

/// The money that an account put into a matching round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundMoney {
    /// The round's name in the deployment.
    pub round: String,
    /// When the first of it was put in.
    pub when: When,
    /// How much it put in altogether, in the smallest unit.
    pub given: Balance,
    /// How much came back, in the smallest unit.
    pub returned: Balance,
    /// How much the round still says is the sponsor's, in the smallest unit.
    pub sponsored: Balance,
}

/// Collects the gifts of an account, event by event.
pub struct Gifts {
    account: Account,
    rounds: BTreeMap<Account, String>,
    listed: BTreeMap<Account, u32>,
    titles: BTreeMap<Account, String>,
    gifts: Vec<Gift>,
    grants: Vec<Grant>,
    sponsorships: Vec<Sponsorship>,
    sponsored: BTreeMap<Account, RoundMoney>,
}

impl Gifts {
    pub fn new(account: Account, deployment: &Deployment) -> Self {
        let rounds = deployment.rounds.iter();
        Self {
            account,
            rounds: rounds.map(|(name, at)| (*at, name.clone())).collect(),
            listed: BTreeMap::new(),
            titles: BTreeMap::new(),
            gifts: Vec::new(),
            grants: Vec::new(),
            sponsorships: Vec::new(),
            sponsored: BTreeMap::new(),
        }
    }

    pub fn see(&mut self, event: &Event) {
        match event.contract {
            Contract::PoolFactory => {
                if let Some(created) = event.emitted.decode::<PoolCreated>() {
                    self.listed.insert(created.account.into(), created.number);
                }
            }
            Contract::Pool => self.of_pool(event),
            Contract::MatchingRound => self.of_round(event),
            _ => {}
        }
    }

    fn of_pool(&mut self, event: &Event) {
        let (emitted, pool) = (&event.emitted, event.emitted.contract);
        // A pool tells of its making before its factory does.
        if let Some(created) = emitted.decode::<Created>() {
            self.titles.insert(pool, created.terms.title);
        }
        if !self.listed.contains_key(&pool) {
            return;
        }
        if let Some(donations) = emitted.decode::<Donations>() {
            self.donated(event, donations);
        } else if let Some(arrived) = emitted.decode::<Arrived>() {
            self.arrived(event, arrived.arrival);
        } else if let Some(released) = emitted.decode::<Released>() {
            self.released(event, released.release);
        }
    }

    fn donated(&mut self, event: &Event, donations: Donations) {
        let own = self.account.id();
        for donation in donations.donations {
            let matched = donation.matched.iter();
            for one in matched.clone() {
                self.spend(event.emitted.contract, one.sponsor, one.amount);
            }
            if donation.donor == own || donations.payer == own {
                let sum = |sum: Balance, amount| sum.saturating_add(amount);
                self.gifts.push(Gift {
                    when: When::of(event),
                    pool: event.emitted.contract,
                    round: None,
                    donor: donation.donor.into(),
                    payer: donations.payer.into(),
                    amount: donation.amount,
                    matched: matched.map(|one| one.amount).fold(0, sum),
                    memo: donation.memo,
                    refunded: None,
                });
            }
        }
    }

    fn spend(&mut self, pool: Account, number: u32, amount: Balance) {
        if let Some(one) = self.sponsorship(pool, number) {
            one.spent = one.spent.saturating_add(amount);
        }
    }

    fn sponsorship(&mut self, pool: Account, number: u32) -> Option<&mut Sponsorship> {
        let mut all = self.sponsorships.iter_mut();
        all.find(|one| (one.pool, one.number) == (pool, number))
    }

    fn arrived(&mut self, event: &Event, arrival: Arrival) {
        let (when, pool) = (When::of(event), event.emitted.contract);
        match arrival {
            Arrival::Sponsorship {
                sponsor,
                account,
                amount,
                ..
            } if account == self.account.id() => self.sponsorships.push(Sponsorship {
                when,
                pool,
                number: sponsor,
                amount,
                spent: 0,
                returned: 0,
            }),
            Arrival::Grant { from, amount } if from == self.account.id() => {
                self.grants.push(Grant { when, pool, amount });
            }
            _ => {}
        }
    }

    fn released(&mut self, event: &Event, release: Release) {
        let pool = event.emitted.contract;
        match release {
            Release::Refund { donor, to, .. } => {
                // To the donor goes all of it; to another, what they had paid in for the donor.
                let of_donor = |gift: &&mut Gift| {
                    gift.pool == pool && gift.donor == donor.into() && gift.refunded.is_none()
                };
                let gifts = self.gifts.iter_mut().filter(of_donor);
                for gift in gifts.filter(|gift| to == donor || gift.payer == to.into()) {
                    gift.refunded = Some(When::of(event));
                }
            }
            Release::Sponsorship {
                sponsor, amount, ..
            } => {
                if let Some(one) = self.sponsorship(pool, sponsor) {
                    one.returned = one.returned.saturating_add(amount);
                }
            }
            _ => {}
        }
    }

    fn of_round(&mut self, event: &Event) {
        let Some(name) = self.rounds.get(&event.emitted.contract).cloned() else {
            return;
        };
        let emitted = &event.emitted;
        let own = self.account.id();
        if let Some(donated) = emitted.decode::<Donated>() {
            if donated.donor == own {
                self.through(event, &donated, name);
            }
        } else if let Some(sponsored) = emitted.decode::<Sponsored>() {
            if sponsored.sponsor == own {
                let money = self.sponsored.entry(emitted.contract);
                let money = money.or_insert_with(|| RoundMoney {
                    round: name,
                    when: When::of(event),
                    given: 0,
                    returned: 0,
                    sponsored: 0,
                });
                money.given = money.given.saturating_add(sponsored.amount);
            }
        } else if let Some(left) = emitted.decode::<Left>() {
            self.came_back(emitted.contract, left.sponsor.into(), left.amount);
        } else if let Some(back) = emitted.decode::<TakenBack>() {
            self.came_back(emitted.contract, back.sponsor.into(), back.amount);
        }
    }

    /// Notes that a donation came through a round, of which the pool has told in the same transaction.
    fn through(&mut self, event: &Event, donated: &Donated, round: String) {
        let when = When::of(event);
        let same = |gift: &&mut Gift| {
            (gift.when, gift.pool, gift.donor) == (when, donated.pool.into(), donated.donor.into())
                && gift.amount == donated.amount
                && gift.round.is_none()
        };
        if let Some(gift) = self.gifts.iter_mut().rev().find(same) {
            gift.round = Some(round);
        }
    }

    fn came_back(&mut self, round: Account, sponsor: Account, amount: Balance) {
        let own = sponsor == self.account;
        if let Some(money) = self.sponsored.get_mut(&round).filter(|_| own) {
            money.returned = money.returned.saturating_add(amount);
        }
    }

    /// Adds how pools and rounds stand in a block.
    pub async fn finish(
        mut self,
        client: &Client,
        block: Block,
        own: &mut Own,
    ) -> Result<(), Error> {
        own.pools = self.pools(client, block).await?;
        let rounds: Vec<_> = self.sponsored.keys().copied().collect();
        client.check_all(Contract::MatchingRound, &rounds).await?;
        let questions = rounds.iter().map(|round| {
            let round: MatchingRoundRef = at(*round);
            round.call().sponsored(self.account.id())
        });
        let sponsored = client.read_all_at(block, questions).await?;
        for (money, sponsored) in self.sponsored.values_mut().zip(sponsored) {
            money.sponsored = sponsored;
        }
        own.rounds = self.sponsored.into_values().collect();
        own.rounds.sort_by_key(|money| money.when);
        own.gifts = self.gifts;
        own.grants = self.grants;
        own.sponsorships = self.sponsorships;
        Ok(())
    }

    async fn pools(&self, client: &Client, block: Block) -> Result<Vec<Pool>, Error> {
        let gifts = self.gifts.iter().map(|gift| gift.pool);
        let grants = self.grants.iter().map(|grant| grant.pool);
        let sponsorships = self.sponsorships.iter().map(|one| one.pool);
        let pools: BTreeSet<_> = gifts.chain(grants).chain(sponsorships).collect();
        let pools: Vec<_> = pools.into_iter().collect();
        client.check_all(Contract::Pool, &pools).await?;
        let questions = pools.iter().map(|pool| {
            let pool: PoolRef = at(*pool);
            pool.call().standing()
        });
        let standing = client.read_all_at(block, questions).await?;
        let found = pools.into_iter().zip(standing);
        let found = found.map(|(pool, standing)| Pool {
            pool,
            number: self.listed.get(&pool).copied().unwrap_or_default(),
            title: self.titles.get(&pool).cloned().unwrap_or_default(),
            stage: standing.stage,
        });
        Ok(found.collect())
    }
}
