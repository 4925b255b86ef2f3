//! x402 v2, scheme `batch-settlement` on `polkadot:…`: headers, and the bodies of a facilitator.

use super::{
    encoding::{self, malformed},
    values::{account, Amount, Bytes, ManyBytes, Number},
    Action, Malformed, Named, Parts, Payment, VoucherFields,
};
use farthing_client::Account;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The header in which a 402 asks for a payment.
pub const REQUIRED: &str = "PAYMENT-REQUIRED";
/// The header that a client pays with.
pub const SIGNATURE: &str = "PAYMENT-SIGNATURE";
/// The header that tells what became of a payment.
pub const RESPONSE: &str = "PAYMENT-RESPONSE";
/// The scheme: cumulative vouchers over an escrow.
pub const SCHEME: &str = "batch-settlement";
/// The version of x402.
pub const VERSION: u32 = 2;

/// The resource that a payment is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// The resource's address.
    pub url: String,
    /// What it is, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The type of its content, such as `text/html`; `None` if it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
}

/// One way to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Requirements {
    /// The scheme: always [`SCHEME`].
    pub scheme: String,
    /// The chain, as CAIP-2 names it.
    pub network: String,
    /// The price, in the token's smallest unit.
    pub amount: Amount,
    /// The asset: always `native`, the chain's own coin.
    pub asset: String,
    /// The account that is paid.
    #[serde(deserialize_with = "account")]
    pub pay_to: Account,
    /// How long a facilitator reserves credit.
    pub max_timeout_seconds: u64,
    /// Fields that the scheme adds.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

impl Requirements {
    /// Returns whether a client that chose `accepted` chose this one. Its price may be another, since rules
    /// can change in between: what is taken is always the price that we know.
    pub fn is_chosen_by(&self, accepted: &Self) -> bool {
        let same = |a: &Self, b: &Self| {
            a.scheme == b.scheme
                && a.network == b.network
                && a.asset == b.asset
                && a.pay_to == b.pay_to
        };
        let fixed = ["contract", "genesis"];
        // A client may leave these out, and may not name others: its voucher would not count here.
        let no_other = |name: &str| {
            let theirs = accepted.extra.get(name);
            theirs.is_none() || theirs == self.extra.get(name)
        };
        same(self, accepted) && fixed.into_iter().all(no_other)
    }
}

/// What a 402 says in its header: what costs something, and the ways to pay for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRequired {
    /// The protocol's version: always [`VERSION`].
    pub x402_version: u32,
    /// Why this is a 402.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The resource that must be paid for.
    pub resource: Resource,
    /// The ways to pay.
    pub accepts: Vec<Requirements>,
    /// What else the server understands.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extensions: Map<String, Value>,
}

/// The state of a channel, as the gateway knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelState {
    /// A name for it: the hash of what identifies it.
    pub channel_id: Bytes<32>,
    /// Its reserve on chain, in the smallest unit.
    pub balance: Amount,
    /// What was claimed of it in all, in the smallest unit.
    pub total_claimed: Amount,
    /// The moment at which it ends, in milliseconds since the Unix epoch; `None` if it is not ending.
    pub ends_at: Option<Number<u64>>,
    /// What was served for in all, in the smallest unit.
    pub charged_cumulative_amount: Amount,
}

/// The newest voucher that the gateway has. A client that lost its state believes it only if the signature is
/// its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoucherState {
    /// The cumulative amount that it promises, in the smallest unit.
    pub cumulative: Amount,
    /// The root that was signed with it.
    pub root: Bytes<32>,
    /// The signature of the channel's signer.
    pub signature: Bytes<64>,
    /// Whether the signature is over the payload as wallet extensions wrap it.
    pub wrapped: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct ChannelFields {
    #[serde(deserialize_with = "account")]
    payer: Account,
    #[serde(default, skip_serializing_if = "is_first_lane")]
    lane: Number<u32>,
    epoch: Number<u64>,
}

fn is_first_lane(lane: &Number<u32>) -> bool {
    lane.0 == 0
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct PayloadFields {
    #[serde(rename = "type")]
    action: String,
    channel: ChannelFields,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    voucher: Option<VoucherFields>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extrinsic: Option<ManyBytes>,
}

impl TryFrom<PayloadFields> for Payment {
    type Error = String;

    fn try_from(fields: PayloadFields) -> Result<Self, String> {
        let parts = Parts {
            action: fields.action,
            signed: fields.voucher.map(Into::into),
            extrinsic: fields.extrinsic.map(|bytes| bytes.0),
        };
        Ok(Self {
            channel: Named {
                payer: fields.channel.payer,
                lane: fields.channel.lane.0,
                epoch: fields.channel.epoch.0,
            },
            action: parts.action()?,
        })
    }
}

impl From<&Payment> for PayloadFields {
    fn from(payment: &Payment) -> Self {
        let parts = Parts::of(&payment.action);
        Self {
            action: parts.action,
            channel: ChannelFields {
                payer: payment.channel.payer,
                lane: Number(payment.channel.lane),
                epoch: Number(payment.channel.epoch),
            },
            voucher: parts.signed.map(Into::into),
            extrinsic: parts.extrinsic.map(ManyBytes),
        }
    }
}

/// What a client pays with, before it is looked at: also in a facilitator's requests.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PayloadEnvelope {
    x402_version: u32,
    accepted: Requirements,
    payload: PayloadFields,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    extensions: Map<String, Value>,
}

