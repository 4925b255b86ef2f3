//! The transaction that an account has under way.
//!
//! A transaction is put into the outbox before it is sent, and taken out when its fate is known and has
//! been told. Whatever happens in between, whoever comes next finds its very bytes: it can be looked up
//! in the chain, and sent again without any risk, as the chain takes the same bytes once only.

use crate::{chain::Block, files, Account, Call, Error};
use farthing_types::{Balance, Hash};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

/// The outbox of an account on a chain. There is one at a time: whoever has it is the only one to sign
/// for the account, among those who use the same folder.
pub struct Outbox {
    path: PathBuf,
    _lock: files::Lock,
}

/// A signed transaction.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unfinished {
    /// What it does, for people.
    pub what: String,
    /// What tells it from other calls of the account.
    #[serde(with = "hex")]
    pub(crate) fingerprint: Hash,
    /// The transaction itself.
    #[serde(with = "hex")]
    pub(crate) bytes: Vec<u8>,
    /// Its hash.
    #[serde(with = "hex")]
    pub transaction: Hash,
    /// The signer's count of transactions before it.
    pub(crate) nonce: u64,
    /// The number and hash of the block that it was signed after.
    pub(crate) after: u32,
    #[serde(with = "hex")]
    pub(crate) after_hash: Hash,
    /// For how many blocks it is valid.
    pub(crate) valid_for: u32,
    /// What the contract would answer, as of then.
    #[serde(with = "hex")]
    pub(crate) answer: Vec<u8>,
    /// Money attached to it.
    pub(crate) value: String,
    /// What the program that signed it had worked out of its user's words, so that the same words mean the
    /// same as long as this is not settled: prices, moments.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub memory: Memory,
}

/// What words came to, by the words.
pub type Memory = BTreeMap<String, serde_json::Value>;

impl Unfinished {
    /// The block that it was signed after.
    pub(crate) fn after(&self) -> Block {
        Block {
            number: self.after,
            hash: self.after_hash,
        }
    }

    /// Whether it is this call, but perhaps with another value attached: for calls whose value is worked
    /// out from what was on the chain when it was signed. What it had is [`Unfinished::value`].
    pub fn is_but_for_value<R>(&self, call: &Call<R>) -> bool {
        self.fingerprint == call.clone().with_value(self.value()).fingerprint()
    }

    /// Returns the number of the block that it was signed after: it is in a later one, or in none.
    pub fn signed_after(&self) -> u32 {
        self.after
    }

    /// Money attached to it.
    pub fn value(&self) -> Balance {
        self.value.parse().unwrap_or(0)
    }
}

/// Where the outboxes of a chain are, in a folder of the caller's.
fn folder_of(folder: &Path, genesis: &Hash) -> PathBuf {
    folder.join(hex::encode(genesis)).join("outbox")
}

/// Returns what is to be written of a file of a backup: a transaction that was under way then is settled and told
/// of when somebody signs next, and is never taken for what is meant now.
pub(crate) fn aged(place: &Path, bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
    let is_json = place.extension().is_some_and(|ending| ending == "json");
    let is_in_outbox = place.components().any(|part| part.as_os_str() == "outbox");
    if !is_json || !is_in_outbox {
        return Ok(bytes);
    }
    let failed = |error| Error::file(place, error);
    let mut unfinished: Unfinished = serde_json::from_slice(&bytes).map_err(failed)?;
    unfinished.fingerprint = [0; 32];
    unfinished.memory.clear();
    unfinished.what += ", as of a backup that was restored";
    serde_json::to_vec_pretty(&unfinished).map_err(failed)
}

impl Outbox {
    /// Opens the outbox of an account on the chain with this genesis hash, in a folder of the caller's.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process has it; [`Error::File`].
    pub fn open(folder: &Path, genesis: &Hash, account: Account) -> Result<Self, Error> {
        Self::open_within(folder, genesis, account, Duration::ZERO)
    }

    /// The same, and waits up to `wait` for another process to be done with it.
    ///
    /// # Errors
    /// [`Error::Busy`] if it is not done by then; [`Error::File`].
    pub fn open_within(
        folder: &Path,
        genesis: &Hash,
        account: Account,
        wait: Duration,
    ) -> Result<Self, Error> {
        let folder = folder_of(folder, genesis);
        let lock = folder.join(format!("{}.lock", account.generic()));
        let lock = files::Lock::within(&lock, wait)?;
        Ok(Self {
            path: folder.join(format!("{}.json", account.generic())),
            _lock: lock.ok_or(Error::Busy(account))?,
        })
    }

    /// The transaction that is under way, if there is one.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn unfinished(&self) -> Result<Option<Unfinished>, Error> {
        files::read_json(&self.path)
    }

    /// Whether an account has a transaction under way, for who only looks: nothing is locked or made.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn look(
        folder: &Path,
        genesis: &Hash,
        account: Account,
    ) -> Result<Option<Unfinished>, Error> {
        let folder = folder_of(folder, genesis);
        files::read_json(&folder.join(format!("{}.json", account.generic())))
    }

    /// Returns whatever is under way in a folder, by account, for who only looks.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn look_at_all(folder: &Path, genesis: &Hash) -> Result<Vec<(Account, Unfinished)>, Error> {
        let folder = folder_of(folder, genesis);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::file(&folder, error)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| Error::file(&folder, error))?.path();
            let name = path.file_stem().and_then(|name| name.to_str());
            let account = name.and_then(|name| name.parse().ok());
            let is_transaction = path.extension().is_some_and(|ending| ending == "json");
            if let (Some(account), true) = (account, is_transaction) {
                let unfinished = files::read_json(&path)?;
                found.extend(unfinished.map(|unfinished| (account, unfinished)));
            }
        }
        Ok(found)
    }

    pub(crate) fn put(&self, transaction: &Unfinished) -> Result<(), Error> {
        files::write_json(&self.path, transaction)
    }

    /// Forgets the transaction: its fate is known, and was told.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn empty(&self) -> Result<(), Error> {
        files::remove(&self.path)
    }
}
