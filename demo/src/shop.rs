//! A gateway inside this process, which sells a folder for a payee.

use crate::stage::{Account, Node};
use anyhow::{Context, Result};
use farthing_chain::Balance;
use farthing_client::{Client, Key, Outbox};
use farthing_contracts::Contract;
use farthing_gateway::{
    chain::{Again, Live},
    claims::{Claimed, Claimer},
    config::File,
    protocol::challenge::Seller,
    serve::{listen, secret, Doors, Gateway, Parts},
    till::{Summary, Till, Wanted},
};
use farthing_types::voucher::Place;
use std::{path::Path, time::Duration};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time::sleep};

/// How long the gateway may take to see what happened on the chain.
const PATIENCE: Duration = Duration::from_secs(60);
const OFTEN: Duration = Duration::from_millis(50);

/// What is sold, and how.
pub struct Wares<'a> {
    /// The folder with the files that are sold.
    pub folder: &'a Path,
    /// What a file costs each time, in the chain's whole units.
    pub price: &'a str,
    /// What a channel must owe before it is claimed.
    pub claim_at: Balance,
}

/// A gateway that sells.
pub struct Shop {
    till: Till,
    claimer: Claimer,
    address: String,
    _end: watch::Sender<bool>,
    working: Vec<JoinHandle<()>>,
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.working.iter().for_each(JoinHandle::abort);
    }
}

impl Shop {
    /// Opens it. It has the payee's address and not the payee's key; `claimer` pays the fees of claims.
    pub async fn open(
        client: Client,
        payee: &Account,
        claimer: Key,
        wares: &Wares<'_>,
        state: &Path,
    ) -> Result<Self> {
        let payee = Node::id(payee);
        let folder = wares.folder.canonicalize()?;
        let base = folder.parent().context("a folder is in another one")?;
        let file = File::read(&file(&folder, &payee.to_string(), wares.price))?;
        let seller = seller(&client, &file)?;
        // The demo's chain ends with the demo.
        let same = client.clone();
        let again = Again::by(move || std::future::ready(Ok(same.clone())));
        let live = Live::new(client, payee, again);
        let wanted = Wanted {
            value: Some(wares.claim_at),
            age: None,
        };
        let till = Till::open((&seller).into(), live.clone(), &state.join("log"), wanted)?;
        let parts = Parts {
            till: till.clone(),
            secret: secret(state)?,
            storefront: None,
            history: None,
            log: None,
        };
        let gateway = Gateway::new(parts, &file, &seller, base)?;
        let public = TcpListener::bind(file.listen).await?;
        let address = format!("http://{}", public.local_addr()?);
        let doors = Doors {
            public,
            admin: None,
        };
        let (end, ended) = watch::channel(false);
        let genesis = seller.place.genesis;
        let outbox = Outbox::open(state, &genesis, claimer.account())?;
        let following = live.clone().follow(till.clone(), |_| ());
        let shop = Self {
            claimer: Claimer::new(live, till.clone(), claimer, outbox),
            till,
            address,
            _end: end,
            working: vec![
                tokio::spawn(following),
                tokio::spawn(listen(gateway, doors, ended)),
            ],
        };
        shop.until(|summary| (summary.seen > 0).then_some(()))
            .await
            .context("the gateway does not see the chain")?;
        Ok(shop)
    }

    /// Returns the address that it sells at.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns what the gateway has taken.
    pub fn summary(&self) -> Summary {
        self.till.summary()
    }

    /// Claims what is due, as soon as the gateway knows of it.
    pub async fn claim(&self) -> Result<Claimed> {
        let claiming = async {
            loop {
                if let Some(claimed) = self.claimer.claim().await? {
                    return Ok(claimed);
                }
                sleep(OFTEN).await;
            }
        };
        let claimed = tokio::time::timeout(PATIENCE, claiming).await;
        claimed.context("there is nothing to claim")?
    }

    async fn until<T>(&self, happens: impl Fn(&Summary) -> Option<T>) -> Result<T> {
        let waiting = async {
            loop {
                if let Some(found) = happens(&self.summary()) {
                    return found;
                }
                sleep(OFTEN).await;
            }
        };
        Ok(tokio::time::timeout(PATIENCE, waiting).await?)
    }
}

/// Writes what an operator would.
fn file(folder: &Path, payee: &str, price: &str) -> String {
    // A folder's name may have what TOML gives a meaning to.
    let folder = serde_json::Value::from(folder.display().to_string());
    format!(
        "listen = '127.0.0.1:0'\nstate = 'state'\n[chain]\npayee = '{payee}'\n\
         [[site]]\nurl = 'https://ada.example'\nfolder = {folder}\n\
         [[site.rule]]\npaths = ['/**']\nprice = '{price}'\n"
    )
}

fn seller(client: &Client, file: &File) -> Result<Seller> {
    let token = client.chain.token();
    Ok(Seller {
        place: Place {
            genesis: client.chain.genesis(),
            contract: client.deployment.address(Contract::Channels)?.0,
        },
        payee: file.chain.payee,
        min_delay: file.chain.min_delay.0,
        min_deposit: 0,
        decimals: token.decimals,
        symbol: token.symbol.clone(),
        timeout: file.chain.timeout.0,
        realm: String::new(),
    })
}
