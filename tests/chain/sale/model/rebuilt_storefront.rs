//! The storefront contract as its events alone tell of it.

use crate::sale::world::running_hash;
use farthing_chain::{AsInk, ContractEvent, Receipt};
use farthing_contracts::storefront::{
    access::{place, refunded, Page, Pass, Purchase},
    books::Books,
    catalogue::Item,
    events::{
        CatalogueChanged, Change, Deployed, Kept, PausedUntil, Payment, Payments, Release,
        Released, Share,
    },
    storefront::Overview,
};
use farthing_types::split::PARTS;
use ink::primitives::AccountId;
use std::collections::BTreeMap;

/// Everything that the contract holds.
pub struct Rebuilt {
    contract: AccountId,
    terms: Deployed,
    paused_until: u64,
    fees: u128,
    books: BTreeMap<u32, Books>,
    items: BTreeMap<(u32, u32), Item>,
    tiers: BTreeMap<(u32, u8), u128>,
    pages: BTreeMap<(u32, AccountId, u32), Shelf>,
}

/// A page of an account, with the purchases that stand.
#[derive(Default)]
struct Shelf {
    page: Page,
    history: Vec<Purchase>,
}

impl Rebuilt {
    pub fn new(deployment: &Receipt) -> Self {
        let [event] = &deployment.events[..] else {
            panic!("a deployment tells its terms, once");
        };
        Self {
            contract: event.contract.ink(),
            terms: event.decode().expect("the terms"),
            paused_until: 0,
            fees: 0,
            books: BTreeMap::new(),
            items: BTreeMap::new(),
            tiers: BTreeMap::new(),
            pages: BTreeMap::new(),
        }
    }

    pub fn follow(&mut self, receipt: &Receipt) {
        let contract = self.contract;
        let own = |event: &&ContractEvent| event.contract.ink() == contract;
        for event in receipt.events.iter().filter(own) {
            if let Some(CatalogueChanged { creator, change }) = event.decode() {
                self.change(creator, change);
            } else if let Some(Released { release }) = event.decode() {
                self.release(release);
            } else if let Some(PausedUntil { until }) = event.decode() {
                self.paused_until = until;
            } else {
                self.pay(event.decode().expect("there are no other events"));
            }
        }
    }

    fn change(&mut self, creator: u32, change: Change) {
        match change {
            Change::Opened => {
                let none = self.books.insert(creator, Books::default());
                assert_eq!(none, None);
            }
            Change::Published {
                item,
                listing,
                content,
            } => {
                let books = self.of(creator);
                assert_eq!(books.items, item);
                books.items += 1;
                let record = Item {
                    left: listing.copies,
                    listing,
                    retired: false,
                    edition: 1,
                    content,
                };
                self.items.insert((creator, item), record);
            }
            Change::Revised {
                item,
                edition,
                content,
            } => {
                let record = self.item_of(creator, item);
                record.edition = edition;
                record.content = content;
            }
            Change::Repriced { item, price } => self.item_of(creator, item).listing.price = price,
            Change::Tiered { item, tier } => self.item_of(creator, item).listing.tier = tier,
            Change::Retired { item } => self.item_of(creator, item).retired = true,
            Change::Relisted { item } => self.item_of(creator, item).retired = false,
            Change::TierSet { tier, price } => match price {
                Some(price) => drop(self.tiers.insert((creator, tier), price)),
                None => drop(self.tiers.remove(&(creator, tier)).expect("it was set")),
            },
            Change::Payee { payee, version } => {
                let books = self.of(creator);
                if books.version != version {
                    books.shares = Default::default();
                }
                books.payee = payee;
                books.version = version;
            }
        }
    }

    fn pay(&mut self, event: Payments) {
        for payment in event.payments {
            if let Payment::Purchase {
                creator,
                item,
                owner,
                paid,
                term,
                ..
            } = payment
            {
                let purchase = Purchase {
                    item,
                    payer: event.payer,
                    paid,
                    term,
                };
                self.give(creator, owner, purchase);
            }
        }
        for kept in event.kept {
            match kept {
                Kept::Fee { amount } => self.fees += amount,
                Kept::Creator { creator, amount } => self.of(creator).balance += amount,
            }
        }
    }

