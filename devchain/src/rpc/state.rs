//! `state_…`: storage, and calls of the runtime.

use super::{
    alias, block_at, block_or, block_to_call, client_error, error, execution_error, hex, not_found,
    readable, register,
    subscriptions::{nothing, send, subscribe},
    Answer, Methods, Registered,
};
use crate::{
    blocks::Block,
    node::{News, Node},
    state::range,
};
use jsonrpsee::{
    types::{params::ParamsSequence, ErrorObjectOwned, Params},
    PendingSubscriptionSink,
};
use serde::Serialize;
use serde_json::{json, Value};
use sp_core::{blake2_256, storage::ChildInfo, Bytes, H256};
use sp_state_machine::{backend::Backend, prove_read};
use sp_trie::StorageProof;
use sp_version::RuntimeVersion;
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::broadcast::error::RecvError;

/// How many keys a page has at most.
const MAX_KEYS: u32 = 1_000;
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
    let keys = |params: &mut ParamsSequence<'_>| Ok(params.optional_next()?.unwrap_or_default());
    subscribe(methods, names, keys, tell_storage)?;
    let names = [
        "state_subscribeRuntimeVersion",
        "state_runtimeVersion",
        "state_unsubscribeRuntimeVersion",
    ];
    subscribe(methods, names, nothing, |pending, node, ()| async move {
        let Ok(sink) = pending.accept().await else {
            return;
        };
        // The runtime never changes, so there is only this to tell.
        if let Ok(version) = version(&node, None) {
            let _ = send(&sink, &version).await;
        }
        sink.closed().await;
    })?;
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

/// Up to `count` keys of the main trie, or of a contract's own, that begin with `prefix`, after `start`.
pub fn keys_at(
    node: &Node,
    block: &Block,
    trie: Option<ChildInfo>,
    prefix: &[u8],
    start: Option<&[u8]>,
    count: usize,
) -> Answer {
    let keys: Answer<Vec<_>> = node.read(block, |view| {
        let keys = view
            .keys(range(trie, prefix, start))
            .map_err(client_error)?;
        keys.take(count)
            .map(|key| key.map(Bytes).map_err(client_error))
            .collect()
    });
    Ok(json!(keys?))
}

/// Which keys a page has, and of which block, as methods of both kinds are asked: prefix, count, where to
/// start, block.
pub struct Page {
    pub block: Arc<Block>,
    pub prefix: Bytes,
    pub start: Option<Bytes>,
    pub count: u32,
}

impl Page {
    pub fn read(params: &mut ParamsSequence<'_>, node: &Node) -> Answer<Self> {
        let (prefix, count): (Option<Bytes>, u32) = (params.next()?, params.next()?);
        let start = params.optional_next()?;
        let block = block_at(node, params.optional_next()?)?;
        Ok(Self {
            block,
            prefix: prefix.unwrap_or_else(|| Bytes(Vec::new())),
            start,
            count,
        })
    }

    /// Its keys.
    pub fn keys(&self, node: &Node, trie: Option<ChildInfo>) -> Answer {
        let start = self.start.as_ref().map(|key| &key[..]);
        keys_at(
            node,
            &self.block,
            trie,
            &self.prefix,
            start,
            self.count as usize,
        )
    }
}

fn keys(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let prefix: Bytes = params.next()?;
    let block = block_at(node, params.optional_next()?)?;
    keys_at(node, &block, None, &prefix, None, usize::MAX)
}

fn keys_paged(params: &Params<'_>, node: &Node) -> Answer {
    let page = Page::read(&mut params.sequence(), node)?;
    let count = page.count;
    if count > MAX_KEYS {
        let message = format!("count exceeds maximum value. value: {count}, max: {MAX_KEYS}");
        return Err(error(TOO_MANY_KEYS, message, None));
    }
    page.keys(node, None)
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
    readable(node, Some(hash)).ok_or_else(|| {
        let why = format!("UnknownBlock: {}", not_found(hash));
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
    shown_proof(&block, proof.map_err(client_error)?)
}

/// A proof of what is stored after a block.
pub fn shown_proof(block: &Block, proof: StorageProof) -> Answer {
    let nodes: Vec<_> = proof.into_iter_nodes().map(Bytes).collect();
    Ok(json!({"at": block.hash(), "proof": nodes}))
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
            if send(&sink, &set).await.is_err() {
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
