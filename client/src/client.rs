//! A deployment on a chain, ready for use.

mod belonging;

use crate::{
    deployment::Code,
    error::{Failure, Reason, Refusal},
    message::{self, decode, Answer, Call, Message},
    metadata::Described,
    outbox::{Memory, Outbox, Unfinished},
    token::signed,
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
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

/// How many requests a node gets at once. A distant node then costs one wait, and not one for each request.
pub(crate) const AT_ONCE: usize = 32;

/// A deployment on a chain. When it was opened, its contracts were found and checked.
#[derive(Clone)]
pub struct Client {
    /// The connection to the chain that the deployment is on.
    pub chain: Chain,
    /// The file that says which contracts are where.
    pub deployment: Deployment,
    folder: PathBuf,
    metadata: BTreeMap<String, Arc<Metadata>>,
    /// The metadata of contracts by address, as far as it was needed so far.
    known: Arc<Mutex<BTreeMap<Account, Arc<Metadata>>>>,
}

/// A call that is about to be signed, and what it would do.
pub struct Plan<R: Answer> {
    /// The call, for people and programs to read.
    pub what: Described,
    /// The account that signs.
    pub signer: Account,
    /// The money attached, in the smallest unit.
    pub value: Balance,
    /// What it would cost, as of the latest block, in the smallest unit.
    pub fee: Balance,
    /// The most that it can cost, in the smallest unit.
    pub fee_at_most: Balance,
    /// The storage deposit that it would lock, or give back if it is negative.
    pub deposit: i128,
    /// The most that it can lock. This is more than `deposit` only if the call has a
    /// [margin](Call::with_deposit_margin).
    pub deposit_at_most: i128,
    /// The answer that the contract would give.
    pub answer: R::Good,
    /// What to remember in the outbox until this transaction is settled.
    pub memory: Memory,
    call: Call<R>,
    gas: Gas,
    returned: Vec<u8>,
}

/// A message that was sent.
pub struct Done<T> {
    /// The call that was sent.
    pub what: Described,
    /// What the transaction did and cost.
    pub receipt: Receipt,
    /// The contract's answer in the dry run before. The events say what really happened.
    pub answer: T,
}

/// What became of an earlier transaction.
pub enum Earlier<T> {
    /// There was no earlier transaction.
    None,
    /// It was the very same call, and it succeeded. Do not make it again.
    Same(Done<T>),
    /// It was a different call. Says which, and what became of it.
    Other(Unfinished, Fate),
    /// It was the same message with other arguments or other money, and it happened. Perhaps this call was
    /// meant, before a price changed. Ask before you make this one as well.
    Similar(Unfinished, Receipt),
}

impl Client {
    /// Opens the deployment `network` of a folder on the connected chain, and checks that its contracts are
    /// there.
    ///
    /// # Errors
    /// [`Error::Deployment`] if there is none of this name, or it is incomplete; [`Error::WrongChain`],
    /// [`Error::WrongContract`], [`Error::File`], [`Error::Node`].
    pub async fn open(chain: Chain, folder: &Path, network: &str) -> Result<Self, Error> {
        let deployment = Deployment::read(folder, network)?.ok_or_else(|| Error::Missing {
            network: network.into(),
            folder: folder.display().to_string(),
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
        client.check_deployment().await?;
        Ok(client)
    }

    /// Opens a client for contracts whose addresses the caller knows. It accepts any contract on the chain
    /// whose code is that of the artefacts in a folder. It belongs to no deployment file and cannot be saved.
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
        let mut deployment = Deployment::on(&chain, "").await?;
        deployment.code = codes;
        Ok(Self {
            chain,
            deployment,
            folder: PathBuf::new(),
            metadata,
            known: Arc::default(),
        })
    }

    /// Opens a client that knows no contract, for what the chain itself offers.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn without_contracts(chain: Chain) -> Result<Self, Error> {
        Ok(Self {
            deployment: Deployment::on(&chain, "").await?,
            chain,
            folder: PathBuf::new(),
            metadata: BTreeMap::new(),
            known: Arc::default(),
        })
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<Account, Arc<Metadata>>> {
        self.known
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }

    /// Returns a contract's metadata.
    ///
    /// # Errors
    /// [`Error::Deployment`] if the deployment does not have the contract.
    pub fn metadata(&self, contract: Contract) -> Result<Arc<Metadata>, Error> {
        let found = self.metadata.get(contract.name()).cloned();
        found.ok_or_else(|| {
            Error::Deployment(format!("The deployment knows no contract \"{contract}\"."))
        })
    }

    /// Returns the metadata of the contract that a call is for.
    ///
    /// # Errors
    /// [`Error::Deployment`] if the deployment does not have the contract.
    pub fn metadata_of(&self, what: &Described) -> Result<Arc<Metadata>, Error> {
        let contract = Contract::named(&what.contract);
        let contract = contract.ok_or_else(|| {
            let reason = format!("There is no contract \"{}\".", what.contract);
            Error::Deployment(reason)
        })?;
        self.metadata(contract)
    }

    /// Returns the metadata of the contract at an address, which may be a pool or a round.
    ///
    /// # Errors
    /// [`Error::WrongContract`] if its code is not this deployment's.
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

    /// Returns ink!'s reference to the deployment's contract of this type. Build messages with it.
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

    /// Reads the answer of a message that changes nothing, as of the latest block.
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

    /// Reads the same answer, and returns it as JSON beside the typed value.
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

    /// Reads the answers of many messages that change nothing, in their order, each as of the latest block.
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

    /// Reads the same answers, each beside its JSON.
    ///
    /// # Errors
    /// Those of [`Client::read`].
    pub async fn read_all_json<Args: Encode, R: Decode>(
        &self,
        messages: impl IntoIterator<Item = Message<Args, R>>,
    ) -> Result<Vec<(R, Value)>, Error> {
        let messages = stream::iter(messages);
        let answers = messages.map(|message| self.read_json(message));
        answers.buffered(AT_ONCE).try_collect().await
    }

    /// Reads the answers of many messages that change nothing, in their order, as of a block.
    ///
    /// # Errors
    /// Those of [`Client::read`].
    pub async fn read_all_at<Args: Encode, R: Decode>(
        &self,
        block: Block,
        messages: impl IntoIterator<Item = Message<Args, R>>,
    ) -> Result<Vec<R>, Error> {
        let messages = stream::iter(messages);
        let answers = messages.map(|message| self.read_at(block, message));
        answers.buffered(AT_ONCE).try_collect().await
    }

    /// Reads the answer of a message that changes nothing, as of a block.
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

    /// Returns the name of the contract that emitted an event, the event's name, and its fields. `None` if
    /// the contract's code is not this deployment's.
    pub async fn event(&self, event: &Emitted) -> Option<(String, String, Value)> {
        self.try_event(event).await.ok().flatten()
    }

    /// Does the same as [`Client::event`], but reports a request that the node does not answer.
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

    /// Returns what a message would do if it were signed now.
    ///
    /// # Errors
    /// [`Error::Refused`] with the contract's reason; [`Error::NotEnough`], [`Error::Chain`],
    /// [`Error::WrongContract`], [`Error::Disagree`], [`Error::Node`].
    pub async fn plan<R: Answer>(&self, signer: Account, call: Call<R>) -> Result<Plan<R>, Error> {
        // Several amounts that the chain has room for can be too much together.
        self.chain.token().check(call.value)?;
        let what = self.describe(&call).await?;
        let money = self.chain.money(signer).await?;
        let short = |needs: Option<Balance>| self.chain.not_enough(signer, needs, money.spendable);
        let dry_run = self.chain.dry_run(signer, &call).await?;
        let returned = match dry_run.returned {
            Ok(returned) => returned,
            Err(reason) if money.spendable <= call.value || is_for_lack_of_money(&reason) => {
                return Err(short(self.needs_of(signer, &call).await));
            }
            Err(reason) => return Err(Error::Chain(reason)),
        };
        let metadata = self.metadata_at(call.to).await?;
        let answer = R::read(&what, &metadata, self.chain.token(), &returned.data)?;
        if returned.is_reverted() {
            return Err(Error::Chain(Reason::new("the contract undid everything")));
        }
        let deposit = dry_run.deposit;
        let beyond = |margin: Balance| deposit.saturating_add(signed(margin));
        // As long as it can become: fees depend on a transaction's length.
        let with = |gas| message::payload(&call, gas, beyond(call.margin));
        let (gas, info) = self.chain.allow(signer, dry_run.required, with).await?;
        let fee = self.chain.fee(signer, &with(dry_run.used)).await?;
        let mut plan = Plan {
            fee,
            fee_at_most: info.partial_fee,
            deposit,
            deposit_at_most: deposit,
            value: call.value,
            returned: returned.data,
            what,
            signer,
            answer,
            memory: Memory::new(),
            call,
            gas,
        };
        // The chain takes no limit that the signer could not pay.
        let rest = money.spendable.saturating_sub(plan.needs());
        plan.deposit_at_most = beyond(plan.call.margin.min(rest));
        match plan.needs() {
            needs if needs <= money.spendable => Ok(plan),
            needs => Err(short(Some(needs))),
        }
    }

    /// Plans a call without a dry run, for what only the next block allows. `gas` is how much it may use.
    /// `answer` is the expected answer, in the contract's own encoding.
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
            deposit_at_most: deposit,
            answer: R::Good::decode(&mut &answer.encode()[..])?,
            memory: Memory::new(),
            call,
            gas,
            returned,
        };
        let has = self.chain.money(signer).await?.spendable;
        match plan.needs() {
            needs if needs <= has => Ok(plan),
            needs => Err(self.chain.not_enough(signer, Some(needs), has)),
        }
    }

    /// Signs and sends a plan, and waits for the result. Empty the outbox once the user has been told the
    /// result.
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
            payload: message::payload(&plan.call, plan.gas, plan.deposit_at_most),
            fingerprint: plan.call.fingerprint(),
            value: plan.value,
            answer: plan.returned.clone(),
            memory: plan.memory.clone(),
        };
        let sent = self.chain.send(draft, key, outbox, certainty, watcher);
        let receipt = sent.await?;
        let reason = self.refusal_of(&plan, &receipt).await;
        let receipt = receipt.succeeded(self.chain.token());
        Ok(Done {
            receipt: receipt.map_err(|error| with_reason(error, reason))?,
            what: plan.what,
            answer: plan.answer,
        })
    }

    /// Finds out why a contract refused a call in a block: the chain says only that it did, and so it is
    /// called again, as things were after that block and before it.
    async fn refusal_of<R: Answer>(&self, plan: &Plan<R>, receipt: &Receipt) -> Option<Refusal> {
        let failure = receipt.failure.as_ref()?;
        if !failure.is("Contracts", "ContractReverted") {
            return None;
        }
        let before = self.chain.block(receipt.block.number.checked_sub(1)?).await;
        for block in [Some(receipt.block), before.ok()].into_iter().flatten() {
            let again = self.chain.dry_run_at(block, plan.signer, &plan.call).await;
            let returned = again.ok()?.returned.ok()?;
            let metadata = self.metadata_at(plan.call.to).await.ok()?;
            let read = R::read(&plan.what, &metadata, self.chain.token(), &returned.data);
            if let Err(Error::Refused(refusal)) = read {
                return Some(*refusal);
            }
        }
        None
    }

    /// Returns about what a call takes of a signer who has too little to try it: as much as it takes of
    /// somebody who has enough. `None` if that cannot be found out, as it is refused to others.
    async fn needs_of<R: Answer>(&self, signer: Account, call: &Call<R>) -> Option<Balance> {
        let what = self.describe(call).await.ok()?;
        let rich = self.rich_account(signer).await?;
        let dry_run = self.chain.dry_run(rich, call).await.ok()?;
        let returned = dry_run.returned.ok()?;
        let metadata = self.metadata_at(call.to).await.ok()?;
        R::read(&what, &metadata, self.chain.token(), &returned.data).ok()?;
        let with = |gas| message::payload(call, gas, dry_run.deposit);
        let (_, info) = self.chain.allow(rich, dry_run.required, with).await.ok()?;
        let sum = call.value.checked_add(info.partial_fee)?;
        sum.checked_add(positive(dry_run.deposit))
    }

    /// Returns the richest of the accounts that the deployment knows of.
    async fn rich_account(&self, signer: Account) -> Option<Account> {
        let contracts = self.deployment.contracts.values();
        let known = contracts.flat_map(|one| [one.address, one.deployer]);
        let mut richest = None;
        for account in known
            .filter(|account| *account != signer)
            .collect::<BTreeSet<_>>()
        {
            let has = self.chain.money(account).await.ok()?.spendable;
            richest = richest.max(Some((has, account)));
        }
        richest.map(|(_, account)| account)
    }

    /// Finds out what became of the transaction in the outbox, if there is one, before `call` is planned. If
    /// it was the same call and happened, do not make it again. Empty the outbox once the user has been told
    /// the result.
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
                    answer: R::read(&what, &metadata, self.chain.token(), &unfinished.answer)?,
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
    /// Returns how much the signer must be able to spend, in the smallest unit.
    pub fn needs(&self) -> Balance {
        self.value
            .saturating_add(self.fee_at_most)
            .saturating_add(positive(self.deposit))
    }

    /// Returns the contract that it is for.
    pub fn to(&self) -> Account {
        self.call.to()
    }

    /// Returns the contract's expected answer as JSON, as the metadata describes it.
    ///
    /// # Errors
    /// [`Error::Disagree`].
    pub fn answer_json(&self, metadata: &Metadata) -> Result<Value, Error> {
        metadata.answer(&self.what.message, &self.returned)
    }
}

/// Returns ink!'s reference to the contract at an address.
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

/// Returns whether the chain stopped because the signer has too little to attach, or to lock as deposit.
fn is_for_lack_of_money(reason: &Reason) -> bool {
    [
        "StorageDepositNotEnoughFunds",
        "StorageDepositLimitExhausted",
        "TransferFailed",
    ]
    .iter()
    .any(|name| reason.is("Contracts", name))
}

/// Returns a failure with the contract's own reason, where that was found out.
fn with_reason(error: Error, refusal: Option<Refusal>) -> Error {
    match (error, refusal) {
        (
            Error::Failed {
                transaction,
                block,
                fee,
                ..
            },
            Some(refusal),
        ) => Error::Failed {
            transaction,
            block,
            fee,
            reason: Box::new(Failure::Refused(refusal)),
        },
        (error, _) => error,
    }
}

fn positive(amount: i128) -> Balance {
    amount.max(0).unsigned_abs()
}
