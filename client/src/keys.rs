//! Keys that sign transactions.
//!
//! A key comes from a secret URI (a phrase or a seed, with derivations, as Substrate's tools write it)
//! or from a keystore that polkadot-js exported. Secrets are never printed: [`Key`] shows its account.

use crate::{Account, Error};
use std::{fmt, str::FromStr};
use subxt_signer::{polkadot_js_compat, sr25519::Keypair, DeriveJunction, SecretUri};

/// A key pair and the account that it controls.
#[derive(Clone)]
pub struct Key {
    pub(crate) pair: Keypair,
}

impl Key {
    /// The key of a secret URI, such as `//Alice` or a phrase of twelve words.
    ///
    /// # Errors
    /// [`Error::Key`]; its text says nothing of the secret.
    pub fn from_uri(uri: &str) -> Result<Self, Error> {
        let bad = || {
            Error::Key("This is no secret URI: it is a phrase of 12 to 24 words, or 0x and a seed of 64 hexadecimal digits, then derivations such as //2 if there are any.".into())
        };
        let uri = SecretUri::from_str(uri.trim()).map_err(|_| bad())?;
        let pair = Keypair::from_uri(&uri).map_err(|_| bad())?;
        Ok(Self { pair })
    }

    /// The key in a keystore that polkadot-js (or a wallet that is made with it) exported.
    ///
    /// # Errors
    /// [`Error::Key`] if the text is no such keystore, or if this is not its password.
    pub fn from_keystore(json: &str, password: &str) -> Result<Self, Error> {
        let unreadable = || {
            Error::Key("The keystore cannot be read: export it from polkadot-js as JSON, of an sr25519 key, with a password.".into())
        };
        if !is_long_enough(json) {
            return Err(unreadable());
        }
        let opened = polkadot_js_compat::decrypt_json(json, password);
        let pair = opened.map_err(|error| match error {
            polkadot_js_compat::Error::Secretbox(_) => {
                Error::Key("This is not the keystore's password.".into())
            }
            _ => unreadable(),
        })?;
        Ok(Self { pair })
    }

    /// The account that this key controls.
    pub fn account(&self) -> Account {
        Account(self.pair.public_key().0)
    }

    /// Another key that only whoever has this one can make; `name` says what it is for.
    pub fn derive(&self, name: &str) -> Self {
        let junctions = ["farthing", name].map(DeriveJunction::hard);
        Self {
            pair: self.pair.derive(junctions),
        }
    }

    /// Signs bytes as they are, in the context that chains check signatures in.
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.pair.sign(bytes).0
    }
}

/// Whether a keystore holds as much as its own parameters take, which the library that opens it takes for
/// granted: 68 bytes, in base 64.
fn is_long_enough(json: &str) -> bool {
    let keystore: Option<serde_json::Value> = serde_json::from_str(json).ok();
    let encoded = keystore.as_ref().and_then(|json| json["encoded"].as_str());
    encoded.is_some_and(|encoded| encoded.len() >= 92)
}

impl fmt::Debug for Key {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write!(to, "Key of {}", self.account())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keystores_that_are_cut_short_are_refused() {
        let json = r#"{"encoded": "AAAA", "encoding": {"content": ["pkcs8", "sr25519"],
            "type": ["scrypt", "xsalsa20-poly1305"], "version": "3"},
            "address": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"}"#;
        for json in [json, "", "{}", "[]"] {
            let error = Key::from_keystore(json, "").unwrap_err();
            assert!(error.to_string().starts_with("The keystore cannot be read"));
        }
    }

    #[test]
    fn a_key_shows_its_account_and_nothing_else() {
        let key = Key::from_uri("//Alice").unwrap();
        let shown = format!("{key:?}");
        assert_eq!(
            shown,
            "Key of 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
        );
        assert_ne!(key.derive("vouchers").account(), key.account());
    }
}
