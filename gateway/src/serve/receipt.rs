//! What a client is told of a payment that was taken.

use super::{
    ask::insert,
    cookie,
    gate::{How, Paid},
    log::Paying,
    Asked, Body,
};
use crate::{
    locked,
    protocol::{
        mpp::{self, Receipt},
        values::{network, Number},
        x402::{self, SettleResponse},
    },
    rules::Rule,
    till::{Charged, Recent},
};
use farthing_client::Account;
use hyper::{
    header::{self, HeaderMap, HeaderValue},
    Response,
};
use serde_json::{json, Map, Value};
use std::{sync::Mutex, time::SystemTime};

/// How many addresses are kept.
const MAX_ADDRESSES: usize = 4_096;

/// Addresses of some who paid: writing one in base 58 takes longer than all else of a receipt.
pub struct Addresses(Mutex<Recent<Account, String>>);

impl Default for Addresses {
    fn default() -> Self {
        Self(Mutex::new(Recent::new(MAX_ADDRESSES)))
    }
}

impl Addresses {
    fn of(&self, account: Account) -> String {
        if let Some(address) = locked(&self.0).get(&account) {
            return address.clone();
        }
        let address = account.to_string();
        locked(&self.0).put(account, address.clone());
        address
    }
}

/// Writes the receipt, and the cookie if the rule has one.
pub fn write(asked: &Asked, rule: &Rule, paid: &Paid, response: &mut Response<Body>) {
    let charged = &paid.charged;
    response.extensions_mut().insert(Paying::of(charged));
    let to = response.headers_mut();
    match &paid.how {
        How::X402 => {
            let genesis = &asked.shop().seller.place.genesis;
            let settled = settled(genesis, &asked.shared.addresses, charged);
            insert(to, x402::RESPONSE, &settled.to_header());
        }
        How::Mpp { challenge_id } => {
            insert(
                to,
                mpp::RECEIPT,
                &receipt(charged, challenge_id).to_header(),
            );
        }
        How::Cookie => (),
    }
    if let (Some(lives), How::X402 | How::Mpp { .. }) = (rule.cookie, &paid.how) {
        let cookie = cookie::make(asked, &charged.channel, lives);
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            to.append(header::SET_COOKIE, cookie);
        }
    }
    keep_private(to);
}

/// Has nobody between keep an answer.
pub fn keep_private(to: &mut HeaderMap) {
    let keep = HeaderValue::from_static("private, no-store");
    to.insert(header::CACHE_CONTROL, keep);
    // Some caches look at these instead.
    to.remove(header::EXPIRES);
    to.remove("surrogate-control");
    to.remove("cdn-cache-control");
}

/// Returns the receipt of a charge in x402's form.
pub fn settled(genesis: &[u8; 32], addresses: &Addresses, charged: &Charged) -> SettleResponse {
    let extra = json!({
        "chargedAmount": Number(charged.amount),
        "channelState": charged.state,
    });
    let Value::Object(extra) = extra else {
        unreachable!("it was written as an object");
    };
    SettleResponse {
        success: true,
        error_reason: None,
        payer: Some(addresses.of(charged.channel.payer)),
        transaction: String::new(),
        network: network(genesis),
        amount: Some(String::new()),
        extra,
    }
}

/// Returns what x402 says of a payment that was not taken.
pub fn failed(genesis: &[u8; 32], why: String, extra: Map<String, Value>) -> SettleResponse {
    SettleResponse {
        success: false,
        error_reason: Some(why),
        payer: None,
        transaction: String::new(),
        network: network(genesis),
        amount: None,
        extra,
    }
}

fn receipt(charged: &Charged, challenge_id: &str) -> Receipt {
    Receipt {
        method: mpp::METHOD.into(),
        intent: mpp::INTENT.into(),
        status: "success".into(),
        timestamp: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        reference: format!("0x{}", hex::encode(charged.state.channel_id.0)),
        challenge_id: challenge_id.into(),
        accepted_cumulative: Number(charged.best),
        spent: Number(charged.spent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_each_payers_own_whoever_was_forgotten() {
        let addresses = Addresses::default();
        let account = |n: usize| {
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&n.to_le_bytes());
            Account(bytes)
        };
        for n in (0..MAX_ADDRESSES + 2).chain(0..3) {
            for _ in 0..2 {
                assert_eq!(addresses.of(account(n)), account(n).to_string());
            }
        }
    }
}
