//! What holds for a command: as the command line says, or else the environment, or else the configuration file.

use crate::{
    config::{self, Config},
    options::Options,
    signer::SIGNERS,
    values::Amount,
};
use farthing_client::{Account, Certainty, Chain, Connecting, Error, Keyring, Token};
use farthing_types::Hash;
use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

const NODE: &str = "ws://127.0.0.1:9944";
const NETWORK: &str = "local";
const DEPLOYMENTS: &str = "deployments";
const WAIT: Duration = Duration::from_secs(10);

/// What holds for a command.
#[derive(Clone)]
pub struct Settings {
    pub network: String,
    pub deployments: PathBuf,
    pub node: String,
    pub state: Option<PathBuf>,
    pub keystore: Option<PathBuf>,
    pub dev: Option<String>,
    /// The environment's names for who signs that are set, if nobody is named on the command line.
    pub signers: Vec<&'static str>,
    /// Which of the user's own accounts is named, and where.
    pub account: Option<Named>,
    pub yes: bool,
    pub dry_run: bool,
    pub fast: bool,
    pub max_fee: Option<Amount>,
    pub priority_fee: Option<Amount>,
    /// How long to wait for another program that signs for the same account.
    pub wait: Duration,
    /// How long to wait for a transaction.
    pub timeout: Option<Duration>,
    /// Where a transaction can be looked at; `{hash}` stands for its hash.
    pub explorer: Option<String>,
    pub token: Option<Token>,
    /// Where the index is kept: a file, or the URL of a Postgres database.
    pub store: Option<String>,
}

/// The name of one of the user's own accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// On the command line: it counts more than what is in the environment.
    Here(String),
    /// In the environment or a configuration file.
    Elsewhere(String),
}

impl Settings {
    /// Puts together what was said where.
    ///
    /// # Errors
    /// [`Error::File`] of a configuration file.
    pub fn of(options: Options) -> Result<Self, Error> {
        let named = options.config.or_else(|| path_in("FARTHING_CONFIG"));
        let config = Config::find(named.as_deref())?;
        let network = options.network.or_else(|| text_in("FARTHING_NETWORK"));
        let network = network.or(config.network).unwrap_or(NETWORK.into());
        let of_network = config.networks.get(&network).cloned().unwrap_or_default();
        let deployments = options
            .deployments
            .or_else(|| path_in("FARTHING_DEPLOYMENTS"))
            .or(of_network.deployments)
            .unwrap_or_else(|| nearest_deployments(&network));
        let node = options.node.or_else(|| text_in("FARTHING_NODE_URL"));
        let here = options.signs_as.map(Named::Here);
        let elsewhere = text_in("FARTHING_AS").or(config.account);
        let is_named = here.is_some() || options.dev.is_some();
        let signers = match is_named || options.keystore.is_some() {
            true => Vec::new(),
            false => SIGNERS.into_iter().filter(|name| is_set(name)).collect(),
        };
        Ok(Self {
            deployments,
            node: node.or(of_network.node).unwrap_or(NODE.into()),
            network,
            state: options.state.or_else(|| path_in("FARTHING_STATE")),
            keystore: options.keystore.or_else(|| match is_named {
                true => None,
                false => path_in("FARTHING_KEYSTORE"),
            }),
            account: here.or_else(|| elsewhere.map(Named::Elsewhere)),
            signers,
            dev: options.dev,
            yes: options.yes,
            dry_run: options.dry_run,
            fast: options.fast,
            max_fee: options.max_fee,
            priority_fee: options.priority_fee,
            wait: options.wait.map_or(WAIT, |span| span.duration()),
            timeout: options.timeout.map(|span| span.duration()),
            explorer: of_network.explorer,
            token: of_network.token,
            store: config.index.store,
        })
    }

    pub fn certainty(&self) -> Certainty {
        match self.fast {
            true => Certainty::Block,
            false => Certainty::Final,
        }
    }

    /// Connects to the node.
    ///
    /// # Errors
    /// Those of [`Connecting::to`]; [`Error::Input`] of an amount that is none on this chain.
    pub async fn connect(&self) -> Result<Chain, Error> {
        self.connect_as(self.connecting()).await
    }

    /// Connects to the node in some way.
    ///
    /// # Errors
    /// Those of [`Settings::connect`].
    pub async fn connect_as(&self, connecting: Connecting) -> Result<Chain, Error> {
        let mut chain = connecting.to(&self.node).await?;
        if let Some(amount) = &self.priority_fee {
            chain.set_priority(amount.of(chain.token())?);
        }
        Ok(chain)
    }

    /// How the node is connected to.
    pub fn connecting(&self) -> Connecting {
        Connecting {
            patience: None,
            transaction_patience: self.timeout,
            cache: config::cache_folder(),
            token: self.token.clone(),
        }
    }

    /// The user's own accounts.
    ///
    /// # Errors
    /// [`Error::Input`] if there is no home.
    pub fn keyring(&self) -> Result<Keyring, Error> {
        Ok(Keyring::new(self.state_folder()?.join("keys")))
    }

    /// That of the user's own accounts with this name.
    ///
    /// # Errors
    /// [`Error::File`] that says what is wrong with its file.
    pub fn own_account(&self, name: &str) -> Result<Option<Account>, Error> {
        match self.keyring() {
            Ok(ring) => Ok(ring.get(name)?.map(|entry| entry.account)),
            // Where there is no folder, there is no account in it.
            Err(_) => Ok(None),
        }
    }

    /// The folder for what must not be lost of a chain, and of one life of it if it is for development.
    ///
    /// # Errors
    /// Those of [`Settings::state_folder`].
    pub fn state_of(&self, genesis: &Hash, life: Option<Hash>) -> Result<PathBuf, Error> {
        let folder = self.state_folder()?.join(hex::encode(genesis));
        Ok(life.map_or(folder.clone(), |life| folder.join(hex::encode(life))))
    }

    /// The folder for what must not be lost.
    ///
    /// # Errors
    /// [`Error::Input`] if there is no home.
    pub fn state_folder(&self) -> Result<PathBuf, Error> {
        let folder = self.state.clone().or_else(config::state_folder);
        folder.ok_or_else(|| Error::Input("There is no home folder: say --state FOLDER.".into()))
    }
}

/// The nearest folder of deployments, here or above, that has this one; or else the one here.
fn nearest_deployments(network: &str) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    let mut folders = here.ancestors().map(|folder| folder.join(DEPLOYMENTS));
    let has = |folder: &PathBuf| folder.join(format!("{network}.json")).exists();
    match folders.find(has) {
        // As it is written by people who are there.
        Some(found) if found.parent() == Some(&here) => DEPLOYMENTS.into(),
        Some(found) => found,
        None => Path::new(DEPLOYMENTS).into(),
    }
}

/// A variable of the environment; an empty one says nothing.
fn text_in(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether a variable of the environment says something.
fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

fn path_in(name: &str) -> Option<PathBuf> {
    let value = env::var_os(name).filter(|value| !value.is_empty());
    value.map(PathBuf::from)
}
