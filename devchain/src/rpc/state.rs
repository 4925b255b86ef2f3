//! `state_…`: storage, and calls of the runtime.

use super::{
    alias, block_at, block_or, block_to_call, client_error, error, execution_error, hex, register,
    Answer, Methods, Registered,
};
use crate::{
    blocks::Block,
    node::{News, Node},
    state::{range, View},
};
use jsonrpsee::{
    types::{ErrorObjectOwned, Params},
    PendingSubscriptionSink, SubscriptionMessage,
};
use serde::Serialize;
use serde_json::{json, Value};
use sp_core::{blake2_256, Bytes, H256};
use sp_state_machine::{backend::Backend, prove_read};
use sp_version::RuntimeVersion;
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::broadcast::error::RecvError;

/// How many keys a page has at most.
pub const MAX_KEYS: u32 = 1_000;
/// What Substrate nodes answer to larger pages.
const TOO_MANY_KEYS: i32 = 4002;
/// What Substrate nodes answer to ranges of blocks that are none.
const BAD_RANGE: i32 = 4001;

pub fn register_methods(methods: &mut Methods) -> Registered {
    register(methods, "state_call", call)?;
    alias(methods, &["state_callAt"], "state_call")?;
    register(methods, "state_getStorage", |params, node| {
        one_value(params, node, hex)
    })?;
    alias(methods, &["state_getStorageAt"], "state_getStorage")?;
    register(methods, "state_getStorageHash", |params, node| {
        one_value(params, node, |value| json!(H256(blake2_256(&value))))
    })?;
    alias(methods, &["state_getStorageHashAt"], "state_getStorageHash")?;
    register(methods, "state_getStorageSize", size)?;
    alias(methods, &["state_getStorageSizeAt"], "state_getStorageSize")?;
    register(methods, "state_getKeys", keys)?;
    register(methods, "state_getKeysPaged", keys_paged)?;
    alias(methods, &["state_getKeysPagedAt"], "state_getKeysPaged")?;
    register(methods, "state_getPairs", pairs)?;
    register(methods, "state_queryStorageAt", query_at)?;
    register(methods, "state_queryStorage", query)?;
    register(methods, "state_getReadProof", proof)?;
    register(methods, "state_getMetadata", |params, node| {
        let block = block_to_call(node, params.sequence().optional_next()?)?;
        let metadata = node.ask::<Vec<u8>>(&block, "Metadata_metadata", &[]);
        Ok(hex(metadata.map_err(execution_error)?))
    })?;
    register(methods, "state_getRuntimeVersion", |params, node| {
        Ok(json!(version(node, params.sequence().optional_next()?)?))
    })?;
    alias(
        methods,
        &["chain_getRuntimeVersion"],
        "state_getRuntimeVersion",
    )?;
    let names = [
        "state_subscribeStorage",
        "state_storage",
        "state_unsubscribeStorage",
    ];
    methods.register_subscription(names[0], names[1], names[2], |params, pending, node, _| {
        let keys: Result<Option<Vec<Bytes>>, _> = params.sequence().optional_next();
        async move {
            match keys {
                Ok(keys) => tell_storage(pending, node, keys.unwrap_or_default()).await,
                Err(why) => pending.reject(why).await,
            }
        }
    })?;
    let names = [
        "state_subscribeRuntimeVersion",
        "state_runtimeVersion",
        "state_unsubscribeRuntimeVersion",
    ];
    methods.register_subscription(
        names[0],
        names[1],
        names[2],
        |_, pending, node, _| async move {
            let Ok(sink) = pending.accept().await else {
                return;
            };
            let told = version(&node, None)
                .and_then(|version| SubscriptionMessage::from_json(&version).map_err(client_error));
            // The runtime never changes, so there is only this to tell.
            if let Ok(message) = told {
                let _ = sink.send(message).await;
            }
            sink.closed().await;
        },
    )?;
    alias(
        methods,
        &["chain_subscribeRuntimeVersion"],
        "state_subscribeRuntimeVersion",
    )?;
    alias(
        methods,
        &["chain_unsubscribeRuntimeVersion"],
        "state_unsubscribeRuntimeVersion",
    )
}

