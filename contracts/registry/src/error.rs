//! Why a message was refused.

use crate::claims::{ClaimError, Unavailable};
use farthing_types::{handle::HandleError, split::SplitError};

/// Why a message was refused. Nothing it did remains.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Error {
    /// There is no creator with this number.
    UnknownCreator,
    /// Only the creator's owner may do this.
    NotOwner,
    /// Neither the owner nor a delegate with the permission that this takes.
    NotPermitted,
    /// The creator was not offered to the caller.
    NotOffered,
    /// The text is no handle.
    BadHandle(HandleError),
    /// The handle cannot be had, or not yet.
    Unavailable(Unavailable),
    /// The caller has no pending commitment; call `commit` first.
    NoCommitment,
    /// The caller's commitment cannot be revealed like this, or not now.
    BadClaim(ClaimError),
    /// The creator has a handle already; release it first.
    HasHandle,
    /// The creator has no handle to release.
    HasNoHandle,
    /// The profile's URI is longer than 128 bytes.
    UriTooLong,
    /// The recipients are no split.
    BadSplit(SplitError),
    /// No more creators can be numbered.
    Full,
}
