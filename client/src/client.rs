//! A deployment on a chain, ready to be used.

use crate::{
    deployment::Code,
    message::{self, decode, Answer, Call, Message},
    metadata::Described,
    outbox::{Outbox, Unfinished},
    transaction::{Certainty, Draft, Fate, Watcher},
    Account, Block, Chain, Deployment, Emitted, Error, Gas, Key, Metadata, Receipt,
};
use farthing_contracts::{Contract, Single};
use farthing_types::Balance;
use futures_util::{stream, StreamExt, TryStreamExt};
use ink::env::{call::FromAccountId, DefaultEnvironment};
use scale::{Decode, Encode};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

/// How many questions a node is asked at once, so that one far away is not waited for one by one.
pub(crate) const AT_ONCE: usize = 32;

/// A deployment on a chain, whose contracts were checked to be there.
#[derive(Clone)]
pub struct Client {
    /// The chain.
    pub chain: Chain,
    /// Which contracts are where.
    pub deployment: Deployment,
    folder: PathBuf,
    metadata: BTreeMap<String, Arc<Metadata>>,
    /// Contracts by address, as far as they were needed so far.
    known: Arc<Mutex<BTreeMap<Account, Arc<Metadata>>>>,
}

/// What is about to be signed, and what would come of it.
pub struct Plan<R: Answer> {
    /// What it is.
    pub what: Described,
    /// Who signs.
    pub signer: Account,
    /// Money attached.
    pub value: Balance,
    /// What it would cost, as of the latest block.
    pub fee: Balance,
    /// What it can cost at most.
    pub fee_at_most: Balance,
    /// The storage deposit that it would lock, or give back if it is negative.
    pub deposit: i128,
    /// What the contract would answer.
    pub answer: R::Good,
    call: Call<R>,
    gas: Gas,
    returned: Vec<u8>,
}

/// A message that was sent.
pub struct Done<T> {
    /// What was sent.
    pub what: Described,
    /// What became of it.
    pub receipt: Receipt,
    /// What the contract answered to the dry run before; what really happened is in the events.
    pub answer: T,
}

/// What was found of an earlier transaction.
pub enum Earlier<T> {
    /// There was none.
    None,
    /// It was the very same call, and it succeeded: it is not to be made again.
    Same(Done<T>),
    /// It was another one: what it was, and what became of it.
    Other(Unfinished, Fate),
    /// It was the same message with other arguments or other money, and it happened: perhaps this one was
    /// meant, before a price changed. Ask before making it as well.
    Similar(Unfinished, Receipt),
}

impl Client {
    /// Takes up the deployment `network` of a folder on the chain that `chain` is, and checks that its
    /// contracts are there.
    ///
    /// # Errors
    /// [`Error::Deployment`] if there is none of the name, or it is incomplete; [`Error::WrongChain`],
    /// [`Error::WrongContract`], [`Error::File`], [`Error::Node`].
    pub async fn open(chain: Chain, folder: &Path, network: &str) -> Result<Self, Error> {
        let deployment = Deployment::read(folder, network)?.ok_or_else(|| {
            Error::Deployment(format!(
                "There is no deployment \"{network}\" in {}: make one with `farthing deploy`, or name another with --network or --deployments.",
                folder.display()
            ))
        })?;
        deployment.check_chain(&chain)?;
        let mut metadata = BTreeMap::new();
        for contract in Contract::all() {
            let read = deployment.metadata(folder, contract)?;
            metadata.insert(contract.to_string(), Arc::new(read));
        }
        let client = Self {
            chain,
            deployment,
            folder: folder.into(),
            metadata,
            known: Arc::default(),
        };
        for contract in Contract::SINGLE {
            let address = client.deployment.address(contract)?;
            let there = client.check(contract, address).await;
            if there.is_err() && client.deployment.is_gone(&client.chain).await? {
                return Err(Error::Deployment(format!(
                    "Nothing of the deployment \"{network}\" is there: this development chain was started anew. Run `farthing deploy` again."
                )));
            }
            there?;
        }
        Ok(client)
    }

    /// A client for contracts whose addresses the caller knows: whatever on the chain has the code that
    /// the artefacts in a folder have. It belongs to no deployment's file and cannot be saved.
    ///
    /// # Errors
    /// [`Error::File`] if the folder lacks a contract's metadata; [`Error::Node`].
    pub async fn without_deployment(chain: Chain, artifacts: &Path) -> Result<Self, Error> {
        let (mut metadata, mut codes) = (BTreeMap::new(), BTreeMap::new());
        for contract in Contract::all() {
            let name = contract.name();
            let read = Metadata::read(&artifacts.join(format!("{name}.json")))?;
            let code = Code {
                hash: read.code_hash,
                version: read.version.clone(),
            };
            codes.insert(name.into(), code);
            metadata.insert(name.into(), Arc::new(read));
        }
        let deployment = Deployment {
            network: String::new(),
            chain: chain.name().await?,
            genesis: chain.genesis(),
            block: chain.best().await?.number,
            contracts: BTreeMap::new(),
            code: codes,
            rounds: BTreeMap::new(),
        };
        Ok(Self {
            chain,
            deployment,
            folder: PathBuf::new(),
            metadata,
            known: Arc::default(),
        })
    }