fn call(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let (method, data): (String, Bytes) = (params.next()?, params.next()?);
    let at: Option<H256> = params.optional_next()?;
    let block = block_or(node, at, |hash| {
        format!("UnknownBlock: Expect block number from id: BlockId::Hash({hash:?})")
    })?;
    let answer = node.call(&block, &method, &data).map_err(execution_error)?;
    let answer = answer.ok_or_else(|| {
        client_error(format!(
            "Execution failed: Other: Exported method {method} is not found"
        ))
    })?;
    Ok(hex(answer))
}

fn one_value(params: &Params<'_>, node: &Node, show: impl Fn(Vec<u8>) -> Value) -> Answer {
    let mut params = params.sequence();
    let key: Bytes = params.next()?;
    let block = block_at(node, params.optional_next()?)?;
    let value = node
        .read(&block, |view| view.storage(&key))
        .map_err(client_error)?;
    Ok(value.map_or(Value::Null, show))
}

/// A value's length; of all values under a prefix together, where the key itself has none.
fn size(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let key: Bytes = params.next()?;
    let block = block_at(node, params.optional_next()?)?;
    node.read(&block, |view| {
        if let Some(value) = view.storage(&key).map_err(client_error)? {
            return Ok(json!(value.len()));
        }
        let mut total = 0;
        for pair in view.pairs(range(None, &key, None)).map_err(client_error)? {
            total += pair.map_err(client_error)?.1.len();
        }
        Ok(if total > 0 { json!(total) } else { Value::Null })
    })
}

/// Up to `count` keys that begin with `prefix`, after `start`.
fn keys_of(
    view: &View<'_>,
    prefix: &[u8],
    start: Option<&[u8]>,
    count: usize,
) -> Answer<Vec<Bytes>> {
    let keys = view
        .keys(range(None, prefix, start))
        .map_err(client_error)?;
    keys.take(count)
        .map(|key| key.map(Bytes).map_err(client_error))
        .collect()
}

fn keys(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let prefix: Bytes = params.next()?;
    let block = block_at(node, params.optional_next()?)?;
    Ok(json!(node.read(&block, |view| keys_of(
        &view,
        &prefix,
        None,
        usize::MAX
    ))?))
}

/// The count of a page, if nodes allow it.
pub fn page(count: u32) -> Answer<usize> {
    if count <= MAX_KEYS {
        return Ok(count as usize);
    }
    let message = format!("count exceeds maximum value. value: {count}, max: {MAX_KEYS}");
    Err(error(TOO_MANY_KEYS, message, None))
}

fn keys_paged(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let (prefix, count): (Option<Bytes>, u32) = (params.next()?, params.next()?);
    let start: Option<Bytes> = params.optional_next()?;
    let block = block_at(node, params.optional_next()?)?;
    let prefix = prefix.unwrap_or_else(|| Bytes(Vec::new()));
    let start = start.as_ref().map(|key| &key[..]);
    let count = page(count)?;
    Ok(json!(node.read(&block, |view| keys_of(
        &view, &prefix, start, count
    ))?))
}

fn pairs(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let prefix: Bytes = params.next()?;
    let block = block_at(node, params.optional_next()?)?;
    let found: Answer<Vec<_>> = node.read(&block, |view| {
        let pairs = view
            .pairs(range(None, &prefix, None))
            .map_err(client_error)?;
        pairs
            .map(|pair| {
                pair.map(|(key, value)| (Bytes(key), Bytes(value)))
                    .map_err(client_error)
            })
            .collect()
    });
    Ok(json!(found?))
}

/// Values at a block, or those that changed there.
#[derive(Serialize)]
struct ChangeSet {
    block: H256,
    changes: Vec<(Bytes, Option<Bytes>)>,
}

fn values(node: &Node, block: &Block, keys: &[Bytes]) -> Answer<Vec<(Bytes, Option<Bytes>)>> {
    node.read(block, |view| {
        let value = |key: &Bytes| {
            let value = view.storage(key).map_err(client_error)?;
            Ok((key.clone(), value.map(Bytes)))
        };
        keys.iter().map(value).collect()
    })
}

fn query_at(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let keys: Vec<Bytes> = params.next()?;
    let at: Option<H256> = params.optional_next()?;
    let at = at.unwrap_or_else(|| node.blocks(|blocks| blocks.best().hash()));
    let block = block_in(node, at, (at, Some(at)))?;
    let changes = changed(&mut BTreeMap::new(), values(node, &block, &keys)?);
    let set = ChangeSet {
        block: block.hash(),
        changes,
    };
    Ok(if keys.is_empty() {
        json!([])
    } else {
        json!([set])
    })
}

