//! A folder is sold over HTTP: a reader pays for each request with a voucher, and the gateway claims.

use crate::{
    library::Work,
    reader::{ask, Purse, Reader},
    shop::{Shop, Wares},
    stage::{Account, Node, Stage},
    story::Story,
};
use anyhow::{ensure, Context, Result};
use farthing_chain::{at, AccountId, AsInk, Balance, Receipt, UNIT};
use farthing_client::{wallet::Paying, Client, Key};
use farthing_contracts::channels::{
    channel::{Channel as OnChain, Terms, EXIT_BLOCKS, WINDOW},
    messages::{Life, Opening},
    ChannelsRef,
};
use farthing_contracts::Contract;
use farthing_gateway::{
    claims::Claimed,
    payer::{Channel, Showing},
};
use farthing_types::{
    voucher::{ChannelId, Place},
    Millis, DAY,
};
use ink::codegen::TraitCallBuilder;
use std::{path::Path, time::Duration};

/// What a file costs each time it is fetched, as the gateway's file says it.
const PRICE_TEXT: &str = "0.01";
const PRICE: Balance = UNIT / 100;
/// How many requests there are at least, in two halves.
const REQUESTS: usize = 200;

/// How long an exit takes: no less than a gateway accepts, unless its file says otherwise.
const DELAY: Millis = DAY / 24;

/// Who takes part, and the channel between them.
struct Scene {
    contract: ChannelsRef,
    address: AccountId,
    client: Client,
    ada: Account,
    robin: Account,
    gateway: Account,
    phone: Key,
    epoch: Millis,
}

