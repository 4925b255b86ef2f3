//! `author_…`: sending transactions, and watching them.

use super::{
    error, execution_error, hex, register,
    subscriptions::{relay, subscribe},
    Answer, Methods, Registered,
};
use crate::{
    making,
    node::{Node, Refused},
    pool::{NotTaken, Status},
};
use jsonrpsee::{
    types::{ErrorObjectOwned, Params},
    PendingSubscriptionSink,
};
use serde::Deserialize;
use serde_json::{json, Value};
use sp_core::{blake2_256, Bytes, H256};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
use std::sync::Arc;
use tokio::sync::mpsc;

// Substrate's numbers for why a transaction is not taken.
const INVALID_FORMAT: i32 = 1001;
const VERIFICATION: i32 = 1002;
const INVALID: i32 = 1010;
const UNKNOWN_VALIDITY: i32 = 1011;
const ALREADY_IMPORTED: i32 = 1013;
const TOO_LOW_PRIORITY: i32 = 1014;
const IMMEDIATELY_DROPPED: i32 = 1016;
const BAD_FORMAT: i32 = 1040;

/// A transaction, by its hash or whole.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Named {
    Hash(H256),
    Extrinsic(Bytes),
}

pub fn register_methods(methods: &mut Methods, development: bool) -> Registered {
    register(methods, "author_submitExtrinsic", |params, node| {
        let bytes: Bytes = params.sequence().next()?;
        Ok(json!(node.submit(&bytes, None).map_err(refused)?))
    })?;
    register(methods, "author_pendingExtrinsics", |_, node| {
        // Those that wait for another one are not told, as nodes do.
        let pending = node.pool().ready().into_iter().map(|(_, bytes)| bytes);
        Ok(pending.map(|bytes| hex(bytes.to_vec())).collect())
    })?;
    // Nodes let nobody from outside throw away what others wait for.
    if development {
        register(methods, "author_removeExtrinsic", remove)?;
    }
    let names = [
        "author_submitAndWatchExtrinsic",
        "author_extrinsicUpdate",
        "author_unwatchExtrinsic",
    ];
    subscribe(methods, names, |params| params.next(), watch)
}

fn remove(params: &Params<'_>, node: &Node) -> Answer {
    let named: Vec<Named> = params.sequence().next()?;
    let hashes = named.into_iter().map(|one| match one {
        Named::Hash(hash) => Ok(hash),
        Named::Extrinsic(bytes) => making::extrinsic(&bytes)
            .map(|bytes| H256(blake2_256(&bytes)))
            .map_err(|why| invalid_format(&why.to_string())),
    });
    let hashes: Vec<_> = hashes.collect::<Result<_, _>>()?;
    let mut pool = node.pool();
    let removed = hashes
        .into_iter()
        .filter(|hash| pool.remove(*hash, &Status::Dropped));
    Ok(removed.map(|hash| json!(hash)).collect())
}

async fn watch(pending: PendingSubscriptionSink, node: Arc<Node>, bytes: Bytes) {
    let (watcher, statuses) = mpsc::unbounded_channel();
    let submitted = tokio::task::spawn_blocking(move || node.submit(&bytes, Some(watcher))).await;
    let sink = match submitted {
        Ok(Ok(_)) => pending.accept().await,
        Ok(Err(Refused::Unreadable(why))) => return pending.reject(invalid_format(&why)).await,
        Ok(Err(why)) => return pending.reject(refused(why)).await,
        Err(why) => return pending.reject(execution_error(why)).await,
    };
    if let Ok(sink) = sink {
        relay(&sink, statuses, told).await;
    }
}

fn told(status: &Status) -> Option<Value> {
    Some(match status {
        Status::Future => json!("future"),
        Status::Ready => json!("ready"),
        Status::InBlock(block, _) => json!({ "inBlock": block }),
        Status::Retracted(block) => json!({ "retracted": block }),
        Status::Finalized(block, _) => json!({ "finalized": block }),
        Status::Usurped(by) => json!({ "usurped": by }),
        Status::Dropped => json!("dropped"),
        Status::Invalid => json!("invalid"),
    })
}

fn invalid_format(why: &str) -> ErrorObjectOwned {
    let message = format!("Extrinsic has invalid format: {why}");
    error(INVALID_FORMAT, message, None)
}

/// Why a transaction is not taken, as Substrate nodes say it.
pub fn refused(why: Refused) -> ErrorObjectOwned {
    match why {
        Refused::Unreadable(why) => error(BAD_FORMAT, format!("Client error: {why}"), None),
        Refused::Validity(TransactionValidityError::Invalid(why)) => {
            let text = match why {
                InvalidTransaction::Custom(code) => format!("Custom error: {code}"),
                why => <&str>::from(why).to_owned(),
            };
            error(INVALID, "Invalid Transaction", Some(text))
        }
        Refused::Validity(TransactionValidityError::Unknown(why)) => {
            let text = format!("{why:?}");
            error(UNKNOWN_VALIDITY, "Unknown Transaction Validity", Some(text))
        }
        Refused::Trapped(why) => {
            let why = super::trapped(why);
            let text = format!("Verification Error: Runtime error: {why}");
            error(VERIFICATION, text, Some(format!("RuntimeApi({why:?})")))
        }
        Refused::Pool(NotTaken::Known) => error(ALREADY_IMPORTED, "Transaction Already Imported", None),
        Refused::Pool(NotTaken::Priority { old, new }) => error(
            TOO_LOW_PRIORITY,
            format!("Priority is too low: ({old} vs {new})"),
            Some(
                "The transaction has too low priority to replace another transaction already in the pool."
                    .into(),
            ),
        ),
        Refused::Pool(NotTaken::Full) => error(
            IMMEDIATELY_DROPPED,
            "Immediately Dropped",
            Some("The transaction couldn't enter the pool because of the limit".into()),
        ),
    }
}
