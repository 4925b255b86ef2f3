//! A development node, through the client library.

use super::{Account, Outcome, Stage};
use anyhow::{bail, ensure, Context, Result};
use farthing_chain::{AccountId, Balance, Constructor, ContractEvent, Message, Receipt};
use farthing_client::{
    Answer, Call, Certainty, Chain, Client, Described, Error, Instance, Key, Metadata, Outbox,
    Plan, Refusal, Step, Token, Transfer,
};
use farthing_contracts::Contract;
use farthing_types::Hash;
use ink::env::call::{build_call, ExecutionInput, Selector};
use scale::{Decode, Encode, Output};
use std::{
    fmt::Debug,
    future::Future,
    marker::PhantomData,
    time::{SystemTime, UNIX_EPOCH},
};

/// A development node whose clock can be moved.
pub struct Node {
    runtime: tokio::runtime::Runtime,
    client: Client,
    /// Who has money on every development chain.
    rich: Key,
    /// What this run's accounts and contracts are derived from.
    run: String,
    /// Where outboxes are. The accounts are forgotten with it.
    state: tempfile::TempDir,
    times: Vec<u64>,
    last: u64,
}

impl Node {
    /// Takes up the node at `url`, and sees to it that its chain has the contracts' codes.
    pub fn open(url: &str) -> Result<Self> {
        let artifacts = farthing_artifacts::folder();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let chain = runtime.block_on(Chain::connect(url))?;
        ensure!(
            chain.is_development(),
            "The chain at {url} is not one for development: the demo spends the money of //Alice, whose key everybody has, and moves the clock. Start a chain of your own with ./scripts/chain."
        );
        let moved = runtime.block_on(chain.forward(0));
        match moved {
            Err(Error::NoMethod { .. }) => bail!(
                "The clock of the node at {url} cannot be moved, and days go by in this story: use Farthing's own chain, which ./scripts/chain starts."
            ),
            moved => moved?,
        }
        let node = Self {
            client: runtime.block_on(Client::without_deployment(chain, &artifacts))?,
            runtime,
            rich: Key::for_development("//Alice")?,
            run: new_run()?,
            state: tempfile::tempdir()?,
            times: Vec::new(),
            last: 0,
        };
        node.upload_all()?;
        Ok(node)
    }

    /// Returns the text that everyone's key is derived from.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// Returns the times at which things happened so far, for [`super::Embedded::replay`].
    pub fn times(&self) -> &[u64] {
        &self.times
    }

    /// Makes a client that knows where a contract of this run is.
    #[cfg(feature = "gateway")]
    pub fn client_with(&self, contract: Contract, address: &AccountId) -> Result<Client> {
        let mut client = self.client.clone();
        let deployed = farthing_client::deployment::Deployed {
            address: to_client(address),
            deployer: Self::id(&self.named("deployer")),
            block: client.deployment.block,
        };
        let contracts = &mut client.deployment.contracts;
        contracts.insert(contract.name().into(), deployed);
        Ok(client)
    }

    /// Returns an account as the client library has it.
    #[cfg(feature = "gateway")]
    pub fn id(account: &Account) -> farthing_client::Account {
        to_client(&account.id())
    }

    /// Returns the same, of an account's id.
    #[cfg(feature = "gateway")]
    pub fn account(id: &AccountId) -> farthing_client::Account {
        to_client(id)
    }

    fn upload_all(&self) -> Result<()> {
        for contract in Contract::all() {
            let hash = self.client.metadata(contract)?.code_hash;
            if self.wait_for(self.client.chain.has_code(hash))? {
                continue;
            }
            let code = farthing_artifacts::wasm(contract.name());
            let rich = self.rich.account();
            let step =
                self.wait_for(self.client.chain.plan_upload(rich, contract.name(), &code))?;
            self.send(step, &self.rich)?;
        }
        Ok(())
    }

    /// Waits for something, while all that was begun on this runtime goes on.
    pub fn wait_for<T, E: Into<anyhow::Error>>(
        &self,
        future: impl Future<Output = Result<T, E>>,
    ) -> Result<T> {
        self.runtime.block_on(future).map_err(Into::into)
    }

    fn outbox(&self, key: &Key) -> Result<Outbox> {
        let genesis = self.client.chain.genesis();
        Ok(Outbox::open(self.state.path(), &genesis, key.account())?)
    }

