//! `system_…`: what the node is, and accounts' numbers.

use super::{alias, block_at, error, hex, readable, register, Answer, Methods, Registered};
use crate::node::Node;
use farthing_chain::AccountId;
use jsonrpsee::types::Params;
use scale::Encode;
use serde_json::{json, Value};
use sp_core::{Bytes, H256};

/// What Substrate nodes answer if a transaction cannot be tried, and if it is none.
const CANNOT_TRY: i32 = 1;
const UNREADABLE: i32 = 2;
/// What a transaction is tagged with: whose it is, and its number.
type Tag = (AccountId, u32);

pub fn register_methods(methods: &mut Methods) -> Registered {
    let fixed: [(&'static str, Value); 9] = [
        ("system_name", json!("Farthing development chain")),
        ("system_version", json!(env!("CARGO_PKG_VERSION"))),
        ("system_chain", json!("Development")),
        ("system_chainType", json!("Development")),
        (
            "system_health",
            json!({"peers": 0, "isSyncing": false, "shouldHavePeers": false}),
        ),
        ("system_nodeRoles", json!(["Authority"])),
        ("system_peers", json!([])),
        ("system_localListenAddresses", json!([])),
        ("system_reservedPeers", json!([])),
    ];
    for (name, answer) in fixed {
        methods.register_method(name, move |_, _, _| answer.clone())?;
    }
    register(methods, "system_properties", |_, node| Ok(properties(node)))?;
    register(methods, "system_syncState", |_, node| {
        let best = node.blocks(|blocks| blocks.best().header.number);
        Ok(json!({"startingBlock": 0, "currentBlock": best, "highestBlock": best}))
    })?;
    register(methods, "system_accountNextIndex", next_index)?;
    alias(methods, &["account_nextIndex"], "system_accountNextIndex")?;
    register(methods, "system_dryRun", dry_run)?;
    alias(methods, &["system_dryRunAt"], "system_dryRun")
}

/// The chain's token, for those who show amounts.
pub fn properties(node: &Node) -> Value {
    let profile = node.profile;
    json!({
        "ss58Format": 42,
        "tokenDecimals": profile.decimals(),
        "tokenSymbol": profile.token(),
    })
}

/// The number of an account's next transaction, those counted that wait.
fn next_index(params: &Params<'_>, node: &Node) -> Answer {
    let account: AccountId = params.sequence().next()?;
    // Held first: a transaction that goes into a block meanwhile would be counted neither here nor there.
    let pool = node.pool();
    let best = block_at(node, None)?;
    let answer = node.ask(&best, "AccountNonceApi_account_nonce", &account.encode());
    let mut next: u32 = answer.map_err(|why| error(1, "Unable to query nonce.", Some(why)))?;
    while pool.has_tag(&Tag::encode(&(account.clone(), next))) {
        next = next.saturating_add(1);
    }
    Ok(json!(next))
}

/// What a transaction would come to in the next block, as the runtime encodes it.
fn dry_run(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let (bytes, at): (Bytes, Option<H256>) = (params.next()?, params.optional_next()?);
    let unreadable = |why: String| error(UNREADABLE, "Unable to dry run extrinsic", Some(why));
    let trapped = |why: String| error(CANNOT_TRY, "Unable to dry run extrinsic.", Some(why));
    let block = readable(node, at)
        .ok_or_else(|| trapped(super::unknown_to_call(at.unwrap_or_default())))?;
    let bytes = crate::making::extrinsic(&bytes).map_err(|e| unreadable(e.to_string()))?;
    let answer = node.call(&block, "BlockBuilder_apply_extrinsic", &bytes);
    let answer = answer.map_err(|why| trapped(super::trapped(why)))?;
    Ok(hex(answer.unwrap_or_default()))
}
