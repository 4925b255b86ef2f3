//! Followers, and what they are told.

use super::{Methods, Registered};
use crate::rpc::{
    state,
    subscriptions::{send, subscribe},
};
use crate::{
    blocks::Block,
    node::{News, Node},
};
use jsonrpsee::{ConnectionId, PendingSubscriptionSink, SubscriptionSink};
use serde_json::{json, Value};
use sp_core::H256;
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{
    broadcast::{error::RecvError, Receiver},
    mpsc,
};

/// How many blocks a follower may hold on to. One that lets go of none is told to start anew.
const MAX_PINNED: usize = 4_096;
/// How many final blocks a follower is told of at first, as nodes do.
const MAX_FIRST: u32 = 16;
/// How many followers a connection may have; the specification demands two at least.
const MAX_FOLLOWERS: usize = 4;
/// What the specification calls it when there are too many.
const TOO_MANY: i32 = -32800;
/// How many answers wait for a follower that does not read.
const MAX_ANSWERS: usize = 1_024;

/// Somebody who follows the chain.
struct Follower {
    /// Whether it is told of the runtime, and may call it.
    with_runtime: bool,
    pinned: HashSet<H256>,
    answers: mpsc::Sender<Value>,
    connection: ConnectionId,
}

/// All who follow, by the name of their subscription.
#[derive(Default)]
pub struct Followers(Mutex<HashMap<String, Follower>>);

impl Followers {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Follower>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is one of this name.
    pub fn is_there(&self, name: &str) -> bool {
        self.all().contains_key(name)
    }

    /// Whether a follower was told of a block and has not let go of it.
    pub fn has_pinned(&self, name: &str, block: H256) -> bool {
        self.all()
            .get(name)
            .is_some_and(|one| one.pinned.contains(&block))
    }

    /// Whether a follower may call the runtime.
    pub fn may_call(&self, name: &str) -> bool {
        self.all().get(name).is_some_and(|one| one.with_runtime)
    }

    /// Lets go of blocks: of all, or of none if one is not held. `None` if there is no such follower.
    pub fn unpin(&self, name: &str, blocks: &[H256]) -> Option<bool> {
        let mut all = self.all();
        let pinned = &mut all.get_mut(name)?.pinned;
        let held = blocks.iter().all(|block| pinned.contains(block));
        if held {
            blocks.iter().for_each(|block| {
                pinned.remove(block);
            });
        }
        Some(held)
    }

    /// Where a follower's answers go, if there is room for so many more.
    pub fn answers(&self, name: &str, count: usize) -> Option<mpsc::Sender<Value>> {
        let answers = self.all().get(name)?.answers.clone();
        (answers.capacity() >= count).then_some(answers)
    }

    /// Has a follower hold on to blocks. Whether it does not hold too many then.
    fn pin(&self, name: &str, blocks: impl IntoIterator<Item = H256>) -> bool {
        let mut all = self.all();
        let Some(one) = all.get_mut(name) else {
            return false;
        };
        one.pinned.extend(blocks);
        one.pinned.len() <= MAX_PINNED
    }

    fn join(
        &self,
        name: &str,
        connection: ConnectionId,
        with_runtime: bool,
    ) -> Option<mpsc::Receiver<Value>> {
        let mut all = self.all();
        let here = all
            .values()
            .filter(|one| one.connection == connection)
            .count();
        if here >= MAX_FOLLOWERS {
            return None;
        }
        let (answers, waiting) = mpsc::channel(MAX_ANSWERS);
        let pinned = HashSet::new();
        all.insert(
            name.to_owned(),
            Follower {
                with_runtime,
                pinned,
                answers,
                connection,
            },
        );
        Some(waiting)
    }
}

pub fn register_methods(methods: &mut Methods, followers: Arc<Followers>) -> Registered {
    let names = [
        "chainHead_v1_follow",
        "chainHead_v1_followEvent",
        "chainHead_v1_unfollow",
    ];
    let tell =
        move |pending, node, with_runtime| begin(pending, node, followers.clone(), with_runtime);
    subscribe(methods, names, |params| params.next(), tell)
}

async fn begin(
    pending: PendingSubscriptionSink,
    node: Arc<Node>,
    followers: Arc<Followers>,
    runtime: bool,
) {
    let connection = pending.connection_id();
    let name = match serde_json::to_value(pending.subscription_id()) {
        Ok(Value::String(name)) => name,
        Ok(other) => other.to_string(),
        Err(_) => return,
    };
    let Some(answers) = followers.join(&name, connection, runtime) else {
        let message = "Maximum number of chainHead_follow has been reached";
        return pending.reject(super::error(TOO_MANY, message)).await;
    };
    // Before it is told that it follows: what happens after that is told to it.
    let (first, heard) = Heard::begin(&node, &followers, &name, runtime);
    if let Ok(sink) = pending.accept().await {
        let stop = follow(&sink, &followers, &name, first, heard, answers).await;
        if stop {
            let _ = send(&sink, &json!({"event": "stop"})).await;
        }
    }
    followers.all().remove(&name);
}

