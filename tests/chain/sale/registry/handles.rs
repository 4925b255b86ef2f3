//! Handles: giving them up, claiming others, forgetting them.

use super::*;

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
    f.done(
        &alice,
        f.reg().claim_handle(ALICE, "second".into(), SALT),
        0,
    );
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
