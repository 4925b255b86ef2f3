//! What each message of the registry does, and each of its errors.

use crate::{
    matching_round::puppet::{self, Line},
    sale::world::*,
};
use farthing_types::{commitment, handle::HandleError, split::SplitError, text::TextError};
use ink::codegen::TraitCallBuilder;
use registry::{
    claims::{
        ClaimError, Commitment, HandleState, Unavailable, Wait, COMMITMENT_LIFETIME, QUARANTINE,
    },
    creator::Creator,
    events::{Change, CreatorChanged, RegistryDeployed},
    Error,
};

fn profile(uri: &str) -> Profile {
    Profile {
        commitment: [9; 32],
        uri: uri.into(),
    }
}

const SALT: [u8; 32] = [5; 32];

/// Commits `owner` to `handle` with [`SALT`]; each test reveals it itself.
fn commit(f: &mut Farthing, owner: &Account, handle: &str) {
    let hash = commitment::handle_claim(handle, &owner.id(), &SALT);
    f.chain
        .call_unasked(owner, f.reg().commit(hash), 0)
        .unwrap();
}

// ---- Registering ----

#[test]
fn register_makes_a_creator_with_the_handle_and_profile_and_tells_so() {
    let (mut f, _, bob, _) = world();
    commit(&mut f, &bob, "bob-b");
    let message = f.reg().register("bob-b".into(), SALT, profile("ipfs://b"));
    let (creator, receipt) = f.call(&bob, message, 0).unwrap();
    assert_eq!(creator, 1);
    let registered = Change::Registered {
        owner: bob.id().ink(),
        handle: "bob-b".into(),
        profile: profile("ipfs://b"),
    };
    assert_eq!(changes(&receipt), [(1, registered)]);
    let record = Creator {
        owner: bob.id().ink(),
        offered_to: None,
        handle: Some("bob-b".into()),
        released: None,
        profile: profile("ipfs://b"),
        owners: 0,
        version: 0,
        split_version: 0,
    };
    assert_eq!(f.read(f.reg().creator(1)), Some(record.clone()));
    assert_eq!(
        f.read(f.reg().creator_by_handle("bob-b".into())),
        Some((1, record))
    );
    assert_eq!(
        f.read(f.reg().handle_state("bob-b".into())),
        Some(HandleState::Taken(1))
    );
    assert_eq!(f.read(f.reg().creator_count()), 2);
    // The commitment is used up.
    assert_eq!(f.read(f.reg().commitment(bob.id().ink())), None);
    f.assert_solvent();
}

#[test]
fn commit_is_remembered_with_block_and_time_and_replaced_by_the_next() {
    let (mut f, _, bob, _) = world();
    for hash in [[1; 32], [2; 32]] {
        let (block, at) = (f.chain.block(), f.chain.now());
        f.chain.call_unasked(&bob, f.reg().commit(hash), 0).unwrap();
        let pending = f.read(f.reg().commitment(bob.id().ink()));
        assert_eq!(pending, Some(Commitment { hash, block, at }));
    }
    f.assert_solvent();
}

#[test]
fn cancel_commitment_gives_its_deposit_back_once_it_has_expired() {
    for late in [0, 1] {
        let (mut f, _, bob, _) = world();
        let last = f.chain.now() + COMMITMENT_LIFETIME;
        let made = f.commit(&bob, "bob");
        assert!(made.deposit > PER_ITEM);
        f.chain.seal_at(last + late);
        let cancel = f.reg().cancel_commitment();
        if late == 0 {
            assert_eq!(f.refuse(&bob, cancel, 0), Error::NotBefore(last + 1));
        } else {
            let gone = f.done(&bob, cancel, 0);
            // What the chain gives back it computes pro rata, rounded down: once for items, once for
            // bytes.
            assert!((0..=2).contains(&(made.deposit + gone.deposit)));
            assert_eq!(f.read(f.reg().commitment(bob.id().ink())), None);
        }
        f.assert_solvent();
    }
}

#[test]
fn cancel_commitment_refuses_an_account_without_one() {
    let (mut f, _, bob, _) = world();
    assert_eq!(
        f.refuse(&bob, f.reg().cancel_commitment(), 0),
        Error::NoCommitment
    );
    f.assert_solvent();
}

#[test]
fn register_refuses_text_that_is_no_handle() {
    let (mut f, _, bob, _) = world();
    for (text, why) in [
        ("ab", HandleError::Length),
        (&"a".repeat(33), HandleError::Length),
        ("Alice", HandleError::Character),
        ("-abc", HandleError::Hyphen),
    ] {
        commit(&mut f, &bob, text);
        let message = f.reg().register(text.into(), SALT, Profile::default());
        assert_eq!(f.refuse(&bob, message, 0), Error::BadHandle(why));
    }
    f.assert_solvent();
}

#[test]
fn constructor_refuses_to_reserve_what_is_no_handle() {
    let mut chain = Chain::new();
    let deployer = chain.account("deployer", 1_000 * UNIT);
    let outcome = chain.deploy::<_, _, _, Error>(
        &deployer,
        &farthing_artifacts::wasm("registry"),
        registry::RegistryRef::new(vec!["fine".into(), "not fine".into()]),
        0,
    );
    match outcome {
        Err(Failure::Contract(error)) => {
            assert_eq!(error, Error::BadHandle(HandleError::Character));
        }
        _ => panic!("it was deployed"),
    }
    // There is no storefront here whose solvency could be in doubt; make sure of a fresh one's.
    Farthing::default().assert_solvent();
}

