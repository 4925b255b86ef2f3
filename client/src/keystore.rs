//! Keystores as polkadot-js and the wallets built on it write them: one key, encrypted with a password.
//!
//! The format is version 3 of theirs. It encrypts the secret and the public key, with 53 bytes around them
//! that are always the same. Before that come the parameters: a salt and three numbers for scrypt, which
//! makes a key from the password, and a nonce for XSalsa20 and Poly1305.

use crate::{clock::here, keys, Account, Error, Key};
use base64::{engine::general_purpose::STANDARD, Engine};
use crypto_secretbox::{aead::AeadInPlace, KeyInit, XSalsa20Poly1305};
use serde::{Deserialize, Serialize};
use serde_json::{json, Map, Value};
use std::fmt;
use zeroize::Zeroizing;

/// What comes before the secret, between it and the public key, and how long these are.
const HEADER: [u8; 16] = [48, 83, 2, 1, 1, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
const DIVIDER: [u8; 5] = [161, 35, 3, 33, 0];
const SECRET: usize = 64;
const PUBLIC: usize = 32;
const CONTENT: usize = HEADER.len() + SECRET + DIVIDER.len() + PUBLIC;

/// What comes before an encrypted content, and how long its parts are.
const SALT: usize = 32;
const NONCE: usize = 24;
const TAG: usize = 16;
const ENCRYPTED: usize = SALT + 12 + NONCE + TAG + CONTENT;

/// The numbers that polkadot-js encrypts with today: 128 MiB, and a third of a second.
const TODAY: Scrypt = Scrypt {
    n: 1 << 17,
    p: 1,
    r: 8,
};

/// The most memory that a file may ask for, in bytes: twice what today's files take.
const MAX_MEMORY: u64 = 256 << 20;
/// The most work that it may ask for, as the product of its three numbers: four times as much as any file takes
/// that polkadot-js reads. That is two seconds, and not hours.
const MAX_WORK: u64 = 1 << 22;

/// Why a keystore cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeystoreError {
    /// The file is not a keystore.
    #[error("This is no keystore: it is not a JSON object with \"encoded\" and \"encoding\", as polkadot-js exports a key.")]
    NotOne,
    /// The file has an address, but no key.
    #[error("This file has an address and no key: it is of an account that is only watched, or whose key is in a device.")]
    NoKey,
    /// The file holds several keys.
    #[error("This file is an export of several accounts at once: export the one account alone.")]
    Several,
    /// The file has a version that is not supported.
    #[error("This keystore is of version {0:?}, and only version 3 can be read: import it into a current wallet, and export it again.")]
    Version(String),
    /// The key has a type that is not supported.
    #[error("This keystore has a key of the kind {0:?}, and only sr25519 can sign here: make an account of that kind.")]
    KeyType(String),
    /// The file is encrypted in a way that is not supported.
    #[error(
        "This keystore is encrypted by {0:?}, and only scrypt with xsalsa20-poly1305 can be read."
    )]
    Cipher(String),
    /// Opening it would take too much memory or time.
    #[error("This keystore asks for scrypt with N = {n}, p = {p}, r = {r}: no wallet chooses that; it is impossible, or would take too much memory or time.")]
    Scrypt {
        /// scrypt's cost, which decides how much memory it takes.
        n: u32,
        /// scrypt's parallelism: how many times it runs.
        p: u32,
        /// scrypt's block size.
        r: u32,
    },
    /// The encoded content is too short.
    #[error("This keystore is cut short: {has} bytes are encoded where there should be {needs}.")]
    CutShort {
        /// How many bytes are encoded.
        has: usize,
        /// How many bytes there should be.
        needs: usize,
    },
    /// Some bytes are not what they should be. Says which.
    #[error("This keystore is damaged: {0}.")]
    Damaged(&'static str),
    /// The keystore is encrypted, and no password was given.
    #[error("This keystore is encrypted, and the password is empty.")]
    NoPassword,
    /// The password is wrong.
    #[error("This is not the keystore's password.")]
    WrongPassword,
    /// The key is not the key of the account that the keystore names.
    #[error("This keystore says that it is of {says}, and its key is that of {has}.")]
    OtherAccount {
        /// The account that the keystore names.
        says: Account,
        /// The account that the key controls.
        has: Account,
    },
}

impl From<KeystoreError> for Error {
    fn from(error: KeystoreError) -> Self {
        Self::Key(error.to_string())
    }
}

/// A stored key: the account that it is of, and the key itself, encrypted or plain.
#[derive(Clone, PartialEq)]
pub struct Keystore {
    account: Account,
    /// The parameters of the encryption; `None` if the key is not encrypted.
    scrypt: Option<Scrypt>,
    /// The bytes that polkadot-js writes in base 64.
    bytes: Zeroizing<Vec<u8>>,
    meta: Map<String, Value>,
}

