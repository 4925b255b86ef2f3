//! Why a message was refused.

use ink::primitives::AccountId;
use pool::terms::{Fee, TermsError};

/// Why a message was refused. Nothing it did remains.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Error {
    /// The fee is over 200 basis points.
    FeeTooHigh,
    /// The registry did not answer as one.
    RegistryFailed,
    /// The caller may not do this for the creator.
    NotPermitted,
    /// Pools of this factory have this fee, and no other.
    WrongFee(Option<Fee>),
    /// There can be no pool with these rules.
    BadTerms(TermsError),
    /// There is a contract at this account already: the same caller has made this very pool before.
    Exists(AccountId),
    /// The factory's code hash is not that of pools, or not on the chain.
    NotAPool,
    /// There is no pool with this number, or it is no creator's.
    UnknownPool,
    /// There are no numbers left.
    Full,
}

/// What every message answers.
pub type Result<T> = core::result::Result<T, Error>;
