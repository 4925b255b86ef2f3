//! The short way to `donate`, past ink!'s dispatcher: see `farthing_shared::entry`.

use crate::{lists::Membership, matching_round::MatchingRound};
use farthing_shared::{
    entry::{finish, Hot},
    fixed::{option, read},
};
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

impl Donation {
    fn read<I: Input>(arguments: &mut I) -> Result<Self, Error> {
        let pool = read::<32, I>(arguments)?.into();
        let memo = option(arguments)?;
        let membership = match arguments.read_byte()? {
            0 => None,
            // Whose first gift it is.
            1 => Some(membership(arguments)?),
            _ => return Err("no option".into()),
        };
        Ok(Self {
            pool,
            memo,
            membership,
        })
    }
}

/// Apart, so that who is known does not pay for its length.
#[inline(never)]
fn membership<I: Input>(arguments: &mut I) -> Result<Membership, Error> {
    Decode::decode(arguments)
}

impl Hot for Donation {
    fn decode<I: Input>(selector: [u8; 4], arguments: &mut I) -> Option<Result<Self, Error>> {
        (selector == ink::selector_bytes!("donate")).then(|| Self::read(arguments))
    }

    fn run(self) {
        // The rules are with the pool: the root item is neither read nor written.
        let mut round = MatchingRound::unread();
        finish(round.take_donation(self.pool, self.memo, self.membership))
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
