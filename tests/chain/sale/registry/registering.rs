//! Registering: announcing a claim, waiting, revealing it.

use super::*;
use farthing_contracts::registry;

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
    let told: Vec<Deployed> = deployed.receipt.events_of();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].reserved, ["first", "second"]);
    assert_eq!(told[0].wait, Wait::STANDARD);
    assert_eq!((told[0].wait.millis, told[0].wait.blocks), (60_000, 5));
    let registry: registry::RegistryRef = farthing_chain::at(&deployed.account);
    let overview = chain.read(registry.call().overview());
    assert_eq!((overview.creators, overview.wait), (0, Wait::STANDARD));
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
        assert_eq!(f.read(f.reg().overview()).wait, wait);
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
    let wait = f.read(f.reg().overview()).wait;
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