#[test]
fn constructor_refuses_a_wait_that_lets_latecomers_win_or_commitments_expire() {
    let mut chain = Chain::new();
    let deployer = chain.account("deployer", 1_000 * UNIT);
    for (millis, blocks) in [(60_000, 0), (0, 1_001), (DAY / 2 + 1, 5)] {
        let outcome = chain.deploy::<_, _, _, Error>(
            &deployer,
            &farthing_artifacts::wasm("registry"),
            registry::RegistryRef::with_wait(Vec::new(), Wait { millis, blocks }),
            0,
        );
        assert_eq!(outcome.err(), Some(Failure::Contract(Error::BadWait)));
    }
    Farthing::default().assert_solvent();
}

#[test]
fn registry_waits_a_minute_and_five_blocks_unless_told_otherwise() {
    let mut chain = Chain::new();
    let deployer = chain.account("deployer", 1_000 * UNIT);
    let deployed = chain.deploy::<_, _, _, Error>(
        &deployer,
        &farthing_artifacts::wasm("registry"),
        registry::RegistryRef::new(vec!["first".into(), "second".into()]),
        0,
    );
    let deployed = deployed.unwrap_or_else(|e| panic!("it cannot be deployed: {e:?}"));
    let told: Vec<RegistryDeployed> = deployed.receipt.events_of();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].reserved, ["first", "second"]);
    assert_eq!(told[0].wait, Wait::STANDARD);
    assert_eq!((told[0].wait.millis, told[0].wait.blocks), (60_000, 5));
    let registry: registry::RegistryRef = farthing_chain::at(&deployed.account);
    assert_eq!(chain.read(registry.call().wait()), Wait::STANDARD);
    Farthing::default().assert_solvent();
}

#[test]
fn register_refuses_a_reserved_handle() {
    let (mut f, _, bob, _) = world();
    assert_eq!(
        f.read(f.reg().handle_state("admin".into())),
        Some(HandleState::Reserved)
    );
    assert_eq!(f.read(f.reg().creator_by_handle("admin".into())), None);
    commit(&mut f, &bob, "admin");
    let message = f.reg().register("admin".into(), SALT, Profile::default());
    assert_eq!(
        f.refuse(&bob, message, 0),
        Error::Unavailable(Unavailable::Reserved)
    );
    f.assert_solvent();
}

#[test]
fn register_refuses_a_handle_that_another_has() {
    let (mut f, _, bob, _) = world();
    commit(&mut f, &bob, "alice");
    let message = f.reg().register("alice".into(), SALT, Profile::default());
    assert_eq!(
        f.refuse(&bob, message, 0),
        Error::Unavailable(Unavailable::Taken(ALICE))
    );
    f.assert_solvent();
}

#[test]
fn register_refuses_without_commitment() {
    let (mut f, _, bob, _) = world();
    let message = f.reg().register("bob".into(), SALT, Profile::default());
    assert_eq!(f.refuse(&bob, message, 0), Error::NoCommitment);
    f.assert_solvent();
}

#[test]
fn register_refuses_another_handle_salt_or_owner_than_committed_to() {
    let (mut f, _, bob, carol) = world();
    commit(&mut f, &bob, "bob");
    // Carol commits to bob's hash: it is not that of her account.
    let copied = f.read(f.reg().commitment(bob.id().ink())).unwrap().hash;
    f.chain
        .call_unasked(&carol, f.reg().commit(copied), 0)
        .unwrap();
    for (who, handle, salt) in [
        (&bob, "bobby", SALT),
        (&bob, "bob", [6; 32]),
        (&carol, "bob", SALT),
    ] {
        let message = f.reg().register(handle.into(), salt, Profile::default());
        assert_eq!(
            f.refuse(who, message, 0),
            Error::BadClaim(ClaimError::Mismatch)
        );
    }
    f.assert_solvent();
}

/// The next block, and its time, are the first in which a commitment has waited enough.
#[test]
fn register_waits_for_time_and_blocks() {
    for (millis, blocks) in [(0, 1), (0, 4), (20_000, 1), (60_000, 5)] {
        let wait = Wait { millis, blocks };
        let (mut f, _, bob, _) = world_with(Terms {
            wait,
            ..Terms::default()
        });
        assert_eq!(f.read(f.reg().wait()), wait);
        let (block, at) = (f.chain.block() + blocks, f.chain.now() + millis);
        let hash = commitment::handle_claim("bob", &bob.id(), &SALT);
        let message = f.reg().register("bob".into(), SALT, Profile::default());
        let (commit, reveal) = (f.reg().commit(hash), message.clone());
        let young = Error::BadClaim(ClaimError::TooYoung { block, at });
        f.chain.in_one_block(|chain| {
            chain.call_unasked(&bob, commit, 0).unwrap();
            assert_eq!(refused(chain.call(&bob, reveal, 0)), young);
        });
        while f.chain.block() < block {
            assert_eq!(refused(f.call(&bob, message.clone(), 0)), young);
            f.chain.seal();
        }
        if f.chain.now() < at {
            assert_eq!(refused(f.call(&bob, message.clone(), 0)), young);
            f.chain.seal_at(at);
        }
        f.done(&bob, message, 0);
        f.assert_solvent();
    }
}

#[test]
fn chain_that_stands_still_does_not_make_a_commitment_older_in_blocks() {
    let (mut f, _, bob, _) = world_with(Terms {
        wait: Wait::STANDARD,
        ..Terms::default()
    });
    let first = f.chain.block() + 5;
    commit(&mut f, &bob, "bob");
    f.chain.advance(DAY / 2);
    let message = f.reg().register("bob".into(), SALT, Profile::default());
    match f.refuse(&bob, message.clone(), 0) {
        Error::BadClaim(ClaimError::TooYoung { block, .. }) => assert_eq!(block, first),
        other => panic!("{other:?}"),
    }
    while f.chain.block() < first {
        f.chain.seal();
    }
    f.done(&bob, message, 0);
    f.assert_solvent();
}

