//! `dev_…`: what developers do to a chain that nobody else depends on. Only on loopback.

use super::{block_at, error, invalid_params, register, Answer, Methods, Registered};
use crate::{
    blocks::Block,
    node::{Cannot, Finality, Node, Sealing},
    tracing,
};
use farthing_chain::{AccountId, Balance};
use jsonrpsee::types::{ErrorObjectOwned, Params};
use serde::Deserialize;
use serde_json::{json, Value};
use sp_core::{Bytes, H256};
use std::{sync::Arc, time::Duration};

/// Something was asked for that cannot be done.
const CANNOT: i32 = -32000;
/// How many blocks may be made in one go.
const MAX_BLOCKS: u32 = 10_000;

pub fn register_methods(methods: &mut Methods) -> Registered {
    register(methods, "dev_status", |_, node| Ok(status(node)))?;
    register(methods, "dev_time", |_, node| Ok(json!(node.now())))?;
    register(methods, "dev_newBlock", new_block)?;
    register(methods, "dev_forward", |params, node| {
        let millis: u64 = params.sequence().next()?;
        made(node, node.forward(millis))
    })?;
    register(methods, "dev_setTime", set_time)?;
    register(methods, "dev_setSealing", |params, node| {
        node.set_sealing(sealing(params.sequence().next()?)?);
        Ok(status(node))
    })?;
    register(methods, "dev_setFinality", |params, node| {
        node.set_finality(finality(params.sequence().next()?)?);
        Ok(status(node))
    })?;
    register(methods, "dev_finalize", |params, node| {
        let hash: Option<H256> = params.sequence().optional_next()?;
        let best = || node.blocks(|blocks| blocks.best().hash());
        let hash = hash.unwrap_or_else(best);
        if node.finalize(hash) {
            return Ok(status(node));
        }
        Err(cannot(Cannot(format!(
            "{hash:?} is not in the best chain."
        ))))
    })?;
    register(methods, "dev_reorg", |params, node| {
        let mut params = params.sequence();
        let depth: u32 = params.next()?;
        let options: Reorg = params.optional_next()?.unwrap_or_default();
        made(node, node.reorganise(depth, options.resubmit))
    })?;
    register(methods, "dev_snapshot", |_, node| {
        Ok(json!(node.snapshot()))
    })?;
    register(methods, "dev_revert", |params, node| {
        let number: u32 = params.sequence().next()?;
        made(node, node.revert(number))
    })?;
    register(methods, "dev_setBalance", |params, node| {
        let mut params = params.sequence();
        let (account, amount): (AccountId, Amount) = (params.next()?, params.next()?);
        made(node, node.set_balance(&account, amount.read()?))
    })?;
    register(methods, "dev_impersonate", |params, node| {
        let mut params = params.sequence();
        let (account, call): (Option<AccountId>, Bytes) = (params.next()?, params.next()?);
        made(node, node.dispatch_as(account, call.0))
    })?;
    register(methods, "dev_trace", |params, node| {
        let mut params = params.sequence();
        let call: tracing::Call = params.next()?;
        let block = block_at(node, params.optional_next()?)?;
        tracing::trace(node, &block, &call).map_err(invalid_params)
    })
}

fn cannot(why: Cannot) -> ErrorObjectOwned {
    error(CANNOT, why.0, None)
}

/// What was asked for, or why it was not done.
fn made(node: &Node, block: Result<Arc<Block>, Cannot>) -> Answer {
    Ok(told(node, &*block.map_err(cannot)?))
}

/// A block, for whoever asked for it.
fn told(node: &Node, block: &Block) -> Value {
    json!({"number": block.header.number, "hash": block.hash(), "time": node.time_of(block)})
}

fn status(node: &Node) -> Value {
    // Held first: what goes into a block is either in the best one or still waits.
    let waiting = node.pool();
    let (best, finalized) =
        node.blocks(|blocks| (blocks.best().clone(), blocks.finalized_number()));
    json!({
        "best": told(node, &best),
        "finalized": finalized,
        "profile": node.profile.name(),
        "waiting": waiting.pending().len(),
        "sealing": match node.sealing() {
            Sealing::Instant => json!("instant"),
            Sealing::Manual => json!("manual"),
            Sealing::Every(interval) => json!(interval.as_millis()),
        },
        "finality": match node.finality() {
            Finality::Instant => json!("instant"),
            Finality::Held => json!("held"),
            Finality::After(delay) => json!(delay.as_millis()),
        },
    })
}

fn new_block(params: &Params<'_>, node: &Node) -> Answer {
    let count: Option<u32> = params.sequence().optional_next()?;
    let count = count.unwrap_or(1);
    if count == 0 || count > MAX_BLOCKS {
        return Err(invalid_params(format!(
            "The number of blocks is from 1 to {MAX_BLOCKS}."
        )));
    }
    let mut last = None;
    for _ in 0..count {
        last = Some(node.seal(true).map_err(cannot)?);
    }
    Ok(last
        .flatten()
        .map_or(Value::Null, |block| told(node, &block)))
}

fn set_time(params: &Params<'_>, node: &Node) -> Answer {
    let time: u64 = params.sequence().next()?;
    let now = node.now();
    let ahead = time.checked_sub(now).ok_or_else(|| {
        cannot(Cannot(format!(
            "The chain's clock only goes forward, and it is {now} already."
        )))
    })?;
    made(node, node.forward(ahead))
}

/// A word, or so many milliseconds.
#[derive(Deserialize)]
#[serde(untagged)]
enum Choice {
    Millis(u64),
    Word(String),
}

fn sealing(choice: Choice) -> Answer<Sealing> {
    match choice {
        Choice::Millis(millis) if millis > 0 => Ok(Sealing::Every(Duration::from_millis(millis))),
        Choice::Word(word) if word == "instant" => Ok(Sealing::Instant),
        Choice::Word(word) if word == "manual" => Ok(Sealing::Manual),
        Choice::Millis(_) | Choice::Word(_) => Err(invalid_params(
            "Sealing is \"instant\", \"manual\", or milliseconds between blocks.",
        )),
    }
}

fn finality(choice: Choice) -> Answer<Finality> {
    match choice {
        Choice::Millis(millis) => Ok(Finality::After(Duration::from_millis(millis))),
        Choice::Word(word) if word == "instant" => Ok(Finality::Instant),
        Choice::Word(word) if word == "held" => Ok(Finality::Held),
        Choice::Word(_) => Err(invalid_params(
            "Finality is \"instant\", \"held\", or milliseconds.",
        )),
    }
}

/// What becomes of the transactions of blocks that are undone.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Reorg {
    resubmit: bool,
}

/// An amount in the chain's smallest unit. JSON's numbers hold only small ones.
#[derive(Deserialize)]
#[serde(untagged)]
enum Amount {
    Small(u64),
    Text(String),
}

impl Amount {
    fn read(&self) -> Answer<Balance> {
        match self {
            Self::Small(amount) => Ok((*amount).into()),
            Self::Text(digits) => digits
                .parse()
                .map_err(|_| invalid_params("An amount is digits, in the chain's smallest unit.")),
        }
    }
}
