//! Pay-per-content and tips.
//!
//! A creator of the registry opens a storefront here once, publishes items and is paid: by tips, by
//! purchases of single items for ever or for a period, and by blinded purchases that do not tell the
//! chain which item they are for.
//!
//! **Straight through.** Every payment is divided in the message that brings it: the platform's fee goes
//! to the treasury, a share to the referrer, the rest to the creator. The fee is taken of each payment by
//! itself and rounded down; so is a referrer's share, less the fee on it. The creator gets all the rest:
//! fee, share and rest add up to what was paid, to the unit. What the chain refuses to move (less than
//! the existential deposit to an account that does not exist) never fails a payment. A creator's part
//! and the fee are kept in the books then, a referrer's share is the creator's. Money of creators who
//! share it is kept, too, until somebody calls [`payout`].
//!
//! **Where money goes** is for the registry to say. The storefront keeps a copy, which the registry
//! renews in the very message that changes a split or an owner, if whoever signs that names this
//! contract. Anyone can renew it with [`refresh`] at any time, and [`payout`] does.
//!
//! **What is for sale.** An item has a price, a title, a URI and the hash of its content. A new edition
//! ([`revise`]) keeps the item's number, and who bought an earlier one has access to it. What costs
//! nothing is free: everybody has access, and nothing is bought. Of an item for which one pays what one
//! wants, a purchase costs as much as its order allows. A limited edition ends with its last copy; a
//! copy that was refunded is not sold again.
//!
//! **Solvency.** The contract keeps books of what it owes and never decides by its balance what anyone
//! is due; [`solvency`] tells both. Money forced in by a plain transfer is owed to nobody, and nobody
//! can take it out: send money with the messages that take it.
//!
//! **Deposits.** Each message says how many storage items it can create. The caller pays their deposit
//! (about 0.1 UNIT an item on the development chain, a hundred times a call's fee). A tip creates none,
//! and neither does a purchase by someone who has bought from the same page of 128 items before. No
//! message frees an item, so that no item's deposit comes back. On chains with pallet-contracts all
//! deposits of a contract are one pot, which gives back an average: where items can be freed after the
//! chain has changed its price, whoever locks and frees at will takes what earlier users locked. Here
//! nobody can. If the price rises, what was locked before stays as it is. Bytes, which chains count apart
//! from items, come back from two messages: `revise` gives whoever calls it, be that a delegate, those by
//! which title and URI became shorter, at most 193, and `set_item_tier` one. That is less than the fees of
//! locking and freeing them, unless a chain's bytes are dear.
//!
//! **Events.** Every payment that comes in is in a [`Payments`] event. That event is anonymous, as the
//! only one here: a topic, even the signature, costs half a transfer. All others carry their signature
//! as their only topic. All that the contract keeps can be worked out from its events.
//!
//! **Trust.** Fee, treasury, guardian and registry are fixed at deployment. The guardian can
//! [`pause`] what brings money in, for at most 7 days with at least as long between two pauses. Nobody
//! can stop a payout, a refund or a withdrawal, or direct one elsewhere. A delegate for the catalogue
//! publishes, revises, takes off sale and brings back; prices, tiers, gifts and shares for referrers,
//! which direct money, take a permission of their own.
//!
//! **For buyers.** A creator can end any access by giving back what was paid for it, and the platform
//! keeps its fee then. An order can name the edition that the buyer saw. Anyone can give anybody
//! anything that is for sale, and nobody can refuse it.
//!
//! **A creator who was deleted** in the registry has nobody any more who changes anything here. Items
//! stay on sale, and money goes where it went last: at once to a single account, or by
//! [`payout_deleted`] to those of the last split.
//!
//! [`payout`]: storefront::Storefront::payout
//! [`payout_deleted`]: storefront::Storefront::payout_deleted
//! [`refresh`]: storefront::Storefront::refresh
//! [`revise`]: storefront::Storefront::revise
//! [`solvency`]: storefront::Storefront::solvency
//! [`pause`]: storefront::Storefront::pause
//! [`Payments`]: events::Payments
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