/// A client's payment, and the way to pay that it chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentPayload {
    /// The way to pay that it chose.
    pub accepted: Requirements,
    /// The payment that the client sends.
    pub payment: Payment,
    /// Extensions of the protocol that the client uses.
    pub extensions: Map<String, Value>,
}

/// The longest identifier of a payment.
pub const MAX_IDENTIFIER: usize = 128;

impl PaymentPayload {
    /// Reads the value of a `PAYMENT-SIGNATURE` header.
    pub fn from_header(text: &str) -> Result<Self, Malformed> {
        let envelope: PayloadEnvelope = encoding::read(SIGNATURE, &encoding::X402, text)?;
        envelope
            .try_into()
            .map_err(|problem| malformed(SIGNATURE, problem))
    }

    /// Writes the payment as the value of a `PAYMENT-SIGNATURE` header.
    pub fn to_header(&self) -> String {
        encoding::write(&encoding::X402, &self.envelope())
    }

    /// Returns the identifier under which the payment must count once, if it has one. One that is malformed is
    /// refused: a client that sent it counts on not being charged again.
    pub fn identifier(&self) -> Result<Option<&str>, Malformed> {
        let Some(extension) = self.extensions.get("payment-identifier") else {
            return Ok(None);
        };
        // Clients that do not use it send back what the 402 said of it, which has no id.
        let Some(id) = extension.get("info").and_then(|info| info.get("id")) else {
            return Ok(None);
        };
        let good = |id: &&str| (1..=MAX_IDENTIFIER).contains(&id.len());
        match id.as_str().filter(good) {
            Some(id) => Ok(Some(id)),
            None => Err(malformed(
                SIGNATURE,
                format!("a payment-identifier is a text of 1 to {MAX_IDENTIFIER} bytes"),
            )),
        }
    }

    fn envelope(&self) -> PayloadEnvelope {
        PayloadEnvelope {
            x402_version: VERSION,
            accepted: self.accepted.clone(),
            payload: (&self.payment).into(),
            extensions: self.extensions.clone(),
        }
    }
}

impl TryFrom<PayloadEnvelope> for PaymentPayload {
    type Error = String;

    fn try_from(envelope: PayloadEnvelope) -> Result<Self, String> {
        if envelope.x402_version != VERSION {
            return Err("only version 2 of x402 is understood".into());
        }
        if envelope.accepted.scheme != SCHEME {
            return Err(format!("the scheme is not {SCHEME}"));
        }
        Ok(Self {
            accepted: envelope.accepted,
            payment: envelope.payload.try_into()?,
            extensions: envelope.extensions,
        })
    }
}

/// Tells a client what became of its payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettleResponse {
    /// Whether the payment was taken.
    pub success: bool,
    /// Why it was not taken; `None` if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_reason: Option<String>,
    /// The account that paid; `None` if nothing was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
    /// The transaction on chain; empty, since there is none for a voucher.
    pub transaction: String,
    /// The chain, as CAIP-2 names it.
    pub network: String,
    /// What moved on chain; empty for a voucher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// What was charged, and the channel's state.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// What a server asks of a facilitator, for both `/verify` and `/settle`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacilitatorRequest {
    /// The payment that the client sent.
    pub payload: PaymentPayload,
    /// The way to pay that the server asked for.
    pub requirements: Requirements,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FacilitatorFields {
    x402_version: u32,
    payment_payload: PayloadEnvelope,
    payment_requirements: Requirements,
}

impl FacilitatorRequest {
    /// Reads the body of a request; whoever reads it from the network bounds its length.
    pub fn from_json(json: &[u8]) -> Result<Self, Malformed> {
        let wrong = |problem| malformed("body", problem);
        let fields: FacilitatorFields = serde_json::from_slice(json)
            .map_err(|error| wrong(format!("not the right JSON: {error}")))?;
        if fields.x402_version != VERSION {
            return Err(wrong("only version 2 of x402 is understood".into()));
        }
        Ok(Self {
            payload: fields.payment_payload.try_into().map_err(wrong)?,
            requirements: fields.payment_requirements,
        })
    }

    /// Writes the body of a request.
    pub fn to_json(&self) -> String {
        let fields = FacilitatorFields {
            x402_version: VERSION,
            payment_payload: self.payload.envelope(),
            payment_requirements: self.requirements.clone(),
        };
        serde_json::to_string(&fields).expect("our own types have no keys but strings")
    }
}

/// Lets a type that is a header's JSON be written and read.
macro_rules! header {
    ($type:ty, $name:expr) => {
        impl $type {
            #[doc = concat!("Reads a [`", stringify!($name), "`] header.")]
            pub fn from_header(text: &str) -> Result<Self, Malformed> {
                encoding::read($name, &encoding::X402, text)
            }

            #[doc = concat!("Writes a [`", stringify!($name), "`] header.")]
            pub fn to_header(&self) -> String {
                encoding::write(&encoding::X402, self)
            }
        }
    };
}
header!(PaymentRequired, REQUIRED);
header!(SettleResponse, RESPONSE);

/// Answers a facilitator's `GET /supported`.
pub fn supported(network: &str) -> Value {
    serde_json::json!({
        "kinds": [{"x402Version": VERSION, "scheme": SCHEME, "network": network}],
        "extensions": ["payment-identifier"],
        "signers": {},
    })
}

impl Action {
    /// Returns whether a transaction of the payer's comes with it.
    pub fn extrinsic(&self) -> Option<&[u8]> {
        match self {
            Self::Open(_, bytes) | Self::TopUp(_, bytes) => Some(bytes),
            Self::Voucher(_) | Self::Close(_) => None,
        }
    }
}
