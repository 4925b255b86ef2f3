//! What creators say they sell, and where their money goes.

use crate::{
    books::{Books, Payee},
    catalogue::{Content, Item, Listing, ListingError},
    error::{Error, Result},
    events::{CatalogueChanged, Change},
    storefront::Storefront,
};
use farthing_shared::ask;
use farthing_types::{
    split::{Recipient, PARTS},
    Balance, CreatorId, ItemId,
};
use ink::{
    codegen::{StaticEnv, TraitCallBuilder},
    env::hash::Blake2x256,
    primitives::AccountId,
};
use registry::{creator::Permission, ListenerError, PayoutSplit};

impl Storefront {
    #[inline(never)]
    pub(crate) fn begin(&mut self, creator: CreatorId) -> Result<()> {
        self.check_permission(creator, Permission::Catalogue)?;
        if self.books.contains(creator) {
            return Err(Error::AlreadyOpen);
        }
        let payout = self.ask_payout(creator)?;
        self.tell(creator, Change::Opened);
        self.follow(creator, Books::default(), &payout);
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn put_up(
        &mut self,
        creator: CreatorId,
        listing: Listing,
        content: Content,
    ) -> Result<ItemId> {
        listing.check().map_err(Error::BadListing)?;
        content.check().map_err(Error::BadListing)?;
        self.check_permission(creator, Permission::Catalogue)?;
        if listing.referral != 0 {
            self.check_permission(creator, Permission::Price)?;
        }
        let mut books = self.open_books(creator)?;
        let item = books.number_item().ok_or(Error::CatalogueFull)?;
        self.keep_books(creator, &books);
        let record = Item {
            left: listing.copies,
            listing,
            retired: false,
            edition: 1,
            content,
        };
        self.keep_item(creator, item, &record);
        let change = Change::Published {
            item,
            listing: record.listing,
            content: record.content,
        };
        self.tell(creator, change);
        Ok(item)
    }

    #[inline(never)]
    pub(crate) fn bring_out(
        &mut self,
        creator: CreatorId,
        item: ItemId,
        content: Content,
    ) -> Result<u32> {
        content.check().map_err(Error::BadListing)?;
        let mut record = self.item_to_change(creator, item, Permission::Catalogue)?;
        let edition = record.edition.checked_add(1).ok_or(Error::Overflow)?;
        record.edition = edition;
        record.content = content;
        self.keep_item(creator, item, &record);
        let change = Change::Revised {
            item,
            edition,
            content: record.content,
        };
        self.tell(creator, change);
        Ok(edition)
    }

    #[inline(never)]
    pub(crate) fn reprice(
        &mut self,
        creator: CreatorId,
        item: ItemId,
        price: Balance,
    ) -> Result<()> {
        let mut record = self.item_to_change(creator, item, Permission::Price)?;
        record.listing.price = price;
        self.keep_item(creator, item, &record);
        self.tell(creator, Change::Repriced { item, price });
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn put_in_tier(
        &mut self,
        creator: CreatorId,
        item: ItemId,
        tier: Option<u8>,
    ) -> Result<()> {
        let mut record = self.item_to_change(creator, item, Permission::Price)?;
        record.listing.tier = tier;
        self.keep_item(creator, item, &record);
        self.tell(creator, Change::Tiered { item, tier });
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn take_off(&mut self, creator: CreatorId, item: ItemId) -> Result<()> {
        if self.set_retired(creator, item, true)? {
            return Err(Error::Retired);
        }
        self.tell(creator, Change::Retired { item });
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn bring_back(&mut self, creator: CreatorId, item: ItemId) -> Result<()> {
        if !self.set_retired(creator, item, false)? {
            return Err(Error::OnSale);
        }
        self.tell(creator, Change::Relisted { item });
        Ok(())
    }

    /// Takes an item off sale or brings it back, and returns whether it was off sale.
    #[inline(never)]
    fn set_retired(&mut self, creator: CreatorId, item: ItemId, retired: bool) -> Result<bool> {
        let mut record = self.item_to_change(creator, item, Permission::Catalogue)?;
        let was = core::mem::replace(&mut record.retired, retired);
        self.keep_item(creator, item, &record);
        Ok(was)
    }

    #[inline(never)]
    fn item_to_change(
        &self,
        creator: CreatorId,
        item: ItemId,
        permission: Permission,
    ) -> Result<Item> {
        self.check_permission(creator, permission)?;
        self.known_item(creator, item)
    }

    #[inline(never)]
    pub(crate) fn keep_item(&mut self, creator: CreatorId, item: ItemId, record: &Item) {
        self.items.insert((creator, item), record);
    }

    #[inline(never)]
    pub(crate) fn keep_books(&mut self, creator: CreatorId, books: &Books) {
        self.books.insert(creator, books);
    }

    #[inline(never)]
    pub(crate) fn price_tier(
        &mut self,
        creator: CreatorId,
        tier: u8,
        price: Option<Balance>,
    ) -> Result<()> {
        self.check_permission(creator, Permission::Price)?;
        if !self.books.contains(creator) {
            return Err(Error::NotOpen);
        }
        match price {
            Some(0) => return Err(Error::BadListing(ListingError::ZeroPrice)),
            None if self.tier_price(creator, tier).is_none() => return Err(Error::UnknownTier),
            // A tier that ended keeps its item, at zero: freeing it would hand its deposit to whoever
            // ends it, who need not have paid it.
            _ => self.tiers.insert((creator, tier), &price.unwrap_or(0)),
        };
        self.tell(creator, Change::TierSet { tier, price });
        Ok(())
    }

    // ---- Where money goes ----

    #[inline(never)]
    pub(crate) fn ask_payout(&self, creator: CreatorId) -> Result<PayoutSplit> {
        let answer = ask(self.registry.call().payout_split(creator));
        answer
            .ok_or(Error::RegistryFailed)?
            .ok_or(Error::CreatorDeleted)
    }

    #[inline(never)]
    pub(crate) fn read_anew(&mut self, creator: CreatorId) -> Result<()> {
        let books = self.open_books(creator)?;
        let payout = self.ask_payout(creator)?;
        self.follow(creator, books, &payout);
        Ok(())
    }

    /// Takes over what the registry says, and stores the books.
    #[inline(never)]
    fn follow(&mut self, creator: CreatorId, mut books: Books, payout: &PayoutSplit) {
        self.take_over(creator, &mut books, payout);
        self.keep_books(creator, &books);
    }

    #[inline(never)]
    pub(crate) fn take_over(&self, creator: CreatorId, books: &mut Books, payout: &PayoutSplit) {
        let (payee, version) = (self.payee(&payout.recipients), payout.version);
        if books.follow(payee, version) {
            self.tell(creator, Change::Payee { payee, version });
        }
    }

    /// Where money goes by this split. What this contract would get itself waits to be divided: sent to
    /// itself, it would be nobody's.
    #[inline(never)]
    pub(crate) fn payee(&self, recipients: &[Recipient<AccountId>]) -> Payee {
        match recipients {
            [one] if one.parts == PARTS && one.account != Self::env().account_id() => {
                Payee::Account(one.account)
            }
            _ => Payee::Split(Self::env().hash_encoded::<Blake2x256, _>(&recipients)),
        }
    }

    /// The registry tells of another split. Who has no storefront here is of no concern.
    #[inline(never)]
    pub(crate) fn hear(
        &mut self,
        creator: CreatorId,
        payout: &PayoutSplit,
    ) -> core::result::Result<(), ListenerError> {
        let registry: AccountId = ink::ToAccountId::to_account_id(&self.registry);
        if Self::env().caller() != registry {
            return Err(ListenerError::NotRegistry);
        }
        if let Some(books) = self.books.get(creator) {
            self.follow(creator, books, payout);
        }
        Ok(())
    }

    #[inline(never)]
    fn tell(&self, creator: CreatorId, change: Change) {
        Self::env().emit_event(CatalogueChanged { creator, change });
    }
}