/// The file, as it is written.
#[derive(Serialize, Deserialize)]
struct File {
    encoded: String,
    encoding: Encoding,
    address: String,
    #[serde(default)]
    meta: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
struct Encoding {
    content: Vec<String>,
    #[serde(rename = "type")]
    kind: OneOrMany,
    version: String,
}

/// Early files have a text where later ones have a list.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn words(&self) -> Vec<&str> {
        match self {
            Self::One(word) => vec![word],
            Self::Many(words) => words.iter().map(String::as_str).collect(),
        }
    }
}

impl Keystore {
    /// Reads a keystore from its JSON. Finds every fault that can be found without the password.
    ///
    /// # Errors
    /// [`KeystoreError`].
    pub fn parse(json: &str) -> Result<Self, KeystoreError> {
        let file: Value = serde_json::from_str(json).map_err(|_| KeystoreError::NotOne)?;
        if file["encoded"].is_null() && file["address"].is_string() {
            return Err(KeystoreError::NoKey);
        }
        // Several keys have no address in common.
        let holds = |word: &str| {
            let content = file["encoding"]["content"].as_array();
            content.is_some_and(|content| content.iter().any(|one| one == word))
        };
        if holds("batch-pkcs8") {
            return Err(KeystoreError::Several);
        }
        let file: File = serde_json::from_value(file).map_err(|_| KeystoreError::NotOne)?;
        let scrypt = file.encoding.check()?;
        let account = file.address.parse();
        let account = account.map_err(|_| KeystoreError::Damaged("its address is none"))?;
        let bytes = decoded(&file.encoded)?;
        let scrypt = match scrypt {
            true => Some(Scrypt::of(&bytes)?),
            false => None,
        };
        let needs = scrypt.map_or(CONTENT, |_| ENCRYPTED);
        match bytes.len() {
            has if has < needs => Err(KeystoreError::CutShort { has, needs }),
            has if has > needs => Err(KeystoreError::Damaged(
                "it has more bytes than a key of sr25519 takes",
            )),
            _ => Ok(Self {
                account,
                scrypt,
                bytes,
                meta: file.meta,
            }),
        }
    }

    /// Encrypts a key as current polkadot-js does, and gives it a name for people.
    ///
    /// # Errors
    /// [`KeystoreError::NoPassword`]; [`Error::Key`] if the system provides no randomness.
    pub fn encrypt(key: &Key, password: &str, name: &str) -> Result<Self, Error> {
        if password.is_empty() {
            return Err(KeystoreError::NoPassword.into());
        }
        let mut header = [0; SALT + 12 + NONCE];
        keys::random(&mut header)?;
        TODAY.write(&mut header[SALT..SALT + 12]);
        let mut bytes = Zeroizing::new(Vec::with_capacity(ENCRYPTED));
        bytes.extend(header);
        bytes.extend([0; TAG]);
        bytes.extend(HEADER);
        bytes.extend(*key.secret());
        bytes.extend(DIVIDER);
        bytes.extend(key.account().0);
        let (header, content) = bytes.split_at_mut(SALT + 12 + NONCE);
        let (tag, content) = content.split_at_mut(TAG);
        let cipher = TODAY.cipher(password, &header[..SALT])?;
        let made = cipher.encrypt_in_place_detached(nonce(header).into(), &[], content);
        tag.copy_from_slice(&made.expect("so few bytes can be encrypted"));
        let mut meta = Map::new();
        meta.insert("name".into(), name.into());
        meta.insert("whenCreated".into(), here().into());
        Ok(Self {
            account: key.account(),
            scrypt: Some(TODAY),
            bytes,
            meta,
        })
    }

    /// Returns whether opening it takes a password.
    pub fn is_encrypted(&self) -> bool {
        self.scrypt.is_some()
    }

    /// Returns the account that it names. [`Keystore::open`] checks that the key is this account's.
    pub fn account(&self) -> Account {
        self.account
    }

    /// Returns the keystore's name for people, which can be any text; `None` if it has none.
    pub fn name(&self) -> Option<&str> {
        self.meta.get("name").and_then(Value::as_str)
    }

    /// Returns the same keystore under another name.
    pub fn named(mut self, name: &str) -> Self {
        self.meta.insert("name".into(), name.into());
        self
    }

    /// Decrypts the key. If the keystore is not encrypted, the password is ignored.
    ///
    /// # Errors
    /// [`KeystoreError`].
    pub fn open(&self, password: &str) -> Result<Key, KeystoreError> {
        let content = match self.scrypt {
            None => self.bytes.clone(),
            Some(_) if password.is_empty() => return Err(KeystoreError::NoPassword),
            Some(scrypt) => self.decrypt(scrypt, password)?,
        };
        let damaged = KeystoreError::Damaged("what is in it is no key of sr25519");
        let Some((secret, public)) = split(&content) else {
            return Err(damaged);
        };
        let key = Key::from_secret(secret).ok_or(damaged.clone())?;
        let has = key.account();
        if has.0 != public {
            return Err(damaged);
        }
        match self.account {
            says if says == has => Ok(key),
            says => Err(KeystoreError::OtherAccount { says, has }),
        }
    }

