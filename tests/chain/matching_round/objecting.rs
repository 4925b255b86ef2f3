//! Pools that are struck off, and the verifier's lists.

use super::world::*;

const WHY: [u8; 32] = [5; 32];

/// An open round with a verifier, in which bob and carol have given 400 each to the first of two pools, 100
/// each to the second, and there is 1,000 to divide.
fn ready() -> World {
    let mut w = World::with(verified);
    for _ in 0..2 {
        w.entered(keep_all(&w.ada));
    }
    let (sue, bob, carol) = (w.sue.clone(), w.bob.clone(), w.carol.clone());
    w.list(&[&bob, &carol]);
    w.chain.seal_at(OPENS);
    w.sponsor(&sue, 1_000);
    for donor in [&bob, &carol] {
        w.donate(donor, 0, 400);
        w.donate(donor, 1, 100);
    }
    w
}

#[test]
fn pool_that_is_struck_off_gets_nothing_and_keeps_what_it_was_given() {
    for by_organiser in [true, false] {
        let mut w = ready();
        let who = match by_organiser {
            true => w.olga.clone(),
            false => w.vera.clone(),
        };
        assert_eq!((w.shares(), w.rest()), (vec![800, 200], 0));
        w.chain.seal_at(CLOSES);
        let receipt = w.done(&who, w.to().strike_off(w.pool(0), WHY), 0);
        assert_eq!(receipt.deposit, 0);
        let told = &receipt.events_of::<events::Objected>()[0];
        assert_eq!(
            (told.pool, told.by, told.reason),
            (w.pool(0), who.id().ink(), Some(WHY))
        );
        let objections = Objections {
            organiser: by_organiser,
            verifier: !by_organiser,
        };
        assert_eq!(w.projections()[0].objections, objections);
        // Sponsors see what would be divided.
        assert_eq!((w.shares(), w.rest()), (vec![0, 200], 800));
        w.divide();
        assert_eq!((w.shares(), w.rest()), (vec![0, 200], 800));
        let (dave, bob) = (w.dave.clone(), w.bob.clone());
        let pay = w.to().pay(w.pool(0));
        assert_eq!(w.refuse(&dave, pay, 0), Error::NothingDue);
        assert_eq!((w.donated(0), w.granted(0)), (800, 0));
        // Donors have their deposits back all the same.
        w.done(&bob, w.to().forget(w.pool(0)), 0);
        w.assert_solvent();
    }
}

#[test]
fn whoever_objected_can_think_better_of_it_and_nobody_else_for_them() {
    let mut w = ready();
    let (olga, vera) = (w.olga.clone(), w.vera.clone());
    let (strike, back) = (
        w.to().strike_off(w.pool(0), WHY),
        w.to().reinstate(w.pool(0)),
    );
    assert_eq!(w.refuse(&olga, back.clone(), 0), Error::NotStruckOff);
    w.done(&olga, strike.clone(), 0);
    assert_eq!(w.refuse(&olga, strike.clone(), 0), Error::StruckOff);
    assert_eq!(w.refuse(&vera, back.clone(), 0), Error::NotStruckOff);
    w.done(&vera, strike, 0);
    let receipt = w.done(&olga, back.clone(), 0);
    assert_eq!(receipt.events_of::<events::Objected>()[0].reason, None);
    assert_eq!(w.shares(), [0, 200]);
    w.done(&vera, back, 0);
    assert_eq!(w.shares(), [800, 200]);
    let bob = w.bob.clone();
    w.donate(&bob, 0, 1);
    w.assert_solvent();
}

#[test]
fn nobody_donates_through_the_round_to_a_pool_that_is_struck_off() {
    let mut w = ready();
    let (olga, bob) = (w.olga.clone(), w.bob.clone());
    w.done(&olga, w.to().strike_off(w.pool(0), WHY), 0);
    let donation = w.donation_of(&bob, 0);
    assert_eq!(w.refuse(&bob, donation, 400), Error::StruckOff);
    w.donate(&bob, 1, 300);
    w.assert_solvent();
}

