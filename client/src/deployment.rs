//! Deployments: which contracts are where.
//!
//! `deployments/NAME.json` says on which chain, and at which addresses; the folder `deployments/NAME/`
//! holds the contracts' metadata, which frontends need as well.

use crate::{files, Account, Chain, Error, Metadata, Token};
use farthing_contracts::Contract;
use farthing_types::Hash;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Which contracts are where, on one chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// The deployment's name.
    pub network: String,
    /// The chain's own name.
    pub chain: String,
    /// The chain's genesis hash.
    #[serde(with = "hash")]
    pub genesis: Hash,
    /// What amounts on the chain are of; not told by deployments that are older than this program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// On a development chain, what tells this life of it from others that begin with the same block.
    #[serde(
        default,
        with = "hash::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub life: Option<Hash>,
    /// The number of the block before the first of them: nothing of theirs happened earlier.
    pub block: u32,
    /// The contracts there are one of.
    pub contracts: BTreeMap<String, Deployed>,
    /// The code of all, and of those that are made later.
    pub code: BTreeMap<String, Code>,
    /// Matching rounds, by the names that their makers gave them.
    #[serde(default)]
    pub rounds: BTreeMap<String, Account>,
}

/// What of a deployment does not belong together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// A contract relies on another registry: handles would stand for other people there.
    #[error("its {contract} asks the registry at {asks}, and the deployment's registry is at {registry}")]
    Registry {
        /// Which contract.
        contract: Contract,
        /// Which registry it asks.
        asks: Account,
        /// The deployment's.
        registry: Account,
    },
    /// The channels contract takes vouchers of another chain.
    #[error("its channels take vouchers for the chain with genesis hash 0x{}", hex::encode(.0))]
    Genesis(Hash),
    /// The factory makes pools of other code.
    #[error("its factory makes pools of code 0x{}, and the deployment's pools are of code 0x{}", hex::encode(.makes), hex::encode(.known))]
    PoolCode {
        /// What it makes them of.
        makes: Hash,
        /// What the deployment says.
        known: Hash,
    },
}

/// One contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployed {
    /// Where it is.
    pub address: Account,
    /// Who made it.
    pub deployer: Account,
    /// The block that it was made in.
    pub block: u32,
}

/// A contract's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Its hash.
    #[serde(with = "hash")]
    pub hash: Hash,
    /// The version that it was built of.
    pub version: String,
}

impl Deployment {
    /// Returns one that has nothing yet, on a chain: whatever it will have happens after the latest block.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn on(chain: &Chain, network: &str) -> Result<Self, Error> {
        Ok(Self {
            network: network.into(),
            chain: chain.name().await?,
            genesis: chain.genesis(),
            token: Some(chain.token().clone()),
            life: chain.life().await?,
            block: chain.best().await?.number,
            contracts: BTreeMap::new(),
            code: BTreeMap::new(),
            rounds: BTreeMap::new(),
        })
    }

    /// The deployment of this name in a folder; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn read(folder: &Path, network: &str) -> Result<Option<Self>, Error> {
        files::read_json(&path(folder, network))
    }

    /// Writes it down.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        files::write_json(&path(folder, &self.network), self)
    }

    /// Adds a round to what is written down, to which other programs may have added some. Returns all that
    /// is written there then.
    ///
    /// # Errors
    /// [`Error::Input`] if another round has the name; [`Error::File`].
    pub fn add_round(&self, folder: &Path, name: &str, address: Account) -> Result<Self, Error> {
        let _alone = files::Lock::wait(&folder.join(&self.network).join(".lock"))?;
        let mut latest = Self::read(folder, &self.network)?.unwrap_or_else(|| self.clone());
        latest.check_round(name, address)?;
        latest.rounds.insert(name.into(), address);
        latest.write(folder)?;
        Ok(latest)
    }

    /// Checks that no other round than the one at this address has a name.
    ///
    /// # Errors
    /// [`Error::Input`].
    pub fn check_round(&self, name: &str, address: Account) -> Result<(), Error> {
        match self.rounds.get(name) {
            Some(known) if *known != address => Err(Error::Input(format!(
                "There is another round \"{name}\" here, at {known}: this one is at {address}."
            ))),
            _ => Ok(()),
        }
    }

    /// Checks that this is the chain that it is on.
    ///
    /// # Errors
    /// [`Error::WrongChain`].
    pub fn check_chain(&self, chain: &Chain) -> Result<(), Error> {
        if self.genesis == chain.genesis() {
            return Ok(());
        }
        Err(Error::WrongChain {
            network: self.network.clone(),
            expected: self.genesis,
            found: chain.genesis(),
        })
    }

    /// Whether nothing of it is there any more, as a development chain was started anew: that begins with
    /// the same block.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn is_gone(&self, chain: &Chain) -> Result<bool, Error> {
        let addresses: Vec<_> = self.contracts.values().map(|one| one.address).collect();
        let codes = chain.codes_of(&addresses).await?;
        let gone = !codes.is_empty() && codes.iter().all(Option::is_none);
        Ok(gone && chain.is_development())
    }

    /// Where a contract is.
    ///
    /// # Errors
    /// [`Error::Deployment`] if it is not in it.
    pub fn address(&self, contract: Contract) -> Result<Account, Error> {
        let found = self
            .contracts
            .get(contract.name())
            .map(|found| found.address);
        found.ok_or_else(|| self.incomplete(contract))
    }

    /// Whether a contract at an address is part of it; whoever made it, if it is one of many.
    pub fn has(&self, contract: &str, address: Account) -> bool {
        let ours = self.contracts.get(contract).map(|found| found.address);
        let one_of_many = Contract::MANY.iter().any(|many| many.name() == contract);
        one_of_many || ours == Some(address)
    }

    /// The hash of a contract's code.
    ///
    /// # Errors
    /// [`Error::Deployment`] if it is not in it.
    pub fn code_hash(&self, contract: Contract) -> Result<Hash, Error> {
        let found = self.code.get(contract.name()).map(|code| code.hash);
        found.ok_or_else(|| self.incomplete(contract))
    }

    fn incomplete(&self, contract: Contract) -> Error {
        Error::Deployment(format!(
            "The deployment \"{}\" is not complete: it has no {contract}.",
            self.network
        ))
    }

    /// The metadata of one of its contracts.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Deployment`] if it is of other code.
    pub fn metadata(&self, folder: &Path, contract: Contract) -> Result<Metadata, Error> {
        let path = metadata_path(folder, &self.network, contract);
        let metadata = Metadata::read(&path)?;
        if metadata.code_hash == self.code_hash(contract)? {
            return Ok(metadata);
        }
        Err(Error::Deployment(format!(
            "{} is of other code than the deployment says: take back the file that was written when it was deployed.",
            path.display()
        )))
    }
}