#[test]
fn register_takes_a_commitment_for_a_day_and_refuses_it_a_millisecond_later() {
    for (late, expected) in [(0, Ok(1)), (1, Err(()))] {
        let (mut f, _, bob, _) = world();
        let made = f.chain.now();
        commit(&mut f, &bob, "bob");
        let last = made + COMMITMENT_LIFETIME;
        f.chain.seal_at(last + late);
        let message = f.reg().register("bob".into(), SALT, Profile::default());
        match expected {
            Ok(creator) => assert_eq!(f.call(&bob, message, 0).unwrap().0, creator),
            Err(()) => assert_eq!(
                f.refuse(&bob, message, 0),
                Error::BadClaim(ClaimError::Expired(last))
            ),
        }
        f.assert_solvent();
    }
}

#[test]
fn register_refuses_once_all_numbers_are_given() {
    let (mut f, _, bob, carol) = world();
    // Two to the power of 32 registrations would take a chain eight hundred years. The root
    // item holds the count and the wait; the count stands at the last number but one.
    let registry = f.registry_id.clone();
    let wait = f.read(f.reg().wait());
    f.chain.poke(&registry, &[0; 4], &(u32::MAX - 1, wait));
    commit(&mut f, &bob, "bob");
    let message = f.reg().register("bob".into(), SALT, Profile::default());
    assert_eq!(f.call(&bob, message, 0).unwrap().0, u32::MAX - 1);
    commit(&mut f, &carol, "carol");
    let message = f.reg().register("carol".into(), SALT, Profile::default());
    assert_eq!(f.refuse(&carol, message, 0), Error::Full);
    // Back, so that solvency need not ask for four billion creators.
    f.chain.poke(&registry, &[0; 4], &(1u32, wait));
    f.assert_solvent();
}

// ---- Handles ----

#[test]
fn release_handle_frees_it_and_keeps_number_and_money() {
    let (mut f, alice, bob, _) = world();
    let free_from = f.chain.now() + QUARANTINE;
    let receipt = f.done(&alice, f.reg().release_handle(ALICE), 0);
    let released = Change::HandleReleased {
        handle: "alice".into(),
        free_from,
    };
    assert_eq!(changes(&receipt), [(ALICE, released)]);
    let record = f.read(f.reg().creator(ALICE)).unwrap();
    assert_eq!(record.handle, None);
    assert_eq!(record.released.as_deref(), Some("alice"));
    assert_eq!((record.version, record.split_version), (1, 0));
    assert_eq!(
        f.read(f.reg().handle_state("alice".into())),
        Some(HandleState::Released {
            creator: ALICE,
            free_from
        })
    );
    assert_eq!(f.read(f.reg().creator_by_handle("alice".into())), None);
    let before = f.chain.balance(&alice.id());
    f.tip(&bob, 500);
    assert_eq!(f.chain.balance(&alice.id()), before + 488);
    assert_eq!(
        f.refuse(&alice, f.reg().release_handle(ALICE), 0),
        Error::HasNoHandle
    );
    f.assert_solvent();
}

#[test]
fn claim_handle_gives_back_a_released_one_at_once() {
    let (mut f, alice, _, _) = world();
    f.done(&alice, f.reg().release_handle(ALICE), 0);
    commit(&mut f, &alice, "alice");
    let receipt = f.done(&alice, f.reg().claim_handle(ALICE, "alice".into(), SALT), 0);
    assert_eq!(
        changes(&receipt),
        [(ALICE, Change::HandleClaimed("alice".into()))]
    );
    assert_eq!(
        f.read(f.reg().creator_by_handle("alice".into())).unwrap().0,
        ALICE
    );
    assert_eq!(
        f.read(f.reg().handle_state("alice".into())),
        Some(HandleState::Taken(ALICE))
    );
    assert_eq!(f.read(f.reg().creator(ALICE)).unwrap().released, None);
    f.assert_solvent();
}

/// A creator that had two handles by turns, claiming each back before others could, would keep both for
/// ever.
#[test]
fn creator_who_takes_another_handle_has_the_first_back_no_sooner_than_others() {
    let (mut f, alice, bob, _) = world();
    let free_from = f.chain.now() + QUARANTINE;
    f.done(&alice, f.reg().release_handle(ALICE), 0);
    commit(&mut f, &alice, "other");
    f.done(&alice, f.reg().claim_handle(ALICE, "other".into(), SALT), 0);
    f.chain.seal_at(free_from - DAY / 2);
    f.done(&alice, f.reg().release_handle(ALICE), 0);
    commit(&mut f, &alice, "alice");
    let back = f.reg().claim_handle(ALICE, "alice".into(), SALT);
    assert_eq!(
        f.refuse(&alice, back, 0),
        Error::Unavailable(Unavailable::QuarantinedUntil(free_from))
    );
    commit(&mut f, &bob, "alice");
    f.chain.seal_at(free_from);
    let message = f.reg().register("alice".into(), SALT, Profile::default());
    assert_eq!(f.call(&bob, message, 0).unwrap().0, 1);
    // The one that was released last is the one that can be had back.
    commit(&mut f, &alice, "other");
    f.done(&alice, f.reg().claim_handle(ALICE, "other".into(), SALT), 0);
    f.assert_solvent();
}

