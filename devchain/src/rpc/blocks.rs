//! `chain_…`: blocks, and news of them.

use super::{
    alias, hex, register,
    subscriptions::{nothing, send, subscribe},
    Answer, Methods, Registered,
};
use crate::{
    blocks::{Block, Header},
    node::{News, Node},
};
use jsonrpsee::{types::Params, PendingSubscriptionSink};
use serde_json::{json, Value};
use sp_core::H256;
use sp_rpc::{list::ListOrValue, number::NumberOrHex};
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;

pub fn register_methods(methods: &mut Methods) -> Registered {
    register(methods, "chain_getHeader", |params, node| {
        let at: Option<H256> = params.sequence().optional_next()?;
        Ok(json!(node.block(at).map(|block| block.header.clone())))
    })?;
    register(methods, "chain_getBlock", |params, node| {
        let at: Option<H256> = params.sequence().optional_next()?;
        Ok(node
            .block(at)
            .map_or(Value::Null, |block| signed_block(&block)))
    })?;
    register(methods, "chain_getBlockHash", block_hash)?;
    alias(methods, &["chain_getHead"], "chain_getBlockHash")?;
    register(methods, "chain_getFinalizedHead", |_, node| {
        Ok(json!(node.blocks(|blocks| blocks.finalized())))
    })?;
    alias(
        methods,
        &["chain_getFinalisedHead"],
        "chain_getFinalizedHead",
    )?;

    heads(
        methods,
        [
            "chain_subscribeNewHeads",
            "chain_newHead",
            "chain_unsubscribeNewHeads",
        ],
        Heads::Best,
    )?;
    alias(
        methods,
        &["chain_subscribeNewHead", "subscribe_newHead"],
        "chain_subscribeNewHeads",
    )?;
    alias(
        methods,
        &["chain_unsubscribeNewHead", "unsubscribe_newHead"],
        "chain_unsubscribeNewHeads",
    )?;
    heads(
        methods,
        [
            "chain_subscribeAllHeads",
            "chain_allHead",
            "chain_unsubscribeAllHeads",
        ],
        Heads::All,
    )?;
    let finalized = [
        "chain_subscribeFinalizedHeads",
        "chain_finalizedHead",
        "chain_unsubscribeFinalizedHeads",
    ];
    heads(methods, finalized, Heads::Final)?;
    alias(
        methods,
        &["chain_subscribeFinalisedHeads"],
        "chain_subscribeFinalizedHeads",
    )?;
    alias(
        methods,
        &["chain_unsubscribeFinalisedHeads"],
        "chain_unsubscribeFinalizedHeads",
    )
}

fn signed_block(block: &Block) -> Value {
    let body: Vec<_> = block.body.iter().map(|bytes| hex(bytes.clone())).collect();
    json!({"block": {"header": block.header, "extrinsics": body}, "justifications": null})
}

fn block_hash(params: &Params<'_>, node: &Node) -> Answer {
    let asked: Option<ListOrValue<NumberOrHex>> = params.sequence().optional_next()?;
    let hash_at = |number: &NumberOrHex| {
        let number = u32::try_from(number.into_u256()).map_err(|_| {
            super::error(
                3001,
                format!("`{number:?}` > u32::MAX, the max block number is u32."),
                None,
            )
        });
        number.map(|number| node.blocks(|blocks| blocks.at(number)))
    };
    match asked {
        None => Ok(json!(node.blocks(|blocks| blocks.best().hash()))),
        Some(ListOrValue::Value(number)) => Ok(json!(hash_at(&number)?)),
        Some(ListOrValue::List(numbers)) => {
            let hashes: Result<Vec<_>, _> = numbers.iter().map(hash_at).collect();
            Ok(json!(hashes?))
        }
    }
}

/// Which headers somebody wants to hear of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heads {
    /// Each new best block's. Of several at once only the last, as nodes do.
    Best,
    /// Each new block's.
    All,
    /// Each final block's.
    Final,
}

fn heads(methods: &mut Methods, names: [&'static str; 3], heads: Heads) -> Registered {
    subscribe(methods, names, nothing, move |pending, node, ()| {
        tell_heads(pending, node, heads)
    })
}

async fn tell_heads(pending: PendingSubscriptionSink, node: Arc<Node>, heads: Heads) {
    let (first, mut news) = node.listen(|blocks| match heads {
        Heads::Final => blocks
            .get(&blocks.finalized())
            .map(|block| block.header.clone()),
        Heads::Best | Heads::All => Some(blocks.best().header.clone()),
    });
    let Ok(sink) = pending.accept().await else {
        return;
    };
    let mut waiting: Vec<Header> = first.into_iter().collect();
    loop {
        for header in waiting.drain(..) {
            if send(&sink, &header).await.is_err() {
                return;
            }
        }
        let heard = tokio::select! {
            heard = news.recv() => heard,
            () = sink.closed() => return,
        };
        match heard {
            Ok(heard) => waiting = headers_in(&node, &heard, heads),
            // Too slow: what was missed is not told, as a gap would not be noticed.
            Err(RecvError::Lagged(_) | RecvError::Closed) => return,
        }
    }
}

fn headers_in(node: &Node, news: &News, heads: Heads) -> Vec<Header> {
    let header = |hash: &H256| node.block(Some(*hash)).map(|block| block.header.clone());
    match (news, heads) {
        (News::Best(enacted), Heads::All) => {
            enacted.iter().map(|block| block.header.clone()).collect()
        }
        (News::Best(enacted), Heads::Best) => enacted
            .last()
            .map(|block| block.header.clone())
            .into_iter()
            .collect(),
        (News::Final(blocks), Heads::Final) => blocks.0.iter().filter_map(header).collect(),
        (News::Reset, Heads::Final) => header(&node.blocks(|blocks| blocks.finalized()))
            .into_iter()
            .collect(),
        (News::Reset, _) => node
            .block(None)
            .map(|block| block.header.clone())
            .into_iter()
            .collect(),
        (News::Best(_), Heads::Final) | (News::Final(_), _) => Vec::new(),
    }
}
