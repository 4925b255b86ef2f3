//! What is stored in a column: a number, bytes, a text, or nothing.

use crate::{Error, Result};
use farthing_client::Account;
use farthing_types::{Balance, Hash};
use ink::primitives::AccountId;

/// The content of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// No value: SQL's `NULL`.
    Null,
    /// A number of 64 bits.
    Int(i64),
    /// Bytes: an account, a hash, an amount.
    Bytes(Vec<u8>),
    /// A text.
    Text(String),
}

/// A row, column by column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(pub Vec<Value>);

/// Bytes that sort as the amounts do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub Balance);

/// Bytes that sort as amounts do which can be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed(pub i128);

const SIGN: u128 = 1 << 127;

impl From<Amount> for Value {
    fn from(amount: Amount) -> Self {
        Self::Bytes(amount.0.to_be_bytes().to_vec())
    }
}

impl From<Signed> for Value {
    fn from(amount: Signed) -> Self {
        let bits = u128::from_be_bytes(amount.0.to_be_bytes());
        Self::Bytes((bits ^ SIGN).to_be_bytes().to_vec())
    }
}

macro_rules! from_numbers {
    ($($number:ty),*) => {
        $(impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self::Int(number.into())
            }
        })*
    };
}

from_numbers!(u8, u16, u32, i64, bool);

/// Times and numbers of streams: those that do not fit stand for the latest there is.
impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<Account> for Value {
    fn from(account: Account) -> Self {
        Self::Bytes(account.0.to_vec())
    }
}

impl From<AccountId> for Value {
    fn from(account: AccountId) -> Self {
        Account::from(account).into()
    }
}

impl From<Hash> for Value {
    fn from(hash: Hash) -> Self {
        Self::Bytes(hash.to_vec())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<String> for Value {
    /// Postgres has no texts with zeros in them; neither have the contracts.
    fn from(text: String) -> Self {
        match text.contains('\0') {
            true => Self::Text(text.replace('\0', "\u{fffd}")),
            false => Self::Text(text),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(some: Option<T>) -> Self {
        some.map_or(Self::Null, Into::into)
    }
}

/// What a column's content can be read as.
pub trait Read: Sized {
    /// Reads it; `None` if it is something else.
    fn read(value: &Value) -> Option<Self>;
}

impl Read for i64 {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }
}

macro_rules! read_numbers {
    ($($number:ty),*) => {
        $(impl Read for $number {
            fn read(value: &Value) -> Option<Self> {
                i64::read(value)?.try_into().ok()
            }
        })*
    };
}

read_numbers!(u8, u16, u32, u64, usize);

impl Read for bool {
    fn read(value: &Value) -> Option<Self> {
        Some(i64::read(value)? != 0)
    }
}

impl Read for Vec<u8> {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes.clone()),
            _ => None,
        }
    }
}

impl Read for String {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl Read for Hash {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => bytes[..].try_into().ok(),
            _ => None,
        }
    }
}

impl Read for Account {
    fn read(value: &Value) -> Option<Self> {
        Hash::read(value).map(Self)
    }
}

impl Read for Amount {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => {
                let bytes = bytes[..].try_into().ok()?;
                Some(Self(Balance::from_be_bytes(bytes)))
            }
            _ => None,
        }
    }
}

impl Read for Signed {
    fn read(value: &Value) -> Option<Self> {
        let bits = Amount::read(value)?.0 ^ SIGN;
        Some(Self(i128::from_be_bytes(bits.to_be_bytes())))
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::read(value).map(Some),
        }
    }
}

impl Row {
    /// Returns a column's content.
    ///
    /// # Errors
    /// [`Error::Damaged`] if it is something else.
    pub fn get<T: Read>(&self, column: usize) -> Result<T> {
        let found = self.0.get(column).and_then(T::read);
        found.ok_or_else(|| {
            Error::damaged(format!("column {column} of a row is not what it should be"))
        })
    }

    /// Reads a column as an amount.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn amount(&self, column: usize) -> Result<Balance> {
        Ok(self.get::<Amount>(column)?.0)
    }

    /// Returns an amount that can be negative.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn signed(&self, column: usize) -> Result<i128> {
        Ok(self.get::<Signed>(column)?.0)
    }
}

/// Makes a row of anything that can be stored.
macro_rules! row {
    ($($value:expr),* $(,)?) => {
        Vec::from([$($crate::value::Value::from($value)),*])
    };
}
pub(crate) use row;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_sort_as_their_bytes_do() {
        let bytes = |value: Value| Vec::<u8>::read(&value).unwrap();
        let amounts = [0, 1, 255, 256, u64::MAX.into(), u128::MAX];
        let stored = amounts.map(|amount| bytes(Amount(amount).into()));
        assert!(stored.is_sorted());
        let signed = [i128::MIN, -256, -1, 0, 1, 300, i128::MAX];
        let stored = signed.map(|amount| bytes(Signed(amount).into()));
        assert!(stored.is_sorted());
    }

    #[test]
    fn what_is_stored_is_read_back() {
        for amount in [0, 7, u128::MAX] {
            assert_eq!(Amount::read(&Amount(amount).into()), Some(Amount(amount)));
        }
        for amount in [i128::MIN, -7, 0, i128::MAX] {
            assert_eq!(Signed::read(&Signed(amount).into()), Some(Signed(amount)));
        }
        assert_eq!(Option::<u32>::read(&Value::Null), Some(None));
        assert_eq!(Option::<u32>::read(&7u32.into()), Some(Some(7)));
    }

    #[test]
    fn what_is_something_else_is_not_read() {
        assert_eq!(u32::read(&Value::Int(-1)), None);
        assert_eq!(u8::read(&Value::Int(256)), None);
        assert_eq!(Hash::read(&Value::Bytes(vec![0; 31])), None);
        assert_eq!(Amount::read(&Value::Text("1".into())), None);
        assert!(Row(Vec::new()).get::<u32>(0).is_err());
    }
}