#[test]
fn forgotten_handle_is_one_that_was_never_in_use() {
    let (mut f, alice, bob, _) = world();
    let forget = |f: &Farthing, handle: &str| f.reg().forget_handle(ALICE, handle.into());
    let message = forget(&f, "alice");
    assert_eq!(f.refuse(&alice, message, 0), Error::NotReleased);
    let free_from = f.chain.now() + QUARANTINE + 12_000;
    f.chain.seal_at(free_from - QUARANTINE);
    f.done(&alice, f.reg().release_handle(ALICE), 0);
    for (who, handle, why) in [
        (&alice, "alice", Error::NotBefore(free_from)),
        (&alice, "admin", Error::NotReleased),
        (&alice, "never", Error::NotReleased),
        (&alice, "No", Error::BadHandle(HandleError::Length)),
        (&bob, "alice", Error::NotOwner),
    ] {
        let message = forget(&f, handle);
        assert_eq!(f.refuse(who, message, 0), why);
    }
    f.chain.seal_at(free_from);
    let message = forget(&f, "alice");
    let receipt = f.done(&alice, message.clone(), 0);
    assert_eq!(
        changes(&receipt),
        [(ALICE, Change::HandleForgotten("alice".into()))]
    );
    assert!(receipt.deposit < -PER_ITEM);
    assert_eq!(f.read(f.reg().handle_state("alice".into())), None);
    assert_eq!(f.read(f.reg().creator(ALICE)).unwrap().released, None);
    assert_eq!(f.refuse(&alice, message, 0), Error::NotReleased);
    // An earlier one too, that the creator gave up for another: it stays the creator's to free.
    commit(&mut f, &alice, "first");
    f.done(&alice, f.reg().claim_handle(ALICE, "first".into(), SALT), 0);
    f.done(&alice, f.reg().release_handle(ALICE), 0);
    commit(&mut f, &alice, "second");
    f.done(&alice, f.reg().claim_handle(ALICE, "second".into(), SALT), 0);
    f.chain.advance(QUARANTINE);
    let message = forget(&f, "first");
    assert!(f.done(&alice, message, 0).deposit < -PER_ITEM / 2);
    let record = f.read(f.reg().creator(ALICE)).unwrap();
    assert_eq!(record.handle.as_deref(), Some("second"));
    f.assert_solvent();
}

#[test]
fn handle_that_another_took_is_not_forgotten() {
    let (mut f, alice, bob, _) = world();
    f.done(&alice, f.reg().release_handle(ALICE), 0);
    f.chain.advance(QUARANTINE);
    commit(&mut f, &bob, "alice");
    let message = f.reg().register("alice".into(), SALT, Profile::default());
    f.done(&bob, message, 0);
    // Neither while the other has it, nor once that one released it.
    let forget = f.reg().forget_handle(ALICE, "alice".into());
    assert_eq!(f.refuse(&alice, forget.clone(), 0), Error::NotReleased);
    f.done(&bob, f.reg().release_handle(1), 0);
    f.chain.advance(QUARANTINE);
    assert_eq!(f.refuse(&alice, forget, 0), Error::NotReleased);
    f.assert_solvent();
}

#[test]
fn reading_what_is_no_handle_finds_nothing_however_long_it_is() {
    let (mut f, _, _, _) = world();
    for length in [0, 2, 33, 122, 123, 128, 4_000] {
        let text = "a".repeat(length);
        assert_eq!(f.read(f.reg().handle_state(text.clone())), None);
        assert_eq!(f.read(f.reg().creator_by_handle(text)), None);
    }
    assert!(f.read(f.reg().creator_by_handle("alice".into())).is_some());
    f.assert_solvent();
}

#[test]
fn released_handle_is_refused_to_others_for_thirty_days_to_the_millisecond() {
    for early in [1, 0] {
        let (mut f, alice, bob, _) = world();
        let free_from = f.chain.now() + QUARANTINE;
        f.done(&alice, f.reg().release_handle(ALICE), 0);
        f.chain.seal_at(free_from - DAY / 2);
        commit(&mut f, &bob, "alice");
        f.chain.seal_at(free_from - early);
        let message = f.reg().register("alice".into(), SALT, Profile::default());
        if early == 0 {
            assert_eq!(f.call(&bob, message, 0).unwrap().0, 1);
        } else {
            assert_eq!(
                f.refuse(&bob, message, 0),
                Error::Unavailable(Unavailable::QuarantinedUntil(free_from))
            );
        }
        f.assert_solvent();
    }
}

#[test]
fn claim_handle_refuses_handle_of_another() {
    let (mut f, alice, bob, _) = world();
    f.creator(&bob, "bob");
    f.done(&alice, f.reg().release_handle(ALICE), 0);
    commit(&mut f, &alice, "bob");
    let message = f.reg().claim_handle(ALICE, "bob".into(), SALT);
    assert_eq!(
        f.refuse(&alice, message, 0),
        Error::Unavailable(Unavailable::Taken(1))
    );
    f.assert_solvent();
}

#[test]
fn claim_handle_refuses_a_second_handle_a_stranger_and_an_unknown_creator() {
    let (mut f, alice, bob, _) = world();
    for who in [&alice, &bob] {
        commit(&mut f, who, "other");
    }
    for (who, creator, why) in [
        (&alice, ALICE, Error::HasHandle),
        (&bob, ALICE, Error::NotOwner),
        (&bob, 9, Error::UnknownCreator),
    ] {
        let message = f.reg().claim_handle(creator, "other".into(), SALT);
        assert_eq!(f.refuse(who, message, 0), why);
    }
    f.assert_solvent();
}

