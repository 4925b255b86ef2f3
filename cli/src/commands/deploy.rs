//! `farthing deploy`: puts on a chain what is not there yet, and writes down where it is.

mod built;
mod plan;
mod terms;

use crate::{
    outcome::{Outcome, Stop},
    output::Output,
    settings::Settings,
    signer,
    step::Taking,
    values::Span,
};
use built::Built;
use clap::{Args, ValueHint};
use farthing_client::{
    deployment::{metadata_path, Code, Deployed},
    Account, Chain, Client, Connecting, Deployment, Described, Error, Instance, Key, Outbox, Step,
};
use farthing_contracts::{
    channels::ChannelsRef, pool_factory::PoolFactoryRef, registry::RegistryRef,
    storefront::StorefrontRef, streams::StreamsRef, Contract,
};
use farthing_types::Hash;
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use terms::{Points, Terms, There};

/// Puts all contracts on a chain, skips what is there already, and writes down where they are: in
/// `deployments/NETWORK.json`, with the contracts' metadata in the folder beside it. What contracts are made
/// with holds for good: if those that are there were made with something else than is asked, nothing is done.
#[derive(Args)]
pub struct Deploy {
    /// Who gets the storefront's fee and that of pools [default: the deployer].
    #[arg(long)]
    treasury: Option<Account>,
    /// The storefront's fee, such as 0.05%; at most 5% [default: 0].
    #[arg(long, value_name = "PERCENT")]
    fee: Option<Points>,
    /// The fee of the factory's pools, such as 1%; at most 2% [default: 0].
    #[arg(long, value_name = "PERCENT")]
    pool_fee: Option<Points>,
    /// Who can pause what brings money in, for 7 days at most [default: nobody].
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
    /// Use contracts that are there even if they were made with something else than is asked here.
    #[arg(long)]
    keep: bool,
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
    built: BTreeMap<Contract, Built>,
    deployment: Deployment,
    terms: Terms,
}

impl Deploy {
    pub async fn run(self, settings: &Settings, output: &Output) -> Outcome {
        self.check()?;
        let folder = self.artifacts.clone();
        let folder = folder.unwrap_or_else(farthing_artifacts::folder);
        let built = Built::all(&folder)?;
        let chain = settings.connect_as(connecting(settings)).await?;
        output.set_token(chain.token());
        let known = known(settings, output, &chain).await?;
        let key = signer::key(settings, chain.is_development()).await?;
        let deployment = match known {
            Some(known) => known,
            None => Deployment::on(&chain, &settings.network).await?,
        };
        let terms = self.terms(&chain, key.account(), &There::default());
        let mut deploying = Deploying {
            settings,
            output,
            chain,
            key,
            built,
            deployment,
            terms,
        };
        deploying.take_codes()?;
        if settings.dry_run {
            deploying.look(&self, &folder).await?;
            return Err(Stop::Planned);
        }
        let state = settings.state_folder()?;
        let account = deploying.key.account();
        let outbox = Outbox::open(&state, &deploying.chain.genesis(), account)?;
        // What happened is found on the chain.
        deploying.taking(&outbox).settle().await?;
        let there = deploying.look(&self, &folder).await?;
        deploying.all(&outbox, &there).await
    }
}

