//! `farthing deploy`: puts on a chain what is not there yet, and writes down where it is.

use crate::{
    outcome::Outcome, output::Output, settings::Settings, signer, step::Taking, values::Span,
};
use clap::{Args, ValueHint};
use farthing_client::{
    deployment::{metadata_path, Code, Deployed},
    Account, Chain, Constructed, Constructor, Deployment, Error, Instance, Key, Metadata, Outbox,
    Step,
};
use farthing_contracts::channels;
use farthing_contracts::pool;
use farthing_contracts::pool_factory;
use farthing_contracts::registry;
use farthing_contracts::registry::claims::Wait;
use farthing_contracts::storefront;
use farthing_contracts::streams;
use farthing_contracts::Contract;
use farthing_types::Hash;
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Puts all contracts on a chain, skips what is there already, and writes down where they are: in
/// `deployments/NETWORK.json`, with the contracts' metadata in the folder beside it.
#[derive(Args)]
pub struct Deploy {
    /// Who gets the storefront's fee and that of pools; the deployer, if it is left out.
    #[arg(long)]
    treasury: Option<Account>,
    /// The storefront's fee, in basis points (hundredths of a percent), at most 500.
    #[arg(long, default_value_t = 0)]
    fee: u16,
    /// The fee of the factory's pools, in basis points, at most 200.
    #[arg(long, default_value_t = 0)]
    pool_fee: u16,
    /// Who can pause what brings money in, for 7 days at most; nobody, if it is left out.
    #[arg(long)]
    guardian: Option<Account>,
    /// A handle that nobody can have; can be given several times.
    #[arg(long)]
    reserve: Vec<String>,
    /// How long the claim of a handle waits between announcement and reveal, such as 1min [default: a
    /// minute; nothing on a development chain].
    #[arg(long)]
    claim_wait: Option<Span>,
    /// How many blocks it waits as well [default: 5; 1 on a development chain].
    #[arg(long)]
    claim_blocks: Option<u32>,
    /// The folder with the built contracts [default: that of this checkout].
    #[arg(long, value_hint = ValueHint::DirPath)]
    artifacts: Option<PathBuf>,
}

/// A deployment in the making.
struct Deploying<'a> {
    settings: &'a Settings,
    output: &'a Output,
    chain: Chain,
    key: Key,
    outbox: Outbox,
    artifacts: PathBuf,
    deployment: Deployment,
}

impl Deploy {
    pub async fn run(self, settings: &Settings, output: &Output) -> Outcome {
        let chain = settings.connect().await?;
        output.set_token(chain.token());
        let known = known(settings, output, &chain).await?;
        let key = signer::key(settings, &chain).await?;
        let outbox = Outbox::open(&settings.state_folder()?, &chain.genesis(), key.account())?;
        let deployment = match known {
            Some(known) => known,
            None => Deployment::on(&chain, &settings.network).await?,
        };
        let artifacts = self
            .artifacts
            .clone()
            .unwrap_or_else(farthing_artifacts::folder);
        let mut deploying = Deploying {
            settings,
            output,
            chain,
            key,
            outbox,
            artifacts,
            deployment,
        };
        // What happened is found on the chain.
        deploying.taking().settle().await?;
        deploying.all(&self).await
    }
}

/// The deployment that there is already.
async fn known(
    settings: &Settings,
    output: &Output,
    chain: &Chain,
) -> Result<Option<Deployment>, Error> {
    let Some(known) = Deployment::read(&settings.deployments, &settings.network)? else {
        return Ok(None);
    };
    known.check_chain(chain)?;
    if !known.is_gone(chain).await? {
        return Ok(Some(known));
    }
    output.note("This development chain was started anew: everything is deployed again.");
    Ok(None)
}

