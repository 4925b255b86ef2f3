//! Blocks that are undone, finality that does not come, and a node that is gone.

use crate::{
    scene::*,
    world::{block_on, World},
};
use farthing_gateway::till::{Declined, Wanted};
use serde_json::json;
use std::time::Duration;

async fn ask(world: &World, method: &str, params: serde_json::Value) {
    world.client.chain.request(method, params).await.unwrap();
}

#[test]
fn opening_that_is_not_final_and_is_undone_gives_no_credit() {
    block_on(async {
        let world = World::new().await;
        let gateway = Gateway::start(&world, &log(&world, "log"), Wanted::default()).await;
        ask(&world, "dev_setFinality", json!(["held"])).await;
        let alice = {
            let opening = open(&world, "Alice", 10 * UNIT);
            let opened = tokio::time::timeout(Duration::from_secs(3), opening).await;
            assert!(opened.is_err(), "nothing becomes final");
            let payer = crate::world::account("Alice");
            let key = (payer.id(), crate::world::account(PAYEE).id(), 0);
            let channels: farthing_contracts::channels::ChannelsRef =
                world.client.contract().unwrap();
            use ink::codegen::TraitCallBuilder;
            let found = world
                .client
                .read(channels.call().channel(key.0, key.1, key.2))
                .await;
            farthing_gateway::protocol::Named {
                payer,
                lane: 0,
                epoch: found.unwrap().expect("a block has it").epoch,
            }
        };
        let early = gateway.pay(&world, &alice, UNIT, UNIT).await;
        assert_eq!(early.unwrap_err(), Declined::NotFinal);
        ask(&world, "dev_reorg", json!([1])).await;
        ask(&world, "dev_setFinality", json!(["instant"])).await;
        let undone = gateway.pay(&world, &alice, UNIT, UNIT).await;
        assert_eq!(undone.unwrap_err(), Declined::NoChannel);
        assert_eq!(gateway.till.summary().earned, 0);
        assert_solvent(&world, &[]).await;
    });
}

#[test]
fn exit_that_is_undone_ends_nothing_and_counts_as_long_as_it_may_be_true() {
    block_on(async {
        let world = World::new().await;
        let alice = open(&world, "Alice", 10 * UNIT).await;
        let gateway = Gateway::start(&world, &log(&world, "log"), Wanted::default()).await;
        gateway.pay(&world, &alice, UNIT, UNIT).await.unwrap();
        ask(&world, "dev_setFinality", json!(["held"])).await;
        let exiting = exit(&world, &alice);
        assert!(tokio::time::timeout(Duration::from_secs(3), exiting)
            .await
            .is_err());
        until(|| gateway.till.summary().ending == [alice]).await;
        assert!(gateway.pay(&world, &alice, 2 * UNIT, UNIT).await.is_err());
        // A block beside it, with nothing in it, and another on top: the exit is gone until somebody sends it again.
        ask(&world, "dev_reorg", json!([1])).await;
        let (_, now) = channel(&world, &alice).await;
        if now.end.is_none() {
            until(|| gateway.till.summary().ending.is_empty()).await;
            gateway.pay(&world, &alice, 2 * UNIT, UNIT).await.unwrap();
        }
        assert_solvent(&world, &[alice]).await;
    });
}

#[test]
fn chain_that_is_gone_gives_no_credit_once_a_quarter_of_the_delay_has_passed() {
    block_on(async {
        let world = World::new().await;
        let alice = open(&world, "Alice", 10 * UNIT).await;
        let gateway = Gateway::start(&world, &log(&world, "log"), Wanted::default()).await;
        gateway.pay(&world, &alice, UNIT, UNIT).await.unwrap();
        let seen = gateway.till.summary().seen;
        assert!(seen > 0);
        gateway.end().await;
        // A till without a follower stands for one whose node is gone: it has not seen the chain since its start.
        let payee = crate::world::account(PAYEE);
        let live = farthing_gateway::chain::Live::new(world.client.clone(), payee, same(&world));
        let till = farthing_gateway::till::Till::open(
            accepts(&world),
            live,
            &log(&world, "log"),
            Wanted::default(),
        )
        .unwrap();
        let blind = till
            .charge(&payment(&world, &alice, 2 * UNIT), UNIT, None)
            .await;
        let Err(Declined::Refused(refused, None)) = blind else {
            panic!("{blind:?}");
        };
        assert_eq!(refused, farthing_gateway::accounting::Refused::Blind);
        assert_solvent(&world, &[alice]).await;
    });
}