#[test]
fn nobody_but_organiser_and_verifier_objects() {
    let mut w = ready();
    for who in [w.ada.clone(), w.sue.clone(), w.bob.clone()] {
        let strike = w.to().strike_off(w.pool(0), WHY);
        assert_eq!(w.refuse(&who, strike, 0), Error::NotObjector);
        let back = w.to().reinstate(w.pool(0));
        assert_eq!(w.refuse(&who, back, 0), Error::NotObjector);
    }
    let (olga, outside) = (w.olga.clone(), w.made(keep_all(&w.ada)));
    let strike = w.to().strike_off(w.pool(outside), WHY);
    assert_eq!(w.refuse(&olga, strike, 0), Error::NotEntered);
    w.assert_solvent();
}

#[test]
fn organiser_who_is_the_verifier_objects_once() {
    let mut w = World::with(|terms| terms.verifier = Some(terms.organiser));
    w.entered(keep_all(&w.ada));
    let olga = w.olga.clone();
    w.chain.seal_at(CHOSEN);
    w.done(&olga, w.to().strike_off(w.pool(0), WHY), 0);
    w.done(&olga, w.to().reinstate(w.pool(0)), 0);
    assert_eq!(w.projections()[0].objections, Objections::default());
    w.assert_solvent();
}

#[test]
fn pool_that_is_struck_off_is_not_asked_whether_it_missed_its_goal() {
    let mut w = World::with(|_| ());
    w.entered(w.goal(801, DIVIDES));
    let (olga, bob, carol, dave) = (
        w.olga.clone(),
        w.bob.clone(),
        w.carol.clone(),
        w.dave.clone(),
    );
    w.chain.seal_at(OPENS);
    for donor in [&bob, &carol] {
        w.donate(donor, 0, 400);
    }
    w.done(&olga, w.to().strike_off(w.pool(0), WHY), 0);
    w.chain.seal_at(DIVIDES);
    let (left, _) = w.chain.call(&dave, w.to().divide(0), 0).unwrap();
    assert_eq!(left, 0);
    // Its donors have their money back from the pool itself.
    let refund = ink::codegen::TraitCallBuilder::call_mut(&mut w.pools[0].pool);
    let refund = refund.refund(bob.id().ink());
    w.chain.call(&dave, refund, 0).unwrap();
    w.assert_solvent();
}

// ---- The verifier's lists ----

#[test]
fn verifier_makes_lists_known_and_has_the_deposit_back() {
    let mut w = World::with(verified);
    w.entered(keep_all(&w.ada));
    let (vera, bob, carol) = (w.vera.clone(), w.bob.clone(), w.carol.clone());
    let id = |who: &Account| who.id().ink();
    let first = root(&[id(&bob)]);
    let uri = "https://example.org/people".to_string();
    let receipt = w.done(&vera, w.to().set_list(0, first, uri.clone()), 0);
    assert_eq!(receipt.deposit, PER_ITEM + 33 * PER_BYTE);
    let told = &receipt.events_of::<events::Listed>()[0];
    assert_eq!((told.list, told.root, &told.uri), (0, first, &uri));
    // Before the round opens it can be replaced.
    let second = root(&[id(&carol), id(&bob)]);
    let receipt = w.done(&vera, w.to().set_list(0, second, uri), 0);
    assert_eq!(receipt.deposit, 0);
    assert_eq!(w.read(w.to().lists()), [second]);
    w.lists.push(vec![id(&carol), id(&bob)]);
    for who in [&bob, &carol] {
        let shown = w.membership(who);
        assert!(w.read(w.to().is_listed(id(who), shown.clone())));
        assert!(!w.read(w.to().is_listed(id(&vera), shown)));
    }
    assert!(!w.read(w.to().is_listed(id(&bob), None)));
    w.chain.seal_at(CLOSES);
    let receipt = w.done(&vera, w.to().free_lists(), 0);
    assert_given_back(&receipt, PER_ITEM + 33 * PER_BYTE);
    assert_eq!(receipt.events_of::<events::ListsFreed>().len(), 1);
    assert_eq!(w.refuse(&vera, w.to().free_lists(), 0), Error::NothingDue);
    w.assert_solvent();
}

