//! Cookies for tags that cannot send headers: who paid with a channel can spend its credit for a while.
//!
//! A cookie is the channel, when it ends, and a code over both. It is never sent from another site, and pays for
//! nothing but GET, so no page elsewhere can spend with it.

use super::Asked;
use crate::{protocol::Named, till::now};
use base64::{prelude::BASE64_URL_SAFE_NO_PAD, Engine};
use farthing_client::Account;
use hmac::{Hmac, Mac};
use hyper::header;
use sha2::Sha256;
use std::time::Duration;

/// Payer, lane, epoch, end.
const FIELDS: usize = 32 + 4 + 8 + 8;
const CODE: usize = 32;

/// Returns the cookie's name: with this prefix, browsers hold it to its host and to TLS.
pub fn name(asked: &Asked) -> &'static str {
    match asked.shop().site.is_secure {
        true => "__Host-farthing",
        false => "farthing",
    }
}

/// Returns a cookie that spends from a channel, as `Set-Cookie` has it.
pub fn make(asked: &Asked, channel: &Named, lives: Duration) -> String {
    let ends = now().saturating_add(u64::try_from(lives.as_millis()).unwrap_or(u64::MAX));
    let mut bytes = Vec::with_capacity(FIELDS + CODE);
    bytes.extend(channel.payer.0);
    bytes.extend(channel.lane.to_le_bytes());
    bytes.extend(channel.epoch.to_le_bytes());
    bytes.extend(ends.to_le_bytes());
    let code = code(asked, &bytes).finalize().into_bytes();
    bytes.extend(code);
    let secure = if asked.shop().site.is_secure {
        "; Secure"
    } else {
        ""
    };
    format!(
        "{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{secure}",
        name(asked),
        BASE64_URL_SAFE_NO_PAD.encode(bytes),
        lives.as_secs()
    )
}

/// Returns the channel that a request's cookie spends from.
pub fn read(asked: &Asked) -> Option<Named> {
    let cookies = asked.headers.get_all(header::COOKIE).iter();
    let cookies = cookies.filter_map(|value| value.to_str().ok());
    let mut cookies = cookies.flat_map(|value| value.split(';'));
    let ours = |cookie: &str| {
        let (key, value) = cookie.trim().split_once('=')?;
        (key == name(asked)).then(|| value.to_owned())
    };
    let text = cookies.find_map(ours)?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let (fields, their_code) = bytes.split_at_checked(FIELDS)?;
    code(asked, fields).verify_slice(their_code).ok()?;
    let (payer, rest) = fields.split_first_chunk()?;
    let (lane, rest) = rest.split_first_chunk()?;
    let (epoch, ends) = rest.split_first_chunk()?;
    let ends = u64::from_le_bytes(ends.try_into().ok()?);
    (now() < ends).then(|| Named {
        payer: Account(*payer),
        lane: u32::from_le_bytes(*lane),
        epoch: u64::from_le_bytes(*epoch),
    })
}

/// Returns a code with a key of its own, so that none is ever that of a challenge.
fn code(asked: &Asked, fields: &[u8]) -> Hmac<Sha256> {
    let new = |key: &[u8]| Hmac::<Sha256>::new_from_slice(key).expect("any length is a key");
    let mut key = new(&asked.shared.secret.0);
    key.update(b"cookie");
    let mut code = new(&key.finalize().into_bytes());
    code.update(fields);
    code.update(asked.shop().site.url.as_bytes());
    code
}