#[test]
fn claim_handle_refuses_what_register_refuses() {
    let (mut f, alice, _, _) = world();
    f.done(&alice, f.reg().release_handle(ALICE), 0);
    let claim = |f: &Farthing, handle: &str| f.reg().claim_handle(ALICE, handle.into(), SALT);
    let message = claim(&f, "x");
    assert_eq!(
        f.refuse(&alice, message, 0),
        Error::BadHandle(HandleError::Length)
    );
    let message = claim(&f, "other");
    assert_eq!(f.refuse(&alice, message, 0), Error::NoCommitment);
    commit(&mut f, &alice, "another");
    let message = claim(&f, "other");
    assert_eq!(
        f.refuse(&alice, message, 0),
        Error::BadClaim(ClaimError::Mismatch)
    );
    f.assert_solvent();
}

// ---- Profile and delegates ----

#[test]
fn set_profile_is_for_owner_and_delegates_with_that_permission() {
    let (mut f, alice, bob, carol) = world();
    let may_only = |permission: Permission| Permissions {
        catalogue: permission == Permission::Catalogue,
        price: permission == Permission::Price,
        profile: permission == Permission::Profile,
    };
    for (delegate, permission) in [(&bob, Permission::Profile), (&carol, Permission::Catalogue)] {
        let permissions = may_only(permission);
        let account = delegate.id().ink();
        let receipt = f.done(&alice, f.reg().set_delegate(ALICE, account, permissions), 0);
        let told = Change::Delegate {
            delegate: account,
            permissions,
        };
        assert_eq!(changes(&receipt), [(ALICE, told)]);
        assert_eq!(f.read(f.reg().permissions(ALICE, account)), permissions);
        assert!(f.read(f.reg().controls(ALICE, account, permission)));
    }
    for (who, uri) in [(&alice, "a"), (&bob, "b")] {
        let receipt = f.done(who, f.reg().set_profile(ALICE, profile(uri)), 0);
        let told = Change::Profile {
            by: who.id().ink(),
            profile: profile(uri),
        };
        assert_eq!(changes(&receipt), [(ALICE, told)]);
        let record = f.read(f.reg().creator(ALICE)).unwrap();
        assert_eq!(record.profile, profile(uri));
    }
    assert_eq!(
        f.refuse(&carol, f.reg().set_profile(ALICE, profile("c")), 0),
        Error::NotPermitted
    );
    f.assert_solvent();
}

#[test]
fn profile_uri_of_128_bytes_fits_and_one_more_or_what_moves_the_cursor_does_not() {
    let (mut f, alice, bob, _) = world();
    let fits = profile(&"u".repeat(128));
    f.done(&alice, f.reg().set_profile(ALICE, fits), 0);
    for (uri, why) in [
        ("u".repeat(129), TextError::TooLong),
        ("https://a.b/\u{1b}[2J".into(), TextError::Unprintable),
        ("https://a.b\r\nowner: mallory".into(), TextError::Unprintable),
        ("https://a.b/\u{202e}gpj".into(), TextError::Unprintable),
    ] {
        let bad = profile(&uri);
        let message = f.reg().set_profile(ALICE, bad.clone());
        assert_eq!(f.refuse(&alice, message, 0), Error::BadUri(why));
        commit(&mut f, &bob, "bob");
        let message = f.reg().register("bob".into(), SALT, bad);
        assert_eq!(f.refuse(&bob, message, 0), Error::BadUri(why));
    }
    f.assert_solvent();
}

#[test]
fn delegate_is_taken_off_by_no_permission_at_all() {
    let (mut f, alice, bob, _) = world();
    let account = bob.id().ink();
    let on = f.done(&alice, f.reg().set_delegate(ALICE, account, ALL), 0);
    let nothing = f.reg().set_delegate(ALICE, account, Permissions::NONE);
    // On its first day the record stays, and the delegate may do nothing all the same.
    assert_eq!(f.done(&alice, nothing.clone(), 0).deposit, 0);
    assert_eq!(
        f.read(f.reg().permissions(ALICE, account)),
        Permissions::NONE
    );
    // Put on again and taken off again, it is as old as it was.
    f.chain.advance(DAY / 2);
    assert_eq!(f.done(&alice, f.reg().set_delegate(ALICE, account, ALL), 0).deposit, 0);
    f.chain.advance(DAY / 2);
    let off = f.done(&alice, nothing.clone(), 0);
    // The chain rounds what it gives back down, once for items and once for bytes.
    assert!((0..=2).contains(&(on.deposit + off.deposit)));
    // Who is none is taken off without effect.
    assert_eq!(f.done(&alice, nothing, 0).deposit, 0);
    assert_eq!(
        f.read(f.reg().permissions(ALICE, account)),
        Permissions::NONE
    );
    assert!(!f.read(f.reg().controls(ALICE, account, Permission::Profile)));
    f.assert_solvent();
}

// ---- Ownership ----

#[test]
fn ownership_changes_when_it_is_accepted_and_not_before() {
    let (mut f, alice, bob, carol) = world();
    let offer = Some(bob.id().ink());
    let receipt = f.done(&alice, f.reg().offer_ownership(ALICE, offer), 0);
    assert_eq!(changes(&receipt), [(ALICE, Change::Offered(offer))]);
    assert!(f.read(f.reg().owns(ALICE, alice.id().ink())));
    assert_eq!(
        f.refuse(&carol, f.reg().accept_ownership(ALICE, None, Vec::new()), 0),
        Error::NotOffered
    );
    let receipt = f.done(&bob, f.reg().accept_ownership(ALICE, None, Vec::new()), 0);
    assert_eq!(
        changes(&receipt),
        [(ALICE, Change::Accepted(bob.id().ink()))]
    );
    let record = f.read(f.reg().creator(ALICE)).unwrap();
    assert_eq!(record.owner, bob.id().ink());
    assert_eq!((record.offered_to, record.owners), (None, 1));
    assert!(!f.read(f.reg().owns(ALICE, alice.id().ink())));
    // A split that was never set pays the owner: from now on that is bob, and others can tell.
    let payout = f.read(f.reg().payout_split(ALICE)).unwrap();
    assert_eq!(payout.version, 1);
    assert_eq!(payout.recipients, split(&[(&bob.id(), PARTS)]));
    // Bob cannot accept it a second time.
    assert_eq!(
        f.refuse(&bob, f.reg().accept_ownership(ALICE, None, Vec::new()), 0),
        Error::NotOffered
    );
    f.assert_solvent();
}