#[test]
fn list_that_leaves_numbers_out_or_says_bad_text_is_refused() {
    let mut w = World::with(verified);
    let vera = w.vera.clone();
    let mut refuse = |list: u8, uri: &str| {
        let message = w.to().set_list(list, [1; 32], uri.to_string());
        w.refuse(&vera, message, 0)
    };
    assert_eq!(refuse(1, ""), Error::WrongList(0));
    assert_eq!(refuse(255, ""), Error::WrongList(0));
    assert_eq!(refuse(0, &"u".repeat(129)), Error::BadUri);
    assert_eq!(refuse(0, "a\nb"), Error::BadUri);
    w.assert_solvent();
}

#[test]
fn nobody_but_the_verifier_makes_or_frees_lists() {
    let mut w = World::with(verified);
    let olga = w.olga.clone();
    let list = w.to().set_list(0, [1; 32], String::new());
    assert_eq!(w.refuse(&olga, list, 0), Error::NotVerifier);
    w.chain.seal_at(CLOSES);
    assert_eq!(w.refuse(&olga, w.to().free_lists(), 0), Error::NotVerifier);
    w.assert_solvent();

    let mut w = World::with(|_| ());
    let vera = w.vera.clone();
    let list = w.to().set_list(0, [1; 32], String::new());
    assert_eq!(w.refuse(&vera, list, 0), Error::NotVerifier);
    assert!(w.read(w.to().is_listed(vera.id().ink(), None)));
    w.assert_solvent();
}

#[test]
fn proof_of_somebody_else_or_of_another_list_is_none() {
    let mut w = World::with(verified);
    w.entered(keep_all(&w.ada));
    let (bob, carol, dave) = (w.bob.clone(), w.carol.clone(), w.dave.clone());
    w.list(&[&bob, &carol, &dave]);
    w.list(&[&dave]);
    w.chain.seal_at(OPENS);
    let good = w.membership(&bob).unwrap();
    let mut bad = vec![w.membership(&carol)];
    for list in [1, 2, 255] {
        bad.push(Some(Membership {
            list,
            ..good.clone()
        }));
    }
    let mut change = |change: fn(&mut Membership)| {
        let mut changed = good.clone();
        change(&mut changed);
        bad.push(Some(changed));
    };
    change(|one| one.proof.index = 1);
    change(|one| one.proof.count = 4);
    change(|one| one.proof.count = u64::MAX);
    change(|one| one.proof.path.clear());
    change(|one| one.proof.path.push([0; 32]));
    change(|one| one.proof.path = vec![[0; 32]; 300]);
    change(|one| one.proof.path[0][0] ^= 1);
    for membership in bad.into_iter().chain([None]) {
        let message = w.to().donate(w.pool(0), None, membership);
        assert_eq!(w.refuse(&bob, message, 400), Error::NotListed);
    }
    w.donate(&bob, 0, 400);
    // Who has given before needs no proof any more.
    w.done(&bob, w.donation(0), 400);
    assert_eq!(w.counted(&bob, 0), 800);
    w.assert_solvent();
}

#[test]
fn list_of_nobody_lets_nobody_in() {
    let mut w = World::with(verified);
    w.entered(keep_all(&w.ada));
    let bob = w.bob.clone();
    w.chain.seal_at(OPENS);
    w.list(&[]);
    for count in [0, 1] {
        let proof = farthing_types::merkle::Proof {
            index: 0,
            count,
            path: Vec::new(),
        };
        let membership = Some(Membership { list: 0, proof });
        let message = w.to().donate(w.pool(0), None, membership);
        assert_eq!(w.refuse(&bob, message, 400), Error::NotListed);
    }
    w.assert_solvent();
}
