//! The index of what happened in a test: when that ends, `farthing index` reads its chain from the first block on, and
//! `farthing index verify` compares what it has with the contracts, in every block.

use crate::{
    relay::Relay,
    world::{World, UNIT},
};
use farthing_contracts::{
    channels::ChannelsRef, pool_factory::PoolFactoryRef, registry::RegistryRef,
    storefront::StorefrontRef, streams::StreamsRef,
};
use farthing_node_tests::node::program;
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use ink_e2e::subxt::utils::H256;
use serde_json::{json, Map, Value};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::atomic::{AtomicU32, Ordering},
    thread,
};
use tokio::{runtime::Handle, task::block_in_place};

/// Where events are stored, as nodes are asked for them.
const EVENTS: &str = "0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7";

/// What a test deployed.
#[derive(Default)]
pub struct Made {
    /// The block before the first.
    pub since: u32,
    /// The contracts by name, as the file of a deployment has them.
    contracts: Map<String, Value>,
}

impl Made {
    /// Takes note of a contract. Pools and rounds are known by their code.
    pub fn note(&mut self, name: &str, at: AccountId, deployer: AccountId, block: u32) {
        if ["pool", "matching_round"].contains(&name) {
            return;
        }
        let made = json!({ "address": hex(&at), "deployer": hex(&deployer), "block": block });
        let before = self.contracts.insert(name.into(), made);
        assert!(before.is_none(), "an index is of one {name}");
    }

    fn at(&self, name: &str) -> Option<AccountId> {
        let address = self.contracts.get(name)?["address"].as_str()?;
        let bytes: Vec<u8> = (2..address.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&address[at..at + 2], 16).unwrap())
            .collect();
        Some(<[u8; 32]>::try_from(bytes).unwrap().into())
    }
}

fn hex(account: &AccountId) -> String {
    let bytes: &[u8; 32] = account.as_ref();
    bytes.iter().fold(String::from("0x"), |text, byte| {
        text + &format!("{byte:02x}")
    })
}

/// A folder with the file of a deployment and its index.
struct Indexed {
    folder: PathBuf,
}

static FOLDERS: AtomicU32 = AtomicU32::new(0);

impl Indexed {
    /// Makes the index of all that happened.
    async fn of(world: &mut World, url: &str) -> Self {
        let indexed = Self::begun(world).await;
        let made = indexed.run(url, &["--once"]);
        assert!(made.status.success(), "{made:?}");
        indexed
    }

    /// Writes down the deployment.
    async fn begun(world: &mut World) -> Self {
        world.deploy_the_rest().await;
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("farthing-indexed-{}-{number}", std::process::id());
        let indexed = Self {
            folder: std::env::temp_dir().join(name),
        };
        fs::create_dir(&indexed.folder).unwrap();
        let genesis = hash(&world.genesis());
        world.made.write(&indexed.folder, &genesis);
        indexed
    }

    fn run(&self, url: &str, words: &[&str]) -> Output {
        let farthing = program("farthing");
        assert!(
            farthing.is_file(),
            "The index is made by the program, which ./scripts/test compiles."
        );
        let folder = &self.folder;
        Command::new(farthing)
            .current_dir(folder)
            .env_clear()
            .env("HOME", folder)
            .args(["--json", "--network", "test", "--node", url])
            .arg("--deployments")
            .arg(folder)
            .arg("index")
            .args(words)
            .arg("--store")
            .arg(folder.join("index.sqlite"))
            .output()
            .unwrap()
    }

    /// Compares it with the contracts in every block, and with what the blocks' hashes prove.
    fn verify(&self, url: &str) -> Output {
        self.run(url, &["verify", "--every-block", "--events"])
    }
}

