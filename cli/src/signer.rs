//! Whose key signs. Secrets come from where others cannot read them: never from the command line.

use crate::{arguments::Options, prompt};
use farthing_client::{Chain, Error, Key, Keystore, UriError};
use std::{env, fs};

/// The environment's names for what is secret.
pub const SECRET: &str = "FARTHING_SECRET";
const PASSWORD: &str = "FARTHING_PASSWORD";

/// The accounts of development chains that have money.
const DEVELOPERS: [&str; 6] = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];

/// The key that the options name.
pub async fn key(options: &Options, chain: &Chain) -> Result<Key, Error> {
    if let Some(name) = &options.dev {
        return developer(name, chain).await;
    }
    if let Some(path) = &options.keystore {
        let json = fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
        let password = match env::var(PASSWORD) {
            Ok(password) => password,
            Err(_) => prompt::secret("Password of the keystore", "set FARTHING_PASSWORD")?,
        };
        return Ok(Keystore::parse(&json)?.open(&password)?);
    }
    let uri = match env::var(SECRET) {
        Ok(uri) => uri,
        Err(_) => prompt::secret(
            "Secret URI",
            "set FARTHING_SECRET, or name a keystore with --keystore",
        )?,
    };
    of_uri(&uri, chain).await
}

/// The key of a secret URI; on a development chain also of one that everybody has.
pub async fn of_uri(uri: &str, chain: &Chain) -> Result<Key, Error> {
    match Key::from_uri(uri) {
        Err(UriError::Public) if chain.is_development() => Ok(Key::for_development(uri)?),
        other => Ok(other?),
    }
}

async fn developer(name: &str, chain: &Chain) -> Result<Key, Error> {
    if !chain.is_development().await? {
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
