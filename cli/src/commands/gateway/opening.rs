//! What a gateway and a watchtower begin with: the chain, the till, and who claims.

use super::{
    claims::{words, Trouble},
    in_file,
};
use crate::{output::Output, settings::Settings, signer};
use farthing_client::{Client, Error, Outbox, Token};
use farthing_contracts::Contract;
use farthing_gateway::{
    chain::{Again, Live},
    claims::Claimer,
    config::ChainPart,
    protocol::challenge::Seller,
    till::{Accepts, Till, Wanted},
};
use farthing_types::voucher::Place;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::task::JoinHandle;

/// What the file says of it.
pub struct Opening<'a> {
    /// The file.
    pub path: &'a Path,
    /// What it says of the chain.
    pub chain: &'a ChainPart,
    /// The folder for what must not be lost.
    pub state: PathBuf,
    /// The database, if vouchers are not in the folder.
    pub database: Option<&'a str>,
    /// The folder that the file's folders are in.
    pub base: &'a Path,
}

/// What is open.
pub struct Opened {
    pub seller: Seller,
    pub live: Arc<Live>,
    pub till: Till,
    claimer: Option<Claimer>,
}

/// What goes on beside, until this is dropped.
pub struct Working(Vec<JoinHandle<()>>);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

impl Opening<'_> {
    /// Connects to the chain, and opens the log of vouchers and charges. `key` is the file with the secret of a key
    /// that pays the fees of claims; it is never the payee's.
    pub async fn open(
        &self,
        settings: &Settings,
        output: &Output,
        wanted: impl FnOnce(&Token) -> Result<Wanted, Error>,
        key: Option<&Path>,
    ) -> Result<Opened, Error> {
        let settings = self.with_chain(settings);
        let client = connected(settings.clone()).await?;
        let token = client.chain.token();
        output.set_token(token);
        let wanted = wanted(token)?;
        let seller = self.seller(&client)?;
        fs::create_dir_all(&self.state).map_err(|error| Error::file(&self.state, error))?;
        let again = Again::by(move || connected(settings.clone()));
        let live = Live::new(client, seller.payee, again);
        let till = self.till(Accepts::from(&seller), &live, wanted)?;
        let claimer = key.map(|key| self.claimer(key, &live, &till)).transpose()?;
        Ok(Opened {
            seller,
            live,
            till,
            claimer,
        })
    }

    fn till(&self, accepts: Accepts, live: &Arc<Live>, wanted: Wanted) -> Result<Till, Error> {
        let unusable = |why: String| Error::Input(format!("{why}."));
        match self.database {
            Some(url) => Till::open_shared(accepts, live.clone(), url, wanted)
                .map_err(|why| unusable(why.to_string())),
            None => Till::open(accepts, live.clone(), &self.state.join("log"), wanted)
                .map_err(|why| unusable(why.to_string())),
        }
    }

    /// What the file says of the chain counts more than what is usual.
    fn with_chain(&self, settings: &Settings) -> Settings {
        let mut settings = settings.clone();
        if let Some(node) = &self.chain.node {
            settings.node.clone_from(node);
        }
        if let Some(network) = &self.chain.network {
            settings.network.clone_from(network);
        }
        if let Some(folder) = &self.chain.deployments {
            settings.deployments = self.base.join(folder);
        }
        settings
    }

    fn seller(&self, client: &Client) -> Result<Seller, Error> {
        let (chain, token) = (self.chain, client.chain.token());
        let min_deposit = chain.min_deposit.of(token);
        Ok(Seller {
            place: Place {
                genesis: client.chain.genesis(),
                contract: client.deployment.address(Contract::Channels)?.0,
            },
            payee: chain.payee,
            min_delay: chain.min_delay.0,
            min_deposit: min_deposit.map_err(|wrong| in_file(self.path, &wrong.0))?,
            decimals: token.decimals,
            symbol: token.symbol.clone(),
            timeout: chain.timeout.0,
            // Each site has its own.
            realm: String::new(),
        })
    }

    fn claimer(&self, key: &Path, live: &Arc<Live>, till: &Till) -> Result<Claimer, Error> {
        let file = self.base.join(key);
        let secret = fs::read_to_string(&file).map_err(|error| Error::file(&file, error))?;
        let client = live.client();
        let chain = &client.chain;
        let key = signer::of_uri(secret.trim(), chain.is_development())?;
        let outbox = Outbox::open(&self.state, &chain.genesis(), key.account())?;
        Ok(Claimer::new(live.clone(), till.clone(), key, outbox))
    }
}

/// Connects to the node, and looks up the deployment.
async fn connected(settings: Settings) -> Result<Client, Error> {
    let chain = settings.connect().await?;
    Client::open(chain, &settings.deployments, &settings.network).await
}

impl Opened {
    /// Begins to follow the chain, and to claim.
    pub fn work(&mut self, output: &Output) -> Working {
        let mut trouble = Trouble::new(output.clone());
        let follow = self.live.clone().follow(self.till.clone(), move |error| {
            trouble.tell(error.to_string());
        });
        let disk = watch_disk(self.till.clone(), output.clone());
        let mut working = vec![tokio::spawn(follow), tokio::spawn(disk)];
        if let Some(claimer) = self.claimer.take() {
            let token = self.live.client().chain.token().clone();
            let (output, mut trouble) = (output.clone(), Trouble::new(output.clone()));
            working.push(tokio::spawn(claimer.run(move |claimed| match claimed {
                Ok(claimed) => output.warn(words(&claimed, &token)),
                Err(error) => trouble.tell(error.to_string()),
            })));
        }
        Working(working)
    }
}

/// Says so, once, when nothing can be written any more: every payment is refused from then on.
async fn watch_disk(till: Till, output: Output) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if let Some(failed) = till.broken() {
            let failed = failed.to_string();
            let (first, rest) = failed.split_at(1);
            output.warn(format!(
                "{}{rest}. Nothing is sold until the disk is well and the gateway is started again.",
                first.to_uppercase()
            ));
            return;
        }
    }
}
