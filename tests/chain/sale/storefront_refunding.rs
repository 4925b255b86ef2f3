//! Refunds: what is given back, to whom, and out of what.

use crate::sale::world::*;
use farthing_contracts::storefront::{
    access::{refunded, AccessError},
    Error,
};

/// Alice's item that is for sale for [`DAY`].
const PASS: ItemId = 0;

/// Refunds the purchases at these places of a whole history, for bob.
fn refund(
    f: &mut Farthing,
    bob: &Account,
    history: &[Purchase],
    which: &[u32],
) -> Message<impl Encode + Clone, Result<(), Error>> {
    let (history, which) = (history.to_vec(), which.to_vec());
    f.shop()
        .refund(ALICE, bob.id().ink(), [0; 32], history, which)
}

use ink::scale::Encode;

fn told(owner: &Account, purchases: Vec<Purchase>, added: Balance) -> Release {
    Release::Refund {
        creator: ALICE,
        owner: owner.id().ink(),
        purchases,
        added,
    }
}

#[test]
fn refund_for_ever_takes_access_and_gives_back_what_was_paid() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(500));
    let history = purchases(&f.buy(&bob, 0, 500));
    assert_eq!(history, [purchase(0, &bob, 500)]);
    // The price of today does not matter, nor whether it is for sale.
    f.done(&alice, f.shop().set_price(ALICE, 0, 9_000), 0);
    f.done(&alice, f.shop().retire(ALICE, 0), 0);
    let before = [&alice, &bob].map(|who| f.has_money(who));
    let message = refund(&mut f, &bob, &history, &[0]);
    // What is attached beyond that comes back.
    let receipt = f.done(&alice, message, 1_000);
    assert_eq!(releases(&receipt), [told(&bob, history, 500)]);
    assert_eq!(receipt.deposit, 0);
    assert_eq!(f.has_money(&bob), before[1] + 500);
    assert_eq!(f.has_money(&alice), before[0] - 500 - receipt.fee);
    assert!(!f.has(&bob, 0));
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn refund_of_a_pass_after_a_price_change_gives_back_what_was_paid() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, pass(500, DAY));
    let history = purchases(&f.buy(&bob, PASS, 500));
    f.done(&alice, f.shop().set_price(ALICE, PASS, 1), 0);
    let before = f.has_money(&bob);
    let message = refund(&mut f, &bob, &history, &[0]);
    assert_eq!(f.refuse(&alice, message.clone(), 499), Error::Missing(500));
    f.done(&alice, message, 500);
    assert_eq!(f.has_money(&bob), before + 500);
    assert!(!f.has(&bob, PASS));
    f.assert_solvent();
}

#[test]
fn refund_of_a_pass_that_is_over_gives_back_what_was_paid() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, pass(500, DAY));
    let mut history = purchases(&f.buy(&bob, PASS, 500));
    f.chain.advance(9 * DAY);
    history.extend(purchases(&f.buy(&bob, PASS, 500)));
    let until = f.chain.now() + DAY;
    let before = f.has_money(&bob);
    let message = refund(&mut f, &bob, &history, &[0]);
    f.done(&alice, message, 500);
    assert_eq!(f.has_money(&bob), before + 500);
    // The later one is as long as it was.
    let page = f.read(f.shop().page(ALICE, bob.id().ink(), 0));
    assert!(page.until(0).is_some_and(|end| until - end < 10_000));
    assert!(f.has(&bob, PASS));
    f.assert_solvent();
}

