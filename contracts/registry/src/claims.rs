//! Claiming handles: commit first, reveal later.
//!
//! A transaction waits in public before it runs, so a handle named in the open could be taken by
//! whoever pays for a faster place. Instead an account first commits to a hash of handle, owner and
//! salt, and names the handle only once the commitment has waited: a copy of the reveal is of no use to
//! anyone else, because the hash binds the owner, and whoever first hears of the handle from the reveal
//! comes too late, because their own commitment would have to wait.
//!
//! The [`Wait`] counts time *and* blocks: neither blocks in quick succession nor a chain that stood still
//! let a latecomer overtake a reveal, unless it misses that many blocks; where blocks are full, add a tip
//! for the block's author. Against somebody who guessed the handle and keeps a commitment to it ready,
//! renewed each day, nothing here helps: that costs them as much as registering it.

use farthing_types::{CreatorId, Hash, Millis, DAY};

/// How long a commitment can be revealed.
pub const COMMITMENT_LIFETIME: Millis = DAY;
/// How long a released handle stays with the creator who had it.
pub const QUARANTINE: Millis = 30 * DAY;

/// How long a commitment waits before it can be revealed: both must have passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Wait {
    /// Time since the block that the commitment is in.
    pub millis: Millis,
    /// Blocks since then: 1 is the next block.
    pub blocks: u32,
}

impl Wait {
    /// What a registry waits unless its deployer says otherwise: a minute, and 5 blocks.
    pub const STANDARD: Self = Self {
        millis: 60_000,
        blocks: 5,
    };
    /// The longest wait that a registry can be deployed with.
    pub const MAX: Self = Self {
        millis: COMMITMENT_LIFETIME / 2,
        blocks: 1_000,
    };

    /// Whether a registry can be deployed with this: at least a block, and no longer than
    /// [`Wait::MAX`].
    pub fn is_good(&self) -> bool {
        self.millis <= Self::MAX.millis && (1..=Self::MAX.blocks).contains(&self.blocks)
    }
}

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
    /// It has not waited long enough.
    TooYoung {
        /// The earliest block that it can be revealed in.
        block: u32,
        /// The earliest time of such a block.
        at: Millis,
    },
    /// It could be revealed until this time; commit again.
    Expired(Millis),
    /// It is not the hash of this handle, this owner and this salt.
    Mismatch,
}

impl Commitment {
    /// Checks that the commitment can be revealed as `revealed` now, in a registry with this `wait`.
    pub fn check(
        &self,
        revealed: &Hash,
        wait: &Wait,
        block: u32,
        now: Millis,
    ) -> Result<(), ClaimError> {
        if &self.hash != revealed {
            return Err(ClaimError::Mismatch);
        }
        let first = self.block.saturating_add(wait.blocks);
        let at = self.at.saturating_add(wait.millis);
        if block < first || now < at {
            return Err(ClaimError::TooYoung { block: first, at });
        }
        let last = self.expires();
        if now > last {
            return Err(ClaimError::Expired(last));
        }
        Ok(())
    }

    /// Returns the last time at which the commitment can be revealed.
    pub fn expires(&self) -> Millis {
        self.at.saturating_add(COMMITMENT_LIFETIME)
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
        /// Who had it, and can have it back at any time, unless they took another meanwhile.
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
    /// Checks that a handle in this state can be claimed at `now` by the creator `claimant` who can have
    /// it back, or by anybody else if that is `None`.
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
    const WAIT: Wait = Wait {
        millis: 100,
        blocks: 3,
    };

    fn check(hash: u8, block: u32, now: Millis) -> Result<(), ClaimError> {
        MADE.check(&[hash; 32], &WAIT, block, now)
    }

    #[test]
    fn commitment_waits_for_both_time_and_blocks() {
        let young = Err(ClaimError::TooYoung {
            block: 10,
            at: 1_100,
        });
        for (block, now) in [(7, 1_000), (9, u64::MAX), (10, 1_099), (u32::MAX, 1_099)] {
            assert_eq!(check(1, block, now), young, "{block} {now}");
        }
        assert_eq!(check(1, 10, 1_100), Ok(()));
    }

    #[test]
    fn commitment_expires_after_its_last_millisecond() {
        let last = 1_000 + COMMITMENT_LIFETIME;
        assert_eq!(check(1, 10, last), Ok(()));
        assert_eq!(check(1, 10, last + 1), Err(ClaimError::Expired(last)));
    }

    #[test]
    fn commitment_of_something_else_is_refused() {
        assert_eq!(check(2, 10, 1_100), Err(ClaimError::Mismatch));
    }

    #[test]
    fn wait_is_a_block_or_more_and_half_a_commitments_life_or_less() {
        let wait = |millis, blocks| Wait { millis, blocks }.is_good();
        assert!(Wait::STANDARD.is_good() && Wait::MAX.is_good());
        assert!(wait(0, 1) && !wait(0, 0));
        assert!(wait(DAY / 2, 1_000) && !wait(DAY / 2, 1_001) && !wait(DAY / 2 + 1, 1));
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