/// A dry run writes nothing, no cache either.
fn connecting(settings: &Settings) -> Connecting {
    let connecting = settings.connecting();
    match settings.dry_run {
        true => Connecting {
            cache: None,
            ..connecting
        },
        false => connecting,
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
    if let Err(error) = known.check_chain(chain) {
        return match is_of_earlier_chain(&known, chain).await? {
            true => Ok(begun_anew(output)),
            false => Err(elsewhere(&error)),
        };
    }
    match known.is_gone(chain).await? {
        true => Ok(begun_anew(output)),
        false => Ok(Some(known)),
    }
}

fn begun_anew(output: &Output) -> Option<Deployment> {
    output.note("This development chain was started anew: everything is deployed again.");
    None
}

/// Whether a deployment on another chain is one on a development chain that this one has taken the place of: with
/// other accounts, it begins with another block. Deployments on chains that last are never replaced.
async fn is_of_earlier_chain(known: &Deployment, chain: &Chain) -> Result<bool, Error> {
    Ok(chain.is_development() && known.life.is_some() && known.chain == chain.name().await?)
}

/// What to do about a deployment on a chain that lasts, which stays as it is.
fn elsewhere(error: &Error) -> Error {
    Error::Deployment(format!(
        "{error} It stays as it is: deploy under another name with --network NAME, or name the right node with --node."
    ))
}

impl Deploying<'_> {
    /// A deployment keeps the code that it began with: clients, and pools that exist, rely on it.
    fn take_codes(&mut self) -> Result<(), Error> {
        for (contract, built) in &self.built {
            let (name, hash) = (contract.name(), built.metadata.code_hash);
            let known = self.deployment.code.get(name);
            if let Some(known) = known.filter(|known| known.hash != hash) {
                return Err(Error::Deployment(format!(
                    "The deployment \"{}\" has another {name} (code hash 0x{}) than was built here: contracts cannot be changed. Deploy under another name with --network.",
                    self.deployment.network,
                    hex::encode(known.hash)
                )));
            }
            let version = built.metadata.version.clone();
            self.deployment
                .code
                .insert(name.into(), Code { hash, version });
        }
        Ok(())
    }

    /// Finds out what is there, whether it is as was asked, and what the rest takes.
    async fn look(
        &mut self,
        asked: &Deploy,
        folder: &Path,
    ) -> Outcome<BTreeMap<Contract, Account>> {
        let client = Client::without_deployment(self.chain.clone(), folder).await?;
        let first = self.find().await?;
        let read = There::read(&client, &first, asked).await?;
        let account = self.key.account();
        self.terms = asked.terms(&self.chain, account, &read);
        // With what was taken over, others may be found.
        let there = self.find().await?;
        let read = match there == first {
            true => read,
            false => There::read(&client, &there, asked).await?,
        };
        if !read.differences.is_empty() && !asked.keep {
            return Err(Error::Input(format!(
                "The deployment \"{}\" was made with something else than is asked, which cannot be changed: {}. Leave out what differs, say --keep to use it as it is, or deploy under another name with --network.",
                self.deployment.network,
                read.differences.join("; ")
            ))
            .into());
        }
        self.plan(&there).await?;
        Ok(there)
    }

    /// Which contracts are there, known or not.
    async fn find(&self) -> Result<BTreeMap<Contract, Account>, Error> {
        let mut there = BTreeMap::new();
        for contract in Contract::SINGLE {
            let known = self.deployment.contracts.get(contract.name());
            if let Some(known) = known {
                self.check_there(contract, known.address).await?;
                there.insert(contract, known.address);
                continue;
            }
            let address = self.address(contract)?;
            if self.chain.code_of(address).await?.is_some() {
                there.insert(contract, address);
            }
        }
        Ok(there)
    }

    async fn all(&mut self, outbox: &Outbox, there: &BTreeMap<Contract, Account>) -> Outcome {
        for contract in Contract::all() {
            self.upload(outbox, contract).await?;
        }
        for contract in Contract::SINGLE {
            self.make(outbox, contract, there.contains_key(&contract))
                .await?;
        }
        self.write().await?;
        let name = format!("{}.json", self.settings.network);
        let file = self.settings.deployments.join(name);
        self.output.say(format!(
            "Everything is there; {} says where.",
            file.display()
        ));
        self.output.field("deployment", json!(self.deployment));
        Ok(())
    }

    fn built(&self, contract: Contract) -> Result<&Built, Error> {
        self.built
            .get(&contract)
            .ok_or_else(|| Error::Deployment(format!("The {contract} was not built.")))
    }

    /// Puts a contract's code on the chain, and its metadata beside the deployment's file.
    async fn upload(&self, outbox: &Outbox, contract: Contract) -> Outcome {
        let (name, built) = (contract.name(), self.built(contract)?);
        if self.chain.has_code(built.metadata.code_hash).await? {
            self.output.say(format!("code of the {name}: is there"));
        } else {
            let signer = self.key.account();
            let step = self.chain.plan_upload(signer, name, &built.wasm).await?;
            self.send(outbox, None, step).await?;
        }
        let folder = &self.settings.deployments;
        copy(
            &built.path,
            &metadata_path(folder, &self.settings.network, contract),
        )?;
        Ok(())
    }

    /// A contract as it is to be made.
    fn instance(&self, contract: Contract) -> Result<Instance, Error> {
        let code = self.built(contract)?.metadata.code_hash;
        let (salt, terms) = (self.settings.network.as_bytes(), &self.terms);
        let guardian = terms.guardian.map(Account::id);
        let registry = || Ok::<_, Error>(self.address(Contract::Registry)?.id());
        Ok(match contract {
            Contract::Registry => {
                let new = RegistryRef::with_wait(terms.reserved.clone(), terms.wait);
                Instance::new(code, new, salt)
            }
            Contract::Storefront => {
                let treasury = terms.treasury.id();
                let new = StorefrontRef::new(registry()?, terms.fee, treasury, guardian);
                Instance::new(code, new, salt)
            }
            Contract::Channels => {
                Instance::new(code, ChannelsRef::new(self.chain.genesis(), guardian), salt)
            }
            Contract::Streams => Instance::new(code, StreamsRef::new(guardian), salt),
            Contract::PoolFactory => {
                let pools = self.built(Contract::Pool)?.metadata.code_hash;
                let fee = terms.pool_fee.clone();
                Instance::new(
                    code,
                    PoolFactoryRef::new(registry()?, pools.into(), fee),
                    salt,
                )
            }
            Contract::Pool | Contract::MatchingRound => {
                return Err(Error::Deployment(format!(
                    "A deployment has no {contract} of its own."
                )))
            }
        })
    }

    /// Where a contract is, or will be.
    fn address(&self, contract: Contract) -> Result<Account, Error> {
        match self.deployment.contracts.get(contract.name()) {
            Some(known) => Ok(known.address),
            None => Ok(self.instance(contract)?.address(self.key.account())),
        }
    }

    /// Makes a contract, unless it is there.
    async fn make(&mut self, outbox: &Outbox, contract: Contract, was_there: bool) -> Outcome {
        let (name, address) = (contract.name(), self.address(contract)?);
        if self.deployment.contracts.contains_key(name) {
            self.output.say(format!("{name}: is there, at {address}"));
            return Ok(());
        }
        let deployer = self.key.account();
        if !was_there {
            let instance = self.instance(contract)?;
            let metadata = &self.built(contract)?.metadata;
            let what = metadata.describe(&instance.input)?;
            let step = self.chain.plan_instance(deployer, name, &instance).await;
            let step = step.map_err(|error| metadata.named(error))?;
            self.send(outbox, Some(&what), step).await?;
        }
        self.check_there(contract, address).await?;
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
        self.write().await
    }

    async fn write(&mut self) -> Outcome {
        // The block that tells a development chain's life may have come with the first transaction.
        if self.deployment.life.is_none() {
            self.deployment.life = self.chain.life().await?;
        }
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

    async fn check_there(&self, contract: Contract, address: Account) -> Result<(), Error> {
        let code: Hash = self.built(contract)?.metadata.code_hash;
        let found = self.chain.code_of(address).await?;
        match found == Some(code) {
            true => Ok(()),
            false => Err(Error::WrongContract {
                contract: contract.name().into(),
                address,
                found,
            }),
        }
    }

    fn taking<'b>(&'b self, outbox: &'b Outbox) -> Taking<'b> {
        Taking {
            settings: self.settings,
            output: self.output,
            chain: &self.chain,
            signer: self.key.account(),
            outbox,
        }
    }

    async fn send(&self, outbox: &Outbox, what: Option<&Described>, step: Step) -> Outcome {
        let words = step.what().to_string();
        let taking = self.taking(outbox);
        taking.take(&words, what, step, &self.key).await?;
        // Whether it happened is to be seen on the chain from here on.
        Ok(outbox.empty()?)
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let folder = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
    fs::copy(from, to)
        .map(drop)
        .map_err(|error| Error::file(to, error))
}
