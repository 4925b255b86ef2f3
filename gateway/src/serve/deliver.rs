//! Deliveries of what was bought in the storefront on chain, to whoever shows by a signature that they bought it.
//!
//! A 402 for such an item has a challenge, which says in words what it is for and until when it counts. The buyer's
//! wallet signs it, and the same signature opens the item until then. Of a blinded purchase, which the chain does not
//! know the item of, the buyer shows the proof beside.
//!
//! ```text
//! Farthing-Challenge: Open item 7 of creator 0 at https://ada.example until 2026-11-27T19:00:00Z: <code>
//! Farthing-Access: <base64url {"challenge", "account", "signature", "wrapped", "proof": {"tier", "secret", "block"}}>
//! ```

mod on_chain;

pub use on_chain::OnChain;

use super::{
    ask,
    body::{self, later, refuse, Stop},
    Asked, SECOND,
};
use crate::{
    protocol::values::Bytes,
    rules::Item,
    till::{Answer, Unanswered},
};
use base64::{prelude::BASE64_URL_SAFE_NO_PAD, Engine};
use farthing_client::Account;
use farthing_types::{signing::Verifier, voucher::Signature};
use hmac::{Hmac, Mac};
use hyper::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::time::{Duration, SystemTime};

/// The header of an answer with the challenge that must be signed.
pub const CHALLENGE: &str = "farthing-challenge";
/// The header in which the signed challenge comes back.
pub const ACCESS: &str = "farthing-access";
/// How long a signature opens an item.
const LIVES: Duration = Duration::from_secs(15 * 60);
/// How many questions to the chain are under way at once.
pub(super) const AT_ONCE: usize = 16;

/// Answers questions about what was bought in the storefront.
pub trait Storefront: Send + Sync + 'static {
    /// Returns whether an account has access to an item now.
    fn has_access(&self, item: Item, account: Account) -> Answer<'_, bool>;

    /// Returns whether an account bought an item blindly.
    fn was_bought(&self, item: Item, account: Account, proof: Proof) -> Answer<'_, bool>;
}

/// What shows which item a blinded purchase was of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The price tier that paid.
    pub tier: u8,
    /// The secret that only the buyer knew.
    pub secret: Bytes<32>,
    /// The block that the purchase is in.
    pub block: u32,
}

/// What a buyer shows to get an item: a signed challenge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The challenge, as it was given.
    pub challenge: String,
    /// The account that bought the item.
    pub account: Account,
    /// Their signature over the challenge.
    pub signature: Bytes<64>,
    /// Whether the signature is over the challenge as wallet extensions wrap it.
    #[serde(default)]
    pub wrapped: bool,
    /// The proof of a blinded purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

impl Shown {
    /// Reads the value of the header; `None` if it makes no sense.
    pub fn from_header(text: &str) -> Option<Self> {
        let json = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        serde_json::from_slice(&json).ok()
    }

    /// Writes the value of the header.
    pub fn to_header(&self) -> String {
        let json = serde_json::to_vec(self).expect("our own types have no keys but strings");
        BASE64_URL_SAFE_NO_PAD.encode(json)
    }

    fn is_signed(&self) -> bool {
        let signature = Signature {
            bytes: self.signature.0,
            wrapped: self.wrapped,
        };
        let signer = Verifier::new(&self.account.0);
        signer.is_some_and(|signer| signer.verify(self.challenge.as_bytes(), &signature))
    }
}

/// Writes the challenge of an item, if that can be had by showing something.
pub(super) fn write(asked: &Asked, to: &mut HeaderMap) {
    if let Some((_, item)) = item(asked) {
        ask::insert(to, CHALLENGE, &challenge(asked, item, SystemTime::now()));
    }
}

/// Returns whether a request shows that its item was bought.
pub(super) async fn is_bought(asked: &Asked) -> Result<bool, Stop> {
    let (Some(text), Some((storefront, item))) = (asked.headers.get(ACCESS), item(asked)) else {
        return Ok(false);
    };
    let bad = |why: &str| refuse(StatusCode::BAD_REQUEST, why);
    let shown = text.to_str().ok().and_then(Shown::from_header);
    let shown = shown.ok_or_else(|| bad("Farthing-Access is not what it should be."))?;
    check(asked, item, &shown.challenge).map_err(|why| refuse(StatusCode::FORBIDDEN, why))?;
    if !shown.is_signed() {
        let why = "The challenge is not signed by this account.";
        return Err(refuse(StatusCode::FORBIDDEN, why));
    }
    let turn = asked.shared.asking.try_acquire();
    let _turn = turn.map_err(|_| body::limited(SECOND))?;
    let bought = match shown.proof {
        None => storefront.has_access(item, shown.account).await,
        Some(proof) => storefront.was_bought(item, shown.account, proof).await,
    };
    bought.map_err(|unanswered| match unanswered {
        Unanswered::Away(_) => later(
            StatusCode::SERVICE_UNAVAILABLE,
            "The chain cannot be asked at the moment.",
            SECOND * 10,
        ),
        Unanswered::Refused(why) => refuse(StatusCode::FORBIDDEN, &why),
    })
}

fn item(asked: &Asked) -> Option<(&dyn Storefront, Item)> {
    let storefront = asked.shared.storefront.as_deref()?;
    let site = &asked.shop().site;
    match site.find(&asked.method, &asked.path) {
        crate::rules::Found::Rule(rule) => Some((storefront, rule.item?)),
        _ => None,
    }
}

/// Returns the words before the time.
fn words(asked: &Asked, item: Item) -> String {
    format!(
        "Open item {} of creator {} at {} until ",
        item.number,
        item.creator,
        asked.shop().site.url
    )
}

fn challenge(asked: &Asked, item: Item, now: SystemTime) -> String {
    let until = humantime::format_rfc3339_seconds(now + LIVES);
    let text = format!("{}{until}", words(asked, item));
    let code = code(asked, &text).finalize().into_bytes();
    format!("{text}: {}", BASE64_URL_SAFE_NO_PAD.encode(code))
}

/// Checks that a challenge is ours, for this item, and not too old.
fn check(asked: &Asked, item: Item, challenge: &str) -> Result<(), &'static str> {
    let foreign = "This challenge was not given out here for this item.";
    let (text, their_code) = challenge.rsplit_once(": ").ok_or(foreign)?;
    let their_code = BASE64_URL_SAFE_NO_PAD
        .decode(their_code)
        .map_err(|_| foreign)?;
    code(asked, text)
        .verify_slice(&their_code)
        .map_err(|_| foreign)?;
    let until = text.strip_prefix(&words(asked, item)).ok_or(foreign)?;
    match humantime::parse_rfc3339(until) {
        Ok(until) if SystemTime::now() <= until => Ok(()),
        _ => Err("This challenge has expired."),
    }
}

/// Returns a code with a key of its own, so that none is ever that of something else.
fn code(asked: &Asked, text: &str) -> Hmac<Sha256> {
    let new = |key: &[u8]| Hmac::<Sha256>::new_from_slice(key).expect("any length is a key");
    let mut key = new(&asked.shared.secret.0);
    key.update(b"delivery");
    let mut code = new(&key.finalize().into_bytes());
    code.update(text.as_bytes());
    code
}
