//! The calls in `abi/calls.json`, which are made of the metadata, are calls that the contracts read: each
//! contract's tests have one that says so.

use farthing_chain::{AccountId, Chain, UNIT};
use serde_json::Value;
use std::fs;

/// The encoded calls of each message of a contract.
fn calls(contract: &str) -> Vec<(String, Vec<u8>)> {
    let path = farthing_artifacts::root().join("abi/calls.json");
    let all: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let messages = all[contract]["messages"].as_object().unwrap();
    let bytes = |one: &Value| hex::decode(&one["call"].as_str().unwrap()[2..]).unwrap();
    messages
        .iter()
        .map(|(name, one)| (name.clone(), bytes(one)))
        .collect()
}

/// Checks that a contract reads each call of its messages, and none that is cut short.
pub fn check(chain: &mut Chain, contract: &str, at: &AccountId) {
    let caller = chain.account("caller", UNIT).id();
    let calls = calls(contract);
    assert!(!calls.is_empty(), "{contract}");
    for (name, call) in calls {
        assert!(
            chain.can_read(&caller, at, call.clone()),
            "{contract}.{name}"
        );
        // A byte less is no call of it.
        let cut = call[..call.len() - 1].to_vec();
        assert!(
            !chain.can_read(&caller, at, cut),
            "{contract}.{name}, cut short"
        );
    }
}
