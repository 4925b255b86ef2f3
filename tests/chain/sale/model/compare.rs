//! Comparing everything that the contracts can be asked with what the model knows.

use super::{
    action::{Creator, Item, Who, GUARDIAN, OWNERS, REGISTRY, SIGNERS, TREASURY},
    books::{Books, Handle, Model},
    driver::{content, listing, profile, recipients_of, Driver},
    resolve::HANDLES,
};
use crate::sale::world::{payee, running_hash};
use farthing_chain::{Chain, Message};
use farthing_contracts::registry::{
    claims::{Commitment, HandleState},
    creator::{Creator as Record, Permission, Permissions},
    PayoutSplit,
};
use farthing_contracts::storefront::{
    access::{Page, Purchase},
    books::{Books as Kept, Payee},
    catalogue::Item as Listed,
    storefront::Overview,
    MAX_ITEMS, MAX_PAGES,
};
use farthing_types::commitment;
use ink::codegen::TraitCallBuilder;
use scale::{Decode, Encode};

impl Driver {
    /// Compares all that changes.
    pub fn compare(&mut self, chain: &mut Chain) {
        self.model.now = chain.now();
        self.compare_registry(chain);
        self.compare_contract(chain);
        for creator in 0..self.model.creators.len() as u32 {
            self.compare_creator(chain, creator);
            self.compare_shop(chain, creator);
        }
        for owner in 0..OWNERS {
            self.compare_owned(chain, owner);
        }
    }

    /// Asks also what follows from the rest: who has access to what, and who may do what. All of that was
    /// compared as it is stored, so that some of the questions are enough, each time other ones: a call,
    /// also one that only reads, takes the embedded chain milliseconds.
    pub fn compare_answers(&mut self, chain: &mut Chain) {
        self.model.now = chain.now();
        let turn = self.model.purchases.len() % 3;
        for creator in 0..self.model.creators.len() as u32 {
            for who in 0..OWNERS {
                if (creator as usize + who) % 3 != turn {
                    continue;
                }
                for item in self.some_items(creator) {
                    if (item as usize + who) % 3 != 0 {
                        continue;
                    }
                    let account = self.model.accounts[who];
                    let message = self.storefront.call().has_access(creator, item, account);
                    let expected = self.model.has_access(creator, item, who);
                    assert_eq!(
                        self.read(chain, message),
                        expected,
                        "{creator} {item} {who}"
                    );
                }
                self.compare_rights(chain, creator, who);
            }
        }
    }

    fn read<Args: Encode, R: Decode>(&self, chain: &mut Chain, message: Message<Args, R>) -> R {
        let run = chain.dry_run(&self.ids[0], message, 0);
        run.unwrap_or_else(|e| panic!("a read-only message failed: {e:?}"))
            .answer
    }

    fn compare_registry(&mut self, chain: &mut Chain) {
        let count = self.read(chain, self.registry.call().creator_count());
        assert_eq!(count as usize, self.model.creators.len());
        for handle in HANDLES {
            let expected = self.model.handles.get(handle).map(|state| match state {
                Handle::Reserved => HandleState::Reserved,
                Handle::Taken(creator) => HandleState::Taken(*creator),
                Handle::Released(creator, free_from) => HandleState::Released {
                    creator: *creator,
                    free_from: *free_from,
                },
            });
            let state = self.read(chain, self.registry.call().handle_state(handle.into()));
            assert_eq!(state, expected, "{handle}");
            assert_eq!(state, self.rebuilt.handle(handle), "{handle} by events");
        }
        for who in 0..SIGNERS {
            let expected = self
                .model
                .commitments
                .get(&who)
                .map(|(claim, block, at)| Commitment {
                    hash: commitment::handle_claim(
                        &claim.handle,
                        &self.model.accounts[claim.owner],
                        &claim.salt,
                    ),
                    block: *block,
                    at: *at,
                });
            let pending = self.registry.call().commitment(self.model.accounts[who]);
            assert_eq!(self.read(chain, pending), expected, "commitment of {who}");
        }
    }

