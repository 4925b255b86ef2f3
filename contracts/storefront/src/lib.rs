//! Pay-per-content and tips.
//!
//! A creator of the registry opens a storefront here once, publishes items and is paid: by tips, by
//! purchases of single items for ever or for a period, and by blinded purchases that do not tell the
//! chain which item they are for. Payments are book entries; money leaves by [`payout`], along the
//! registry's split, and by [`withdraw`].
//!
//! **Solvency.** The contract keeps books of what it owes and never decides by its balance what anyone
//! is due; [`solvency`] tells both. Money forced in by a plain transfer is owed to nobody.
//!
//! **Deposits.** Each message says how many storage items it can create. The caller pays their deposit
//! (about 0.1 UNIT an item on the development chain, a hundred times a call's fee). A tip creates none,
//! and neither does a purchase by someone who has bought from the same page of 128 items before.
//!
//! **Events.** Every payment that comes in is in a [`Payments`] event. That event is anonymous, as the
//! only one here: a topic, even the signature, costs half a transfer. All others carry their signature
//! as their only topic.
//!
//! **Trust.** Fee, treasury, guardian and registry are fixed at deployment. The guardian can
//! [`pause`] what brings money in, for at most 7 days with at least as long between two pauses. Nobody
//! can stop a payout, a refund or a withdrawal, or direct one elsewhere.
//!
//! [`payout`]: storefront::Storefront::payout
//! [`withdraw`]: storefront::Storefront::withdraw
//! [`solvency`]: storefront::Storefront::solvency
//! [`pause`]: storefront::Storefront::pause
//! [`Payments`]: events::Payments
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

pub mod access;
pub mod catalogue;
pub mod error;
pub mod events;
mod guard;
mod latest;
pub mod row;
pub mod shop;
pub mod till;

pub use self::error::Error;
pub use self::storefront::{Storefront, StorefrontRef};

#[ink::contract]
pub mod storefront {
    use crate::{
        access::{self, Page, Purchase},
        catalogue::{Item, Listing, ListingError},
        error::{Error, Result},
        events::*,
        guard::ask,
        row::Row,
        shop::Shop,
        till::end_without_root,
    };
    use farthing_types::{split::Split, CreatorId, Hash as Commit, ItemId, Millis};
    use ink::{
        codegen::TraitCallBuilder,
        prelude::{vec, vec::Vec},
        storage::Mapping,
    };
    use registry::RegistryRef;

    /// Most basis points the platform can take.
    pub const MAX_FEE: u16 = 500;

