//! Who pays which storage deposit, and who gets it back. A deposit of an item is a hundred times a
//! call's fee: whoever could pocket another's would do so all day.

use crate::sale::world::*;

/// What a page costs at first: one item of 16 bytes for what is owned, 32 for the running hash, and 1
/// for a list of no passes.
const PAGE: i128 = PER_ITEM + 49 * PER_BYTE;
/// What a pass adds to a page, far less than an item: 1 byte for its slot, 8 for its end.
const PASS: i128 = 9 * PER_BYTE;

#[test]
fn tips_lock_nothing_not_even_the_first() {
    let (mut f, _, bob, carol) = world();
    for who in [&bob, &bob, &carol] {
        assert_eq!(f.tip(who, 5).deposit, 0);
        let message = f.shop().tip_many(vec![tip(ALICE, 1), tip(ALICE, 2)]);
        assert_eq!(f.done(who, message, 3).deposit, 0);
    }
    f.assert_solvent();
}

#[test]
fn purchase_locks_a_page_once() {
    let (mut f, alice, bob, carol) = world();
    for _ in 0..3 {
        f.publish(&alice, ALICE, forever(5));
    }
    assert_eq!(f.buy(&bob, 0, 5).deposit, PAGE);
    assert_eq!(f.buy(&bob, 1, 5).deposit, 0);
    // A gift goes in bob's page; it is the first of carol's own that needs another.
    let message = f.shop().buy(order_at(2, 5), Some(bob.id().ink()), None);
    assert_eq!(f.done(&carol, message, 5).deposit, 0);
    assert_eq!(f.buy(&carol, 0, 5).deposit, PAGE);
    f.assert_solvent();
}

#[test]
fn pass_locks_its_bytes_once() {
    let (mut f, alice, bob, _) = world();
    for _ in 0..2 {
        f.publish(&alice, ALICE, pass(5, DAY));
    }
    assert_eq!(f.buy(&bob, 0, 5).deposit, PAGE + PASS);
    assert_eq!(f.buy(&bob, 0, 5).deposit, 0);
    assert_eq!(f.buy(&bob, 1, 5).deposit, PASS);
    // Nor when it is bought again long after it ended.
    f.chain.advance(100 * DAY);
    assert_eq!(f.buy(&bob, 0, 5).deposit, 0);
    f.assert_solvent();
}

#[test]
fn referred_purchase_locks_nothing_for_the_referrer() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(1_000, 500));
    let nobody = Account::named("dave");
    for (item, referrer) in [(0, &carol), (1, &nobody)] {
        f.publish(&alice, ALICE, referred(1_000, 500));
        let referrer = Some(referrer.id().ink());
        let message = f.shop().buy(order_at(item, 1_000), None, referrer);
        let page = if item == 0 { PAGE } else { 0 };
        assert_eq!(f.done(&bob, message, 1_000).deposit, page);
    }
    f.assert_solvent();
}

/// All kinds of payments that cannot be sent on, and all ways in which money comes out again.
#[test]
fn what_is_kept_and_what_comes_out_locks_and_frees_nothing() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(1_000));
    f.publish(&alice, ALICE, pass(1_000, DAY));
    let gone = Account::named("dave").id();
    f.split(&alice, &[(&gone, PARTS / 2), (&alice.id(), PARTS / 2)]);
    f.end_treasury(&carol);
    f.buy(&bob, 1, 1_000);
    let first = f.buy(&bob, 0, 1_000);
    assert_eq!(f.tip(&bob, 1_000).deposit + first.deposit, 0);
    let owner = bob.id().ink();
    let history = purchases(&first);
    let page = f.read(f.shop().page(ALICE, owner, 0));
    let mut all = history.clone();
    all.clear();
    let from = page.until(1).unwrap() - DAY;
    let term = Some(Term {
        at: from,
        from,
        period: DAY,
    });
    all.push(Purchase {
        term,
        ..purchase(1, &bob, 1_000)
    });
    all.extend(history);
    f.chain.mint(&Account::named("treasury").id(), UNIT);
    let calls = [
        f.done(
            &alice,
            f.shop().refund(ALICE, owner, [0; 32], all, vec![0, 1]),
            0,
        ),
        f.done(&alice, f.shop().payout(ALICE), 0),
        f.done(&alice, f.shop().withdraw_fees(), 0),
        f.done(&alice, f.shop().refresh(ALICE), 0),
    ];
    assert_eq!(calls.map(|receipt| receipt.deposit), [0; 4]);
    // The refunded purchases' page is still there for the next.
    assert_eq!(f.buy(&bob, 0, 1_000).deposit, 0);
    f.assert_solvent();
}

