//! What each message of the registry does, and each of its errors.

use crate::sale::world::*;
use farthing_types::{commitment, handle::HandleError, split::SplitError};
use registry::{
    claims::{ClaimError, Commitment, HandleState, Unavailable, COMMITMENT_LIFETIME, QUARANTINE},
    creator::Creator,
    events::Change,
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
    };
    assert_eq!(changes(&receipt), [(1, registered)]);
    let record = Creator {
        owner: bob.id().ink(),
        offered_to: None,
        handle: Some("bob-b".into()),
        profile: profile("ipfs://b"),
        owners: 0,
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
fn cancel_commitment_gives_its_deposit_back() {
    let (mut f, _, bob, _) = world();
    let made = f.commit(&bob, "bob");
    let gone = f.done(&bob, f.reg().cancel_commitment(), 0);
    // What the chain gives back it computes pro rata, rounded down: once for items, once for bytes.
    assert!((0..=2).contains(&(made.deposit + gone.deposit)));
    assert!(made.deposit > PER_ITEM);
    assert_eq!(f.read(f.reg().commitment(bob.id().ink())), None);
    f.assert_solvent();
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

#[test]
fn register_refuses_a_commitment_of_the_same_block_and_takes_it_in_the_next() {
    let (mut f, _, bob, _) = world();
    let hash = commitment::handle_claim("bob", &bob.id(), &SALT);
    let message = f.reg().register("bob".into(), SALT, Profile::default());
    let (commit, reveal) = (f.reg().commit(hash), message.clone());
    f.chain.in_one_block(|chain| {
        chain.call_unasked(&bob, commit, 0).unwrap();
        let error = refused(chain.call(&bob, reveal, 0));
        assert_eq!(error, Error::BadClaim(ClaimError::TooYoung));
    });
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
    // Two to the power of 32 registrations would take a chain eight hundred years. The count is all
    // that the registry's root item holds; it stands at the last number but one.
    let registry = f.registry_id.clone();
    f.chain.poke(&registry, &[0; 4], &(u32::MAX - 1));
    commit(&mut f, &bob, "bob");
    let message = f.reg().register("bob".into(), SALT, Profile::default());
    assert_eq!(f.call(&bob, message, 0).unwrap().0, u32::MAX - 1);
    commit(&mut f, &carol, "carol");
    let message = f.reg().register("carol".into(), SALT, Profile::default());
    assert_eq!(f.refuse(&carol, message, 0), Error::Full);
    // Back, so that solvency need not ask for four billion creators.
    f.chain.poke(&registry, &[0; 4], &1u32);
    f.assert_solvent();
}

// ---- Handles ----

#[test]
fn release_handle_frees_it_and_keeps_number_and_money() {
    let (mut f, alice, bob, _) = world();
    f.tip(&bob, 500);
    let free_from = f.chain.now() + QUARANTINE;
    let receipt = f.done(&alice, f.reg().release_handle(ALICE), 0);
    let released = Change::HandleReleased {
        handle: "alice".into(),
        free_from,
    };
    assert_eq!(changes(&receipt), [(ALICE, released)]);
    assert_eq!(f.read(f.reg().creator(ALICE)).unwrap().handle, None);
    assert_eq!(
        f.read(f.reg().handle_state("alice".into())),
        Some(HandleState::Released {
            creator: ALICE,
            free_from
        })
    );
    assert_eq!(f.read(f.reg().creator_by_handle("alice".into())), None);
    assert_eq!(f.books(), 500);
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
        assert_eq!(changes(&receipt), [(ALICE, Change::Profile(profile(uri)))]);
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
fn profile_uri_of_128_bytes_fits_and_one_more_does_not() {
    let (mut f, alice, bob, _) = world();
    let (fits, long) = (profile(&"u".repeat(128)), profile(&"u".repeat(129)));
    f.done(&alice, f.reg().set_profile(ALICE, fits), 0);
    assert_eq!(
        f.refuse(&alice, f.reg().set_profile(ALICE, long.clone()), 0),
        Error::UriTooLong
    );
    commit(&mut f, &bob, "bob");
    let message = f.reg().register("bob".into(), SALT, long);
    assert_eq!(f.refuse(&bob, message, 0), Error::UriTooLong);
    f.assert_solvent();
}

#[test]
fn delegate_is_taken_off_by_no_permission_at_all() {
    let (mut f, alice, bob, _) = world();
    let account = bob.id().ink();
    let on = f.done(&alice, f.reg().set_delegate(ALICE, account, ALL), 0);
    let off = f.done(
        &alice,
        f.reg().set_delegate(ALICE, account, Permissions::NONE),
        0,
    );
    // The chain rounds what it gives back down, once for items and once for bytes.
    assert!((0..=2).contains(&(on.deposit + off.deposit)));
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
        f.refuse(&carol, f.reg().accept_ownership(ALICE), 0),
        Error::NotOffered
    );
    let receipt = f.done(&bob, f.reg().accept_ownership(ALICE), 0);
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
        f.refuse(&bob, f.reg().accept_ownership(ALICE), 0),
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
        f.refuse(&bob, f.reg().accept_ownership(ALICE), 0),
        Error::NotOffered
    );
    f.assert_solvent();
}

#[test]
fn split_that_was_set_outlives_its_owner() {
    let (mut f, alice, bob, carol) = world();
    f.split(&alice, &[(&alice.id(), 400_000), (&carol.id(), 600_000)]);
    let before = f.read(f.reg().payout_split(ALICE)).unwrap();
    f.done(
        &alice,
        f.reg().offer_ownership(ALICE, Some(bob.id().ink())),
        0,
    );
    f.done(&bob, f.reg().accept_ownership(ALICE), 0);
    let after = f.read(f.reg().payout_split(ALICE)).unwrap();
    assert_eq!(after.recipients, before.recipients);
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
        let receipt = f.done(&alice, f.reg().set_payout(ALICE, recipients.clone()), 0);
        let told = Change::Payout {
            version,
            recipients: recipients.clone(),
        };
        assert_eq!(changes(&receipt), [(ALICE, told)]);
        let now = f.read(f.reg().payout_split(ALICE)).unwrap();
        assert_eq!((now.version, now.recipients), (version, recipients));
    }
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
        let message = f.reg().set_payout(ALICE, split(&parts));
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
    for message in [
        f.reg().release_handle(nobody),
        f.reg().accept_ownership(nobody),
    ] {
        assert_eq!(f.refuse(&alice, message, 0), Error::UnknownCreator);
    }
    let message = f.reg().set_profile(nobody, Profile::default());
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownCreator);
    let message = f.reg().set_delegate(nobody, account, ALL);
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownCreator);
    let message = f.reg().offer_ownership(nobody, Some(account));
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownCreator);
    let message = f.reg().set_payout(nobody, anyone);
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
