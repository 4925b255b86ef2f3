//! Blocks that are undone, nodes that go away, chains that begin anew, deployments that begin too late.

use crate::{
    indexed, rows, through, tip,
    world::{block_on, World, UNIT},
};
use farthing_client::Chain;
use farthing_contracts::Contract;
use farthing_index::{
    store::Held,
    verify::{check_books, check_changes, check_events},
    Error, Follower, Place,
};
use farthing_node_tests::{node::Node, postgres::Postgres};
use serde_json::json;

async fn dev(chain: &Chain, method: &str, params: serde_json::Value) {
    chain.request(method, params).await.unwrap();
}

#[test]
fn blocks_that_are_undone_leave_no_trace() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let chain = &world.client.chain;
        dev(chain, "dev_setFinality", json!(["held"])).await;
        let mut follower = indexed(&world.client).await;
        let last_final = follower.index().await.status().last_final;
        for (undone, amount) in [(1, 5), (2, 6), (3, 7)] {
            for more in 0..4 {
                tip(&world, "Bob", amount * 10 + more).await;
                follower.catch_up(&mut |_| ()).await.unwrap();
            }
            // The open blocks are told apart.
            assert_eq!(follower.index().await.status().last_final, last_final);
            dev(chain, "dev_reorg", json!([undone])).await;
            // Not all that is read anew has been read before.
            if amount % 2 == 0 {
                tip(&world, "Charlie", amount).await;
            }
            follower.catch_up(&mut |_| ()).await.unwrap();
            let mut fresh = indexed(&world.client).await;
            assert_eq!(
                rows(&mut *follower.index().await),
                rows(&mut *fresh.index().await)
            );
            assert_eq!(
                follower.index().await.open_blocks().unwrap(),
                fresh.index().await.open_blocks().unwrap()
            );
            let _ = &mut fresh;
        }
        dev(chain, "dev_setFinality", json!(["instant"])).await;
        tip(&world, "Bob", UNIT).await;
        follower.catch_up(&mut |_| ()).await.unwrap();
        let best = chain.best().await.unwrap();
        assert_eq!(
            follower.index().await.status().last_final,
            Some(best.number)
        );
        assert_eq!(follower.index().await.open_blocks().unwrap(), []);
        assert_eq!(
            rows(&mut *follower.index().await),
            rows(&mut *indexed(&world.client).await.index().await)
        );
    });
}

#[test]
fn chain_that_goes_back_behind_what_is_final_is_noticed() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let chain = &world.client.chain;
        let point = chain.request("dev_snapshot", json!([])).await.unwrap();
        tip(&world, "Bob", 11).await;
        let mut follower = indexed(&world.client).await;
        let last = follower.index().await.status().last.unwrap().0;
        dev(chain, "dev_revert", json!([point])).await;
        tip(&world, "Bob", 12).await;
        let error = follower.catch_up(&mut |_| ()).await.unwrap_err();
        assert!(
            matches!(error, Error::FinalUndone { block } if block == last),
            "{error}"
        );
    });
}

#[test]
fn node_that_goes_away_is_followed_again_when_it_is_back() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let (relay, switch) = crate::relay::Relay::to(&world.client.chain.node, |_, answer| answer);
        let client = through(&world, &relay).await;
        let mut follower = indexed(&client).await;
        switch.cut();
        let error = follower.catch_up(&mut |_| ()).await.unwrap_err();
        assert!(matches!(error, Error::Client(_)), "{error}");
        tip(&world, "Bob", 5).await;
        switch.mend();
        follower.reconnect(through(&world, &relay).await);
        follower.catch_up(&mut |_| ()).await.unwrap();
        assert_eq!(
            rows(&mut *follower.index().await),
            rows(&mut *indexed(&world.client).await.index().await)
        );
    });
}

