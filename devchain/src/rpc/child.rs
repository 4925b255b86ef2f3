//! `childstate_…`: contracts' own storage.

use super::{
    alias, block_at, client_error, hex, register,
    state::{keys_at, shown_proof, Page},
    Answer, Methods, Registered,
};
use crate::node::Node;
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
fn trie(name: &PrefixedStorageKey) -> Answer<ChildInfo> {
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

fn keys(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let (name, prefix): (PrefixedStorageKey, Bytes) = (params.next()?, params.next()?);
    let block = block_at(node, params.optional_next()?)?;
    keys_at(node, &block, Some(trie(&name)?), &prefix, None, usize::MAX)
}

/// Nodes set no limit to these pages.
fn keys_paged(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let name: PrefixedStorageKey = params.next()?;
    Page::read(&mut params, node)?.keys(node, Some(trie(&name)?))
}

fn proof(params: &Params<'_>, node: &Node) -> Answer {
    let mut params = params.sequence();
    let (name, keys): (PrefixedStorageKey, Vec<Bytes>) = (params.next()?, params.next()?);
    let block = block_at(node, params.optional_next()?)?;
    let trie = trie(&name)?;
    let proof = node.read(&block, |view| {
        prove_child_read(view, &trie, keys.iter().map(|key| &key[..]))
    });
    shown_proof(&block, proof.map_err(client_error)?)
}
