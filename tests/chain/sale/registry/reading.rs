//! Pages, and what is not there.

use super::*;
use farthing_contracts::registry::reading::{MAX_ACCOUNTS, MAX_PAGE};
use ink::scale::Encode;

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

#[test]
fn permissions_of_many_are_read_in_one_call() {
    let (mut f, alice, bob, carol) = world();
    let ids = [&bob, &alice, &carol].map(|one| one.id().ink());
    let message = f.reg().set_delegate(ALICE, ids[0], CATALOGUE);
    f.done(&alice, message, 0);
    let message = f.reg().set_delegate(ALICE, ids[2], PRICES);
    f.done(&alice, message, 0);
    let message = f.reg().permissions_of(ALICE, ids.to_vec());
    // The owner is no delegate.
    assert_eq!(f.read(message), [CATALOGUE, Permissions::NONE, PRICES]);
    let nobodys = f.reg().permissions_of(7, ids.to_vec());
    assert_eq!(f.read(nobodys), [Permissions::NONE; 3]);
    let longer = vec![ids[0]; MAX_ACCOUNTS + 1];
    let page = f.read(f.reg().permissions_of(ALICE, longer));
    assert_eq!(page, [CATALOGUE; MAX_ACCOUNTS]);
    f.assert_solvent();
}

/// What fits into ink!'s buffer.
const BUFFER: usize = 16_384;

/// Registers creators of bob's with the longest handles and profiles, who offers each to carol, until
/// there are so many in all.
fn large_creators(f: &mut Farthing, bob: &Account, carol: &Account, count: u32) {
    for number in 1..count {
        let handle = format!("{number:0>32}");
        commit(f, bob, &handle);
        f.wait_for_reveal();
        let message = f.reg().register(handle, SALT, profile(&"u".repeat(128)));
        f.done(bob, message, 0);
        let offer = f.reg().offer_ownership(number, Some(carol.id().ink()));
        f.done(bob, offer, 0);
    }
}

#[test]
fn a_page_of_the_largest_creators_is_one_call_and_fits_into_the_buffer() {
    let (mut f, _, bob, carol) = world();
    large_creators(&mut f, &bob, &carol, MAX_PAGE + 2);
    let page = f.read(f.reg().creators(1, MAX_PAGE));
    assert_eq!(page.len(), MAX_PAGE as usize);
    for (number, creator) in (1..).zip(&page) {
        assert!(creator.is_some());
        assert_eq!(&f.read(f.reg().creator(number)), creator);
    }
    let size = 1 + page.encoded_size();
    assert!(size * 10 <= BUFFER * 9, "{size} bytes");

    let mut read = |first, count| f.read(f.reg().creators(first, count));
    assert_eq!(read(1, u32::MAX), page);
    assert_eq!(
        read(MAX_PAGE, 3),
        [page[47].clone(), read(MAX_PAGE + 1, 1).remove(0)]
    );
    assert_eq!(read(2, MAX_PAGE)[..47], page[1..]);
    for (first, count) in [(0, 0), (MAX_PAGE + 2, 1), (u32::MAX, u32::MAX)] {
        assert_eq!(read(first, count), []);
    }
    f.assert_solvent();
}

#[test]
fn a_page_says_which_creators_are_gone() {
    let (mut f, alice, bob, carol) = world();
    large_creators(&mut f, &bob, &carol, 3);
    let message = f.reg().release_handle(1);
    f.done(&bob, message, 0);
    f.chain.advance(QUARANTINE);
    let message = f.reg().delete(1, None);
    f.done(&bob, message, 0);
    let page = f.read(f.reg().creators(0, MAX_PAGE));
    let owner = |one: &Option<Creator>| one.as_ref().map(|one| one.owner);
    let owners: Vec<_> = page.iter().map(owner).collect();
    let [alice, bob] = [&alice, &bob].map(|one| one.id().ink());
    assert_eq!(owners, [Some(alice), None, Some(bob)]);
    let overview = f.read(f.reg().overview());
    assert_eq!((overview.creators, f.read(f.reg().creator_count())), (3, 3));
    f.assert_solvent();
}
