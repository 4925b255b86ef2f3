//! What creators, items, pools and rounds are called in words.

use crate::{session::Session, values::creator_text};
use farthing_client::{at, Account, Error, Event};
use farthing_contracts::{
    matching_round::{
        events::{Asked, Divided, Donated, Entered, Freed, Objected, Paid, RoundCreated, TakenOut},
        MatchingRoundRef,
    },
    pool::{events::Created, PoolRef},
    pool_factory::events::PoolCreated,
    registry::events::{Change as CreatorChange, CreatorChanged},
    storefront::{
        events::{CatalogueChanged, Change, Payment, Payments, Release, Released},
        StorefrontRef,
    },
    Contract,
};
use farthing_types::{CreatorId, ItemId};
use ink::codegen::TraitCallBuilder;
use std::collections::{BTreeMap, BTreeSet};

/// How many names are kept at most: whoever watches for a year meets many.
const MOST: usize = 20_000;

/// Names that were asked for; `None` for what has none.
#[derive(Default)]
pub struct Names {
    creators: BTreeMap<CreatorId, Option<String>>,
    items: BTreeMap<(CreatorId, ItemId), Option<String>>,
    pools: BTreeMap<Account, Option<String>>,
    rounds: BTreeMap<Account, Option<String>>,
}

/// What some events are about.
#[derive(Default)]
struct Mentioned {
    creators: BTreeSet<CreatorId>,
    items: BTreeSet<(CreatorId, ItemId)>,
    pools: BTreeSet<Account>,
    rounds: BTreeSet<Account>,
}

impl Names {
    /// A creator.
    pub fn creator(&self, id: CreatorId) -> String {
        creator_text(id, self.creators.get(&id).and_then(Option::as_ref))
    }

    /// An item of a creator's.
    pub fn item(&self, creator: CreatorId, item: ItemId) -> String {
        match self.items.get(&(creator, item)) {
            Some(Some(title)) => format!("item {item}, \"{title}\""),
            _ => format!("item {item}"),
        }
    }

    /// A pool. Anybody can make one more of the same title, so that the address stands there, too.
    pub fn pool(&self, pool: Account) -> String {
        titled("pool", &self.pools, pool)
    }

    /// A round.
    pub fn round(&self, round: Account) -> String {
        titled("round", &self.rounds, round)
    }

    /// Learns what the things are called now that some events are about, with one question for each kind. What an
    /// event tells the first name of is left to [`Names::see`].
    ///
    /// # Errors
    /// [`Error::Node`]: what is not known then is shown by its number.
    pub async fn learn(&mut self, session: &Session, events: &[Event]) -> Result<(), Error> {
        self.forget_if_many();
        let mut mentioned = Mentioned::default();
        events.iter().for_each(|event| mentioned.see(event));
        events.iter().for_each(|event| mentioned.leave_out(event));
        self.learn_creators(session, mentioned.creators).await?;
        self.learn_items(session, mentioned.items).await?;
        self.learn_pools(session, mentioned.pools).await?;
        self.learn_rounds(session, mentioned.rounds).await
    }

    /// Takes the name that an event tells.
    pub fn see(&mut self, event: &Event) {
        match named(event) {
            Some(Named::Creator(id, handle)) => {
                self.creators.insert(id, handle);
            }
            Some(Named::Item(creator, item, title)) => {
                self.items.insert((creator, item), Some(title));
            }
            Some(Named::Pool(pool, title)) => {
                self.pools.insert(pool, Some(title));
            }
            Some(Named::Round(round, title)) => {
                self.rounds.insert(round, Some(title));
            }
            None => {}
        }
    }

    fn forget_if_many(&mut self) {
        if self.creators.len() + self.items.len() + self.pools.len() + self.rounds.len() > MOST {
            *self = Self::default();
        }
    }

