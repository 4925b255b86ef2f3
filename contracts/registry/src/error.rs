//! Why a message was refused.

use crate::claims::{ClaimError, Unavailable};
use farthing_types::{handle::HandleError, split::SplitError, text::TextError, Millis};
use ink::primitives::AccountId;

/// Why a message was refused. Nothing it did remains.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Error {
    /// There is no creator with this number, or no longer.
    UnknownCreator,
    /// Only the creator's owner may do this.
    NotOwner,
    /// Neither the owner nor a delegate with the permission that this takes.
    NotPermitted,
    /// The creator was not offered to the caller.
    NotOffered,
    /// The creator changed since the caller looked: this is its version now.
    Changed(u32),
    /// The text is no handle.
    BadHandle(HandleError),
    /// The handle cannot be had, or not yet.
    Unavailable(Unavailable),
    /// The caller has no pending commitment; call `commit` first.
    NoCommitment,
    /// The caller's commitment cannot be revealed like this, or not now.
    BadClaim(ClaimError),
    /// The creator has a handle; release it first.
    HasHandle,
    /// The creator has no handle to release.
    HasNoHandle,
    /// The handle is none that this creator gave up, or another took it since.
    NotReleased,
    /// The profile's URI is longer than 128 bytes, or has characters that cannot be seen.
    BadUri(TextError),
    /// The recipients are no split.
    BadSplit(SplitError),
    /// No split was set.
    NoSplit,
    /// The record can be freed from this time on.
    NotBefore(Millis),
    /// More than 4 contracts to tell.
    TooManyListeners,
    /// This contract, which the caller named, did not take notice of the split.
    ListenerFailed(AccountId),
    /// A wait between commitment and reveal that is too long, or not of a single block.
    BadWait,
    /// No more creators can be numbered.
    Full,
}

/// What most messages answer.
pub type Result<T> = core::result::Result<T, Error>;
