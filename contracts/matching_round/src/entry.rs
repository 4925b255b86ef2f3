//! The short way to `donate`, past ink!'s dispatcher: see `farthing_shared::entry`.

use crate::{lists::Membership, matching_round::MatchingRound};
use farthing_shared::entry::{answer, Hot};
use farthing_types::Hash;
use ink::primitives::AccountId;
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
        // The rules are with the pool: the root item is neither read nor written.
        let mut round = MatchingRound::unread();
        match round.take_donation(self.pool, self.memo, self.membership) {
            Ok(()) => answer(Ok::<(), ()>(())),
            Err(error) => refuse(error),
        }
    }
}

/// Apart, so that a donation that goes through does not pay for the length of all errors.
#[inline(never)]
fn refuse(error: crate::Error) {
    answer(Err::<(), _>(error))
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
