//! The model's state: everything is kept as plainly as it can be, and added up when asked for.

use super::action::{About, Claim, Creator, Item, Offer, Told, Who, ACCOUNTS, STOREFRONT};
use farthing_chain::{existential_deposit, AccountId, AsInk};
use farthing_contracts::storefront::access::Term;
use std::collections::{BTreeMap, BTreeSet};

/// Everything the model knows.
#[derive(Clone, Debug)]
pub struct Model {
    pub fee: u16,
    pub guarded: bool,
    /// The chain's clock and block at the present step.
    pub now: u64,
    pub block: u32,
    pub accounts: Vec<ink::primitives::AccountId>,
    /// All that each account has, deposits held on it included.
    pub balances: Vec<u128>,
    /// All that was minted and not burnt as a fee.
    pub issuance: u128,
    /// What the storefront contract has that it owes to nobody.
    pub forced: u128,
    pub creators: Vec<Person>,
    pub handles: BTreeMap<String, Handle>,
    pub commitments: BTreeMap<Who, (Claim, u32, u64)>,
    pub shops: BTreeMap<Creator, Books>,
    pub tiers: BTreeMap<(Creator, u8), u128>,
    /// Every purchase of an item there ever was, oldest first.
    pub purchases: Vec<Bought>,
    pub fees: u128,
    /// When the latest pause ends or ended.
    pub pause: Option<u64>,
}

/// A creator of the registry.
#[derive(Clone, Debug)]
pub struct Person {
    pub owner: Who,
    pub offered_to: Option<Who>,
    pub handle: Option<String>,
    /// What it can have back before others can.
    pub released: Option<String>,
    pub uri: String,
    pub owners: u32,
    /// How often owner, handle, delegates or split changed, and how often by the latest change of
    /// owner or split.
    pub changes: u32,
    pub versions: u32,
    pub split: Option<Vec<(Who, u32)>>,
    /// When a split was set that was not unset since.
    pub split_since: Option<u64>,
    /// What the present owner's delegates may do: catalogue, price, profile.
    pub delegates: BTreeMap<Who, [bool; 3]>,
    pub deleted: bool,
}

#[derive(Clone, Debug)]
pub enum Handle {
    Reserved,
    Taken(Creator),
    Released(Creator, u64),
}

/// A creator's catalogue, and what waits for the creator.
#[derive(Clone, Debug, Default)]
pub struct Books {
    pub items: Vec<Listed>,
    /// The split that the contract knows, its version, and who gets all money by it, if it need not be
    /// divided.
    pub split: Vec<(Who, u32)>,
    pub version: u32,
    pub payee: Option<Who>,
    /// What was not divided yet.
    pub due: u128,
    /// All that was divided by the present split, its parts, and what each recipient got of it.
    pub divided: u128,
    pub parts: Vec<u32>,
    pub got: Vec<u128>,
}

/// An item of a creator.
#[derive(Clone, Debug)]
pub struct Listed {
    pub offer: Offer,
    pub retired: bool,
    pub edition: u32,
    pub about: About,
}

impl Books {
    /// What each recipient of the present split is still owed, in whole units.
    pub fn shares(&self) -> Vec<u128> {
        let owed =
            |(parts, got): (&u32, &u128)| self.divided * u128::from(*parts) / 1_000_000 - got;
        self.parts.iter().zip(&self.got).map(owed).collect()
    }

    /// What was divided and not sent.
    pub fn set_aside(&self) -> u128 {
        self.divided - self.got.iter().sum::<u128>()
    }

    pub fn balance(&self) -> u128 {
        self.due + self.set_aside()
    }
}

/// A purchase of an item.
#[derive(Clone, Debug)]
pub struct Bought {
    pub creator: Creator,
    pub item: Item,
    pub owner: Who,
    pub payer: Who,
    pub paid: u128,
    /// When it was bought.
    pub at: u64,
    /// For how long; `None` for ever.
    pub period: Option<u64>,
    pub refunded: bool,
}

impl Model {
    pub fn new(ids: &[AccountId], fee: u16, guarded: bool) -> Self {
        assert_eq!(ids.len(), ACCOUNTS);
        let reserved = ["farthing", "admin"].map(|name| (name.to_owned(), Handle::Reserved));
        Self {
            fee,
            guarded,
            now: 0,
            block: 0,
            accounts: ids.iter().map(AsInk::ink).collect(),
            balances: vec![0; ACCOUNTS],
            issuance: 0,
            forced: 0,
            creators: Vec::new(),
            handles: reserved.into(),
            commitments: BTreeMap::new(),
            shops: BTreeMap::new(),
            tiers: BTreeMap::new(),
            purchases: Vec::new(),
            fees: 0,
            pause: None,
        }
    }

    pub fn person(&self, creator: Creator) -> Option<&Person> {
        let person = self.creators.get(creator as usize);
        person.filter(|person| !person.deleted)
    }

    pub fn listed(&self, creator: Creator, item: Item) -> Option<&Listed> {
        self.shops.get(&creator)?.items.get(item as usize)
    }

    /// How many copies of a limited edition are left: each purchase for ever took one, and the first that
    /// an account made for a period.
    pub fn left(&self, creator: Creator, item: Item) -> Option<u32> {
        let offer = &self.listed(creator, item)?.offer;
        let copies = offer.copies?;
        let of_item = |one: &&Bought| (one.creator, one.item) == (creator, item);
        let bought = self.purchases.iter().filter(of_item).map(|one| one.owner);
        let taken = match offer.period {
            None => bought.count(),
            Some(_) => bought.collect::<BTreeSet<Who>>().len(),
        };
        Some(copies - taken as u32)
    }

