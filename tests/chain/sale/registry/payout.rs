//! Where the money goes, and who is told of it.

use super::*;
use farthing_contracts::registry;

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
        let set = |seen| {
            f.reg()
                .set_payout(ALICE, recipients.clone(), seen, Vec::new())
        };
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

/// What a contract is told of a change: it answers to nothing else.
fn listens_to(creator: CreatorId, version: u32, parts: &[(&AccountId, u32)]) -> Line {
    let selector = ink::selector_bytes!("PayoutListener::payout_changed");
    Line::answer(selector, &Ok::<(), registry::ListenerError>(()))
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
