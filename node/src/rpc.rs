//! What the node adds to the usual RPC methods:
//!
//! - `farthing_forward(millis)` moves the chain's clock forward by at least this much, for good, and
//!   seals a block with the new time.
//! - `farthing_seal()` seals a block, which is empty unless transactions were waiting.
//!
//! Both answer with the block: `{"number": 7, "hash": "0x…", "time": 1800000000000}`, the time being
//! what contracts see in it, in milliseconds since 1970. Both are refused unless the chain is a
//! development chain, and to callers who may not use unsafe methods (see `--rpc-methods`).

use std::sync::Arc;

use contracts_node_runtime::Hash;
use futures::{
    channel::{mpsc, oneshot},
    SinkExt,
};
use jsonrpsee::{
    types::{error::ErrorCode, ErrorObjectOwned},
    Extensions, RpcModule,
};
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use sc_consensus_manual_seal::EngineCommand;
use serde::Serialize;
use sp_blockchain::HeaderBackend;
use substrate_frame_rpc_system::{System, SystemApiServer};

use crate::{
    clock::{Clock, LATEST},
    service::{seal, time_of, Client, Pool},
};

type Answer<T> = Result<T, ErrorObjectOwned>;

/// Seals blocks when asked to, with the time asked for.
#[derive(Clone)]
pub struct Sealer {
    pub client: Arc<Client>,
    pub clock: Arc<Clock>,
    pub commands: mpsc::Sender<EngineCommand<Hash>>,
    /// Whether the chain is a development chain.
    pub development: bool,
}

#[derive(Clone, Serialize)]
struct Sealed {
    number: u32,
    hash: Hash,
    time: u64,
}

/// The methods that `substrate-contracts-node` has beyond those of every node, and ours.
pub fn module(
    sealer: Sealer,
    pool: Arc<Pool>,
) -> Result<RpcModule<Sealer>, Box<dyn std::error::Error + Send + Sync>> {
    let client = sealer.client.clone();
    let mut module = RpcModule::new(sealer);
    module.merge(System::new(client.clone(), pool).into_rpc())?;
    module.merge(TransactionPayment::new(client).into_rpc())?;
    module.register_async_method("farthing_forward", |params, sealer, caller| async move {
        sealer.allow(&caller)?;
        sealer.forward(params.one()?).await
    })?;
    module.register_async_method("farthing_seal", |_, sealer, caller| async move {
        sealer.allow(&caller)?;
        sealer.seal().await
    })?;
    Ok(module)
}

impl Sealer {
    fn allow(&self, caller: &Extensions) -> Answer<()> {
        sc_rpc_api::check_if_safe(caller)?;
        if self.development {
            return Ok(());
        }
        Err(refusal(
            "Time and blocks can be asked for on development chains only.",
        ))
    }

    async fn forward(&self, millis: u64) -> Answer<Sealed> {
        let last = time_of(&self.client, self.client.info().best_hash).map_err(failure)?;
        self.clock.forward(last, millis).ok_or_else(|| {
            refusal(format!(
                "The clock stays as it is: it cannot go beyond {LATEST}."
            ))
        })?;
        self.seal().await
    }

    async fn seal(&self) -> Answer<Sealed> {
        let (sender, sealed) = oneshot::channel();
        self.commands
            .clone()
            .send(seal(Some(sender)))
            .await
            .map_err(failure)?;
        let hash = sealed.await.map_err(failure)?.map_err(failure)?.hash;
        let number = self.client.number(hash).map_err(failure)?;
        let number = number.ok_or_else(|| failure("The sealed block is not there."))?;
        let time = time_of(&self.client, hash).map_err(failure)?;
        Ok(Sealed { number, hash, time })
    }
}

/// What was asked for cannot be had.
fn refusal(why: impl Into<String>) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(ErrorCode::InvalidRequest.code(), why, None::<()>)
}

/// What was asked for went wrong.
fn failure(why: impl ToString) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(ErrorCode::InternalError.code(), why.to_string(), None::<()>)
}
