//! A folder of named accounts: encrypted keys, and accounts that are only watched.
//!
//! Each account is a file that wallets can read: `NAME.json`. It is a [keystore](crate::keystore), or for an
//! account without a key what polkadot-js writes for an account on a hardware device. One account is the
//! default. Files are whole at any moment. An interrupted change loses no key: a key is stored under its new
//! name before it is removed under the old one.

use crate::{
    files::{self, Lock},
    keystore::KeystoreError,
    Account, Error, Key, Keystore,
};
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// The longest name, in characters. Addresses are longer.
pub const MAX_NAME: usize = 32;

/// A folder of named accounts.
#[derive(Clone, Debug)]
pub struct Keyring {
    folder: PathBuf,
}

/// An account in a keyring.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The account's name.
    pub name: String,
    /// The account itself.
    pub account: Account,
    /// The account's key; `None` if it is only watched.
    pub keystore: Option<Keystore>,
}

/// A file in a keyring, and its content.
#[derive(Debug)]
pub struct Found {
    /// The account's name.
    pub name: String,
    /// The account in the file, or what is wrong with the file.
    pub entry: Result<Entry, Error>,
}

/// What a ring knows besides its accounts.
#[derive(Default, Serialize, Deserialize)]
struct Settings {
    default: Option<String>,
}

impl Entry {
    /// Decrypts the key with its password.
    ///
    /// # Errors
    /// [`Error::Key`], also if the account is only watched.
    pub fn open(&self, password: &str) -> Result<Key, Error> {
        Ok(self.keystore()?.open(password)?)
    }

    /// Returns the encrypted key.
    ///
    /// # Errors
    /// [`Error::Key`] if the account is only watched.
    pub fn keystore(&self) -> Result<&Keystore, Error> {
        self.keystore.as_ref().ok_or_else(|| {
            Error::Key(format!(
                "\"{}\" is an account that is only watched: its key is not here, and nothing can be signed as it.",
                self.name
            ))
        })
    }

    /// Reads what wallets read; `name` is what it is called here.
    fn parse(name: &str, json: &str) -> Result<Self, Error> {
        let keystore = match Keystore::parse(json) {
            Ok(keystore) => Some(keystore),
            Err(KeystoreError::NoKey) => None,
            Err(error) => return Err(error.into()),
        };
        let account = match &keystore {
            Some(keystore) => keystore.account(),
            None => watched(json)?,
        };
        Ok(Self {
            name: name.into(),
            account,
            keystore,
        })
    }

    fn to_json(&self) -> Value {
        match &self.keystore {
            Some(keystore) => keystore.clone().named(&self.name).to_json(),
            None => json!({
                "address": self.account.generic(),
                "meta": { "isExternal": true, "name": self.name },
            }),
        }
    }
}

/// Returns the account of a file without a key.
fn watched(json: &str) -> Result<Account, Error> {
    let file: Value = serde_json::from_str(json).unwrap_or_default();
    file["address"].as_str().unwrap_or_default().parse()
}

impl Keyring {
    /// Opens a folder. It need not exist until something is added.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// Returns all accounts, sorted by name. A file that cannot be read does not hide the others.
    ///
    /// # Errors
    /// [`Error::File`] if the folder cannot be read.
    pub fn list(&self) -> Result<Vec<Found>, Error> {
        let mut names = self.names()?;
        names.sort();
        let found = names.into_iter().filter_map(|name| {
            let entry = self.get(&name).transpose()?;
            Some(Found { name, entry })
        });
        Ok(found.collect())
    }

