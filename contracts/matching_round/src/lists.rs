//! Lists of donors, of which the round knows the Merkle roots only.

use farthing_types::{
    merkle::{verify_with, Proof},
    Hash,
};
use ink::primitives::AccountId;

/// Most lists of a round.
pub const MAX_LISTS: usize = 8;

/// That an account is on one of the round's lists.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Membership {
    /// Which list, from 0.
    pub list: u8,
    /// The proof, of an entry that is the account's 32 bytes.
    pub proof: Proof,
}

impl Membership {
    /// Returns whether it shows that `account` is on the list with this root. `hash` is Blake2b with 32
    /// bytes of output.
    pub fn shows(&self, hash: impl Fn(&[u8]) -> Hash, root: &Hash, account: &AccountId) -> bool {
        verify_with(hash, root, account.as_ref(), &self.proof)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use farthing_types::{
        commitment::blake2_256,
        merkle::{leaf, prove, root_of, NO_ENTRIES},
    };

    #[test]
    fn who_is_on_the_list_can_show_it_and_nobody_else() {
        let accounts: Vec<AccountId> = (0..5).map(|n| [n; 32].into()).collect();
        let leaves: Vec<_> = accounts.iter().map(|one| leaf(one.as_ref())).collect();
        let root = root_of(&leaves);
        for (index, account) in accounts.iter().enumerate() {
            let proof = prove(&leaves, index).unwrap();
            let membership = Membership { list: 0, proof };
            for other in &accounts {
                let shown = membership.shows(blake2_256, &root, other);
                assert_eq!(shown, other == account);
            }
            assert!(!membership.shows(blake2_256, &NO_ENTRIES, account));
        }
    }
}
