//! Pages with what pools tell of themselves, and a random run: the factory as its events alone tell of it.

use super::*;
use crate::{
    pool::world::{Recipient, Step, PARTS},
    sequences::runner,
};
use farthing_contracts::pool_factory::{
    events::FactoryDeployed,
    pool_factory::{Overview, Page},
    reading::MAX_BYTES,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

/// The room that ink! has for an answer.
const BUFFER: usize = 16_384;

impl World {
    fn page(&mut self, creator: Option<u32>, skip: u32, count: u32) -> Page {
        let message = self.factory.factory.call().page(creator, skip, count);
        self.farthing.chain.read(message)
    }

    /// All numbers of a list, page by page, and how many pages that took.
    fn paged(&mut self, creator: Option<u32>) -> (Vec<u32>, usize) {
        let (mut all, mut next, mut pages) = (Vec::new(), Some(0), 0);
        while let Some(skip) = next {
            let page = self.page(creator, skip, 64);
            all.extend(page.pools.iter().map(|one| one.listed.number));
            next = page.next;
            pages += 1;
        }
        (all, pages)
    }
}

/// The largest rules that a pool can have.
fn largest() -> Terms {
    let recipient = |n: u8| Recipient {
        account: [n; 32].into(),
        parts: PARTS / 16,
    };
    Terms {
        title: "t".repeat(64),
        uri: "u".repeat(128),
        beneficiaries: (1..=16).map(recipient).collect(),
        release: (1..=16)
            .map(|n| Step {
                from: n,
                parts: PARTS / 16 * n as u32,
            })
            .collect(),
        ..with_goal(&Account::named("alice"), 1)
    }
}

#[test]
fn page_shows_what_pools_tell_newest_first() {
    let mut w = World::new(None);
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let ada = w.farthing.creator(&alice, "ada");
    w.create(&bob, None, 0);
    let terms = with_goal(&alice, 500);
    w.try_create(&alice, Some(ada), terms.clone(), 1).unwrap();
    w.create(&alice, Some(ada), 2);
    let page = w.page(None, 0, 64);
    assert_eq!(page.next, None);
    let told = page.pools[1].summary.clone().unwrap();
    assert_eq!((told.terms, page.pools[1].listed.number), (terms, 1));
    assert_eq!(w.paged(None), (vec![2, 1, 0], 1));
    assert_eq!(w.paged(Some(ada)), (vec![2, 1], 1));
    let one = w.page(None, 1, 1);
    assert_eq!((one.pools.len(), one.next), (1, Some(2)));
    // What was taken off a list is skipped over there, and counted.
    w.set_listed(&alice, 2, false).unwrap();
    assert_eq!(w.paged(Some(ada)).0, [1]);
    assert_eq!(w.page(Some(ada), 0, 1).next, Some(1));
    assert_eq!(w.paged(None).0, [2, 1, 0]);
    for skip in [3, u32::MAX] {
        let beyond = w.page(None, skip, 64);
        assert_eq!((beyond.pools.len(), beyond.next), (0, None));
    }
    assert_eq!(w.page(None, 0, 0).pools, []);
    w.assert_no_money();
}

#[test]
fn page_of_the_largest_pools_there_are_fits_into_an_answer() {
    let mut w = World::new(fee());
    let alice = w.alice.clone();
    let terms = Terms {
        fee: fee(),
        ..largest()
    };
    for salt in 0..14 {
        w.try_create(&alice, None, terms.clone(), salt).unwrap();
    }
    let page = w.page(None, 0, 64);
    let bytes = page.encoded_size();
    assert!(
        bytes < BUFFER - 1_000 && bytes > MAX_BYTES - 1_300,
        "{bytes}"
    );
    assert_eq!(page.next, Some(page.pools.len() as u32));
    let (all, pages) = w.paged(None);
    assert_eq!((all, pages), ((0..14).rev().collect(), 2));
    w.assert_no_money();
}

#[test]
fn seventy_three_pools_are_a_handful_of_calls() {
    let mut w = World::new(None);
    let alice = w.alice.clone();
    for salt in 0..73 {
        w.create(&alice, None, salt);
    }
    let (all, pages) = w.paged(None);
    assert_eq!(all, (0..73).rev().collect::<Vec<_>>());
    assert!(pages <= 3, "{pages} calls");
    w.assert_no_money();
}

#[test]
fn page_of_pools_that_were_all_taken_off_is_empty_and_not_the_last() {
    let mut w = World::new(None);
    let alice = w.alice.clone();
    let ada = w.farthing.creator(&alice, "ada");
    for salt in 0..33 {
        w.create(&alice, Some(ada), salt);
    }
    for number in 1..33 {
        w.set_listed(&alice, number, false).unwrap();
    }
    let page = w.page(Some(ada), 0, 64);
    assert_eq!((page.pools.len(), page.next), (0, Some(32)));
    assert_eq!(w.paged(Some(ada)), (vec![0], 2));
    w.assert_no_money();
}

/// Everything that a factory stores, as its events tell.
struct Rebuilt {
    overview: Overview,
    pools: Vec<Listed>,
}

impl Rebuilt {
    fn new(deployment: &Receipt) -> Self {
        let [deployed] = &deployment.events_of::<FactoryDeployed>()[..] else {
            panic!("deployed once")
        };
        let overview = Overview {
            registry: deployed.registry,
            code_hash: deployed.code_hash,
            fee: deployed.fee.clone(),
            pools: 0,
        };
        let pools = Vec::new();
        Self { overview, pools }
    }

    fn follow(&mut self, factory: &AccountId, receipt: &Receipt) {
        let own = receipt.events.iter().filter(|one| &one.contract == factory);
        for event in own {
            if let Some(ListingChanged { number, listed, .. }) = event.decode() {
                self.pools[number as usize].listed = listed;
            } else if let Some(made) = event.decode::<PoolCreated>() {
                assert_eq!(made.number, self.overview.pools);
                self.overview.pools += 1;
                self.pools.push(Listed {
                    number: made.number,
                    account: made.account,
                    creator: made.creator,
                    maker: made.maker,
                    created: made.created,
                    listed: made.creator.is_some(),
                });
            }
        }
    }

    fn compare(&self, w: &mut World, creators: &[u32]) {
        let overview = w.factory.factory.call().overview();
        assert_eq!(w.farthing.chain.read(overview), self.overview);
        let mut all = Vec::new();
        for skip in (0..=self.overview.pools).step_by(64) {
            let message = w.factory.factory.call().latest(skip, 64);
            all.extend(w.farthing.chain.read(message));
        }
        all.reverse();
        assert_eq!(all, self.pools);
        for &creator in creators {
            let of = |one: &&Listed| one.creator == Some(creator);
            let made = self.pools.iter().filter(of).count();
            let message = w.factory.factory.call().count_of(creator);
            assert_eq!(w.farthing.chain.read(message) as usize, made);
            let listed = self.pools.iter().rev().filter(of).filter(|one| one.listed);
            let listed: Vec<_> = listed.map(|one| one.number).collect();
            assert_eq!(w.paged(Some(creator)).0, listed);
        }
        let all: Vec<_> = (0..self.overview.pools).rev().collect();
        assert_eq!(w.paged(None).0, all);
    }
}

/// A step: who makes a pool for which creator, or puts which pool on or off its list.
#[derive(Clone, Debug)]
enum Act {
    Create(bool, Option<bool>),
    Set(bool, u32, bool),
}

#[test]
fn factory_is_what_its_events_tell_over_random_runs() {
    let act = prop_oneof![
        3 => (any::<bool>(), any::<Option<bool>>()).prop_map(|(a, b)| Act::Create(a, b)),
        2 => (any::<bool>(), 0..40u32, any::<bool>()).prop_map(|(a, b, c)| Act::Set(a, b, c)),
    ];
    let acts = prop::collection::vec(act, 60);
    let mut runner = runner(4);
    let mut refused = 0;
    for _ in 0..4 {
        let mut w = World::new(fee());
        let (alice, bob) = (w.alice.clone(), w.bob.clone());
        let creators = [(&alice, "ada"), (&bob, "bea")];
        let creators = creators.map(|(who, handle)| w.farthing.creator(who, handle));
        let mut rebuilt = Rebuilt::new(&w.factory.deployment);
        let id = w.factory.id.clone();
        let plan = acts.new_tree(&mut runner).unwrap().current();
        for (salt, act) in (0u8..).zip(plan) {
            let done = match act {
                Act::Create(first, creator) => {
                    let (who, own) = if first { (&alice, true) } else { (&bob, false) };
                    let of = creator.map(|one| creators[usize::from(!one)]);
                    let terms = Terms {
                        fee: fee(),
                        ..keep_all(who)
                    };
                    let made = w.try_create(who, of, terms, salt);
                    let may = creator.is_none_or(|one| one == own);
                    assert_eq!(made.is_ok(), may);
                    made.ok().map(|(_, receipt)| receipt)
                }
                Act::Set(first, number, listed) => {
                    let (who, own) = if first {
                        (&alice, creators[0])
                    } else {
                        (&bob, creators[1])
                    };
                    let pool = rebuilt.pools.get(number as usize);
                    let expected = match pool.and_then(|one| one.creator) {
                        None => Err(Error::UnknownPool),
                        Some(creator) if creator != own => Err(Error::NotPermitted),
                        Some(_) => Ok(()),
                    };
                    let done = w.set_listed(who, number, listed);
                    assert_eq!(done.as_ref().map(drop), expected.as_ref().map(|_| ()));
                    done.ok()
                }
            };
            match done {
                Some(receipt) => rebuilt.follow(&id, &receipt),
                None => refused += 1,
            }
        }
        rebuilt.compare(&mut w, &creators);
        w.assert_no_money();
    }
    assert!(refused > 20, "only {refused} refusals");
}