    fn send(&self, step: Step, key: &Key) -> Result<farthing_client::Receipt> {
        let (outbox, mut watcher) = (self.outbox(key)?, |_| ());
        let sending =
            self.client
                .chain
                .send_step(step, key, &outbox, Certainty::Block, &mut watcher);
        let receipt = self.runtime.block_on(sending)?;
        outbox.empty()?;
        Ok(receipt)
    }

    fn carry_out<R: Answer>(&mut self, plan: Plan<R>, key: &Key) -> Result<(R::Good, Receipt)> {
        let (outbox, mut watcher) = (self.outbox(key)?, |_| ());
        let sending = self
            .client
            .send(plan, key, &outbox, Certainty::Block, &mut watcher);
        let done = self.runtime.block_on(sending)?;
        outbox.empty()?;
        Ok((done.answer, self.happened(done.receipt)?))
    }

    fn plan_transfer(&self, from: &Key, to: &AccountId, amount: Balance) -> Result<Step> {
        let transfer = Transfer {
            to: to_client(to),
            amount: Some(amount),
        };
        let planned = self.client.chain.plan_transfer(from.account(), &transfer);
        self.wait_for(planned)
    }

    /// Writes down when a transaction happened, and puts what it did as the embedded chain does.
    fn happened(&mut self, receipt: farthing_client::Receipt) -> Result<Receipt> {
        self.last = self.wait_for(self.client.chain.time(receipt.block.hash))?;
        self.times.push(self.last);
        let events = receipt.events.into_iter().map(|event| ContractEvent {
            contract: event.contract.0.into(),
            topics: event.topics.into_iter().map(Into::into).collect(),
            data: event.data,
        });
        // What a contract must have to be there at all is the contract's own from then on, and no deposit.
        let made = receipt.instantiated.len() as u128;
        let existential = made * self.client.chain.existential_deposit()?;
        Ok(Receipt {
            fee: receipt.fee,
            deposit: receipt.deposit - existential as i128,
            weight: Default::default(),
            events: events.collect(),
        })
    }

    fn clock(&self) -> Result<u64> {
        let best = self.wait_for(self.client.chain.best())?;
        self.wait_for(self.client.chain.time(best.hash))
    }

    /// Returns the same key as the embedded chain derives.
    pub fn key(&self, account: &Account) -> Result<Key> {
        let key = Key::for_development(&format!("//{}//{}", self.run, account.name()))?;
        let same = key.account() == to_client(&account.id());
        ensure!(same, "{} has two keys", account.name());
        Ok(key)
    }
}

impl Stage for Node {
    fn genesis(&mut self) -> Result<Hash> {
        Ok(self.client.chain.genesis())
    }

    fn named(&self, name: &str) -> Account {
        Account::named(name, Some(&self.run))
    }

    fn endow(&mut self, account: &AccountId, money: Balance) -> Result<()> {
        let step = self.plan_transfer(&self.rich, account, money)?;
        self.send(step, &self.rich)?;
        Ok(())
    }

    fn transfer(&mut self, from: &Account, to: &AccountId, amount: Balance) -> Result<Receipt> {
        let key = self.key(from)?;
        let step = self.plan_transfer(&key, to, amount)?;
        let receipt = self.send(step, &key)?;
        self.happened(receipt)
    }

    /// All codes were there before the story began.
    fn upload(&mut self, _: &Account, _: Contract) -> Result<Option<Receipt>> {
        Ok(None)
    }

    fn deploy<C, Args: Encode, R>(
        &mut self,
        by: &Account,
        contract: Contract,
        constructor: Constructor<C, Args, R>,
    ) -> Result<(AccountId, Receipt)> {
        let key = self.key(by)?;
        let code = self.client.metadata(contract)?.code_hash;
        let instance = Instance::without_reasons(code, constructor, self.run.as_bytes());
        let planning = self
            .client
            .chain
            .plan_instance(key.account(), contract.name(), &instance);
        let step = self.wait_for(planning)?;
        let receipt = self.send(step, &key)?;
        let address = instance.address(key.account());
        let made = receipt.instantiated.contains(&address);
        ensure!(made, "the {contract} is not where it should be");
        Ok((address.0.into(), self.happened(receipt)?))
    }

