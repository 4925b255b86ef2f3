//! Why a message was refused.

use crate::terms::TermsError;
use farthing_types::{Balance, Millis};
use ink::primitives::AccountId;

/// Why a message was refused. Nothing it did remains.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Error {
    /// There can be no round with these rules.
    BadTerms(TermsError),
    /// The factory did not answer as one.
    FactoryFailed,
    /// Only the organiser may do this.
    NotOrganiser,
    /// Only the verifier may do this.
    NotVerifier,
    /// The round opened at this time, and its pools stay as they are.
    Opened(Millis),
    /// There are 64 pools in the round.
    RoundFull,
    /// The factory has no pool with this number.
    UnknownPool,
    /// The pool is in the round already.
    AlreadyEntered,
    /// The pool's goal may be reached until this time, and the round divides before.
    DeadlineTooLate(Millis),
    /// This pool is not in the round.
    NotEntered,
    /// The round opens at this time.
    OpensAt(Millis),
    /// The round is open until this time.
    OpenUntil(Millis),
    /// The round closed at this time.
    Closed(Millis),
    /// A donation of less than this.
    BelowMinimum(Balance),
    /// The verifier has not put the donor on the list.
    NotListed,
    /// The pool refused the money, and says why.
    Refused(pool::Error),
    /// This account did not answer as a pool.
    PoolFailed(AccountId),
    /// A sponsorship of nothing.
    NothingGiven,
    /// A sum is too large: 2⁹⁰ of money, or more donations to a pool than can be counted.
    Overflow,
    /// A batch has no entries, or more than 64.
    BatchSize,
    /// The money can be divided from this time on.
    DividesAt(Millis),
    /// The money was divided already.
    AlreadyDivided,
    /// The money was not divided yet.
    NotDivided,
    /// The money went to the pools, and is the sponsors' no longer.
    WentToPools,
    /// The caller has this to take back first.
    StillDue(Balance),
    /// There is nothing to pay or to give back.
    NothingDue,
    /// The chain refused to move the money: less than the existential deposit to an account that
    /// does not exist.
    TransferFailed,
    /// There is no such record of the caller's, or the caller is a contract, and did not pay for it.
    NotPayer,
}

/// What every message answers.
pub type Result<T> = core::result::Result<T, Error>;