    async fn learn_creators(
        &mut self,
        session: &Session,
        mut ids: BTreeSet<CreatorId>,
    ) -> Result<(), Error> {
        ids.retain(|id| !self.creators.contains_key(id));
        if ids.is_empty() {
            return Ok(());
        }
        let mut handles = session.handles(ids.iter().copied()).await?;
        let named = ids.into_iter().map(|id| (id, handles.remove(&id)));
        self.creators.extend(named);
        Ok(())
    }

    async fn learn_items(
        &mut self,
        session: &Session,
        mut items: BTreeSet<(CreatorId, ItemId)>,
    ) -> Result<(), Error> {
        items.retain(|item| !self.items.contains_key(item));
        if items.is_empty() {
            return Ok(());
        }
        let shop: StorefrontRef = session.contract()?;
        let questions = items
            .iter()
            .map(|(creator, item)| shop.call().item(*creator, *item));
        let found = session.client.read_all(questions).await?;
        let titles = found
            .into_iter()
            .map(|item| item.map(|item| item.content.title));
        self.items.extend(items.into_iter().zip(titles));
        Ok(())
    }

    async fn learn_pools(
        &mut self,
        session: &Session,
        mut pools: BTreeSet<Account>,
    ) -> Result<(), Error> {
        pools.retain(|pool| !self.pools.contains_key(pool));
        let asked: Vec<PoolRef> = pools.iter().map(|pool| at(*pool)).collect();
        let questions = asked.iter().map(|pool| pool.call().summary());
        let found = session.client.read_all(questions).await?;
        let titles = found.into_iter().map(|told| Some(told.terms.title));
        self.pools.extend(pools.into_iter().zip(titles));
        Ok(())
    }

    async fn learn_rounds(
        &mut self,
        session: &Session,
        mut rounds: BTreeSet<Account>,
    ) -> Result<(), Error> {
        rounds.retain(|round| !self.rounds.contains_key(round));
        let asked: Vec<MatchingRoundRef> = rounds.iter().map(|round| at(*round)).collect();
        let questions = asked.iter().map(|round| round.call().overview());
        let found = session.client.read_all(questions).await?;
        let titles = found.into_iter().map(|told| Some(told.terms.title));
        self.rounds.extend(rounds.into_iter().zip(titles));
        Ok(())
    }
}

fn titled(what: &str, titles: &BTreeMap<Account, Option<String>>, account: Account) -> String {
    match titles.get(&account) {
        Some(Some(title)) => format!("{what} \"{title}\" ({account})"),
        _ => format!("{what} {account}"),
    }
}

/// A name that an event tells.
enum Named {
    Creator(CreatorId, Option<String>),
    Item(CreatorId, ItemId, String),
    Pool(Account, String),
    Round(Account, String),
}

fn named(event: &Event) -> Option<Named> {
    let (emitted, contract) = (&event.emitted, event.emitted.contract);
    match event.contract {
        Contract::Registry => {
            let changed = emitted.decode::<CreatorChanged>()?;
            let handle = match changed.change {
                CreatorChange::Registered { handle, .. } => Some(handle),
                CreatorChange::HandleClaimed(handle) => Some(handle),
                CreatorChange::HandleReleased { .. } => None,
                _ => return None,
            };
            Some(Named::Creator(changed.creator, handle))
        }
        Contract::Storefront => {
            let changed = emitted.decode::<CatalogueChanged>()?;
            match changed.change {
                Change::Published { item, content, .. } | Change::Revised { item, content, .. } => {
                    Some(Named::Item(changed.creator, item, content.title))
                }
                _ => None,
            }
        }
        Contract::Pool => {
            let made = emitted.decode::<Created>()?;
            Some(Named::Pool(contract, made.terms.title))
        }
        Contract::MatchingRound => {
            let made = emitted.decode::<RoundCreated>()?;
            Some(Named::Round(contract, made.terms.title))
        }
        _ => None,
    }
}