pub mod access;
pub mod books;
pub mod catalogue;
mod checks;
mod entry;
pub mod error;
pub mod events;
mod latest;
mod messages;
pub mod price;
mod reading;

pub use self::error::Error;
pub use self::storefront::{Storefront, StorefrontRef};

/// Most basis points the platform can take.
pub const MAX_FEE: u16 = 500;
/// Most bytes of a tip's memo.
pub const MAX_MEMO: usize = 140;
/// Most payments in one batch.
pub const MAX_BATCH: usize = 64;
/// Most bytes of an item's title.
pub const MAX_TITLE: usize = 64;
/// Most bytes of an item's URI.
pub const MAX_URI: usize = 128;
/// Most items that are read at once.
pub const MAX_ITEMS: u32 = 50;
/// Most pages of an account that are read at once.
pub const MAX_PAGES: usize = 12;

#[ink::contract]
pub mod storefront {
    use crate::{
        access::{Page, Purchase},
        books::Books,
        catalogue::{Content, Item, Listing},
        error::{Error, Result},
        events::*,
        MAX_FEE,
    };
    use farthing_shared::{ask, end_without_root};
    use farthing_types::{split::Recipient, CreatorId, Hash as Commit, ItemId, Millis};
    use ink::{
        codegen::TraitCallBuilder,
        prelude::vec::Vec,
        storage::{Lazy, Mapping},
    };
    use registry::{ListenerError, PayoutListener, PayoutSplit, RegistryRef};

