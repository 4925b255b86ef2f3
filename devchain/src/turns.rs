//! Turns: how much a connection may have under way. The server reads on while a client does not, so that
//! answers which nobody takes would pile up.

use jsonrpsee::{server::middleware::rpc::RpcServiceT, types::Request, Extensions};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many answers of a connection are worked out, or wait to be taken, at once.
const MAX_UNDER_WAY: usize = 32;

/// A connection's turns.
#[derive(Clone)]
struct Turns(Arc<Semaphore>);

/// Gives each call its connection's turns. One is made for each connection.
#[derive(Clone)]
pub struct TakingTurns<S> {
    service: S,
    turns: Turns,
}

impl<S> TakingTurns<S> {
    pub fn new(service: S) -> Self {
        Self {
            service,
            turns: Turns(Arc::new(Semaphore::new(MAX_UNDER_WAY))),
        }
    }
}

impl<'a, S: RpcServiceT<'a>> RpcServiceT<'a> for TakingTurns<S> {
    type Future = S::Future;

    fn call(&self, mut request: Request<'a>) -> Self::Future {
        request.extensions_mut().insert(self.turns.clone());
        self.service.call(request)
    }
}

/// Waits for a call's turn, which lasts as long as what is returned.
pub async fn wait(call: &Extensions) -> Option<OwnedSemaphorePermit> {
    let turns = call.get::<Turns>()?.0.clone();
    turns.acquire_owned().await.ok()
}
