//! The short way to `donate` and its kin, past ink!'s dispatcher: see `farthing_shared::entry`.
//!
//! Most gifts go straight through. For these it is enough to know how the root item begins: with the books,
//! and with who gets the money.

use crate::{
    books::Books,
    error::{Error, Result},
    events::Gift as Received,
    messages::giving::{received, send_on},
    pool::Pool,
    terms::Payees,
};
use farthing_shared::{
    entry::{finish, Hot},
    fixed::{option, read, Raw, Record},
    host,
};
use farthing_types::{Balance, Hash, Millis};
use ink::{
    codegen::StaticEnv,
    prelude::{vec, vec::Vec},
    primitives::{AccountId, Key},
    storage::{traits::StorageKey, Lazy, Mapping},
};
use scale::{Decode, Encode, Input};

const DONATE: [u8; 4] = ink::selector_bytes!("donate");
const DONATE_FOR: [u8; 4] = ink::selector_bytes!("donate_for");
const DONATE_IN_ROUND: [u8; 4] = ink::selector_bytes!("donate_in_round");

/// A donation of the attached value.
#[derive(Debug, PartialEq, Eq)]
pub struct Gift {
    /// Whose it is, if not the caller's.
    donor: Option<AccountId>,
    memo: Option<Hash>,
    /// Whether it counts in a round of matching.
    in_round: bool,
}

impl Gift {
    fn read<I: Input>(
        named: bool,
        in_round: bool,
        arguments: &mut I,
    ) -> core::result::Result<Self, scale::Error> {
        let donor = match named {
            true => Some(read::<32, I>(arguments)?.into()),
            false => None,
        };
        let memo = option(arguments)?;
        Ok(Self {
            donor,
            memo,
            in_round,
        })
    }

    fn give(self) -> Result<()> {
        let payer = host::caller();
        let donor = self.donor.unwrap_or(payer);
        let root = load();
        let mut rest = &root.0.bytes[..];
        let books: Books = unpacked(&mut rest);
        let now = Pool::env().block_timestamp();
        let amount = host::attached();
        books.check_gift(now, amount)?;
        let passes = books.passes_gifts_on(now);
        let gift = Received {
            donor,
            amount,
            memo: self.memo,
        };
        if !passes && !self.in_round {
            return hold(root, books, now, gift);
        }
        let payees = payees(rest);
        if self.in_round && payees.is_beneficiary(&donor) {
            return Err(Error::IsBeneficiary);
        }
        if !passes {
            return hold(root, books, now, gift);
        }
        let division = send_on(&payees, amount)?;
        if division.keeps() {
            root.keep(&division)?;
        }
        let donation = gift.matched_by(Vec::new());
        received(payer, false, vec![donation], Some(division));
        Ok(())
    }
}

impl Hot for Gift {
    fn decode<I: Input>(
        selector: [u8; 4],
        arguments: &mut I,
    ) -> Option<core::result::Result<Self, scale::Error>> {
        let (named, in_round) = match selector {
            DONATE => (false, false),
            DONATE_FOR => (true, false),
            DONATE_IN_ROUND => (true, true),
            _ => return None,
        };
        Some(Self::read(named, in_round, arguments))
    }

    fn run(self) {
        finish(self.give())
    }
}

/// The root item as it is stored.
struct Root(Raw<Pool>);

impl Root {
    fn pool(&self) -> Pool {
        match <Pool as ink::storage::traits::Storable>::decode(&mut &self.0.bytes[..]) {
            Ok(pool) => pool,
            Err(_) => unreadable(),
        }
    }

    /// Sends a gift on, with what sponsors add to it.
    #[inline(never)]
    fn match_and_pass_on(&self, now: Millis, gifts: Vec<Received>, amount: Balance) -> Result<()> {
        let mut pool = self.pool();
        pool.take_gifts(now, gifts, amount)?;
        // Whatever leaves the root item as it was has ended by now.
        store(&pool);
        Ok(())
    }

