//! People with wallets, and a model of what they know.

use crate::{
    steps::{Step, LINES, PAYEE, PAYERS},
    world::{account, key, World},
};
use farthing_client::{
    backup::{self, Differing},
    wallet::{self, Paid, Paper, Paying, Receiving},
    Account, Error, Key,
};
use farthing_contracts::{
    channels::{
        channel::{Channel, Moment, EXIT_BLOCKS},
        ChannelsRef,
    },
    Contract,
};
use farthing_types::{
    voucher::{ChannelId, Closing, Place, Signature},
    Millis, DAY,
};
use ink::codegen::TraitCallBuilder;
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

pub(super) const DELAY: Millis = DAY / 24;

/// What is known of a life of a channel, whatever wallets know of it.
#[derive(Clone, Debug, Default)]
pub struct Life {
    /// The highest amount that was signed for.
    pub signed: u128,
    /// The sum of all payments that the payer wanted to make.
    pub meant: u128,
    /// What the payee's best voucher is for.
    pub kept: u128,
    /// What was served for, and what was only kept, as the channel was ending.
    pub served: u128,
    pub unserved: u128,
    /// Vouchers that were handed out.
    pub papers: Vec<Paper>,
    /// Closings that the payee signed.
    pub closings: Vec<(Closing<Account>, Signature)>,
    /// Whether the payer's wallet knows all that was promised.
    pub is_known: bool,
    /// Whether the payer's wallet was restored from a backup that it is in, and was not synced since.
    pub is_restored: bool,
}

/// Payer, lane and epoch of a life.
pub type Name = (Account, u32, Millis);

/// The name of a life.
pub fn name_of(id: &ChannelId<Account>) -> Name {
    (id.payer, id.lane, id.epoch)
}

/// The life with a name.
pub fn id_of((payer, lane, epoch): Name) -> ChannelId<Account> {
    ChannelId {
        payer,
        payee: account(PAYEE),
        lane,
        epoch,
    }
}

/// Everything.
pub struct Scene<'a> {
    pub world: &'a World,
    folder: PathBuf,
    pub lives: BTreeMap<Name, Life>,
    /// How often each kind of step did something.
    pub done: BTreeMap<String, usize>,
    /// Whether the payee's files were put back, so that what was served before may be served again.
    pub payee_forgot: bool,
}

pub(super) fn line_of(line: usize) -> (Account, u32) {
    let (payer, lane) = LINES[line];
    (account(payer), lane)
}