impl Deploying<'_> {
    async fn all(&mut self, deploy: &Deploy) -> Outcome {
        let me = self.key.account();
        for contract in Contract::all() {
            self.upload(contract).await?;
        }
        let salt = self.settings.network.clone();
        let treasury = deploy.treasury.unwrap_or(me).id();
        let guardian = deploy.guardian.map(Account::id);
        let pool_fee = (deploy.pool_fee > 0).then_some(pool::terms::Fee {
            points: deploy.pool_fee,
            treasury,
        });

        let usual = match self.chain.is_development() {
            // Its blocks come when there are transactions, and nobody else's.
            true => Wait {
                millis: 0,
                blocks: 1,
            },
            false => Wait::STANDARD,
        };
        let wait = Wait {
            millis: deploy.claim_wait.map_or(usual.millis, |span| span.0),
            blocks: deploy.claim_blocks.unwrap_or(usual.blocks),
        };
        let constructor = registry::RegistryRef::with_wait(deploy.reserve.clone(), wait);
        self.make(Contract::Registry, constructor, &salt).await?;
        let registry = self.deployment.address(Contract::Registry)?.id();
        let constructor = storefront::StorefrontRef::new(registry, deploy.fee, treasury, guardian);
        self.make(Contract::Storefront, constructor, &salt).await?;
        let constructor = channels::ChannelsRef::new(self.chain.genesis(), guardian);
        self.make(Contract::Channels, constructor, &salt).await?;
        let constructor = streams::StreamsRef::new(guardian);
        self.make(Contract::Streams, constructor, &salt).await?;
        let code = ink::primitives::Hash::from(self.deployment.code_hash(Contract::Pool)?);
        let constructor = pool_factory::PoolFactoryRef::new(registry, code, pool_fee);
        self.make(Contract::PoolFactory, constructor, &salt).await?;

        self.deployment.write(&self.settings.deployments)?;
        let file = self
            .settings
            .deployments
            .join(format!("{}.json", self.settings.network));
        self.output.say(format!(
            "Everything is there; {} says where.",
            file.display()
        ));
        self.output.field("deployment", json!(self.deployment));
        Ok(())
    }

    /// Puts a contract's code on the chain, and its metadata beside the deployment's file.
    async fn upload(&mut self, contract: Contract) -> Outcome {
        let name = contract.name();
        let path = self.artifacts.join(format!("{name}.json"));
        let not_built = |path: &Path| {
            Error::Deployment(format!(
                "{} is missing: build the contracts with ./scripts/build --contracts, or name the folder that they are in with --artifacts.",
                path.display()
            ))
        };
        if !path.exists() {
            return Err(not_built(&path).into());
        }
        let metadata = Metadata::read(&path)?;
        let wasm = self.artifacts.join(format!("{name}.wasm"));
        let code = fs::read(&wasm).map_err(|_| not_built(&wasm))?;
        self.check_code(name, &metadata, &code)?;
        if self.chain.has_code(metadata.code_hash).await? {
            self.output.say(format!("code of the {name}: is there"));
        } else {
            let step = self
                .chain
                .plan_upload(self.key.account(), name, &code)
                .await?;
            self.send(step).await?;
        }
        let to = metadata_path(&self.settings.deployments, &self.settings.network, contract);
        copy(&path, &to)?;
        let code = Code {
            hash: metadata.code_hash,
            version: metadata.version,
        };
        self.deployment.code.insert(name.into(), code);
        Ok(())
    }

    /// A deployment keeps the code that it began with: clients, and pools that exist, rely on it.
    fn check_code(&self, name: &str, metadata: &Metadata, code: &[u8]) -> Result<(), Error> {
        let hash = farthing_types::commitment::blake2_256(code);
        if hash != metadata.code_hash {
            return Err(Error::Deployment(format!(
                "The Wasm and the metadata of the {name} do not belong together: build the contracts anew with ./scripts/build --contracts."
            )));
        }
        match self.deployment.code.get(name) {
            Some(known) if known.hash != hash => Err(Error::Deployment(format!(
                "The deployment \"{}\" has another {name} (code hash 0x{}) than was built here: contracts cannot be changed. Deploy under another name with --network.",
                self.deployment.network,
                hex::encode(known.hash)
            ))),
            _ => Ok(()),
        }
    }

    /// Makes a contract, unless it is there.
    async fn make<Ref, A: scale::Encode, R: Constructed>(
        &mut self,
        contract: Contract,
        constructor: Constructor<Ref, A, R>,
        salt: &str,
    ) -> Outcome {
        let name = contract.name();
        let code = self.deployment.code_hash(contract)?;
        if let Some(known) = self.deployment.contracts.get(name) {
            self.check_there(name, known.address, code).await?;
            self.output
                .say(format!("{name}: is there, at {}", known.address));
            return Ok(());
        }
        let instance = Instance::new(code, constructor, salt.as_bytes());
        let deployer = self.key.account();
        let address = instance.address(deployer);
        let was_there = self.chain.code_of(address).await?.is_some();
        if !was_there {
            let step = self.chain.plan_instance(deployer, name, &instance).await?;
            self.send(step).await?;
        }
        self.check_there(name, address, code).await?;
        self.output.say(format!("{name}: {address}"));
        let deployed = Deployed {
            address,
            deployer,
            block: match was_there {
                true => self.found_since(address).await?,
                false => self.chain.best().await?.number,
            },
        };
        self.deployment.contracts.insert(name.into(), deployed);
        // What is made is written down at once, whatever happens next.
        self.deployment.write(&self.settings.deployments)?;
        Ok(())
    }

    /// Since which block a contract is there that this command did not make. The deployment's history begins
    /// before it: from the first block on, if the node no longer tells.
    async fn found_since(&mut self, address: Account) -> Result<u32, Error> {
        let block = self.chain.made_in(address).await?.unwrap_or(0);
        self.deployment.block = self.deployment.block.min(block.saturating_sub(1));
        Ok(block)
    }

    async fn check_there(&self, name: &str, address: Account, code: Hash) -> Result<(), Error> {
        let found = self.chain.code_of(address).await?;
        match found == Some(code) {
            true => Ok(()),
            false => Err(Error::WrongContract {
                contract: name.into(),
                address,
                found,
            }),
        }
    }

    fn taking(&self) -> Taking<'_> {
        Taking {
            settings: self.settings,
            output: self.output,
            chain: &self.chain,
            signer: self.key.account(),
            outbox: &self.outbox,
        }
    }

    async fn send(&self, step: Step) -> Outcome {
        let words = step.what().to_string();
        self.taking().take(&words, step, &self.key).await?;
        // Whether it happened is to be seen on the chain from here on.
        Ok(self.outbox.empty()?)
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let folder = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
    fs::copy(from, to)
        .map(drop)
        .map_err(|error| Error::file(to, error))
}
