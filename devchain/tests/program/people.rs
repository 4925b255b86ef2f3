//! Accounts: their money, and what they are made to do.

use crate::chain::{account, digits, nobody, nothing, Chain, FIRST, UNIT};
use serde_json::Value;
use subxt::{dynamic, ext::subxt_rpcs::rpc_params, tx::Payload, utils::AccountId32};
use subxt_signer::sr25519::dev::{alice, bob};

fn call(chain: &Chain, to: &AccountId32, amount: u128) -> String {
    let to = dynamic::Value::unnamed_variant("Id", [dynamic::Value::from_bytes(to.0)]);
    let call = dynamic::tx(
        "Balances",
        "transfer_keep_alive",
        vec![to, dynamic::Value::u128(amount)],
    );
    format!(
        "0x{}",
        hex::encode(call.encode_call_data(&chain.api.metadata()).unwrap())
    )
}

#[tokio::test]
async fn a_balance_is_set_in_a_block_that_everybody_sees() {
    let chain = Chain::start(&[]).await;
    let who = nobody(1);
    let block = chain
        .ask(
            "dev_setBalance",
            rpc_params![who.to_string(), digits(7 * UNIT)],
        )
        .await;
    assert_eq!(block["number"], FIRST + 1);
    assert_eq!(chain.free(&who).await, 7 * UNIT);
    chain
        .ask("dev_setBalance", rpc_params![who.to_string(), 0])
        .await;
    assert_eq!(chain.free(&who).await, 0);
    let why = chain
        .refused("dev_setBalance", rpc_params![who.to_string(), "1.5"])
        .await;
    assert!(why.contains("smallest unit"), "{why}");
    assert!(chain
        .refused("dev_setBalance", rpc_params!["5Nobody", 1])
        .await
        .contains("-32602"));
}

#[tokio::test]
async fn an_account_is_made_to_act_without_a_signature_and_without_a_fee() {
    let chain = Chain::start(&[]).await;
    let from = account(&alice());
    let before = chain.free(&from).await;
    let params = rpc_params![from.to_string(), call(&chain, &nobody(1), UNIT)];
    chain.ask("dev_impersonate", params).await;
    assert_eq!(chain.free(&nobody(1)).await, UNIT);
    assert_eq!(chain.free(&from).await, before - UNIT);
    assert_eq!(chain.next(&from).await, 0, "no transaction of theirs");
    let (_, block) = chain.block(1).await;
    assert_eq!(block["extrinsics"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_an_account_cannot_do_is_told_and_changes_nothing() {
    let chain = Chain::start(&[]).await;
    let poor = nobody(9).to_string();
    let why = chain
        .refused(
            "dev_impersonate",
            rpc_params![poor, call(&chain, &nobody(1), UNIT)],
        )
        .await;
    assert!(why.contains("The call fails"), "{why}");
    assert_eq!(chain.free(&nobody(1)).await, 0);
    let why = chain
        .refused(
            "dev_impersonate",
            rpc_params![account(&bob()).to_string(), "0xffff"],
        )
        .await;
    assert!(why.contains("no call of this chain"), "{why}");
    assert_eq!(chain.best().await, 0, "there is no block of it");
}

#[tokio::test]
async fn root_acts_where_no_account_is_named() {
    let chain = Chain::start(&[]).await;
    let remark = dynamic::tx(
        "System",
        "set_storage",
        vec![dynamic::Value::unnamed_composite([
            dynamic::Value::unnamed_composite([
                dynamic::Value::from_bytes(b"a key"),
                dynamic::Value::from_bytes(b"a value"),
            ]),
        ])],
    );
    let bytes = remark.encode_call_data(&chain.api.metadata()).unwrap();
    chain
        .ask(
            "dev_impersonate",
            rpc_params![Value::Null, format!("0x{}", hex::encode(bytes))],
        )
        .await;
    let read = chain
        .ask(
            "state_getStorage",
            rpc_params![format!("0x{}", hex::encode(b"a key"))],
        )
        .await;
    assert_eq!(read, format!("0x{}", hex::encode(b"a value")));
}

#[tokio::test]
async fn amounts_of_eight_bytes_are_as_the_chain_has_them() {
    let chain = Chain::start(&["--profile", "subtensor"]).await;
    let properties = chain.ask("system_properties", nothing()).await;
    assert_eq!(
        (&properties["tokenDecimals"], &properties["tokenSymbol"]),
        (&9.into(), &"TAO".into())
    );
    let rao = 1_000_000_000;
    assert_eq!(chain.free(&account(&alice())).await, 1_000_000 * rao);
    chain.send(&alice(), &nobody(1), rao).await;
    chain
        .until(|| async { chain.free(&nobody(1)).await == rao })
        .await;
    for amount in [u128::MAX, u128::from(u64::MAX) + 1, u128::from(u64::MAX)] {
        let params = rpc_params![account(&alice()).to_string(), digits(amount)];
        let why = chain.refused("dev_setBalance", params).await;
        assert!(why.contains("more than there can be"), "{why}");
    }
    assert_eq!(chain.best().await, 1, "that of the transfer");
}

#[tokio::test]
async fn a_balance_that_no_account_can_have_is_refused_and_changes_nothing() {
    let chain = Chain::start(&[]).await;
    let who = nobody(1).to_string();
    for (amount, sentence) in [
        (5, "0 or at least 1000000000"),
        (u128::MAX, "more than there can be"),
    ] {
        let why = chain
            .refused("dev_setBalance", rpc_params![&who, digits(amount)])
            .await;
        assert!(why.contains(sentence), "{why}");
    }
    assert_eq!((chain.best().await, chain.free(&nobody(1)).await), (0, 0));
}

#[tokio::test]
async fn a_contract_that_never_ends_stops_neither_reading_nor_blocks() {
    let chain = Chain::start(&[]).await;
    let code = r#"(module (import "env" "memory" (memory 1 1))
        (func (export "deploy")) (func (export "call") (loop (br 0))))"#;
    let contract = chain.deploy(&wat::parse_str(code).unwrap()).await;
    let contract: AccountId32 = contract.parse().unwrap();
    let me = account(&alice());
    // All the gas that can be said.
    let gas = [
        vec![1],
        [0x13, 255, 255, 255, 255, 255, 255, 255, 255].repeat(2),
    ]
    .concat();
    let asked = [&me.0[..], &contract.0, &[0; 16], &gas, &[0], &[0]].concat();
    let params = rpc_params!["ContractsApi_call", format!("0x{}", hex::encode(asked))];
    assert!(chain.ask("state_call", params).await.is_string());
    let weight = dynamic::Value::named_composite([
        ("ref_time", dynamic::Value::u128(u64::MAX.into())),
        ("proof_size", dynamic::Value::u128(u64::MAX.into())),
    ]);
    let arguments = vec![
        dynamic::Value::unnamed_variant("Id", [dynamic::Value::from_bytes(contract.0)]),
        dynamic::Value::u128(0),
        weight,
        dynamic::Value::unnamed_variant("None", []),
        dynamic::Value::from_bytes([]),
    ];
    let call = dynamic::tx("Contracts", "call", arguments);
    let bytes = call.encode_call_data(&chain.api.metadata()).unwrap();
    let params = rpc_params![me.to_string(), format!("0x{}", hex::encode(bytes))];
    let why = chain.refused("dev_impersonate", params).await;
    assert!(why.contains("more than a block has"), "{why}");
    assert_eq!(chain.ask("dev_newBlock", nothing()).await["number"], 3);
}
