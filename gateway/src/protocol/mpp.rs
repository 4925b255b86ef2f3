//! MPP: the HTTP authentication scheme `Payment`, with the method `farthing` and the intent `session`.
//!
//! A challenge's id is a code over all its fields, so the gateway needs no memory of those it gave out. The
//! fields are joined by `|`, so none of them may have one: otherwise two challenges had the same id.

use super::{
    encoding::{self, malformed},
    values::{account, Amount, Bytes, ManyBytes, Number},
    Malformed, Named, Parts, Payment, VoucherFields,
};
use base64::Engine;
use farthing_client::Account;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;
use std::time::SystemTime;

/// The header in which a 402 asks for a payment.
pub const AUTHENTICATE: &str = "WWW-Authenticate";
/// The header that a client pays with.
pub const AUTHORIZATION: &str = "Authorization";
/// The header that tells what became of a payment.
pub const RECEIPT: &str = "Payment-Receipt";
/// The payment method's name in MPP.
pub const METHOD: &str = "farthing";
/// The intent: many payments over one channel.
pub const INTENT: &str = "session";
const SCHEME: &str = "Payment";

/// A challenge, as a 402 has it and a client sends it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// The code over the other fields.
    pub id: String,
    /// The name of the site whose challenge it is.
    pub realm: String,
    /// The payment method: always [`METHOD`].
    pub method: String,
    /// The intent: always [`INTENT`].
    pub intent: String,
    /// The request, in the base64 of URLs.
    pub request: String,
    /// Until when it can be answered, as RFC 3339 writes times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// The digest of the request's body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Whatever the server wants to have back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opaque: Option<String>,
}

/// What a challenge asks: the JSON in its `request`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The price, in the token's smallest unit.
    pub amount: Amount,
    /// The currency: always `native`, the chain's own coin.
    pub currency: String,
    /// The account that is paid.
    #[serde(deserialize_with = "account")]
    pub recipient: Account,
    /// What the price is for: `request`, `byte`, `second`, `segment`.
    pub unit_type: String,
    /// The reserve that a new channel should have, in the smallest unit; `None` if nothing is suggested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested_deposit: Option<Amount>,
    /// The chain and contract that vouchers are for, and what channels must be like.
    pub method_details: MethodDetails,
}

/// What the method adds to a request: where vouchers count, and which channels are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MethodDetails {
    /// The chain, as CAIP-2 names it.
    pub network: String,
    /// The chain, by its whole genesis hash.
    pub genesis: Bytes<32>,
    /// The address of the channels contract.
    #[serde(deserialize_with = "account")]
    pub contract: Account,
    /// The shortest delay of an exit that is accepted, in seconds.
    pub min_delay: u64,
    /// The state of the client's channel, if it must be corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Value>,
}

/// Why a challenge that came back is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// It is another server's, or was changed.
    #[error("this challenge was not given out here")]
    Foreign,
    /// It is too old.
    #[error("this challenge has expired")]
    Expired,
}

/// What codes are made with. Instances behind one name have the same.
#[derive(Clone)]
pub struct Secret(pub [u8; 32]);

impl Secret {
    /// Makes a challenge; `None` if `realm` cannot stand in one.
    pub fn challenge(
        &self,
        realm: &str,
        request: &Request,
        expires: SystemTime,
    ) -> Option<Challenge> {
        let plain = |byte: u8| (byte.is_ascii_graphic() || byte == b' ') && byte != b'|';
        if !realm.bytes().all(plain) {
            return None;
        }
        let json = super::jcs::canonical(&serde_json::to_value(request).ok()?)?;
        let mut challenge = Challenge {
            id: String::new(),
            realm: realm.into(),
            method: METHOD.into(),
            intent: INTENT.into(),
            request: encoding::MPP.encode(json),
            expires: Some(humantime::format_rfc3339_seconds(expires).to_string()),
            digest: None,
            opaque: None,
        };
        let code = self.code(&challenge).finalize().into_bytes();
        challenge.id = encoding::MPP.encode(code);
        Some(challenge)
    }

    /// Checks that a challenge was made here, for `realm`, and can still be answered.
    pub fn check(
        &self,
        challenge: &Challenge,
        realm: &str,
        now: SystemTime,
    ) -> Result<(), Unknown> {
        let ours = challenge.realm == realm
            && challenge.method == METHOD
            && challenge.intent == INTENT
            && !challenge.fields().iter().any(|field| field.contains('|'));
        let id = encoding::MPP.decode(&challenge.id);
        let valid = id.is_ok_and(|id| self.code(challenge).verify_slice(&id).is_ok());
        if !(ours && valid) {
            return Err(Unknown::Foreign);
        }
        let expires = challenge.expires.as_deref().unwrap_or_default();
        match humantime::parse_rfc3339(expires) {
            Ok(expires) if now <= expires => Ok(()),
            _ => Err(Unknown::Expired),
        }
    }

    fn code(&self, challenge: &Challenge) -> Hmac<Sha256> {
        let mut code = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length is a key");
        code.update(challenge.fields().join("|").as_bytes());
        code
    }
}

impl Challenge {
    /// Returns what the id is a code over.
    fn fields(&self) -> [&str; 7] {
        [
            &self.realm,
            &self.method,
            &self.intent,
            &self.request,
            self.expires.as_deref().unwrap_or_default(),
            self.digest.as_deref().unwrap_or_default(),
            self.opaque.as_deref().unwrap_or_default(),
        ]
    }

