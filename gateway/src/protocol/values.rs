//! Values as both protocols write them: numbers as decimal strings, bytes in hexadecimal, accounts with any
//! prefix.

use farthing_client::Account;
use serde::{de::Error, Deserialize, Deserializer, Serialize, Serializer};
use std::str::FromStr;

/// A number that is a decimal string in JSON: digits only, without leading zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number<N>(pub N);

/// An amount of money, in the chain's smallest unit.
pub type Amount = Number<u128>;

/// Bytes in hexadecimal, after `0x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes<const N: usize>(pub [u8; N]);

/// Any number of bytes in hexadecimal, after `0x`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManyBytes(pub Vec<u8>);

/// The longest address that is read. One has at most 50 characters, or 66 in hexadecimal, and reading base 58
/// takes the square of the length.
const MAX_ADDRESS: usize = 66;

/// Reads a number; `None` unless it is written in the one way that there is.
pub fn number<N: FromStr>(text: &str) -> Option<N> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    match digits && !leading_zero {
        true => text.parse().ok(),
        false => None,
    }
}

impl<N: std::fmt::Display> Serialize for Number<N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de, N: FromStr> Deserialize<'de> for Number<N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let read = number(&text).map(Self);
        read.ok_or_else(|| D::Error::custom("a number must be a string of decimal digits"))
    }
}

impl<const N: usize> Serialize for Bytes<N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("0x{}", hex::encode(self.0)))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Bytes<N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let bytes = ManyBytes::deserialize(from)?.0.try_into();
        let wrong = |_| D::Error::custom(format!("there must be {N} bytes after 0x"));
        Ok(Self(bytes.map_err(wrong)?))
    }
}

impl Serialize for ManyBytes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("0x{}", hex::encode(&self.0)))
    }
}

impl<'de> Deserialize<'de> for ManyBytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let bytes = text
            .strip_prefix("0x")
            .and_then(|hex| hex::decode(hex).ok());
        bytes
            .map(Self)
            .ok_or_else(|| D::Error::custom("bytes must be in hexadecimal after 0x"))
    }
}

/// Reads an account with any prefix; for `serde(deserialize_with)`.
pub fn account<'de, D: Deserializer<'de>>(from: D) -> Result<Account, D::Error> {
    let text = String::deserialize(from)?;
    let wrong = || D::Error::custom("this is no account's address");
    if text.len() > MAX_ADDRESS {
        return Err(wrong());
    }
    text.parse().map_err(|_| wrong())
}

/// Names the chain with this genesis hash as CAIP-2 does: by half of it.
pub fn network(genesis: &[u8; 32]) -> String {
    format!("polkadot:{}", hex::encode(&genesis[..16]))
}