#[test]
fn offer_that_was_taken_back_cannot_be_accepted() {
    let (mut f, alice, bob, _) = world();
    f.done(
        &alice,
        f.reg().offer_ownership(ALICE, Some(bob.id().ink())),
        0,
    );
    let receipt = f.done(&alice, f.reg().offer_ownership(ALICE, None), 0);
    assert_eq!(changes(&receipt), [(ALICE, Change::Offered(None))]);
    assert_eq!(
        f.refuse(&bob, f.reg().accept_ownership(ALICE, None, Vec::new()), 0),
        Error::NotOffered
    );
    f.assert_solvent();
}

#[test]
fn seller_earns_nothing_after_the_buyer_accepted_whatever_split_they_set_before() {
    let (mut f, alice, bob, carol) = world();
    let offer = f.reg().offer_ownership(ALICE, Some(bob.id().ink()));
    f.done(&alice, offer, 0);
    f.split(&alice, &[(&alice.id(), 400_000), (&carol.id(), 600_000)]);
    let receipt = f.done(&bob, f.reg().accept_ownership(ALICE, None, Vec::new()), 0);
    let payout = f.read(f.reg().payout_split(ALICE)).unwrap();
    assert_eq!(payout.recipients, split(&[(&bob.id(), PARTS)]));
    let told: Vec<CreatorChanged> = receipt.events_of();
    assert_eq!((payout.version, told[0].version), (2, 2));
    // The split's record stays, smaller by a recipient, and the creator's is smaller by the offer:
    // handing over back and forth frees no item.
    assert!((0..=1).contains(&(receipt.deposit + (36 + 32) * PER_BYTE)));
    // The new owner frees it, when they like.
    f.chain.advance(DAY);
    let unset = f.done(&bob, f.reg().unset_payout(ALICE, None, Vec::new()), 0);
    assert!(unset.deposit < -PER_ITEM);
    f.assert_solvent();
}

#[test]
fn buyer_who_saw_another_version_does_not_accept() {
    let (mut f, alice, bob, carol) = world();
    let offer = f.reg().offer_ownership(ALICE, Some(bob.id().ink()));
    f.done(&alice, offer, 0);
    let seen = f.read(f.reg().creator(ALICE)).unwrap().version;
    let accept = f.reg().accept_ownership(ALICE, Some(seen), Vec::new());
    // Each of these is a reason to look again; the profile is not.
    let carol = carol.id().ink();
    let mut version = seen;
    f.done(&alice, f.reg().release_handle(ALICE), 0);
    version += 1;
    assert_eq!(f.refuse(&bob, accept.clone(), 0), Error::Changed(version));
    f.done(&alice, f.reg().set_delegate(ALICE, carol, ALL), 0);
    version += 1;
    assert_eq!(f.refuse(&bob, accept.clone(), 0), Error::Changed(version));
    f.split(&alice, &[(&alice.id(), PARTS)]);
    version += 1;
    assert_eq!(f.refuse(&bob, accept, 0), Error::Changed(version));
    f.done(&alice, f.reg().set_profile(ALICE, profile("new")), 0);
    let accept = f.reg().accept_ownership(ALICE, Some(version), Vec::new());
    f.done(&bob, accept, 0);
    assert_eq!(f.read(f.reg().creator(ALICE)).unwrap().version, version + 1);
    f.assert_solvent();
}

// ---- The end of a creator ----

#[test]
fn deleted_creator_is_gone_with_its_records_and_its_number() {
    let (mut f, alice, bob, _) = world();
    f.split(&alice, &[(&alice.id(), 1), (&bob.id(), PARTS - 1)]);
    let delete = |f: &Farthing, seen| f.reg().delete(ALICE, seen);
    let message = delete(&f, None);
    assert_eq!(f.refuse(&alice, message, 0), Error::HasHandle);
    let free_from = f.chain.now() + QUARANTINE;
    f.done(&alice, f.reg().release_handle(ALICE), 0);
    let seen = f.read(f.reg().creator(ALICE)).unwrap().version;
    for (who, seen, why) in [
        (&bob, None, Error::NotOwner),
        (&alice, Some(seen - 1), Error::Changed(seen)),
        (&alice, Some(seen), Error::NotBefore(free_from)),
    ] {
        let message = delete(&f, seen);
        assert_eq!(f.refuse(who, message, 0), why);
    }
    f.chain.seal_at(free_from);
    let message = delete(&f, Some(seen));
    let receipt = f.done(&alice, message.clone(), 0);
    assert_eq!(changes(&receipt), [(ALICE, Change::Deleted)]);
    assert!(receipt.deposit < -3 * PER_ITEM, "{}", receipt.deposit);
    assert_eq!(f.read(f.reg().creator(ALICE)), None);
    assert_eq!(f.read(f.reg().payout_split(ALICE)), None);
    assert_eq!(f.read(f.reg().handle_state("alice".into())), None);
    assert!(!f.read(f.reg().owns(ALICE, alice.id().ink())));
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownCreator);
    // The handle is free, and the number is not given again.
    commit(&mut f, &bob, "alice");
    let message = f.reg().register("alice".into(), SALT, Profile::default());
    assert_eq!(f.call(&bob, message, 0).unwrap().0, 1);
    f.assert_solvent();
}