    fn decrypt(&self, scrypt: Scrypt, password: &str) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
        let (header, content) = self.bytes.split_at(SALT + 12 + NONCE);
        let (tag, content) = content.split_at(TAG);
        let mut content = Zeroizing::new(content.to_vec());
        let cipher = scrypt.cipher(password, &header[..SALT])?;
        let tag: &[u8; TAG] = tag.try_into().expect("it was split off");
        cipher
            .decrypt_in_place_detached(nonce(header).into(), &[], &mut content, tag.into())
            .map_err(|_| KeystoreError::WrongPassword)?;
        Ok(content)
    }

    /// Returns the keystore as JSON that wallets can read.
    pub fn to_json(&self) -> Value {
        let kind: &[&str] = match self.scrypt {
            Some(_) => &["scrypt", "xsalsa20-poly1305"],
            None => &["none"],
        };
        json!({
            "encoded": STANDARD.encode(&*self.bytes),
            "encoding": { "content": ["pkcs8", "sr25519"], "type": kind, "version": "3" },
            "address": self.account.generic(),
            "meta": self.meta,
        })
    }
}

impl fmt::Debug for Keystore {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write!(to, "Keystore of {}", self.account)
    }
}

impl Encoding {
    /// Returns whether it is encrypted, in the way that is known.
    fn check(&self) -> Result<bool, KeystoreError> {
        if self.version != "3" {
            return Err(KeystoreError::Version(self.version.clone()));
        }
        match &self.content.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["pkcs8", "sr25519"] => {}
            ["pkcs8", other] => return Err(KeystoreError::KeyType(other.to_string())),
            other => return Err(KeystoreError::KeyType(other.join(", "))),
        }
        match &self.kind.words()[..] {
            ["scrypt", "xsalsa20-poly1305"] => Ok(true),
            ["none"] => Ok(false),
            other => Err(KeystoreError::Cipher(other.join(", "))),
        }
    }
}

/// What makes a key of a password, and how much it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Scrypt {
    n: u32,
    p: u32,
    r: u32,
}

impl Scrypt {
    /// Reads the numbers of a file. A crafted one could ask for all of a machine's memory, or for days.
    fn of(bytes: &[u8]) -> Result<Self, KeystoreError> {
        let cut = KeystoreError::CutShort {
            has: bytes.len(),
            needs: ENCRYPTED,
        };
        let numbers = bytes.get(SALT..SALT + 12).ok_or(cut)?;
        let number = |at: usize| {
            let bytes = [
                numbers[at],
                numbers[at + 1],
                numbers[at + 2],
                numbers[at + 3],
            ];
            u32::from_le_bytes(bytes)
        };
        let (n, p, r) = (number(0), number(4), number(8));
        let wide = u64::from;
        let work = wide(n)
            .checked_mul(wide(p))
            .and_then(|work| work.checked_mul(wide(r)));
        let bounded = work.is_some_and(|work| (1..=MAX_WORK).contains(&work))
            && 128 * wide(r) * (wide(n) + wide(p)) <= MAX_MEMORY;
        let this = Self { n, p, r };
        match bounded && this.params().is_some() {
            true => Ok(this),
            false => Err(KeystoreError::Scrypt { n, p, r }),
        }
    }

    /// Returns the same for the crate that does it; `None` if it cannot be done.
    fn params(self) -> Option<scrypt::Params> {
        let log_n = u8::try_from(self.n.checked_ilog2()?).ok()?;
        let params = scrypt::Params::new(log_n, self.r, self.p, 32).ok()?;
        (self.n.is_power_of_two() && self.n > 1).then_some(params)
    }

    fn write(self, to: &mut [u8]) {
        for (number, bytes) in [self.n, self.p, self.r].into_iter().zip(to.chunks_mut(4)) {
            bytes.copy_from_slice(&number.to_le_bytes());
        }
    }

    fn cipher(self, password: &str, salt: &[u8]) -> Result<XSalsa20Poly1305, KeystoreError> {
        let Self { n, p, r } = self;
        let params = self.params().ok_or(KeystoreError::Scrypt { n, p, r })?;
        let mut key = Zeroizing::new([0; 32]);
        scrypt::scrypt(password.as_bytes(), salt, &params, &mut key[..])
            .expect("32 bytes can be made");
        Ok(XSalsa20Poly1305::new((&*key).into()))
    }
}

/// Returns the end of what comes before an encrypted content.
fn nonce(header: &[u8]) -> &[u8; NONCE] {
    header.last_chunk().expect("a header is longer")
}

/// Returns secret and public key, if all around them is as it should be.
fn split(content: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = content.strip_prefix(&HEADER)?;
    let (secret, rest) = rest.split_at_checked(SECRET)?;
    let public = rest.strip_prefix(&DIVIDER)?;
    (public.len() == PUBLIC).then_some((secret, public))
}

fn decoded(text: &str) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
    // polkadot-js takes hexadecimal as well.
    let bytes = match text.strip_prefix("0x") {
        Some(digits) => hex::decode(digits).ok(),
        None => STANDARD.decode(text).ok(),
    };
    let damaged = KeystoreError::Damaged("what is encoded is no base 64, or is cut short");
    bytes.map(Zeroizing::new).ok_or(damaged)
}

#[cfg(test)]
mod tests;
