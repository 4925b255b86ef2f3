//! Keys that sign transactions.
//!
//! A key comes from a secret URI (a phrase or a seed, with derivations, as Substrate's tools write it) or
//! from a [keystore](crate::keystore). Secrets are never printed: a printed [`Key`] shows its account.
//!
//! For those tools, a URI without a phrase means the phrase that is printed in their manuals. An empty URI
//! means the root of all development accounts. So a user who forgets to set a variable would sign with a key
//! that everybody knows. [`Key::from_uri`] therefore refuses both. Callers who know that the chain is a
//! development chain use [`Key::for_development`].

use crate::{Account, Error};
use pbkdf2::pbkdf2_hmac;
use schnorrkel::{
    derive::{ChainCode, Derivation},
    signing_context, ExpansionMode, Keypair, MiniSecretKey, SecretKey,
};
use sha2::Sha512;
use std::{fmt, str::FromStr};
use subxt::{
    tx::Signer,
    utils::{AccountId32, MultiSignature},
    PolkadotConfig,
};
use subxt_signer::{
    bip39::Mnemonic, DeriveJunction, ExposeSecret, SecretString, SecretUri, DEV_PHRASE,
};
use zeroize::Zeroizing;

/// What chains check signatures in.
const CONTEXT: &[u8] = b"substrate";

/// A key pair and the account that it controls.
#[derive(Clone)]
pub struct Key {
    pair: Keypair,
}

/// Why a text is refused as a secret URI. None of these errors repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// The text is empty, or only white space.
    #[error("The secret is empty: give a phrase or a seed. Tools for development chains take nothing for a key that everybody has.")]
    Empty,
    /// The key is derived from the phrase that everybody knows.
    #[error("This secret has no phrase or seed of its own, so that everybody has its key: it is taken on development chains only.")]
    Public,
    /// The text is not a secret URI.
    #[error("This is no secret URI: it is a phrase of 12 to 24 words, or 0x and a seed of 64 hexadecimal digits, then derivations such as //2 if there are any.")]
    Malformed,
}

impl From<UriError> for Error {
    fn from(error: UriError) -> Self {
        Self::Key(error.to_string())
    }
}

impl Key {
    /// Makes the key of a secret URI that has its own phrase or seed.
    ///
    /// # Errors
    /// [`UriError`].
    pub fn from_uri(uri: &str) -> Result<Self, UriError> {
        let uri = parse(uri)?;
        match is_public(&uri) {
            true => Err(UriError::Public),
            false => Self::of(&uri),
        }
    }

    /// Makes the key of any secret URI, such as `//Alice`. Everybody knows the keys of URIs that name no
    /// phrase or seed. Call this only if you know that the chain is a development chain.
    ///
    /// # Errors
    /// [`UriError`], but not [`UriError::Public`].
    pub fn for_development(uri: &str) -> Result<Self, UriError> {
        Self::of(&parse(uri)?)
    }

    fn of(uri: &SecretUri) -> Result<Self, UriError> {
        let mut secret = root(uri)?;
        for junction in &uri.junctions {
            secret = derived(&secret, *junction);
        }
        Ok(secret.into())
    }

    /// Returns the account that this key controls.
    pub fn account(&self) -> Account {
        Account(self.pair.public.to_bytes())
    }

    /// Derives another key, which only the owner of this one can make. `name` says what it is for.
    pub fn derive(&self, name: &str) -> Self {
        let junctions = ["farthing", name].map(DeriveJunction::hard);
        let root = self.pair.secret.clone();
        let secret = junctions
            .into_iter()
            .fold(root, |secret, junction| derived(&secret, junction));
        secret.into()
    }

    /// Signs bytes as they are, in the signing context that chains use.
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        let context = signing_context(CONTEXT);
        self.pair.sign(context.bytes(bytes)).to_bytes()
    }

    /// Returns the secret, in the form that keystores hold.
    pub(crate) fn secret(&self) -> Zeroizing<[u8; 64]> {
        Zeroizing::new(self.pair.secret.to_ed25519_bytes())
    }

    /// Makes a key from what [`Key::secret`] returns.
    pub(crate) fn from_secret(secret: &[u8]) -> Option<Self> {
        SecretKey::from_ed25519_bytes(secret).ok().map(Self::from)
    }
}

impl From<SecretKey> for Key {
    fn from(secret: SecretKey) -> Self {
        Self {
            pair: secret.into(),
        }
    }
}

/// Keys are the same if they are of the same account.
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.account() == other.account()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write!(to, "Key of {}", self.account())
    }
}

impl Signer<PolkadotConfig> for Key {
    fn account_id(&self) -> AccountId32 {
        self.account().into()
    }

    fn sign(&self, payload: &[u8]) -> MultiSignature {
        MultiSignature::Sr25519(self.sign(payload))
    }
}

/// Makes a phrase of twelve words from the system's randomness. It is a secret URI that nobody else has.
///
/// # Errors
/// [`Error::Key`] if the system provides no randomness.
pub fn new_phrase() -> Result<SecretString, Error> {
    let mut entropy = Zeroizing::new([0; 16]);
    random(&mut entropy[..])?;
    let phrase = Mnemonic::from_entropy(&entropy[..]).expect("128 bits make twelve words");
    Ok(phrase.to_string().into())
}

/// Fills bytes with the system's randomness.
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes)
        .map_err(|error| Error::Key(format!("The system gives no random numbers: {error}.")))
}

fn parse(uri: &str) -> Result<SecretUri, UriError> {
    match uri.trim() {
        "" => Err(UriError::Empty),
        uri => SecretUri::from_str(uri).map_err(|_| UriError::Malformed),
    }
}

