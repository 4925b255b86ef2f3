//! The line to the node, and another one when it is dead.

use farthing_client::{Client, Error};
use farthing_contracts::Contract;
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, RwLock},
    time::Duration,
};

/// How long a step of what follows the chain may take, or the connection is taken for dead.
const PATIENCE: Duration = Duration::from_secs(60);

type Connected = Pin<Box<dyn Future<Output = Result<Client, Error>> + Send>>;

/// How a node is connected to again: it can go away and come back, or say nothing any more.
pub struct Again {
    connect: Box<dyn Fn() -> Connected + Send + Sync>,
    patience: Duration,
}

impl Again {
    /// Connects by this function, which has the same deployment on the same chain.
    pub fn by<F>(connect: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Client, Error>> + Send + 'static,
    {
        Self {
            connect: Box::new(move || Box::pin(connect())),
            patience: PATIENCE,
        }
    }

    /// Returns the same, where a node is taken for dead after this time.
    pub fn after(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
}

/// The line to the node.
pub(super) struct Line {
    client: RwLock<Arc<Client>>,
    again: Again,
}

impl Line {
    pub fn new(client: Client, again: Again) -> Self {
        Self {
            client: RwLock::new(Arc::new(client)),
            again,
        }
    }

    pub fn patience(&self) -> Duration {
        self.again.patience
    }

    pub fn client(&self) -> Arc<Client> {
        let client = self.client.read();
        client.unwrap_or_else(|broken| broken.into_inner()).clone()
    }

    /// Takes another line. Whoever has begun on the old one ends on it.
    ///
    /// # Errors
    /// [`Error::Lost`], and those of connecting. [`Error::Deployment`] if there is another contract now: the vouchers
    /// here are of the old one.
    pub async fn renew(&self) -> Result<(), Error> {
        let connected = tokio::time::timeout(self.again.patience, (self.again.connect)()).await;
        let new = connected.unwrap_or(Err(Error::Lost))?;
        let old = self.client();
        let place = |client: &Client| {
            let contract = client.deployment.address(Contract::Channels)?;
            Ok::<_, Error>((client.chain.genesis(), contract))
        };
        if place(&new)? != place(&old)? {
            return Err(Error::Deployment(
                "The node has another chain or channels contract than this was started with."
                    .into(),
            ));
        }
        let mut client = self
            .client
            .write()
            .unwrap_or_else(|broken| broken.into_inner());
        *client = Arc::new(new);
        Ok(())
    }
}