fn path(folder: &Path, network: &str) -> PathBuf {
    folder.join(format!("{network}.json"))
}

/// Where the metadata of a deployment's contract is.
pub fn metadata_path(folder: &Path, network: &str, contract: Contract) -> PathBuf {
    folder.join(network).join(format!("{contract}.json"))
}

/// A hash in hexadecimal after `0x`, as everywhere around Substrate.
mod hash {
    use farthing_types::Hash;
    use serde::{de::Error, Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(hash: &Hash, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("0x{}", hex::encode(hash)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Hash, D::Error> {
        let text = String::deserialize(from)?;
        let bytes = hex::decode(text.trim_start_matches("0x")).ok();
        let hash = bytes.and_then(|bytes| bytes.try_into().ok());
        hash.ok_or_else(|| D::Error::custom("this is no hash of 32 bytes"))
    }

    /// The same where there may be none.
    pub mod optional {
        use super::Hash;
        use serde::{Deserialize, Deserializer, Serialize, Serializer};

        #[derive(Serialize, Deserialize)]
        struct Written(#[serde(with = "super")] Hash);

        pub fn serialize<S: Serializer>(hash: &Option<Hash>, to: S) -> Result<S::Ok, S::Error> {
            hash.map(Written).serialize(to)
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Hash>, D::Error> {
            let written = Option::<Written>::deserialize(from)?;
            Ok(written.map(|written| written.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_that_others_added_in_the_meantime_stay() {
        let folder = tempfile::tempdir().unwrap();
        let deployment = Deployment {
            network: "test".into(),
            chain: "Development".into(),
            genesis: [1; 32],
            token: None,
            life: None,
            block: 0,
            contracts: BTreeMap::new(),
            code: BTreeMap::new(),
            rounds: BTreeMap::new(),
        };
        deployment.write(folder.path()).unwrap();
        let add = |name, address| deployment.add_round(folder.path(), name, Account([address; 32]));
        assert_eq!(add("spring", 1).unwrap().rounds.len(), 1);
        assert_eq!(add("autumn", 2).unwrap().rounds.len(), 2);
        assert_eq!(add("autumn", 2).unwrap().rounds.len(), 2);
        assert!(matches!(add("spring", 3), Err(Error::Input(_))));
        let written = Deployment::read(folder.path(), "test").unwrap().unwrap();
        assert_eq!(written.rounds["spring"], Account([1; 32]));
    }
}
