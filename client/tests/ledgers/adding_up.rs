//! Whatever happens, in whatever order: ledgers come to what the contracts say, and these have it all.

use crate::{
    steps::{steps, Scene, ITEMS, NOBODY, PEOPLE},
    world::{account, block_on, World},
};
use farthing_client::{
    at,
    ops::{
        ledger::{self, Kind, Ledger, Name},
        own::{self, Access},
    },
    Account, Block, History,
};
use farthing_contracts::{
    channels::ChannelsRef, pool::PoolRef, storefront::StorefrontRef, streams::StreamsRef,
};
use ink::codegen::TraitCallBuilder;
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, TestRunner},
};
use std::collections::{BTreeMap, BTreeSet};

const SEQUENCES: u8 = 4;

#[test]
fn ledgers_of_everybody_come_to_what_the_contracts_say_whatever_happened() {
    block_on(async {
        let world = World::new().await;
        let mut scene = Scene::new(&world).await;
        let mut runner = TestRunner::new(Config::default());
        let mut balances = BTreeMap::new();
        for sequence in 1..=SEQUENCES {
            scene.renew(sequence).await;
            let first = world.client.chain.best().await.unwrap().number;
            let steps = steps().new_tree(&mut runner).unwrap().current();
            // Seen only if something does not add up.
            println!("{steps:#?}");
            for step in steps {
                scene.run(step).await;
            }
            let last = world.client.chain.best().await.unwrap();
            let between = (first..last.number)
                .new_tree(&mut runner)
                .unwrap()
                .current();
            let between = world.client.chain.block(between).await.unwrap();
            let history = world.history().await;
            for block in [between, last] {
                balances = adds_up(&scene, &history, block).await;
            }
            own_deeds_are_all_there(&scene, &history, last).await;
            assert!(!balances.is_empty());
        }
        // Sequences in which nothing works would prove nothing. They are random: a kind or two may not come up.
        let kinds = [
            "Tip",
            "Buy",
            "Blinded",
            "Refund",
            "Split",
            "Give",
            "Open",
            "Claim",
            "Stream",
            "ClaimStream",
            "StopStream",
            "Wait",
        ];
        let missing = kinds.iter().filter(|kind| !scene.done.contains_key(**kind));
        assert!(missing.count() <= 2, "{:?}", scene.done);
    });
}

/// Everybody's ledgers, which the library compares with the contracts; and the contracts' sums.
async fn adds_up(
    scene: &Scene<'_>,
    history: &History,
    block: Block,
) -> BTreeMap<(Account, Name), i128> {
    let client = &scene.world.client;
    let mut sums = BTreeMap::new();
    let mut held = BTreeMap::new();
    for name in PEOPLE.into_iter().chain([NOBODY]) {
        let creators: &[_] = match name {
            "Alice" => &[scene.creator],
            _ => &[],
        };
        let ledgers = ledger::all(client, history, account(name), creators, block).await;
        for ledger in ledgers.unwrap() {
            movements_make_the_balance(&ledger);
            sums.insert((account(name), ledger.name), ledger.balance);
            held.insert(shared(account(name), ledger.name), ledger.balance);
        }
    }
    let sum = |of: fn(&Name) -> bool| {
        let found = held.iter().filter(|((_, name), _)| of(name));
        found.map(|(_, balance)| *balance).sum::<i128>()
    };
    let shop: StorefrontRef = client.contract().unwrap();
    let (owed, has) = client.read_at(block, shop.call().solvency()).await.unwrap();
    let in_shop = sum(|name| matches!(name, Name::Creator(_) | Name::Fees));
    assert_eq!(in_shop, owed as i128);
    assert!(owed <= has, "the storefront owes {owed} and has {has}");

    let streams: StreamsRef = client.contract().unwrap();
    let (owed, has) = client
        .read_at(block, streams.call().solvency())
        .await
        .unwrap();
    assert_eq!(sum(|name| matches!(name, Name::Stream(_))), owed as i128);
    assert!(owed <= has, "streams are owed {owed} of {has}");

    let channels: ChannelsRef = client.contract().unwrap();
    let nothing = channels.call().solvency(Vec::new(), Vec::new());
    let (_, has) = client.read_at(block, nothing).await.unwrap();
    let owed = sum(|name| *name == Name::Channels);
    assert!(owed as u128 <= has, "channels are owed {owed} of {has}");

    for pool in [scene.open_pool, scene.goal_pool] {
        let pool: PoolRef = at(pool);
        let solvency = client.read_at(block, pool.call().solvency()).await;
        let (owed, has) = solvency.unwrap();
        assert!(owed <= has, "a pool owes {owed} and has {has}");
    }
    sums
}

/// What two people have the same ledger of counts once.
fn shared(account: Account, name: Name) -> (Option<Account>, Name) {
    match name {
        Name::Stream(_) => (None, name),
        _ => (Some(account), name),
    }
}

fn movements_make_the_balance(ledger: &Ledger) {
    let mut balance = 0;
    let mut before = (0, 0);
    for movement in &ledger.movements {
        balance += movement.amount;
        assert_eq!(movement.balance, balance, "{ledger:?}");
        assert!(movement.amount != 0 && balance >= 0 || movement.kind != Kind::Sent);
        let at = (movement.block, movement.index);
        assert!(before <= at, "{ledger:?}");
        before = at;
    }
    assert_eq!(ledger.balance, balance);
}

/// What everybody did themselves: nothing is left out, and all of it is somewhere.
async fn own_deeds_are_all_there(scene: &Scene<'_>, history: &History, block: Block) {
    let client = &scene.world.client;
    let shop: StorefrontRef = client.contract().unwrap();
    for name in PEOPLE {
        let (who, mut may) = (account(name), BTreeSet::new());
        let own = own::all(client, history, who, block).await.unwrap();
        let tipped: u128 = own.tips.iter().map(|tip| tip.amount).sum();
        assert_eq!(tipped, scene.tips.get(&who).copied().unwrap_or(0));
        for tip in &own.tips {
            assert_eq!(tip.memo, tip.amount.to_le_bytes());
        }
        for one in own.purchases.iter().filter(|one| one.owner == who) {
            assert_eq!(one.title, format!("Item {}", one.item));
            if one.access != Access::No {
                may.insert(one.item);
            }
            if let (Some(term), None) = (one.term, one.refunded) {
                // The last of what is left decides.
                let until = match one.access {
                    Access::Until(until) => until,
                    _ => term.until(),
                };
                assert!(term.until() <= until);
            }
        }
        for item in 0..ITEMS {
            let access = shop.call().has_access(scene.creator, item, who.id());
            let access = client.read_at(block, access).await.unwrap();
            assert_eq!(access, may.contains(&item), "{name}, item {item}");
        }
        for stream in &own.streams {
            let left = stream.now.as_ref().map_or(0, |now| now.stream.owed());
            let out = stream.paid + stream.returned + left;
            assert_eq!(stream.deposited, out, "{stream:?}");
        }
        for channel in &own.channels {
            let left = channel.now.as_ref().map_or(0, |now| now.rest());
            let out = channel.paid + channel.returned + left;
            assert_eq!(channel.reserved, out, "{channel:?}");
        }
        for gift in own.gifts.iter().filter(|gift| gift.refunded.is_some()) {
            let pool = own.pools.iter().find(|pool| pool.pool == gift.pool);
            assert_eq!(pool.unwrap().title, "A well");
            assert_ne!(gift.pool, scene.open_pool);
        }
    }
}
