//! The model's state: everything is kept as plainly as it can be, and added up when asked for.

use super::action::{Claim, Creator, Item, Offer, Who, ACCOUNTS, STOREFRONT};
use farthing_chain::{AccountId, AsInk, EXISTENTIAL_DEPOSIT};
use std::collections::BTreeMap;

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
    pub waiting: BTreeMap<Who, Waiting>,
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

/// A creator's money. Nothing is ever subtracted: due is what came in without what went out.
#[derive(Clone, Debug, Default)]
pub struct Books {
    pub items: Vec<(Offer, bool)>,
    pub received: u128,
    pub refunded: u128,
    /// All that was ever divided, before the fee.
    pub settled: u128,
    /// The latest payout's split, and what there was to divide by it since it came.
    pub version: u32,
    pub divided: u128,
    pub parts: Vec<u32>,
}

impl Books {
    pub fn due(&self) -> u128 {
        self.received - self.refunded - self.settled
    }

    /// The fee on all that was ever settled.
    pub fn fee(&self, points: u16) -> u128 {
        self.settled * u128::from(points) / 10_000
    }

    /// What each recipient of the present split has got in all.
    pub fn shares(&self) -> Vec<u128> {
        self.parts
            .iter()
            .map(|parts| self.divided * u128::from(*parts) / 1_000_000)
            .collect()
    }

    /// What rounding has kept back of the present split.
    pub fn set_aside(&self) -> u128 {
        self.divided - self.shares().iter().sum::<u128>()
    }

    pub fn balance(&self) -> u128 {
        self.due() + self.set_aside()
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
    /// From when until when; `None` for ever.
    pub time: Option<(u64, u64)>,
    pub refunded: bool,
}

/// Money for an account that is not yet in the account.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    pub amount: u128,
    pub enrolled: bool,
    pub own_deposit: bool,
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
            waiting: BTreeMap::new(),
            fees: 0,
            pause: None,
        }
    }

    pub fn person(&self, creator: Creator) -> Option<&Person> {
        let person = self.creators.get(creator as usize);
        person.filter(|person| !person.deleted)
    }

    pub fn offer(&self, creator: Creator, item: Item) -> Option<&(Offer, bool)> {
        self.shops.get(&creator)?.items.get(item as usize)
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

    pub fn has_access(&self, creator: Creator, item: Item, owner: Who) -> bool {
        self.standing(creator, item, owner)
            .any(|one| one.time.is_none_or(|(_, until)| self.now < until))
    }

    pub fn owns_for_ever(&self, creator: Creator, item: Item, owner: Who) -> bool {
        self.standing(creator, item, owner)
            .any(|one| one.time.is_none())
    }

    /// The history that refunding a purchase for ever from the page of `item` takes.
    pub fn history(&self, creator: Creator, item: Item, owner: Who) -> Vec<(Item, Who, u128)> {
        self.purchases
            .iter()
            .filter(|one| (one.creator, one.owner) == (creator, owner))
            .filter(|one| one.item / 128 == item / 128 && one.time.is_none() && !one.refunded)
            .map(|one| (one.item, one.payer, one.paid))
            .collect()
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
        creators + self.kept() + self.fees
    }

    pub fn kept(&self) -> u128 {
        self.waiting.values().map(|one| one.amount).sum()
    }

    /// Moves money as the chain does: not to nobody, if it is too little to live on.
    pub fn transfer(&mut self, from: Who, to: Who, amount: u128) -> bool {
        if self.balances[to] == 0 && amount < EXISTENTIAL_DEPOSIT {
            return amount == 0;
        }
        self.balances[from] -= amount;
        self.balances[to] += amount;
        true
    }

    /// Sends money that the storefront contract owed. If it is itself who gets it, it owes it to
    /// nobody from then on.
    pub fn release(&mut self, to: Who, amount: u128) -> bool {
        let sent = self.transfer(STOREFRONT, to, amount);
        if to == STOREFRONT {
            self.forced += amount;
        }
        sent
    }
}