impl<Say: FnMut(&str)> Story<'_, Say, Node> {
    /// Tells the chapter of the folder that is sold over HTTP.
    pub fn web(&mut self, folder: &Path, works: &[Work]) -> Result<()> {
        let works: Vec<_> = works.iter().filter(|work| is_shown(&work.name)).collect();
        ensure!(!works.is_empty(), "a gateway shows no hidden files");
        let first = self.steps_so_far();
        let rounds = REQUESTS.div_ceil(works.len() * 2);
        let half = PRICE * (rounds * works.len()) as Balance;
        let scene = self.scene(half * 3)?;
        let state = tempfile::tempdir()?;
        let wares = Wares {
            folder,
            price: PRICE_TEXT,
            claim_at: half,
        };
        let shop = self.open_shop(&scene, &wares, state.path())?;
        let status = self.stage.wait_for(ask(shop.address(), &works[0].name))?;
        self.check("who does not pay is asked to", status == 402)?;
        let nothing = shop.summary().earned == 0;
        self.check("and nothing was taken for that", nothing)?;

        let mut reader = self.reader(&scene, state.path())?;
        self.read(&mut reader, &shop, &works, rounds)?;
        let what = "claims what is owed by now, and the reader reads on";
        self.claim(&scene, &shop, half, what)?;
        self.read(&mut reader, &shop, &works, rounds)?;
        let message = scene.contract.clone().call_mut().exit(vec![scene.life()]);
        self.step(&scene.robin, "wants back what is left", message, 0)?;
        self.claim(&scene, &shop, half, "claims the rest at once")?;
        self.compare(&shop, &reader, half * 2)?;
        drop(shop);
        self.leave_shop(&scene, half)?;
        let requests = (rounds * works.len() * 2) as u32;
        let summary = self.sum_up("paid requests", requests, first);
        let cheap = summary.transfers_each < 0.5;
        self.check("a request costs less than half a transfer", cheap)
    }

    fn scene(&mut self, reserve: Balance) -> Result<Scene> {
        let deployer = self.stage.named("deployer");
        let genesis = self.stage.genesis()?;
        let constructor = ChannelsRef::new(genesis, None);
        let (id, deployment) = self
            .stage
            .deploy(&deployer, Contract::Channels, constructor)?;
        self.note("deployer", "deploys the channels", 1, &deployment);
        self.contract(Contract::Channels.name(), id.clone());
        let scene = Scene {
            contract: at(&id),
            client: self.stage.client_with(Contract::Channels, &id)?,
            address: id,
            ada: self.fund("ada")?,
            robin: self.fund("robin")?,
            gateway: self.fund("gateway")?,
            phone: self.stage.key(&self.stage.named("robin's phone"))?,
            epoch: self.stage.now()?,
        };
        let opening = Opening {
            payee: scene.ada.id().ink(),
            lane: 0,
            terms: Terms {
                reserve,
                // The phone's key can spend what is set aside, and nothing else.
                signer: scene.phone.account().0,
                closer: scene.ada.id().into(),
                delay: DELAY,
            },
        };
        let mut contract = scene.contract.clone();
        let message = contract.call_mut().open(scene.epoch, vec![opening]);
        let what = "opens a channel to ada, for a key of the phone";
        self.step(&scene.robin, what, message, reserve)?;
        Ok(scene)
    }

    fn open_shop(&mut self, scene: &Scene, wares: &Wares, state: &Path) -> Result<Shop> {
        let key = self.stage.key(&scene.gateway)?;
        let opening = Shop::open(scene.client.clone(), &scene.ada, key, wares, state);
        self.stage.wait_for(opening)
    }

    fn reader(&mut self, scene: &Scene, folder: &Path) -> Result<Reader> {
        let [contract, payer, payee] =
            [&scene.address, &scene.robin.id(), &scene.ada.id()].map(Node::account);
        let genesis = self.stage.genesis()?;
        let id = ChannelId {
            payer,
            payee,
            lane: 0,
            epoch: scene.epoch,
        };
        let mut wallet = Paying::open(folder, genesis, payer, Duration::ZERO)?;
        wallet.opened(contract, &id)?;
        Ok(Reader::new(Purse {
            wallet,
            channel: Channel {
                contract,
                id,
                on_chain: self.on_chain(scene)?,
                key: scene.phone.clone(),
                charged: None,
                showing: Showing::default(),
            },
            place: Place { genesis, contract },
            at_most: PRICE,
        }))
    }

    /// Fetches all files, so many times.
    fn read(
        &mut self,
        reader: &mut Reader,
        shop: &Shop,
        works: &[&Work],
        rounds: usize,
    ) -> Result<()> {
        let before = shop.summary().earned;
        for _ in 0..rounds {
            for work in works {
                let bought = reader.buy(shop.address(), &work.name);
                let bought = self.stage.wait_for(bought)?;
                ensure!(bought == work.deliver()?, "{} came otherwise", work.name);
            }
        }
        let price = PRICE * (rounds * works.len()) as Balance;
        let took = shop.summary().earned - before;
        self.check("each request was charged for once", took == price)
    }

    fn claim(&mut self, scene: &Scene, shop: &Shop, amount: Balance, what: &str) -> Result<()> {
        let before = self.stage.balance(&scene.ada.id())?;
        let claimed = self.stage.wait_for(shop.claim())?;
        self.note(scene.gateway.name(), what, 1, &receipt(&claimed));
        let paid = self.stage.balance(&scene.ada.id())? - before;
        let all = paid == amount && claimed.amount == amount;
        self.check("a claim pays ada all that was read", all)
    }

    /// Checks that the chain, the gateway and the wallet know of the same sum.
    fn compare(&mut self, shop: &Shop, reader: &Reader, sum: Balance) -> Result<()> {
        let summary = shop.summary();
        let same = summary.earned == sum && summary.claimed == sum && summary.unclaimed == 0;
        self.check("the gateway took and claimed the sum", same)?;
        let promised = reader.promised() == sum;
        self.check("the reader's wallet promised the sum", promised)
    }

    fn leave_shop(&mut self, scene: &Scene, left: Balance) -> Result<()> {
        let claimed = self.on_chain(scene)?.claimed;
        self.check("the chain paid the same sum", claimed == left * 2)?;
        self.stage.blocks(EXIT_BLOCKS)?;
        self.stage.advance(DELAY.max(WINDOW))?;
        let message = scene.contract.clone().call_mut().clear(vec![scene.life()]);
        let what = "clears the channel, an hour later";
        let (rests, _) = self.step(&scene.robin, what, message, 0)?;
        let back = rests == [Ok(left)];
        self.check("the reader gets back what was not used", back)?;
        let solvency = scene.contract.call().solvency(Vec::new(), Vec::new());
        let (_, held) = self.stage.read(solvency)?;
        self.check("the channels hold nothing more", held == 0)
    }

    fn on_chain(&mut self, scene: &Scene) -> Result<OnChain> {
        let key = (scene.robin.id().ink(), scene.ada.id().ink(), 0);
        let message = scene.contract.call().channels(vec![key]);
        let (_, found) = self.stage.read(message)?;
        let channel = found.into_iter().next().flatten();
        channel.context("the channel is not on the chain")
    }
}

impl Scene {
    fn life(&self) -> Life {
        Life {
            other: self.ada.id().ink(),
            lane: 0,
            epoch: self.epoch,
        }
    }
}

/// Returns whether a gateway shows a file of this name.
fn is_shown(name: &str) -> bool {
    !name.split('/').any(|part| part.starts_with('.'))
}

/// Returns the receipt of a claim. It changes no deposit, as it makes nothing.
fn receipt(claimed: &Claimed) -> Receipt {
    Receipt {
        fee: claimed.fee,
        deposit: 0,
        weight: Default::default(),
        events: Vec::new(),
    }
}
