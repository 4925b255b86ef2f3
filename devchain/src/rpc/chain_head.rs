//! `chainHead_v1_…`: following the chain in the newer interface.
//!
//! A follower hears of each block and may ask about those that it has not let go of. All that is asked is
//! answered at once, so that nothing ever waits for `chainHead_v1_continue`.

mod follow;
mod operation;

use super::{hex, invalid_params, register, Answer, Methods, Registered};
use crate::{blocks::Block, node::Node};
use follow::Followers;
use jsonrpsee::types::{ErrorObjectOwned, Params};
use scale::Encode;
use serde_json::{json, Value};
use sp_core::H256;
use sp_rpc::list::ListOrValue;
use std::sync::Arc;

/// What the interface's specification calls a hash that a follower may not ask about.
const INVALID_BLOCK: i32 = -32801;
/// What it calls a call of the runtime by a follower who was not told of it.
const INVALID_CALL: i32 = -32802;
const DUPLICATE_HASHES: i32 = -32804;

pub fn register_methods(methods: &mut Methods) -> Registered {
    let followers = Arc::new(Followers::default());
    follow::register_methods(methods, followers.clone())?;
    operation::register_methods(methods, &followers)?;
    let all = followers.clone();
    register(methods, "chainHead_v1_header", move |params, node| {
        let mut params = params.sequence();
        let (follower, hash): (String, H256) = (params.next()?, params.next()?);
        if !all.is_there(&follower) {
            return Ok(Value::Null);
        }
        let block = pinned(&all, node, &follower, hash)?;
        Ok(hex(block.header.encode()))
    })?;
    let all = followers.clone();
    register(methods, "chainHead_v1_unpin", move |params, _| {
        unpin(params, &all)
    })?;
    // Operations end as soon as they begin, so that none of them can be stopped or waits.
    for name in ["chainHead_v1_stopOperation", "chainHead_v1_continue"] {
        register(methods, name, |params, _| {
            let mut params = params.sequence();
            let (_follower, _operation): (String, String) = (params.next()?, params.next()?);
            Ok(Value::Null)
        })?;
    }
    Ok(())
}

fn unpin(params: &Params<'_>, followers: &Followers) -> Answer {
    let mut params = params.sequence();
    let (follower, hashes): (String, ListOrValue<H256>) = (params.next()?, params.next()?);
    let hashes = match hashes {
        ListOrValue::Value(hash) => vec![hash],
        ListOrValue::List(hashes) => hashes,
    };
    if !followers.is_there(&follower) {
        return Ok(Value::Null);
    }
    let mut once = hashes.clone();
    once.sort_unstable();
    once.dedup();
    if once.len() < hashes.len() {
        return Err(error(
            DUPLICATE_HASHES,
            "Received duplicate hashes for the `chainHead_unpin` method",
        ));
    }
    if followers.unpin(&follower, &hashes) == Some(false) {
        return Err(error(INVALID_BLOCK, "Invalid block hash"));
    }
    Ok(Value::Null)
}

/// A block that a follower may ask about.
fn pinned(followers: &Followers, node: &Node, follower: &str, hash: H256) -> Answer<Arc<Block>> {
    let block = node
        .block(Some(hash))
        .filter(|_| followers.has_pinned(follower, hash));
    block.ok_or_else(|| error(INVALID_BLOCK, "Invalid block hash"))
}

fn error(code: i32, message: &str) -> ErrorObjectOwned {
    super::error(code, message, None)
}

fn limit_reached() -> Value {
    json!({"result": "limitReached"})
}
