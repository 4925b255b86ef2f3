//! Claiming handles: commit first, reveal later.
//!
//! A transaction waits in public before it runs, so a handle named in the open could be taken by
//! whoever pays for a faster place. Instead an account first commits to a hash of handle, owner and
//! salt, and names the handle only once the commitment is in an earlier block: a copy of the reveal is
//! of no use to anyone else, because the hash binds the owner, and a latecomer's own commitment is too
//! young in the block that the reveal is in. It protects no longer than that: a reveal that waits for
//! several blocks can be overtaken, so where blocks are full, add a tip for the block's author.

use farthing_types::{CreatorId, Hash, Millis, DAY};

/// How long a commitment can be revealed.
pub const COMMITMENT_LIFETIME: Millis = DAY;
/// How long a released handle stays with the creator who had it.
pub const QUARANTINE: Millis = 30 * DAY;

/// An account's pending claim.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Commitment {
    /// Hash of handle, owner and salt.
    pub hash: Hash,
    /// Block in which it was made.
    pub block: u32,
    /// When it was made.
    pub at: Millis,
}

/// Why a commitment cannot be revealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum ClaimError {
    /// It was made in this very block; reveal it in a later one.
    TooYoung,
    /// It could be revealed until this time; commit again.
    Expired(Millis),
    /// It is not the hash of this handle, this owner and this salt.
    Mismatch,
}

impl Commitment {
    /// Checks that the commitment can be revealed as `revealed` now.
    pub fn check(&self, revealed: &Hash, block: u32, now: Millis) -> Result<(), ClaimError> {
        if &self.hash != revealed {
            return Err(ClaimError::Mismatch);
        }
        if block <= self.block {
            return Err(ClaimError::TooYoung);
        }
        let last = self.at.saturating_add(COMMITMENT_LIFETIME);
        if now > last {
            return Err(ClaimError::Expired(last));
        }
        Ok(())
    }
}

/// What is known of a handle that was ever claimed or reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum HandleState {
    /// Set aside when the registry was deployed; nobody can have it.
    Reserved,
    /// Belongs to this creator.
    Taken(CreatorId),
    /// Given up by `creator`, and free for others from `free_from` on.
    Released {
        /// Who had it, and can have it back at any time.
        creator: CreatorId,
        /// When anybody can claim it.
        free_from: Millis,
    },
}

/// Why a handle cannot be claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Unavailable {
    /// It was set aside when the registry was deployed.
    Reserved,
    /// It belongs to this creator.
    Taken(CreatorId),
    /// Its earlier owner released it; others can claim it from this time on.
    QuarantinedUntil(Millis),
}

impl HandleState {
    /// Checks that a handle in this state can be claimed at `now` by the creator `claimant`, or by a
    /// new creator if that is `None`.
    pub fn check_claim(&self, claimant: Option<CreatorId>, now: Millis) -> Result<(), Unavailable> {
        match *self {
            Self::Reserved => Err(Unavailable::Reserved),
            Self::Taken(creator) => Err(Unavailable::Taken(creator)),
            Self::Released { creator, free_from } => {
                if now >= free_from || claimant == Some(creator) {
                    Ok(())
                } else {
                    Err(Unavailable::QuarantinedUntil(free_from))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: Commitment = Commitment {
        hash: [1; 32],
        block: 7,
        at: 1_000,
    };

    #[test]
    fn commitment_must_be_a_block_old() {
        assert_eq!(MADE.check(&[1; 32], 7, 1_000), Err(ClaimError::TooYoung));
        assert_eq!(MADE.check(&[1; 32], 8, 1_000), Ok(()));
    }

    #[test]
    fn commitment_expires_after_its_last_millisecond() {
        let last = 1_000 + COMMITMENT_LIFETIME;
        assert_eq!(MADE.check(&[1; 32], 8, last), Ok(()));
        assert_eq!(
            MADE.check(&[1; 32], 8, last + 1),
            Err(ClaimError::Expired(last))
        );
    }

    #[test]
    fn commitment_of_something_else_is_refused() {
        assert_eq!(MADE.check(&[2; 32], 8, 1_000), Err(ClaimError::Mismatch));
    }

    #[test]
    fn released_handle_waits_for_others_but_not_for_its_creator() {
        let state = HandleState::Released {
            creator: 3,
            free_from: 500,
        };
        assert_eq!(state.check_claim(Some(3), 0), Ok(()));
        for claimant in [None, Some(4)] {
            assert_eq!(
                state.check_claim(claimant, 499),
                Err(Unavailable::QuarantinedUntil(500))
            );
            assert_eq!(state.check_claim(claimant, 500), Ok(()));
        }
    }

    #[test]
    fn reserved_and_taken_handles_are_refused_to_all() {
        for claimant in [None, Some(3)] {
            assert_eq!(
                HandleState::Reserved.check_claim(claimant, u64::MAX),
                Err(Unavailable::Reserved)
            );
            assert_eq!(
                HandleState::Taken(3).check_claim(claimant, u64::MAX),
                Err(Unavailable::Taken(3))
            );
        }
    }
}