    fn call<Args: Encode, T: Decode, E: Decode + Debug>(
        &mut self,
        by: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> Result<Outcome<T>> {
        let key = self.key(by)?;
        let call = debugged(message, value)?;
        let planned = self.runtime.block_on(self.client.plan(key.account(), call));
        let plan = match planned {
            Ok(plan) => plan,
            Err(error @ (Error::Refused(_) | Error::Chain(_))) => {
                let time = self.clock()?;
                self.times.push(time);
                return Ok(Err(error.to_string()));
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Ok(self.carry_out(plan, &key)?))
    }

    fn tell<Args: Encode>(&mut self, by: &Account, message: Message<Args, ()>) -> Result<Receipt> {
        let key = self.key(by)?;
        let planning = self.client.plan(key.account(), Call::new(message, 0));
        let plan = self.wait_for(planning)?;
        Ok(self.carry_out(plan, &key)?.1)
    }

    fn read<Args: Encode, R: Decode>(&mut self, message: Message<Args, R>) -> Result<R> {
        self.wait_for(self.client.read(message))
    }

    fn balance(&mut self, account: &AccountId) -> Result<Balance> {
        let money = self.wait_for(self.client.chain.money(to_client(account)))?;
        Ok(money.free)
    }

    fn now(&mut self) -> Result<u64> {
        let time = self.clock()?;
        self.times.push(time);
        Ok(time)
    }

    fn last(&self) -> u64 {
        self.last
    }

    fn wait_until(&mut self, millis: u64) -> Result<()> {
        let ahead = millis.saturating_sub(self.clock()?);
        self.wait_for(self.client.chain.forward(ahead))?;
        self.now()?;
        Ok(())
    }

    fn next_block(&mut self) -> Result<()> {
        self.wait_for(self.client.chain.forward(0))
    }
}

/// Returns a name that no other run has.
fn new_run() -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let seed = (now.as_nanos(), std::process::id()).encode();
    let hash = farthing_types::commitment::blake2_256(&seed);
    let name = hash.first_chunk().map(|bytes| u64::from_be_bytes(*bytes));
    let name = name.context("a hash has eight bytes")?;
    Ok(format!("demo-{name:016x}"))
}

fn to_client(account: &AccountId) -> farthing_client::Account {
    farthing_client::Account(account.clone().into())
}

/// What a message returns, its refusals told as they are named in Rust: on every chain in the same way.
struct Debugged<T, E>(PhantomData<(T, E)>);

impl<T: Decode, E: Decode + Debug> Answer for Debugged<T, E> {
    type Good = T;

    fn read(what: &Described, _: &Metadata, _: &Token, mut data: &[u8]) -> Result<T, Error> {
        let answer = Result::<Result<T, E>, u8>::decode(&mut data);
        let disagree = |reason: &str| Error::Disagree {
            contract: what.contract.clone(),
            reason: format!("its answer to {} {reason}", what.message),
        };
        match answer {
            Ok(Ok(answer)) if data.is_empty() => answer.map_err(|error| {
                Error::Refused(Box::new(Refusal {
                    contract: what.contract.clone(),
                    message: what.message.clone(),
                    error: serde_json::Value::Null,
                    bytes: Vec::new(),
                    sentence: format!("{error:?}"),
                }))
            }),
            _ => Err(disagree("has another form")),
        }
    }
}

/// Bytes that are arguments already.
struct Arguments(Vec<u8>);

impl Encode for Arguments {
    fn encode_to<W: Output + ?Sized>(&self, to: &mut W) {
        to.write(&self.0);
    }
}

/// Makes the same call, whose answer is read as [`Debugged`] does.
fn debugged<Args: Encode, T: Decode, E: Decode + Debug>(
    message: Message<Args, Result<T, E>>,
    value: Balance,
) -> Result<Call<Debugged<T, E>>> {
    let params = message.params();
    let input = params.exec_input().encode();
    let (selector, arguments) = input
        .split_first_chunk::<4>()
        .context("a message has a selector")?;
    let input = ExecutionInput::new(Selector::new(*selector));
    let message = build_call::<ink::env::DefaultEnvironment>()
        .call(*params.callee())
        .exec_input(input.push_arg(Arguments(arguments.to_vec())))
        .returns::<Debugged<T, E>>();
    Ok(Call::new(message, value))
}