/// A block of a range that somebody asks about.
fn block_in(node: &Node, hash: H256, range: (H256, Option<H256>)) -> Answer<Arc<Block>> {
    let found = node.block(Some(hash)).filter(|block| node.has_state(block));
    found.ok_or_else(|| {
        let why = format!("UnknownBlock: Header was not found in the database: {hash:?}");
        bad_range(&format!("{:?}", range.0), &format!("{:?}", range.1), &why)
    })
}

fn bad_range(from: &str, to: &str, why: &str) -> ErrorObjectOwned {
    let message = format!("Cannot resolve a block range ['{from:?}' ... '{to:?}]. {why}");
    error(BAD_RANGE, message, None)
}

fn query(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let (keys, from): (Vec<Bytes>, H256) = (params.next()?, params.next()?);
    let to: Option<H256> = params.optional_next()?;
    let to = to.unwrap_or_else(|| node.blocks(|blocks| blocks.best().hash()));
    let first = block_in(node, from, (from, Some(to)))?;
    let last = block_in(node, to, (from, Some(to)))?;
    if first.header.number > last.header.number {
        let shown = |block: &Block| format!("{} ({:?})", block.header.number, block.hash());
        return Err(bad_range(
            &shown(&first),
            &shown(&last),
            "from number > to number",
        ));
    }
    let mut blocks = vec![last];
    while blocks[blocks.len() - 1].header.number > first.header.number {
        blocks.push(block_at(
            node,
            Some(blocks[blocks.len() - 1].header.parent_hash),
        )?);
    }
    let mut known = BTreeMap::new();
    let mut sets = Vec::new();
    for block in blocks.iter().rev() {
        let changes = changed(&mut known, values(node, block, &keys)?);
        if !changes.is_empty() {
            sets.push(ChangeSet {
                block: block.hash(),
                changes,
            });
        }
    }
    Ok(json!(sets))
}

/// Those values that are not known, or others than before.
fn changed(
    known: &mut BTreeMap<Vec<u8>, Option<Bytes>>,
    values: Vec<(Bytes, Option<Bytes>)>,
) -> Vec<(Bytes, Option<Bytes>)> {
    let is_new = |(key, value): &(Bytes, Option<Bytes>)| {
        known.insert(key.0.clone(), value.clone()).as_ref() != Some(value)
    };
    values.into_iter().filter(is_new).collect()
}

fn proof(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let keys: Vec<Bytes> = params.next()?;
    let block = block_at(node, params.optional_next()?)?;
    let proof = node.read(&block, |view| {
        prove_read(view, keys.iter().map(|key| &key[..]))
    });
    let nodes = proof.map_err(client_error)?.into_iter_nodes().map(Bytes);
    Ok(json!({"at": block.hash(), "proof": nodes.collect::<Vec<_>>()}))
}

pub fn version(node: &Node, at: Option<H256>) -> Answer<RuntimeVersion> {
    let block = block_to_call(node, at)?;
    node.ask(&block, "Core_version", &[])
        .map_err(execution_error)
}

async fn tell_storage(pending: PendingSubscriptionSink, node: Arc<Node>, keys: Vec<Bytes>) {
    let (mut block, mut news) = node.listen(|blocks| blocks.best().clone());
    let Ok(sink) = pending.accept().await else {
        return;
    };
    let mut known = BTreeMap::new();
    loop {
        let Ok(now) = values(&node, &block, &keys) else {
            return;
        };
        let changes = changed(&mut known, now);
        if !changes.is_empty() {
            let set = ChangeSet {
                block: block.hash(),
                changes,
            };
            let Ok(message) = SubscriptionMessage::from_json(&set) else {
                return;
            };
            if sink.send(message).await.is_err() {
                return;
            }
        }
        block = loop {
            let heard = tokio::select! {
                heard = news.recv() => heard,
                () = sink.closed() => return,
            };
            match heard {
                Ok(News::Best(enacted)) => {
                    if let Some(last) = enacted.last() {
                        break last.clone();
                    }
                }
                Ok(News::Reset) => break node.blocks(|blocks| blocks.best().clone()),
                Ok(News::Final(_)) => {}
                Err(RecvError::Lagged(_) | RecvError::Closed) => return,
            }
        };
    }
}