impl Drop for Indexed {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Made {
    /// Writes down the deployment, as the program reads it.
    fn write(&self, folder: &Path, genesis: &str) {
        let metadata = folder.join("test");
        fs::create_dir(&metadata).unwrap();
        let mut code = Map::new();
        for name in farthing_artifacts::contracts().unwrap() {
            let hash = hash(&farthing_artifacts::code_hash(&farthing_artifacts::wasm(
                &name,
            )));
            code.insert(name.clone(), json!({ "hash": hash, "version": "0" }));
            let file = format!("{name}.json");
            fs::copy(
                farthing_artifacts::folder().join(&file),
                metadata.join(&file),
            )
            .unwrap();
        }
        let deployment = json!({
            "network": "test",
            "chain": "a test's",
            "genesis": genesis,
            "block": self.since,
            "contracts": self.contracts,
            "code": code,
        });
        fs::write(folder.join("test.json"), deployment.to_string()).unwrap();
    }
}

fn hash(bytes: &[u8; 32]) -> String {
    hex(&(*bytes).into())
}

impl World {
    /// Deploys what the test had no need of: an index is of a whole deployment.
    async fn deploy_the_rest(&mut self) {
        let rich = self.rich.clone();
        let has = |world: &Self, name| world.made.at(name).is_some();
        if !has(self, "registry") {
            let constructor = RegistryRef::new(Vec::new());
            self.deploy("registry", &rich, constructor).await;
        }
        let registry = self.made.at("registry").unwrap();
        if !has(self, "storefront") {
            let constructor = StorefrontRef::new(registry, 0, rich.id(), None::<AccountId>);
            self.deploy("storefront", &rich, constructor).await;
        }
        if !has(self, "channels") {
            let constructor = ChannelsRef::new(self.genesis(), None::<AccountId>);
            self.deploy("channels", &rich, constructor).await;
        }
        if !has(self, "streams") {
            let constructor = StreamsRef::new(None::<AccountId>);
            self.deploy("streams", &rich, constructor).await;
        }
        if !has(self, "pool_factory") {
            let code = farthing_artifacts::code_hash(&farthing_artifacts::wasm("pool"));
            let constructor = PoolFactoryRef::new(registry, code.into(), None);
            self.deploy("pool_factory", &rich, constructor).await;
        }
    }
}

/// However a test is written, what it did is indexed and compared when it ends.
impl Drop for World {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        if !self.node.is_own() {
            eprintln!("A node that runs already may have forgotten old states: the index is not compared.");
            return;
        }
        block_in_place(|| {
            Handle::current().block_on(async {
                let url = self.node.url.clone();
                let verified = Indexed::of(self, &url).await.verify(&url);
                assert!(verified.status.success(), "{verified:?}");
            });
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn index_that_lacks_what_happened_in_any_block_does_not_agree() {
    let mut w = World::new().await;
    let [ada, bob] = w.accounts(100 * UNIT).await;
    let constructor = StreamsRef::new(None::<AccountId>);
    let mut streams = w.deploy("streams", &ada, constructor).await;
    let open = streams.contract.call_mut().open(bob.id(), 1);
    let mut told = Vec::new();
    let (stream, _) = w.call(&ada, open, UNIT).await;
    told.push(w.best().await);
    let top_up = streams.contract.call_mut().top_up(stream);
    w.call(&ada, top_up, UNIT).await;
    told.push(w.best().await);
    let stop = streams.contract.call_mut().stop(stream);
    w.call(&ada, stop, 0).await;
    told.push(w.best().await);
    if !w.node.is_own() {
        return;
    }
    let url = w.node.url.clone();
    for block in told {
        let relay = leaving_out(&url, block);
        let indexed = Indexed::begun(&mut w).await;
        let noticed = block_in_place(|| {
            let made = indexed.run(&relay.url, &["--once"]);
            !made.status.success() || !indexed.verify(&url).status.success()
        });
        assert!(noticed, "without what happened in {block:?} all is well");
    }
}

/// A line to a node that tells of no events in a block.
fn leaving_out(url: &str, block: H256) -> Relay {
    let (relay, _) = Relay::to(url, move |question: &Value, mut answer| {
        let is_of_block = question["params"][1] == json!(block);
        if question["method"] == "state_queryStorageAt" && is_of_block {
            for set in answer["result"].as_array_mut().into_iter().flatten() {
                for change in set["changes"].as_array_mut().into_iter().flatten() {
                    if change[0] == EVENTS {
                        change[1] = json!("0x00");
                    }
                }
            }
        }
        answer
    });
    relay
}