#[test]
fn first_block_that_is_too_late_is_put_right_where_the_node_tells_and_noticed_where_it_does_not() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let expected = rows(&mut *indexed(&world.client).await.index().await);
        let best = world.client.chain.best().await.unwrap().number;
        for first in [best, best - 2, world.client.deployment.block + 1] {
            let client = world.reopened(|deployment| deployment.block = first).await;
            assert_eq!(rows(&mut *indexed(&client).await.index().await), expected);
        }
        // A node that does not keep old states cannot tell.
        let identity = indexed(&world.client)
            .await
            .index()
            .await
            .identity()
            .clone();
        let place = Place::File(world.folder.path().join("late.sqlite"));
        drop(farthing_index::Index::open(&place, identity, best).unwrap());
        let mut late = Follower::open(world.client.clone(), &place).await.unwrap();
        let error = late.catch_up(&mut |_| ()).await.unwrap_err();
        let Error::Unmade {
            contract, first, ..
        } = error
        else {
            panic!("{error}");
        };
        assert!(Contract::SINGLE.contains(&contract));
        assert_eq!(first, best);
    });
}

#[test]
fn index_of_one_deployment_is_not_taken_for_anothers() {
    block_on(async {
        let world = World::new().await;
        let place = Place::File(world.folder.path().join("index.sqlite"));
        drop(Follower::open(world.client.clone(), &place).await.unwrap());
        let other = World::new().await;
        let error = Follower::open(other.client.clone(), &place).await.err();
        assert!(
            matches!(error, Some(Error::OtherDeployment(_))),
            "{error:?}"
        );
    });
}

/// Amounts of 8 bytes on the chain are the same to the index.
#[test]
fn chain_with_small_amounts_is_followed_too() {
    block_on(async {
        let node = Node::own(&["--profile", "subtensor"]);
        let world = World::on(node).await;
        world.creator("Alice", "ada").await;
        tip(&world, "Bob", 1_000_001).await;
        let mut follower = indexed(&world.client).await;
        let best = world.client.chain.best().await.unwrap();
        let client = world.client.clone();
        let checked =
            farthing_index::verify::check_books(&client, &mut *follower.index().await, best).await;
        assert_eq!(checked.unwrap().creators, 1);
        let paid = follower
            .index()
            .await
            .store()
            .all("SELECT paid FROM payments", &[], |row| row.amount(0));
        assert_eq!(paid.unwrap(), [1_000_001]);
        let _ = &mut follower;
    });
}

#[test]
fn index_on_a_server_is_the_same() {
    let Some(server) = Postgres::start() else {
        return;
    };
    block_on(async {
        let place = Place::Server(server.url());
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let chain = &world.client.chain;
        dev(chain, "dev_setFinality", json!(["held"])).await;
        let mut follower = Follower::open(world.client.clone(), &place).await.unwrap();
        for (amount, undone) in [(5, 1), (6, 2)] {
            tip(&world, "Bob", amount).await;
            tip(&world, "Charlie", amount * UNIT).await;
            follower.catch_up(&mut |_| ()).await.unwrap();
            dev(chain, "dev_reorg", json!([undone])).await;
            tip(&world, "Bob", amount + 10).await;
            follower.catch_up(&mut |_| ()).await.unwrap();
        }
        dev(chain, "dev_setFinality", json!(["instant"])).await;
        tip(&world, "Bob", UNIT).await;
        follower.catch_up(&mut |_| ()).await.unwrap();
        let best = chain.best().await.unwrap();
        let mut index = follower.index().await;
        check_books(&world.client, &mut index, best).await.unwrap();
        let blocks = index.status().first + 1..=best.number;
        check_changes(&world.client, &mut index, blocks.clone(), &mut |_| ())
            .await
            .unwrap();
        check_events(&world.client, &mut index, blocks, &mut |_| ())
            .await
            .unwrap();
        assert_eq!(
            rows(&mut index),
            rows(&mut *indexed(&world.client).await.index().await)
        );
        crate::serving::every_listing_is_answered(&world, place).await;
    });
}

#[test]
fn database_on_a_server_is_written_by_one_at_a_time() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let held = Held::take(&server.url()).unwrap();
    assert!(held.is_some());
    assert!(Held::take(&server.url()).unwrap().is_none());
    drop(held);
    // The server notices in its own time.
    let again = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        Held::take(&server.url()).unwrap().is_some()
    });
    assert!(again);
}
