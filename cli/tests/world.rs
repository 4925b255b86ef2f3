//! A node with everything deployed, people with money, and the program in their hands.

use farthing_client::{Account, Chain, Key};
use farthing_node_tests::node::Node;
use farthing_types::Balance;
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        atomic::{AtomicU32, Ordering},
        Mutex, OnceLock,
    },
    time::{Duration, Instant},
};
use subxt::{config::DefaultExtrinsicParamsBuilder, dynamic};

/// One whole unit of the development chain's token, in its smallest.
pub const UNIT: u128 = 1_000_000_000_000;

/// The node of all tests. It ends with this process.
static NODE: OnceLock<Node> = OnceLock::new();
/// One deployment for all tests that do not ask for one of their own.
static DEPLOYED: OnceLock<tempfile::TempDir> = OnceLock::new();
static PEOPLE: AtomicU32 = AtomicU32::new(0);
/// Who sends money waits for the one before, as both sign as the same account.
static FUNDING: Mutex<()> = Mutex::new(());

/// What a run of the program came to.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Runs the program, and holds what it prints for programs against its schema.
    pub fn seen(mut command: Command) -> Self {
        let arguments = command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned());
        let arguments: Vec<_> = arguments.collect();
        let ran = Self::of(command.output().unwrap());
        crate::schema::see(&arguments, &ran.stdout);
        ran
    }

    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What it printed for programs, if it did what it should.
    pub fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.object()
    }

    /// What it printed for programs, however it ended.
    pub fn object(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{self:?}");
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// The sentence with which it failed, having been told to print JSON.
    pub fn refused(&self, code: i32, kind: &str) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        let object = self.object();
        assert_eq!(object["error"]["kind"], kind);
        object["error"]["message"].as_str().unwrap().into()
    }
}

/// A folder of deployments on the node.
pub struct World {
    pub url: String,
    pub deployments: PathBuf,
    _own: Option<tempfile::TempDir>,
}

/// Somebody with a key, money, and a folder of their own for what must not be lost.
pub struct Person {
    pub secret: String,
    pub account: Account,
    pub state: tempfile::TempDir,
    url: String,
    deployments: PathBuf,
}

impl World {
    /// Another node than that of all tests, with everything deployed.
    pub fn on(url: &str) -> Self {
        Self::with(url, &[])
    }

    /// The same, deployed with these flags.
    pub fn with(url: &str, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        deploy(url, folder.path(), flags);
        Self {
            url: url.into(),
            deployments: folder.path().into(),
            _own: Some(folder),
        }
    }

    /// The node, and the deployment that most tests share.
    pub fn new() -> Self {
        let url = url();
        let folder = DEPLOYED.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            deploy(&url, folder.path(), &[]);
            folder
        });
        Self {
            deployments: folder.path().into(),
            url,
            _own: None,
        }
    }

    /// The node, with an empty folder for deployments.
    pub fn bare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            url: url(),
            deployments: folder.path().into(),
            _own: Some(folder),
        }
    }

    /// Somebody new with this much money.
    pub fn person(&self, money: Balance) -> Person {
        let n = PEOPLE.fetch_add(1, Ordering::Relaxed);
        let secret = format!("//{}//{n}", std::process::id());
        let account = Key::for_development(&secret).unwrap().account();
        if money > 0 {
            self.give(account, money);
        }
        Person {
            secret,
            account,
            state: tempfile::tempdir().unwrap(),
            url: self.url.clone(),
            deployments: self.deployments.clone(),
        }
    }

    /// Gives an account money.
    pub fn give(&self, account: Account, money: Balance) {
        let _alone = FUNDING.lock().unwrap_or_else(|broken| broken.into_inner());
        block_on(fund(&self.url, account, money));
    }

    /// Somebody with enough money for any test.
    pub fn rich(&self) -> Person {
        self.person(100 * UNIT)
    }

    /// A channel to this person from somebody new, for tests that need a simple thing to do: the person
    /// tops it up. Returns the two addresses, payee's and payer's.
    pub fn well(&self, person: &Person) -> (String, String) {
        let (payer, me) = (self.rich(), person.account.to_string());
        payer.ok(&["channel", "open", &me, "1"]);
        (me, payer.account.to_string())
    }

    /// A creator with an open storefront, who has this handle and some digits after it.
    pub fn creator(&self, handle: &str) -> (Person, String) {
        let person = self.rich();
        let n = PEOPLE.fetch_add(1, Ordering::Relaxed);
        let handle = format!("{handle}-{}-{n}", std::process::id());
        person.ok(&["creator", "register", &handle]);
        (person, handle)
    }

    /// The chain.
    pub fn chain(&self) -> Chain {
        block_on(Chain::connect(&self.url)).unwrap()
    }

    /// The number of the latest block.
    pub async fn chain_best(&self) -> u32 {
        let chain = Chain::connect(&self.url).await.unwrap();
        chain.best().await.unwrap().number
    }

    /// What an account has: free and as deposits.
    pub fn money(&self, account: Account) -> (Balance, Balance) {
        let money = block_on(async {
            let chain = Chain::connect(&self.url).await?;
            chain.money(account).await
        });
        let money = money.unwrap();
        (money.free, money.held)
    }
}