    /// Writes the challenge as the value of a `WWW-Authenticate` header.
    pub fn to_header(&self) -> String {
        let mut header = format!("{SCHEME} id={}", quoted(&self.id));
        let fields = [
            ("realm", Some(&self.realm)),
            ("method", Some(&self.method)),
            ("intent", Some(&self.intent)),
            ("request", Some(&self.request)),
            ("expires", self.expires.as_ref()),
            ("digest", self.digest.as_ref()),
            ("opaque", self.opaque.as_ref()),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                header.push_str(&format!(", {name}={}", quoted(value)));
            }
        }
        header
    }

    /// Reads what the challenge asks.
    pub fn request(&self) -> Result<Request, Malformed> {
        encoding::read(AUTHENTICATE, &encoding::MPP, &self.request)
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PayloadFields {
    action: String,
    #[serde(deserialize_with = "account")]
    payer: Account,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lane: Option<Number<u32>>,
    epoch: Number<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cumulative_amount: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    root: Option<Bytes<32>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signature: Option<Bytes<64>>,
    #[serde(default)]
    wrapped: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extrinsic: Option<ManyBytes>,
}

#[derive(Serialize, Deserialize)]
struct CredentialFields {
    challenge: Challenge,
    payload: PayloadFields,
}

/// A client's payment, and the challenge that it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The challenge that it answers; nobody has checked it yet.
    pub challenge: Challenge,
    /// The payment that the client sends with it.
    pub payment: Payment,
}

impl Credential {
    /// Reads an `Authorization`; `None` if it is of another scheme, which is none of our business.
    pub fn from_header(text: &str) -> Option<Result<Self, Malformed>> {
        let (scheme, rest) = text.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return None;
        }
        Some(Self::read(rest.trim_start()))
    }

    fn read(text: &str) -> Result<Self, Malformed> {
        let fields: CredentialFields = encoding::read(AUTHORIZATION, &encoding::MPP, text)?;
        let payment = Payment::try_from(fields.payload);
        Ok(Self {
            challenge: fields.challenge,
            payment: payment.map_err(|problem| malformed(AUTHORIZATION, problem))?,
        })
    }

    /// Writes the credential as the value of an `Authorization` header.
    pub fn to_header(&self) -> String {
        let fields = CredentialFields {
            challenge: self.challenge.clone(),
            payload: (&self.payment).into(),
        };
        format!("{SCHEME} {}", encoding::write(&encoding::MPP, &fields))
    }
}

impl TryFrom<PayloadFields> for Payment {
    type Error = String;

    fn try_from(fields: PayloadFields) -> Result<Self, String> {
        let voucher = match (fields.cumulative_amount, fields.signature) {
            (Some(cumulative), Some(signature)) => Some(VoucherFields {
                cumulative,
                root: fields.root,
                signature,
                wrapped: fields.wrapped,
            }),
            (None, None) => None,
            _ => return Err("an amount and a signature come together or not at all".into()),
        };
        let parts = Parts {
            action: fields.action,
            signed: voucher.map(Into::into),
            extrinsic: fields.extrinsic.map(|bytes| bytes.0),
        };
        Ok(Self {
            channel: Named {
                payer: fields.payer,
                lane: fields.lane.map_or(0, |lane| lane.0),
                epoch: fields.epoch.0,
            },
            action: parts.action()?,
        })
    }
}

impl From<&Payment> for PayloadFields {
    fn from(payment: &Payment) -> Self {
        let parts = Parts::of(&payment.action);
        let voucher = parts.signed.map(VoucherFields::from);
        Self {
            action: parts.action,
            payer: payment.channel.payer,
            lane: (payment.channel.lane != 0).then_some(Number(payment.channel.lane)),
            epoch: Number(payment.channel.epoch),
            cumulative_amount: voucher.as_ref().map(|voucher| voucher.cumulative),
            root: voucher.as_ref().and_then(|voucher| voucher.root),
            signature: voucher.as_ref().map(|voucher| voucher.signature),
            wrapped: voucher.is_some_and(|voucher| voucher.wrapped),
            extrinsic: parts.extrinsic.map(ManyBytes),
        }
    }
}

/// The receipt of a request that was paid: what was charged, and to which channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The payment method: always [`METHOD`].
    pub method: String,
    /// The intent: always [`INTENT`].
    pub intent: String,
    /// `success`: there are no others.
    pub status: String,
    /// The time of the answer, as RFC 3339 writes times.
    pub timestamp: String,
    /// The channel's identifier, in hexadecimal.
    pub reference: String,
    /// The identifier of the challenge that was answered.
    pub challenge_id: String,
    /// The newest voucher's cumulative amount, in the smallest unit.
    pub accepted_cumulative: Amount,
    /// What was served for in all, in the smallest unit.
    pub spent: Amount,
}

impl Receipt {
    /// Reads the value of a `Payment-Receipt` header.
    pub fn from_header(text: &str) -> Result<Self, Malformed> {
        encoding::read(RECEIPT, &encoding::MPP, text)
    }

    /// Writes the receipt as the value of a `Payment-Receipt` header.
    pub fn to_header(&self) -> String {
        encoding::write(&encoding::MPP, self)
    }
}
