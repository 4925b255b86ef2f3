//! What a 402 asks, as far as it is for this payer.

use crate::protocol::{
    challenge::Correction,
    values::network,
    x402::{ChannelState, PaymentPayload, PaymentRequired, Requirements, VoucherState, SCHEME},
    Payment,
};
use farthing_client::Account;
use farthing_types::voucher::Place;
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use serde_json::{Map, Value};

/// A way to pay that was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    requirements: Requirements,
}

/// Why nothing that a 402 asks is paid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// It asks for other schemes, or for money of other chains.
    #[error("the server asks for no vouchers on this chain")]
    Foreign,
    /// It asks for vouchers that count elsewhere.
    #[error("the server asks for vouchers of another channels contract, or of another chain that looks like this one")]
    Elsewhere,
    /// It asks for another coin.
    #[error("the server asks for another coin than the chain's own")]
    Asset,
}

const CORRECTS: [&str; 2] = ["channelState", "voucherState"];

impl Offer {
    /// Chooses the first that is for this place, and what corrects the client beside it.
    pub fn choose(
        required: &PaymentRequired,
        place: &Place<[u8; 32]>,
    ) -> Result<(Self, Option<Correction>), Untrusted> {
        let network = network(&place.genesis);
        let ours = |one: &&Requirements| one.scheme == SCHEME && one.network == network;
        let found = required.accepts.iter().find(ours);
        let mut requirements = found.ok_or(Untrusted::Foreign)?.clone();
        if requirements.asset != "native" {
            return Err(Untrusted::Asset);
        }
        let extra = &mut requirements.extra;
        if !names(extra, "genesis", &place.genesis) || !names(extra, "contract", &place.contract) {
            return Err(Untrusted::Elsewhere);
        }
        let [channel, voucher] = CORRECTS.map(|name| extra.remove(name));
        let channel = channel.and_then(read::<ChannelState>);
        let correction = channel.map(|channel| Correction {
            channel,
            voucher: voucher.and_then(read::<VoucherState>),
        });
        Ok((Self { requirements }, correction))
    }

    /// Returns the price, in the smallest unit.
    pub fn price(&self) -> u128 {
        self.requirements.amount.0
    }

    /// Returns the account that the price is paid to.
    pub fn payee(&self) -> Account {
        self.requirements.pay_to
    }

    /// Returns what the price is for: `request`, `byte`, `second`, `segment`.
    pub fn unit(&self) -> &str {
        let unit = self.requirements.extra.get("unit");
        unit.and_then(Value::as_str).unwrap_or("request")
    }

    /// Returns the header that pays.
    pub fn header(&self, payment: Payment) -> String {
        let payload = PaymentPayload {
            accepted: self.requirements.clone(),
            payment,
            extensions: Map::new(),
        };
        payload.to_header()
    }
}

/// Returns whether a field names these 32 bytes, or is not there: the voucher counts only where it is signed for.
fn names(extra: &Map<String, Value>, field: &str, bytes: &[u8; 32]) -> bool {
    let Some(value) = extra.get(field) else {
        return true;
    };
    let named = value.as_str().map(|text| {
        let hash = text.strip_prefix("0x").map(hex::decode);
        match hash {
            Some(Ok(named)) => named == bytes,
            _ => text.parse().is_ok_and(|named: Account| named.0 == *bytes),
        }
    });
    named.unwrap_or(false)
}

fn read<T: DeserializeOwned>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}
