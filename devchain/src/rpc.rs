//! The chain's JSON-RPC: the methods that Substrate nodes have, old and new, and those for developers.

mod author;
mod blocks;
mod chain_head;
mod chain_spec;
mod child;
mod development;
mod payment;
mod state;
mod subscriptions;
mod system;
mod transaction;

use crate::{blocks::Block, node::Node, origin::Foreign, turns};
use jsonrpsee::{
    core::RegisterMethodError,
    types::{ErrorObjectOwned, Params},
    ResponsePayload, RpcModule,
};
use serde_json::{json, Value};
use sp_core::{Bytes, H256};
use std::{future::Future, sync::Arc};

/// Methods, with the chain that they are about.
pub type Methods = RpcModule<Node>;
/// What a method answers.
pub type Answer<T = Value> = Result<T, ErrorObjectOwned>;
type Registered = Result<(), RegisterMethodError>;

/// What Substrate nodes call it when something is asked of a block that they don't have, or of a runtime
/// that gives up.
const CLIENT_ERROR: i32 = 4003;

/// What methods for developers begin with.
const FOR_DEVELOPERS: &str = "dev_";
/// What those answer who may not use them.
const FORBIDDEN: i32 = -32001;

/// All methods. Those for developers only if `development` is set.
pub fn methods(node: Arc<Node>, development: bool) -> Result<Methods, RegisterMethodError> {
    let mut methods = RpcModule::from_arc(node);
    system::register_methods(&mut methods)?;
    blocks::register_methods(&mut methods)?;
    state::register_methods(&mut methods)?;
    child::register_methods(&mut methods)?;
    author::register_methods(&mut methods, development)?;
    payment::register_methods(&mut methods)?;
    chain_spec::register_methods(&mut methods)?;
    chain_head::register_methods(&mut methods)?;
    transaction::register_methods(&mut methods)?;
    if development {
        development::register_methods(&mut methods)?;
    }
    let mut names: Vec<_> = methods.method_names().chain(["rpc_methods"]).collect();
    names.sort_unstable();
    methods.register_method("rpc_methods", move |_, _, _| json!({ "methods": names }))?;
    Ok(methods)
}

/// Registers a method that reads or runs the chain: on a thread that may take its time.
fn register<F>(methods: &mut Methods, name: &'static str, answer: F) -> Registered
where
    F: Fn(&Params<'_>, &Node) -> Answer + Clone + Send + Sync + 'static,
{
    register_then(
        methods,
        name,
        move |params, node| Ok((answer(params, node)?, ())),
        |()| async {},
    )
}

/// Registers such a method, after whose answer, once it is taken, something else follows.
fn register_then<F, More, Then, Done>(
    methods: &mut Methods,
    name: &'static str,
    answer: F,
    then: Then,
) -> Registered
where
    F: Fn(&Params<'_>, &Node) -> Answer<(Value, More)> + Clone + Send + Sync + 'static,
    More: Send + 'static,
    Then: Fn(More) -> Done + Clone + Send + Sync + 'static,
    Done: Future<Output = ()> + Send + 'static,
{
    methods.register_async_method(name, move |params, node, call| {
        let (answer, then) = (answer.clone(), then.clone());
        let params = params.into_owned();
        let refused = name.starts_with(FOR_DEVELOPERS) && call.get::<Foreign>().is_some();
        async move {
            if refused {
                let why = "Pages of other sites may not use what is for developers";
                return ResponsePayload::error(error(FORBIDDEN, why, None));
            }
            let turn = turns::wait(&call).await;
            let answered = tokio::task::spawn_blocking(move || answer(&params, &node)).await;
            match answered.unwrap_or_else(|why| Err(execution_error(why))) {
                Ok((answer, more)) => {
                    let (response, taken) = ResponsePayload::success(answer).notify_on_completion();
                    tokio::spawn(async move {
                        let taken = taken.await;
                        drop(turn);
                        if taken.is_ok() {
                            then(more).await;
                        }
                    });
                    response
                }
                Err(why) => ResponsePayload::error(why),
            }
        }
    })?;
    Ok(())
}

/// Registers other names of a method.
fn alias(methods: &mut Methods, names: &[&'static str], name: &'static str) -> Registered {
    names
        .iter()
        .try_for_each(|other| methods.register_alias(other, name))
}

/// The block whose state is asked for, in the words of methods that read it.
fn block_at(node: &Node, hash: Option<H256>) -> Answer<Arc<Block>> {
    block_or(node, hash, |hash| {
        format!("UnknownBlock: {}", not_found(hash))
    })
}

/// The same, in the words of methods that call the runtime.
fn block_to_call(node: &Node, hash: Option<H256>) -> Answer<Arc<Block>> {
    block_or(node, hash, unknown_to_call)
}

fn unknown_to_call(hash: H256) -> String {
    format!("Api called for an unknown Block: {}", not_found(hash))
}

fn not_found(hash: H256) -> String {
    format!("Header was not found in the database: {hash:?}")
}

/// A block whose state can be read.
fn readable(node: &Node, hash: Option<H256>) -> Option<Arc<Block>> {
    node.block(hash).filter(|block| node.has_state(block))
}

fn block_or(
    node: &Node,
    hash: Option<H256>,
    unknown: impl Fn(H256) -> String,
) -> Answer<Arc<Block>> {
    let block = node
        .block(hash)
        .ok_or_else(|| client_error(unknown(hash.unwrap_or_default())))?;
    if node.has_state(&block) {
        return Ok(block);
    }
    let hash = block.hash();
    Err(client_error(format!(
        "UnknownBlock: State already discarded for {hash:?}"
    )))
}

fn client_error(why: impl core::fmt::Display) -> ErrorObjectOwned {
    error(CLIENT_ERROR, format!("Client error: {why}"), None)
}

fn execution_error(why: impl core::fmt::Display) -> ErrorObjectOwned {
    client_error(trapped(why))
}

/// What a runtime that gave up said, as nodes tell it.
fn trapped(why: impl core::fmt::Display) -> String {
    format!("Execution failed: Execution aborted due to panic: {why}")
}

fn error(code: i32, message: impl Into<String>, data: Option<String>) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(code, message, data)
}

fn invalid_params(why: impl Into<String>) -> ErrorObjectOwned {
    let code = jsonrpsee::types::error::INVALID_PARAMS_CODE;
    error(code, "Invalid params", Some(why.into()))
}

/// Bytes as JSON-RPC has them.
fn hex(bytes: impl Into<Vec<u8>>) -> Value {
    json!(Bytes(bytes.into()))
}
