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
    /// Only the organiser and the verifier may do this.
    NotObjector,
    /// The pools were chosen by this time, and no others enter or are taken out.
    Chosen(Millis),
    /// The pools are chosen until this time: the organiser takes out what should not be there.
    ChosenUntil(Millis),
    /// The round opened at this time.
    Opened(Millis),
    /// There are 64 pools in the round.
    RoundFull,
    /// The factory has no pool with this number.
    UnknownPool,
    /// The pool is in the round already.
    AlreadyEntered,
    /// The pool takes no donations from this time on, which is before the round opens or just then.
    PoolCloses(Millis),
    /// The pool's goal may be reached until this time, and the round divides before.
    DeadlineTooLate(Millis),
    /// This pool is not in the round.
    NotEntered,
    /// The pool was struck off.
    StruckOff,
    /// The caller has not struck the pool off.
    NotStruckOff,
    /// Objections were possible until this time.
    ObjectionsEnded(Millis),
    /// The round opens at this time.
    OpensAt(Millis),
    /// The round is open until this time.
    OpenUntil(Millis),
    /// The round closed at this time.
    Closed(Millis),
    /// A donation of less than this.
    BelowMinimum(Balance),
    /// The organiser, and who gets a pool's money, are no donors to it.
    NotADonor,
    /// The proof that came with the donation does not show that the donor is on one of the lists.
    NotListed,
    /// The pool refused the money, and says why.
    Refused(pool::Error),
    /// This account did not answer as a pool.
    PoolFailed(AccountId),
    /// A sponsorship of nothing.
    NothingGiven,
    /// A sum is too large: 2⁹⁰ of money, or more donations to a pool than can be counted.
    Overflow,
    /// There are so many lists, and the next one has this number.
    WrongList(u8),
    /// There is room for 8 lists.
    ListsFull,
    /// The URI is longer than 128 bytes, or has characters that cannot be seen.
    BadUri,
    /// The money can be divided from this time on.
    DividesAt(Millis),
    /// The money was divided already, and each pool has been offered its share.
    AlreadyDivided,
    /// The money was not divided yet.
    NotDivided,
    /// There is nothing to pay, to give back or to free.
    NothingDue,
    /// The chain refused to move the money: less than the existential deposit to an account that
    /// does not exist.
    TransferFailed,
    /// There is no such record of the caller's, or the caller is a contract, and did not pay for it.
    NotPayer,
}

/// What every message answers.
pub type Result<T> = core::result::Result<T, Error>;
