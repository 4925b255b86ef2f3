//! What commands share: the chain, the deployment, the signer, and the one way to send a transaction.

mod memory;
mod names;
mod outbox;
pub mod past;
mod sending;
mod showing;

use crate::{output::Output, settings::Settings, signer};
use farthing_client::{Account, Client, Error, Key, Memory, Outbox, Token};
use farthing_contracts::Single;
use farthing_types::Balance;
use std::path::{Path, PathBuf};
use tokio::sync::OnceCell;

/// A command at work.
pub struct Session {
    pub settings: Settings,
    pub output: Output,
    pub client: Client,
    /// See [`Session::state`].
    state: OnceCell<PathBuf>,
    account: OnceCell<Account>,
    key: OnceCell<Key>,
    outbox: OnceCell<Outbox>,
    /// What this command's words came to, which goes into the outbox with what is signed.
    memory: Memory,
    /// Whether what is in the outbox is this command's, and its result was told.
    told: bool,
    /// What is to be done once the result was told.
    once_told: Vec<Work>,
}

type Work = Box<dyn FnOnce() -> Result<(), Error>>;

impl Session {
    /// Connects, and takes up the deployment.
    pub async fn open(settings: Settings, output: Output) -> Result<Self, Error> {
        let chain = settings.connect().await?;
        output.set_token(chain.token());
        let client = Client::open(chain, &settings.deployments, &settings.network).await?;
        Ok(Self::of(settings, output, client))
    }

    /// Connects, and takes up the deployment if there is one: for what is the chain's own.
    pub async fn open_anyway(settings: Settings, output: Output) -> Result<Self, Error> {
        let chain = settings.connect().await?;
        output.set_token(chain.token());
        let opened = Client::open(chain.clone(), &settings.deployments, &settings.network).await;
        let client = match opened {
            Err(Error::Missing { .. }) => Client::without_contracts(chain).await?,
            other => other?,
        };
        Ok(Self::of(settings, output, client))
    }

    fn of(settings: Settings, output: Output, client: Client) -> Self {
        Self {
            settings,
            output,
            client,
            state: OnceCell::new(),
            account: OnceCell::new(),
            key: OnceCell::new(),
            outbox: OnceCell::new(),
            memory: Memory::new(),
            told: false,
            once_told: Vec::new(),
        }
    }

    /// The chain's token.
    pub fn token(&self) -> &Token {
        self.client.chain.token()
    }

    /// An amount with the token's symbol.
    pub fn unit(&self, amount: Balance) -> String {
        self.token().unit(amount)
    }

    /// The folder for what this chain's commands must not lose.
    pub async fn state(&self) -> Result<&Path, Error> {
        let found = self.state.get_or_try_init(|| self.find_state());
        Ok(found.await?)
    }

    async fn find_state(&self) -> Result<PathBuf, Error> {
        let chain = &self.client.chain;
        self.settings
            .state_of(&chain.genesis(), chain.life().await?)
    }

    /// The signer's own file of this kind. Open the outbox before changing it: who has that is alone.
    pub async fn file(&self, kind: &str) -> Result<PathBuf, Error> {
        let account = self.account().await?;
        let folder = self.state().await?.join(kind);
        Ok(folder.join(format!("{}.json", account.generic())))
    }

    /// ink!'s reference to a contract of the deployment.
    pub fn contract<Ref: Single>(&self) -> Result<Ref, Error> {
        self.client.contract()
    }

    /// The signer's key.
    pub async fn key(&self) -> Result<Key, Error> {
        let find = || signer::key(&self.settings, self.client.chain.is_development());
        Ok(self.key.get_or_try_init(find).await?.clone())
    }

    /// Signs with this key, unless another has signed already.
    pub fn sign_with(&self, key: Key) {
        // It is nobody's yet: no command asks for the signer before it says who that is.
        let _ = self.key.set(key);
    }

    /// The signer's account. Nothing is asked for, if it is known without that.
    pub async fn account(&self) -> Result<Account, Error> {
        let account = self.account.get_or_try_init(|| self.find_account());
        Ok(*account.await?)
    }

    async fn find_account(&self) -> Result<Account, Error> {
        if let Some(key) = self.key.get() {
            return Ok(key.account());
        }
        match signer::account(&self.settings, self.client.chain.is_development())? {
            Some(account) => Ok(account),
            None => Ok(self.key().await?.account()),
        }
    }
}