    /// Whether everybody has access to an item.
    pub fn is_free(&self, creator: Creator, item: Item) -> bool {
        let listed = self.listed(creator, item);
        listed.is_some_and(|one| one.offer.price == 0 && !one.retired)
    }

    /// Purchases that still stand, of one item by one account.
    pub fn standing(
        &self,
        creator: Creator,
        item: Item,
        owner: Who,
    ) -> impl Iterator<Item = &Bought> {
        self.of_item(creator, item, owner)
            .filter(|one| !one.refunded)
    }

    /// All purchases ever of one item by one account.
    pub fn of_item(
        &self,
        creator: Creator,
        item: Item,
        owner: Who,
    ) -> impl Iterator<Item = &Bought> {
        self.purchases
            .iter()
            .filter(move |one| (one.creator, one.item, one.owner) == (creator, item, owner))
    }

    /// The time that each standing purchase of an item gives access, as if there never had been others.
    pub fn terms(&self, creator: Creator, item: Item, owner: Who) -> Vec<Term> {
        let mut end = 0;
        let mut terms = Vec::new();
        for one in self.standing(creator, item, owner) {
            let (at, from) = (one.at, one.at.max(end));
            if let Some(period) = one.period {
                end = from.saturating_add(period);
                terms.push(Term { at, from, period });
            }
        }
        terms
    }

    /// Until when there is access for a period, if any was bought.
    pub fn end(&self, creator: Creator, item: Item, owner: Who) -> Option<u64> {
        let terms = self.terms(creator, item, owner);
        terms.last().map(Term::until)
    }

    pub fn has_access(&self, creator: Creator, item: Item, owner: Who) -> bool {
        let end = self.end(creator, item, owner);
        self.owns_for_ever(creator, item, owner)
            || end.is_some_and(|end| self.now < end)
            || self.is_free(creator, item)
    }

    pub fn owns_for_ever(&self, creator: Creator, item: Item, owner: Who) -> bool {
        self.standing(creator, item, owner)
            .any(|one| one.period.is_none())
    }

    /// The purchases in the page of `item` that stand, with the times that they give now.
    pub fn history(&self, creator: Creator, item: Item, owner: Who) -> Vec<Told> {
        let mut terms: BTreeMap<Item, Vec<Term>> = BTreeMap::new();
        let on_page = |one: &&Bought| {
            (one.creator, one.owner, one.item / 128) == (creator, owner, item / 128)
                && !one.refunded
        };
        let all: Vec<&Bought> = self.purchases.iter().filter(on_page).collect();
        let mut told = Vec::new();
        for one in all {
            let term = one.period.map(|_| {
                let terms = terms.entry(one.item).or_insert_with(|| {
                    let mut terms = self.terms(creator, one.item, owner);
                    terms.reverse();
                    terms
                });
                terms.pop().expect("one for each purchase")
            });
            told.push((one.item, one.payer, one.paid, term));
        }
        told
    }

    /// Whether `owner` ever bought from the page of `item`: its storage item stays.
    pub fn has_page(&self, creator: Creator, item: Item, owner: Who) -> bool {
        self.purchases
            .iter()
            .any(|one| (one.creator, one.owner, one.item / 128) == (creator, owner, item / 128))
    }

    /// What the storefront contract owes to everyone together.
    pub fn owed(&self) -> u128 {
        let creators: u128 = self.shops.values().map(Books::balance).sum();
        creators + self.fees
    }

    /// Moves money as the chain does: not to nobody, if it is too little to live on.
    pub fn transfer(&mut self, from: Who, to: Who, amount: u128) -> bool {
        if self.balances[to] == 0 && amount < existential_deposit() {
            return amount == 0;
        }
        self.balances[from] -= amount;
        self.balances[to] += amount;
        true
    }

    /// Sends money that the storefront contract has; to itself it sends nothing.
    pub fn release(&mut self, to: Who, amount: u128) -> bool {
        to != STOREFRONT && self.transfer(STOREFRONT, to, amount)
    }

    /// Whether the registry tells the storefront contract of a change to a split or an owner, in this
    /// block.
    pub fn tells(&self) -> bool {
        self.block % 4 != 0
    }

    /// The split of a creator who was not deleted.
    pub fn split(&self, creator: Creator) -> Option<Vec<(Who, u32)>> {
        let person = self.person(creator)?;
        let whole = vec![(person.owner, 1_000_000)];
        Some(person.split.clone().unwrap_or(whole))
    }

    /// The storefront contract takes over where a creator's money goes.
    pub fn follow(&mut self, creator: Creator) {
        let (Some(split), Some(person)) = (self.split(creator), self.person(creator)) else {
            return;
        };
        let version = person.versions;
        let Some(books) = self.shops.get_mut(&creator) else {
            return;
        };
        if books.version != version {
            books.due = books.balance();
            books.divided = 0;
            books.parts.clear();
            books.got.clear();
        }
        books.version = version;
        books.payee = match split[..] {
            [(who, _)] if who != STOREFRONT => Some(who),
            _ => None,
        };
        books.split = split;
    }
}
