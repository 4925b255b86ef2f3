//! Whose key signs. Secrets come from where others cannot read them: never from the command line.

use crate::{prompt, settings::Settings};
use farthing_client::{Account, Chain, Error, ExposeSecret, Key, Keystore, SecretString, UriError};
use std::{
    env::{self, VarError},
    fs,
};

/// The environment's names for what is secret.
pub const SECRET: &str = "FARTHING_SECRET";
const PASSWORD: &str = "FARTHING_PASSWORD";

/// The accounts of development chains that have money.
const DEVELOPERS: [&str; 6] = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];

/// The key that the options name.
pub async fn key(settings: &Settings, chain: &Chain) -> Result<Key, Error> {
    if let Some(name) = &settings.dev {
        return developer(name, chain);
    }
    if let Some(path) = &settings.keystore {
        let json = fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
        return of_keystore(&Keystore::parse(&json)?).await;
    }
    let uri = match set(SECRET)? {
        Some(uri) => uri,
        None => {
            let instead = "set FARTHING_SECRET, or name a keystore with --keystore";
            prompt::secret("Secret URI", instead).await?
        }
    };
    of_uri(uri.expose_secret(), chain)
}

/// Whose key the options name, if that can be told without a password.
pub fn named(settings: &Settings, chain: &Chain) -> Result<Option<Account>, Error> {
    if let Some(name) = &settings.dev {
        return Ok(Some(developer(name, chain)?.account()));
    }
    if let Some(path) = &settings.keystore {
        let json = fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
        return Ok(Some(Keystore::parse(&json)?.account()));
    }
    let uri = set(SECRET)?;
    let key = uri.map(|uri| of_uri(uri.expose_secret(), chain));
    Ok(key.transpose()?.map(|key| key.account()))
}

/// What a variable of the environment is set to. Empty is set, and is refused as what it is.
pub fn set(name: &str) -> Result<Option<SecretString>, Error> {
    match env::var(name) {
        Ok(value) => Ok(Some(value.into())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Error::Key(format!("{name} is no text in UTF-8."))),
    }
}

/// The key in a keystore, with its password if it takes one.
async fn of_keystore(keystore: &Keystore) -> Result<Key, Error> {
    let password = match set(PASSWORD)? {
        _ if !keystore.is_encrypted() => SecretString::default(),
        Some(password) => password,
        None => prompt::secret("Password of the keystore", "set FARTHING_PASSWORD").await?,
    };
    Ok(keystore.open(password.expose_secret())?)
}

/// The key of a secret URI; on a development chain also of one that everybody has.
pub fn of_uri(uri: &str, chain: &Chain) -> Result<Key, Error> {
    match Key::from_uri(uri) {
        Err(UriError::Public) if chain.is_development() => Ok(Key::for_development(uri)?),
        other => Ok(other?),
    }
}

/// The key of one of the accounts of development chains.
pub fn developer(name: &str, chain: &Chain) -> Result<Key, Error> {
    if !chain.is_development() {
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
