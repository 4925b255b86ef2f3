//! What must hold before a message does anything.

use crate::{
    entries::{Objector, Place},
    error::{Error, Result},
    lists::Membership,
    matching_round::MatchingRound,
};
use farthing_types::Hash;
use ink::{codegen::StaticEnv, env::hash::Blake2x256, primitives::AccountId};

impl MatchingRound {
    pub(crate) fn check_organiser(&self) -> Result<AccountId> {
        let caller = Self::env().caller();
        if self.books.organiser != caller {
            return Err(Error::NotOrganiser);
        }
        Ok(caller)
    }

    pub(crate) fn check_verifier(&self) -> Result<AccountId> {
        let caller = Self::env().caller();
        if self.books.verifier != Some(caller) {
            return Err(Error::NotVerifier);
        }
        Ok(caller)
    }

    /// Checks that the caller can object to pools. Returns as whom.
    pub(crate) fn objector(&self) -> Result<Objector> {
        let caller = Self::env().caller();
        let objector = Objector {
            organiser: self.books.organiser == caller,
            verifier: self.books.verifier == Some(caller),
        };
        match objector.organiser || objector.verifier {
            true => Ok(objector),
            false => Err(Error::NotObjector),
        }
    }

    pub(crate) fn place_of(&self, pool: AccountId) -> Result<Place> {
        self.place_at(pool).ok_or(Error::NotEntered)
    }

    /// Returns whether an account is on the list that its proof names.
    pub(crate) fn is_member(&self, account: &AccountId, membership: &Membership) -> bool {
        let lists = self.lists.get(()).unwrap_or_default();
        let root = lists.get(usize::from(membership.list));
        root.is_some_and(|root| membership.shows(blake2x256, root, account))
    }
}

/// Returns whether `account` is the caller and signed for itself, so that it paid for what was stored for it
/// whenever it was the caller. (For a contract somebody else did, who is not known here.)
pub(crate) fn signed_by(account: AccountId) -> bool {
    MatchingRound::env().caller() == account && MatchingRound::env().caller_is_origin()
}

fn blake2x256(bytes: &[u8]) -> Hash {
    MatchingRound::env().hash_bytes::<Blake2x256>(bytes)
}
