//! What followers ask: a block's body, storage, and calls of the runtime.

use super::{hex, invalid_params, limit_reached, pinned, Answer, Followers, Methods, Registered};
use crate::{
    blocks::Block,
    node::Node,
    rpc::child,
    state::{range, View},
};
use jsonrpsee::{types::Params, ResponsePayload};
use serde::Deserialize;
use serde_json::{json, Value};
use sp_core::{
    blake2_256,
    storage::{ChildInfo, PrefixedStorageKey},
    Bytes, H256,
};
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
    let operations: [(&'static str, Operation); 3] = [
        ("chainHead_v1_body", body),
        ("chainHead_v1_call", call),
        ("chainHead_v1_storage", storage),
    ];
    for (name, operation) in operations {
        let (followers, count) = (followers.clone(), count.clone());
        methods.register_blocking_method(name, move |params, node, _| {
            respond(start(&params, &node, &followers, &count, operation))
        })?;
    }
    Ok(())
}

/// Reads what is asked for, and returns it as events without the operation's name.
type Operation = fn(&Params<'_>, &Node, &Block) -> Answer<Vec<Value>>;

/// An answer, and events that go to a follower once it has the answer.
type Started = (Value, Option<(mpsc::Sender<Value>, Vec<Value>)>);

fn start(
    params: &Params<'_>,
    node: &Node,
    followers: &Followers,
    count: &AtomicU64,
    operation: Operation,
) -> Answer<Started> {
    let mut sequence = params.sequence();
    let (follower, hash): (String, H256) = (sequence.next()?, sequence.next()?);
    if !followers.is_there(&follower) {
        return Ok((limit_reached(), None));
    }
    let block = pinned(followers, node, &follower, hash)?;
    let mut events = operation(params, node, &block)?;
    let Some(answers) = followers.answers(&follower, events.len()) else {
        return Ok((limit_reached(), None));
    };
    let name = count.fetch_add(1, Relaxed).to_string();
    for event in &mut events {
        event["operationId"] = json!(name);
    }
    let started = json!({"result": "started", "operationId": name});
    Ok((started, Some((answers, events))))
}

/// Events about an operation come after its name, or nobody knows what they are about.
fn respond(started: Answer<Started>) -> ResponsePayload<'static, Value> {
    match started {
        Ok((answer, None)) => ResponsePayload::success(answer),
        Ok((answer, Some((answers, events)))) => {
            let (response, sent) = ResponsePayload::success(answer).notify_on_completion();
            tokio::spawn(async move {
                if sent.await.is_ok() {
                    for event in events {
                        let _ = answers.send(event).await;
                    }
                }
            });
            response
        }
        Err(why) => ResponsePayload::error(why),
    }
}

fn body(_: &Params<'_>, _: &Node, block: &Block) -> Answer<Vec<Value>> {
    let body: Vec<_> = block.body.iter().map(|bytes| hex(bytes.clone())).collect();
    Ok(vec![json!({"event": "operationBodyDone", "value": body})])
}

fn call(params: &Params<'_>, node: &Node, block: &Block) -> Answer<Vec<Value>> {
    let mut params = params.sequence();
    let (_, _): (String, H256) = (params.next()?, params.next()?);
    let (method, data): (String, Bytes) = (params.next()?, params.next()?);
    let answer = node.call(block, &method, &data);
    let answer =
        answer.and_then(|answer| answer.ok_or(format!("Exported method {method} is not found")));
    Ok(vec![match answer {
        Ok(output) => json!({"event": "operationCallDone", "output": Bytes(output)}),
        Err(why) => json!({"event": "operationError", "error": why}),
    }])
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

fn storage(params: &Params<'_>, node: &Node, block: &Block) -> Answer<Vec<Value>> {
    let mut params = params.sequence();
    let (_, _): (String, H256) = (params.next()?, params.next()?);
    let queries: Vec<Query> = params.next()?;
    let trie: Option<Bytes> = params.optional_next()?;
    let trie = match trie {
        Some(name)
            if name.starts_with(sp_core::storage::well_known_keys::CHILD_STORAGE_KEY_PREFIX) =>
        {
            Some(child::trie(&PrefixedStorageKey::new(name.0))?)
        }
        Some(name) => Some(ChildInfo::new_default_from_vec(name.0)),
        None => None,
    };
    let items: Result<Vec<_>, String> = node.read(block, |view| {
        let read = queries
            .iter()
            .map(|query| items(&view, trie.as_ref(), query));
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