/// Tells whether a URI's phrase is the one that everybody knows, written out or not.
fn is_public(uri: &SecretUri) -> bool {
    let phrase = |text| Mnemonic::from_str(text).ok();
    let given = phrase(uri.phrase.expose_secret());
    given.is_some() && given == phrase(DEV_PHRASE)
}

/// Returns what a URI's phrase or seed is, before derivations.
fn root(uri: &SecretUri) -> Result<SecretKey, UriError> {
    let phrase = uri.phrase.expose_secret();
    let mut seed = Zeroizing::new([0; 64]);
    match phrase.strip_prefix("0x") {
        Some(digits) => {
            hex::decode_to_slice(digits, &mut seed[..32]).map_err(|_| UriError::Malformed)?
        }
        None => {
            let phrase = Mnemonic::from_str(phrase).map_err(|_| UriError::Malformed)?;
            let (entropy, length) = phrase.to_entropy_array();
            let entropy = Zeroizing::new(entropy);
            let password = uri
                .password
                .as_ref()
                .map_or("", |password| password.expose_secret());
            let salt = Zeroizing::new(format!("mnemonic{password}"));
            // Substrate stretches the entropy, and not the words, as other wallets do.
            pbkdf2_hmac::<Sha512>(&entropy[..length], salt.as_bytes(), 2048, &mut seed[..]);
        }
    }
    let seed = MiniSecretKey::from_bytes(&seed[..32]).map_err(|_| UriError::Malformed)?;
    Ok(seed.expand(ExpansionMode::Ed25519))
}

fn derived(secret: &SecretKey, junction: DeriveJunction) -> SecretKey {
    match junction {
        DeriveJunction::Soft(code) => secret.derived_key_simple(ChainCode(code), []).0,
        DeriveJunction::Hard(code) => {
            let (seed, _) = secret.hard_derive_mini_secret_key(Some(ChainCode(code)), []);
            seed.expand(ExpansionMode::Ed25519)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use subxt_signer::sr25519;

    const PHRASE: &str =
        "legal winner thank year wave sausage worth useful legal winner thank yellow";

    #[test]
    fn secret_uris_are_the_keys_that_substrates_tools_make_of_them() {
        for end in ["", "//Alice", "/soft", "//1/2//three///password", "///"] {
            for root in [
                "",
                PHRASE,
                "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a",
            ] {
                let uri = format!("{root}{end}");
                if uri.is_empty() {
                    continue;
                }
                let key = Key::for_development(&uri).unwrap();
                let theirs = sr25519::Keypair::from_uri(&uri.parse().unwrap()).unwrap();
                assert_eq!(key.account().0, theirs.public_key().0, "{uri}");
                let signature = sr25519::Signature(key.sign(b"a message"));
                assert!(sr25519::verify(
                    &signature,
                    b"a message",
                    &theirs.public_key()
                ));
            }
        }
    }

    #[test]
    fn an_empty_secret_is_nobodys_key() {
        for empty in ["", " ", "\n", "\t \r\n", "\u{a0}\u{3000}"] {
            assert_eq!(Key::from_uri(empty).unwrap_err(), UriError::Empty);
            assert_eq!(Key::for_development(empty).unwrap_err(), UriError::Empty);
        }
    }

    #[test]
    fn a_secret_without_a_phrase_of_its_own_is_for_development_only() {
        let written_out = [
            DEV_PHRASE.to_string(),
            format!("{DEV_PHRASE}//Alice"),
            DEV_PHRASE.replace(' ', "  "),
        ];
        let short = [
            "//Alice",
            "/x",
            "///password",
            "//Alice///password",
            " //Alice ",
        ]
        .map(String::from);
        for uri in short.into_iter().chain(written_out) {
            assert_eq!(Key::from_uri(&uri).unwrap_err(), UriError::Public, "{uri}");
            Key::for_development(&uri).unwrap();
        }
    }

    #[test]
    fn what_is_no_secret_uri_is_refused() {
        let cut = &PHRASE[..PHRASE.len() - 7];
        for bad in [
            "word",
            cut,
            "0x",
            "0x00",
            "//",
            "a b c//Alice",
            "\u{feff}",
            "\u{200b}",
            "\0",
        ] {
            assert_eq!(
                Key::from_uri(bad).unwrap_err(),
                UriError::Malformed,
                "{bad:?}"
            );
            assert_eq!(
                Key::for_development(bad).unwrap_err(),
                UriError::Malformed,
                "{bad:?}"
            );
        }
    }

    #[test]
    fn new_phrases_are_of_twelve_words_and_never_the_same() {
        let (one, other) = (new_phrase().unwrap(), new_phrase().unwrap());
        assert_ne!(one.expose_secret(), other.expose_secret());
        assert_eq!(one.expose_secret().split(' ').count(), 12);
        let (first, again) = (
            Key::from_uri(one.expose_secret()),
            Key::from_uri(one.expose_secret()),
        );
        assert_eq!(first.unwrap().account(), again.unwrap().account());
        assert!(!format!("{one:?}").contains(one.expose_secret()));
    }

    #[test]
    fn a_key_shows_its_account_and_nothing_else() {
        let key = Key::for_development("//Alice").unwrap();
        let shown = format!("{key:?}");
        assert_eq!(
            shown,
            "Key of 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
        );
        assert_ne!(key.derive("vouchers").account(), key.account());
    }

    /// Open channels name it: it must be the same in every version.
    #[test]
    fn the_key_that_is_derived_for_vouchers_stays_the_same() {
        let key = Key::for_development("//Alice").unwrap();
        let same = Key::for_development("//Alice//farthing//vouchers").unwrap();
        assert_eq!(key.derive("vouchers").account(), same.account());
    }
}
