//! Why a message was refused.

use crate::channel::ChannelError;
use farthing_shared::guardian::Refused;
use farthing_types::{pause::PauseError, Balance, Millis};
use ink::primitives::AccountId;

/// Why a message was refused. Nothing it did remains.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Error {
    /// Openings and top-ups are paused until this time.
    Paused(Millis),
    /// A list has no entries, or more than 64.
    BatchSize,
    /// Only this much of the attached value was left, which is less than the next reserve.
    ValueTooLow(Balance),
    /// There is nothing to withdraw for this account.
    NothingDue,
    /// The chain refused to move the money: less than the existential deposit to an account that
    /// does not exist.
    TransferFailed,
    /// This cannot be done with the channel to this account, for this reason.
    Channel(AccountId, ChannelError),
    /// Only the guardian may do this.
    NotGuardian,
    /// Openings cannot be paused like this.
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
