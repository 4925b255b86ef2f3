//! What a 402 asks, in both protocols at once: one price, one payee, one place where vouchers count.

use super::{
    mpp::{self, Challenge, MethodDetails, Secret},
    values::{network, Bytes, Number},
    x402::{self, ChannelState, PaymentRequired, Requirements, Resource, VoucherState},
};
use farthing_client::Account;
use farthing_types::voucher::Place;
use serde_json::{json, Map, Value};
use std::time::{Duration, SystemTime};

/// What stays the same for all that a gateway sells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seller {
    /// The chain and contract that vouchers are for.
    pub place: Place<[u8; 32]>,
    /// The account that vouchers pay.
    pub payee: Account,
    /// The shortest delay of an exit that is accepted.
    pub min_delay: Duration,
    /// The smallest reserve that is accepted, in the token's smallest unit.
    pub min_deposit: u128,
    /// How many decimals the chain's token has.
    pub decimals: u8,
    /// The symbol of the chain's token.
    pub symbol: String,
    /// How long a challenge can be answered, and a facilitator reserves credit.
    pub timeout: Duration,
    /// The name of the site.
    pub realm: String,
}

/// What one answer asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The thing that is sold.
    pub resource: Resource,
    /// The price, in the token's smallest unit.
    pub price: u128,
    /// What the price is for: `request`, `byte`, `second`, `segment`.
    pub unit: &'static str,
}

/// What a client that lost its state needs to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The channel's state, as the gateway knows it.
    pub channel: ChannelState,
    /// The newest voucher; none if there was none yet.
    pub voucher: Option<VoucherState>,
}

impl Correction {
    fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        let value = |state| serde_json::to_value(state).expect("our own types are JSON");
        fields.insert("channelState".into(), value(&self.channel));
        if let Some(voucher) = &self.voucher {
            let value = serde_json::to_value(voucher).expect("our own types are JSON");
            fields.insert("voucherState".into(), value);
        }
        fields
    }
}

impl Seller {
    /// Returns the way to pay that x402 clients choose.
    pub fn requirements(&self, terms: &Terms, correction: Option<&Correction>) -> Requirements {
        let extra = json!({
            "contract": Account(self.place.contract),
            "genesis": Bytes(self.place.genesis),
            "withdrawDelay": self.min_delay.as_secs(),
            "minDeposit": Number(self.min_deposit),
            "decimals": self.decimals,
            "symbol": self.symbol,
            "unit": terms.unit,
        });
        let Value::Object(mut extra) = extra else {
            unreachable!("it was written as an object");
        };
        extra.extend(correction.map(Correction::fields).unwrap_or_default());
        Requirements {
            scheme: x402::SCHEME.into(),
            network: network(&self.place.genesis),
            amount: Number(terms.price),
            asset: "native".into(),
            pay_to: self.payee,
            // A client takes zero for a mistake.
            max_timeout_seconds: self.timeout.as_secs().max(1),
            extra,
        }
    }

    /// Returns what stands in `PAYMENT-REQUIRED`.
    pub fn required(
        &self,
        terms: &Terms,
        error: &str,
        correction: Option<&Correction>,
    ) -> PaymentRequired {
        let identifier = json!({ "info": { "required": false } });
        PaymentRequired {
            x402_version: x402::VERSION,
            error: Some(error.into()),
            resource: terms.resource.clone(),
            accepts: vec![self.requirements(terms, correction)],
            extensions: Map::from_iter([("payment-identifier".into(), identifier)]),
        }
    }

    /// Returns the challenge in `WWW-Authenticate`; `None` if the realm cannot stand in one.
    pub fn challenge(
        &self,
        terms: &Terms,
        correction: Option<&Correction>,
        secret: &Secret,
        now: SystemTime,
    ) -> Option<Challenge> {
        let request = mpp::Request {
            amount: Number(terms.price),
            currency: "native".into(),
            recipient: self.payee,
            unit_type: terms.unit.into(),
            suggested_deposit: Some(Number(self.min_deposit)),
            method_details: MethodDetails {
                network: network(&self.place.genesis),
                genesis: Bytes(self.place.genesis),
                contract: Account(self.place.contract),
                min_delay: self.min_delay.as_secs(),
                channel: correction.map(|correction| Value::Object(correction.fields())),
            },
        };
        secret.challenge(&self.realm, &request, now + self.timeout)
    }
}
