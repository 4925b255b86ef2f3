//! A development chain with everything deployed, and people who call contracts.

use farthing_client::{
    deployment::{metadata_path, Code, Deployed},
    history::Keeping,
    Account, Answer, Call, Certainty, Chain, Client, Constructor, Deployment, Error, History,
    Instance, Key, Metadata, Outbox,
};
use farthing_contracts::{
    channels::ChannelsRef,
    pool::terms::Fee,
    pool_factory::PoolFactoryRef,
    registry::{claims::Wait, creator::Profile, RegistryRef},
    storefront::StorefrontRef,
    streams::StreamsRef,
    Contract,
};
use farthing_node_tests::node::Node;
use farthing_types::{commitment, CreatorId};
use ink::codegen::TraitCallBuilder;
use std::{fs, path::PathBuf};

pub const UNIT: u128 = 1_000_000_000_000;
/// The storefront's fee, in basis points: an odd one, so that there is rounding.
const FEE: u16 = 333;
/// That of the factory's pools.
pub const POOL_FEE: u16 = 77;
const NETWORK: &str = "test";

/// The chain, and a folder for all files.
pub struct World {
    pub client: Client,
    pub folder: tempfile::TempDir,
    _node: Node,
}

/// Gets the result of a future.
pub fn block_on<T>(future: impl std::future::Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

pub fn key(name: &str) -> Key {
    Key::for_development(&format!("//{name}")).unwrap()
}

pub fn account(name: &str) -> Account {
    key(name).account()
}

impl World {
    /// A new chain on which Alice has deployed everything; fees are Ferdie's.
    pub async fn new() -> Self {
        Self::on(Node::own(&[])).await
    }

    /// The same on a node that runs.
    pub async fn on(node: Node) -> Self {
        farthing_artifacts::ready().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let chain = Chain::connect(&node.url).await.unwrap();
        let mut deploying = Deploying {
            deployment: Deployment::on(&chain, NETWORK).await.unwrap(),
            chain,
            folder: folder.path().into(),
        };
        deploying.all().await;
        let client = Client::open(deploying.chain, folder.path(), NETWORK);
        Self {
            client: client.await.unwrap(),
            folder,
            _node: node,
        }
    }

    /// The deployment's file, as a program that is started later finds it.
    pub async fn reopened(&self, change: impl FnOnce(&mut Deployment)) -> Client {
        let mut deployment = self.client.deployment.clone();
        change(&mut deployment);
        deployment.write(self.folder.path()).unwrap();
        let chain = self.client.chain.clone();
        let client = Client::open(chain, self.folder.path(), NETWORK).await;
        self.client.deployment.write(self.folder.path()).unwrap();
        client.unwrap()
    }

    /// Has somebody make a call.
    pub async fn act<R: Answer>(&self, who: &str, call: Call<R>) -> Result<R::Good, Error> {
        let key = key(who);
        let plan = self.client.plan(key.account(), call).await?;
        let outbox = self.outbox(&key);
        let sent = self
            .client
            .send(plan, &key, &outbox, Certainty::Final, &mut |_| ())
            .await;
        outbox.empty().unwrap();
        sent.map(|done| done.answer)
    }

    fn outbox(&self, key: &Key) -> Outbox {
        let genesis = self.client.chain.genesis();
        Outbox::open(self.folder.path(), &genesis, key.account()).unwrap()
    }

    /// A creator with an open storefront.
    pub async fn creator(&self, who: &str, handle: &str) -> CreatorId {
        let mut registry: RegistryRef = self.client.contract().unwrap();
        let salt = [7; 32];
        let hash = commitment::handle_claim(handle, &account(who).id(), &salt);
        let commit = registry.call_mut().commit(hash);
        self.act(who, Call::new(commit, 0)).await.unwrap();
        self.client.chain.forward(1).await.unwrap();
        let profile = Profile {
            commitment: [0; 32],
            uri: String::new(),
        };
        let register = registry.call_mut().register(handle.into(), salt, profile);
        let creator = self.act(who, Call::new(register, 0)).await.unwrap();
        let mut shop: StorefrontRef = self.client.contract().unwrap();
        let open = shop.call_mut().open(creator);
        self.act(who, Call::new(open, 0)).await.unwrap();
        creator
    }

    /// The history up to now, kept in the world's folder.
    pub async fn history(&self) -> History {
        self.kept(Keeping::Folder(self.folder.path().join("history")))
            .await
    }

    /// The history up to now, kept in some way.
    pub async fn kept(&self, keeping: Keeping) -> History {
        let mut history = History::open(&self.client, keeping).await.unwrap();
        let last = self.client.chain.best().await.unwrap();
        let mut quiet = |_| ();
        let update = history.update(&self.client, last, &mut quiet);
        update.await.unwrap();
        history
    }
}

struct Deploying {
    chain: Chain,
    deployment: Deployment,
    folder: PathBuf,
}

impl Deploying {
    async fn all(&mut self) {
        for contract in Contract::all() {
            self.upload(contract).await;
        }
        let wait = Wait {
            millis: 0,
            blocks: 1,
        };
        self.make(Contract::Registry, RegistryRef::with_wait(Vec::new(), wait))
            .await;
        let registry = self.deployment.address(Contract::Registry).unwrap().id();
        let treasury = account("Ferdie").id();
        let storefront = StorefrontRef::new(registry, FEE, treasury, None);
        self.make(Contract::Storefront, storefront).await;
        let channels = ChannelsRef::new(self.chain.genesis(), None);
        self.make(Contract::Channels, channels).await;
        self.make(Contract::Streams, StreamsRef::new(None)).await;
        let code = self.deployment.code_hash(Contract::Pool).unwrap();
        let fee = Some(Fee {
            points: POOL_FEE,
            treasury,
        });
        let factory = PoolFactoryRef::new(registry, code.into(), fee);
        self.make(Contract::PoolFactory, factory).await;
        self.deployment.write(&self.folder).unwrap();
    }

    async fn upload(&mut self, contract: Contract) {
        let (artifacts, name) = (farthing_artifacts::folder(), contract.name());
        let from = artifacts.join(format!("{name}.json"));
        let to = metadata_path(&self.folder, NETWORK, contract);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(&from, to).unwrap();
        let code = fs::read(artifacts.join(format!("{name}.wasm"))).unwrap();
        let step = self.chain.plan_upload(account("Alice"), name, &code).await;
        self.send(step.unwrap()).await;
        let metadata = Metadata::read(&from).unwrap();
        let code = Code {
            hash: metadata.code_hash,
            version: metadata.version,
        };
        self.deployment.code.insert(name.into(), code);
    }

    async fn make<Ref, A: scale::Encode, R: farthing_client::Constructed>(
        &mut self,
        contract: Contract,
        constructor: Constructor<Ref, A, R>,
    ) {
        let code = self.deployment.code_hash(contract).unwrap();
        let instance = Instance::new(code, constructor, b"test");
        let (deployer, name) = (account("Alice"), contract.name());
        let step = self.chain.plan_instance(deployer, name, &instance).await;
        self.send(step.unwrap()).await;
        let deployed = Deployed {
            address: instance.address(deployer),
            deployer,
            block: self.chain.best().await.unwrap().number,
        };
        self.deployment.contracts.insert(name.into(), deployed);
    }

    async fn send(&self, step: farthing_client::Step) {
        let key = key("Alice");
        let outbox = Outbox::open(&self.folder, &self.chain.genesis(), key.account()).unwrap();
        let mut quiet = |_| ();
        let sent = self
            .chain
            .send_step(step, &key, &outbox, Certainty::Final, &mut quiet);
        sent.await.unwrap();
        outbox.empty().unwrap();
    }
}
