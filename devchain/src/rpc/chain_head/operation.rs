//! What followers ask: a block's body, storage, and calls of the runtime.

use super::{
    error, invalid_params, limit_reached, pinned, Answer, Followers, Methods, Registered,
    INVALID_CALL,
};
use crate::rpc::register_then;
use crate::{
    blocks::Block,
    node::Node,
    state::{range, View},
};
use jsonrpsee::types::{params::ParamsSequence, Params};
use serde::Deserialize;
use serde_json::{json, Value};
use sp_core::{blake2_256, storage::ChildInfo, Bytes, H256};
use sp_state_machine::backend::Backend;
use sp_trie::MerkleValue;
use std::sync::{
    atomic::{AtomicU64, Ordering::Relaxed},
    Arc,
};
use tokio::sync::mpsc;

/// How many items of storage a message has at most.
const ITEMS: usize = 256;
/// How many items of storage one question is answered with at most.
const MAX_ITEMS: usize = 100_000;

pub fn register_methods(methods: &mut Methods, followers: &Arc<Followers>) -> Registered {
    let count = Arc::new(AtomicU64::new(0));
    let operations: [(&'static str, Read); 3] = [
        ("chainHead_v1_body", |_| Ok(Asked::Body)),
        ("chainHead_v1_call", read_call),
        ("chainHead_v1_storage", read_storage),
    ];
    for (name, read) in operations {
        let (followers, count) = (followers.clone(), count.clone());
        let answer =
            move |params: &Params<'_>, node: &Node| start(params, node, &followers, &count, read);
        // Events about an operation come after its name, or nobody knows what they are about.
        register_then(methods, name, answer, |more| async move {
            if let Some((answers, events)) = more {
                for event in events {
                    let _ = answers.send(event).await;
                }
            }
        })?;
    }
    Ok(())
}

/// What a follower asks about a block.
enum Asked {
    Body,
    Call(String, Bytes),
    Storage(Vec<Query>, Option<ChildInfo>),
}

/// Reads what is asked for, behind the follower's name and the block.
type Read = fn(&mut ParamsSequence<'_>) -> Answer<Asked>;

fn read_call(params: &mut ParamsSequence<'_>) -> Answer<Asked> {
    let (method, data): (String, String) = (params.next()?, params.next()?);
    let digits = data.strip_prefix("0x").unwrap_or(&data);
    let data = hex::decode(digits).map_err(|_| {
        let code = jsonrpsee::types::error::INVALID_PARAMS_CODE;
        error(code, &format!("Invalid parameter: {data}"))
    })?;
    Ok(Asked::Call(method, Bytes(data)))
}

fn read_storage(params: &mut ParamsSequence<'_>) -> Answer<Asked> {
    let (queries, trie): (Vec<Query>, Option<Bytes>) = (params.next()?, params.optional_next()?);
    Ok(Asked::Storage(
        queries,
        trie.map(|name| ChildInfo::new_default_from_vec(name.0)),
    ))
}

/// An answer, and events that go to a follower once it has the answer.
type Started = (Value, Option<(mpsc::Sender<Value>, Vec<Value>)>);

fn start(
    params: &Params<'_>,
    node: &Node,
    followers: &Followers,
    count: &AtomicU64,
    read: Read,
) -> Answer<Started> {
    let mut sequence = params.sequence();
    let (follower, hash): (String, H256) = (sequence.next()?, sequence.next()?);
    let asked = read(&mut sequence)?;
    if !followers.is_there(&follower)
        || matches!(&asked, Asked::Storage(queries, _) if queries.is_empty())
    {
        return Ok((limit_reached(), None));
    }
    let block = pinned(followers, node, &follower, hash)?;
    let mut events = match &asked {
        Asked::Body => body(&block),
        Asked::Call(..) if !followers.may_call(&follower) => {
            let message =
                "The `chainHead_follow` subscription was started with `withRuntime` set to `false`";
            return Err(error(INVALID_CALL, message));
        }
        Asked::Call(method, data) => call(node, &block, method, data),
        Asked::Storage(queries, trie) => storage(node, &block, queries, trie.as_ref())?,
    };
    let Some(answers) = followers.answers(&follower, events.len()) else {
        return Ok((limit_reached(), None));
    };
    let name = count.fetch_add(1, Relaxed).to_string();
    for event in &mut events {
        event["operationId"] = json!(name);
    }
    let mut started = json!({"result": "started", "operationId": name});
    if matches!(asked, Asked::Storage(..)) {
        started["discardedItems"] = json!(0);
    }
    Ok((started, Some((answers, events))))
}

fn body(block: &Block) -> Vec<Value> {
    let body: Vec<_> = block
        .body
        .iter()
        .map(|bytes| Bytes(bytes.clone()))
        .collect();
    vec![json!({"event": "operationBodyDone", "value": body})]
}

fn call(node: &Node, block: &Block, method: &str, data: &[u8]) -> Vec<Value> {
    let answer = node.call(block, method, data);
    let answer =
        answer.and_then(|answer| answer.ok_or(format!("Exported method {method} is not found")));
    vec![match answer {
        Ok(output) => json!({"event": "operationCallDone", "output": Bytes(output)}),
        Err(why) => json!({"event": "operationError", "error": why}),
    }]
}

/// One thing to read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Query {
    key: Bytes,
    #[serde(rename = "type")]
    kind: Kind,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Value,
    Hash,
    ClosestDescendantMerkleValue,
    DescendantsValues,
    DescendantsHashes,
}

fn storage(
    node: &Node,
    block: &Block,
    queries: &[Query],
    trie: Option<&ChildInfo>,
) -> Answer<Vec<Value>> {
    let items: Result<Vec<_>, String> = node.read(block, |view| {
        let read = queries.iter().map(|query| items(&view, trie, query));
        read.collect::<Result<Vec<_>, _>>()
            .map(|found| found.concat())
    });
    let items = match items {
        Ok(items) if items.len() > MAX_ITEMS => {
            return Err(invalid_params("Too many items: ask for fewer"))
        }
        Ok(items) => items,
        Err(why) => return Ok(vec![json!({"event": "operationError", "error": why})]),
    };
    let mut events: Vec<_> = items
        .chunks(ITEMS)
        .map(|items| json!({"event": "operationStorageItems", "items": items}))
        .collect();
    events.push(json!({"event": "operationStorageDone"}));
    Ok(events)
}

fn items(view: &View<'_>, trie: Option<&ChildInfo>, query: &Query) -> Result<Vec<Value>, String> {
    let value = |key: &[u8]| match trie {
        Some(trie) => view.child_storage(trie, key),
        None => view.storage(key),
    };
    let shown = |key: &[u8], value: Vec<u8>| match query.kind {
        Kind::Hash | Kind::DescendantsHashes => {
            json!({"key": Bytes(key.to_vec()), "hash": H256(blake2_256(&value))})
        }
        _ => json!({"key": Bytes(key.to_vec()), "value": Bytes(value)}),
    };
    match query.kind {
        Kind::Value | Kind::Hash => Ok(value(&query.key)?
            .map(|found| shown(&query.key, found))
            .into_iter()
            .collect()),
        Kind::DescendantsValues | Kind::DescendantsHashes => {
            let pairs = view
                .pairs(range(trie.cloned(), &query.key, None))?
                .take(MAX_ITEMS + 1);
            pairs
                .map(|pair| pair.map(|(key, found)| shown(&key, found)))
                .collect()
        }
        Kind::ClosestDescendantMerkleValue => {
            let found = match trie {
                Some(trie) => view.child_closest_merkle_value(trie, &query.key),
                None => view.closest_merkle_value(&query.key),
            };
            let value = found?.map(|found| match found {
                MerkleValue::Hash(hash) => Bytes(hash.as_bytes().to_vec()),
                MerkleValue::Node(node) => Bytes(node),
            });
            let shown =
                value.map(|value| json!({"key": query.key, "closestDescendantMerkleValue": value}));
            Ok(shown.into_iter().collect())
        }
    }
}