    /// Keeps what the chain refused to move.
    #[cold]
    #[inline(never)]
    fn keep(&self, division: &crate::events::Division) -> Result<()> {
        let mut pool = self.pool();
        pool.keep(division)?;
        store(&pool);
        Ok(())
    }
}

/// Takes a gift that is held, or that sponsors may add something to.
#[inline(never)]
fn hold(mut root: Root, books: Books, now: Millis, gift: Received) -> Result<()> {
    let (amount, gifts) = (gift.amount, vec![gift]);
    if books.holds_nothing() {
        return root.match_and_pass_on(now, gifts, amount);
    }
    // Of a pool that holds what it gets, this touches the books alone, which the root item begins with.
    let mut pool = of_books(books);
    pool.take_gifts(now, gifts, amount)?;
    pool.books.encode_to(&mut Record::of(&mut root.0.bytes));
    ink::env::set_contract_storage(&KEY, &root.0);
    Ok(())
}

/// Returns a pool of which the books alone were read.
fn of_books(books: Books) -> Pool {
    Pool {
        books,
        payees: Vec::new(),
        till: Vec::new(),
        charter: Vec::new(),
        offers: Vec::new(),
        sponsors: Lazy::new(),
        donors: Mapping::new(),
    }
}

/// Reads who gets the money, from what follows the books: the length of their bytes, in one byte or two of
/// its own, and then these.
#[inline(always)]
fn payees(mut bytes: &[u8]) -> Payees {
    let long = bytes.first().is_some_and(|first| first & 1 != 0);
    bytes = bytes.get(1 + usize::from(long)..).unwrap_or_default();
    unpacked(&mut bytes)
}

/// Reads what the contract has stored.
#[inline(always)]
fn unpacked<T: Decode>(bytes: &mut &[u8]) -> T {
    match T::decode(bytes) {
        Ok(read) => read,
        Err(_) => unreadable(),
    }
}

/// As in ink!: there is no contract without its root item.
#[cold]
#[inline(never)]
fn unreadable() -> ! {
    panic!()
}

const KEY: Key = <Pool as StorageKey>::KEY;

// Each by itself: a chain compiles a function as a whole when it is entered, and charges for its length.

#[inline(never)]
fn load() -> Root {
    match ink::env::get_contract_storage::<Key, Raw<Pool>>(&KEY) {
        Ok(Some(root)) => Root(root),
        _ => unreadable(),
    }
}

#[inline(never)]
fn store(pool: &Pool) {
    ink::env::set_contract_storage(&KEY, pool);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::Fee;
    use farthing_types::split::Recipient;

    #[test]
    fn donations_are_decoded_as_ink_decodes_them() {
        let donor = AccountId::from([1; 32]);
        let memo = Some([2; 32]);
        for (selector, bytes, donor, in_round) in [
            (DONATE, memo.encode(), None, false),
            (DONATE_FOR, (donor, memo).encode(), Some(donor), false),
            (DONATE_IN_ROUND, (donor, memo).encode(), Some(donor), true),
        ] {
            let gift = Gift {
                donor,
                memo,
                in_round,
            };
            assert_eq!(Gift::decode(selector, &mut &bytes[..]), Some(Ok(gift)));
            for length in 0..bytes.len() {
                let cut = Gift::decode(selector, &mut &bytes[..length]);
                assert!(cut.is_some_and(|one| one.is_err()), "{length} bytes");
            }
            assert_eq!(Gift::decode([0; 4], &mut &bytes[..]), None);
        }
    }

    #[test]
    fn payees_are_found_behind_their_length_whatever_it_is() {
        let fee = Fee {
            points: 1,
            treasury: [9; 32].into(),
        };
        for count in [1, 2, 16] {
            for fee in [None, Some(fee.clone())] {
                let all = Payees {
                    fee,
                    beneficiaries: (0..count)
                        .map(|n| Recipient {
                            account: [n; 32].into(),
                            parts: 7,
                        })
                        .collect(),
                };
                let stored = (all.encode(), 5u8).encode();
                assert_eq!(payees(&stored), all);
            }
        }
    }
}
