//! Derives what creators sell, and for how much.

use super::{cache::Cache, Seen, Writer};
use crate::{
    tables::Which,
    value::{row, Amount},
    words::words,
    Result,
};
use farthing_contracts::storefront::{
    catalogue::{Content, Listing},
    events::{CatalogueChanged, Change},
};
use farthing_types::{Balance, CreatorId, Hash, ItemId, Millis};

/// An item as it was told last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub price: Balance,
    pub any_price: bool,
    pub period: Option<Millis>,
    pub referral: u16,
    pub tier: Option<u8>,
    pub copies: Option<u32>,
    pub retired: bool,
    pub edition: u32,
    pub commitment: Hash,
    pub title: String,
    pub uri: String,
}

#[derive(Default)]
pub struct Known(Cache<(CreatorId, ItemId), Option<Item>>);

impl Known {
    pub fn trim(&mut self) {
        self.0.trim();
    }
}

const LAST: &str = "SELECT price, any_price, period, referral, tier, copies, retired, edition, commitment, title, uri
FROM items WHERE creator = $1 AND item = $2 ORDER BY seq DESC LIMIT 1";

impl Writer<'_> {
    pub(super) fn catalogue(&mut self, seen: Seen, changed: CatalogueChanged) -> Result<()> {
        let creator = changed.creator;
        match changed.change {
            Change::Opened | Change::Payee { .. } => Ok(()),
            Change::TierSet { tier, price } => {
                let row = row![seen.seq, creator, tier, price.map(Amount)];
                self.put(Which::Tiers, row);
                Ok(())
            }
            Change::Published {
                item,
                listing,
                content,
            } => {
                self.enter_words(seen, (creator, item), &content.title);
                self.put_item(seen, (creator, item), Item::new(listing, content));
                Ok(())
            }
            Change::Revised {
                item,
                edition,
                content,
            } => {
                self.enter_words(seen, (creator, item), &content.title);
                self.change_item(seen, (creator, item), |item| {
                    item.edition = edition;
                    item.describe(content);
                })
            }
            Change::Repriced { item, price } => {
                self.change_item(seen, (creator, item), |item| item.price = price)
            }
            Change::Tiered { item, tier } => {
                self.change_item(seen, (creator, item), |item| item.tier = tier)
            }
            Change::Retired { item } => {
                self.change_item(seen, (creator, item), |item| item.retired = true)
            }
            Change::Relisted { item } => {
                self.change_item(seen, (creator, item), |item| item.retired = false)
            }
        }
    }

    fn change_item(
        &mut self,
        seen: Seen,
        key: (CreatorId, ItemId),
        change: impl FnOnce(&mut Item),
    ) -> Result<()> {
        let store = &mut *self.store;
        let item = self.memory.catalogue.0.get(key, || {
            store.first(LAST, &row![key.0, key.1], |row| {
                Ok(Item {
                    price: row.amount(0)?,
                    any_price: row.get(1)?,
                    period: row.get(2)?,
                    referral: row.get(3)?,
                    tier: row.get(4)?,
                    copies: row.get(5)?,
                    retired: row.get(6)?,
                    edition: row.get(7)?,
                    commitment: row.get(8)?,
                    title: row.get(9)?,
                    uri: row.get(10)?,
                })
            })
        })?;
        let Some(item) = item else {
            let reason = format!(
                "item {} of creator #{} changes, and there is none",
                key.1, key.0
            );
            return Err(seen.impossible(reason));
        };
        change(item);
        let item = item.clone();
        self.put_item(seen, key, item);
        Ok(())
    }

    fn put_item(&mut self, seen: Seen, (creator, number): (CreatorId, ItemId), item: Item) {
        let known = item.clone();
        let row = row![
            seen.seq,
            creator,
            number,
            Amount(item.price),
            item.any_price,
            item.period,
            item.referral,
            item.tier,
            item.copies,
            item.retired,
            item.edition,
            item.commitment,
            item.title,
            item.uri,
        ];
        self.put(Which::Items, row);
        self.memory.catalogue.0.put((creator, number), Some(known));
    }

    /// Enters the words of a title, by which the item is found. Those of earlier editions stay: whoever asks
    /// looks at the present title.
    fn enter_words(&mut self, seen: Seen, (creator, item): (CreatorId, ItemId), title: &str) {
        for word in words(title) {
            self.put(Which::Words, row![seen.seq, word, creator, item]);
        }
    }
}

impl Item {
    fn new(listing: Listing, content: Content) -> Self {
        Self {
            price: listing.price,
            any_price: listing.pay_what_you_want,
            period: listing.period,
            referral: listing.referral,
            tier: listing.tier,
            copies: listing.copies,
            retired: false,
            edition: 1,
            commitment: content.commitment,
            title: content.title,
            uri: content.uri,
        }
    }

    fn describe(&mut self, content: Content) {
        self.commitment = content.commitment;
        self.title = content.title;
        self.uri = content.uri;
    }
}
