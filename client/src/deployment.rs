//! Deployments: which contracts are where.
//!
//! `deployments/NAME.json` names the chain and the addresses. The folder `deployments/NAME/` holds the
//! contracts' metadata, which frontends need as well.

use crate::{files, Account, Chain, Error, Metadata, Token};
use farthing_contracts::Contract;
use farthing_types::Hash;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// A deployment: which contracts are where, on one chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// The deployment's name.
    pub network: String,
    /// The chain's own name.
    pub chain: String,
    /// The chain's genesis hash.
    #[serde(with = "hash")]
    pub genesis: Hash,
    /// The token that the chain's amounts are in. Files that are older than this program do not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// On a development chain, what tells this life of it from others that begin with the same block.
    #[serde(
        default,
        with = "hash::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub life: Option<Hash>,
    /// The number of the block before the first contract was made. Nothing happened to the contracts before
    /// it.
    pub block: u32,
    /// The contracts that exist once each, by name.
    pub contracts: BTreeMap<String, Deployed>,
    /// The code of all contracts by name, including those that are made later.
    pub code: BTreeMap<String, Code>,
    /// Matching rounds, by the names that their makers gave them.
    #[serde(default)]
    pub rounds: BTreeMap<String, Account>,
}

/// Why the contracts of a deployment do not belong together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// A contract relies on another registry, where handles stand for other people.
    #[error("its {contract} asks the registry at {asks}, and the deployment's registry is at {registry}")]
    Registry {
        /// The contract that does so.
        contract: Contract,
        /// The registry that it asks.
        asks: Account,
        /// The registry of the deployment.
        registry: Account,
    },
    /// The channels contract takes vouchers of the chain with this genesis hash, which is another one.
    #[error("its channels take vouchers for the chain with genesis hash 0x{}", hex::encode(.0))]
    Genesis(Hash),
    /// The factory makes pools with other code.
    #[error("its factory makes pools of code 0x{}, and the deployment's pools are of code 0x{}", hex::encode(.makes), hex::encode(.known))]
    PoolCode {
        /// The code hash of the pools that it makes.
        makes: Hash,
        /// The code hash of pools in the deployment.
        known: Hash,
    },
}

/// One contract of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployed {
    /// The contract's address.
    pub address: Account,
    /// The account that made the contract.
    pub deployer: Account,
    /// The number of the block that it was made in.
    pub block: u32,
}

/// The code of a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The code's hash.
    #[serde(with = "hash")]
    pub hash: Hash,
    /// The version of the sources that it was built from.
    pub version: String,
}

impl Deployment {
    /// Returns a deployment without contracts yet, on a chain. Whatever it will contain happens after the
    /// latest block.
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

    /// Reads the deployment of this name in a folder; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn read(folder: &Path, network: &str) -> Result<Option<Self>, Error> {
        let read: Option<Self> = files::read_json(&path(folder, network))?;
        // A file that was copied is what it is called, and not what it was copied of.
        Ok(read.map(|deployment| Self {
            network: network.into(),
            ..deployment
        }))
    }

    /// Writes the deployment to its file in a folder.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        files::write_public_json(&path(folder, &self.network), self)
    }

    /// Adds a round to the deployment's file, where other programs may have added rounds too. Returns what
    /// the file then says.
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

    /// Checks that no other round has this name than the one at this address.
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

    /// Checks that the deployment is on this chain.
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

    /// Returns whether the whole deployment is gone because its development chain was started anew. Such a
    /// chain begins with the same block each time.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn is_gone(&self, chain: &Chain) -> Result<bool, Error> {
        let addresses: Vec<_> = self.contracts.values().map(|one| one.address).collect();
        let codes = chain.codes_of(&addresses).await?;
        let gone = !codes.is_empty() && codes.iter().all(Option::is_none);
        Ok(gone && chain.is_development())
    }

    /// Returns the address of a contract.
    ///
    /// # Errors
    /// [`Error::Deployment`] if the deployment does not have it.
    pub fn address(&self, contract: Contract) -> Result<Account, Error> {
        let found = self
            .contracts
            .get(contract.name())
            .map(|found| found.address);
        found.ok_or_else(|| self.incomplete(contract))
    }

    /// Returns whether the contract at an address is part of it. Pools and rounds always are, whoever made
    /// them.
    pub fn has(&self, contract: &str, address: Account) -> bool {
        let ours = self.contracts.get(contract).map(|found| found.address);
        let one_of_many = Contract::MANY.iter().any(|many| many.name() == contract);
        one_of_many || ours == Some(address)
    }

    /// Returns the hash of a contract's code.
    ///
    /// # Errors
    /// [`Error::Deployment`] if the deployment does not have it.
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

    /// Reads the metadata of one of its contracts.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Deployment`] if it belongs to other code.
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

/// Returns the path of the metadata of a deployment's contract.
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

    /// Keeps a hash that may be missing in the same way.
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

    fn deployment() -> Deployment {
        Deployment {
            network: "test".into(),
            chain: "Development".into(),
            genesis: [1; 32],
            token: Some(Token::default()),
            life: Some([3; 32]),
            block: 0,
            contracts: BTreeMap::new(),
            code: BTreeMap::new(),
            rounds: BTreeMap::new(),
        }
    }

    #[test]
    fn deployment_is_called_what_its_file_is_called_and_everybody_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(format!("{name}.json"));
        deployment().write(folder.path()).unwrap();
        std::fs::copy(path("test"), path("staging")).unwrap();
        let staging = Deployment::read(folder.path(), "staging").unwrap().unwrap();
        staging
            .add_round(folder.path(), "autumn", Account([2; 32]))
            .unwrap();
        let read = |name| Deployment::read(folder.path(), name).unwrap().unwrap();
        assert!(read("staging").rounds.contains_key("autumn"));
        assert!(read("test").rounds.is_empty());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(path("staging"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o644);
        }
    }

    #[test]
    fn rounds_that_others_added_in_the_meantime_stay() {
        let folder = tempfile::tempdir().unwrap();
        let deployment = deployment();
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
