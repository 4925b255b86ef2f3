//! A node that hides what somebody took: grants, payouts, whose money it was, the first line of a ledger, whole pools.
//!
//! Whoever verifies asks an honest node. The one that the index was read from left something out, told it twice, or
//! told something else.

use crate::{
    indexed,
    lies::{lying, stored},
    relay::Relay,
    send, through,
    world::{account, block_on, World, UNIT},
};
use farthing_client::{
    at,
    ops::ledger::{Key, Name},
    Account, Call, Instance,
};
use farthing_contracts::{
    pool::{
        sponsors::Pledge,
        terms::{Fee, Mode, Step, Terms},
        PoolRef,
    },
    pool_factory::PoolFactoryRef,
    registry::RegistryRef,
    Contract,
};
use farthing_index::{
    verify::{check_books, check_changes, check_events, Proving},
    Error,
};
use farthing_types::{split::Recipient, Balance, Millis};
use ink::codegen::TraitCallBuilder;
use serde_json::{json, Value};

const HOUR: Millis = 60 * 60 * 1_000;
/// An amount that nothing else has.
const ODD: Balance = 1_234_567_891_011;

/// A pool's rules: a quarter can be paid out at once, the rest in an hour.
pub(crate) fn terms(now: Millis, mode: Mode, release: Vec<Step>, fee: Option<Fee>) -> Terms {
    Terms {
        title: format!("A well, {now}"),
        description: [0; 32],
        uri: String::new(),
        beneficiaries: vec![Recipient {
            account: account("Eve").id(),
            parts: 1_000_000,
        }],
        mode,
        minimum: 1,
        fee,
        release,
        least_sponsorship: UNIT,
    }
}

async fn now(world: &World) -> Millis {
    world.client.chain.block_time().await.unwrap()
}

pub(crate) async fn scheduled(world: &World) -> Account {
    let now = now(world).await;
    let release = vec![
        Step {
            from: 0,
            parts: 250_000,
        },
        Step {
            from: now + HOUR,
            parts: 1_000_000,
        },
    ];
    pool(world, Mode::KeepAll { closes: None }, release).await
}

async fn pool(world: &World, mode: Mode, release: Vec<Step>) -> Account {
    let fee = Some(Fee {
        points: crate::world::POOL_FEE,
        treasury: account("Ferdie").id(),
    });
    let terms = terms(now(world).await, mode, release, fee);
    let mut factory: PoolFactoryRef = world.client.contract().unwrap();
    let create = factory.call_mut().create(None, terms, [1; 32]);
    world
        .act("Alice", Call::new(create, 0))
        .await
        .unwrap()
        .into()
}

pub(crate) async fn best(world: &World) -> u32 {
    world.client.chain.best().await.unwrap().number
}

pub(crate) async fn give(world: &World, who: &str, pool: Account, amount: Balance) -> u32 {
    let mut pool: PoolRef = at(pool);
    let give = pool.call_mut().donate(Some([3; 32]));
    world.act(who, Call::new(give, amount)).await.unwrap();
    best(world).await
}

async fn grant(world: &World, pool: Account, amount: Balance) -> u32 {
    let mut pool: PoolRef = at(pool);
    let grant = pool.call_mut().grant();
    world.act("Dave", Call::new(grant, amount)).await.unwrap();
    best(world).await
}

/// An empty block.
async fn nothing(world: &World) -> u32 {
    let chain = &world.client.chain;
    chain.request("dev_newBlock", json!([])).await.unwrap();
    best(world).await
}

/// A block's events, with other bytes in place of some.
async fn altered<const N: usize>(world: &World, block: u32, from: [u8; N], to: [u8; N]) -> String {
    let stored = stored(world, block).await;
    let altered = stored.replace(&hex::encode(from), &hex::encode(to));
    assert_ne!(altered, stored, "there is nothing to alter");
    altered
}

/// What an honest node says of an index that was read through a relay, by its books and by its events.
async fn verified(world: &World, relay: &Relay) -> (Result<(), Error>, Result<(), Error>) {
    let client = through(world, relay).await;
    let lied = indexed(&client).await;
    let mut index = lied.index().await;
    let best = world.client.chain.best().await.unwrap();
    let books = check_books(&world.client, &mut index, best).await;
    let first = index.status().first + 1;
    let numbers = first..=best.number;
    let events = check_events(&world.client, &mut index, numbers, &mut |_| ()).await;
    (books.map(|_| ()), events)
}

