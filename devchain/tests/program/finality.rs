//! When blocks are final, and who hears of it.

use crate::chain::{nobody, nothing, Chain, FIRST, UNIT};
use serde_json::Value;
use subxt::ext::subxt_rpcs::rpc_params;
use subxt_signer::sr25519::dev::alice;

#[tokio::test]
async fn finality_can_be_held_back_and_given() {
    let chain = Chain::start(&["--hold-finality"]).await;
    chain.ask("dev_newBlock", rpc_params![4]).await;
    assert_eq!((chain.best().await, chain.finalized().await), (4, 0));
    let (second, _) = chain.block(2).await;
    assert_eq!(
        chain.ask("dev_finalize", rpc_params![second]).await["finalized"],
        FIRST + 2
    );
    assert_eq!(
        chain.ask("dev_finalize", nothing()).await["finalized"],
        FIRST + 4
    );
    let strange = format!("0x{}", "11".repeat(32));
    let why = chain.refused("dev_finalize", rpc_params![strange]).await;
    assert!(why.contains("is not in the best chain"), "{why}");
    chain.ask("dev_newBlock", nothing()).await;
    assert_eq!(chain.finalized().await, 4);
    chain.ask("dev_setFinality", rpc_params!["instant"]).await;
    assert_eq!(chain.finalized().await, 5);
}

#[tokio::test]
async fn finality_can_come_later() {
    let chain = Chain::start(&["--finality-delay", "1"]).await;
    chain.send(&alice(), &nobody(1), UNIT).await;
    chain.has_best(1).await;
    assert_eq!(chain.finalized().await, 0);
    chain.until(|| async { chain.finalized().await == 1 }).await;
}

#[tokio::test]
async fn who_watches_a_transaction_hears_of_its_block_and_of_its_finality() {
    let chain = Chain::start(&["--hold-finality"]).await;
    let bytes = chain.transfer(&alice(), &nobody(1), UNIT, 0).await;
    let mut heard = chain.watch(bytes).await;
    assert_eq!(heard.next().await, "ready");
    let (hash, _) = {
        chain.has_best(1).await;
        chain.block(1).await
    };
    assert_eq!(heard.next().await["inBlock"], hash);
    assert!(heard.is_quiet().await);
    chain.ask("dev_finalize", nothing()).await;
    assert_eq!(heard.next().await["finalized"], hash);
}

#[tokio::test]
async fn old_states_are_forgotten_if_they_should_be() {
    let chain = Chain::start(&["--state-pruning", "3"]).await;
    let key = format!(
        "0x{}",
        "26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac"
    );
    chain.ask("dev_newBlock", rpc_params![5]).await;
    for (number, known) in [(2, false), (3, true), (5, true)] {
        let (hash, block) = chain.block(number).await;
        assert!(!block.is_null(), "blocks are kept");
        let read = chain
            .rpc
            .request::<Value>("state_getStorage", rpc_params![&key, hash])
            .await;
        assert_eq!(read.is_ok(), known, "{number}");
        if let Err(why) = read {
            assert!(why.to_string().contains("State already discarded"), "{why}");
        }
    }
}
