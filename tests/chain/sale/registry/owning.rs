//! Changing owners, and the end of a creator.

use super::*;

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

/// Deposits are one pot, which gives back an average: what is locked and freed at will takes from what
/// others locked, once the chain's price has fallen. So a split that was set a moment ago stays a day.
#[test]
fn deleting_does_not_free_a_split_on_the_day_on_which_it_was_set() {
    let (mut f, alice, bob, _) = world();
    f.done(&alice, f.reg().release_handle(ALICE), 0);
    f.chain.advance(QUARANTINE);
    let at = f.chain.now() + DAY;
    f.split(&alice, &[(&alice.id(), 1), (&bob.id(), PARTS - 1)]);
    let message = f.reg().delete(ALICE, None);
    assert_eq!(f.refuse(&alice, message, 0), Error::NotBefore(at));
    // Nor once the handle is forgotten.
    let message = f.reg().forget_handle(ALICE, "alice".into());
    f.done(&alice, message, 0);
    let message = f.reg().delete(ALICE, None);
    assert_eq!(f.refuse(&alice, message.clone(), 0), Error::NotBefore(at));
    f.chain.seal_at(at);
    let receipt = f.done(&alice, message, 0);
    assert!(receipt.deposit < -2 * PER_ITEM, "{}", receipt.deposit);
    f.assert_solvent();
}