    /// The terms that were fixed at deployment, and what changes.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Overview {
        /// The registry whose creators can open storefronts here.
        pub registry: AccountId,
        /// The platform's fee in basis points of every payment.
        pub fee: u16,
        /// Where the fee goes.
        pub treasury: AccountId,
        /// Who can pause payments, if anyone.
        pub guardian: Option<AccountId>,
        /// Until when payments are paused, if they are.
        pub paused_until: Option<Millis>,
        /// Fees that the chain refused to move to the treasury.
        pub fees_due: Balance,
    }

    /// Creator, account, and number of the page.
    type PageKey = (CreatorId, AccountId, u32);

    /// The storefronts' storage: five kinds of item besides this one, which only a pause changes.
    #[ink(storage)]
    pub struct Storefront {
        pub(crate) registry: RegistryRef,
        pub(crate) fee: u16,
        pub(crate) treasury: AccountId,
        pub(crate) guardian: Option<AccountId>,
        pub(crate) paused_until: Millis,
        pub(crate) fees: Lazy<Balance>,
        pub(crate) books: Mapping<CreatorId, Books>,
        pub(crate) items: Mapping<(CreatorId, ItemId), Item>,
        pub(crate) tiers: Mapping<(CreatorId, u8), Balance>,
        pub(crate) pages: Mapping<PageKey, Page>,
    }

    impl Storefront {
        /// Makes storefronts for the creators of `registry`, with a fee of `fee` basis points for
        /// `treasury`, and a `guardian` who can pause payments, or none. None of this can ever change.
        ///
        /// Give the treasury its existential deposit first: as long as it does not exist, each fee that
        /// is less is kept here, which makes a payment dearer. Emits [`Deployed`].
        ///
        /// # Errors
        /// [`Error::FeeTooHigh`]; [`Error::RegistryFailed`] if nothing at that account answers as a
        /// registry does. That it is one, the deployer has to see to.
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
            Self::env().emit_event(Deployed {
                registry,
                fee,
                treasury,
                guardian,
            });
            let registry: RegistryRef = ink::env::call::FromAccountId::from_account_id(registry);
            ask(registry.call().creator_count()).ok_or(Error::RegistryFailed)?;
            // Paid for by the deployer, so that no buyer ever pays for it.
            let mut fees = Lazy::new();
            fees.set(&0);
            Ok(Self {
                registry,
                fee,
                treasury,
                guardian,
                paused_until: 0,
                fees,
                books: Mapping::new(),
                items: Mapping::new(),
                tiers: Mapping::new(),
                pages: Mapping::new(),
            })
        }

        // ---- For creators: catalogue ----

        /// Opens a creator's storefront. For the owner and delegates with the catalogue permission.
        ///
        /// Creates one item, for good. Emits [`CatalogueChanged`] twice.
        ///
        /// # Errors
        /// [`Error::NotPermitted`], [`Error::RegistryFailed`], [`Error::AlreadyOpen`].
        #[ink(message)]
        #[inline(never)]
        pub fn open(&mut self, creator: CreatorId) -> Result<()> {
            self.begin(creator)?;
            end_without_root(())
        }

        /// Puts an item up for sale and returns its number: one more than that of the creator's last.
        /// For the owner and delegates with the catalogue permission; one who grants referrers a share
        /// needs the price permission, too.
        ///
        /// Creates one item, for good. Emits [`CatalogueChanged`].
        ///
        /// # Errors
        /// [`Error::BadListing`], [`Error::NotPermitted`], [`Error::RegistryFailed`],
        /// [`Error::NotOpen`], [`Error::CatalogueFull`].
        #[ink(message)]
        #[inline(never)]
        pub fn publish(
            &mut self,
            creator: CreatorId,
            listing: Listing,
            content: Content,
        ) -> Result<ItemId> {
            let item = self.put_up(creator, listing, content)?;
            end_without_root(item)
        }

        /// Brings out a new edition of an item, and returns its number: the first was 1. The item keeps
        /// its own number, and who has access to it has access to the new edition. For the owner and
        /// delegates with the catalogue permission.
        ///
        /// Creates no item. A longer title or URI locks a deposit for each byte more, and a shorter one
        /// gives the caller back a byte's deposit for each byte less. Emits [`CatalogueChanged`].
        ///
        /// # Errors
        /// [`Error::BadListing`], [`Error::NotPermitted`], [`Error::RegistryFailed`],
        /// [`Error::UnknownItem`], [`Error::Overflow`].
        #[ink(message)]
        #[inline(never)]
        pub fn revise(
            &mut self,
            creator: CreatorId,
            item: ItemId,
            content: Content,
        ) -> Result<u32> {
            let edition = self.bring_out(creator, item, content)?;
            end_without_root(edition)
        }

        /// Changes what an item costs from now on, also while it is off sale: 0 makes it free. For the
        /// owner and delegates with the price permission.
        ///
        /// Creates no item. Emits [`CatalogueChanged`].
        ///
        /// # Errors
        /// [`Error::NotPermitted`], [`Error::RegistryFailed`], [`Error::UnknownItem`].
        #[ink(message)]
        #[inline(never)]
        pub fn set_price(
            &mut self,
            creator: CreatorId,
            item: ItemId,
            price: Balance,
        ) -> Result<()> {
            self.reprice(creator, item, price)?;
            end_without_root(())
        }

        /// Puts an item into a price tier, or takes it out of its tier (`None`): that tier pays for it
        /// in a blinded purchase. There need not be such a tier yet. For the owner and delegates with the
        /// price permission.
        ///
        /// Creates no item; the first tier of an item locks a byte more, and taking it out gives a byte's
        /// deposit back to the caller. Emits [`CatalogueChanged`].
        ///
        /// # Errors
        /// [`Error::NotPermitted`], [`Error::RegistryFailed`], [`Error::UnknownItem`].
        #[ink(message)]
        #[inline(never)]
        pub fn set_item_tier(
            &mut self,
            creator: CreatorId,
            item: ItemId,
            tier: Option<u8>,
        ) -> Result<()> {
            self.put_in_tier(creator, item, tier)?;
            end_without_root(())
        }

        /// Takes an item off sale; who has access keeps it. For the owner and delegates with the
        /// catalogue permission.
        ///
        /// Creates no item. Emits [`CatalogueChanged`].
        ///
        /// # Errors
        /// [`Error::NotPermitted`], [`Error::RegistryFailed`], [`Error::UnknownItem`],
        /// [`Error::Retired`].
        #[ink(message)]
        #[inline(never)]
        pub fn retire(&mut self, creator: CreatorId, item: ItemId) -> Result<()> {
            self.take_off(creator, item)?;
            end_without_root(())
        }

        /// Brings an item back on sale that was taken off. For the owner and delegates with the
        /// catalogue permission.
        ///
        /// Creates no item. Emits [`CatalogueChanged`].
        ///
        /// # Errors
        /// [`Error::NotPermitted`], [`Error::RegistryFailed`], [`Error::UnknownItem`],
        /// [`Error::OnSale`].
        #[ink(message)]
        #[inline(never)]
        pub fn relist(&mut self, creator: CreatorId, item: ItemId) -> Result<()> {
            self.bring_back(creator, item)?;
            end_without_root(())
        }

        /// Sets the price of a tier for blinded purchases, or ends the tier (`None`). Items say which
        /// tier pays for them. For the owner and delegates with the price permission.
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
            self.price_tier(creator, tier, price)?;
            end_without_root(())
        }

        /// Gives `owner` access to an item for nothing, also while it is off sale: a review copy. It is as
        /// if `owner` had bought the item for 0, and the creator can take it back as a refund. Takes a copy
        /// of a limited edition. For the owner of the creator and delegates with the price permission.
        ///
        /// Creates at most one item, as `buy` does, which the caller pays for; it stays. Emits
        /// [`Payments`], with a purchase for 0. A pause does not stop it.
        ///
        /// # Errors
        /// [`Error::NotPermitted`], [`Error::RegistryFailed`], [`Error::UnknownItem`],
        /// [`Error::SoldOut`]; [`Error::Access`] if the account has the item for ever already.
        #[ink(message)]
        #[inline(never)]
        pub fn give(&mut self, creator: CreatorId, item: ItemId, owner: AccountId) -> Result<()> {
            self.give_away(creator, item, owner)?;
            end_without_root(())
        }

        // ---- For everyone: paying ----

        /// Tips a creator with the attached value.
        ///
        /// The money goes on at once; what cannot is kept, as the crate's documentation says. Creates no
        /// item. Emits [`Payments`].
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
            end_without_root(())
        }

        /// Sends up to 64 tips at once; the attached value must be their exact sum. Tips to the same
        /// creator are cheapest side by side.
        ///
        /// The money goes on at once, as with `tip`. Creates no item. Emits one [`Payments`].
        ///
        /// # Errors
        /// As `tip`, and [`Error::BatchSize`], [`Error::WrongValue`], [`Error::Overflow`]. One bad tip
        /// refuses all.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn tip_many(&mut self, tips: Vec<Tip>) -> Result<()> {
            self.tip_all(tips)?;
            end_without_root(())
        }

        /// Buys what `order` says, for the caller or, as a gift, for `owner`; extends access that is for a
        /// period from its end. It costs the item's price, or as much as the order allows where one pays
        /// what one wants; what the attached value is more comes back at once. A share goes to `referrer`,
        /// if the item grants one.
        ///
        /// A free item is not bought: everybody has access to it as long as it is free and on sale. Where
        /// one pays what one wants, also of a free item, paying keeps the access.
        ///
        /// Takes a copy of a limited edition, unless the purchase extends a pass that the account had
        /// before. Copies do not come back with a refund.
        ///
        /// The money goes on at once, as with `tip`. A share that the chain refuses to move to the
        /// referrer is the creator's.
        ///
        /// Creates at most one item: the first purchase for an account from a creator's page of 128
        /// items. The caller pays for it, also if it is for another; it stays and can't be freed. The first
        /// purchase of an item for a period locks 9 bytes more. Emits [`Payments`].
        ///
        /// # Errors
        /// [`Error::Paused`], [`Error::SelfReferral`], [`Error::UnknownItem`], [`Error::Retired`],
        /// [`Error::PriceAboveMax`]; [`Error::Free`] if there is nothing to pay; [`Error::Revised`] if the
        /// order names another edition than the present one; [`Error::Access`] if the account has the item
        /// for ever already; [`Error::SoldOut`], [`Error::ValueTooLow`].
        #[ink(message, payable)]
        #[inline(never)]
        pub fn buy(
            &mut self,
            order: Order,
            owner: Option<AccountId>,
            referrer: Option<AccountId>,
        ) -> Result<()> {
            self.buy_all(&[order], owner, referrer)?;
            end_without_root(())
        }

        /// Buys up to 64 items at once, all for the same account, each for at most what its order says.
        /// Orders from the same creator are cheapest side by side. Otherwise as `buy`.
        ///
        /// An order is skipped if the account has the item for ever by now, if the item went off sale, is
        /// sold out, free or revised, or if it costs more than the order allows. What was attached for it
        /// comes back. So nobody undoes
        /// a basket by what they do to one item in it. The same item in two orders is bought once, or, for
        /// a period, twice.
        ///
        /// # Errors
        /// [`Error::BatchSize`], and as `buy`; the errors that skip an order only if no order is left, as
        /// the last one's. An order of an item that was never published refuses all.
        /// [`Error::Overflow`].
        #[ink(message, payable)]
        #[inline(never)]
        pub fn buy_many(
            &mut self,
            orders: Vec<Order>,
            owner: Option<AccountId>,
            referrer: Option<AccountId>,
        ) -> Result<()> {
            self.buy_all(&orders, owner, referrer)?;
            end_without_root(())
        }

        /// Buys something of a price tier without telling the chain what: `commitment` is
        /// `farthing_types::commitment::blinded_purchase(storefront, creator, tier, caller, item,
        /// secret)`, which the buyer opens to the creator elsewhere. What the attached value is more
        /// than the tier's price comes back at once.
        ///
        /// The chain does not see the item, and so not whether this tier pays for it: items say which
        /// tier does ([`Listing::tier`]), and whoever delivers has to compare.
        ///
        /// The money goes on at once, as with `tip`. The chain keeps nothing but the event, so that
        /// `has_access` does not know of it and it cannot be refunded here. Creates no item. Emits
        /// [`Payments`].
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
            self.buy_unseen(creator, tier, commitment, max_price)?;
            end_without_root(())
        }

        // ---- For creators: giving back ----

        /// Refunds purchases of `owner` from one page of 128 items: takes the access away that they gave,
        /// and gives what was paid for each to whoever paid it. Only for the creator's owner.
        ///
        /// `history` lists the purchases by or for `owner` in that page that were not refunded, in order,
        /// from any one on, as the [`Payments`] events tell them; `earlier` is the page's running hash
        /// before the first of them (zero if there was none; `farthing_types::commitment` says how it is
        /// made); `which` are the places in `history` of those to be refunded, in rising order.
        /// [`refunded`](crate::access::refunded) tells what becomes of the history. Whatever is bought or given
        /// in between makes `history` stale; add it and try again. It has room for 180 purchases at least:
        /// if there are more behind the one to be refunded, refund from the end.
        ///
        /// Of an item for a period, what was bought later moves up: the account keeps as much time as the
        /// purchases that are left give, counted from when each was bought.
        ///
        /// The money comes out of the creator's books as far as it is there, and else from the value
        /// attached; what is attached beyond that comes back at once. Either way the creator gives back
        /// all that was paid, whatever `payout` did before: the platform keeps its fee, and the referrer
        /// their share, which a purchase's event tells. Look at it before you refund a purchase whose
        /// referrer you do not know.
        ///
        /// Creates no item. Emits [`Released`].
        ///
        /// # Errors
        /// [`Error::NotPermitted`], [`Error::RegistryFailed`], [`Error::Access`], [`Error::Missing`] if
        /// books and attached value are less than what was paid, [`Error::NotOpen`];
        /// [`Error::TransferFailed`] if an account that paid does not exist any more and is due less than
        /// the existential deposit in all: send it something first.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn refund(
            &mut self,
            creator: CreatorId,
            owner: AccountId,
            earlier: Commit,
            history: Vec<Purchase>,
            which: Vec<u32>,
        ) -> Result<()> {
            self.refund_all(creator, owner, earlier, &history, &which)?;
            end_without_root(())
        }

        // ---- For everyone: money out ----

        /// Pays what waits for a creator, along the registry's split: money of creators who share it, and
        /// what the chain refused to move before. Anyone can call it. The fee was taken before.
        ///
        /// A share that the chain refuses to move (less than the existential deposit to an account that
        /// does not exist) stays the recipient's, in the creator's books, until a later payout can send
        /// it, and stops nobody else's. When the split changes, all that is in the books is divided anew.
        /// What rounding keeps from each recipient is remembered to the millionth: many payouts pay
        /// everyone the same as one.
        ///
        /// Creates no item. Emits [`Released`], and [`CatalogueChanged`] if money goes elsewhere than the
        /// contract knew.
        ///
        /// # Errors
        /// [`Error::NotOpen`], [`Error::RegistryFailed`], [`Error::CreatorDeleted`];
        /// [`Error::NothingDue`] if nobody is due a whole unit, [`Error::TransferFailed`] if the chain
        /// refused every share.
        #[ink(message)]
        #[inline(never)]
        pub fn payout(&mut self, creator: CreatorId) -> Result<()> {
            self.pay_out(creator)?;
            end_without_root(())
        }

        /// Pays what waits for a creator whom the registry has deleted, along the last split that the
        /// contract knew: `recipients`, as the registry's events told them. What it keeps of a split is its
        /// hash, which `books` tells. Anyone can call it. Otherwise as `payout`.
        ///
        /// Creates no item. Emits [`Released`].
        ///
        /// # Errors
        /// [`Error::NotOpen`], [`Error::RegistryFailed`]; [`Error::NotDeleted`] if the registry knows the
        /// creator, [`Error::WrongSplit`] for another split; [`Error::NothingDue`] and
        /// [`Error::TransferFailed`] as `payout`.
        #[ink(message)]
        #[inline(never)]
        pub fn payout_deleted(
            &mut self,
            creator: CreatorId,
            recipients: Vec<Recipient<AccountId>>,
        ) -> Result<()> {
            self.pay_out_last(creator, recipients)?;
            end_without_root(())
        }

        /// Asks the registry where a creator's money goes, and takes that over. Anyone can call it.
        ///
        /// Creates no item. Emits [`CatalogueChanged`] if money goes elsewhere from now on.
        ///
        /// # Errors
        /// [`Error::NotOpen`], [`Error::RegistryFailed`], [`Error::CreatorDeleted`].
        #[ink(message)]
        #[inline(never)]
        pub fn refresh(&mut self, creator: CreatorId) -> Result<()> {
            self.read_anew(creator)?;
            end_without_root(())
        }

        /// Sends the treasury the fees that the chain refused to move before. Anyone can call it.
        ///
        /// Creates no item. Emits [`Released`].
        ///
        /// # Errors
        /// [`Error::NothingDue`], [`Error::TransferFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn withdraw_fees(&mut self) -> Result<()> {
            self.send_fees()?;
            end_without_root(())
        }

        // ---- For the guardian ----

        /// Stops tips and purchases for `duration` milliseconds, at most 7 days and no sooner than 7
        /// days after the last pause ended. Stops nothing that lets money out.
        ///
        /// Creates no item. Emits [`PausedUntil`](crate::events::PausedUntil).
        ///
        /// # Errors
        /// [`Error::NotGuardian`], [`Error::BadPause`].
        #[ink(message)]
        #[inline(never)]
        pub fn pause(&mut self, duration: Millis) -> Result<()> {
            self.begin_pause(duration)
        }

        /// Ends a pause at once. Creates no item. Emits [`PausedUntil`](crate::events::PausedUntil).
        ///
        /// # Errors
        /// [`Error::NotGuardian`].
        #[ink(message)]
        #[inline(never)]
        pub fn resume(&mut self) -> Result<()> {
            self.end_pause()
        }

        // ---- Reading ----

        /// Returns the terms that were fixed at deployment, and what changes.
        #[ink(message)]
        #[inline(never)]
        pub fn overview(&self) -> Overview {
            self.told()
        }

        /// Returns what the contract owes in all, and what it holds to pay it from (its existential
        /// deposit not counted). The first is never more than the second.
        ///
        /// Adds up the books of all creators, so that no payment has to keep a total. Where there are
        /// more creators than one call can read (tens of thousands), add up `owed_to_creators` and
        /// what `overview` says is due to the treasury. Traps if the registry does not answer.
        #[ink(message)]
        #[inline(never)]
        pub fn solvency(&self) -> (Balance, Balance) {
            self.owed_and_held()
        }

        /// Returns what is owed to `count` creators from number `first` on.
        #[ink(message)]
        #[inline(never)]
        pub fn owed_to_creators(&self, first: CreatorId, count: u32) -> Balance {
            self.owed_to(first, count)
        }

        /// Returns a creator's books, and where money goes; `None` if there is no storefront.
        #[ink(message)]
        #[inline(never)]
        pub fn books(&self, creator: CreatorId) -> Option<Books> {
            self.books.get(creator)
        }

        /// Returns an item, as it is offered now.
        #[ink(message)]
        #[inline(never)]
        pub fn item(&self, creator: CreatorId, item: ItemId) -> Option<Item> {
            self.items.get((creator, item))
        }

        /// Returns a creator's items from number `first` on, as they are offered now: `count` of them, at
        /// most 50, and fewer at the end. [`Books::items`] tells how many there are.
        #[ink(message)]
        #[inline(never)]
        pub fn items(&self, creator: CreatorId, first: ItemId, count: u32) -> Vec<Item> {
            self.items_from(creator, first, count)
        }

        /// Returns the price of a tier for blinded purchases; `None` if there is no such tier.
        #[ink(message)]
        #[inline(never)]
        pub fn tier(&self, creator: CreatorId, tier: u8) -> Option<Balance> {
            self.tier_price(creator, tier)
        }

        /// Returns the price tiers of a creator for blinded purchases, each with its price.
        #[ink(message)]
        #[inline(never)]
        pub fn tiers(&self, creator: CreatorId) -> Vec<(u8, Balance)> {
            self.all_tiers(creator)
        }

        /// Returns whether `account` has access to an item now: it was bought or given to the account, or
        /// it is free and on sale. Reads one storage item for who has bought it, and two for others.
        #[ink(message)]
        #[inline(never)]
        pub fn has_access(&self, creator: CreatorId, item: ItemId, account: AccountId) -> bool {
            self.can_open(creator, item, account)
        }

        /// Returns all that `account` has of one page of a creator's items: items 0 to 127 are page 0.
        /// Free items are in it only if they were bought or given.
        #[ink(message)]
        #[inline(never)]
        pub fn page(&self, creator: CreatorId, account: AccountId, number: u32) -> Page {
            self.one_page(creator, account, number)
        }

        /// Returns all that `account` has of each of these pages, of whichever creators: of the first 12
        /// of them. A page is a creator and a number, as for `page`.
        #[ink(message)]
        #[inline(never)]
        pub fn owned(&self, account: AccountId, pages: Vec<(CreatorId, u32)>) -> Vec<Page> {
            self.pages_of(account, pages)
        }
    }

    impl PayoutListener for Storefront {
        /// Takes over where a creator's money goes from now on. For the registry only, which calls it in
        /// the message that changes a split or an owner. A creator without a storefront here is of no
        /// concern.
        ///
        /// Creates no item. Emits [`CatalogueChanged`] if money goes elsewhere from now on.
        ///
        /// # Errors
        /// [`ListenerError::NotRegistry`].
        #[ink(message)]
        #[inline(never)]
        fn payout_changed(
            &mut self,
            creator: CreatorId,
            payout: PayoutSplit,
        ) -> core::result::Result<(), ListenerError> {
            self.hear(creator, &payout)
        }
    }
}
