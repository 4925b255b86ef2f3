//! `transaction_v1_…` and `transactionWatch_v1_…`: sending transactions in the newer interface.

use super::{
    author::refused,
    error, register,
    subscriptions::{relay, send, subscribe},
    Methods, Registered,
};
use crate::{
    node::{Node, Refused},
    pool::Status,
};
use jsonrpsee::PendingSubscriptionSink;
use serde_json::{json, Value};
use sp_core::Bytes;
use sp_runtime::transaction_validity::TransactionValidityError;
use std::{
    collections::HashSet,
    sync::{
        atomic::{AtomicU64, Ordering::Relaxed},
        Arc, Mutex, PoisonError,
    },
};
use tokio::sync::mpsc;

pub fn register_methods(methods: &mut Methods) -> Registered {
    let broadcasts: Arc<Mutex<HashSet<String>>> = Arc::default();
    let started = broadcasts.clone();
    let count = Arc::new(AtomicU64::new(0));
    register(methods, "transaction_v1_broadcast", move |params, node| {
        let bytes: Bytes = params.sequence().next()?;
        // There is nobody to send it to, so that it is here at once or never. What becomes of it is not
        // told by this method, not even that it is none.
        let _ = node.submit(&bytes, None);
        let name = format!("broadcast-{}", count.fetch_add(1, Relaxed));
        started
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.clone());
        Ok(json!(name))
    })?;
    register(methods, "transaction_v1_stop", move |params, _| {
        let name: String = params.sequence().next()?;
        if broadcasts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&name)
        {
            return Ok(Value::Null);
        }
        let code = jsonrpsee::types::error::INVALID_PARAMS_CODE;
        Err(error(code, "Invalid operation id", None))
    })?;
    let names = [
        "transactionWatch_v1_submitAndWatch",
        "transactionWatch_v1_watchEvent",
        "transactionWatch_v1_unwatch",
    ];
    subscribe(methods, names, |params| params.next(), watch)
}

async fn watch(pending: PendingSubscriptionSink, node: Arc<Node>, bytes: Bytes) {
    let (watcher, statuses) = mpsc::unbounded_channel();
    let submitted = tokio::task::spawn_blocking(move || node.submit(&bytes, Some(watcher))).await;
    let Ok(sink) = pending.accept().await else {
        return;
    };
    match submitted.unwrap_or_else(|why| Err(Refused::Trapped(why.to_string()))) {
        Ok(_) => relay(&sink, statuses, told).await,
        Err(why) => {
            let _ = send(&sink, &json!({"event": "invalid", "error": reason(why)})).await;
        }
    }
}

/// Why a transaction is not taken, in the newer interface's words.
fn reason(why: Refused) -> String {
    match &why {
        Refused::Unreadable(_) => "Extrinsic bytes cannot be decoded".into(),
        Refused::Validity(TransactionValidityError::Invalid(why)) => {
            format!("Invalid transaction: {}", <&str>::from(*why))
        }
        _ => refused(why).message().to_owned(),
    }
}

fn told(status: &Status) -> Option<Value> {
    Some(match status {
        Status::Future => return None,
        Status::Ready => json!({"event": "validated"}),
        Status::InBlock(block, index) => json!({
            "event": "bestChainBlockIncluded", "block": {"hash": block, "index": index},
        }),
        Status::Retracted(_) => json!({"event": "bestChainBlockIncluded", "block": null}),
        Status::Finalized(block, index) => json!({
            "event": "finalized", "block": {"hash": block, "index": index},
        }),
        Status::Usurped(_) => {
            json!({"event": "invalid", "error": "Another transaction took its place"})
        }
        Status::Invalid => {
            json!({"event": "invalid", "error": "The transaction can no longer happen"})
        }
        Status::Dropped => json!({
            "event": "dropped", "error": "The transaction was thrown away", "broadcasted": true,
        }),
    })
}
