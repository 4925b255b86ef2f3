//! A chain to test on: accounts, deploying, calling with what it cost, reading, and the clock.
//!
//! Contracts are uploaded, instantiated and called through `ink_e2e`'s client; `subxt`, which is under
//! it, does what that has no way for.

use crate::{
    indexed::Made,
    receipt::{receipt, Receipt},
};
use farthing_node_tests::node::Node;
use farthing_types::{Balance, Hash, Millis};
use ink::{
    env::{
        call::FromAccountId,
        call::{
            utils::{ReturnType, Set, Unset},
            CreateBuilder, ExecutionInput, LimitParamsV2,
        },
        DefaultEnvironment,
    },
    primitives::AccountId,
};
use ink_e2e::{
    subxt::{
        backend::{legacy::LegacyRpcMethods, rpc::RpcClient, rpc::RpcParams},
        config::DefaultExtrinsicParamsBuilder,
        dynamic::Value,
        tx::SubmittableExtrinsic,
        utils::{AccountId32, H256},
        OnlineClient, PolkadotConfig,
    },
    CallBuilderFinal, ChainBackend, Client, ContractsBackend, Error, Keypair,
};
use scale::{Compact, Decode, Encode};
use std::{
    fmt::Debug,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::sync::{Mutex, MutexGuard};

pub const UNIT: Balance = 1_000_000_000_000;

/// A message to a contract, with its arguments, as ink!'s references build it.
pub type Message<Args, R> = CallBuilderFinal<DefaultEnvironment, Args, R>;

/// A constructor with its arguments, as ink!'s references build it.
pub type Constructor<Contract, Args, R> = CreateBuilder<
    DefaultEnvironment,
    Contract,
    Unset<ink::primitives::Hash>,
    Set<LimitParamsV2<DefaultEnvironment>>,
    Unset<Balance>,
    Set<ExecutionInput<Args>>,
    Unset<ink::env::call::state::Salt>,
    Set<ReturnType<R>>,
>;

type Config = PolkadotConfig;

/// A transaction that can be handed in.
pub type Signed = SubmittableExtrinsic<Config, OnlineClient<Config>>;

/// A test has the machine to itself, and a chain that is shared: what one measures is not another's,
/// and no other moves its clock.
static ALONE: Mutex<()> = Mutex::const_new(());

static ACCOUNTS: AtomicU32 = AtomicU32::new(0);

/// How much more gas a transaction may use than its dry run did: the clock goes on in between, and there
/// is more to work out then.
const MORE_GAS: u64 = 20;

/// A key pair and the account that it controls.
#[derive(Clone)]
pub struct Account {
    pub keys: Keypair,
}

impl Account {
    pub fn id(&self) -> AccountId {
        self.bytes().into()
    }

    pub fn bytes(&self) -> [u8; 32] {
        self.keys.public_key().0
    }
}

/// A contract that was just deployed.
pub struct Deployed<Contract> {
    pub id: AccountId,
    pub contract: Contract,
    /// What that cost, without the deposit for the code, which the chain may have had already.
    pub receipt: Receipt,
    /// The deposit for the code.
    code: Balance,
}

impl<Contract> Deployed<Contract> {
    /// What it costs where the code is new.
    pub fn cost_with_code(&self) -> Receipt {
        Receipt {
            deposit: self.receipt.deposit + i128::try_from(self.code).unwrap(),
            ..self.receipt.clone()
        }
    }
}

/// A chain, and the ways to it.
pub struct World {
    client: Client<Config, DefaultEnvironment>,
    pub api: OnlineClient<Config>,
    pub legacy: LegacyRpcMethods<Config>,
    rpc: RpcClient,
    pub rich: Account,
    /// What was deployed, for the index.
    pub made: Made,
    pub node: Node,
    _alone: MutexGuard<'static, ()>,
}

impl World {
    pub async fn new() -> Self {
        let alone = ALONE.lock().await;
        let names = farthing_artifacts::contracts().unwrap();
        // Builds them if they are missing or stale.
        names.iter().for_each(|name| {
            farthing_artifacts::wasm(name);
        });
        let paths = names
            .iter()
            .map(|name| farthing_artifacts::folder().join(format!("{name}.wasm")));
        let node = Node::get();
        let rpc = RpcClient::from_url(&node.url)
            .await
            .unwrap_or_else(|error| panic!("no node answers at {}: {error}", node.url));
        let mut world = Self {
            client: Client::new(rpc.clone(), paths).await.unwrap(),
            api: OnlineClient::from_rpc_client(rpc.clone()).await.unwrap(),
            legacy: LegacyRpcMethods::new(rpc.clone()),
            rpc,
            rich: Account {
                keys: ink_e2e::alice(),
            },
            made: Made::default(),
            node,
            _alone: alone,
        };
        world.made.since = world.number().await;
        world
    }

    // ---- Accounts ----

    /// An account that was never used before, with this much money.
    pub async fn account(&mut self, money: Balance) -> Account {
        let [account] = self.accounts(money).await;
        account
    }

    pub async fn accounts<const N: usize>(&mut self, money: Balance) -> [Account; N] {
        let accounts = [(); N].map(|()| new_account());
        self.fund(&accounts, money).await;
        accounts
    }

    /// Sends each of the accounts this much, in as few blocks as the node makes of it.
    pub async fn fund(&mut self, accounts: &[Account], money: Balance) {
        let (rich, first) = (self.rich.clone(), self.nonce(&self.rich).await);
        for (nonce, account) in (first..).zip(accounts) {
            let values = vec![address(&account.id()), Value::u128(money)];
            let signed = self.sign(&rich, nonce, "Balances", "transfer_keep_alive", values);
            signed.submit().await.unwrap();
        }
        self.wait_for_nonce(&rich, first + accounts.len() as u64)
            .await;
    }

    /// What an account can spend.
    pub async fn free(&mut self, account: &AccountId) -> Balance {
        self.client.free_balance(*account).await.unwrap()
    }

    /// How many transactions the account has in blocks.
    pub async fn nonce(&self, account: &Account) -> u64 {
        let best = self.best().await;
        let block = self.api.blocks().at(best).await.unwrap();
        block
            .account_nonce(&AccountId32(account.bytes()))
            .await
            .unwrap()
    }

    pub async fn wait_for_nonce(&self, account: &Account, nonce: u64) {
        let start = Instant::now();
        while self.nonce(account).await < nonce {
            assert!(
                start.elapsed() < Duration::from_secs(120),
                "transactions are lost"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    // ---- Contracts ----

    /// Uploads a contract's code and instantiates it in one transaction, as `deployer`.
    pub async fn deploy<Contract, Args, R>(
        &mut self,
        name: &str,
        deployer: &Account,
        mut constructor: Constructor<Contract, Args, R>,
    ) -> Deployed<Contract>
    where
        Contract: Clone + FromAccountId<DefaultEnvironment>,
        Args: Send + Sync + Clone + Encode,
    {
        let multiplier = self.multiplier().await;
        let deployed = self
            .client
            .instantiate(name, &deployer.keys, &mut constructor)
            .extra_gas_portion(MORE_GAS)
            .submit()
            .await
            .unwrap_or_else(|error| panic!("{name} cannot be deployed: {error}"));
        let id = deployed.account_id;
        let block = self.number().await;
        self.made.note(name, id, deployer.id(), block);
        Deployed {
            id,
            contract: Contract::from_account_id(id),
            receipt: receipt(deployer, &deployed.events, multiplier),
            code: self.code_deposit(name).await,
        }
    }

    /// The deposit that is locked for a contract's code, which must be on the chain.
    async fn code_deposit(&self, name: &str) -> Balance {
        let hash = farthing_artifacts::code_hash(&farthing_artifacts::wasm(name));
        let key = vec![Value::from_bytes(hash)];
        let address = ink_e2e::subxt::dynamic::storage("Contracts", "CodeInfoOf", key);
        let storage = self.api.storage().at(self.best().await);
        let info = storage.fetch(&address).await.unwrap();
        let info = info.unwrap_or_else(|| panic!("the code of {name} is not the artefact's"));
        // Its owner comes first.
        let (_, deposit) = <(AccountId, Compact<Balance>)>::decode(&mut info.encoded()).unwrap();
        deposit.0
    }

    /// Uploads a contract's code and returns the hash that the chain has it under.
    pub async fn upload(&mut self, name: &str, by: &Account) -> Hash {
        let uploaded = self.client.upload(name, &by.keys).submit().await;
        let hash: Hash = uploaded.unwrap().code_hash.into();
        let code = farthing_artifacts::wasm(name);
        assert_eq!(hash, farthing_artifacts::code_hash(&code));
        hash
    }

    /// Why the chain does not instantiate a contract like this.
    pub async fn deploying_refused<Contract: Clone, Args, E: Decode>(
        &mut self,
        name: &str,
        deployer: &Account,
        mut constructor: Constructor<Contract, Args, Result<Contract, E>>,
    ) -> E
    where
        Args: Send + Sync + Clone + Encode,
    {
        let dry_run = self
            .client
            .instantiate(name, &deployer.keys, &mut constructor)
            .dry_run()
            .await
            .unwrap();
        let answer = dry_run.constructor_result::<Result<(), E>>();
        answer.unwrap().expect_err("it can be instantiated")
    }

    /// Sends a message, which must succeed, after a dry run of it.
    pub async fn call<Args, T, E>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> (T, Receipt)
    where
        Args: Sync + Encode + Clone,
        T: Send + Decode,
        E: Send + Decode + Debug,
    {
        let answer = self.dry_run(signer, &message, value).await;
        let answer = answer.unwrap_or_else(|error| panic!("refused with {error:?}"));
        (answer, self.send(signer, &message, value).await)
    }

    /// Sends a message that cannot fail.
    pub async fn call_unasked<Args, R>(
        &mut self,
        signer: &Account,
        message: Message<Args, R>,
        value: Balance,
    ) -> Receipt
    where
        Args: Sync + Encode + Clone,
        R: Send + Decode,
    {
        self.send(signer, &message, value).await
    }

    async fn send<Args, R>(
        &mut self,
        signer: &Account,
        message: &Message<Args, R>,
        value: Balance,
    ) -> Receipt
    where
        Args: Sync + Encode + Clone,
        R: Send + Decode,
    {
        let multiplier = self.multiplier().await;
        let sent = self
            .client
            .call(&signer.keys, message)
            .value(value)
            .extra_gas_portion(MORE_GAS)
            .submit()
            .await;
        let sent = sent.unwrap_or_else(|error| panic!("the chain refuses it: {error}"));
        receipt(signer, &sent.events, multiplier)
    }

    /// The error with which a contract refuses a message: as a dry run tells it, and then really sent,
    /// so that the chain undoes it.
    pub async fn refused<Args, T, E>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> E
    where
        Args: Sync + Encode + Clone,
        T: Send + Decode,
        E: Send + Decode,
    {
        let answer = self.dry_run(signer, &message, value).await;
        let error = answer.err().expect("the contract accepts it");
        let before = self.free(message.clone().params().callee()).await;
        let sent = self
            .client
            .call(&signer.keys, &message)
            .value(value)
            .submit()
            .await;
        match sent.err() {
            Some(Error::CallExtrinsic(why)) => {
                assert!(why.to_string().contains("ContractReverted"), "{why}");
            }
            other => panic!(
                "not refused by the contract: {:?}",
                other.map(|e| e.to_string())
            ),
        }
        let after = self.free(message.clone().params().callee()).await;
        assert_eq!(before, after, "the contract's money changed");
        error
    }

    /// What a message would answer.
    pub async fn dry_run<Args, R>(
        &mut self,
        signer: &Account,
        message: &Message<Args, R>,
        value: Balance,
    ) -> R
    where
        Args: Sync + Encode + Clone,
        R: Send + Decode,
    {
        let dry_run = self
            .client
            .call(&signer.keys, message)
            .value(value)
            .dry_run()
            .await;
        dry_run
            .unwrap_or_else(|error| panic!("the dry run fails: {error}"))
            .return_value()
    }

    /// What a message that only reads answers.
    pub async fn read<Args, R>(&mut self, message: Message<Args, R>) -> R
    where
        Args: Sync + Encode + Clone,
        R: Send + Decode,
    {
        let anyone = self.rich.clone();
        self.dry_run(&anyone, &message, 0).await
    }

    // ---- The chain ----

    pub fn genesis(&self) -> Hash {
        self.api.genesis_hash().0
    }

    pub async fn best(&self) -> H256 {
        let hash = self.legacy.chain_get_block_hash(None).await.unwrap();
        hash.expect("there is a best block")
    }

    /// The number of the best block.
    pub async fn number(&self) -> u32 {
        let best = self.api.blocks().at(self.best().await).await;
        best.unwrap().number()
    }

    /// A transfer between accounts.
    pub async fn transfer(&mut self, from: &Account, to: &AccountId, amount: Balance) -> Receipt {
        let multiplier = self.multiplier().await;
        let values = vec![address(to), Value::u128(amount)];
        let events = self
            .client
            .runtime_call(&from.keys, "Balances", "transfer_keep_alive", values)
            .await
            .unwrap();
        receipt(from, &events, multiplier)
    }

    /// Signs a call of the chain.
    fn sign(
        &self,
        signer: &Account,
        nonce: u64,
        pallet: &str,
        call: &str,
        values: Vec<Value>,
    ) -> Signed {
        let call = ink_e2e::subxt::dynamic::tx(pallet, call, values);
        let params = DefaultExtrinsicParamsBuilder::new().nonce(nonce).build();
        let tx = self.api.tx();
        tx.create_signed_offline(&call, &signer.keys, params)
            .unwrap()
    }

    /// Signs a message without a dry run, to be handed in without waiting for a block.
    pub fn sign_message<Args: Encode, R>(
        &self,
        signer: &Account,
        nonce: u64,
        message: Message<Args, R>,
        value: Balance,
        gas: (u64, u64),
    ) -> Signed {
        let params = message.params();
        let gas = [
            ("ref_time", Value::u128(gas.0.into())),
            ("proof_size", Value::u128(gas.1.into())),
        ];
        let values = vec![
            address(params.callee()),
            Value::u128(value),
            Value::named_composite(gas),
            Value::unnamed_variant("None", []),
            Value::from_bytes(params.exec_input().encode()),
        ];
        self.sign(signer, nonce, "Contracts", "call", values)
    }

    /// One of the chain's storage items that has no key.
    async fn item<T: Decode>(&self, pallet: &str, name: &str) -> T {
        let address = ink_e2e::subxt::dynamic::storage(pallet, name, Vec::<Value>::new());
        let storage = self.api.storage().at(self.best().await);
        let item = storage.fetch_or_default(&address).await.unwrap();
        T::decode(&mut item.encoded()).unwrap()
    }

    /// What the next block's fees for weight are multiplied with: on the development chain 1 at first,
    /// and a little less after each block that is not full.
    async fn multiplier(&self) -> f64 {
        let multiplier: u128 = self.item("TransactionPayment", "NextFeeMultiplier").await;
        multiplier as f64 / 1e18
    }

    /// The time of the best block: what a dry run sees.
    pub async fn now(&self) -> Millis {
        self.item("Timestamp", "Now").await
    }

    /// Waits for another block. A dry run is in the latest block, and not in the next: it does not see
    /// that time has passed, or that something is a block old, before there is one.
    pub async fn block(&mut self) {
        let rich = self.rich.clone();
        self.transfer(&rich, &rich.id(), 1).await;
    }

    /// Waits until the chain's time is this. Nodes that make blocks only for transactions get one.
    pub async fn wait_until(&mut self, time: Millis) {
        let start = Instant::now();
        while self.now().await < time {
            assert!(
                start.elapsed() < Duration::from_secs(120),
                "the clock stands still"
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
            self.block().await;
        }
    }

    /// Moves the chain's clock forward by this much, if the node can do that; Farthing's own chain can.
    pub async fn forward(&mut self, millis: Millis) -> bool {
        let mut params = RpcParams::new();
        params.push(millis).unwrap();
        let methods: serde_json::Value = self
            .rpc
            .request("rpc_methods", RpcParams::new())
            .await
            .unwrap();
        let methods = methods["methods"].as_array().unwrap();
        if !methods.iter().any(|method| method == "dev_forward") {
            eprintln!("This node's clock cannot be moved: what happens days later is not tested.");
            return false;
        }
        let before = self.now().await;
        let _: serde_json::Value = self.rpc.request("dev_forward", params).await.unwrap();
        assert!(self.now().await >= before + millis);
        true
    }
}

/// An account that was never used, on no chain.
pub fn new_account() -> Account {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let number = ACCOUNTS.fetch_add(1, Ordering::Relaxed);
    let seed = farthing_types::commitment::blake2_256(
        &(now.as_nanos(), number, std::process::id()).encode(),
    );
    Account {
        keys: Keypair::from_seed(seed).unwrap(),
    }
}

fn address(account: &AccountId) -> Value {
    let bytes: &[u8; 32] = account.as_ref();
    Value::unnamed_variant("Id", [Value::from_bytes(bytes)])
}
