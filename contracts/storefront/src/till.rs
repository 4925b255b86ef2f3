//! Behind the messages: money in, money out.

use crate::{
    access::{self, Page, Purchase},
    error::{Error, Result},
    events::{CatalogueChanged, Change, Order, Payment, Payments, Release, Released, Share, Tip},
    latest::Latest,
    storefront::Storefront,
};
use farthing_types::{commitment::receipt_preimage, money::basis_points, Balance, CreatorId, Hash};
use ink::{
    codegen::StaticEnv,
    env::{hash::Blake2x256, ReturnFlags},
    prelude::{vec, vec::Vec},
    primitives::AccountId,
    MessageResult,
};

/// Most bytes of a tip's memo.
pub const MAX_MEMO: usize = 140;
/// Most payments in one batch.
pub const MAX_BATCH: usize = 64;

impl Storefront {
    // ---- Money in ----

    /// A batch of one, by a shorter way: code that a call enters is paid for.
    pub(crate) fn tip_one(&mut self, tip: Tip) -> Result<()> {
        self.check_open_for_payments()?;
        check_tip(&tip)?;
        let mut shop = self.shops.get(tip.creator).ok_or(Error::NotOpen)?;
        shop.credit(tip.amount).ok_or(Error::Overflow)?;
        self.shops.insert(tip.creator, &shop);
        self.received(None, vec![Payment::Tip(tip)]);
        Ok(())
    }

    pub(crate) fn tip_all(&mut self, tips: Vec<Tip>) -> Result<()> {
        self.check_open_for_payments()?;
        check_batch(tips.len())?;
        let mut shops = Latest::default();
        let mut total: Balance = 0;
        for tip in &tips {
            check_tip(tip)?;
            total = total.checked_add(tip.amount).ok_or(Error::Overflow)?;
            shops
                .at(&mut self.shops, tip.creator, || None)
                .ok_or(Error::NotOpen)?
                .credit(tip.amount)
                .ok_or(Error::Overflow)?;
        }
        if total != Self::env().transferred_value() {
            return Err(Error::WrongValue(total));
        }
        shops.store(&mut self.shops);
        self.received(None, tips.into_iter().map(Payment::Tip).collect());
        Ok(())
    }

    pub(crate) fn buy_all(
        &mut self,
        orders: Vec<Order>,
        owner: Option<AccountId>,
        max_total: Balance,
        referrer: Option<AccountId>,
    ) -> Result<()> {
        let now = self.check_open_for_payments()?;
        check_batch(orders.len())?;
        let payer = Self::env().caller();
        let owner = owner.unwrap_or(payer);
        let mut shops = Latest::default();
        let mut pages = Latest::default();
        let mut payments = Vec::with_capacity(orders.len());
        let (mut total, mut referred): (Balance, Balance) = (0, 0);
        for Order { creator, item } in orders {
            let listing = self.item_on_sale(creator, item)?.listing;
            let paid = listing.price;
            let referral = match referrer {
                Some(_) => listing.referral_share(),
                None => 0,
            };
            total = total.checked_add(paid).ok_or(Error::Overflow)?;
            // At most `total`, as each share is at most its price.
            referred = referred.saturating_add(referral);
            shops
                .at(&mut self.shops, creator, || None)
                .ok_or(Error::NotOpen)?
                .credit(paid.saturating_sub(referral))
                .ok_or(Error::Overflow)?;

            let (number, slot) = access::place(item);
            let page = pages
                .at(&mut self.pages, (creator, owner, number), || {
                    Some(Page::default())
                })
                .ok_or(Error::UnknownItem)?;
            let until = match listing.period {
                Some(period) => Some(
                    page.extend(slot, now, period, payer, paid)
                        .map_err(Error::Access)?,
                ),
                None => {
                    let purchase = Purchase { item, payer, paid };
                    let receipts = self.append(&page.receipts, &purchase);
                    page.own(slot, receipts).map_err(Error::Access)?;
                    None
                }
            };
            payments.push(Payment::Purchase {
                creator,
                item,
                owner,
                paid,
                until,
                referral,
            });
        }
        shops.store(&mut self.shops);
        pages.store(&mut self.pages);
        self.take_price(total, max_total)?;
        if let Some(referrer) = referrer {
            self.credit_referrer(payer, referrer, referred)?;
        }
        self.received(referrer, payments);
        Ok(())
    }

