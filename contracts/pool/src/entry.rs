//! The short way to `donate` and `donate_for`, past ink!'s dispatcher: see `farthing_shared::entry`.

use crate::pool::Pool;
use farthing_shared::entry::{answer, Hot};
use farthing_types::Hash;
use ink::{
    codegen::StaticEnv,
    primitives::{AccountId, Key},
    storage::traits::StorageKey,
};
use scale::{Decode, Error, Input};

const DONATE: [u8; 4] = ink::selector_bytes!("donate");
const DONATE_FOR: [u8; 4] = ink::selector_bytes!("donate_for");

/// A donation of the attached value.
#[derive(Debug, PartialEq, Eq)]
pub struct Gift {
    /// Whose it is, if not the caller's.
    donor: Option<AccountId>,
    memo: Option<Hash>,
}

impl Hot for Gift {
    fn decode<I: Input>(selector: [u8; 4], arguments: &mut I) -> Option<Result<Self, Error>> {
        match selector {
            DONATE => Some(Decode::decode(arguments).map(|memo| Self { donor: None, memo })),
            DONATE_FOR => Some(Decode::decode(arguments).map(|(donor, memo)| Self {
                donor: Some(donor),
                memo,
            })),
            _ => None,
        }
    }

    fn run(self) {
        let mut pool = load();
        let donor = self.donor.unwrap_or_else(|| Pool::env().caller());
        let done = pool.take_one(donor, self.memo);
        // Whatever leaves the root item as it was has ended by now.
        if done.is_ok() {
            store(&pool);
        }
        answer(done)
    }
}

const KEY: Key = <Pool as StorageKey>::KEY;

// Each by itself: a chain compiles a function as a whole when it is entered, and charges for its length.

#[inline(never)]
fn load() -> Pool {
    match ink::env::get_contract_storage::<Key, Pool>(&KEY) {
        Ok(Some(pool)) => pool,
        // As in ink!: there is no contract without its root item.
        _ => panic!(),
    }
}

#[inline(never)]
fn store(pool: &Pool) {
    ink::env::set_contract_storage(&KEY, pool);
}

#[cfg(test)]
mod tests {
    use super::*;
    use scale::Encode;

    #[test]
    fn donations_are_decoded_as_ink_decodes_them() {
        let donor = AccountId::from([1; 32]);
        let memo = Some([2; 32]);
        for (selector, bytes, donor) in [
            (DONATE, memo.encode(), None),
            (DONATE_FOR, (donor, memo).encode(), Some(donor)),
        ] {
            let gift = Gift { donor, memo };
            assert_eq!(Gift::decode(selector, &mut &bytes[..]), Some(Ok(gift)));
            for length in 0..bytes.len() {
                let cut = Gift::decode(selector, &mut &bytes[..length]);
                assert!(cut.is_some_and(|one| one.is_err()), "{length} bytes");
            }
            assert_eq!(Gift::decode([0; 4], &mut &bytes[..]), None);
        }
    }
}
