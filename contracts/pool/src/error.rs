//! Why a message was refused.

use crate::{sponsors::PledgeError, terms::TermsError};
use farthing_types::{text::TextError, Balance, Millis};

/// Why a message was refused. Nothing it did remains.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Error {
    /// There can be no pool with these rules.
    BadTerms(TermsError),
    /// The pool closed at this time.
    Closed(Millis),
    /// The pool is open until this time.
    OpenUntil(Millis),
    /// The donation is less than this.
    BelowMinimum(Balance),
    /// A batch has no entries, or more than 64.
    BatchSize,
    /// The attached value is not the sum of the gifts, which is this.
    WrongValue(Balance),
    /// A sum is too large to be represented.
    Overflow,
    /// The goal was missed: only this much came in.
    GoalMissed(Balance),
    /// The goal was reached: this much came in.
    GoalReached(Balance),
    /// The pool was finalised already.
    AlreadyFinalised,
    /// The pool has no goal, and refunds nothing.
    NoRefunds,
    /// There is nothing to give, to pay out, to refund, to give back or to take in.
    NothingDue,
    /// The chain refused to move the money: less than the existential deposit to an account that
    /// does not exist.
    TransferFailed,
    /// Only a beneficiary can do this.
    NotBeneficiary,
    /// Only who made the pool, and its beneficiaries, can do this.
    NotPermitted,
    /// Who gets the pool's money is no donor to it in a round of matching.
    IsBeneficiary,
    /// This account has a share of the pool's money already.
    HasShare,
    /// The pool itself can have no share of its money.
    PaysItself,
    /// This share is not offered to the caller, or there is no offer to take back.
    NotOffered,
    /// The note's URI is longer than 128 bytes, or has characters that cannot be printed.
    BadNote(TextError),
    /// There was no payout with this number.
    UnknownPayout,
    /// The pool takes no sponsors.
    NoSponsors,
    /// A sponsor cannot promise this.
    BadPledge(PledgeError),
    /// All eight places for sponsors are taken.
    SponsorsFull,
    /// No sponsor with this number has a place.
    UnknownSponsor,
    /// Until this time donations are still matched.
    MatchingUntil(Millis),
    /// The caller did not pay for this record, or there is none.
    NotPayer,
    /// The record is still needed.
    StillNeeded,
}

/// What every message answers.
pub type Result<T> = core::result::Result<T, Error>;
