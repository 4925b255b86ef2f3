//! Money in, and straight on.

use super::till::Till;
use crate::{
    access::{self, Page, Purchase, Term},
    catalogue::Offer,
    checks::{check_batch, check_tip},
    error::{Error, Result},
    events::{Kept, Order, Payment, Payments, Tip},
    latest::Latest,
    price::Parts,
    storefront::Storefront,
};
use farthing_shared::try_send;
use farthing_types::{commitment::receipt_preimage, Balance, CreatorId, Hash, ItemId, Millis};
use ink::{
    codegen::StaticEnv,
    env::hash::Blake2x256,
    prelude::{vec, vec::Vec},
    primitives::AccountId,
};
use registry::creator::Permission;

type Pages = Latest<(CreatorId, AccountId, u32), Page>;

/// An order that was filled.
struct Sale {
    creator: CreatorId,
    item: ItemId,
    paid: Balance,
    parts: Parts,
    term: Option<Term>,
}

/// For whom a basket is bought, and when.
struct Buyer {
    payer: AccountId,
    owner: AccountId,
    now: Millis,
    referred: bool,
}

impl Storefront {
    /// A batch of one, by a shorter way: code that a call enters is paid for.
    #[inline(never)]
    pub(crate) fn tip_one(&mut self, tip: Tip) -> Result<()> {
        self.check_open_for_payments()?;
        check_tip(&tip)?;
        let kept = self.pay_one(tip.creator, self.parts(tip.amount, 0)?)?;
        self.received(None, vec![Payment::Tip(tip)], kept);
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn tip_all(&mut self, tips: Vec<Tip>) -> Result<()> {
        self.check_open_for_payments()?;
        check_batch(tips.len())?;
        let mut total: Balance = 0;
        for tip in &tips {
            check_tip(tip)?;
            total = total.checked_add(tip.amount).ok_or(Error::Overflow)?;
        }
        if total != Self::env().transferred_value() {
            return Err(Error::WrongValue(total));
        }
        let mut till = Till::default();
        for tip in &tips {
            till.take(self, tip.creator, self.parts(tip.amount, 0)?)?;
        }
        let kept = till.close(self)?;
        self.received(None, tips.into_iter().map(Payment::Tip).collect(), kept);
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn buy_all(
        &mut self,
        orders: &[Order],
        owner: Option<AccountId>,
        referrer: Option<AccountId>,
    ) -> Result<()> {
        let now = self.check_open_for_payments()?;
        check_batch(orders.len())?;
        let payer = Self::env().caller();
        let buyer = Buyer {
            payer,
            owner: owner.unwrap_or(payer),
            now,
            referred: referrer.is_some(),
        };
        if referrer.is_some_and(|who| who == buyer.payer || who == buyer.owner) {
            return Err(Error::SelfReferral);
        }
        let mut sales = self.fill(orders, &buyer)?;
        let mut total: Balance = 0;
        for sale in &sales {
            total = total.checked_add(sale.paid).ok_or(Error::Overflow)?;
        }
        self.take_price(total)?;
        if let Some(referrer) = referrer {
            self.pay_referrer(referrer, &mut sales);
        }
        let kept = match &sales[..] {
            // By a shorter way: code that a call enters is paid for.
            [one] => self.pay_one(one.creator, one.parts)?,
            many => self.pay_many(many)?,
        };
        let payments = sales.into_iter().map(|sale| sale.told(buyer.owner));
        self.received(referrer, payments.collect(), kept);
        Ok(())
    }

    /// Gives access to all that can be bought. Skips what was given to the buyer in the meantime, went off
    /// sale, is sold out, free or revised, or costs more than its order allows: whoever does that to one
    /// item must not undo the purchase of the others. Fails if nothing is left.
    fn fill(&mut self, orders: &[Order], buyer: &Buyer) -> Result<Vec<Sale>> {
        let mut pages = Pages::default();
        let mut sales = Vec::with_capacity(orders.len());
        let mut why = Error::BatchSize;
        for order in orders {
            match self.fill_one(order, buyer, &mut pages) {
                Ok(sale) => sales.push(sale),
                Err(error @ (Error::UnknownItem | Error::Overflow)) => return Err(error),
                Err(skipped) => why = skipped,
            }
        }
        if sales.is_empty() {
            return Err(why);
        }
        pages.write(&mut self.pages);
        Ok(sales)
    }

    fn fill_one(&mut self, order: &Order, buyer: &Buyer, pages: &mut Pages) -> Result<Sale> {
        let (creator, item) = (order.creator, order.item);
        let offer = self.offer(creator, item).ok_or(Error::UnknownItem)?;
        let paid = offer.charge(order)?;
        let term = self.grant((creator, item), &offer, paid, buyer, pages)?;
        let referral = match buyer.referred {
            true => offer.listing.referral,
            false => 0,
        };
        let parts = self.parts(paid, referral)?;
        Ok(Sale {
            creator,
            item,
            paid,
            parts,
            term,
        })
    }

    /// Gives access to an item, and returns for which time.
    fn grant(
        &mut self,
        (creator, item): (CreatorId, ItemId),
        offer: &Offer,
        paid: Balance,
        buyer: &Buyer,
        pages: &mut Pages,
    ) -> Result<Option<Term>> {
        let (number, slot) = access::place(item);
        let key = (creator, buyer.owner, number);
        let page = pages
            .at(&mut self.pages, key, || Some(Page::default()))
            .ok_or(Error::UnknownItem)?;
        let term = page
            .term(slot, buyer.now, offer.listing.period)
            .map_err(Error::Access)?;
        // Who had a pass before extends it, and needs no other copy.
        if offer.left.is_some() && (term.is_none() || page.until(slot).is_none()) {
            self.take_copy(creator, item)?;
        }
        let payer = buyer.payer;
        let purchase = Purchase {
            item,
            payer,
            paid,
            term,
        };
        page.give(&purchase, append);
        pages.changed();
        Ok(term)
    }

    #[cold]
    #[inline(never)]
    fn take_copy(&mut self, creator: CreatorId, item: ItemId) -> Result<()> {
        let mut record = self.known_item(creator, item)?;
        let left = record.left.and_then(|left| left.checked_sub(1));
        record.left = Some(left.ok_or(Error::SoldOut)?);
        self.keep_item(creator, item, &record);
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn give_away(
        &mut self,
        creator: CreatorId,
        item: ItemId,
        owner: AccountId,
    ) -> Result<()> {
        self.check_permission(creator, Permission::Price)?;
        let offer = self.offer(creator, item).ok_or(Error::UnknownItem)?;
        let buyer = Buyer {
            payer: Self::env().caller(),
            owner,
            now: Self::env().block_timestamp(),
            referred: false,
        };
        let mut pages = Pages::default();
        let term = self.grant((creator, item), &offer, 0, &buyer, &mut pages)?;
        pages.write(&mut self.pages);
        let payment = Payment::Purchase {
            creator,
            item,
            owner,
            paid: 0,
            term,
            referral: 0,
        };
        self.received(None, vec![payment], Vec::new());
        Ok(())
    }

    #[inline(never)]
    fn pay_many(&mut self, sales: &[Sale]) -> Result<Vec<Kept>> {
        let mut till = Till::default();
        for sale in sales {
            till.take(self, sale.creator, sale.parts)?;
        }
        till.close(self)
    }

    /// Sends a referrer their shares. What the chain refuses to move to them is the creators'.
    #[inline(never)]
    fn pay_referrer(&self, referrer: AccountId, sales: &mut [Sale]) {
        let shares = sales
            .iter()
            .fold(0, |sum: Balance, sale| sum.saturating_add(sale.parts.share));
        // Sent to this contract itself, it would be nobody's.
        let sent = referrer != Self::env().account_id() && try_send(referrer, shares);
        if !sent {
            for sale in sales {
                sale.parts = sale.parts.without_referrer();
            }
        }
    }

    #[inline(never)]
    pub(crate) fn buy_unseen(
        &mut self,
        creator: CreatorId,
        tier: u8,
        commitment: Hash,
        max_price: Balance,
    ) -> Result<()> {
        self.check_open_for_payments()?;
        let paid = self.tier_price(creator, tier).ok_or(Error::UnknownTier)?;
        if paid > max_price {
            return Err(Error::PriceAboveMax(paid));
        }
        self.take_price(paid)?;
        let kept = self.pay_one(creator, self.parts(paid, 0)?)?;
        let payment = Payment::Blinded {
            creator,
            tier,
            paid,
            commitment,
        };
        self.received(None, vec![payment], kept);
        Ok(())
    }

    fn parts(&self, paid: Balance, referral: u16) -> Result<Parts> {
        Parts::of(paid, self.fee, referral).ok_or(Error::Overflow)
    }

    fn received(&self, referrer: Option<AccountId>, payments: Vec<Payment>, kept: Vec<Kept>) {
        let payer = Self::env().caller();
        Self::env().emit_event(Payments {
            payer,
            referrer,
            payments,
            kept,
        });
    }
}

impl Sale {
    fn told(self, owner: AccountId) -> Payment {
        Payment::Purchase {
            creator: self.creator,
            item: self.item,
            owner,
            paid: self.paid,
            term: self.term,
            referral: self.parts.share,
        }
    }
}

/// The running hash of a page's purchases with one more.
pub(crate) fn append(so_far: &Hash, one: &Purchase) -> Hash {
    let term = one.term.map(|term| (term.at, term.from, term.period));
    let preimage = receipt_preimage(so_far, one.item, &one.payer, one.paid, term);
    Storefront::env().hash_bytes::<Blake2x256>(&preimage)
}
