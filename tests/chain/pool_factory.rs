//! The factory of pools.

mod paging;
mod strangers;

use crate::pool::world::{
    keep_all, refused, with_goal, Fee, Mode, Terms, TermsError, CLOSES, PER_BYTE, PER_ITEM,
};
use farthing_chain::{
    existential_deposit, Account, AccountId, AsInk, Chain, DonationPool, Factory, Failure,
    Farthing, Receipt, UNIT,
};
use farthing_contracts::pool;
use farthing_contracts::pool_factory::{
    events::{ListingChanged, PoolCreated},
    lists::PER_PAGE,
    pool_factory::Listed,
    reading::MAX_PAGE,
    Error,
};
use farthing_contracts::registry::creator::Permissions;
use farthing_types::address;
use ink::codegen::TraitCallBuilder;
use scale::Encode;

const SALT: [u8; 32] = [5; 32];

/// A registry, a factory, and a small cast.
struct World {
    farthing: Farthing,
    factory: Factory,
    alice: Account,
    bob: Account,
}

fn fee() -> Option<Fee> {
    Some(Fee {
        points: 100,
        treasury: Account::named("treasury").id().ink(),
    })
}

impl World {
    fn new(fee: Option<Fee>) -> Self {
        let mut farthing = Farthing::default();
        let [alice, bob] = ["alice", "bob"].map(|name| farthing.chain.account(name, 1_000 * UNIT));
        let registry = farthing.registry_id.clone();
        let factory = Factory::deploy(&mut farthing.chain, &alice, &registry, fee).unwrap();
        Self {
            farthing,
            factory,
            alice,
            bob,
        }
    }

    fn chain(&mut self) -> &mut Chain {
        &mut self.farthing.chain
    }

    fn try_create(
        &mut self,
        maker: &Account,
        creator: Option<u32>,
        terms: Terms,
        salt: u8,
    ) -> Result<(DonationPool, Receipt), Failure<Error>> {
        let chain = &mut self.farthing.chain;
        self.factory
            .create(chain, maker, creator, terms, [salt; 32])
    }

    fn create(&mut self, maker: &Account, creator: Option<u32>, salt: u8) -> DonationPool {
        self.try_create(maker, creator, keep_all(maker), salt)
            .unwrap_or_else(|e| panic!("cannot make a pool: {e:?}"))
            .0
    }

    /// Has a call refused twice, by a dry run and by the chain, which changes nothing.
    fn refuse(&mut self, maker: &Account, creator: Option<u32>, terms: Terms, salt: u8) -> Error {
        let error = refused(
            self.try_create(maker, creator, terms.clone(), salt)
                .map(drop),
        );
        let id = self.factory.id.clone();
        let before = self.chain().storage_root(&id);
        let message = self
            .factory
            .factory
            .call_mut()
            .create(creator, terms, [salt; 32]);
        let reverted = self.chain().call_unasked(maker, message, 0).unwrap_err();
        assert!(format!("{reverted:?}").contains("ContractReverted"));
        assert_eq!(self.chain().storage_root(&id), before);
        error
    }

    fn latest(&mut self, skip: u32, count: u32) -> Vec<u32> {
        let message = self.factory.factory.call().latest(skip, count);
        numbers(self.farthing.chain.read(message))
    }

    fn latest_of(&mut self, creator: u32, skip: u32, count: u32) -> Vec<u32> {
        let message = self.factory.factory.call().latest_of(creator, skip, count);
        numbers(self.farthing.chain.read(message))
    }