    /// The terms that were fixed at deployment, and what changes.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Overview {
        /// The registry whose creators can open storefronts here.
        pub registry: AccountId,
        /// The platform's fee in basis points, taken of payouts.
        pub fee: u16,
        /// Where the fee goes.
        pub treasury: AccountId,
        /// Who can pause payments, if anyone.
        pub guardian: Option<AccountId>,
        /// Until when payments are paused, if they are.
        pub paused_until: Option<Millis>,
        /// What the treasury can withdraw.
        pub fees_due: Balance,
        /// What is owed to referrers, and to recipients of payouts and refunds that the chain refused
        /// to move.
        pub kept: Balance,
    }

    /// Creator, account, and number of the page.
    type PageKey = (CreatorId, AccountId, u32);

    /// The storefronts' storage: five kinds of item besides this one.
    #[ink(storage)]
    pub struct Storefront {
        pub(crate) registry: RegistryRef,
        pub(crate) fee: u16,
        pub(crate) treasury: AccountId,
        pub(crate) guardian: Option<AccountId>,
        pub(crate) paused_until: Millis,
        pub(crate) kept: Balance,
        pub(crate) fees: Balance,
        pub(crate) shops: Mapping<CreatorId, Shop>,
        pub(crate) items: Mapping<(CreatorId, ItemId), Item>,
        pub(crate) tiers: Mapping<(CreatorId, u8), Balance>,
        pub(crate) pages: Mapping<PageKey, Page>,
        pub(crate) rows: Mapping<AccountId, Row>,
    }

    impl Storefront {
        /// Storefronts for the creators of `registry`, with a fee of `fee` basis points for `treasury`,
        /// and a `guardian` who can pause payments, or none. None of this can ever change.
        ///
        /// # Errors
        /// [`Error::FeeTooHigh`]; [`Error::RegistryFailed`] if there is no registry at that account.
        #[ink(constructor)]
        pub fn new(
            registry: AccountId,
            fee: u16,
            treasury: AccountId,
            guardian: Option<AccountId>,
        ) -> Result<Self> {
            if fee > MAX_FEE {
                return Err(Error::FeeTooHigh);
            }
            let registry: RegistryRef = ink::env::call::FromAccountId::from_account_id(registry);
            ask(registry.call().creator_count())?;
            Ok(Self {
                registry,
                fee,
                treasury,
                guardian,
                paused_until: 0,
                kept: 0,
                fees: 0,
                shops: Mapping::new(),
                items: Mapping::new(),
                tiers: Mapping::new(),
                pages: Mapping::new(),
                rows: Mapping::new(),
            })
        }

        // ---- For creators: catalogue ----

        /// Opens a creator's storefront. For the owner and delegates with the catalogue permission.
        ///
        /// Creates one item, for good. Emits [`CatalogueChanged`].
        ///
        /// # Errors
        /// [`Error::NotPermitted`], [`Error::RegistryFailed`], [`Error::AlreadyOpen`].
        #[ink(message)]
        #[inline(never)]
        pub fn open(&mut self, creator: CreatorId) -> Result<()> {
            self.check_catalogue(creator)?;
            if self.shops.contains(creator) {
                return Err(Error::AlreadyOpen);
            }
            self.shops.insert(creator, &Shop::default());
            self.tell(creator, Change::Opened);
            Ok(())
        }

        /// Puts an item up for sale and returns its number: one more than that of the creator's last.
        /// For the owner and delegates with the catalogue permission.
        ///
        /// Creates one item, for good. Emits [`CatalogueChanged`].
        ///
        /// # Errors
        /// [`Error::BadListing`], [`Error::NotPermitted`], [`Error::RegistryFailed`],
        /// [`Error::NotOpen`], [`Error::CatalogueFull`].
        #[ink(message)]
        #[inline(never)]
        pub fn publish(&mut self, creator: CreatorId, listing: Listing) -> Result<ItemId> {
            listing.check().map_err(Error::BadListing)?;
            self.check_catalogue(creator)?;
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

        /// Changes what an item costs from now on. For the owner and delegates with the catalogue
        /// permission.
        ///
        /// Creates no item. Emits [`CatalogueChanged`].
        ///
        /// # Errors
        /// [`Error::UnknownItem`], [`Error::NotPermitted`], [`Error::RegistryFailed`],
        /// [`Error::BadListing`].
        #[ink(message)]
        #[inline(never)]
        pub fn set_price(
            &mut self,
            creator: CreatorId,
            item: ItemId,
            price: Balance,
        ) -> Result<()> {
            self.check_catalogue(creator)?;
            let mut record = self.known_item(creator, item)?;
            record.listing.price = price;
            record.listing.check().map_err(Error::BadListing)?;
            self.items.insert((creator, item), &record);
            self.tell(creator, Change::Repriced { item, price });
            Ok(())
        }

        /// Takes an item off sale, for good; who has access keeps it. For the owner and delegates with
        /// the catalogue permission.
        ///
        /// Creates no item. Emits [`CatalogueChanged`].
        ///
        /// # Errors
        /// [`Error::UnknownItem`], [`Error::NotPermitted`], [`Error::RegistryFailed`],
        /// [`Error::Retired`].
        #[ink(message)]
        #[inline(never)]
        pub fn retire(&mut self, creator: CreatorId, item: ItemId) -> Result<()> {
            self.check_catalogue(creator)?;
            let mut record = self.item_on_sale(creator, item)?;
            record.retired = true;
            self.items.insert((creator, item), &record);
            self.tell(creator, Change::Retired { item });
            Ok(())
        }

        /// Sets the price of a tier for blinded purchases, or ends the tier (`None`). Which items are
        /// in it is for the creator to say elsewhere. For the owner and delegates with the catalogue
        /// permission.
        ///
        /// Creates one item for a new tier; it stays when the tier ends. Emits [`CatalogueChanged`].
        ///
        /// # Errors
        /// [`Error::NotPermitted`], [`Error::RegistryFailed`], [`Error::NotOpen`],
        /// [`Error::BadListing`] for a price of zero, [`Error::UnknownTier`] when ending none.
        #[ink(message)]
        #[inline(never)]
        pub fn set_tier(
            &mut self,
            creator: CreatorId,
            tier: u8,
            price: Option<Balance>,
        ) -> Result<()> {
            self.check_catalogue(creator)?;
            if !self.shops.contains(creator) {
                return Err(Error::NotOpen);
            }
            match price {
                Some(0) => return Err(Error::BadListing(ListingError::ZeroPrice)),
                None if self.tier_price(creator, tier).is_none() => return Err(Error::UnknownTier),
                // A tier that ended keeps its item, at zero: freeing it would hand its deposit to
                // whoever ends it, who need not have paid it.
                _ => self.tiers.insert((creator, tier), &price.unwrap_or(0)),
            };
            self.tell(creator, Change::TierSet { tier, price });
            Ok(())
        }

        // ---- For everyone: paying ----

        /// Tips a creator with the attached value.
        ///
        /// Creates no item. Emits [`Payments`].
        ///
        /// # Errors
        /// [`Error::Paused`], [`Error::ZeroTip`], [`Error::MemoTooLong`], [`Error::NotOpen`].
        #[ink(message, payable)]
        #[inline(never)]
        pub fn tip(&mut self, creator: CreatorId, memo: Vec<u8>) -> Result<()> {
            let amount = self.env().transferred_value();
            self.tip_one(Tip {
                creator,
                amount,
                memo,
            })?;
            end_without_root()
        }

        /// Sends up to 64 tips at once; the attached value must be their exact sum. Tips to the same
        /// creator are cheapest side by side.
        ///
        /// Creates no item. Emits one [`Payments`].
        ///
        /// # Errors
        /// As `tip`, and [`Error::BatchSize`], [`Error::WrongValue`], [`Error::Overflow`]. One bad tip
        /// refuses all.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn tip_many(&mut self, tips: Vec<Tip>) -> Result<()> {
            self.tip_all(tips)?;
            end_without_root()
        }

        /// Buys an item, for the caller or, as a gift, for `owner`; extends access that is for a period
        /// from its end. What the attached value is more than the price comes back at once. A share of
        /// the price goes to `referrer`, if the item grants one, less the platform's fee on that share.
        ///
        /// Creates at most one item: the first purchase for an account from a creator's page of 128
        /// items. It stays as long as the access, and can't be freed. The first purchase of an item for
        /// a period locks a little more. Emits [`Payments`].
        ///
        /// # Errors
        /// [`Error::Paused`], [`Error::UnknownItem`], [`Error::Retired`], [`Error::PriceAboveMax`],
        /// [`Error::ValueTooLow`], [`Error::SelfReferral`], [`Error::ReferrerNotEnrolled`];
        /// [`Error::Access`] if the account has the item for ever already.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn buy(
            &mut self,
            creator: CreatorId,
            item: ItemId,
            owner: Option<AccountId>,
            max_price: Balance,
            referrer: Option<AccountId>,
        ) -> Result<()> {
            let orders = vec![Order { creator, item }];
            self.buy_many(orders, owner, max_price, referrer)
        }

        /// Buys up to 64 items at once, all for the same account, for at most `max_total`. Orders from
        /// the same creator are cheapest side by side. Otherwise as `buy`.
        ///
        /// # Errors
        /// As `buy`, and [`Error::BatchSize`], [`Error::Overflow`]. One bad order refuses all.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn buy_many(
            &mut self,
            orders: Vec<Order>,
            owner: Option<AccountId>,
            max_total: Balance,
            referrer: Option<AccountId>,
        ) -> Result<()> {
            self.buy_all(orders, owner, max_total, referrer)?;
            match referrer {
                Some(_) => Ok(()),
                None => end_without_root(),
            }
        }

        /// Buys something of a price tier without telling the chain what: `commitment` is
        /// `farthing_types::commitment::blinded_purchase(storefront, creator, tier, caller, item,
        /// secret)`, which the buyer opens to the creator elsewhere. What the attached value is more
        /// than the tier's price comes back at once.
        ///
        /// The chain keeps nothing but the event, so that `has_access` does not know of it and it
        /// cannot be refunded here. Creates no item. Emits [`Payments`].
        ///
        /// # Errors
        /// [`Error::Paused`], [`Error::UnknownTier`], [`Error::PriceAboveMax`],
        /// [`Error::ValueTooLow`].
        #[ink(message, payable)]
        #[inline(never)]
        pub fn buy_blinded(
            &mut self,
            creator: CreatorId,
            tier: u8,
            commitment: Commit,
            max_price: Balance,
        ) -> Result<()> {
            self.check_open_for_payments()?;
            let paid = self.tier_price(creator, tier).ok_or(Error::UnknownTier)?;
            self.take_price(paid, max_price)?;
            let mut shop = self.shops.get(creator).ok_or(Error::NotOpen)?;
            shop.credit(paid).ok_or(Error::Overflow)?;
            self.shops.insert(creator, &shop);
            let payment = Payment::Blinded {
                creator,
                tier,
                paid,
                commitment,
            };
            self.received(None, vec![payment]);
            end_without_root()
        }

        // ---- For creators: giving back ----

        /// Refunds a purchase: takes the access that it gave away from `owner`, and gives what was paid,
        /// out of the creator's books, to whoever paid it. A referral share is the creator's loss. Only
        /// for the creator's owner.
        ///
        /// For an item bought for ever, `history` lists every purchase for ever by or for `owner` in
        /// the item's page that was not refunded, oldest first, as the [`Payments`] events tell them.
        /// For one bought for a period it is empty, and the latest purchase is refunded.
        ///
        /// The attached value, if any, goes into the creator's books first: anyone can call `payout`,
        /// and a refund must be possible right after it. A gift or purchase that comes in between makes
        /// `history` stale; add it and try again.
        ///
        /// Creates no item, except when the chain refuses the transfer (see [`Share::sent`]). Emits
        /// [`Released`].
        ///
        /// # Errors
        /// [`Error::NotPermitted`], [`Error::RegistryFailed`], [`Error::UnknownItem`],
        /// [`Error::Access`]; [`Error::BooksTooLow`] if the books, with the attached value, hold less
        /// than what was paid.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn refund(
            &mut self,
            creator: CreatorId,
            item: ItemId,
            owner: AccountId,
            history: Vec<Purchase>,
        ) -> Result<()> {
            let caller = self.env().caller();
            if !ask(self.registry.call().owns(creator, caller))? {
                return Err(Error::NotPermitted);
            }
            let record = self.known_item(creator, item)?;
            let (number, slot) = access::place(item);
            let key = (creator, owner, number);
            let mut page = self.pages.get(key).unwrap_or_default();
            let (payer, amount) = match record.listing.period {
                Some(_) => page.revoke_pass(slot),
                None => page.revoke_owned(item, &history, |hash, one| self.append(hash, one)),
            }
            .map_err(Error::Access)?;
            self.pages.insert(key, &page);

            let mut shop = self.shops.get(creator).ok_or(Error::NotOpen)?;
            shop.credit(self.env().transferred_value())
                .ok_or(Error::Overflow)?;
            shop.debit(amount).ok_or(Error::BooksTooLow(shop.due()))?;
            self.shops.insert(creator, &shop);
            let share = self.send_or_keep(payer, amount)?;
            self.released(Release::Refund {
                creator,
                item,
                owner,
                share,
            });
            Ok(())
        }

        // ---- For everyone: money out ----

        /// Pays a creator: takes the platform's fee, divides the rest along the registry's split and
        /// sends each recipient their share. Anyone can call it.
        ///
        /// A share that the chain refuses to move (less than the existential deposit to an account that
        /// does not exist) stays here for that recipient, and stops nobody else's. Creates an item only
        /// then, for good, at most one for each such recipient. Emits [`Released`].
        ///
        /// # Errors
        /// [`Error::NotOpen`], [`Error::NothingDue`], [`Error::RegistryFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn payout(&mut self, creator: CreatorId) -> Result<()> {
            let mut shop = self.shops.get(creator).ok_or(Error::NotOpen)?;
            if shop.due() == 0 {
                return Err(Error::NothingDue);
            }
            let split =
                ask(self.registry.call().payout_split(creator))?.ok_or(Error::RegistryFailed)?;
            let recipients = Split::new(split.recipients).map_err(|_| Error::RegistryFailed)?;
            let settlement = shop
                .settle(self.fee, &recipients, split.version)
                .ok_or(Error::Overflow)?;
            self.shops.insert(creator, &shop);
            self.fees = self
                .fees
                .checked_add(settlement.fee)
                .ok_or(Error::Overflow)?;

            let mut shares = Vec::with_capacity(settlement.shares.len());
            for (recipient, amount) in recipients.recipients().iter().zip(settlement.shares) {
                shares.push(self.send_or_keep(recipient.account, amount)?);
            }
            let fee = settlement.fee;
            self.released(Release::Payout {
                creator,
                fee,
                shares,
            });
            Ok(())
        }

        /// Sends an account what it is owed here: referral shares, and payouts or refunds that the
        /// chain refused to move. Anyone can call it, for any account.
        ///
        /// Creates no item. Emits [`Released`].
        ///
        /// # Errors
        /// [`Error::NothingDue`], [`Error::TransferFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn withdraw(&mut self, account: AccountId) -> Result<()> {
            let mut row = self.rows.get(account).ok_or(Error::NothingDue)?;
            let amount = row.take();
            self.rows.insert(account, &row);
            self.kept = self.kept.checked_sub(amount).ok_or(Error::Overflow)?;
            self.send(account, amount)?;
            self.released(Release::Withdrawal { account, amount });
            Ok(())
        }

        /// Sends the treasury the fees taken so far. Anyone can call it.
        ///
        /// Creates no item. Emits [`Released`].
        ///
        /// # Errors
        /// [`Error::NothingDue`], [`Error::TransferFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn withdraw_fees(&mut self) -> Result<()> {
            let amount = core::mem::take(&mut self.fees);
            self.send(self.treasury, amount)?;
            self.released(Release::Fees { amount });
            Ok(())
        }

        // ---- For referrers ----

        /// Lets the caller be named as a referrer. Buyers never pay for a referrer's storage: this is
        /// where the referrer does.
        ///
        /// Creates one item, whose deposit `leave` gives back (unless it existed before, from a payout
        /// that the chain refused to move).
        ///
        /// # Errors
        /// [`Error::AlreadyEnrolled`].
        #[ink(message)]
        #[inline(never)]
        pub fn enroll(&mut self) -> Result<()> {
            let caller = self.env().caller();
            let row = Row::enroll(self.rows.get(caller)).ok_or(Error::AlreadyEnrolled)?;
            self.rows.insert(caller, &row);
            Ok(())
        }

        /// Ends what `enroll` began. Frees the caller's item, if the caller paid for it.
        ///
        /// # Errors
        /// [`Error::NotEnrolled`]; [`Error::StillOwed`] until everything is withdrawn.
        #[ink(message)]
        #[inline(never)]
        pub fn leave(&mut self) -> Result<()> {
            let caller = self.env().caller();
            let mut row = self.rows.get(caller).ok_or(Error::NotEnrolled)?;
            if !row.enrolled {
                return Err(Error::NotEnrolled);
            }
            if row.amount != 0 {
                return Err(Error::StillOwed(row.amount));
            }
            if row.paid_by_owner {
                self.rows.remove(caller);
            } else {
                row.enrolled = false;
                self.rows.insert(caller, &row);
            }
            Ok(())
        }

        // ---- For the guardian ----

        /// Stops tips and purchases for `duration` milliseconds, at most 7 days and no sooner than 7
        /// days after the last pause ended. Stops nothing that lets money out.
        ///
        /// Creates no item. Emits [`PausedUntil`].
        ///
        /// # Errors
        /// [`Error::NotGuardian`], [`Error::BadPause`].
        #[ink(message)]
        #[inline(never)]
        pub fn pause(&mut self, duration: Millis) -> Result<()> {
            let now = self.check_guardian()?;
            let pause = self.latest_pause().begin(now, duration);
            let until = pause.map_err(Error::BadPause)?.until;
            self.paused_until = until;
            self.env().emit_event(PausedUntil { until });
            Ok(())
        }

        /// Ends a pause at once. Creates no item. Emits [`PausedUntil`].
        ///
        /// # Errors
        /// [`Error::NotGuardian`].
        #[ink(message)]
        #[inline(never)]
        pub fn resume(&mut self) -> Result<()> {
            let until = self.latest_pause().end(self.check_guardian()?).until;
            self.paused_until = until;
            self.env().emit_event(PausedUntil { until });
            Ok(())
        }

        // ---- Reading ----

        /// The terms that were fixed at deployment, and what changes.
        #[ink(message)]
        #[inline(never)]
        pub fn overview(&self) -> Overview {
            Overview {
                registry: ink::ToAccountId::to_account_id(&self.registry),
                fee: self.fee,
                treasury: self.treasury,
                guardian: self.guardian,
                paused_until: self.latest_pause().active(self.env().block_timestamp()),
                fees_due: self.fees,
                kept: self.kept,
            }
        }

        /// What the contract owes in all, and what it holds to pay it from (its existential deposit not
        /// counted). The first is never more than the second.
        ///
        /// Adds up the books of all creators, so that no payment has to keep a total. Where there are
        /// more creators than one call can read (tens of thousands), add up `owed_to_creators` and
        /// what `overview` says is due to others.
        ///
        /// # Errors
        /// [`Error::RegistryFailed`].
        #[ink(message)]
        pub fn solvency(&self) -> Result<(Balance, Balance)> {
            let creators = ask(self.registry.call().creator_count())?;
            let owed = self
                .owed_to_creators(0, creators)
                .saturating_add(self.kept)
                .saturating_add(self.fees);
            Ok((owed, self.env().balance()))
        }

        /// What is owed to `count` creators from number `first` on.
        #[ink(message)]
        pub fn owed_to_creators(&self, first: CreatorId, count: u32) -> Balance {
            (first..first.saturating_add(count))
                .filter_map(|creator| self.shops.get(creator))
                .fold(0, |sum, shop| sum.saturating_add(shop.balance))
        }

        /// A creator's books; `None` if there is no storefront.
        #[ink(message)]
        #[inline(never)]
        pub fn shop(&self, creator: CreatorId) -> Option<Shop> {
            self.shops.get(creator)
        }

        /// An item, as it is offered now.
        #[ink(message)]
        #[inline(never)]
        pub fn item(&self, creator: CreatorId, item: ItemId) -> Option<Item> {
            self.items.get((creator, item))
        }

        /// The price of a tier for blinded purchases.
        #[ink(message)]
        #[inline(never)]
        pub fn tier(&self, creator: CreatorId, tier: u8) -> Option<Balance> {
            self.tier_price(creator, tier)
        }

        /// Whether `account` has access to an item now. Reads one storage item.
        #[ink(message)]
        #[inline(never)]
        pub fn has_access(&self, creator: CreatorId, item: ItemId, account: AccountId) -> bool {
            let (number, slot) = access::place(item);
            self.pages
                .get((creator, account, number))
                .is_some_and(|page| page.has_access(slot, self.env().block_timestamp()))
        }

        /// All that `account` has of one page of a creator's items: items 0 to 127 are page 0.
        #[ink(message)]
        #[inline(never)]
        pub fn page(&self, creator: CreatorId, account: AccountId, number: u32) -> Page {
            self.pages
                .get((creator, account, number))
                .unwrap_or_default()
        }

        /// What `account` can withdraw, and whether it enrolled as a referrer.
        #[ink(message)]
        #[inline(never)]
        pub fn row(&self, account: AccountId) -> Option<Row> {
            self.rows.get(account)
        }
    }
}
