//! `childstate_…`: contracts' own storage.

use super::{alias, block_at, client_error, error, hex, register, Answer, Methods, Registered};
use crate::{
    node::Node,
    state::{range, View},
};
use jsonrpsee::types::Params;
use serde_json::{json, Value};
use sp_core::{
    blake2_256,
    storage::{ChildInfo, ChildType, PrefixedStorageKey},
    Bytes, H256,
};
use sp_state_machine::{backend::Backend, prove_child_read};

pub fn register_methods(methods: &mut Methods) -> Registered {
    register(methods, "childstate_getStorage", |params, node| {
        one_value(params, node, hex)
    })?;
    register(methods, "childstate_getStorageHash", |params, node| {
        one_value(params, node, |value| json!(H256(blake2_256(&value))))
    })?;
    register(methods, "childstate_getStorageSize", |params, node| {
        one_value(params, node, |value| json!(value.len()))
    })?;
    register(methods, "childstate_getStorageEntries", entries)?;
    register(methods, "childstate_getKeys", keys)?;
    register(methods, "childstate_getKeysPaged", keys_paged)?;
    alias(
        methods,
        &["childstate_getKeysPagedAt"],
        "childstate_getKeysPaged",
    )?;
    register(methods, "state_getChildReadProof", proof)
}

/// The trie of this name; only the usual kind exists.
pub fn trie(name: &PrefixedStorageKey) -> Answer<ChildInfo> {
    match ChildType::from_prefixed_key(name) {
        Some((ChildType::ParentKeyId, name)) => Ok(ChildInfo::new_default(name)),
        None => Err(client_error("Invalid child storage key")),
    }
}

fn one_value(params: &Params<'_>, node: &Node, show: impl Fn(Vec<u8>) -> Value) -> Answer {
    let mut params = params.sequence();
    let (name, key): (PrefixedStorageKey, Bytes) = (params.next()?, params.next()?);
    let block = block_at(node, params.optional_next()?)?;
    let trie = trie(&name)?;
    let value = node
        .read(&block, |view| view.child_storage(&trie, &key))
        .map_err(client_error)?;
    Ok(value.map_or(Value::Null, show))
}

fn entries(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let (name, keys): (PrefixedStorageKey, Vec<Bytes>) = (params.next()?, params.next()?);
    let block = block_at(node, params.optional_next()?)?;
    let trie = trie(&name)?;
    let values: Answer<Vec<_>> = node.read(&block, |view| {
        let value = |key: &Bytes| view.child_storage(&trie, key).map_err(client_error);
        keys.iter().map(|key| Ok(value(key)?.map(Bytes))).collect()
    });
    Ok(json!(values?))
}

fn keys_of(
    view: &View<'_>,
    trie: ChildInfo,
    prefix: &[u8],
    start: Option<&[u8]>,
    count: usize,
) -> Answer<Vec<Bytes>> {
    let keys = view
        .keys(range(Some(trie), prefix, start))
        .map_err(client_error)?;
    keys.take(count)
        .map(|key| key.map(Bytes).map_err(client_error))
        .collect()
}

fn keys(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let (name, prefix): (PrefixedStorageKey, Bytes) = (params.next()?, params.next()?);
    let block = block_at(node, params.optional_next()?)?;
    let trie = trie(&name)?;
    Ok(json!(node.read(&block, |view| keys_of(
        &view,
        trie,
        &prefix,
        None,
        usize::MAX
    ))?))
}

fn keys_paged(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let name: PrefixedStorageKey = params.next()?;
    let (prefix, count): (Option<Bytes>, u32) = (params.next()?, params.next()?);
    let start: Option<Bytes> = params.optional_next()?;
    let block = block_at(node, params.optional_next()?)?;
    // Nodes set no limit here.
    let (count, trie) = (count as usize, trie(&name)?);
    let prefix = prefix.unwrap_or_else(|| Bytes(Vec::new()));
    let start = start.as_ref().map(|key| &key[..]);
    Ok(json!(node.read(&block, |view| keys_of(
        &view, trie, &prefix, start, count
    ))?))
}

fn proof(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let (name, keys): (PrefixedStorageKey, Vec<Bytes>) = (params.next()?, params.next()?);
    let block = block_at(node, params.optional_next()?)?;
    let trie = trie(&name)?;
    let proof = node.read(&block, |view| {
        prove_child_read(view, &trie, keys.iter().map(|key| &key[..]))
    });
    let nodes = proof.map_err(|why| error(super::CLIENT_ERROR, why.to_string(), None))?;
    let nodes: Vec<_> = nodes.into_iter_nodes().map(Bytes).collect();
    Ok(json!({"at": block.hash(), "proof": nodes}))
}