    fn set_listed(&mut self, who: &Account, number: u32, listed: bool) -> Result<Receipt, Error> {
        let message = self.factory.factory.call_mut().set_listed(number, listed);
        match self.farthing.chain.call(who, message, 0) {
            Ok((_, receipt)) => Ok(receipt),
            Err(Failure::Contract(error)) => Err(error),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn listed(&mut self, number: u32) -> Option<Listed> {
        let message = self.factory.factory.call().pool(number);
        self.farthing.chain.read(message)
    }

    /// The account of the pool that a call of `create` would make, worked out off the chain.
    fn predicted(&self, maker: &Account, creator: Option<u32>, terms: &Terms) -> AccountId {
        let input = input(maker, terms);
        let (factory, code) = (&self.factory.id, code());
        address::pool(factory, &code, &input, &maker.id(), creator, &SALT).into()
    }

    /// The factory never holds any money but what lets it exist.
    fn assert_no_money(&mut self) {
        let id = self.factory.id.clone();
        assert_eq!(self.chain().balance(&id), existential_deposit());
    }
}

fn numbers(pools: Vec<Listed>) -> Vec<u32> {
    pools.iter().map(|pool| pool.number).collect()
}

fn code() -> [u8; 32] {
    farthing_artifacts::code_hash(&farthing_artifacts::wasm("pool"))
}

/// What the pools' constructor is given.
fn input(maker: &Account, terms: &Terms) -> Vec<u8> {
    (ink::selector_bytes!("made_for"), maker.id(), terms).encode()
}

// ---- Making pools ----

#[test]
fn pool_of_a_creator_is_made_where_it_was_said_to_be() {
    let mut w = World::new(None);
    let alice = w.alice.clone();
    let creator = Some(w.farthing.creator(&alice, "alice"));
    let terms = keep_all(&alice);
    let predicted = w.predicted(&alice, creator, &terms);
    let factory = w.factory.factory.call();
    let told = factory.address_of(alice.id().ink(), creator, terms.clone(), SALT);
    assert_eq!(w.chain().read(told), predicted.ink());
    assert_ne!(w.predicted(&alice, None, &terms), predicted);
    let (pool, _) = w.try_create(&alice, creator, terms, 5).unwrap();
    assert_eq!(pool.id, predicted);
    w.assert_no_money();
}

#[test]
fn pool_is_made_where_it_was_said_to_be_and_listed() {
    let mut w = World::new(fee());
    let bob = w.bob.clone();
    let terms = Terms {
        fee: fee(),
        ..with_goal(&bob, 1_000)
    };
    let told = w
        .factory
        .factory
        .call()
        .address_of(bob.id().ink(), None, terms.clone(), SALT);
    let told = w.chain().read(told);
    let predicted = w.predicted(&bob, None, &terms);
    assert_eq!(told, predicted.ink());
    let now = w.chain().now();
    let (pool, receipt) = w.try_create(&bob, None, terms.clone(), 5).unwrap();
    assert_eq!(pool.id, predicted);
    let event = &receipt.events_of::<PoolCreated>()[0];
    assert_eq!((event.number, event.account), (0, predicted.ink()));
    assert_eq!((event.creator, event.maker), (None, bob.id().ink()));
    // The pool tells its rules, the factory that it is listed.
    assert_eq!(receipt.events.len(), 2);
    let created = receipt.events_of::<pool::events::Created>();
    assert_eq!(created[0].terms, terms);
    let listed = Listed {
        number: 0,
        account: predicted.ink(),
        creator: None,
        maker: bob.id().ink(),
        created: now,
        listed: false,
    };
    assert_eq!(w.listed(0), Some(listed));
    assert_eq!(w.listed(1), None);
    // Apart from where it is, it is the pool that bob could have made himself.
    let itself = DonationPool::deploy(w.chain(), &bob, terms).unwrap();
    let [made, itself] = [&pool, &itself].map(|one| w.chain().read(one.pool.call().overview()));
    assert_eq!(made, itself);
    pool.assert_solvent(w.chain());
    w.assert_no_money();
}

#[test]
fn pool_of_the_factory_passes_donations_on() {
    let mut w = World::new(None);
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let mut pool = w.create(&alice, None, 1);
    let before = w.chain().balance(&alice.id());
    let donate = pool.pool.call_mut().donate(None);
    w.chain().call(&bob, donate, 500).unwrap();
    assert_eq!(w.chain().balance(&alice.id()), before + 500);
    assert_eq!(pool.solvency(w.chain()), (0, 0));
    w.assert_no_money();
}

#[test]
fn maker_pays_for_all_that_is_stored() {
    let mut w = World::new(None);
    let alice = w.alice.clone();
    let creator = w.farthing.creator(&alice, "alice");
    let terms = keep_all(&alice);
    let pool = DonationPool::deploy(w.chain(), &alice, terms.clone()).unwrap();
    let alone = pool.deployment.clone().unwrap().deposit;
    let mut cost = |creator, salt| {
        let made = w.try_create(&alice, creator, terms.clone(), salt).unwrap();
        made.1.deposit - alone
    };
    // A number, two accounts and a time; a creator's number, one byte before it and one behind it all.
    let listed = (4 + 2 * 32 + 8 + 1 + 1) * PER_BYTE;
    assert_eq!(cost(None, 1), listed);
    let of_creator = listed + 2 * 4 * PER_BYTE;
    let list = PER_ITEM + (4 + 1) * PER_BYTE;
    assert_eq!(cost(Some(creator), 1), of_creator + list);
    for salt in 2..15 {
        assert_eq!(cost(Some(creator), salt), of_creator);
    }
    // The sixteenth of all, and then the creator's, fills a page, which then is an item of its own.
    for salt in [15, 16] {
        let full = cost(Some(creator), salt);
        assert!((PER_ITEM..PER_ITEM + 100 * PER_BYTE).contains(&full));
    }
    assert_eq!(cost(Some(creator), 17), of_creator);
    pool.assert_solvent(w.chain());
    w.assert_no_money();
}

// ---- For creators ----

#[test]
fn pools_of_a_creator_are_made_by_the_owner_and_delegates_only() {
    let mut w = World::new(None);
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let creator = w.farthing.creator(&alice, "alice");
    w.create(&alice, Some(creator), 1);
    let terms = keep_all(&bob);
    let stranger = w.refuse(&bob, Some(creator), terms.clone(), 1);
    assert_eq!(stranger, Error::NotPermitted);
    let nobody = w.refuse(&bob, Some(creator + 1), terms, 1);
    assert_eq!(nobody, Error::NotPermitted);
    let delegate = bob.id().ink();
    for price in [false, true] {
        let rights = Permissions {
            catalogue: true,
            price,
            profile: true,
        };
        let registry = w.farthing.registry.call_mut();
        let message = registry.set_delegate(creator, delegate, rights);
        w.farthing.call(&alice, message, 0).unwrap();
        if !price {
            let refused = w.refuse(&bob, Some(creator), keep_all(&bob), 1);
            assert_eq!(refused, Error::NotPermitted);
        }
    }
    w.create(&bob, Some(creator), 1);
    assert_eq!(w.latest_of(creator, 0, 9), [1, 0]);
    let listed = w.listed(1).unwrap();
    assert_eq!((listed.creator, listed.maker), (Some(creator), delegate));
    w.assert_no_money();
}

#[test]
fn creator_takes_off_the_list_what_a_former_delegate_left_there() {
    let mut w = World::new(None);
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let creator = w.farthing.creator(&alice, "alice");
    let delegate = |w: &mut World, price| {
        let rights = Permissions {
            catalogue: false,
            price,
            profile: false,
        };
        let registry = w.farthing.registry.call_mut();
        let message = registry.set_delegate(creator, bob.id().ink(), rights);
        w.farthing.call(&alice, message, 0).unwrap();
    };
    w.create(&alice, Some(creator), 0);
    delegate(&mut w, true);
    w.create(&bob, Some(creator), 1);
    delegate(&mut w, false);
    assert_eq!(w.latest_of(creator, 0, 9), [1, 0]);
    // Alice's own, which bob can no longer touch, is on another page by the time.
    for n in 2..PER_PAGE as u8 + 3 {
        w.create(&alice, Some(creator), n);
    }
    let total = PER_PAGE + 3;
    for (number, listed) in [(1, false), (total - 1, false), (1, true), (1, false)] {
        assert_eq!(
            w.set_listed(&bob, number, listed).err(),
            Some(Error::NotPermitted)
        );
        let receipt = w.set_listed(&alice, number, listed).unwrap();
        let told = &receipt.events_of::<ListingChanged>()[0];
        assert_eq!((told.number, told.listed), (number, listed));
        assert_eq!(told.by, alice.id().ink());
        assert_eq!(receipt.deposit, 0);
        assert_eq!(w.listed(number).map(|one| one.listed), Some(listed));
    }
    let mut expected: Vec<u32> = (2..total - 1).rev().collect();
    expected.push(0);
    assert_eq!(w.latest_of(creator, 0, 64), expected);
    // It is counted, so that pages do not shift, and stays among all pools.
    assert_eq!(w.latest_of(creator, 0, 2), [total - 2]);
    assert_eq!(w.latest(0, 1), [total - 1]);
    w.assert_no_money();
}

#[test]
fn pool_of_no_creator_is_on_no_list_to_take_it_off() {
    let mut w = World::new(None);
    let bob = w.bob.clone();
    w.create(&bob, None, 1);
    for number in [0, 1, PER_PAGE, u32::MAX] {
        for listed in [false, true] {
            let refusal = w.set_listed(&bob, number, listed).err();
            assert_eq!(refusal, Some(Error::UnknownPool));
        }
    }
    w.assert_no_money();
}

// ---- What is refused ----

#[test]
fn fee_of_the_rules_must_be_the_factorys() {
    let mut w = World::new(fee());
    let bob = w.bob.clone();
    let own = Fee {
        points: 0,
        treasury: bob.id().ink(),
    };
    for other in [None, Some(own)] {
        let terms = Terms {
            fee: other,
            ..keep_all(&bob)
        };
        assert_eq!(w.refuse(&bob, None, terms, 1), Error::WrongFee(fee()));
    }
    w.assert_no_money();
}

#[test]
fn rules_that_a_pool_refuses_are_refused() {
    let mut w = World::new(None);
    let bob = w.bob.clone();
    let untitled = Terms {
        title: String::new(),
        ..keep_all(&bob)
    };
    let late = Terms {
        mode: Mode::KeepAll {
            closes: Some(CLOSES * 2),
        },
        ..keep_all(&bob)
    };
    let title = w.refuse(&bob, None, untitled, 1);
    assert_eq!(title, Error::BadTerms(TermsError::Title));
    let closing = w.refuse(&bob, None, late, 1);
    assert_eq!(closing, Error::BadTerms(TermsError::Closing));
    assert_eq!(w.latest(0, 9), [0; 0]);
    w.assert_no_money();
}

#[test]
fn factory_needs_a_registry_and_a_fee_within_bounds() {
    let mut w = World::new(None);
    let (alice, registry) = (w.alice.clone(), w.farthing.registry_id.clone());
    let points = |points| fee().map(|fee| Fee { points, ..fee });
    let high = Factory::of_code(w.chain(), &alice, &registry, code(), points(201));
    assert_eq!(high.err(), Some(Failure::Contract(Error::FeeTooHigh)));
    Factory::of_code(w.chain(), &alice, &registry, code(), points(200)).unwrap();
    // Neither an account without code nor a contract that is something else.
    for other in [alice.id(), w.factory.id.clone()] {
        let none = Factory::of_code(w.chain(), &alice, &other, code(), None);
        assert_eq!(none.err(), Some(Failure::Contract(Error::RegistryFailed)));
    }
    w.assert_no_money();
}

#[test]
fn code_that_is_not_of_pools_makes_no_pool() {
    let mut w = World::new(None);
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let registry = w.farthing.registry_id.clone();
    let of = |name| farthing_artifacts::code_hash(&farthing_artifacts::wasm(name));
    for code in [
        [7; 32],
        of("registry"),
        of("storefront"),
        of("pool_factory"),
    ] {
        w.factory = Factory::of_code(w.chain(), &alice, &registry, code, None)
            .unwrap_or_else(|e| panic!("{e:?}"));
        let refusal = w.refuse(&bob, None, keep_all(&bob), 1);
        assert_eq!(refusal, Error::NotAPool);
        // An empty title begins with a zero, which the registry takes for a list of no handles: it is
        // made, but does not answer as a pool.
        let untitled = Terms {
            title: String::new(),
            ..keep_all(&bob)
        };
        let refusal = w.refuse(&bob, None, untitled, 1);
        assert_eq!(refusal, Error::NotAPool);
        assert_eq!(w.latest(0, 9), [0; 0]);
        w.assert_no_money();
    }
}

#[test]
fn same_pool_is_not_made_twice() {
    let mut w = World::new(None);
    let bob = w.bob.clone();
    let terms = keep_all(&bob);
    let (pool, _) = w.try_create(&bob, None, terms.clone(), 1).unwrap();
    let exists = w.refuse(&bob, None, terms, 1);
    assert_eq!(exists, Error::Exists(pool.id.ink()));
    assert_ne!(w.create(&bob, None, 2).id, pool.id);
    w.assert_no_money();
}

#[test]
fn copied_call_makes_another_pool_and_does_not_stop_the_first() {
    let mut w = World::new(None);
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let terms = keep_all(&alice);
    let promised = w.predicted(&alice, None, &terms);
    // Bob sees alice's call in the queue, and sends the same before her.
    let (copy, _) = w.try_create(&bob, None, terms.clone(), 5).unwrap();
    assert_ne!(copy.id, promised);
    // Nor can he make it without the factory, with any salt.
    let itself = DonationPool::deploy(w.chain(), &bob, terms.clone()).unwrap();
    assert_ne!(itself.id, promised);
    let (pool, _) = w.try_create(&alice, None, terms, 5).unwrap();
    assert_eq!(pool.id, promised);
    let makers = [0, 1].map(|number| w.listed(number).unwrap().maker);
    assert_eq!(makers, [bob.id().ink(), alice.id().ink()]);
    w.assert_no_money();
}

#[test]
fn factory_without_numbers_left_makes_no_more() {
    let mut w = World::new(None);
    let bob = w.bob.clone();
    let (id, registry) = (w.factory.id.clone(), w.farthing.registry_id.clone());
    let no_fee: Option<Fee> = None;
    let latest: Vec<Listed> = vec![];
    let full = (registry, code(), no_fee, u32::MAX, latest);
    w.chain().poke(&id, &[0; 4], &full);
    let refusal = w.refuse(&bob, None, keep_all(&bob), 1);
    assert_eq!(refusal, Error::Full);
    w.assert_no_money();
}

#[test]
fn factory_takes_no_money() {
    let mut w = World::new(None);
    let bob = w.bob.clone();
    let message = w
        .factory
        .factory
        .call_mut()
        .create(None, keep_all(&bob), SALT);
    w.chain().call_unasked(&bob, message, 5).unwrap_err();
    assert_eq!(w.latest(0, 9), [0; 0]);
    w.assert_no_money();
}

// ---- Lists ----

#[test]
fn lists_are_newest_first_in_pages_and_empty_beyond_their_end() {
    let mut w = World::new(None);
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let creators =
        [("alice", &alice), ("bob", &bob)].map(|(handle, owner)| w.farthing.creator(owner, handle));
    // Number 0 is alice's, 1 bob's, 2 nobody's, and so on.
    for n in 0..9 {
        match n % 3 {
            0 => w.create(&alice, Some(creators[0]), n),
            1 => w.create(&bob, Some(creators[1]), n),
            _ => w.create(&bob, None, n),
        };
    }
    assert_eq!(w.latest(0, 4), [8, 7, 6, 5]);
    assert_eq!(w.latest(4, 4), [4, 3, 2, 1]);
    assert_eq!(w.latest(8, 4), [0]);
    assert_eq!(w.latest_of(creators[0], 0, 2), [6, 3]);
    assert_eq!(w.latest_of(creators[0], 2, 2), [0]);
    assert_eq!(w.latest_of(creators[1], 0, 9), [7, 4, 1]);
    for (skip, count) in [(9, 4), (10, 4), (u32::MAX, 4), (u32::MAX, u32::MAX), (0, 0)] {
        assert_eq!(w.latest(skip, count), [0; 0]);
        assert_eq!(w.latest_of(creators[0], skip, count), [0; 0]);
    }
    assert_eq!(w.latest_of(77, 0, 9), [0; 0]);
    let counts = [creators[0], creators[1], 77].map(|creator| {
        let message = w.factory.factory.call().count_of(creator);
        w.farthing.chain.read(message)
    });
    assert_eq!(counts, [3, 3, 0]);
    let message = w.factory.factory.call().overview();
    let overview = w.chain().read(message);
    assert_eq!((overview.pools, overview.fee), (9, None));
    assert_eq!(overview.registry, w.farthing.registry_id.ink());
    assert_eq!(overview.code_hash, code().into());
    w.assert_no_money();
}

#[test]
fn page_has_sixty_four_pools_at_most() {
    let mut w = World::new(None);
    let alice = w.alice.clone();
    let creator = w.farthing.creator(&alice, "alice");
    let all = MAX_PAGE + 2;
    for n in 0..all {
        w.create(&alice, Some(creator), n as u8);
    }
    let expected: Vec<u32> = (2..all).rev().collect();
    assert_eq!(w.latest(0, u32::MAX), expected);
    assert_eq!(w.latest_of(creator, 0, u32::MAX), expected);
    assert_eq!(w.latest(64, 64), [1, 0]);
    w.assert_no_money();
}