    fn compare_contract(&mut self, chain: &mut Chain) {
        let model = &self.model;
        let expected = Overview {
            registry: model.accounts[REGISTRY],
            fee: model.fee,
            treasury: model.accounts[TREASURY],
            guardian: model.guarded.then(|| model.accounts[GUARDIAN]),
            paused_until: model.pause.filter(|until| model.now < *until),
            fees_due: model.fees,
        };
        let overview = self.read(chain, self.storefront.call().overview());
        assert_eq!(overview, expected);
        assert_eq!(overview, self.shown.overview(model.now), "by events");
        let solvency = self.read(chain, self.storefront.call().solvency());
        let expected = (model.owed(), model.owed() + model.forced);
        assert_eq!(solvency, expected, "owed and held");
    }

    fn compare_creator(&mut self, chain: &mut Chain, creator: Creator) {
        let account = |who: &Who| self.model.accounts[*who];
        let record = self.read(chain, self.registry.call().creator(creator));
        let split = self.read(chain, self.registry.call().payout_split(creator));
        assert_eq!(record.as_ref(), self.rebuilt.creator(creator), "{creator}");
        assert_eq!(split, self.rebuilt.payout(creator), "split of {creator}");
        let Some(person) = self.model.person(creator) else {
            return assert_eq!((record, split), (None, None), "{creator} is gone");
        };
        let expected = Record {
            owner: account(&person.owner),
            offered_to: person.offered_to.as_ref().map(account),
            handle: person.handle.clone(),
            released: person.released.clone(),
            profile: profile(person.uri.clone()),
            owners: person.owners,
            version: person.changes,
            split_version: person.versions,
        };
        assert_eq!(record, Some(expected), "creator {creator}");
        let whole = vec![(person.owner, 1_000_000)];
        let recipients = person.split.as_ref().unwrap_or(&whole);
        let expected = PayoutSplit {
            version: person.versions,
            recipients: recipients_of(&self.model.accounts, recipients),
        };
        assert_eq!(split, Some(expected), "split of {creator}");
    }

    fn compare_shop(&mut self, chain: &mut Chain, creator: Creator) {
        let books = self.model.shops.get(&creator);
        let expected = books.map(|books| kept(&self.model, books));
        let is = self.read(chain, self.storefront.call().books(creator));
        assert_eq!(is, expected, "books of {creator}");
        assert_eq!(is, self.shown.books(creator), "{creator} by events");

        let count = books.map_or(0, |books| books.items.len()) as u32;
        let expected: Vec<Listed> = (0..count).map(|item| self.listed(creator, item)).collect();
        let mut is = Vec::new();
        for first in (0..=count).step_by(MAX_ITEMS as usize) {
            let some = self.storefront.call().items(creator, first, u32::MAX);
            is.extend(self.read(chain, some));
        }
        assert_eq!(is, expected, "items of {creator}");
        assert_eq!(
            is,
            self.shown.items(creator),
            "items of {creator} by events"
        );

        let tiers = self.model.tiers.range((creator, 0)..=(creator, u8::MAX));
        let expected: Vec<(u8, u128)> = tiers.map(|((_, tier), price)| (*tier, *price)).collect();
        let is = self.read(chain, self.storefront.call().tiers(creator));
        assert_eq!(is, expected, "tiers of {creator}");
        assert_eq!(
            is,
            self.shown.tiers(creator),
            "tiers of {creator} by events"
        );
    }

    fn listed(&self, creator: Creator, item: Item) -> Listed {
        let listed = self.model.listed(creator, item).expect("it was published");
        Listed {
            listing: listing(&listed.offer),
            left: self.model.left(creator, item),
            retired: listed.retired,
            edition: listed.edition,
            content: content(&listed.about),
        }
    }

    /// A creator's items and the number that comes next; of very many, some.
    fn some_items(&self, creator: Creator) -> Vec<Item> {
        let books = self.model.shops.get(&creator);
        let count = books.map_or(0, |books| books.items.len());
        let step = 1 + count / 12;
        (0..=count as u32).rev().step_by(step).collect()
    }