#[test]
fn refund_comes_out_of_the_books_first_and_what_is_missing_from_the_value() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(1_000));
    f.publish(&alice, ALICE, forever(1_000));
    let halves = [(&alice.id(), PARTS / 2), (&carol.id(), PARTS / 2)];
    f.split(&alice, &halves);
    let mut history = purchases(&f.buy(&bob, 0, 1_000));
    history.extend(purchases(&f.buy(&bob, 1, 1_000)));
    assert_eq!(f.books(), 2 * 975);
    let before = [&alice, &bob].map(|who| f.has_money(who));
    let message = refund(&mut f, &bob, &history, &[1]);
    let receipt = f.done(&alice, message, 77);
    assert_eq!(releases(&receipt), [told(&bob, history[1..].to_vec(), 0)]);
    assert_eq!(f.has_money(&alice), before[0] - receipt.fee);
    assert_eq!(f.books(), 950);
    let message = refund(&mut f, &bob, &history[..1], &[0]);
    assert_eq!(f.refuse(&alice, message.clone(), 49), Error::Missing(50));
    let receipt = f.done(&alice, message, 77);
    let gone = history[..1].to_vec();
    assert_eq!(releases(&receipt), [told(&bob, gone, 50)]);
    assert_eq!(f.has_money(&bob), before[1] + 2_000);
    assert_eq!(f.books(), 0);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn refund_needs_the_history_from_some_purchase_on_in_order() {
    let (mut f, alice, bob, _) = world();
    for price in [10, 20, 30] {
        f.publish(&alice, ALICE, forever(price));
    }
    let history: Vec<_> = [(2, 30), (0, 10), (1, 20)]
        .map(|(item, price)| {
            f.buy(&bob, item, price);
            purchase(item, &bob, price)
        })
        .into();
    let mut swapped = history.clone();
    swapped.swap(0, 1);
    for wrong in [&history[1..], &history[..2], &swapped] {
        let message = refund(&mut f, &bob, wrong, &[0]);
        assert_eq!(
            f.refuse(&alice, message, 100),
            Error::Access(AccessError::WrongHistory)
        );
    }
    // From the second on, with the running hash of what was before.
    let earlier = running_hash(&history[..1]);
    let from = history[1..].to_vec();
    let owner = bob.id().ink();
    let message = f.shop().refund(ALICE, owner, earlier, from, vec![0]);
    f.done(&alice, message, 100);
    assert!(!f.has(&bob, 0) && f.has(&bob, 1) && f.has(&bob, 2));
    let rest = vec![history[0].clone(), history[2].clone()];
    let message = refund(&mut f, &bob, &rest, &[0, 1]);
    f.done(&alice, message, 100);
    let page = f.read(f.shop().page(ALICE, bob.id().ink(), 0));
    assert_eq!(page, Default::default());
    f.assert_solvent();
}

#[test]
fn refunded_item_can_be_bought_again() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(500));
    for price in [500, 600] {
        f.done(&alice, f.shop().set_price(ALICE, 0, price), 0);
        f.buy(&bob, 0, price);
        assert!(f.has(&bob, 0));
        let message = refund(&mut f, &bob, &[purchase(0, &bob, price)], &[0]);
        f.done(&alice, message, price);
        assert!(!f.has(&bob, 0));
    }
    f.assert_solvent();
}

/// Twelve months in one basket: any of them can be given back, and all of them at once.
#[test]
fn all_of_a_pass_that_was_bought_twelve_times_can_be_refunded() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, pass(100, DAY));
    let from = f.chain.now();
    let message = f.shop().buy_many(vec![order_at(PASS, 100); 12], None, None);
    let history = purchases(&f.done(&bob, message, 1_200));
    let before = f.has_money(&bob);
    // The last two, from their place on.
    let earlier = running_hash(&history[..10]);
    let owner = bob.id().ink();
    let last = history[10..].to_vec();
    let message = f.shop().refund(ALICE, owner, earlier, last, vec![0, 1]);
    f.done(&alice, message, 200);
    let page = f.read(f.shop().page(ALICE, owner, 0));
    assert_eq!(page.until(0), Some(from + 10 * DAY));
    // And all others.
    let which: Vec<u32> = (0..10).collect();
    let message = refund(&mut f, &bob, &history[..10], &which);
    f.done(&alice, message, 1_000);
    assert_eq!(f.has_money(&bob), before + 1_200);
    assert!(!f.has(&bob, PASS));
    let page = f.read(f.shop().page(ALICE, owner, 0));
    assert_eq!(page.receipts, [0; 32]);
    f.assert_solvent();
}

/// After a price cut anyone can extend bob's pass for a unit. His own purchase can be refunded all the
/// same, and the gift stays.
#[test]
fn pass_that_another_extended_can_be_refunded_to_whoever_paid_for_it() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, pass(1_000, DAY));
    let from = f.chain.now();
    let mut history = purchases(&f.buy(&bob, PASS, 1_000));
    f.done(&alice, f.shop().set_price(ALICE, PASS, 1), 0);
    let gift = f.shop().buy(order_at(PASS, 1), Some(bob.id().ink()), None);
    history.extend(purchases(&f.done(&carol, gift, 1)));
    let page = f.read(f.shop().page(ALICE, bob.id().ink(), 0));
    assert_eq!(page.until(0), Some(from + 2 * DAY));
    let before = [&bob, &carol].map(|who| f.has_money(who));
    let message = refund(&mut f, &bob, &history, &[0]);
    let receipt = f.done(&alice, message, 1_000);
    assert_eq!(
        releases(&receipt),
        [told(&bob, history[..1].to_vec(), 1_000)]
    );
    assert_eq!(f.has_money(&bob), before[0] + 1_000);
    let bought = history[1].term.unwrap().at;
    let page = f.read(f.shop().page(ALICE, bob.id().ink(), 0));
    assert_eq!(page.until(0), Some(bought + DAY));
    // The gift, too, can be given back, at its new place and time.
    let rest = refunded(&history, &[0]).unwrap().rest;
    assert_eq!(rest[0].term.unwrap().from, bought);
    let message = refund(&mut f, &bob, &rest, &[0]);
    f.done(&alice, message, 1);
    assert_eq!(f.has_money(&carol), before[1] + 1);
    assert!(!f.has(&bob, PASS));
    f.assert_solvent();
}

