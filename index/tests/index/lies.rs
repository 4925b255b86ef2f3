//! A node that leaves events out, or invents them.

use crate::{
    indexed,
    relay::Relay,
    through, tip,
    world::{block_on, World, UNIT},
};
use farthing_client::Call;
use farthing_contracts::streams::StreamsRef;
use farthing_index::{
    verify::{check_books, check_events},
    Error, Follower, Index,
};
use ink::codegen::TraitCallBuilder;
use serde_json::{json, Value};

/// Where events are stored, as nodes are asked for them.
const EVENTS: &str = "0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7";

/// A relay to the world's node that tells something else of what happened in a block.
pub async fn lying(world: &World, block: u32, instead: impl Into<String>) -> Relay {
    let instead = instead.into();
    let hash = world.client.chain.block(block).await.unwrap().hash;
    let hash = format!("0x{}", hex::encode(hash));
    let (relay, _) = Relay::to(&world.client.chain.node, move |question: &Value, answer| {
        let about = &question["params"][1];
        if question["method"] != "state_queryStorageAt" || *about != json!(hash) {
            return answer;
        }
        changed(answer, &instead)
    });
    relay
}

/// What is stored of a block's events.
pub async fn stored(world: &World, block: u32) -> String {
    let chain = &world.client.chain;
    let hash = hex::encode(chain.block(block).await.unwrap().hash);
    let params = json!([[EVENTS], format!("0x{hash}")]);
    let told = chain.request("state_queryStorageAt", params).await.unwrap();
    told[0]["changes"][0][1].as_str().unwrap().into()
}

/// The answer, with other events.
fn changed(mut answer: Value, instead: &str) -> Value {
    for set in answer["result"].as_array_mut().into_iter().flatten() {
        for change in set["changes"].as_array_mut().into_iter().flatten() {
            if change[0] == EVENTS {
                change[1] = json!(instead);
            }
        }
    }
    answer
}

async fn first_wrong(world: &World, index: &mut Index) -> Result<(), Error> {
    let best = world.client.chain.best().await.unwrap();
    let blocks = index.status().first + 1..=best.number;
    check_events(&world.client, index, blocks, &mut |_| ()).await
}

/// No books tell of a tip that went straight through: the block's hash does.
#[test]
fn tip_that_is_left_out_is_noticed_by_the_hash_of_its_block() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        tip(&world, "Bob", UNIT).await;
        tip(&world, "Bob", 2 * UNIT).await;
        let wrong = world.client.chain.best().await.unwrap().number;
        tip(&world, "Bob", 3 * UNIT).await;
        let relay = lying(&world, wrong, "0x00").await;
        let lied = indexed(&through(&world, &relay).await).await;
        let mut index = lied.index().await;
        let best = world.client.chain.best().await.unwrap();
        check_books(&world.client, &mut index, best).await.unwrap();
        let error = first_wrong(&world, &mut index).await.unwrap_err();
        assert!(
            matches!(error, Error::Disproved { block } if block == wrong),
            "{error}"
        );
        let honest = indexed(&world.client).await;
        first_wrong(&world, &mut *honest.index().await)
            .await
            .unwrap();
    });
}

/// The relay tells the lie to whoever verifies, too, and cannot prove it.
#[test]
fn node_that_lies_to_the_one_who_verifies_proves_nothing() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        tip(&world, "Bob", UNIT).await;
        let wrong = world.client.chain.best().await.unwrap().number;
        let relay = lying(&world, wrong, "0x00").await;
        let client = through(&world, &relay).await;
        let lied = indexed(&client).await;
        let mut index = lied.index().await;
        let blocks = wrong - 3..=wrong;
        let error = check_events(&client, &mut index, blocks, &mut |_| ())
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::Disproved { block } if block == wrong),
            "{error}"
        );
    });
}

#[test]
fn claim_that_is_left_out_is_noticed_by_the_books_in_its_block() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let mut streams: StreamsRef = world.client.contract().unwrap();
        let open = streams
            .call_mut()
            .open(crate::world::account("Bob").id(), 1_000_000_000_000);
        world
            .act("Charlie", Call::new(open, 5 * UNIT))
            .await
            .unwrap();
        world.client.chain.forward(1_000_000).await.unwrap();
        let claim = streams.call_mut().claim(0);
        world.act("Bob", Call::new(claim, 0)).await.unwrap();
        let wrong = world.client.chain.best().await.unwrap().number;
        for amount in 1..9 {
            tip(&world, "Bob", amount).await;
        }
        let relay = lying(&world, wrong, "0x00").await;
        let lied = indexed(&through(&world, &relay).await).await;
        let best = world.client.chain.best().await.unwrap();
        let error = check_books(&world.client, &mut *lied.index().await, best)
            .await
            .unwrap_err();
        let Error::Unreconciled {
            block,
            sum,
            contract,
            ..
        } = error
        else {
            panic!("{error}");
        };
        assert_eq!(block, wrong);
        assert_eq!(sum, 5 * UNIT as i128);
        assert!(contract.amount < 5 * UNIT);
    });
}

#[test]
fn stream_that_is_left_out_is_missed_in_the_contracts_count() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let mut streams: StreamsRef = world.client.contract().unwrap();
        for _ in 0..2 {
            let open = streams
                .call_mut()
                .open(crate::world::account("Bob").id(), 1);
            world.act("Charlie", Call::new(open, UNIT)).await.unwrap();
        }
        let wrong = world.client.chain.best().await.unwrap().number;
        tip(&world, "Bob", 5).await;
        let relay = lying(&world, wrong, "0x00").await;
        let lied = indexed(&through(&world, &relay).await).await;
        let best = world.client.chain.best().await.unwrap();
        let error = check_books(&world.client, &mut *lied.index().await, best)
            .await
            .unwrap_err();
        let Error::Count {
            what,
            found,
            expected,
            block,
        } = error
        else {
            panic!("{error}");
        };
        assert_eq!((what, found, expected, block), ("streams", 1, 2, wrong));
    });
}

#[test]
fn making_that_is_left_out_is_noticed_at_once() {
    block_on(async {
        let world = World::new().await;
        let registry = &world.client.deployment.contracts["registry"];
        let relay = lying(&world, registry.block, "0x00").await;
        world.creator("Alice", "ada").await;
        let client = through(&world, &relay).await;
        let mut follower = Follower::open(client, &farthing_index::Place::Memory)
            .await
            .unwrap();
        let error = follower.catch_up(&mut |_| ()).await.unwrap_err();
        assert!(matches!(error, Error::Unmade { .. }), "{error}");
    });
}

/// What happened in one block is told of the next one, too.
#[test]
fn event_that_is_invented_is_noticed() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        tip(&world, "Bob", UNIT).await;
        let true_one = world.client.chain.best().await.unwrap().number;
        world
            .client
            .chain
            .request("dev_newBlock", json!([]))
            .await
            .unwrap();
        let invented = world.client.chain.best().await.unwrap().number;
        let relay = lying(&world, invented, stored(&world, true_one).await).await;
        let lied = indexed(&through(&world, &relay).await).await;
        let payments = |index: &mut Index| {
            let found = index
                .store()
                .all("SELECT seq FROM payments", &[], |row| row.get::<i64>(0));
            found.unwrap().len()
        };
        assert_eq!(payments(&mut *lied.index().await), 2);
        let error = first_wrong(&world, &mut *lied.index().await)
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::Disproved { block } if block == invented),
            "{error}"
        );
    });
}
