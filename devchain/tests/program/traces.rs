//! What a contract's call does, step by step.

use crate::chain::{account, Chain};
use serde_json::json;
use subxt::ext::subxt_rpcs::rpc_params;
use subxt_signer::sr25519::dev::alice;

/// A contract that stores a byte under a key when it is made and when it is called, and answers nothing.
const CODE: &str = r#"
(module
  (import "seal2" "set_storage" (func $set (param i32 i32 i32 i32) (result i32)))
  (import "seal0" "value_transferred" (func $value (param i32 i32)))
  (import "env" "memory" (memory 1 1))
  (data (i32.const 0) "key!")
  (data (i32.const 32) "\10")
  (func $store (drop (call $set (i32.const 0) (i32.const 4) (i32.const 8) (i32.const 1))))
  (func (export "deploy") (call $store))
  (func (export "call")
    (call $value (i32.const 64) (i32.const 32))
    (i32.store8 (i32.const 8) (i32.const 7))
    (call $store)))
"#;

#[tokio::test]
async fn a_call_is_traced_with_what_it_asks_the_chain_and_what_it_stores() {
    let chain = Chain::start(&[]).await;
    let me = account(&alice());
    let contract = chain.deploy(&wat::parse_str(CODE).unwrap()).await;
    let asked = json!({"from": me.to_string(), "to": contract, "input": "0x", "value": "5"});
    let before = chain.status().await;
    let trace = chain.ask("dev_trace", rpc_params![&asked]).await;
    let steps: Vec<_> = trace["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step.as_str().unwrap())
        .collect();
    assert!(
        steps[0].starts_with("seal0::value_transferred("),
        "{steps:?}"
    );
    assert!(steps[1].starts_with("seal2::set_storage("), "{steps:?}");
    assert_eq!(steps.len(), 2);
    let stored = &trace["storage"][0];
    assert_eq!(
        (&stored["contract"], &stored["before"], &stored["after"]),
        (&json!(contract), &json!("0x00"), &json!("0x07"))
    );
    assert_eq!(trace["deposit"], json!({"charge": "0"}));
    assert_eq!(trace["result"], json!({"reverted": false, "data": "0x"}));
    assert!(trace["gasConsumed"]["ref_time"].as_u64().unwrap() > 0);
    assert_eq!(chain.status().await, before, "nothing stays");
    let again = chain.ask("dev_trace", rpc_params![&asked]).await;
    assert_eq!(again, trace);
}

#[tokio::test]
async fn a_call_that_fails_is_traced_to_its_end() {
    let chain = Chain::start(&[]).await;
    let me = account(&alice()).to_string();
    let nowhere = crate::chain::nobody(3).to_string();
    let trace = chain
        .ask(
            "dev_trace",
            rpc_params![json!({"from": me, "to": nowhere, "input": "0x"})],
        )
        .await;
    assert!(trace["result"]["error"]
        .as_str()
        .unwrap()
        .contains("Module"));
    let wrong = json!({"from": me, "to": nowhere, "input": "0x", "gas": 1});
    assert!(chain
        .refused("dev_trace", rpc_params![wrong])
        .await
        .contains("unknown field"));
}
