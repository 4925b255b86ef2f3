//! Accounts, which people write as SS58 addresses.
//!
//! An address begins with its network's prefix. Addresses with any prefix are read. Addresses are written
//! with the prefix of the chain that the program connected to last. Files that are named after an account use
//! the generic prefix, so that they are found whatever chain that is.

use crate::Error;
use blake2::{Blake2b512, Digest};
use ink::primitives::AccountId;
use scale::{Decode, Encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{
    fmt,
    str::FromStr,
    sync::atomic::{AtomicU16, Ordering},
};
use subxt::utils::AccountId32;

/// An account: a person's or a contract's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Account(pub [u8; 32]);

impl Account {
    /// Returns this account as the type that the contracts use.
    pub fn id(self) -> AccountId {
        self.0.into()
    }
}

impl Account {
    /// The prefix of addresses that belong to no particular network.
    pub const GENERIC: u16 = 42;

    /// Returns the account's address with the generic prefix, which does not depend on the network. Use it in
    /// names of files.
    pub fn generic(self) -> String {
        AccountId32(self.0).to_string()
    }

    /// Sets the prefix with which the whole program writes addresses from now on. Users then see addresses as
    /// their chain's wallets show them. A prefix that SS58 does not have is ignored.
    pub fn show_with_prefix(prefix: u16) {
        if prefix <= MAX_PREFIX {
            PREFIX.store(prefix, Ordering::Relaxed);
        }
    }
}

static PREFIX: AtomicU16 = AtomicU16::new(Account::GENERIC);

/// SS58 has 14 bits for prefixes.
const MAX_PREFIX: u16 = 0x3fff;

/// Returns an account's address with a prefix, as SS58 has it: both, and two bytes of a hash of both.
fn address(account: &[u8; 32], prefix: u16) -> String {
    let mut bytes = match u8::try_from(prefix) {
        Ok(prefix) if prefix < 64 => vec![prefix],
        _ => {
            let [high, low] = prefix.to_be_bytes();
            // The lower 8 bits without their last two, then those two above the upper 6 bits.
            vec![0x40 | (low >> 2), (low << 6) | high]
        }
    };
    bytes.extend(account);
    let check = Blake2b512::new()
        .chain_update(b"SS58PRE")
        .chain_update(&bytes)
        .finalize();
    bytes.extend(&check[..2]);
    bs58::encode(bytes).into_string()
}

impl fmt::Display for Account {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(&address(&self.0, PREFIX.load(Ordering::Relaxed)))
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

impl FromStr for Account {
    type Err = Error;

    /// Reads an SS58 address, whatever network its prefix is of, or 32 bytes in hexadecimal after `0x`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let account = match text.strip_prefix("0x") {
            Some(bytes) => hex::decode(bytes).ok().and_then(|b| b.try_into().ok()),
            None => AccountId32::from_str(text).ok().map(|account| account.0),
        };
        account
            .map(Self)
            .ok_or_else(|| Error::Input(format!("\"{text}\" is no account's address.")))
    }
}

impl From<AccountId> for Account {
    fn from(account: AccountId) -> Self {
        Self(*account.as_ref())
    }
}

impl From<&AccountId> for Account {
    fn from(account: &AccountId) -> Self {
        Self(*account.as_ref())
    }
}

impl From<Account> for AccountId32 {
    fn from(account: Account) -> Self {
        Self(account.0)
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Alice's account on networks with one-byte and two-byte prefixes, as `subkey inspect --network` writes it.
    #[test]
    fn addresses_are_written_with_any_prefix_and_read_with_any() {
        let alice: Account = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
            .parse()
            .unwrap();
        for (prefix, written) in [
            (42, "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"),
            (0, "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5"),
            (2, "HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F"),
        ] {
            assert_eq!(address(&alice.0, prefix), written);
        }
        for prefix in [63, 64, 255, 256, 1284, MAX_PREFIX] {
            let written = address(&alice.0, prefix);
            assert_eq!(written.parse::<Account>().unwrap(), alice, "{prefix}");
        }
        assert_eq!(alice.generic(), address(&alice.0, Account::GENERIC));
    }
}