/// The books tell that something is wrong with a pool or round from a block on, and so do the events.
async fn flow_is_wrong(world: &World, relay: &Relay, wrong: u32) {
    let (books, events) = verified(world, relay).await;
    let books = books.unwrap_err();
    assert!(
        matches!(&books, Error::Flow { block, .. } if *block == wrong),
        "not in {wrong}: {books}"
    );
    disproved(events, wrong);
}

fn disproved(events: Result<(), Error>, wrong: u32) {
    let events = events.unwrap_err();
    assert!(
        matches!(&events, Error::Disproved { block } if *block == wrong),
        "not in {wrong}: {events}"
    );
}

#[test]
fn grant_that_is_left_out_told_twice_or_of_another_amount_is_noticed() {
    block_on(async {
        let world = World::new().await;
        let pool = scheduled(&world).await;
        grant(&world, pool, UNIT).await;
        let granted = grant(&world, pool, ODD).await;
        let empty = nothing(&world).await;
        give(&world, "Bob", pool, UNIT).await;

        let relay = lying(&world, granted, "0x00").await;
        flow_is_wrong(&world, &relay, granted).await;
        let relay = lying(&world, empty, stored(&world, granted).await).await;
        flow_is_wrong(&world, &relay, empty).await;
        let less = altered(
            &world,
            granted,
            ODD.to_le_bytes(),
            (ODD - 1_000).to_le_bytes(),
        );
        let relay = lying(&world, granted, less.await).await;
        flow_is_wrong(&world, &relay, granted).await;
    });
}

#[test]
fn payout_that_is_left_out_told_twice_or_of_another_amount_is_noticed() {
    block_on(async {
        let world = World::new().await;
        let pool = scheduled(&world).await;
        give(&world, "Bob", pool, 4 * ODD).await;
        let mut contract: PoolRef = at(pool);
        let payout = contract.call_mut().payout(None);
        world.act("Dave", Call::new(payout, 0)).await.unwrap();
        let paid = best(&world).await;
        let empty = nothing(&world).await;
        give(&world, "Bob", pool, UNIT).await;

        let relay = lying(&world, paid, "0x00").await;
        flow_is_wrong(&world, &relay, paid).await;
        let relay = lying(&world, empty, stored(&world, paid).await).await;
        flow_is_wrong(&world, &relay, empty).await;
        let fee = ODD * Balance::from(crate::world::POOL_FEE) / 10_000;
        let (true_one, other) = (ODD - fee, ODD - fee - 1_000);
        let less = altered(&world, paid, true_one.to_le_bytes(), other.to_le_bytes());
        let relay = lying(&world, paid, less.await).await;
        flow_is_wrong(&world, &relay, paid).await;
    });
}

/// What goes straight through a pool leaves no more in its books than a tip: its block's hash tells.
#[test]
fn grant_that_went_straight_through_is_noticed_by_the_hash_of_its_block() {
    block_on(async {
        let world = World::new().await;
        let pool = pool(&world, Mode::KeepAll { closes: None }, Vec::new()).await;
        let granted = grant(&world, pool, ODD).await;
        let empty = nothing(&world).await;
        for (block, instead) in [
            (granted, "0x00".to_string()),
            (empty, stored(&world, granted).await),
        ] {
            let relay = lying(&world, block, instead).await;
            let (_, events) = verified(&world, &relay).await;
            disproved(events, block);
        }
    });
}

#[test]
fn money_that_is_said_to_be_anothers_is_noticed() {
    block_on(async {
        let world = World::new().await;
        let mode = Mode::AllOrNothing {
            goal: 100 * UNIT,
            deadline: now(&world).await + 100 * HOUR,
        };
        let pool = pool(&world, mode, Vec::new()).await;
        let given = give(&world, "Bob", pool, ODD).await;
        let pledge = Pledge {
            ratio: 5_000,
            per_donor: UNIT / 10,
            until: None,
        };
        let mut contract: PoolRef = at(pool);
        let sponsor = contract.call_mut().sponsor(pledge);
        world
            .act("Charlie", Call::new(sponsor, 2 * UNIT))
            .await
            .unwrap();
        let sponsored = best(&world).await;
        let thief = account("Dave").0;
        for (block, whose) in [(given, "Bob"), (sponsored, "Charlie")] {
            let instead = altered(&world, block, account(whose).0, thief).await;
            let relay = lying(&world, block, instead).await;
            flow_is_wrong(&world, &relay, block).await;
        }
    });
}