    /// Checks that the contract at an address is of this deployment's code.
    ///
    /// # Errors
    /// [`Error::WrongContract`].
    pub async fn check(&self, contract: Contract, address: Account) -> Result<(), Error> {
        let metadata = self.metadata(contract)?;
        let found = self.chain.code_of(address).await?;
        if found != Some(metadata.code_hash) {
            return Err(Error::WrongContract {
                contract: contract.to_string(),
                address,
                found,
            });
        }
        self.known().insert(address, metadata);
        Ok(())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<Account, Arc<Metadata>>> {
        self.known
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }

    /// A contract's metadata.
    ///
    /// # Errors
    /// [`Error::Deployment`] if it is none of this deployment's.
    pub fn metadata(&self, contract: Contract) -> Result<Arc<Metadata>, Error> {
        let found = self.metadata.get(contract.name()).cloned();
        found.ok_or_else(|| {
            Error::Deployment(format!("The deployment knows no contract \"{contract}\"."))
        })
    }

    /// The metadata of the contract that a call is of.
    ///
    /// # Errors
    /// [`Error::Deployment`] if it is none of this deployment's.
    pub fn metadata_of(&self, what: &Described) -> Result<Arc<Metadata>, Error> {
        let contract = Contract::named(&what.contract);
        let contract = contract.ok_or_else(|| {
            let reason = format!("There is no contract \"{}\".", what.contract);
            Error::Deployment(reason)
        })?;
        self.metadata(contract)
    }

    /// The metadata of the contract at an address, which may be a pool or a round.
    ///
    /// # Errors
    /// [`Error::WrongContract`] if it is none of this deployment's code.
    pub async fn metadata_at(&self, address: Account) -> Result<Arc<Metadata>, Error> {
        if let Some(metadata) = self.known().get(&address) {
            return Ok(metadata.clone());
        }
        let found = self.chain.code_of(address).await?;
        let ours = self.metadata.values().find(|m| Some(m.code_hash) == found);
        let metadata = ours.cloned().ok_or(Error::WrongContract {
            contract: "contract".into(),
            address,
            found,
        })?;
        self.known().insert(address, metadata.clone());
        Ok(metadata)
    }

    /// ink!'s reference to the deployment's contract of this type, to build messages with.
    ///
    /// # Errors
    /// [`Error::Deployment`] if it is not deployed.
    pub fn contract<Ref: Single>(&self) -> Result<Ref, Error> {
        Ok(at(self.deployment.address(Ref::CONTRACT)?))
    }

    /// Adds a round to the deployment's file.
    ///
    /// # Errors
    /// [`Error::Input`] if another round has the name; [`Error::File`]; [`Error::Deployment`] if there is
    /// no file.
    pub fn add_round(&mut self, name: &str, address: Account) -> Result<(), Error> {
        if self.deployment.network.is_empty() {
            let reason = "This client belongs to no deployment's file.";
            return Err(Error::Deployment(reason.into()));
        }
        self.deployment = self.deployment.add_round(&self.folder, name, address)?;
        Ok(())
    }

    // ---- Reading ----

    /// What a message that only reads answers, as of the latest block.
    ///
    /// # Errors
    /// [`Error::WrongContract`], [`Error::Disagree`], [`Error::Node`]; [`Error::Chain`] if the contract
    /// cannot answer.
    pub async fn read<Args: Encode, R: Decode>(
        &self,
        message: Message<Args, R>,
    ) -> Result<R, Error> {
        let (what, data) = self.ask(&Call::new(message, 0)).await?;
        decode(&what, &data)
    }

    /// The same as its metadata has it, for programs to read.
    ///
    /// # Errors
    /// Those of [`Client::read`].
    pub async fn read_json<Args: Encode, R: Decode>(
        &self,
        message: Message<Args, R>,
    ) -> Result<(R, Value), Error> {
        let call = Call::new(message, 0);
        let (what, data) = self.ask(&call).await?;
        let json = self
            .metadata_at(call.to)
            .await?
            .answer(&what.message, &data)?;
        Ok((decode(&what, &data)?, json))
    }

    /// What many messages that only read answer, in their order, each as of the latest block.
    ///
    /// # Errors
    /// Those of [`Client::read`].
    pub async fn read_all<Args: Encode, R: Decode>(
        &self,
        messages: impl IntoIterator<Item = Message<Args, R>>,
    ) -> Result<Vec<R>, Error> {
        let messages = stream::iter(messages);
        let answers = messages.map(|message| self.read(message));
        answers.buffered(AT_ONCE).try_collect().await
    }

    /// What a message that only reads answers, as of a block.
    ///
    /// # Errors
    /// Those of [`Client::read`].
    pub async fn read_at<Args: Encode, R: Decode>(
        &self,
        block: Block,
        message: Message<Args, R>,
    ) -> Result<R, Error> {
        let (what, data) = self.ask_at(block, &Call::new(message, 0)).await?;
        decode(&what, &data)
    }

    async fn ask<R>(&self, call: &Call<R>) -> Result<(Described, Vec<u8>), Error> {
        self.ask_at(self.chain.best().await?, call).await
    }

    async fn ask_at<R>(&self, block: Block, call: &Call<R>) -> Result<(Described, Vec<u8>), Error> {
        let what = self.describe(call).await?;
        // Whoever asks makes no difference, and needs no money.
        let dry_run = self.chain.dry_run_at(block, Account([0; 32]), call).await?;
        let returned = dry_run.returned.map_err(Error::Chain)?;
        Ok((what, returned.data))
    }

    async fn describe<R>(&self, call: &Call<R>) -> Result<Described, Error> {
        self.metadata_at(call.to).await?.describe(&call.input)
    }

    /// The name of the contract that emitted an event, the event's name, and its fields; `None` if it is
    /// none of this deployment's code.
    pub async fn event(&self, event: &Emitted) -> Option<(String, String, Value)> {
        self.try_event(event).await.ok().flatten()
    }

    /// The same, but for questions that the node does not answer.
    pub(crate) async fn try_event(
        &self,
        event: &Emitted,
    ) -> Result<Option<(String, String, Value)>, Error> {
        let metadata = match self.metadata_at(event.contract).await {
            Ok(metadata) => metadata,
            Err(Error::WrongContract { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let found = metadata.event(&event.topics, &event.data);
        Ok(found.map(|(name, fields)| (metadata.name.clone(), name, fields)))
    }

    // ---- Sending ----

    /// What would come of a message, were it signed now.
    ///
    /// # Errors
    /// [`Error::Refused`] with the contract's reason; [`Error::NotEnough`], [`Error::Chain`],
    /// [`Error::WrongContract`], [`Error::Disagree`], [`Error::Node`].
    pub async fn plan<R: Answer>(&self, signer: Account, call: Call<R>) -> Result<Plan<R>, Error> {
        let what = self.describe(&call).await?;
        let money = self.chain.money(signer).await?;
        let short = |needs| Error::NotEnough {
            account: signer,
            needs,
            has: money.spendable,
        };
        let dry_run = self.chain.dry_run(signer, &call).await?;
        let returned = match dry_run.returned {
            Ok(returned) => returned,
            Err(_) if money.spendable <= call.value => return Err(short(None)),
            Err(reason) if is_for_lack_of_money(&reason) => return Err(short(None)),
            Err(reason) => return Err(Error::Chain(reason)),
        };
        let metadata = self.metadata_at(call.to).await?;
        let answer = R::read(&what, &metadata, &returned.data)?;
        if returned.reverted {
            return Err(Error::Chain("the contract undid everything".into()));
        }
        let with = |gas| message::payload(&call, gas, dry_run.deposit);
        let (gas, info) = self.chain.allow(signer, dry_run.required, with).await?;
        let plan = Plan {
            fee: self.chain.fee(signer, &with(dry_run.used)).await?,
            fee_at_most: info.fee,
            deposit: dry_run.deposit,
            value: call.value,
            returned: returned.data,
            what,
            signer,
            answer,
            call,
            gas,
        };
        match plan.needs() {
            needs if needs <= money.spendable => Ok(plan),
            needs => Err(short(Some(needs))),
        }
    }

    /// A plan without a dry run, for what only the next block allows: `gas` is what it may use, and
    /// `answer`, in the contract's own encoding, what is expected of it.
    ///
    /// # Errors
    /// [`Error::NotEnough`], [`Error::WrongContract`], [`Error::Disagree`], [`Error::Node`].
    pub async fn plan_unseen<R: Answer>(
        &self,
        signer: Account,
        call: Call<R>,
        gas: Gas,
        deposit: i128,
        answer: &R::Good,
    ) -> Result<Plan<R>, Error>
    where
        R::Good: Encode + Decode,
    {
        let what = self.describe(&call).await?;
        // What ink! and then the contract wrap around what it answers.
        let returned = (0u8, 0u8, answer).encode();
        let fee = self
            .chain
            .fee(signer, &message::payload(&call, gas, deposit))
            .await?;
        let plan = Plan {
            what,
            signer,
            value: call.value,
            fee,
            fee_at_most: fee,
            deposit,
            answer: R::Good::decode(&mut &answer.encode()[..])?,
            call,
            gas,
            returned,
        };
        let has = self.chain.money(signer).await?.spendable;
        match plan.needs() {
            needs if needs <= has => Ok(plan),
            needs => Err(Error::NotEnough {
                account: signer,
                needs: Some(needs),
                has,
            }),
        }
    }

    /// Signs and sends what was planned, and waits. Empty the outbox when the result has been told.
    ///
    /// # Errors
    /// [`Error::Failed`], [`Error::NotTaken`], [`Error::UnknownFate`]; [`Error::File`] and
    /// [`Error::Node`] before anything was sent. [`Error::Input`] if the outbox is not empty: see
    /// [`Client::earlier`].
    pub async fn send<R: Answer>(
        &self,
        plan: Plan<R>,
        key: &Key,
        outbox: &Outbox,
        certainty: Certainty,
        watcher: Watcher<'_>,
    ) -> Result<Done<R::Good>, Error> {
        must_be_empty(outbox)?;
        let draft = Draft {
            what: name_of(&plan.what),
            payload: message::payload(&plan.call, plan.gas, plan.deposit),
            fingerprint: plan.call.fingerprint(),
            value: plan.value,
            answer: plan.returned,
        };
        let sent = self.chain.send(draft, key, outbox, certainty, watcher);
        Ok(Done {
            receipt: sent.await?.succeeded()?,
            what: plan.what,
            answer: plan.answer,
        })
    }

    /// Finds out what became of the transaction that is in the outbox, if there is one, before `call` is
    /// planned. If it was the same call and happened, it is not to be made again. Empty the outbox when
    /// the result has been told.
    ///
    /// # Errors
    /// [`Error::UnknownFate`], [`Error::Node`], [`Error::File`].
    pub async fn earlier<R: Answer>(
        &self,
        call: &Call<R>,
        signer: Account,
        outbox: &Outbox,
        certainty: Certainty,
        watcher: Watcher<'_>,
    ) -> Result<Earlier<R::Good>, Error> {
        let Some(unfinished) = outbox.unfinished()? else {
            return Ok(Earlier::None);
        };
        let settled = self.chain.settle(&unfinished, signer, certainty, watcher);
        match settled.await? {
            Fate::Happened(receipt)
                if receipt.failure.is_none() && unfinished.fingerprint == call.fingerprint() =>
            {
                let what = self.describe(call).await?;
                let metadata = self.metadata_at(call.to).await?;
                Ok(Earlier::Same(Done {
                    answer: R::read(&what, &metadata, &unfinished.answer)?,
                    receipt,
                    what,
                }))
            }
            Fate::Happened(receipt)
                if receipt.failure.is_none()
                    && unfinished.what == name_of(&self.describe(call).await?) =>
            {
                Ok(Earlier::Similar(unfinished, receipt))
            }
            fate => Ok(Earlier::Other(unfinished, fate)),
        }
    }
}

impl<R: Answer> Plan<R> {
    /// What the signer must be able to spend.
    pub fn needs(&self) -> Balance {
        self.value
            .saturating_add(self.fee_at_most)
            .saturating_add(positive(self.deposit))
    }

    /// The contract that it is for.
    pub fn to(&self) -> Account {
        self.call.to()
    }

    /// What the contract would answer, as its metadata has it.
    ///
    /// # Errors
    /// [`Error::Disagree`].
    pub fn answer_json(&self, metadata: &Metadata) -> Result<Value, Error> {
        metadata.answer(&self.what.message, &self.returned)
    }
}

/// ink!'s reference to the contract at an address.
pub fn at<Ref: FromAccountId<DefaultEnvironment>>(address: Account) -> Ref {
    Ref::from_account_id(address.id())
}

fn name_of(what: &Described) -> String {
    format!("{} of the {}", what.message, what.contract)
}

pub(crate) fn must_be_empty(outbox: &Outbox) -> Result<(), Error> {
    match outbox.unfinished()? {
        None => Ok(()),
        Some(unfinished) => Err(Error::Input(format!(
            "An earlier transaction ({}) is to be looked up first.",
            unfinished.what
        ))),
    }
}

/// Whether the chain stopped because the signer has too little to attach, or to lock as deposit.
fn is_for_lack_of_money(reason: &str) -> bool {
    [
        "StorageDepositNotEnoughFunds",
        "StorageDepositLimitExhausted",
        "Contracts::TransferFailed",
    ]
    .iter()
    .any(|name| reason.contains(name))
}

fn positive(amount: i128) -> Balance {
    amount.max(0).unsigned_abs()
}