    /// Checks that the caller attached at least `price` and agreed to it, and gives back the rest.
    pub(crate) fn take_price(&mut self, price: Balance, max: Balance) -> Result<()> {
        if price > max {
            return Err(Error::PriceAboveMax(price));
        }
        let attached = Self::env().transferred_value();
        let change = attached
            .checked_sub(price)
            .ok_or(Error::ValueTooLow(price))?;
        if change != 0 {
            Self::env()
                .transfer(Self::env().caller(), change)
                .map_err(|_| Error::TransferFailed)?;
        }
        Ok(())
    }

    fn credit_referrer(
        &mut self,
        payer: AccountId,
        referrer: AccountId,
        amount: Balance,
    ) -> Result<()> {
        if referrer == payer {
            return Err(Error::SelfReferral);
        }
        let mut row = self
            .rows
            .get(referrer)
            .filter(|row| row.enrolled)
            .ok_or(Error::ReferrerNotEnrolled)?;
        // The fee on the share is due now. Were it not, a creator could refer their own buyers, for all
        // of the price, and pay no fee at all.
        let fee = basis_points(amount, self.fee).unwrap_or(0);
        let share = amount.saturating_sub(fee);
        row.credit(share).ok_or(Error::Overflow)?;
        self.rows.insert(referrer, &row);
        self.kept = self.kept.checked_add(share).ok_or(Error::Overflow)?;
        self.fees = self.fees.checked_add(fee).ok_or(Error::Overflow)?;
        Ok(())
    }

    /// Tells the world what came in.
    pub(crate) fn received(&self, referrer: Option<AccountId>, payments: Vec<Payment>) {
        let payer = Self::env().caller();
        Self::env().emit_event(Payments {
            payer,
            referrer,
            payments,
        });
    }

    /// The running hash of a page's purchases with one more.
    pub(crate) fn append(&self, so_far: &Hash, purchase: &Purchase) -> Hash {
        let Purchase { item, payer, paid } = purchase;
        Self::env().hash_bytes::<Blake2x256>(&receipt_preimage(so_far, *item, payer, *paid))
    }

    // ---- Money out ----

    /// Sends `amount` that was owed to `account`.
    pub(crate) fn send(&mut self, account: AccountId, amount: Balance) -> Result<()> {
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        Self::env()
            .transfer(account, amount)
            .map_err(|_| Error::TransferFailed)
    }

    /// Sends `amount` that was owed to `account`, or keeps it there for `withdraw` if the chain
    /// refuses.
    pub(crate) fn send_or_keep(&mut self, account: AccountId, amount: Balance) -> Result<Share> {
        let sent = amount == 0 || Self::env().transfer(account, amount).is_ok();
        if !sent {
            let mut row = self.rows.get(account).unwrap_or_default();
            row.credit(amount).ok_or(Error::Overflow)?;
            self.rows.insert(account, &row);
            self.kept = self.kept.checked_add(amount).ok_or(Error::Overflow)?;
        }
        Ok(Share {
            account,
            amount,
            sent,
        })
    }

    // ---- Events ----

    pub(crate) fn tell(&self, creator: CreatorId, change: Change) {
        Self::env().emit_event(CatalogueChanged { creator, change });
    }

    pub(crate) fn released(&self, release: Release) {
        Self::env().emit_event(Released { release });
    }
}

/// Ends a message well that changed nothing in the contract's root item.
///
/// ink! writes the root item back after every message that could change it, which costs more than half
/// a transfer. Payments only change other items, and end here before that happens.
pub(crate) fn end_without_root() -> ! {
    let answer: MessageResult<Result<()>> = Ok(Ok(()));
    ink::env::return_value(ReturnFlags::empty(), &answer)
}

fn check_tip(tip: &Tip) -> Result<()> {
    if tip.amount == 0 {
        return Err(Error::ZeroTip);
    }
    if tip.memo.len() > MAX_MEMO {
        return Err(Error::MemoTooLong);
    }
    Ok(())
}

fn check_batch(size: usize) -> Result<()> {
    if size == 0 || size > MAX_BATCH {
        return Err(Error::BatchSize);
    }
    Ok(())
}