/// Deposits are one pot, which gives back an average. Nobody can take items' deposits from it here,
/// whatever the chain's price: no message gives one back.
#[test]
fn no_item_that_was_locked_comes_back_to_anybody() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(1_000));
    f.done(&alice, f.shop().set_tier(ALICE, 0, Some(5)), 0);
    let history = purchases(&f.buy(&bob, 0, 1_000));
    let message = f
        .shop()
        .refund(ALICE, bob.id().ink(), [0; 32], history, vec![0]);
    let calls = [
        f.done(&alice, f.shop().set_tier(ALICE, 0, None), 0),
        f.done(&alice, f.shop().retire(ALICE, 0), 0),
        f.done(&alice, f.shop().relist(ALICE, 0), 0),
        f.done(&alice, message, 1_000),
    ];
    assert_eq!(calls.map(|receipt| receipt.deposit), [0; 4]);
    f.assert_solvent();
}

/// Shown and not hidden: bytes come back, to whoever makes an item's record shorter, be that a delegate.
#[test]
fn delegate_who_revises_gets_the_deposit_of_the_bytes_that_are_gone() {
    let (mut f, alice, bob, _) = world();
    let message = f.reg().set_delegate(ALICE, bob.id().ink(), CATALOGUE);
    f.done(&alice, message, 0);
    let named = |title: &str, uri: &str| Content {
        commitment: [7; 32],
        title: title.into(),
        uri: uri.into(),
    };
    let long = named(&"t".repeat(64), &"u".repeat(128));
    let first = f.shop().publish(ALICE, forever(5), named("t", ""));
    f.done(&alice, first, 0);
    let paid = f.done(&alice, f.shop().revise(ALICE, 0, long), 0).deposit;
    // Title and URI, and one byte more for the length of each.
    assert_eq!(paid, (63 + 1 + 128 + 1) * PER_BYTE);
    let message = f.shop().revise(ALICE, 0, named("t", ""));
    let receipt = f.done(&bob, message, 0);
    assert!((0..=1).contains(&(paid + receipt.deposit)));
    // Here they are worth less than the fees of both calls.
    assert!(paid < 2 * i128::try_from(receipt.fee).unwrap());
    f.assert_solvent();
}

#[test]
fn creator_pays_for_their_own_records_and_nobody_elses() {
    let (mut f, _, bob, carol) = world();
    let commitment = f.commit(&bob, "bob").deposit;
    // One item of 32 bytes for the hash, 4 for the block and 8 for the time.
    assert_eq!(commitment, PER_ITEM + 44 * PER_BYTE);
    let (creator, registered) = f.register(&bob, "bob", Profile::default()).unwrap();
    // Two items come, one goes: the record (owner, no offer, handle, none released, profile, three
    // counts) and the handle's state, for the commitment.
    let record = 32 + 1 + (1 + 1 + 3) + 1 + (32 + 1) + 3 * 4;
    let state = 1 + 4;
    assert_eq!(
        registered.deposit,
        PER_ITEM + (record + state - 44) * PER_BYTE
    );
    let split = split(&[(&bob.id(), PARTS - 1), (&carol.id(), 1)]);
    let message = f.reg().set_payout(creator, split, None, Vec::new());
    let first = f.done(&bob, message.clone(), 0);
    assert_eq!(first.deposit, PER_ITEM + (8 + 1 + 2 * 36) * PER_BYTE);
    let second = f.done(&bob, message, 0);
    assert_eq!(second.deposit, 0);
    f.assert_solvent();
}

/// Shown and not hidden: a delegate who may change the profile may shorten it, and the chain gives the
/// deposit of the bytes that are gone (at most 128, a thousandth of a coin) to whoever called.
#[test]
fn delegate_who_shortens_the_profile_gets_the_deposit_of_its_bytes() {
    let (mut f, alice, bob, _) = world();
    let long = Profile {
        commitment: [0; 32],
        uri: "u".repeat(128),
    };
    let message = f.reg().set_delegate(ALICE, bob.id().ink(), ALL);
    f.done(&alice, message, 0);
    let paid = f.done(&alice, f.reg().set_profile(ALICE, long), 0).deposit;
    // The URI, and one byte more for its length.
    assert_eq!(paid, 129 * PER_BYTE);
    let message = f.reg().set_profile(ALICE, Profile::default());
    let got = f.done(&bob, message, 0).deposit;
    assert!((0..=1).contains(&(paid + got)));
    f.assert_solvent();
}
