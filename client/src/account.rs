//! Accounts, which people write as SS58 addresses.

use crate::Error;
use ink::primitives::AccountId;
use scale::{Decode, Encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};
use subxt::utils::AccountId32;

/// An account: a person's or a contract's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Account(pub [u8; 32]);

impl Account {
    /// The same for contracts' types.
    pub fn id(self) -> AccountId {
        self.0.into()
    }
}

impl fmt::Display for Account {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        AccountId32(self.0).fmt(to)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

impl FromStr for Account {
    type Err = Error;

    /// Of an SS58 address, whatever network its prefix is of, or of 32 bytes in hexadecimal after `0x`.
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
