//! Blocks that are undone.

use crate::chain::{account, nobody, nothing, Chain, FIRST, UNIT};
use serde_json::{json, Value};
use subxt::ext::subxt_rpcs::rpc_params;
use subxt_signer::sr25519::dev::alice;

#[tokio::test]
async fn a_fork_undoes_payments_and_is_the_longer_one() {
    let chain = Chain::start(&["--hold-finality"]).await;
    chain.ask("dev_newBlock", nothing()).await;
    chain.send(&alice(), &nobody(1), UNIT).await;
    chain.has_best(2).await;
    let (undone, _) = chain.block(2).await;
    let block = chain.ask("dev_reorg", rpc_params![1]).await;
    assert_eq!(block["number"], FIRST + 3);
    assert_eq!(chain.free(&nobody(1)).await, 0);
    assert_eq!(chain.next(&account(&alice())).await, 0);
    let (instead, second) = chain.block(2).await;
    assert_ne!(instead, undone);
    assert_eq!(second["header"]["parentHash"], chain.block(1).await.0);
    // Whoever remembers the block can still ask for it.
    assert!(!chain
        .ask("chain_getBlock", rpc_params![undone])
        .await
        .is_null());
}

#[tokio::test]
async fn a_fork_can_take_the_transactions_again() {
    let chain = Chain::start(&["--hold-finality"]).await;
    let bytes = chain.transfer(&alice(), &nobody(1), UNIT, 0).await;
    let mut heard = chain.watch(bytes).await;
    chain.has_best(1).await;
    let (first, _) = chain.block(1).await;
    chain
        .ask("dev_reorg", rpc_params![1, json!({"resubmit": true})])
        .await;
    let (second, _) = chain.block(1).await;
    chain.ask("dev_finalize", nothing()).await;
    let mut all = Vec::new();
    for _ in 0..6 {
        all.push(heard.next().await);
    }
    let expected = [
        json!("ready"),
        json!({"inBlock": first}),
        json!({"retracted": first}),
        json!("ready"),
        json!({"inBlock": second}),
        json!({"finalized": second}),
    ];
    assert_eq!(all, expected);
    assert_eq!(chain.free(&nobody(1)).await, UNIT);
}

#[tokio::test]
async fn a_fork_forgets_transactions_unless_it_is_told_otherwise() {
    let chain = Chain::start(&["--hold-finality"]).await;
    let bytes = chain.transfer(&alice(), &nobody(1), UNIT, 0).await;
    let mut heard = chain.watch(bytes).await;
    chain.has_best(1).await;
    chain.ask("dev_reorg", rpc_params![1]).await;
    let mut last = Value::Null;
    while last != "dropped" {
        last = heard.next().await;
    }
    assert_eq!(last, "dropped");
    assert_eq!(chain.status().await["waiting"], 0);
}

#[tokio::test]
async fn what_is_final_is_not_undone() {
    let chain = Chain::start(&[]).await;
    chain.ask("dev_newBlock", rpc_params![3]).await;
    let why = chain.refused("dev_reorg", rpc_params![1]).await;
    assert!(
        why.contains("there are 0") && why.contains("dev_setFinality"),
        "{why}"
    );
    chain.ask("dev_setFinality", rpc_params!["held"]).await;
    chain.ask("dev_newBlock", rpc_params![2]).await;
    for depth in [0, 3] {
        assert!(chain
            .refused("dev_reorg", rpc_params![depth])
            .await
            .contains("there are 2"));
    }
    assert_eq!(chain.best().await, 5);
    assert_eq!(
        chain.ask("dev_reorg", rpc_params![2]).await["number"],
        FIRST + 6
    );
}

#[tokio::test]
async fn who_follows_hears_of_the_fork_and_of_what_it_pruned() {
    let chain = Chain::start(&["--hold-finality"]).await;
    chain.ask("dev_newBlock", rpc_params![2]).await;
    let (undone, _) = chain.block(2).await;
    let mut heard = chain.follow().await;
    let mut next = async || heard.next().await;
    let first = next().await;
    assert_eq!(first["event"], "initialized");
    for number in [1, 2] {
        assert_eq!(next().await["blockHash"], chain.block(number).await.0);
    }
    assert_eq!(next().await["bestBlockHash"], undone);
    chain.ask("dev_reorg", rpc_params![1]).await;
    let (fresh, last) = (chain.block(2).await.0, chain.block(3).await.0);
    for hash in [&fresh, &last] {
        let event = next().await;
        assert_eq!(
            (&event["event"], &event["blockHash"]),
            (&json!("newBlock"), hash)
        );
    }
    assert_eq!(next().await["bestBlockHash"], last);
    chain.ask("dev_finalize", nothing()).await;
    let event = next().await;
    assert_eq!(
        event["finalizedBlockHashes"],
        json!([chain.block(1).await.0, fresh, last])
    );
    assert_eq!(event["prunedBlockHashes"], json!([undone]));
}
