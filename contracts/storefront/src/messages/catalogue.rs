//! What creators say they sell, and where their money goes.

use crate::{
    catalogue::{Item, Listing, ListingError},
    error::{Error, Result},
    events::{CatalogueChanged, Change},
    shop::Shop,
    storefront::Storefront,
};
use farthing_shared::ask;
use farthing_types::{Balance, CreatorId, ItemId};
use ink::{
    codegen::{StaticEnv, TraitCallBuilder},
    primitives::AccountId,
};
use registry::{creator::Permission, PayoutSplit};

impl Storefront {
    #[inline(never)]
    pub(crate) fn begin(&mut self, creator: CreatorId) -> Result<()> {
        self.check_permission(creator, Permission::Catalogue)?;
        if self.shops.contains(creator) {
            return Err(Error::AlreadyOpen);
        }
        let payout = self.ask_payout(creator)?;
        self.tell(creator, Change::Opened);
        self.follow(creator, Shop::default(), &payout);
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn put_up(&mut self, creator: CreatorId, listing: Listing) -> Result<ItemId> {
        listing.check().map_err(Error::BadListing)?;
        self.check_permission(creator, Permission::Catalogue)?;
        if listing.referral != 0 {
            self.check_permission(creator, Permission::Price)?;
        }
        let mut shop = self.shops.get(creator).ok_or(Error::NotOpen)?;
        let item = shop.number_item().ok_or(Error::CatalogueFull)?;
        self.shops.insert(creator, &shop);
        let record = Item {
            listing,
            retired: false,
        };
        self.items.insert((creator, item), &record);
        let listing = record.listing;
        self.tell(creator, Change::Published { item, listing });
        Ok(item)
    }

    #[inline(never)]
    pub(crate) fn reprice(
        &mut self,
        creator: CreatorId,
        item: ItemId,
        price: Balance,
    ) -> Result<()> {
        self.check_permission(creator, Permission::Price)?;
        self.alter(creator, item, |record| {
            record.listing.price = price;
            record.listing.check().map_err(Error::BadListing)
        })?;
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
        self.check_permission(creator, Permission::Price)?;
        self.alter(creator, item, |record| {
            record.listing.tier = tier;
            Ok(())
        })?;
        self.tell(creator, Change::Tiered { item, tier });
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn take_off(&mut self, creator: CreatorId, item: ItemId) -> Result<()> {
        self.check_permission(creator, Permission::Catalogue)?;
        self.alter(creator, item, |record| {
            match core::mem::replace(&mut record.retired, true) {
                false => Ok(()),
                true => Err(Error::Retired),
            }
        })?;
        self.tell(creator, Change::Retired { item });
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn bring_back(&mut self, creator: CreatorId, item: ItemId) -> Result<()> {
        self.check_permission(creator, Permission::Catalogue)?;
        self.alter(creator, item, |record| {
            match core::mem::replace(&mut record.retired, false) {
                true => Ok(()),
                false => Err(Error::OnSale),
            }
        })?;
        self.tell(creator, Change::Relisted { item });
        Ok(())
    }

    fn alter(
        &mut self,
        creator: CreatorId,
        item: ItemId,
        change: impl FnOnce(&mut Item) -> Result<()>,
    ) -> Result<()> {
        let mut record = self.known_item(creator, item)?;
        change(&mut record)?;
        self.items.insert((creator, item), &record);
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn price_tier(
        &mut self,
        creator: CreatorId,
        tier: u8,
        price: Option<Balance>,
    ) -> Result<()> {
        self.check_permission(creator, Permission::Price)?;
        if !self.shops.contains(creator) {
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
        answer.flatten().ok_or(Error::RegistryFailed)
    }

    #[inline(never)]
    pub(crate) fn read_anew(&mut self, creator: CreatorId) -> Result<()> {
        let shop = self.shops.get(creator).ok_or(Error::NotOpen)?;
        let payout = self.ask_payout(creator)?;
        self.follow(creator, shop, &payout);
        Ok(())
    }

    /// Takes over what the registry says, and stores the shop.
    fn follow(&mut self, creator: CreatorId, mut shop: Shop, payout: &PayoutSplit) {
        if shop.follow(self.alone(payout), payout.version) {
            self.told_payee(creator, &shop);
        }
        self.shops.insert(creator, &shop);
    }

    /// Who gets all money by this split, if somebody does. What this contract would get itself waits to
    /// be divided: sent to itself, it would be nobody's.
    #[inline(never)]
    pub(crate) fn alone(&self, payout: &PayoutSplit) -> Option<AccountId> {
        match &payout.recipients[..] {
            [one] if one.account != Self::env().account_id() => Some(one.account),
            _ => None,
        }
    }

    #[inline(never)]
    pub(crate) fn told_payee(&self, creator: CreatorId, shop: &Shop) {
        let change = Change::Payee {
            payee: shop.alone.then_some(shop.payee),
            version: shop.version,
        };
        self.tell(creator, change);
    }

    /// The registry tells of another split. Who has no storefront here is of no concern.
    #[inline(never)]
    pub(crate) fn hear(&mut self, creator: CreatorId, payout: &PayoutSplit) {
        if let Some(shop) = self.shops.get(creator) {
            self.follow(creator, shop, payout);
        }
    }

    #[inline(never)]
    pub(crate) fn is_registry(&self, account: AccountId) -> bool {
        ink::ToAccountId::<ink::env::DefaultEnvironment>::to_account_id(&self.registry) == account
    }

    fn tell(&self, creator: CreatorId, change: Change) {
        Self::env().emit_event(CatalogueChanged { creator, change });
    }
}
