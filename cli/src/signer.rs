//! Whose key signs. Secrets come from where others cannot read them: never from the command line.

use crate::{
    prompt,
    settings::{Named, Settings},
};
use farthing_client::{
    keyring::Entry, Account, Error, ExposeSecret, Key, Keystore, SecretString, UriError,
};
use std::{
    env::{self, VarError},
    fs,
    path::Path,
};

/// The environment's names for what is secret.
pub const SECRET: &str = "FARTHING_SECRET";
/// The environment's names for who signs.
pub const SIGNERS: [&str; 3] = ["FARTHING_KEYSTORE", SECRET, "FARTHING_AS"];
const PASSWORD: &str = "FARTHING_PASSWORD";

/// The accounts of development chains that have money.
const DEVELOPERS: [&str; 6] = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];

/// Where a key is.
enum Source {
    /// It is one of those that everybody has.
    Developer(Box<Key>),
    /// In a keystore that was named.
    Keystore(Keystore),
    /// Among the user's own accounts, if it is not only watched.
    Own(Entry),
    /// In the environment.
    Secret(SecretString),
}

/// Finds out where the signer's key is, as was said, or else as is usual; `None` if nobody is named.
fn source(settings: &Settings, is_development: bool) -> Result<Option<Source>, Error> {
    if let Some(name) = &settings.dev {
        return Ok(Some(Source::Developer(Box::new(developer(
            name,
            is_development,
        )?))));
    }
    if let Some(Named::Here(name)) = &settings.account {
        return Ok(Some(Source::Own(settings.keyring()?.named(name)?)));
    }
    if let [first, second, ..] = &settings.signers[..] {
        return Err(Error::Input(format!(
            "{first} and {second} are both set, and it is not clear who is to sign: unset one of them, or say it with --as or --keystore."
        )));
    }
    if let Some(path) = &settings.keystore {
        return Ok(Some(Source::Keystore(read(path)?)));
    }
    if let Some(secret) = set(SECRET)? {
        return Ok(Some(Source::Secret(secret)));
    }
    let own = match (&settings.account, settings.keyring()) {
        (Some(Named::Elsewhere(name)), ring) => Some(ring?.named(name)?),
        (_, Ok(ring)) => ring.default()?,
        // Where there is no folder, there is no account in it.
        (_, Err(_)) => None,
    };
    Ok(own.map(Source::Own))
}

/// Returns the signer's key. Those that everybody has are keys on development chains only.
///
/// # Errors
/// [`Error::Key`], also if the account is only watched, or if there is nobody to ask for what is secret.
pub async fn key(settings: &Settings, is_development: bool) -> Result<Key, Error> {
    match source(settings, is_development)? {
        Some(Source::Developer(key)) => Ok(*key),
        Some(Source::Keystore(keystore)) => open(&keystore, "the keystore").await,
        Some(Source::Own(entry)) => open(entry.keystore()?, &format!("\"{}\"", entry.name)).await,
        Some(Source::Secret(uri)) => of_uri(uri.expose_secret(), is_development),
        None => {
            let instead = "set FARTHING_SECRET, name a keystore with --keystore, or one of your own accounts with --as";
            let uri = prompt::secret("Secret URI", instead).await?;
            of_uri(uri.expose_secret(), is_development)
        }
    }
}

/// Returns the signer's account, if that is known without asking for anything.
///
/// # Errors
/// [`Error::Key`], [`Error::Input`], [`Error::File`] if who is named is nobody.
pub fn account(settings: &Settings, is_development: bool) -> Result<Option<Account>, Error> {
    Ok(match source(settings, is_development)? {
        Some(Source::Developer(key)) => Some(key.account()),
        Some(Source::Keystore(keystore)) => Some(keystore.account()),
        Some(Source::Own(entry)) => Some(entry.account),
        Some(Source::Secret(uri)) => Some(of_uri(uri.expose_secret(), is_development)?.account()),
        None => None,
    })
}

/// Returns what a variable of the environment is set to. Empty is set, and is refused as what it is.
pub fn set(name: &str) -> Result<Option<SecretString>, Error> {
    match env::var(name) {
        Ok(value) => Ok(Some(value.into())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Error::Key(format!("{name} is no text in UTF-8."))),
    }
}

/// Reads a keystore.
pub fn read(path: &Path) -> Result<Keystore, Error> {
    let json = fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
    Ok(Keystore::parse(&json)?)
}

/// Takes the key out of a keystore, with its password if it takes one.
pub async fn open(keystore: &Keystore, whose: &str) -> Result<Key, Error> {
    let password = match set(PASSWORD)? {
        _ if !keystore.is_encrypted() => SecretString::default(),
        Some(password) => password,
        None => prompt::secret(&format!("Password of {whose}"), "set FARTHING_PASSWORD").await?,
    };
    Ok(keystore.open(password.expose_secret())?)
}

/// Asks for the password of a key that is made, twice, as nobody sees what is typed.
pub async fn new_password() -> Result<SecretString, Error> {
    if let Some(password) = set(PASSWORD)? {
        return match password.expose_secret().is_empty() {
            true => Err(Error::Key(
                "A key is kept encrypted: FARTHING_PASSWORD is empty.".into(),
            )),
            false => Ok(password),
        };
    }
    let instead = "set FARTHING_PASSWORD";
    let first = prompt::secret("New password", instead).await?;
    let second = prompt::secret("The same again", instead).await?;
    match first.expose_secret() == second.expose_secret() {
        true => Ok(first),
        false => Err(Error::Key(
            "The two are different: nothing was made.".into(),
        )),
    }
}

/// Returns the key of a secret URI; on a development chain also of one that everybody has.
pub fn of_uri(uri: &str, is_development: bool) -> Result<Key, Error> {
    match Key::from_uri(uri) {
        Err(UriError::Public) if is_development => Ok(Key::for_development(uri)?),
        other => Ok(other?),
    }
}

/// Returns the key of one of the accounts of development chains.
pub fn developer(name: &str, is_development: bool) -> Result<Key, Error> {
    if !is_development {
        return Err(Error::Key(
            "This is no development chain: everybody has the keys that --dev names.".into(),
        ));
    }
    let known = DEVELOPERS
        .iter()
        .find(|known| known.eq_ignore_ascii_case(name));
    let known = known.ok_or_else(|| {
        Error::Key(format!(
            "There is no {name} among the accounts of development chains: {}.",
            DEVELOPERS.join(", ")
        ))
    })?;
    Ok(Key::for_development(&format!("//{known}"))?)
}