    /// All that everybody has, a page of each creator at a time.
    fn compare_owned(&mut self, chain: &mut Chain, owner: Who) {
        let account = self.model.accounts[owner];
        let mut pages = Vec::new();
        for (creator, books) in &self.model.shops {
            let count = (books.items.len() as u32).div_ceil(128);
            pages.extend((0..count).map(|number| (*creator, number)));
        }
        for some in pages.chunks(MAX_PAGES) {
            let message = self.storefront.call().owned(account, some.to_vec());
            let read = self.read(chain, message);
            assert_eq!(read.len(), some.len());
            for ((creator, number), page) in some.iter().zip(&read) {
                self.compare_page(*creator, *number, owner, page);
            }
        }
    }

    fn compare_page(&self, creator: Creator, number: u32, owner: Who, page: &Page) {
        let account = self.model.accounts[owner];
        let by_events = self.shown.page(creator, account, number);
        assert_eq!(page, &by_events, "{owner} of {creator} by events");
        let history = self.model.history(creator, number * 128, owner);
        let told = history
            .into_iter()
            .map(|(item, payer, paid, term)| Purchase {
                item,
                payer: self.model.accounts[payer],
                paid,
                term,
            });
        let told: Vec<Purchase> = told.collect();
        assert_eq!(page.receipts, running_hash(&told), "receipts of {owner}");
        let items = self.model.shops[&creator].items.len() as u32;
        for slot in 0..(items - number * 128).min(128) {
            check_slot(&self.model, page, creator, number, slot, owner);
        }
    }

    fn compare_rights(&mut self, chain: &mut Chain, creator: Creator, who: Who) {
        let account = self.model.accounts[who];
        let person = self.model.person(creator);
        let granted = person.and_then(|one| one.delegates.get(&who).copied());
        let granted = granted.unwrap_or_default();
        let owns = person.is_some_and(|one| one.owner == who);
        let registry = self.registry.call();
        let granted_is = self.read(chain, registry.permissions(creator, account));
        assert_eq!(granted_is, self.rebuilt.permissions(creator, account));
        let Permissions {
            catalogue,
            price,
            profile,
        } = granted_is;
        assert_eq!([catalogue, price, profile], granted);
        let kinds = [
            (Permission::Catalogue, catalogue),
            (Permission::Price, price),
            (Permission::Profile, profile),
        ];
        let (permission, granted) = kinds[who % 3];
        let may = self.registry.call().controls(creator, account, permission);
        assert_eq!(self.read(chain, may), owns || granted, "{creator} {who}");
        let owner = self.registry.call().owns(creator, account);
        assert_eq!(self.read(chain, owner), owns);
    }
}

/// What the contract must have written in its books: the fractions follow from the sums.
fn kept(model: &Model, books: &Books) -> Kept {
    let mut shares = [0; 16];
    for ((share, parts), got) in shares.iter_mut().zip(&books.parts).zip(&books.got) {
        *share = books.divided * u128::from(*parts) - got * 1_000_000;
    }
    let payee = match books.payee {
        Some(who) => Payee::Account(model.accounts[who]),
        None => payee(&recipients_of(&model.accounts, &books.split)),
    };
    Kept {
        balance: books.balance(),
        items: books.items.len() as u32,
        payee,
        version: books.version,
        shares,
    }
}

fn check_slot(model: &Model, page: &Page, creator: Creator, number: u32, slot: u32, owner: Who) {
    let item = number * 128 + slot;
    let owned = (page.owned >> slot) & 1 == 1;
    assert_eq!(
        owned,
        model.owns_for_ever(creator, item, owner),
        "{creator} {item} {owner}"
    );
    let lasts = |end: &u64| model.now < *end;
    let until = page.until(slot as u8).filter(lasts);
    let expected = model.end(creator, item, owner).filter(lasts);
    assert_eq!(until, expected, "pass of {creator} {item} {owner}");
}