impl Mentioned {
    fn see(&mut self, event: &Event) {
        let emitted = &event.emitted;
        match event.contract {
            Contract::Storefront => self.see_shop(event),
            Contract::Registry => {
                let changed = emitted.decode::<CreatorChanged>();
                self.creators.extend(changed.map(|changed| changed.creator));
            }
            Contract::PoolFactory => {
                let created = emitted.decode::<PoolCreated>();
                self.creators
                    .extend(created.and_then(|created| created.creator));
            }
            Contract::Pool => self.pools.extend([emitted.contract]),
            Contract::MatchingRound => {
                self.rounds.insert(emitted.contract);
                self.pools
                    .extend(pools_of(event).into_iter().map(Account::from));
            }
            Contract::Channels | Contract::Streams => {}
        }
    }

    /// Leaves out what an event tells the first name of.
    fn leave_out(&mut self, event: &Event) {
        match named(event) {
            Some(Named::Pool(pool, _)) => {
                self.pools.remove(&pool);
            }
            Some(Named::Round(round, _)) => {
                self.rounds.remove(&round);
            }
            Some(Named::Creator(id, _)) if is_first(event) => {
                self.creators.remove(&id);
            }
            Some(Named::Item(creator, item, _)) if is_first(event) => {
                self.items.remove(&(creator, item));
            }
            _ => {}
        }
    }

    fn see_shop(&mut self, event: &Event) {
        let emitted = &event.emitted;
        if let Some(payments) = emitted.decode::<Payments>() {
            for payment in payments.payments {
                match payment {
                    Payment::Tip(tip) => self.creators.extend([tip.creator]),
                    Payment::Blinded { creator, .. } => self.creators.extend([creator]),
                    Payment::Purchase { creator, item, .. } => self.item(creator, item),
                }
            }
        } else if let Some(released) = emitted.decode::<Released>() {
            match released.release {
                Release::Payout { creator, .. } => self.creators.extend([creator]),
                Release::Refund {
                    creator, purchases, ..
                } => {
                    let items = purchases.into_iter().map(|one| one.item);
                    items.for_each(|item| self.item(creator, item));
                }
                Release::Fees { .. } => {}
            }
        } else if let Some(changed) = emitted.decode::<CatalogueChanged>() {
            let creator = changed.creator;
            self.creators.insert(creator);
            match changed.change {
                Change::Repriced { item, .. }
                | Change::Tiered { item, .. }
                | Change::Retired { item }
                | Change::Relisted { item } => self.item(creator, item),
                _ => {}
            }
        }
    }

    fn item(&mut self, creator: CreatorId, item: ItemId) {
        self.creators.insert(creator);
        self.items.insert((creator, item));
    }
}

/// Whether something begins with an event.
fn is_first(event: &Event) -> bool {
    let emitted = &event.emitted;
    let registered = emitted.decode::<CreatorChanged>();
    let published = emitted.decode::<CatalogueChanged>();
    registered.is_some_and(|it| matches!(it.change, CreatorChange::Registered { .. }))
        || published.is_some_and(|it| matches!(it.change, Change::Published { .. }))
}

/// The pools that a round's event is about.
fn pools_of(event: &Event) -> Vec<ink::primitives::AccountId> {
    let emitted = &event.emitted;
    if let Some(donated) = emitted.decode::<Donated>() {
        vec![donated.pool]
    } else if let Some(entered) = emitted.decode::<Entered>() {
        vec![entered.pool]
    } else if let Some(out) = emitted.decode::<TakenOut>() {
        vec![out.pool]
    } else if let Some(objected) = emitted.decode::<Objected>() {
        vec![objected.pool]
    } else if let Some(freed) = emitted.decode::<Freed>() {
        vec![freed.pool]
    } else if let Some(paid) = emitted.decode::<Paid>() {
        paid.payments.into_iter().map(|one| one.pool).collect()
    } else if let Some(asked) = emitted.decode::<Asked>() {
        asked.answers.into_iter().map(|one| one.pool).collect()
    } else if let Some(divided) = emitted.decode::<Divided>() {
        divided.shares.into_iter().map(|one| one.pool).collect()
    } else {
        Vec::new()
    }
}