impl Person {
    /// The program, about to do something as this person.
    pub fn plain(&self, arguments: &[&str]) -> Command {
        let mut command = program(&self.url, &self.deployments, self.state.path());
        command.args(arguments).env("FARTHING_SECRET", &self.secret);
        command
    }

    /// The same without asking, printing JSON, and content with blocks that are not final yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.plain(&[&["--json", "--yes", "--fast"], arguments].concat())
    }

    /// Where the program keeps what must not be lost on this life of the chain.
    pub fn kept(&self) -> PathBuf {
        let (genesis, life) = block_on(async {
            let chain = Chain::connect(&self.url).await?;
            Ok::<_, farthing_client::Error>((chain.genesis(), chain.life().await?))
        })
        .unwrap();
        let folder = self.state.path().join(hex::encode(genesis));
        life.map_or(folder.clone(), |life| folder.join(hex::encode(life)))
    }

    /// Where it writes a transaction down before it sends it.
    pub fn outbox(&self) -> PathBuf {
        let genesis = block_on(Chain::connect(&self.url)).unwrap().genesis();
        let folder = self.state.path().join(hex::encode(genesis));
        folder.join("outbox").join(format!("{}.json", self.account))
    }

    /// The same person, who talks to another node.
    pub fn at(mut self, url: &str) -> Self {
        self.url = url.into();
        self
    }

    /// The same person, who uses another folder of deployments.
    pub fn with(mut self, deployments: &Path) -> Self {
        self.deployments = deployments.into();
        self
    }

    /// The same person at another computer.
    pub fn elsewhere(&self) -> Self {
        Self {
            secret: self.secret.clone(),
            account: self.account,
            state: tempfile::tempdir().unwrap(),
            url: self.url.clone(),
            deployments: self.deployments.clone(),
        }
    }

    /// Does something. What it prints is held against its schema.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::seen(self.command(arguments))
    }

    /// Does something that is printed as comma-separated values.
    pub fn csv(&self, arguments: &[&str]) -> Ran {
        let words = [&["--yes", "--fast"], arguments].concat();
        Ran::of(self.plain(&words).output().unwrap())
    }

    /// Does something that must work, and returns what was printed.
    pub fn ok(&self, arguments: &[&str]) -> Value {
        self.run(arguments).json()
    }

    /// Does something that a contract or the chain refuses, and returns the sentence.
    pub fn refused(&self, arguments: &[&str]) -> String {
        self.run(arguments).refused(3, "refused")
    }

    /// The channels contract holds what it owes to this person, at least.
    pub fn assert_channels_solvent(&self) {
        let all = self.ok(&["channel", "overview"])["channels"].clone();
        let held: Balance = all["held"].as_str().unwrap().parse().unwrap();
        let book = self.ok(&["book"])["book"]["channels"].clone();
        let amounts = book["as_payer"].as_array().unwrap().iter();
        let amounts = amounts.map(|one| one["left"].as_str().unwrap());
        let kept = book["kept"].as_str().unwrap();
        let owed: Balance = amounts
            .chain([kept])
            .map(|amount| amount.parse::<Balance>().unwrap())
            .sum();
        assert!(owed <= held, "{book}, {all}");
    }

    /// What was put into this person's [well](World::well).
    pub fn in_channels(&self, well: &str) -> Balance {
        let me = self.account.to_string();
        let channel = self.ok(&["channel", "show", &me, well])["channel"].clone();
        let left: Balance = channel["left"].as_str().unwrap().parse().unwrap();
        left - UNIT
    }

    /// Repeats what is refused only because its time has not come, with a sentence that begins like this.
    /// On a chain that makes blocks only for transactions, another transaction moves it on.
    pub fn in_time(&self, arguments: &[&str], too_early: &str) -> Value {
        let start = Instant::now();
        loop {
            let ran = self.run(arguments);
            if ran.code == Some(0) {
                return ran.json();
            }
            let sentence = ran.refused(3, "refused");
            assert!(sentence.starts_with(too_early), "{sentence}");
            assert!(start.elapsed() < Duration::from_secs(120));
            let _alone = FUNDING.lock().unwrap_or_else(|broken| broken.into_inner());
            block_on(fund(&self.url, self.account, UNIT / 1_000));
        }
    }

    /// Starts something, to be ended before it is through.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }
}