/// What a follower listens to.
struct Heard {
    news: Receiver<News>,
    /// The blocks that it was told of, and that are not final.
    told: HashSet<H256>,
    runtime: bool,
}

impl Heard {
    /// Begins to listen, and pins the first blocks. Returns what is to be told at first.
    fn begin(node: &Node, followers: &Followers, name: &str, runtime: bool) -> (Vec<Value>, Self) {
        let ((finals, later, best), news) = node.listen(|blocks| {
            let best = blocks.best().hash();
            (blocks.last_final(MAX_FIRST), blocks.unfinalized(), best)
        });
        let mut first = vec![initialized(node, &finals, runtime)];
        first.extend(
            later
                .iter()
                .map(|block| new_block(block.hash(), block.header.parent_hash, runtime)),
        );
        if finals.last() != Some(&best) {
            first.push(json!({"event": "bestBlockChanged", "bestBlockHash": best}));
        }
        let told: HashSet<H256> = later.iter().map(|block| block.hash()).collect();
        followers.pin(name, told.iter().copied().chain(finals));
        let heard = Self {
            news,
            told,
            runtime,
        };
        (first, heard)
    }
}

/// Tells a follower what happens, until it leaves. Whether it has to start anew.
async fn follow(
    sink: &SubscriptionSink,
    followers: &Followers,
    name: &str,
    first: Vec<Value>,
    heard: Heard,
    mut answers: mpsc::Receiver<Value>,
) -> bool {
    let Heard {
        mut news,
        mut told,
        runtime,
    } = heard;
    for event in first {
        if send(sink, &event).await.is_err() {
            return false;
        }
    }
    loop {
        let events = tokio::select! {
            // What was asked before a block was let go of is answered before more is told.
            biased;
            () = sink.closed() => return false,
            Some(answer) = answers.recv() => vec![answer],
            heard = news.recv() => match heard {
                Ok(News::Best(enacted)) => {
                    let fresh: Vec<_> =
                        enacted.iter().map(|block| block.hash()).filter(|hash| told.insert(*hash)).collect();
                    if !followers.pin(name, fresh.iter().copied()) {
                        return true;
                    }
                    best_changed(&enacted, &fresh, runtime)
                }
                Ok(News::Final(blocks)) => {
                    let (fresh, pruned) = &*blocks;
                    for hash in fresh.iter().chain(pruned) {
                        told.remove(hash);
                    }
                    vec![json!({
                        "event": "finalized",
                        "finalizedBlockHashes": fresh,
                        "prunedBlockHashes": pruned,
                    })]
                }
                Ok(News::Reset) | Err(RecvError::Lagged(_)) => return true,
                Err(RecvError::Closed) => return false,
            },
        };
        for event in events {
            if send(sink, &event).await.is_err() {
                return false;
            }
        }
    }
}

fn best_changed(enacted: &[Arc<Block>], fresh: &[H256], runtime: bool) -> Vec<Value> {
    let fresh = enacted.iter().filter(|block| fresh.contains(&block.hash()));
    let mut events: Vec<_> = fresh
        .map(|block| new_block(block.hash(), block.header.parent_hash, runtime))
        .collect();
    if let Some(last) = enacted.last() {
        events.push(json!({"event": "bestBlockChanged", "bestBlockHash": last.hash()}));
    }
    events
}

fn new_block(hash: H256, parent: H256, runtime: bool) -> Value {
    let mut event = json!({"event": "newBlock", "blockHash": hash, "parentBlockHash": parent});
    if runtime {
        // It never changes.
        event["newRuntime"] = Value::Null;
    }
    event
}

fn initialized(node: &Node, finals: &[H256], runtime: bool) -> Value {
    let mut event = json!({"event": "initialized", "finalizedBlockHashes": finals});
    if runtime {
        event["finalizedBlockRuntime"] = match state::version(node, finals.last().copied()) {
            Ok(version) => json!({"type": "valid", "spec": {
                "specName": version.spec_name,
                "implName": version.impl_name,
                "specVersion": version.spec_version,
                "implVersion": version.impl_version,
                "transactionVersion": version.transaction_version,
                "apis": version.apis.iter()
                    .map(|(name, number)| (format!("0x{}", hex::encode(name)), json!(number)))
                    .collect::<serde_json::Map<_, _>>(),
            }}),
            Err(why) => json!({"type": "invalid", "error": why.message()}),
        };
    }
    event
}
