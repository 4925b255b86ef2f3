//! Contracts as they were built.

use farthing_client::{Error, Metadata};
use farthing_contracts::Contract;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A contract's code and metadata, as they were built.
pub struct Built {
    pub metadata: Metadata,
    /// Where the metadata is.
    pub path: PathBuf,
    pub wasm: Vec<u8>,
}

impl Built {
    /// Reads all contracts of a folder.
    pub fn all(folder: &Path) -> Result<BTreeMap<Contract, Self>, Error> {
        let read = |contract| Ok((contract, Self::read(folder, contract)?));
        Contract::all().map(read).collect()
    }

    fn read(folder: &Path, contract: Contract) -> Result<Self, Error> {
        let name = contract.name();
        let not_built = |path: &Path| {
            Error::Deployment(format!(
                "{} is missing: build the contracts with ./scripts/build --contracts, or name the folder that they are in with --artifacts.",
                path.display()
            ))
        };
        let path = folder.join(format!("{name}.json"));
        if !path.exists() {
            return Err(not_built(&path));
        }
        let metadata = Metadata::read(&path)?;
        let wasm = folder.join(format!("{name}.wasm"));
        let wasm = fs::read(&wasm).map_err(|_| not_built(&wasm))?;
        if farthing_types::commitment::blake2_256(&wasm) != metadata.code_hash {
            return Err(Error::Deployment(format!(
                "The Wasm and the metadata of the {name} do not belong together: build the contracts anew with ./scripts/build --contracts."
            )));
        }
        Ok(Self {
            metadata,
            path,
            wasm,
        })
    }
}
