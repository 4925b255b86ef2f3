//! The development chain, with the genesis of `substrate-contracts-node --dev`; other chains come from
//! files.

use contracts_node_runtime::WASM_BINARY;
use sc_service::{ChainSpec, ChainType, GenericChainSpec};
use sp_keyring::AccountKeyring::{self as Account, *};

/// Everybody who has money from the start, and how much: 2^60 of the smallest unit, about 1.15 million
/// UNIT.
const RICH: [Account; 12] = [
    Alice,
    AliceStash,
    Bob,
    BobStash,
    Charlie,
    CharlieStash,
    Dave,
    DaveStash,
    Eve,
    EveStash,
    Ferdie,
    FerdieStash,
];
const FORTUNE: u64 = 1 << 60;

/// The chain of an id, which is a file's path unless it is the development chain's.
pub fn spec(id: &str) -> Result<Box<dyn ChainSpec>, String> {
    Ok(Box::new(match id {
        "" | "dev" => development()?,
        path => GenericChainSpec::from_json_file(path.into())?,
    }))
}

fn development() -> Result<GenericChainSpec, String> {
    let runtime = WASM_BINARY.ok_or("This node was built without its runtime's Wasm.")?;
    let balances: Vec<_> = RICH
        .iter()
        .map(|who| (who.to_account_id(), FORTUNE))
        .collect();
    Ok(GenericChainSpec::builder(runtime, None)
        .with_name("Development")
        .with_id("dev")
        .with_chain_type(ChainType::Development)
        .with_genesis_config_patch(serde_json::json!({
            "balances": { "balances": balances },
            "sudo": { "key": Alice.to_account_id() },
        }))
        .build())
}
