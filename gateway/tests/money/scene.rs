//! A payee with a till, and payers with channels.

use crate::world::{account, key, World};
use farthing_client::{Account, Call, Outbox};
use farthing_contracts::{
    channels::{
        channel::{Channel, Moment, Terms, EXIT_BLOCKS},
        messages::{Life, Opening},
        ChannelsRef,
    },
    Contract,
};
use farthing_gateway::{
    chain::{Again, Live},
    claims::{Claimed, Claimer},
    protocol::{Action, Named, Payment, Signed},
    till::{Accepts, Charged, Declined, Till, Wanted},
};
use farthing_types::{
    voucher::{Place, Signature, Voucher},
    Millis, DAY,
};
use ink::codegen::TraitCallBuilder;
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{task::JoinHandle, time::sleep};

pub const PAYEE: &str = "Bob";
/// Who pays the fees of claims.
pub const CLAIMER: &str = "Eve";
pub const DELAY: Millis = DAY / 24;
pub const UNIT: u128 = crate::world::UNIT;

/// A till, with what follows the chain for it.
pub struct Gateway {
    pub till: Till,
    pub live: Arc<Live>,
    following: JoinHandle<()>,
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.following.abort();
    }
}

pub fn accepts(world: &World) -> Accepts {
    Accepts {
        place: Place {
            genesis: world.client.chain.genesis(),
            contract: world
                .client
                .deployment
                .address(Contract::Channels)
                .unwrap()
                .0,
        },
        payee: account(PAYEE),
        closer: account(PAYEE).0,
        min_delay: Duration::from_millis(DELAY),
        min_deposit: 0,
    }
}

/// The same line again.
pub fn same(world: &World) -> Again {
    let client = world.client.clone();
    Again::by(move || std::future::ready(Ok(client.clone())))
}

/// The folder of a log.
pub fn log(world: &World, name: &str) -> PathBuf {
    world.folder.path().join(name)
}

impl Gateway {
    /// Starts one, and waits until it has seen the chain.
    pub async fn start(world: &World, folder: &Path, wanted: Wanted) -> Self {
        let live = Live::new(world.client.clone(), account(PAYEE), same(world));
        Self::on(live, accepts(world), folder, wanted).await
    }

    /// The same on this line to the chain.
    pub async fn on(live: Arc<Live>, accepts: Accepts, folder: &Path, wanted: Wanted) -> Self {
        let till = Till::open(accepts, live.clone(), folder, wanted).unwrap();
        let following = tokio::spawn(live.clone().follow(till.clone(), |_| ()));
        let gateway = Self {
            till,
            live,
            following,
        };
        until(|| gateway.till.summary().seen > 0).await;
        gateway
    }

    /// Ends it, and waits until its log can be opened again.
    pub async fn end(self) {
        self.following.abort();
        while !self.following.is_finished() {
            sleep(Duration::from_millis(10)).await;
        }
    }

    pub fn claimer(&self, world: &World) -> Claimer {
        let key = key(CLAIMER);
        let genesis = world.client.chain.genesis();
        let outbox = Outbox::open(world.folder.path(), &genesis, key.account()).unwrap();
        Claimer::new(self.live.clone(), self.till.clone(), key, outbox)
    }

    pub async fn claim(&self, world: &World) -> Option<Claimed> {
        self.claimer(world).claim().await.unwrap()
    }

    pub async fn pay(
        &self,
        world: &World,
        named: &Named,
        all: u128,
        price: u128,
    ) -> Result<Charged, Declined> {
        self.till
            .charge(&payment(world, named, all), price, None)
            .await
    }
}

/// Waits for something that happens soon.
pub async fn until(mut happens: impl FnMut() -> bool) {
    for _ in 0..1_200 {
        if happens() {
            return;
        }
        sleep(Duration::from_millis(25)).await;
    }
    panic!("it did not happen in half a minute");
}

/// The payer's voucher for so much in all.
pub fn voucher(world: &World, named: &Named, cumulative: u128, signer: &str) -> Signed {
    let accepts = accepts(world);
    let voucher = Voucher {
        channel: farthing_types::voucher::ChannelId {
            payer: named.payer.0,
            payee: accepts.payee.0,
            lane: named.lane,
            epoch: named.epoch,
        },
        cumulative,
        root: [0; 32],
    };
    Signed {
        cumulative,
        root: [0; 32],
        signature: Signature {
            bytes: key(signer).sign(&voucher.payload(&accepts.place)),
            wrapped: false,
        },
    }
}

pub fn payment(world: &World, named: &Named, cumulative: u128) -> Payment {
    Payment {
        channel: *named,
        action: Action::Voucher(voucher(world, named, cumulative, name_of(named.payer))),
    }
}

fn name_of(payer: Account) -> &'static str {
    let payers = ["Alice", "Charlie", "Dave"];
    let found = payers.into_iter().find(|name| account(name) == payer);
    found.expect("it is one of the payers")
}

fn channels(world: &World) -> ChannelsRef {
    world.client.contract().unwrap()
}

/// Opens a channel of a payer's, with their own key for vouchers.
pub async fn open(world: &World, payer: &str, reserve: u128) -> Named {
    let epoch = world.client.chain.block_time().await.unwrap();
    let opening = Opening {
        payee: account(PAYEE).id(),
        lane: 0,
        terms: Terms {
            reserve,
            signer: account(payer).0,
            closer: account(PAYEE).0,
            delay: DELAY,
        },
    };
    let message = channels(world).call_mut().open(epoch, vec![opening]);
    world.act(payer, Call::new(message, reserve)).await.unwrap();
    Named {
        payer: account(payer),
        lane: 0,
        epoch,
    }
}

pub async fn top_up(world: &World, named: &Named, more: u128) {
    let (from, to) = (named.payer.id(), account(PAYEE).id());
    let message = channels(world)
        .call_mut()
        .top_up(from, to, named.lane, named.epoch);
    let payer = name_of(named.payer);
    world.act(payer, Call::new(message, more)).await.unwrap();
}

pub async fn exit(world: &World, named: &Named) {
    let life = Life {
        other: account(PAYEE).id(),
        lane: named.lane,
        epoch: named.epoch,
    };
    let message = channels(world).call_mut().exit(vec![life]);
    let payer = name_of(named.payer);
    world.act(payer, Call::new(message, 0)).await.unwrap();
}

/// Lets an exit's time and blocks pass.
pub async fn let_exits_end(world: &World) {
    let chain = &world.client.chain;
    chain.forward(DELAY).await.unwrap();
    chain
        .request("dev_newBlock", json!([EXIT_BLOCKS + 1]))
        .await
        .unwrap();
}

pub async fn channel(world: &World, named: &Named) -> (Moment, Channel) {
    let key = (named.payer.id(), account(PAYEE).id(), named.lane);
    let message = channels(world).call().channels(vec![key]);
    let (now, mut found) = world.client.read(message).await.unwrap();
    (now, found.remove(0).unwrap())
}

/// The contract holds all that it owes.
pub async fn assert_solvent(world: &World, all: &[Named]) {
    let keys = all
        .iter()
        .map(|named| (named.payer.id(), account(PAYEE).id(), named.lane));
    let people = [PAYEE, "Alice", "Charlie", "Dave"].map(|name| account(name).id());
    let message = channels(world)
        .call()
        .solvency(keys.collect(), people.into());
    let (owed, held) = world.client.read(message).await.unwrap();
    assert!(owed <= held, "{owed} are owed and {held} are there");
}
