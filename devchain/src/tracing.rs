//! What a call of a contract does, step by step: which functions of the chain it calls, what it changes in
//! storage, and what it locks.

use crate::{blocks::Block, node::Node, state::range};
use farthing_chain::{AccountId, Balance, Profile, Weight};
use log::{Level, LevelFilter, Log, Metadata, Record};
use pallet_contracts::{ExecReturnValue, StorageDeposit};
use scale::{Decode, Encode};
use serde::Deserialize;
use serde_json::{json, Value};
use sp_core::{twox_128, Bytes};
use sp_runtime::DispatchError;
use sp_state_machine::backend::Backend;
use std::cell::Cell;

/// Under which pallet-contracts tells what a contract asks of the chain.
const STEPS: &str = "runtime::contracts::strace";

thread_local! {
    static TRACING: Cell<bool> = const { Cell::new(false) };
}

/// Has pallet-contracts tell its steps on threads that trace a call, and print nothing.
struct Steps;

impl Log for Steps {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        TRACING.get() && metadata.level() <= Level::Trace && metadata.target() == STEPS
    }

    fn log(&self, _: &Record<'_>) {}

    fn flush(&self) {}
}

/// Makes traces possible. To be called once.
pub fn install() {
    if log::set_logger(&Steps).is_ok() {
        log::set_max_level(LevelFilter::Trace);
    }
}

/// A call that somebody asks about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    from: AccountId,
    to: AccountId,
    input: Bytes,
    /// Digits, in the chain's smallest unit.
    #[serde(default)]
    value: Option<String>,
}

/// Runs a call after a block, and tells what it did. Nothing of it stays.
pub fn trace(node: &Node, block: &Block, call: &Call) -> Result<Value, String> {
    let value = call.value.as_deref().unwrap_or("0");
    let value: Balance = value
        .parse()
        .map_err(|_| "the value is digits, in the chain's smallest unit")?;
    let narrow = node.profile == Profile::Subtensor;
    let mut arguments = (&call.from, &call.to).encode();
    if narrow {
        arguments.extend(
            u64::try_from(value)
                .map_err(|_| "there is not so much money")?
                .encode(),
        );
    } else {
        arguments.extend(value.encode());
    }
    // All the gas of a block, and all the deposit that the caller has.
    arguments.extend([0, 0]);
    arguments.extend(call.input.0.encode());
    TRACING.set(true);
    let done = node.observe(block, "ContractsApi_call", &arguments);
    TRACING.set(false);
    let (answer, changes) = done?;
    let mut shown = if narrow {
        show::<u64>(&answer)
    } else {
        show::<u128>(&answer)
    }
    .map_err(|e| format!("the runtime answered something else: {e}"))?;
    shown["storage"] = node.read(block, |view| {
        let owners = owners(&view)?;
        let changed = changes.into_iter().map(|(trie, key, after)| {
            let before =
                view.child_storage(&sp_core::storage::ChildInfo::new_default(&trie), &key)?;
            Ok(json!({
                "contract": owners.iter().find(|(_, of)| *of == trie).map(|(account, _)| account),
                "key": Bytes(key),
                "before": before.map(Bytes),
                "after": after.map(Bytes),
            }))
        });
        changed.collect::<Result<Value, String>>()
    })?;
    Ok(shown)
}

/// Contracts, and where each keeps its storage.
fn owners(view: &crate::state::View<'_>) -> Result<Vec<(AccountId, Vec<u8>)>, String> {
    let prefix = [twox_128(b"Contracts"), twox_128(b"ContractInfoOf")].concat();
    let pairs = view.pairs(range(None, &prefix, None))?;
    let owner = |pair: Result<(Vec<u8>, Vec<u8>), String>| {
        let (key, record) = pair.ok()?;
        // A hash of 8 bytes stands before the account; the record begins with its trie's name.
        let account = AccountId::decode(&mut key.get(prefix.len() + 8..)?).ok()?;
        Some((account, Vec::<u8>::decode(&mut &record[..]).ok()?))
    };
    Ok(pairs.filter_map(owner).collect())
}

fn show<B: Decode + ToString>(mut answer: &[u8]) -> Result<Value, scale::Error> {
    let input = &mut answer;
    let (consumed, required) = (Weight::decode(input)?, Weight::decode(input)?);
    let deposit = match StorageDeposit::<B>::decode(input)? {
        StorageDeposit::Refund(amount) => json!({"refund": amount.to_string()}),
        StorageDeposit::Charge(amount) => json!({"charge": amount.to_string()}),
    };
    let said = Vec::<u8>::decode(input)?;
    let result = match Result::<ExecReturnValue, DispatchError>::decode(input)? {
        Ok(answer) => json!({"reverted": answer.did_revert(), "data": Bytes(answer.data)}),
        Err(why) => json!({"error": format!("{why:?}")}),
    };
    Ok(json!({
        "gasConsumed": consumed,
        "gasRequired": required,
        "deposit": deposit,
        "result": result,
        "steps": String::from_utf8_lossy(&said).lines().collect::<Vec<_>>(),
    }))
}