#[test]
fn deleting_does_not_reach_a_handle_that_another_took() {
    let (mut f, alice, bob, _) = world();
    f.done(&alice, f.reg().release_handle(ALICE), 0);
    f.chain.advance(QUARANTINE);
    commit(&mut f, &bob, "alice");
    let message = f.reg().register("alice".into(), SALT, Profile::default());
    f.done(&bob, message, 0);
    f.done(&alice, f.reg().delete(ALICE, None), 0);
    assert_eq!(
        f.read(f.reg().handle_state("alice".into())),
        Some(HandleState::Taken(1))
    );
    f.assert_solvent();
}

// ---- Payout split ----

#[test]
fn set_payout_replaces_the_split_and_raises_its_version() {
    let (mut f, alice, bob, carol) = world();
    let at_first = f.read(f.reg().payout_split(ALICE)).unwrap();
    assert_eq!(at_first.version, 0);
    assert_eq!(at_first.recipients, split(&[(&alice.id(), PARTS)]));
    for (version, parts) in [
        (1, vec![(&bob.id(), 1), (&carol.id(), PARTS - 1)]),
        (2, vec![(&bob.id(), PARTS)]),
    ] {
        let recipients = split(&parts);
        let set = |seen| f.reg().set_payout(ALICE, recipients.clone(), seen, Vec::new());
        let (early, late) = (set(Some(version)), set(Some(version - 1)));
        assert_eq!(f.refuse(&alice, early, 0), Error::Changed(version - 1));
        let receipt = f.done(&alice, late, 0);
        let told = Change::Payout(recipients.clone());
        assert_eq!(changes(&receipt), [(ALICE, told)]);
        let now = f.read(f.reg().payout_split(ALICE)).unwrap();
        assert_eq!((now.version, now.recipients), (version, recipients));
    }
    f.assert_solvent();
}

#[test]
fn unset_payout_gives_all_to_the_owner_and_the_deposit_back_a_day_after() {
    let (mut f, alice, bob, _) = world();
    let unset = |f: &Farthing, seen| f.reg().unset_payout(ALICE, seen, Vec::new());
    let message = unset(&f, None);
    assert_eq!(f.refuse(&alice, message, 0), Error::NoSplit);
    let at = f.chain.now() + DAY;
    let recipients = split(&[(&bob.id(), PARTS)]);
    let set = f.reg().set_payout(ALICE, recipients, None, Vec::new());
    let locked = f.done(&alice, set.clone(), 0).deposit;
    // Setting another does not begin the day anew.
    f.done(&alice, set, 0);
    for (who, seen, why) in [
        (&bob, None, Error::NotOwner),
        (&alice, Some(1), Error::Changed(2)),
        (&alice, Some(2), Error::NotBefore(at)),
    ] {
        let message = unset(&f, seen);
        assert_eq!(f.refuse(who, message, 0), why);
    }
    f.chain.seal_at(at);
    let message = unset(&f, Some(2));
    let receipt = f.done(&alice, message, 0);
    assert_eq!(changes(&receipt), [(ALICE, Change::PayoutUnset)]);
    assert!((0..=2).contains(&(locked + receipt.deposit)));
    let now = f.read(f.reg().payout_split(ALICE)).unwrap();
    assert_eq!(now.version, 3);
    assert_eq!(now.recipients, split(&[(&alice.id(), PARTS)]));
    f.assert_solvent();
}

// ---- Contracts that are told ----

/// What a contract is told of a change: it answers to nothing else.
fn listens_to(creator: CreatorId, version: u32, parts: &[(&AccountId, u32)]) -> Line {
    let selector = ink::selector_bytes!("PayoutListener::payout_changed");
    Line::answer(selector, &())
        .to(&creator)
        .to(&version)
        .to(&split(parts))
}

#[test]
fn contracts_that_are_named_are_told_of_each_change_in_the_same_message() {
    let (mut f, alice, bob, carol) = world();
    let lines = [
        listens_to(ALICE, 1, &[(&carol.id(), PARTS)]),
        listens_to(ALICE, 2, &[(&alice.id(), PARTS)]),
        listens_to(ALICE, 3, &[(&bob.id(), PARTS)]),
    ];
    let listener = puppet::deploy(&mut f.chain, &carol, &lines);
    let tell = vec![listener.ink(); 4];
    let to_carol = split(&[(&carol.id(), PARTS)]);
    let message = f.reg().set_payout(ALICE, to_carol, None, tell.clone());
    f.done(&alice, message, 0);
    f.chain.advance(DAY);
    let message = f.reg().unset_payout(ALICE, None, tell.clone());
    f.done(&alice, message, 0);
    let offer = f.reg().offer_ownership(ALICE, Some(bob.id().ink()));
    f.done(&alice, offer, 0);
    let message = f.reg().accept_ownership(ALICE, None, tell);
    f.done(&bob, message, 0);
    // Of what it does not know it takes no notice, and then the change is none.
    let to_carol = split(&[(&carol.id(), PARTS)]);
    let tell = vec![listener.ink()];
    let message = f.reg().set_payout(ALICE, to_carol, None, tell);
    let failed = Error::ListenerFailed(listener.ink());
    assert_eq!(f.refuse(&bob, message, 0), failed);
    f.assert_solvent();
}

