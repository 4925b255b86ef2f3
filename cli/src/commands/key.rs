//! `farthing key`: one's own accounts.

use crate::{
    outcome::Outcome,
    output::{Output, Rows, Sheet},
    prompt,
    settings::Settings,
    signer,
};
use clap::{Subcommand, ValueHint};
use farthing_client::{
    files, keyring::Entry, new_phrase, Account, Error, ExposeSecret, Key as Secret, Keyring,
    Keystore, SecretString, UriError,
};
use serde_json::{json, Value};
use std::{
    io::{stdin, stdout, IsTerminal, Read},
    path::{Path, PathBuf},
};

/// Your own accounts: keys, kept encrypted, and accounts that are only watched.
///
/// They are files in the folder `keys` of the state folder, in the format of polkadot-js. A password is asked for,
/// or taken from FARTHING_PASSWORD. No node is needed.
#[derive(Subcommand)]
pub enum Key {
    /// Make a key, and show its twelve words once: whoever has them has the account.
    New {
        /// What to call it: letters, digits, - and _.
        name: String,
    },
    /// Take over a key: from a keystore, or else from a secret URI, such as twelve words, which is asked for or
    /// taken from FARTHING_SECRET.
    Import {
        /// What to call it.
        name: String,
        /// A keystore that polkadot-js exported; or - for standard input, which has a keystore or a secret URI.
        #[arg(value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
    },
    /// Keep an account whose key is elsewhere: nothing can be signed as it.
    Watch {
        /// What to call it.
        name: String,
        /// Its address.
        account: Account,
    },
    /// List your accounts.
    List,
    /// Show one of your accounts.
    Show {
        /// Its name.
        name: String,
    },
    /// Write an account's keystore into a new file, encrypted as it is, for a wallet.
    Export {
        /// Its name.
        name: String,
        /// The file.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Rename an account.
    Rename {
        /// Its name.
        name: String,
        /// Its new name.
        new: String,
    },
    /// Remove an account, and its key for good.
    Remove {
        /// Its name.
        name: String,
    },
    /// Make an account the one that signs if nobody else is named; or show which one that is.
    Default {
        /// Its name.
        name: Option<String>,
    },
}

impl Key {
    pub async fn run(self, settings: &Settings, output: &Output) -> Outcome {
        let ring = settings.keyring()?;
        match self {
            Self::New { name } => make(&ring, &name, output).await?,
            Self::Import { name, file } => {
                let keystore = import(&name, file.as_deref()).await?;
                tell(output, &ring, &ring.add(&name, &keystore)?)?;
            }
            Self::Watch { name, account } => tell(output, &ring, &ring.watch(&name, account)?)?,
            Self::List => list(&ring, output)?,
            Self::Show { name } => tell(output, &ring, &ring.named(&name)?)?,
            Self::Export { name, file } => export(&ring, &name, &file, output)?,
            Self::Rename { name, new } => tell(output, &ring, &ring.rename(&name, &new)?)?,
            Self::Remove { name } => remove(&ring, &name, settings, output).await?,
            Self::Default { name: Some(name) } => {
                tell(output, &ring, &ring.set_default(&name)?)?;
            }
            Self::Default { name: None } => match ring.default()? {
                Some(entry) => tell(output, &ring, &entry)?,
                None => {
                    output.say("No account is the default.");
                    output.field("key", Value::Null);
                }
            },
        }
        Ok(())
    }
}

/// Makes a key. Its words are shown once it is kept, so that no account is used that is kept nowhere.
async fn make(ring: &Keyring, name: &str, output: &Output) -> Result<(), Error> {
    ring.check_new(name)?;
    if !output.is_json() && !stdout().is_terminal() {
        return Err(Error::Key(
            "The words of a key are shown on a terminal only, or with --json: no key was made."
                .into(),
        ));
    }
    let phrase = new_phrase()?;
    let key = Secret::from_uri(phrase.expose_secret())?;
    let password = signer::new_password().await?;
    let keystore = Keystore::encrypt(&key, password.expose_secret(), name)?;
    tell(output, ring, &ring.add(name, &keystore)?)?;
    output.say("");
    output.say(phrase.expose_secret());
    output.say("");
    output
        .say("Write these words down, and show them to nobody: whoever has them has the account.");
    output.say("They are not shown again.");
    output.field("phrase", phrase.expose_secret());
    Ok(())
}

/// The keystore of a key that is elsewhere, which is opened once: a key whose password is forgotten is none.
async fn import(name: &str, file: Option<&Path>) -> Result<Keystore, Error> {
    let given = match file {
        Some(path) if path.as_os_str() == "-" => piped()?,
        Some(path) => Given::Keystore(signer::read(path)?, path.display().to_string()),
        None => Given::Uri(secret().await?),
    };
    let key = match given {
        Given::Keystore(keystore, name) => {
            let key = signer::open(&keystore, &name).await?;
            if keystore.is_encrypted() {
                return Ok(keystore);
            }
            key
        }
        Given::Uri(uri) => Secret::from_uri(uri.expose_secret()).map_err(not_imported)?,
    };
    let password = signer::new_password().await?;
    Keystore::encrypt(&key, password.expose_secret(), name)
}

/// Why a secret is no key of one's own. One that everybody has is none on development chains either.
fn not_imported(error: UriError) -> Error {
    match error {
        UriError::Public => Error::Key(
            "Everybody has the key of this secret, so it is never imported. On a development chain, --dev NAME signs with one of those.".into(),
        ),
        other => other.into(),
    }
}

/// A key that is elsewhere.
enum Given {
    /// In a keystore that is called so.
    Keystore(Keystore, String),
    Uri(SecretString),
}

/// What standard input has, which nobody sees.
fn piped() -> Result<Given, Error> {
    let mut text = String::new();
    let read = stdin().read_to_string(&mut text);
    let text = SecretString::from(text);
    read.map_err(|error| Error::Input(format!("Standard input cannot be read: {error}.")))?;
    let trimmed = text.expose_secret().trim();
    match trimmed.starts_with('{') {
        true => Ok(Given::Keystore(
            Keystore::parse(trimmed)?,
            "the keystore".into(),
        )),
        false => Ok(Given::Uri(trimmed.into())),
    }
}

async fn secret() -> Result<SecretString, Error> {
    match signer::set(signer::SECRET)? {
        Some(uri) => Ok(uri),
        None => prompt::secret("Secret URI", "set FARTHING_SECRET, or name a keystore").await,
    }
}

fn tell(output: &Output, ring: &Keyring, entry: &Entry) -> Result<(), Error> {
    let is_default = is_default(ring, entry)?;
    let sheet = Sheet::new()
        .row("name", &entry.name)
        .row("account", entry.account)
        .row("kind", kind(entry))
        .row("default", if is_default { "yes" } else { "no" });
    output.sheet(&sheet);
    output.field("key", object(entry, is_default));
    Ok(())
}

fn object(entry: &Entry, is_default: bool) -> Value {
    json!({
        "name": entry.name,
        "account": entry.account,
        "watched": entry.keystore.is_none(),
        "default": is_default,
    })
}

fn kind(entry: &Entry) -> &'static str {
    match entry.keystore {
        Some(_) => "a key",
        None => "only watched",
    }
}

