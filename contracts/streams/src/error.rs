//! Why a message was refused.

use farthing_shared::guardian::Refused;
use farthing_types::{pause::PauseError, Balance, Millis, StreamId};

/// Why a message was refused. Nothing it did remains.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Error {
    /// There is no such stream, or its record was freed.
    UnknownStream(StreamId),
    /// Only the payer of this stream may do this.
    NotPayer(StreamId),
    /// Only the payer or the payee of this stream may do this.
    NotParty(StreamId),
    /// A stream must be paid for by another than who is paid.
    PayeeIsPayer,
    /// This contract itself cannot be paid: the money would be nobody's.
    PayeeIsThis,
    /// No money is attached.
    ZeroDeposit,
    /// A rate of nothing; to stop for a while, pause.
    ZeroRate,
    /// The stream was stopped, for good.
    Stopped(StreamId),
    /// The stream is paused already.
    AlreadyPaused(StreamId),
    /// The stream is not paused.
    NotPaused(StreamId),
    /// The payee has nothing to claim yet.
    NothingDue(StreamId),
    /// The chain refused to move the money: less than the existential deposit to an account that
    /// does not exist.
    TransferFailed,
    /// This stream was not stopped; stop it first.
    NotStopped(StreamId),
    /// The chain refuses to move what this stream's payee earned, as for [`Error::TransferFailed`]; send
    /// the payee the existential deposit first.
    Unclaimed(StreamId, Balance),
    /// The record of this stream can be freed from this time on.
    NotBefore(StreamId, Millis),
    /// A batch has no entries, or more than 64.
    BatchSize,
    /// No stream can be opened until this time.
    Paused(Millis),
    /// Only the guardian may do this.
    NotGuardian,
    /// The opening of streams cannot be paused like this.
    BadPause(PauseError),
    /// A sum is too large to be represented.
    Overflow,
}

/// What every message answers.
pub type Result<T> = core::result::Result<T, Error>;

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotGuardian => Self::NotGuardian,
            Refused::BadPause(why) => Self::BadPause(why),
        }
    }
}
