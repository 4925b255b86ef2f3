//! Vouchers and closings as lines of text, which can be pasted and sent.

use crate::{Account, Error, Key};
use farthing_types::{
    signing::Verifier,
    voucher::{self, Signature},
    Balance, Hash,
};
use scale::{Decode, Encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// Where vouchers count: on which chain, in which contract.
pub type Place = voucher::Place<Account>;
/// One life of a channel.
pub type ChannelId = voucher::ChannelId<Account>;

/// What a voucher's line begins with; the digit is the version.
const VOUCHER: &str = "farthing1";
/// What a closing's line begins with.
const CLOSING: &str = "farthing-closing1";

/// The payer's signed word for how much of a channel is the payee's in all.
///
/// As text it is `farthing1` and the lower-case hexadecimal digits of its fields in SCALE, in the order
/// in which they are here: 498 digits without any space. There is exactly one text for a voucher, and
/// nothing else is read.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Voucher {
    /// Where it counts.
    pub place: Place,
    /// Of which channel.
    pub channel: ChannelId,
    /// How much of it is the payee's in all, in the chain's smallest unit.
    pub cumulative: Balance,
    /// The Merkle root, or hash, of what was bought; zeros for none.
    pub root: Hash,
    /// By the channel's signer key.
    pub signature: Signature,
}

/// The payee's signed word that a channel can be closed at once for this much.
///
/// As text it is `farthing-closing1` and the digits of its fields, as in a [`Voucher`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Closing {
    /// Where it counts.
    pub place: Place,
    /// Which channel.
    pub channel: ChannelId,
    /// How much the payee gets in all, in the chain's smallest unit.
    pub amount: Balance,
    /// By the payee's own key.
    pub signature: Signature,
}

fn signature(key: &Key, payload: &[u8]) -> Signature {
    Signature {
        bytes: key.sign(payload),
        wrapped: false,
    }
}

impl Voucher {
    pub(super) fn sign(
        place: &Place,
        channel: &ChannelId,
        cumulative: Balance,
        root: Hash,
        key: &Key,
    ) -> Self {
        let said = voucher::Voucher {
            channel: channel.clone(),
            cumulative,
            root,
        };
        Self {
            signature: signature(key, &said.payload(place)),
            place: place.clone(),
            channel: channel.clone(),
            cumulative,
            root,
        }
    }

    /// Whether it was signed with this key.
    pub fn is_signed_by(&self, signer: &[u8; 32]) -> bool {
        let said = voucher::Voucher {
            channel: self.channel.clone(),
            cumulative: self.cumulative,
            root: self.root,
        };
        Verifier::new(signer)
            .is_some_and(|key| key.verify(&said.payload(&self.place), &self.signature))
    }
}

impl Closing {
    pub(super) fn sign(place: &Place, channel: &ChannelId, amount: Balance, key: &Key) -> Self {
        let said = voucher::Closing {
            channel: channel.clone(),
            amount,
        };
        Self {
            signature: signature(key, &said.payload(place)),
            place: place.clone(),
            channel: channel.clone(),
            amount,
        }
    }

    /// Whether the payee that it names signed it.
    pub fn is_signed(&self) -> bool {
        let said = voucher::Closing {
            channel: self.channel.clone(),
            amount: self.amount,
        };
        Verifier::new(&self.channel.payee.0)
            .is_some_and(|key| key.verify(&said.payload(&self.place), &self.signature))
    }
}

fn write(to: &mut fmt::Formatter, prefix: &str, of: &impl Encode) -> fmt::Result {
    write!(to, "{prefix}{}", hex::encode(of.encode()))
}

/// Reads what [`write`] writes, and nothing else.
fn read<T: Encode + Decode>(text: &str, prefix: &str, name: &str) -> Result<T, Error> {
    let bad = |why: &str| {
        Error::Input(format!(
            "This is no {name} ({why}): paste the whole line, which begins with {prefix}."
        ))
    };
    let digits = text
        .strip_prefix(prefix)
        .ok_or_else(|| bad("it begins with something else"))?;
    let bytes = hex::decode(digits).map_err(|_| bad("it has characters that do not belong"))?;
    let rest = &mut &bytes[..];
    match T::decode(rest) {
        Ok(read) if rest.is_empty() && hex::encode(read.encode()) == digits => Ok(read),
        _ => Err(bad("it has another length or form")),
    }
}

impl fmt::Display for Voucher {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write(to, VOUCHER, self)
    }
}

impl fmt::Display for Closing {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write(to, CLOSING, self)
    }
}

impl FromStr for Voucher {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        read(text, VOUCHER, "voucher")
    }
}

impl FromStr for Closing {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        read(text, CLOSING, "closing")
    }
}

impl Serialize for Voucher {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Voucher {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