fn is_default(ring: &Keyring, entry: &Entry) -> Result<bool, Error> {
    // A default whose file is gone is no reason not to show the others.
    let default = ring.default_name()?;
    Ok(default.as_deref() == Some(&entry.name))
}

fn list(ring: &Keyring, output: &Output) -> Result<(), Error> {
    let mut rows = Rows::new(&["name", "account", "kind", "default"]);
    let mut objects = Vec::new();
    for found in ring.list()? {
        let entry = match found.entry {
            Ok(entry) => entry,
            Err(error) => {
                output.warn(error.to_string());
                objects.push(json!({ "name": found.name, "error": error.to_string() }));
                continue;
            }
        };
        let is_default = is_default(ring, &entry)?;
        rows.add(vec![
            entry.name.clone(),
            entry.account.to_string(),
            kind(&entry).into(),
            if is_default { "yes" } else { "" }.into(),
        ]);
        objects.push(object(&entry, is_default));
    }
    match rows.is_empty() {
        true => output.say("There are none: `farthing key new NAME` makes one."),
        false => output.rows(rows),
    }
    output.field("keys", objects);
    Ok(())
}

fn export(ring: &Keyring, name: &str, file: &Path, output: &Output) -> Result<(), Error> {
    let entry = ring.named(name)?;
    let keystore = entry.keystore()?;
    if file.exists() {
        return Err(Error::file(file, "it is there already"));
    }
    files::write_json(file, &keystore.to_json())?;
    output.say(format!("The key is in {}, encrypted.", file.display()));
    output.field("file", file.display().to_string());
    Ok(())
}

async fn remove(
    ring: &Keyring,
    name: &str,
    settings: &Settings,
    output: &Output,
) -> Result<(), Error> {
    let holds_key = ring.get(name).map_or(true, |entry| {
        entry.is_some_and(|entry| entry.keystore.is_some())
    });
    if holds_key && !settings.yes {
        output.warn(format!(
            "The key \"{name}\" is gone for good then, unless you have its words or another copy."
        ));
        prompt::sure("Remove it?").await?;
    }
    ring.remove(name)?;
    output.say(format!("\"{name}\" is removed."));
    output.field("removed", name);
    Ok(())
}