#[test]
fn refund_refuses_what_was_not_bought_and_places_that_are_not_there() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(5));
    let not_bought = Error::Access(AccessError::NotBought);
    let message = refund(&mut f, &bob, &[], &[0]);
    assert_eq!(f.refuse(&alice, message, 5), not_bought);
    let wrong = Error::Access(AccessError::WrongHistory);
    let history = [purchase(0, &bob, 5)];
    let message = refund(&mut f, &bob, &history, &[0]);
    assert_eq!(f.refuse(&alice, message, 5), wrong);
    f.buy(&bob, 0, 5);
    for which in [&[][..], &[1], &[0, 0], &[0, 1]] {
        let message = refund(&mut f, &bob, &history, which);
        assert_eq!(f.refuse(&alice, message, 5), not_bought);
    }
    f.assert_solvent();
}

#[test]
fn refund_refuses_all_but_the_owner() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, pass(5, DAY));
    let history = purchases(&f.buy(&bob, 0, 5));
    let message = f.reg().set_delegate(ALICE, carol.id().ink(), ALL);
    f.done(&alice, message, 0);
    for who in [&bob, &carol] {
        let message = refund(&mut f, &bob, &history, &[0]);
        assert_eq!(f.refuse(who, message, 5), Error::NotPermitted);
    }
    f.assert_solvent();
}

#[test]
fn refund_of_a_referred_sale_gives_back_all_and_leaves_fee_and_share_where_they_are() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(1_000, 1_000));
    let before = [&alice, &carol].map(|who| f.has_money(who));
    let treasury = f.treasury();
    let message = f
        .shop()
        .buy(order_at(0, 1_000), None, Some(carol.id().ink()));
    let history = purchases(&f.done(&bob, message, 1_000));
    let message = refund(&mut f, &bob, &history, &[0]);
    let receipt = f.done(&alice, message, 1_000);
    // It costs alice the fee of 25, and 98 that are with the referrer.
    assert_eq!(f.has_money(&alice), before[0] - 123 - receipt.fee);
    assert_eq!(f.has_money(&carol), before[1] + 98);
    assert_eq!(f.treasury(), treasury + 25);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

/// Nobody has to lock a deposit for an account that is gone: it is sent its existential deposit first.
#[test]
fn refund_to_an_account_that_is_gone_fails_until_it_exists() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, pass(5, DAY));
    // Dave buys, then sends everything away: his account ends.
    let dave = f.chain.account("dave", UNIT);
    let history = purchases(&f.buy(&dave, 0, 5));
    f.chain.empty(&dave, &bob.id()).unwrap();
    assert_eq!(f.chain.total_balance(&dave.id()), 0);
    let message = refund(&mut f, &dave, &history, &[0]);
    assert_eq!(f.refuse(&alice, message.clone(), 5), Error::TransferFailed);
    f.chain
        .transfer(&alice, &dave.id(), existential_deposit())
        .unwrap();
    assert_eq!(f.done(&alice, message, 5).deposit, 0);
    assert_eq!(f.has_money(&dave), existential_deposit() + 5);
    f.assert_solvent();
}

#[test]
fn refund_of_many_small_purchases_reaches_an_account_that_is_gone() {
    let (mut f, alice, bob, carol) = world();
    let half = existential_deposit() / 2;
    for _ in 0..4 {
        f.publish(&alice, ALICE, forever(half));
    }
    let dave = f.chain.account("dave", UNIT);
    let gift = |f: &Farthing, item| {
        let to = Some(dave.id().ink());
        f.shop().buy(order_at(item, half), to, None)
    };
    let mut history = purchases(&f.buy(&dave, 0, half));
    let message = gift(&f, 1);
    history.extend(purchases(&f.done(&carol, message, half)));
    history.extend(purchases(&f.buy(&dave, 2, half)));
    let message = gift(&f, 3);
    history.extend(purchases(&f.done(&carol, message, half)));
    f.chain.empty(&dave, &bob.id()).unwrap();
    assert_eq!(f.chain.total_balance(&dave.id()), 0);
    let before = f.has_money(&carol);
    let message = refund(&mut f, &dave, &history, &[0, 1]);
    assert_eq!(f.refuse(&alice, message, 2 * half), Error::TransferFailed);
    // Together they are enough.
    let message = refund(&mut f, &dave, &history, &[0, 1, 2, 3]);
    let receipt = f.done(&alice, message, 4 * half);
    assert_eq!(releases(&receipt), [told(&dave, history, 4 * half)]);
    assert_eq!(f.has_money(&dave), 2 * half);
    assert_eq!(f.has_money(&carol), before + 2 * half);
    f.assert_solvent();
}