    /// Returns the account with a name; `None` if there is none, or if the text cannot be a name.
    ///
    /// # Errors
    /// [`Error::File`] if the account's file is not valid; it says why.
    pub fn get(&self, name: &str) -> Result<Option<Entry>, Error> {
        if check_name(name).is_err() {
            return Ok(None);
        }
        let path = self.path(name);
        let json = match fs::read_to_string(&path) {
            Ok(json) => json,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::file(&path, error)),
        };
        let entry = Entry::parse(name, &json);
        entry.map(Some).map_err(|error| Error::file(&path, error))
    }

    /// Returns the account with a name.
    ///
    /// # Errors
    /// [`Error::Input`] if there is none; [`Error::File`].
    pub fn named(&self, name: &str) -> Result<Entry, Error> {
        self.get(name)?.ok_or_else(|| none(name))
    }

    /// Returns the default account, if there is one.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Input`] if somebody removed its file.
    pub fn default(&self) -> Result<Option<Entry>, Error> {
        match self.settings()?.default {
            Some(name) => self.named(&name).map(Some),
            None => Ok(None),
        }
    }

    /// Returns the name of the default account, even if that account is gone.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn default_name(&self) -> Result<Option<String>, Error> {
        Ok(self.settings()?.default)
    }

    /// Checks that an account of this name can be added.
    ///
    /// # Errors
    /// [`Error::Input`] if the text cannot be a name, or the name is taken; [`Error::File`].
    pub fn check_new(&self, name: &str) -> Result<(), Error> {
        check_name(name)?;
        self.check_free(name, None)
    }

    /// Adds a key. The first key of a keyring becomes its default.
    ///
    /// # Errors
    /// [`Error::Input`] if the text cannot be a name, or the name is taken; [`Error::Key`] if the keystore is
    /// not encrypted; [`Error::File`].
    pub fn add(&self, name: &str, keystore: &Keystore) -> Result<Entry, Error> {
        if !keystore.is_encrypted() {
            return Err(Error::Key(
                "A key is kept encrypted: it takes a password.".into(),
            ));
        }
        let account = keystore.account();
        self.put(Entry {
            name: name.into(),
            account,
            keystore: Some(keystore.clone()),
        })
    }

    /// Adds an account that is only watched.
    ///
    /// # Errors
    /// [`Error::Input`] if the text cannot be a name, or the name is taken; [`Error::File`].
    pub fn watch(&self, name: &str, account: Account) -> Result<Entry, Error> {
        self.put(Entry {
            name: name.into(),
            account,
            keystore: None,
        })
    }

    fn put(&self, entry: Entry) -> Result<Entry, Error> {
        check_name(&entry.name)?;
        let _alone = self.lock()?;
        self.check_free(&entry.name, None)?;
        files::write_json(&self.path(&entry.name), &entry.to_json())?;
        if entry.keystore.is_some() && self.settings()?.default.is_none() {
            self.write_settings(Some(&entry.name))?;
        }
        Ok(entry)
    }

    /// Makes an account the default.
    ///
    /// # Errors
    /// [`Error::Input`] if there is no such account; [`Error::File`].
    pub fn set_default(&self, name: &str) -> Result<Entry, Error> {
        let _alone = self.lock()?;
        let entry = self.named(name)?;
        self.write_settings(Some(name))?;
        Ok(entry)
    }

    /// Renames an account.
    ///
    /// # Errors
    /// [`Error::Input`] if there is no such account, or if the new name is not valid or is taken;
    /// [`Error::File`].
    pub fn rename(&self, name: &str, new: &str) -> Result<Entry, Error> {
        check_name(new)?;
        let _alone = self.lock()?;
        let mut entry = self.named(name)?;
        self.check_free(new, Some(name))?;
        entry.name = new.into();
        files::write_json(&self.path(new), &entry.to_json())?;
        if self.settings()?.default.as_deref() == Some(name) {
            self.write_settings(Some(new))?;
        }
        if name != new && !is_same_file(&self.path(name), &self.path(new)) {
            files::remove(&self.path(name))?;
        }
        Ok(entry)
    }

    /// Removes an account. Its key is deleted for good.
    ///
    /// # Errors
    /// [`Error::Input`] if there is no such account; [`Error::File`].
    pub fn remove(&self, name: &str) -> Result<(), Error> {
        check_name(name).map_err(|_| none(name))?;
        let _alone = self.lock()?;
        if !self.path(name).exists() {
            return Err(none(name));
        }
        // A file that cannot be read can be removed, too.
        if self.settings()?.default.as_deref() == Some(name) {
            self.write_settings(None)?;
        }
        files::remove(&self.path(name))
    }

    // ---- Files ----

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    /// Returns the path of the settings. No name begins with a dot.
    fn settings_path(&self) -> PathBuf {
        self.folder.join(".ring.json")
    }

    fn settings(&self) -> Result<Settings, Error> {
        Ok(files::read_json(&self.settings_path())?.unwrap_or_default())
    }

    fn write_settings(&self, default: Option<&str>) -> Result<(), Error> {
        let settings = Settings {
            default: default.map(Into::into),
        };
        files::write_json(&self.settings_path(), &settings)
    }

    /// Keeps out who else changes this ring. Reading takes no lock, as files are whole at any moment.
    fn lock(&self) -> Result<Lock, Error> {
        make_private(&self.folder).map_err(|error| Error::file(&self.folder, error))?;
        Lock::wait(&self.folder.join(".lock"))
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        let failed = |error| Error::file(&self.folder, error);
        let files = match fs::read_dir(&self.folder) {
            Ok(files) => files,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut names = Vec::new();
        for file in files {
            let file = file.map_err(failed)?.file_name();
            let name = file.to_str().and_then(|file| file.strip_suffix(".json"));
            names.extend(
                name.filter(|name| check_name(name).is_ok())
                    .map(String::from),
            );
        }
        Ok(names)
    }

    /// Refuses a name that is taken, or that differs in small and capital letters only, which some file systems
    /// and most people take for the same. `but` may go.
    fn check_free(&self, name: &str, but: Option<&str>) -> Result<(), Error> {
        let taken =
            |other: &&String| other.eq_ignore_ascii_case(name) && Some(other.as_str()) != but;
        match self.names()?.iter().find(taken) {
            Some(other) => Err(Error::Input(format!(
                "There is an account \"{other}\" already."
            ))),
            None => Ok(()),
        }
    }
}

fn none(name: &str) -> Error {
    Error::Input(format!("There is no account {name:?} among yours."))
}

/// Tells whether a name can be one: it becomes a file's, and must be no flag, path or address.
fn check_name(name: &str) -> Result<(), Error> {
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let long = (1..=MAX_NAME).contains(&name.len());
    match long && name.chars().all(fine) && !name.starts_with('-') {
        true => Ok(()),
        false => Err(Error::Input(format!(
            "{name:?} cannot be an account's name: it has 1 to {MAX_NAME} letters, digits, - and _, and does not begin with -."
        ))),
    }
}

/// Returns whether two paths are of the same file: where small and capital letters are the same, a new name
/// can be the old file.
fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

#[cfg(unix)]
fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests;
