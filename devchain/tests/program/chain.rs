//! A chain that runs, and what tests do with it.

use serde_json::{json, Value};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use subxt::{
    config::DefaultExtrinsicParamsBuilder,
    dynamic,
    ext::subxt_rpcs::{
        client::{RpcClient, RpcParams, RpcSubscription},
        rpc_params, Error,
    },
    utils::AccountId32,
    OnlineClient, PolkadotConfig,
};
use subxt_signer::sr25519::Keypair;

pub const UNIT: u128 = 1_000_000_000_000;

/// The number of the block that a new chain makes by itself.
pub const FIRST: u64 = 1;

/// The program, running; it ends with this value.
pub struct Chain {
    child: Child,
    pub url: String,
    pub rpc: RpcClient,
    pub api: OnlineClient<PolkadotConfig>,
}

impl Drop for Chain {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, with flags, and what it says to whoever started it.
pub fn program(flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_farthing-devchain"));
    command
        .args(flags)
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

impl Chain {
    pub async fn start(flags: &[&str]) -> Self {
        let mut child = program(&["--rpc-port=0"]).args(flags).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines.find_map(|line| {
            let line = line.unwrap();
            line.strip_prefix("Running JSON-RPC server: addr=")
                .map(str::to_owned)
        });
        let address = address.expect("it runs");
        let url = format!("ws://{address}");
        thread::spawn(move || lines.for_each(drop));
        let rpc = RpcClient::from_insecure_url(&url).await.unwrap();
        let api = OnlineClient::from_rpc_client(rpc.clone()).await.unwrap();
        Self {
            child,
            url,
            rpc,
            api,
        }
    }

    /// Ends it as nothing can that it notices.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub async fn ask(&self, method: &str, params: RpcParams) -> Value {
        self.rpc
            .request(method, params)
            .await
            .unwrap_or_else(|e| panic!("{method}: {e}"))
    }

    /// The sentence with which a method refuses.
    pub async fn refused(&self, method: &str, params: RpcParams) -> String {
        match self.rpc.request::<Value>(method, params).await {
            Ok(answer) => panic!("{method} answers {answer}"),
            Err(Error::User(why)) => {
                let data = why.data.map_or(String::new(), |data| data.get().to_owned());
                format!("{} {} {data}", why.code, why.message)
            }
            Err(why) => panic!("{method}: {why}"),
        }
    }

    pub async fn status(&self) -> Value {
        self.ask("dev_status", rpc_params![]).await
    }

    /// Begins to listen.
    pub async fn listen(&self, method: &str, params: RpcParams, end: &str) -> Heard {
        Heard(self.rpc.subscribe(method, params, end).await.unwrap())
    }

    /// Sends a transaction, and listens to what becomes of it.
    pub async fn watch(&self, bytes: String) -> Heard {
        let params = rpc_params![bytes];
        self.listen(
            "author_submitAndWatchExtrinsic",
            params,
            "author_unwatchExtrinsic",
        )
        .await
    }

    /// Follows the chain in the newer interface.
    pub async fn follow(&self) -> Heard {
        self.listen(
            "chainHead_v1_follow",
            rpc_params![false],
            "chainHead_v1_unfollow",
        )
        .await
    }

    /// How many blocks there are behind the first, with which the chain starts.
    pub async fn best(&self) -> u64 {
        self.status().await["best"]["number"].as_u64().unwrap() - FIRST
    }

    /// How many of them are final.
    pub async fn finalized(&self) -> u64 {
        self.status().await["finalized"].as_u64().unwrap() - FIRST
    }

    /// What an account can spend.
    pub async fn free(&self, account: &AccountId32) -> u128 {
        let account = dynamic::Value::from_bytes(account.0);
        let query = dynamic::storage("System", "Account", vec![account]);
        let best = self.ask("chain_getBlockHash", rpc_params![]).await;
        let best: subxt::utils::H256 = serde_json::from_value(best).unwrap();
        let found = self.api.storage().at(best).fetch(&query).await.unwrap();
        found.map_or(0, |found| {
            let value = found.to_value().unwrap();
            dynamic::At::at(&value, "data")
                .and_then(|data| dynamic::At::at(data, "free"))
                .and_then(|free| free.as_u128())
                .unwrap()
        })
    }

    /// The number of an account's next transaction, those counted that wait.
    pub async fn next(&self, account: &AccountId32) -> u64 {
        let params = rpc_params![account.to_string()];
        self.ask("system_accountNextIndex", params)
            .await
            .as_u64()
            .unwrap()
    }

    /// Signs a transfer of this number.
    pub async fn transfer(
        &self,
        from: &Keypair,
        to: &AccountId32,
        amount: u128,
        number: u64,
    ) -> String {
        let to = dynamic::Value::unnamed_variant("Id", [dynamic::Value::from_bytes(to.0)]);
        let call = dynamic::tx(
            "Balances",
            "transfer_keep_alive",
            vec![to, dynamic::Value::u128(amount)],
        );
        let params = DefaultExtrinsicParamsBuilder::new()
            .immortal()
            .nonce(number)
            .build();
        let signed = self
            .api
            .tx()
            .create_partial_offline(&call, params)
            .unwrap()
            .sign(from);
        format!("0x{}", hex::encode(signed.encoded()))
    }

    /// Signs and sends a transfer.
    pub async fn send(&self, from: &Keypair, to: &AccountId32, amount: u128) {
        let number = self.next(&account(from)).await;
        let bytes = self.transfer(from, to, amount, number).await;
        self.ask("author_submitExtrinsic", rpc_params![bytes]).await;
    }

    /// Makes a contract of this code, as Alice, and returns its address.
    pub async fn deploy(&self, code: &[u8]) -> String {
        let gas = dynamic::Value::named_composite([
            ("ref_time", dynamic::Value::u128(100_000_000_000)),
            ("proof_size", dynamic::Value::u128(1_000_000)),
        ]);
        let none = dynamic::Value::unnamed_variant("None", []);
        let arguments = vec![
            dynamic::Value::u128(UNIT),
            gas,
            none,
            dynamic::Value::from_bytes(code),
            dynamic::Value::from_bytes([]),
            dynamic::Value::from_bytes([]),
        ];
        let call = dynamic::tx("Contracts", "instantiate_with_code", arguments);
        let signer = subxt_signer::sr25519::dev::alice();
        let sent = self
            .api
            .tx()
            .sign_and_submit_then_watch_default(&call, &signer)
            .await
            .unwrap();
        let events = sent.wait_for_finalized_success().await.unwrap();
        let made = events
            .iter()
            .map(Result::unwrap)
            .find(|event| event.variant_name() == "Instantiated");
        let fields = made.unwrap().field_bytes().to_vec();
        // Its deployer, and itself.
        AccountId32(fields[32..64].try_into().unwrap()).to_string()
    }

    /// Waits until something is so.
    pub async fn until<F: std::future::Future<Output = bool>>(&self, is_so: impl Fn() -> F) {
        let start = Instant::now();
        while !is_so().await {
            assert!(start.elapsed() < Duration::from_secs(60), "it never is");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub async fn has_best(&self, number: u64) {
        self.until(|| async { self.best().await >= number }).await;
    }

    /// The block that is so many behind the first, and its hash.
    pub async fn block(&self, number: u64) -> (Value, Value) {
        let number = number + FIRST;
        let hash = self.ask("chain_getBlockHash", rpc_params![number]).await;
        let block = self.ask("chain_getBlock", rpc_params![&hash]).await;
        (hash, block["block"].clone())
    }
}

/// What somebody hears who listens.
pub struct Heard(RpcSubscription<Value>);

impl Heard {
    pub async fn next(&mut self) -> Value {
        let next = tokio::time::timeout(Duration::from_secs(60), self.0.next()).await;
        next.expect("something happens")
            .expect("it goes on")
            .unwrap()
    }

    /// Whether there is nothing to hear for a while.
    pub async fn is_quiet(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(200), self.0.next())
            .await
            .is_err()
    }
}

pub fn account(keys: &Keypair) -> AccountId32 {
    AccountId32(keys.public_key().0)
}

/// Somebody who has nothing.
pub fn nobody(number: u8) -> AccountId32 {
    AccountId32([number.max(1); 32])
}

pub fn nothing() -> RpcParams {
    rpc_params![]
}

/// An amount as the development methods take it.
pub fn digits(amount: u128) -> Value {
    json!(amount.to_string())
}
