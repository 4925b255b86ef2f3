//! What an account bought, and whom it tipped.

use super::{Own, When};
use crate::{history::Event, ops::refund::places, Account, Block, Client, Error};
use farthing_contracts::storefront::{
    access::{place, refunded, Page, Purchase, Term},
    events::{CatalogueChanged, Change, Payment, Payments, Release, Released},
    StorefrontRef, MAX_PAGES,
};
use farthing_contracts::Contract;
use farthing_types::{Balance, CreatorId, Hash, ItemId, Millis};
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use std::collections::{BTreeMap, BTreeSet};

/// A purchase of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bought {
    /// When it was made.
    pub when: When,
    /// The creator who sold it.
    pub creator: CreatorId,
    /// The item's number.
    pub item: ItemId,
    /// The item's title, as of its latest edition.
    pub title: String,
    /// The account that paid.
    pub payer: Account,
    /// The account that has access by it.
    pub owner: Account,
    /// What was paid, in the smallest unit; 0 if the creator gave it away.
    pub paid: Balance,
    /// The time for which it gives access, after refunds of other purchases; `None` if it is for ever.
    pub term: Option<Term>,
    /// When the payer got the money back, if ever.
    pub refunded: Option<When>,
    /// Whether the owner has access to the item at this time.
    pub access: Access,
}

/// Whether somebody has access to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Access without an end.
    ForEver,
    /// Access until this time, which has not come yet.
    Until(Millis),
    /// No access, or not any more.
    No,
}

/// A blinded purchase. Only the buyer's secret tells what was bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenPurchase {
    /// When it was made.
    pub when: When,
    /// The creator who sold it.
    pub creator: CreatorId,
    /// The number of the price tier.
    pub tier: u8,
    /// What was paid, in the smallest unit.
    pub paid: Balance,
    /// The commitment that hides the item and the secret.
    pub commitment: Hash,
}

/// A tip to a creator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
    /// When it was given.
    pub when: When,
    /// The creator who was tipped.
    pub creator: CreatorId,
    /// The amount, in the smallest unit.
    pub amount: Balance,
    /// The bytes that came with it, which need not be text.
    pub memo: Vec<u8>,
}

/// Creator, owner and number of a page.
type Key = (CreatorId, AccountId, u32);

/// Collects the purchases of an account, event by event.
pub struct Purchases {
    account: Account,
    bought: Vec<Bought>,
    hidden: Vec<HiddenPurchase>,
    tips: Vec<Tip>,
    /// All purchases in the pages in which the account bought something, whoever paid. They matter because
    /// refunds move the terms of other purchases. Each has its place among the account's purchases, if it is
    /// one of them.
    pages: BTreeMap<Key, Vec<(Purchase, Option<usize>)>>,
    titles: BTreeMap<(CreatorId, ItemId), String>,
}

/// The parts of the history that matter. All of it would be too much to hold.
#[derive(Default)]
pub struct Interest {
    pages: BTreeSet<Key>,
    items: BTreeSet<(CreatorId, ItemId)>,
}

impl Interest {
    /// Notes what an account bought, and where.
    pub fn see(&mut self, account: Account, event: &Event) {
        let shop = event.contract == Contract::Storefront;
        let payments = shop.then(|| event.emitted.decode::<Payments>()).flatten();
        let Some(payments) = payments else {
            return;
        };
        for payment in payments.payments {
            let Payment::Purchase {
                creator,
                item,
                owner,
                ..
            } = payment
            else {
                continue;
            };
            if [owner, payments.payer].contains(&account.id()) {
                self.pages.insert(key(creator, owner, item));
                self.items.insert((creator, item));
            }
        }
    }
}

impl Purchases {
    pub fn new(account: Account, interest: Interest) -> Self {
        let pages = interest.pages.into_iter();
        let items = interest.items.into_iter();
        Self {
            account,
            bought: Vec::new(),
            hidden: Vec::new(),
            tips: Vec::new(),
            pages: pages.map(|page| (page, Vec::new())).collect(),
            titles: items.map(|item| (item, String::new())).collect(),
        }
    }

    pub fn see(&mut self, event: &Event) -> Result<(), Error> {
        if event.contract != Contract::Storefront {
            return Ok(());
        }
        let emitted = &event.emitted;
        if let Some(payments) = emitted.decode::<Payments>() {
            for payment in payments.payments {
                self.pay(event, payments.payer, payment);
            }
        } else if let Some(released) = emitted.decode::<Released>() {
            if let Release::Refund {
                creator,
                owner,
                purchases,
                ..
            } = released.release
            {
                return self.refund(event, creator, owner, &purchases);
            }
        } else if let Some(changed) = emitted.decode::<CatalogueChanged>() {
            if let Change::Published { item, content, .. } | Change::Revised { item, content, .. } =
                changed.change
            {
                if let Some(title) = self.titles.get_mut(&(changed.creator, item)) {
                    *title = content.title;
                }
            }
        }
        Ok(())
    }

