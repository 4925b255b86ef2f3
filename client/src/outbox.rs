//! The outbox: the transaction that an account has under way.
//!
//! A transaction is put into the outbox before it is sent. It is taken out when its fate is known and the
//! user has been told. Whatever happens in between, the next program finds the same bytes. It can look them
//! up in the chain, and send them again without risk, because the chain takes the same bytes only once.

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

/// The outbox of an account on a chain. Only one program can have it open. Among those that use the same
/// folder, only that program signs for the account.
pub struct Outbox {
    path: PathBuf,
    _lock: files::Lock,
}

/// A signed transaction whose fate is not settled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unfinished {
    /// What the transaction does, in words.
    pub what: String,
    /// A hash that tells it apart from other calls of the account.
    #[serde(with = "hex")]
    pub(crate) fingerprint: Hash,
    /// The signed transaction, as it was or will be sent.
    #[serde(with = "hex")]
    pub(crate) bytes: Vec<u8>,
    /// The transaction's hash.
    #[serde(with = "hex")]
    pub transaction: Hash,
    /// How many transactions the signer had made before it.
    pub(crate) nonce: u64,
    /// The number and hash of the block that it was signed after.
    pub(crate) after: u32,
    #[serde(with = "hex")]
    pub(crate) after_hash: Hash,
    /// How many blocks it is valid for.
    pub(crate) valid_for: u32,
    /// The contract's answer in the dry run.
    #[serde(with = "hex")]
    pub(crate) answer: Vec<u8>,
    /// The money attached to it, in the smallest unit.
    pub(crate) value: String,
    /// What the signing program derived from its user's words, such as prices and moments. The same words
    /// mean the same until this is settled.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub memory: Memory,
}

/// What a user's words meant, by the words.
pub type Memory = BTreeMap<String, serde_json::Value>;

impl Unfinished {
    /// Returns the block that it was signed after.
    pub(crate) fn after(&self) -> Block {
        Block {
            number: self.after,
            hash: self.after_hash,
        }
    }

    /// Returns whether it is this call, perhaps with another value attached. Use it for calls whose value
    /// depends on the chain's state when they were signed. [`Unfinished::value`] is the value it had.
    pub fn is_but_for_value<R>(&self, call: &Call<R>) -> bool {
        self.fingerprint == call.clone().with_value(self.value()).fingerprint()
    }

    /// Returns the number of the block that it was signed after. It is in a later block, or in none.
    pub fn signed_after(&self) -> u32 {
        self.after
    }

    /// Returns the money attached to it, in the smallest unit.
    pub fn value(&self) -> Balance {
        self.value.parse().unwrap_or(0)
    }
}

/// Returns where the outboxes of a chain are, in a folder of the caller's.
fn folder_of(folder: &Path, genesis: &Hash) -> PathBuf {
    folder.join(hex::encode(genesis)).join("outbox")
}

/// Returns what to write for a file from a backup. A transaction that was under way then is settled and
/// reported when somebody signs next. It is never taken for one that is meant now.
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
    /// Opens the outbox of an account on the chain with this genesis hash, in the caller's folder.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process has it; [`Error::File`].
    pub fn open(folder: &Path, genesis: &Hash, account: Account) -> Result<Self, Error> {
        Self::open_within(folder, genesis, account, Duration::ZERO)
    }

    /// Opens the outbox. If another process has it, waits up to `wait` for that process to finish.
    ///
    /// # Errors
    /// [`Error::Busy`] if that process has not finished by then; [`Error::File`].
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

    /// Returns the transaction that is under way, if there is one.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn unfinished(&self) -> Result<Option<Unfinished>, Error> {
        files::read_json(&self.path)
    }

    /// Returns the transaction that an account has under way, if there is one. It only looks: it locks
    /// nothing and makes no file.
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

    /// Returns every transaction that is under way in a folder, with its account. It only looks: it locks
    /// nothing.
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

    /// Forgets the transaction. Call this once its fate is known and the user has been told.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn empty(&self) -> Result<(), Error> {
        files::remove(&self.path)
    }
}