#[test]
fn change_fails_with_a_contract_that_fails_and_names_it() {
    let (mut f, alice, bob, carol) = world();
    let good = puppet::deploy(
        &mut f.chain,
        &carol,
        &[listens_to(ALICE, 1, &[(&bob.id(), PARTS)])],
    );
    let offer = f.reg().offer_ownership(ALICE, Some(bob.id().ink()));
    f.done(&alice, offer, 0);
    // A person, the registry itself, and a contract that is told something else.
    for bad in [carol.id().ink(), f.registry_id.ink(), good.ink()] {
        let to_alice = split(&[(&alice.id(), PARTS)]);
        let message = f.reg().set_payout(ALICE, to_alice, None, vec![bad]);
        assert_eq!(f.refuse(&alice, message, 0), Error::ListenerFailed(bad));
    }
    let tell = vec![good.ink(), carol.id().ink()];
    let message = f.reg().accept_ownership(ALICE, None, tell);
    let failed = Error::ListenerFailed(carol.id().ink());
    assert_eq!(f.refuse(&bob, message, 0), failed);
    let message = f.reg().accept_ownership(ALICE, None, vec![good.ink(); 5]);
    assert_eq!(f.refuse(&bob, message, 0), Error::TooManyListeners);
    let message = f.reg().accept_ownership(ALICE, None, vec![good.ink()]);
    f.done(&bob, message, 0);
    f.assert_solvent();
}

/// A contract that is told tries to have the last word: the registry cannot be entered meanwhile, which
/// ends the contract's own call, and the change with it.
#[test]
fn contract_that_is_told_cannot_change_what_it_is_told() {
    let (mut f, alice, bob, _) = world();
    let own = split(&[(&bob.id(), PARTS)]);
    let back = f.reg().set_payout(ALICE, own, None, Vec::new());
    let line = listens_to(ALICE, 1, &[(&alice.id(), PARTS)]).calling_back(back);
    let listener = puppet::deploy(&mut f.chain, &bob, &[line]);
    let offer = f.reg().offer_ownership(ALICE, Some(listener.ink()));
    f.done(&alice, offer, 0);
    let to_alice = split(&[(&alice.id(), PARTS)]);
    let tell = vec![listener.ink()];
    let message = f.reg().set_payout(ALICE, to_alice, None, tell);
    let failed = Error::ListenerFailed(listener.ink());
    assert_eq!(f.refuse(&alice, message, 0), failed);
    f.assert_solvent();
}

#[test]
fn set_payout_refuses_what_is_no_split() {
    let (mut f, alice, bob, _) = world();
    let many: Vec<AccountId> = (0..17u8).map(|i| [i; 32].into()).collect();
    let crowd: Vec<_> = many.iter().map(|account| (account, 1)).collect();
    for (parts, why) in [
        (vec![], SplitError::RecipientCount),
        (crowd, SplitError::RecipientCount),
        (
            vec![(&alice.id(), PARTS), (&bob.id(), 0)],
            SplitError::ZeroParts,
        ),
        (
            vec![(&bob.id(), PARTS / 2), (&bob.id(), PARTS / 2)],
            SplitError::DuplicateRecipient,
        ),
        (vec![(&bob.id(), PARTS - 1)], SplitError::SumOff(PARTS - 1)),
        (
            vec![(&alice.id(), u32::MAX), (&bob.id(), u32::MAX)],
            SplitError::SumOff(u32::MAX),
        ),
    ] {
        let message = f.reg().set_payout(ALICE, split(&parts), None, Vec::new());
        assert_eq!(f.refuse(&alice, message, 0), Error::BadSplit(why));
    }
    f.assert_solvent();
}

// ---- Nobody there ----

#[test]
fn messages_about_a_creator_that_does_not_exist_are_refused() {
    let (mut f, alice, bob, _) = world();
    let (nobody, account) = (7, bob.id().ink());
    let anyone = split(&[(&alice.id(), PARTS)]);
    let message = f.reg().release_handle(nobody);
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownCreator);
    let message = f.reg().forget_handle(nobody, "alice".into());
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownCreator);
    let message = f.reg().delete(nobody, None);
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownCreator);
    let message = f.reg().unset_payout(nobody, None, Vec::new());
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownCreator);
    let message = f.reg().accept_ownership(nobody, None, Vec::new());
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownCreator);
    let message = f.reg().set_profile(nobody, Profile::default());
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownCreator);
    let message = f.reg().set_delegate(nobody, account, ALL);
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownCreator);
    let message = f.reg().offer_ownership(nobody, Some(account));
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownCreator);
    let message = f.reg().set_payout(nobody, anyone, None, Vec::new());
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownCreator);
    f.assert_solvent();
}

#[test]
fn reading_a_creator_that_does_not_exist_finds_nothing() {
    let (mut f, _, bob, _) = world();
    let (nobody, account) = (7, bob.id().ink());
    assert_eq!(f.read(f.reg().creator(nobody)), None);
    assert_eq!(f.read(f.reg().payout_split(nobody)), None);
    assert_eq!(f.read(f.reg().creator_by_handle("nobody".into())), None);
    assert_eq!(f.read(f.reg().handle_state("nobody".into())), None);
    assert_eq!(f.read(f.reg().commitment(account)), None);
    assert!(!f.read(f.reg().owns(nobody, account)));
    assert!(!f.read(f.reg().controls(nobody, account, Permission::Profile)));
    assert_eq!(
        f.read(f.reg().permissions(nobody, account)),
        Permissions::NONE
    );
    f.assert_solvent();
}