/// A creator of whom the index has no ledger is asked for, too.
#[test]
fn first_line_of_a_creators_ledger_that_is_left_out_is_noticed() {
    block_on(async {
        let world = World::new().await;
        let creator = world.creator("Alice", "ada").await;
        let mut registry: RegistryRef = world.client.contract().unwrap();
        let to = vec![Recipient {
            account: account("Nobody").id(),
            parts: 1_000_000,
        }];
        let storefront = world.client.deployment.address(Contract::Storefront);
        let tell = vec![storefront.unwrap().id()];
        let split = registry.call_mut().set_payout(creator, to, None, tell);
        world.act("Alice", Call::new(split, 0)).await.unwrap();
        // Less than an account needs: it is kept.
        crate::tip(&world, "Bob", 1_000).await;
        let kept = best(&world).await;
        nothing(&world).await;
        let honest = indexed(&world.client).await;
        let last = world.client.chain.best().await.unwrap();
        let ledgers = honest.index().await.ledgers(last.number).unwrap();
        let of_creator = |key: &Key| key.name == Name::Creator(creator);
        let kept_there = ledgers
            .iter()
            .any(|(key, balance)| of_creator(key) && *balance > 0);
        assert!(kept_there, "{ledgers:?}");

        let relay = lying(&world, kept, "0x00").await;
        let (books, events) = verified(&world, &relay).await;
        let books = books.unwrap_err();
        assert!(
            matches!(&books, Error::Unreconciled { block, sum: 0, .. } if *block == kept),
            "{books}"
        );
        disproved(events, kept);
    });
}

/// A pool that nobody lists is known by its code, and the node that hides it says that it has other code. That needs
/// a proof.
#[test]
fn pool_that_the_node_hides_is_found_by_what_it_has_to_prove() {
    block_on(async {
        let world = World::new().await;
        let terms = terms(0, Mode::KeepAll { closes: None }, Vec::new(), None);
        let code = world.client.deployment.code_hash(Contract::Pool).unwrap();
        let instance = Instance::new(code, PoolRef::new(terms), b"hidden");
        let (chain, alice) = (&world.client.chain, account("Alice"));
        let step = chain.plan_instance(alice, "pool", &instance).await;
        send(&world, step.unwrap()).await;
        let made = best(&world).await;
        let pool = instance.address(alice);
        give(&world, "Bob", pool, UNIT).await;

        // It has it that there is no such contract.
        let hidden = hex::encode(pool.0);
        let (relay, _) = Relay::to(&chain.node, move |question: &Value, mut answer| {
            if question["method"] == "state_queryStorageAt" {
                for set in answer["result"].as_array_mut().into_iter().flatten() {
                    for change in set["changes"].as_array_mut().into_iter().flatten() {
                        if change[0].as_str().is_some_and(|key| key.ends_with(&hidden)) {
                            change[1] = Value::Null;
                        }
                    }
                }
            }
            answer
        });
        let client = through(&world, &relay).await;
        let lied = indexed(&client).await;
        let mut index = lied.index().await;
        let last = chain.best().await.unwrap();
        assert!(index.pools(last.number).unwrap().is_empty());
        // The same node is asked by who verifies.
        let first = index.status().first + 1;
        let events = check_events(&client, &mut index, first..=last.number, &mut |_| ()).await;
        disproved(events, made);
    });
}

/// What an honest node tells is right in every block, one by one.
#[test]
fn books_agree_in_every_block_and_do_not_from_a_lie_on() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let pool = scheduled(&world).await;
        let granted = grant(&world, pool, ODD).await;
        give(&world, "Bob", pool, UNIT).await;
        let last = best(&world).await;
        let honest = indexed(&world.client).await;
        let mut index = honest.index().await;
        let all = index.status().first..=last;
        let mut told = 0;
        let mut tell = |proving: Proving| told = proving.done;
        let compared = check_changes(&world.client, &mut index, all.clone(), &mut tell).await;
        // Makings, a handle and a storefront, and what happened at the pool.
        assert_eq!(compared.unwrap(), 5 + 2 + 3);
        assert_eq!(told, last - index.status().first + 1);

        let relay = lying(&world, granted, "0x00").await;
        let lied = indexed(&through(&world, &relay).await).await;
        let mut index = lied.index().await;
        let compared = check_changes(&world.client, &mut index, all, &mut |_| ()).await;
        let error = compared.unwrap_err();
        assert!(
            matches!(&error, Error::Flow { block, .. } if *block == granted),
            "{error}"
        );
    });
}
