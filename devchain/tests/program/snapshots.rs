//! Going back to how it was.

use crate::chain::{account, nobody, nothing, Chain, UNIT};
use serde_json::Value;
use subxt::ext::subxt_rpcs::rpc_params;
use subxt_signer::sr25519::dev::alice;

#[tokio::test]
async fn a_snapshot_brings_everything_back_as_often_as_it_is_asked_for() {
    let chain = Chain::start(&[]).await;
    chain.send(&alice(), &nobody(1), UNIT).await;
    chain.has_best(1).await;
    let before = chain.status().await;
    let snapshot = chain.ask("dev_snapshot", nothing()).await;
    for _ in 0..2 {
        chain.send(&alice(), &nobody(1), UNIT).await;
        chain.has_best(2).await;
        chain.ask("dev_forward", rpc_params![3_600_000]).await;
        assert_eq!(chain.free(&nobody(1)).await, 2 * UNIT);
        chain.ask("dev_revert", rpc_params![&snapshot]).await;
        assert_eq!(chain.status().await, before);
        assert_eq!(chain.free(&nobody(1)).await, UNIT);
        assert_eq!(chain.next(&account(&alice())).await, 1);
    }
    let time = chain.ask("dev_newBlock", nothing()).await["time"]
        .as_u64()
        .unwrap();
    let old = before["best"]["time"].as_u64().unwrap();
    assert!(time < old + 3_600_000, "the clock is back, too");
}

#[tokio::test]
async fn what_waited_waits_again_and_what_came_later_is_gone() {
    let chain = Chain::start(&["--manual"]).await;
    chain.send(&alice(), &nobody(1), UNIT).await;
    let snapshot = chain.ask("dev_snapshot", nothing()).await;
    chain.send(&alice(), &nobody(2), UNIT).await;
    chain.ask("dev_newBlock", nothing()).await;
    chain.ask("dev_revert", rpc_params![snapshot]).await;
    assert_eq!(chain.status().await["waiting"], 1);
    chain.ask("dev_newBlock", nothing()).await;
    assert_eq!(
        (chain.free(&nobody(1)).await, chain.free(&nobody(2)).await),
        (UNIT, 0)
    );
}

#[tokio::test]
async fn later_snapshots_are_gone_and_strange_ones_are_refused() {
    let chain = Chain::start(&[]).await;
    let first = chain.ask("dev_snapshot", nothing()).await;
    let second = chain.ask("dev_snapshot", nothing()).await;
    chain.ask("dev_revert", rpc_params![&first]).await;
    for number in [second, 0.into(), 7.into()] {
        let why = chain.refused("dev_revert", rpc_params![number]).await;
        assert!(why.contains("There is no snapshot"), "{why}");
    }
}

#[tokio::test]
async fn who_follows_has_to_start_anew() {
    let chain = Chain::start(&[]).await;
    let snapshot = chain.ask("dev_snapshot", nothing()).await;
    // Who has only just begun hears of it as well, so it is tried often.
    for _ in 0..50 {
        chain.ask("dev_newBlock", nothing()).await;
        let mut heard = chain.follow().await;
        chain.ask("dev_revert", rpc_params![&snapshot]).await;
        let mut last = Value::Null;
        while last["event"] != "stop" {
            last = heard.next().await;
        }
    }
}

#[tokio::test]
async fn what_waits_again_is_taken_into_a_block_where_blocks_are_instant() {
    let chain = Chain::start(&["--manual"]).await;
    chain.send(&alice(), &nobody(1), UNIT).await;
    let snapshot = chain.ask("dev_snapshot", nothing()).await;
    chain.ask("dev_setSealing", rpc_params!["instant"]).await;
    chain.has_best(1).await;
    chain.ask("dev_revert", rpc_params![snapshot]).await;
    chain
        .until(|| async { chain.free(&nobody(1)).await == UNIT })
        .await;
}