    fn pay(&mut self, event: &Event, payer: AccountId, payment: Payment) {
        let (when, is_own) = (When::of(event), payer == self.account.id());
        match payment {
            Payment::Tip(tip) if is_own => self.tips.push(Tip {
                when,
                creator: tip.creator,
                amount: tip.amount,
                memo: tip.memo,
            }),
            Payment::Blinded {
                creator,
                tier,
                paid,
                commitment,
            } if is_own => self.hidden.push(HiddenPurchase {
                when,
                creator,
                tier,
                paid,
                commitment,
            }),
            Payment::Purchase {
                creator,
                item,
                owner,
                paid,
                term,
                ..
            } => {
                let mine = is_own || owner == self.account.id();
                let place = mine.then_some(self.bought.len());
                if mine {
                    self.bought.push(Bought {
                        when,
                        creator,
                        item,
                        title: String::new(),
                        payer: payer.into(),
                        owner: owner.into(),
                        paid,
                        term,
                        refunded: None,
                        access: Access::No,
                    });
                }
                let purchase = Purchase {
                    item,
                    payer,
                    paid,
                    term,
                };
                if let Some(page) = self.pages.get_mut(&key(creator, owner, item)) {
                    page.push((purchase, place));
                }
            }
            _ => {}
        }
    }

    fn refund(
        &mut self,
        event: &Event,
        creator: CreatorId,
        owner: AccountId,
        gone: &[Purchase],
    ) -> Result<(), Error> {
        let page = gone.first().map(|one| key(creator, owner, one.item));
        let Some(page) = page.and_then(|page| self.pages.get_mut(&page)) else {
            return Ok(());
        };
        let purchases: Vec<_> = page.iter().map(|(purchase, _)| purchase.clone()).collect();
        let which = places(&purchases, gone);
        let left = refunded(&purchases, &which)
            .map_err(|_| Error::node("it tells of a refund of what was not bought"))?;
        let mut rest = left.rest.into_iter();
        let mut kept = Vec::new();
        for (number, (_, place)) in (0..).zip(page.iter()) {
            let own = place.and_then(|place| self.bought.get_mut(place));
            if which.contains(&number) {
                if let Some(own) = own {
                    own.refunded = Some(When::of(event));
                }
            } else if let Some(purchase) = rest.next() {
                if let Some(own) = own {
                    own.term = purchase.term;
                }
                kept.push((purchase, *place));
            }
        }
        *page = kept;
        Ok(())
    }

    /// Adds titles, and who has access in a block.
    pub async fn finish(
        mut self,
        client: &Client,
        block: Block,
        own: &mut Own,
    ) -> Result<(), Error> {
        let now = client.chain.time(block.hash).await?;
        let pages = self.pages_in(client, block).await?;
        for one in &mut self.bought {
            let title = self.titles.get(&(one.creator, one.item));
            one.title = title.cloned().unwrap_or_default();
            let page = pages.get(&key(one.creator, one.owner.id(), one.item));
            one.access = page.map_or(Access::No, |page| access(page, one.item, now));
        }
        own.purchases = self.bought;
        own.hidden = self.hidden;
        own.tips = self.tips;
        Ok(())
    }

    /// Returns the pages that the account's purchases are in, as of a block.
    async fn pages_in(&self, client: &Client, block: Block) -> Result<BTreeMap<Key, Page>, Error> {
        let shop: StorefrontRef = client.contract()?;
        let mut wanted = BTreeMap::<AccountId, Vec<(CreatorId, u32)>>::new();
        for one in &self.bought {
            let pages = wanted.entry(one.owner.id()).or_default();
            let page = (one.creator, place(one.item).0);
            if !pages.contains(&page) {
                pages.push(page);
            }
        }
        let questions = wanted.iter();
        let questions: Vec<_> = questions
            .flat_map(|(owner, pages)| pages.chunks(MAX_PAGES).map(|pages| (*owner, pages)))
            .collect();
        let messages = questions
            .iter()
            .map(|(owner, pages)| shop.call().owned(*owner, pages.to_vec()));
        let answers = client.read_all_at(block, messages).await?;
        let mut found = BTreeMap::new();
        for ((owner, pages), answer) in questions.into_iter().zip(answers) {
            let keys = pages.iter().map(|(creator, page)| (*creator, owner, *page));
            found.extend(keys.zip(answer));
        }
        Ok(found)
    }
}

fn key(creator: CreatorId, owner: AccountId, item: ItemId) -> Key {
    (creator, owner, place(item).0)
}

/// Returns the access to an item that a page tells of, at a time.
fn access(page: &Page, item: ItemId, now: Millis) -> Access {
    let slot = place(item).1;
    if (page.owned >> slot) & 1 == 1 {
        return Access::ForEver;
    }
    let pass = page.passes.iter().find(|pass| pass.slot == slot);
    match pass {
        Some(pass) if pass.until > now => Access::Until(pass.until),
        _ => Access::No,
    }
}
