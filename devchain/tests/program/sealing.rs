//! When blocks are made, and of what.

use crate::chain::{account, nobody, nothing, Chain, FIRST, UNIT};
use serde_json::json;
use std::time::{Duration, Instant};
use subxt::ext::subxt_rpcs::rpc_params;
use subxt_signer::sr25519::dev::{alice, bob};

#[tokio::test]
async fn a_transaction_is_in_a_block_at_once_and_without_one_there_is_no_block() {
    let chain = Chain::start(&[]).await;
    chain.send(&alice(), &nobody(1), UNIT).await;
    chain.has_best(1).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!((chain.best().await, chain.finalized().await), (1, 1));
    assert_eq!(chain.free(&nobody(1)).await, UNIT);
    let (hash, block) = chain.block(1).await;
    // The time, and the transfer.
    assert_eq!(block["extrinsics"].as_array().unwrap().len(), 2);
    assert_eq!(hash, chain.ask("chain_getFinalizedHead", nothing()).await);
}

#[tokio::test]
async fn an_accounts_next_number_never_goes_back_while_blocks_are_made() {
    let chain = Chain::start(&[]).await;
    let alice_account = account(&alice());
    let paying = async {
        for number in 0..150 {
            let bytes = chain.transfer(&alice(), &nobody(1), UNIT, number).await;
            chain
                .ask("author_submitExtrinsic", rpc_params![bytes])
                .await;
        }
    };
    let asking = async {
        let mut last = 0;
        while last < 150 {
            let next = chain.next(&alice_account).await;
            assert!(next >= last, "{next} after {last}");
            last = next;
        }
    };
    tokio::join!(paying, asking);
}

#[tokio::test]
async fn blocks_come_by_the_clock_if_they_should() {
    let chain = Chain::start(&["--block-time", "0.05"]).await;
    chain.has_best(3).await;
    chain.send(&alice(), &nobody(1), UNIT).await;
    chain
        .until(|| async { chain.free(&nobody(1)).await == UNIT })
        .await;
    assert_eq!(chain.status().await["sealing"], 50);
    chain.ask("dev_setSealing", rpc_params!["manual"]).await;
    // One may have been under way.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let before = chain.best().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(chain.best().await, before);
}

#[tokio::test]
async fn transactions_wait_where_blocks_are_made_by_hand() {
    let chain = Chain::start(&["--manual"]).await;
    for _ in 0..3 {
        chain.send(&alice(), &nobody(1), UNIT).await;
    }
    assert_eq!(chain.status().await["waiting"], 3);
    assert_eq!(
        chain
            .ask("author_pendingExtrinsics", nothing())
            .await
            .as_array()
            .unwrap()
            .len(),
        3
    );
    assert_eq!(chain.best().await, 0);
    let block = chain.ask("dev_newBlock", nothing()).await;
    assert_eq!(block["number"], FIRST + 1);
    assert_eq!(chain.free(&nobody(1)).await, 3 * UNIT);
    assert_eq!(
        chain.ask("dev_newBlock", rpc_params![5]).await["number"],
        FIRST + 6
    );
    assert!(chain
        .refused("dev_newBlock", rpc_params![0])
        .await
        .contains("from 1 to 10000"));
}

#[tokio::test]
async fn an_accounts_transactions_happen_in_their_order_however_they_arrive() {
    let chain = Chain::start(&[]).await;
    for number in [2, 1, 0] {
        let bytes = chain.transfer(&alice(), &nobody(1), UNIT, number).await;
        chain
            .ask("author_submitExtrinsic", rpc_params![bytes])
            .await;
        if number > 0 {
            assert_eq!(
                chain.best().await,
                0,
                "number {number} waits for those before it"
            );
        }
    }
    chain
        .until(|| async { chain.free(&nobody(1)).await == 3 * UNIT })
        .await;
    assert_eq!(chain.next(&account(&alice())).await, 3);
}

#[tokio::test]
async fn a_transaction_that_is_there_already_or_came_too_late_is_refused() {
    let chain = Chain::start(&["--manual"]).await;
    let first = chain.transfer(&alice(), &nobody(1), UNIT, 0).await;
    chain
        .ask("author_submitExtrinsic", rpc_params![&first])
        .await;
    let again = chain
        .refused("author_submitExtrinsic", rpc_params![&first])
        .await;
    assert!(again.contains("1013"), "{again}");
    let rival = chain.transfer(&alice(), &nobody(2), UNIT, 0).await;
    let rival = chain
        .refused("author_submitExtrinsic", rpc_params![rival])
        .await;
    assert!(
        rival.contains("1014") && rival.contains("Priority is too low"),
        "{rival}"
    );
    chain.ask("dev_newBlock", nothing()).await;
    let late = chain.transfer(&alice(), &nobody(2), UNIT, 0).await;
    let late = chain
        .refused("author_submitExtrinsic", rpc_params![late])
        .await;
    assert!(late.contains("1010") && late.contains("outdated"), "{late}");
    assert_eq!(chain.free(&nobody(2)).await, 0);
}

#[tokio::test]
async fn a_block_takes_what_fits_and_the_next_the_rest() {
    let chain = Chain::start(&["--manual"]).await;
    // Each remark fills more than a third of what transactions may take of a block.
    let remark = |number: u64| {
        let call = subxt::dynamic::tx(
            "System",
            "remark",
            vec![subxt::dynamic::Value::from_bytes(vec![0; 1_500_000])],
        );
        let params = subxt::config::DefaultExtrinsicParamsBuilder::new()
            .immortal()
            .nonce(number)
            .build();
        let signed = chain
            .api
            .tx()
            .create_partial_offline(&call, params)
            .unwrap()
            .sign(&bob());
        format!("0x{}", hex::encode(signed.encoded()))
    };
    for number in 0..5 {
        chain
            .ask("author_submitExtrinsic", rpc_params![remark(number)])
            .await;
    }
    let mut taken = Vec::new();
    for number in 1..=3 {
        chain.ask("dev_newBlock", nothing()).await;
        taken.push(
            chain.block(number).await.1["extrinsics"]
                .as_array()
                .unwrap()
                .len()
                - 1,
        );
    }
    assert_eq!(taken, [2, 2, 1]);
}

#[tokio::test]
async fn what_makes_no_way_of_sealing_is_refused() {
    let chain = Chain::start(&[]).await;
    for wrong in [json!("sometimes"), json!(0)] {
        let why = chain.refused("dev_setSealing", rpc_params![wrong]).await;
        assert!(why.contains("-32602"), "{why}");
    }
    assert_eq!(chain.status().await["sealing"], "instant");
}

#[tokio::test]
async fn it_is_ready_within_a_second() {
    let start = Instant::now();
    let chain = Chain::start(&["--accounts", "1000"]).await;
    // Ten times that, on a machine that does much else.
    assert!(start.elapsed() < Duration::from_secs(10));
    let last = subxt_signer::sr25519::Keypair::from_uri(&"//1000".parse().unwrap()).unwrap();
    assert_eq!(chain.free(&account(&last)).await, 1_000_000 * UNIT);
}