/// Asks something of a node by the name of a method, such as those of the development chain.
pub fn ask(node: &Node, method: &str, params: Value) -> Value {
    let asked = block_on(async {
        Chain::connect(&node.url)
            .await?
            .request(method, params)
            .await
    });
    asked.unwrap_or_else(|why| panic!("{method}: {why}"))
}

/// Waits until something is so, or the process is through; says whether it is so.
pub fn until(child: &mut Child, is_so: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(60) {
        if is_so() {
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return is_so();
        }
        std::thread::yield_now();
    }
    panic!("nothing happens");
}

/// The program, with an environment of its own.
pub fn program(url: &str, deployments: &Path, state: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_farthing"));
    command
        .env_clear()
        .env("FARTHING_NODE_URL", url)
        .env("FARTHING_DEPLOYMENTS", deployments)
        .env("FARTHING_STATE", state)
        .env("XDG_CONFIG_HOME", state)
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .stdin(Stdio::null());
    // The compiler, which decides whether the contracts are fresh.
    for name in [
        "PATH",
        "HOME",
        "CARGO_HOME",
        "RUSTUP_HOME",
        "RUSTUP_TOOLCHAIN",
        "CARGO_TARGET_DIR",
    ] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

fn url() -> String {
    NODE.get_or_init(Node::get).url.clone()
}

/// Deploys everything as the development chain's Alice.
pub fn deploy(url: &str, deployments: &Path, arguments: &[&str]) -> Value {
    farthing_artifacts::ready().unwrap();
    let _alone = FUNDING.lock().unwrap_or_else(|broken| broken.into_inner());
    let state = tempfile::tempdir().unwrap();
    let mut command = program(url, deployments, state.path());
    command
        .args(["--json", "--yes", "--fast", "--dev", "alice", "deploy"])
        .args(arguments);
    Ran::seen(command).json()
}

/// Runs a future to its end.
pub fn block_on<T>(future: impl std::future::Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

async fn fund(url: &str, to: Account, money: Balance) {
    let chain = Chain::connect(url).await.unwrap();
    let alice = subxt_signer::sr25519::dev::alice();
    let call = dynamic::tx(
        "Balances",
        "transfer_keep_alive",
        vec![
            dynamic::Value::unnamed_variant("Id", [dynamic::Value::from_bytes(to.0)]),
            dynamic::Value::u128(money),
        ],
    );
    let nonce = chain
        .next_nonce(Account(alice.public_key().0))
        .await
        .unwrap();
    let params = DefaultExtrinsicParamsBuilder::new().nonce(nonce).build();
    let transactions = chain.api.tx();
    let mut transaction = transactions.create_partial_offline(&call, params).unwrap();
    transaction.sign(&alice).submit().await.unwrap();
    while chain.money(to).await.unwrap().free < money {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
