//! The short way to `donate`, past ink!'s dispatcher: see `farthing_shared::entry`.

use crate::{lists::Membership, matching_round::MatchingRound};
use farthing_shared::entry::{answer, Hot};
use farthing_types::Hash;
use ink::{primitives::AccountId, storage::traits::StorageKey};
use scale::{Decode, Error, Input};

/// A donation.
#[derive(Debug, PartialEq, Eq)]
pub struct Donation {
    pool: AccountId,
    memo: Option<Hash>,
    membership: Option<Membership>,
}

impl Hot for Donation {
    fn decode<I: Input>(selector: [u8; 4], arguments: &mut I) -> Option<Result<Self, Error>> {
        if selector != ink::selector_bytes!("donate") {
            return None;
        }
        let arguments = Decode::decode(arguments);
        Some(arguments.map(|(pool, memo, membership)| Self {
            pool,
            memo,
            membership,
        }))
    }

    fn run(self) {
        let root = ink::env::get_contract_storage(&MatchingRound::KEY);
        let Ok(Some(mut round)) = root else {
            // As in ink!: there is no contract without its root item.
            panic!()
        };
        let round: &mut MatchingRound = &mut round;
        // The root item is as it was.
        answer(round.take_donation(self.pool, self.memo, self.membership))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use farthing_types::merkle::Proof;
    use scale::Encode;

    const DONATE: [u8; 4] = ink::selector_bytes!("donate");

    fn arguments() -> (AccountId, Option<Hash>, Option<Membership>) {
        let proof = Proof {
            index: 3,
            count: 5,
            path: vec![[4; 32]; 3],
        };
        let membership = Membership { list: 2, proof };
        ([1; 32].into(), Some([2; 32]), Some(membership))
    }

    #[test]
    fn donation_is_decoded_as_ink_decodes_it() {
        let bytes = arguments().encode();
        let (pool, memo, membership) = arguments();
        let expected = Donation {
            pool,
            memo,
            membership,
        };
        assert_eq!(
            Donation::decode(DONATE, &mut &bytes[..]),
            Some(Ok(expected))
        );
        assert_eq!(Donation::decode([0; 4], &mut &bytes[..]), None);
        for length in 0..bytes.len() {
            let cut = Donation::decode(DONATE, &mut &bytes[..length]);
            assert!(cut.is_some_and(|one| one.is_err()), "{length} bytes");
        }
    }
}