pub(super) fn voucher_key(payer: &str) -> Key {
    key(payer).derive("vouchers")
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

impl<'a> Scene<'a> {
    pub fn new(world: &'a World) -> Self {
        let folder = world.folder.path().join("wallets");
        for name in PAYERS.into_iter().chain([PAYEE]) {
            fs::create_dir_all(folder.join(name).join("vouchers")).unwrap();
        }
        Self {
            world,
            folder,
            lives: BTreeMap::new(),
            done: BTreeMap::new(),
            payee_forgot: false,
        }
    }

    pub fn place(&self) -> Place<Account> {
        let client = &self.world.client;
        Place {
            genesis: client.chain.genesis(),
            contract: client.deployment.address(Contract::Channels).unwrap(),
        }
    }

    pub(super) fn wallet(&self, payer: &str) -> Paying {
        let folder = self.folder.join(payer);
        let genesis = self.place().genesis;
        Paying::open(&folder, genesis, account(payer), Duration::ZERO).unwrap()
    }

    pub fn paid(&self, payer: &str) -> Paid {
        let folder = self.folder.join(payer);
        Paying::read(&folder, self.place().genesis, account(payer)).unwrap()
    }

    pub(super) fn payee(&self) -> Receiving {
        let folder = self.folder.join(PAYEE);
        let genesis = self.place().genesis;
        Receiving::open(&folder, genesis, account(PAYEE), Duration::ZERO).unwrap()
    }

    pub(super) fn channels(&self) -> ChannelsRef {
        self.world.client.contract().unwrap()
    }

    /// The channels of all lines, as they are now, and what time it is.
    pub async fn all(&self) -> (Moment, Vec<Option<Channel>>) {
        let keys = (0..LINES.len()).map(|line| {
            let (payer, lane) = line_of(line);
            (payer.id(), account(PAYEE).id(), lane)
        });
        let message = self.channels().call().channels(keys.collect());
        self.world.client.read(message).await.unwrap()
    }

    /// The channel of a line, as it is now, and what time it is.
    pub async fn channel(&self, line: usize) -> (Moment, Option<Channel>) {
        let (now, mut all) = self.all().await;
        (now, all.swap_remove(line))
    }

    /// The channel of a line, if it is open.
    pub(super) async fn open(&self, line: usize) -> Option<Channel> {
        let (now, found) = self.channel(line).await;
        found.filter(|found| !found.is_over(now))
    }

    pub fn id(&self, line: usize, channel: &Channel) -> ChannelId<Account> {
        let (payer, lane) = line_of(line);
        ChannelId {
            payer,
            payee: account(PAYEE),
            lane,
            epoch: channel.epoch,
        }
    }

    pub async fn run(&mut self, step: Step) {
        let name = format!("{step:?}");
        let name = name.split(['(', ' ']).next().unwrap().to_string();
        if self.try_to(step).await.is_some() {
            *self.done.entry(name).or_default() += 1;
        }
    }

    /// Does something; `None` if it cannot be done.
    async fn try_to(&mut self, step: Step) -> Option<()> {
        match step {
            Step::Open(line, reserve) => self.open_anew(line, reserve).await,
            Step::TopUp(line, more) => self.top_up(line, more).await,
            Step::Pay(line, amount, fate) => self.pay(line, amount, fate).await,
            Step::Deliver(line, which) => {
                let (_, channel) = self.channel(line).await;
                let papers = &self.lives.get(&name_of(&self.id(line, &channel?)))?.papers;
                let paper = (!papers.is_empty()).then(|| which.get(papers).clone())?;
                // That it is refused is something, too.
                let _ = self.deliver(line, &paper).await;
                Some(())
            }
            Step::Claim => self.claim().await,
            Step::Exit(line) => self.exit(line).await,
            Step::Clear(line) => self.clear(line).await,
            Step::Close(line) => self.close(line).await,
            Step::Agree(line, valid) => self.agree(line, valid).await,
            Step::CloseTogether(line) => self.close_together(line).await,
            Step::Sync(line) => self.sync(line).await,
            Step::Compare(line) => {
                let channel = self.open(line).await?;
                let id = self.id(line, &channel);
                let mut wallet = self.wallet(LINES[line].0);
                let compared =
                    wallet.compare(self.place().contract, &id, &channel, wallet::clock());
                compared.unwrap();
                Some(())
            }
            Step::Save(payer) => {
                let name = PAYERS[payer];
                copy(&self.vouchers(name), &self.saved(name));
                let archive = self.archive(name);
                let _ = fs::remove_file(&archive);
                backup::save(&self.folder.join(name), &archive, Duration::ZERO).unwrap();
                Some(())
            }
            Step::PutBack(payer) => {
                let name = PAYERS[payer];
                let saved = self.saved(name);
                saved.exists().then(|| copy(&saved, &self.vouchers(name)))?;
                self.forget(name);
                Some(())
            }
            Step::Restore(payer) => self.restore(PAYERS[payer]),
            Step::SavePayee => {
                copy(&self.vouchers(PAYEE), &self.saved(PAYEE));
                Some(())
            }
            Step::PutBackPayee => self.put_back_payee(),
            Step::Wait(millis) => {
                self.world.client.chain.forward(millis).await.unwrap();
                let blocks = json!([EXIT_BLOCKS + 1]);
                let chain = &self.world.client.chain;
                chain.request("dev_newBlock", blocks).await.unwrap();
                Some(())
            }
        }
    }

    fn vouchers(&self, name: &str) -> PathBuf {
        self.folder.join(name).join("vouchers")
    }

    fn saved(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.saved"))
    }

    fn archive(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.tar"))
    }

    /// A payer's wallet may know less than it did.
    fn forget(&mut self, payer: &str) {
        let payer = account(payer);
        let own = self.lives.iter_mut().filter(|(name, _)| name.0 == payer);
        for (_, life) in own {
            life.is_known = false;
            life.is_restored = false;
        }
    }

    fn restore(&mut self, name: &str) -> Option<()> {
        let (archive, folder) = (self.archive(name), self.folder.join(name));
        archive.exists().then_some(())?;
        fs::remove_dir_all(&folder).unwrap();
        let restored = backup::restore(&archive, &folder, Differing::Refused, Duration::ZERO);
        restored.unwrap();
        fs::create_dir_all(self.vouchers(name)).unwrap();
        self.forget(name);
        for id in self.paid(name).known(self.place().contract) {
            self.lives.get_mut(&name_of(&id)).unwrap().is_restored = true;
        }
        Some(())
    }

    /// The payee's files are put back. Nobody who signed a closing does that: it would be forgotten.
    fn put_back_payee(&mut self) -> Option<()> {
        let saved = self.saved(PAYEE);
        let has_agreed = self.lives.values().any(|life| !life.closings.is_empty());
        (saved.exists() && !has_agreed).then(|| copy(&saved, &self.vouchers(PAYEE)))?;
        let contract = self.place().contract;
        let wallet = self.payee();
        for (name, life) in &mut self.lives {
            let best = wallet.kept().best_of(contract, &id_of(*name));
            life.kept = best.map_or(0, |best| best.voucher.cumulative);
        }
        self.payee_forgot = true;
        Some(())
    }
}

/// What the contract owes for all channels, and what it holds.
pub async fn solvency(scene: &Scene<'_>) -> Result<(u128, u128), Error> {
    let lines = (0..LINES.len()).map(|line| {
        let (payer, lane) = line_of(line);
        (payer.id(), account(PAYEE).id(), lane)
    });
    let people = PAYERS.into_iter().chain([PAYEE]);
    let people = people.map(|name| account(name).id());
    let channels: ChannelsRef = scene.world.client.contract()?;
    let message = channels.call().solvency(lines.collect(), people.collect());
    scene.world.client.read(message).await
}
