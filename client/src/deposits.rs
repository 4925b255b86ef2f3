//! Storage deposits, as pallet-contracts returns them. Each contract has one pot. Whoever frees an item gets
//! an average share of the pot. So if items were locked before at a lower price, less can come back than was
//! locked.

use crate::{Account, Chain, Error};
use farthing_types::Balance;
use subxt::ext::scale_decode::DecodeAsType;

/// How many of a thousand parts of a deposit have to be lost before it is worth a word: averages are rounded.
const WORTH_A_WORD: Balance = 10;

/// How much a contract's storage holds, and how much was locked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Pot {
    storage_items: u32,
    storage_bytes: u32,
    storage_item_deposit: Balance,
    storage_byte_deposit: Balance,
}

/// What the chain asks for storage now, in the smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The deposit for one item.
    pub item: Balance,
    /// The deposit for one byte.
    pub byte: Balance,
}

impl Price {
    /// Returns the deposit that so many items lock, with so many bytes together.
    pub fn of(self, items: u32, bytes: u32) -> Balance {
        let items = self.item.saturating_mul(items.into());
        items.saturating_add(self.byte.saturating_mul(bytes.into()))
    }
}

impl Pot {
    /// Returns about how much of a deposit comes back if it is locked now and freed next. `None` if all of it
    /// does, apart from rounding.
    pub fn comes_back(&self, locked: Balance, price: Price) -> Option<Balance> {
        let held = self
            .storage_item_deposit
            .saturating_add(self.storage_byte_deposit);
        let items = Balance::from(self.storage_items).saturating_mul(price.item);
        let bytes = Balance::from(self.storage_bytes).saturating_mul(price.byte);
        let asked = items.saturating_add(bytes).saturating_add(locked);
        let back = share(locked, held.saturating_add(locked), asked);
        let lost = locked.saturating_sub(back);
        (lost.saturating_mul(1_000) > locked.saturating_mul(WORTH_A_WORD)).then_some(back)
    }
}

/// Returns `whole` times `part` divided by `of`, and never more than `whole`.
fn share(whole: Balance, part: Balance, of: Balance) -> Balance {
    if part >= of {
        return whole;
    }
    match whole.checked_mul(part) {
        Some(product) => product.checked_div(of).unwrap_or(whole),
        // So large that it matters no more.
        None => whole.checked_div(of).unwrap_or(0).saturating_mul(part),
    }
}

impl Chain {
    /// Returns about how much of a deposit that a call locks in a contract comes back. `None` if all of it
    /// does.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn deposit_comes_back(
        &self,
        contract: Account,
        locked: Balance,
    ) -> Result<Option<Balance>, Error> {
        let price = self.storage_price()?;
        let pot = self
            .contract_infos::<Pot>(&[contract])
            .await?
            .pop()
            .flatten();
        Ok(pot.and_then(|pot| pot.comes_back(locked, price)))
    }

    /// Returns what the chain asks for storage now.
    ///
    /// # Errors
    /// [`Error::Node`] if it does not say.
    pub fn storage_price(&self) -> Result<Price, Error> {
        Ok(Price {
            item: self.amount_of("Contracts", "DepositPerItem")?,
            byte: self.amount_of("Contracts", "DepositPerByte")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PRICE: Price = Price { item: 100, byte: 1 };

    fn pot(items: u32, bytes: u32, paid: Price) -> Pot {
        Pot {
            storage_items: items,
            storage_bytes: bytes,
            storage_item_deposit: Balance::from(items) * paid.item,
            storage_byte_deposit: Balance::from(bytes) * paid.byte,
        }
    }

    #[test]
    fn a_deposit_comes_back_whole_where_the_price_stayed_or_fell() {
        assert_eq!(pot(0, 0, PRICE).comes_back(200, PRICE), None);
        assert_eq!(pot(9, 500, PRICE).comes_back(200, PRICE), None);
        let dearer = Price { item: 300, byte: 3 };
        assert_eq!(pot(9, 500, dearer).comes_back(200, PRICE), None);
    }

    #[test]
    fn a_deposit_comes_back_in_part_where_others_paid_less() {
        let cheaper = Price { item: 50, byte: 0 };
        // 450 are there for what costs 900 now; with 100 more, 550 for 1,000.
        assert_eq!(pot(9, 0, cheaper).comes_back(100, PRICE), Some(55));
    }

    proptest! {
        #[test]
        fn no_more_comes_back_than_was_locked(
            items: u32, bytes: u32, locked: u128, paid in any::<(u64, u64)>(), price in any::<(u64, u64)>(),
        ) {
            let [paid, price] =
                [paid, price].map(|(item, byte)| Price { item: item.into(), byte: byte.into() });
            let back = pot(items, bytes, paid).comes_back(locked, price);
            prop_assert!(back.is_none_or(|back| back < locked));
        }
    }
}