    fn give(&mut self, creator: u32, owner: AccountId, one: Purchase) {
        let (number, slot) = place(one.item);
        let shelf = self.pages.entry((creator, owner, number)).or_default();
        let had = shelf.page.until(slot).is_some();
        match one.term {
            None => shelf.page.owned |= 1 << slot,
            Some(term) => shelf.set_end(slot, term.until()),
        }
        let record = self.items.get_mut(&(creator, one.item));
        let record = record.expect("it was published");
        if let (Some(left), false) = (&mut record.left, had) {
            *left -= 1;
        }
        shelf.history.push(one);
        shelf.page.receipts = running_hash(&shelf.history);
    }

    fn release(&mut self, release: Release) {
        match release {
            Release::Payout { creator, shares } => self.of(creator).paid(&shares),
            Release::Refund {
                creator,
                owner,
                purchases,
                added,
            } => {
                let sum: u128 = purchases.iter().map(|one| one.paid).sum();
                self.of(creator).balance -= sum - added;
                let number = place(purchases[0].item).0;
                let shelf = self.pages.get_mut(&(creator, owner, number));
                shelf.expect("it was bought").take_back(&purchases);
            }
            Release::Fees { amount } => {
                assert_eq!(amount, self.fees);
                self.fees = 0;
            }
        }
    }

    fn of(&mut self, creator: u32) -> &mut Books {
        self.books.get_mut(&creator).expect("it was opened")
    }

    fn item_of(&mut self, creator: u32, item: u32) -> &mut Item {
        let record = self.items.get_mut(&(creator, item));
        record.expect("it was published")
    }

    // ---- What it comes to ----

    pub fn overview(&self, now: u64) -> Overview {
        Overview {
            registry: self.terms.registry,
            fee: self.terms.fee,
            treasury: self.terms.treasury,
            guardian: self.terms.guardian,
            paused_until: Some(self.paused_until).filter(|until| now < *until),
            fees_due: self.fees,
        }
    }

    pub fn books(&self, creator: u32) -> Option<Books> {
        self.books.get(&creator).cloned()
    }

    pub fn items(&self, creator: u32) -> Vec<Item> {
        let items = self.items.range((creator, 0)..=(creator, u32::MAX));
        items.map(|(_, item)| item.clone()).collect()
    }

    pub fn tiers(&self, creator: u32) -> Vec<(u8, u128)> {
        let tiers = self.tiers.range((creator, 0)..=(creator, u8::MAX));
        tiers.map(|((_, tier), price)| (*tier, *price)).collect()
    }

    pub fn page(&self, creator: u32, owner: AccountId, number: u32) -> Page {
        let shelf = self.pages.get(&(creator, owner, number));
        shelf.map_or_else(Page::default, |shelf| shelf.page.clone())
    }
}

/// What a payout made of the books, from what it told.
trait Paid {
    fn paid(&mut self, shares: &[Share]);
}

impl Paid for Books {
    fn paid(&mut self, told: &[Share]) {
        let millionths = u128::from(PARTS);
        let set_aside = self.shares.iter().sum::<u128>() / millionths;
        let due = self.balance - set_aside;
        for (share, told) in self.shares.iter_mut().zip(told) {
            *share += due * u128::from(told.parts);
            assert_eq!(*share / millionths, told.amount);
            if told.sent {
                *share %= millionths;
                self.balance -= told.amount;
            }
        }
    }
}

impl Shelf {
    fn set_end(&mut self, slot: u8, until: u64) {
        match self.page.passes.iter_mut().find(|pass| pass.slot == slot) {
            Some(pass) => pass.until = until,
            None => self.page.passes.push(Pass { slot, until }),
        }
    }

    fn take_back(&mut self, gone: &[Purchase]) {
        let mut gone = gone.iter().peekable();
        let places = (0u32..).zip(&self.history);
        let which = places.filter(|(_, one)| gone.next_if(|next| next == one).is_some());
        let which: Vec<u32> = which.map(|(place, _)| place).collect();
        let refunded = refunded(&self.history, &which).expect("they stood");
        for one in &refunded.gone {
            if one.term.is_none() {
                self.page.owned &= !(1 << place(one.item).1);
            }
        }
        for (item, until) in refunded.ends {
            self.set_end(place(item).1, until);
        }
        self.history = refunded.rest;
        self.page.receipts = running_hash(&self.history);
    }
}
