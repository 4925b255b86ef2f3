//! Money out of the storefront contract, and the referrers who wait for it: payouts, refunds,
//! withdrawals, enrolling and leaving.

use crate::sale::world::*;
use storefront::{access::AccessError, row::Row, Error};

/// An account that does not exist: the chain refuses to pay it less than the existential deposit.
fn fresh(byte: u8) -> AccountId {
    [byte; 32].into()
}

// ---- Payouts ----

#[test]
fn payout_takes_the_fee_and_sends_the_rest_to_the_owner() {
    let (mut f, alice, bob, carol) = world();
    f.tip(&bob, 10_000);
    let before = f.chain.balance(&alice.id());
    // Anyone can call it.
    let receipt = f.done(&carol, f.shop().payout(ALICE), 0);
    let told = Release::Payout {
        creator: ALICE,
        fee: 250,
        shares: vec![sent(&alice.id(), 9_750)],
    };
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(receipt.deposit, 0);
    assert_eq!(f.chain.balance(&alice.id()), before + 9_750);
    assert_eq!(f.read(f.shop().overview()).fees_due, 250);
    assert_eq!(f.solvency(), (250, 250));
    f.assert_solvent();
}

#[test]
fn payout_follows_the_split_in_its_order() {
    let (mut f, alice, bob, carol) = world();
    f.split(&alice, &[(&carol.id(), 700_000), (&alice.id(), 300_000)]);
    f.tip(&bob, 10_000);
    let before = f.chain.balance(&carol.id());
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = Release::Payout {
        creator: ALICE,
        fee: 250,
        shares: vec![sent(&carol.id(), 6_825), sent(&alice.id(), 2_925)],
    };
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(f.chain.balance(&carol.id()), before + 6_825);
    f.assert_solvent();
}

#[test]
fn payout_refuses_a_creator_without_storefront_and_one_with_nothing_due() {
    let (mut f, _, bob, _) = world();
    assert_eq!(f.refuse(&bob, f.shop().payout(9), 0), Error::NotOpen);
    assert_eq!(f.refuse(&bob, f.shop().payout(ALICE), 0), Error::NothingDue);
    f.tip(&bob, 1);
    f.done(&bob, f.shop().payout(ALICE), 0);
    assert_eq!(f.refuse(&bob, f.shop().payout(ALICE), 0), Error::NothingDue);
    f.assert_solvent();
}

#[test]
fn payout_refuses_when_only_what_rounding_set_aside_is_left() {
    let (mut f, alice, bob, carol) = world();
    f.split(
        &alice,
        &[(&carol.id(), PARTS / 2), (&alice.id(), PARTS / 2)],
    );
    f.tip(&bob, 1);
    // One unit cannot be halved: both shares are nothing, and the unit waits.
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = Release::Payout {
        creator: ALICE,
        fee: 0,
        shares: vec![sent(&carol.id(), 0), sent(&alice.id(), 0)],
    };
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(f.books(), 1);
    assert_eq!(f.refuse(&bob, f.shop().payout(ALICE), 0), Error::NothingDue);
    f.assert_solvent();
}

#[test]
fn share_too_small_for_a_fresh_account_is_kept_while_others_are_paid() {
    let (mut f, alice, bob, _) = world();
    let nobody = fresh(9);
    f.split(&alice, &[(&nobody, 500_000), (&alice.id(), 500_000)]);
    f.tip(&bob, 2_000);
    let before = f.chain.balance(&alice.id());
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = Release::Payout {
        creator: ALICE,
        fee: 50,
        shares: vec![kept(&nobody, 975), sent(&alice.id(), 975)],
    };
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(f.chain.balance(&alice.id()), before + 975);
    assert_eq!(f.kept_for(&nobody), 975);
    // Whoever called the payout paid for the row; the next finds it there.
    assert!(receipt.deposit > PER_ITEM);
    f.tip(&bob, 2_000);
    assert_eq!(f.done(&bob, f.shop().payout(ALICE), 0).deposit, 0);
    assert_eq!(f.kept_for(&nobody), 1_950);
    f.assert_solvent();
}

// ---- Withdrawals ----

#[test]
fn withdraw_fails_while_too_little_is_kept_and_works_once_enough_came_together() {
    let (mut f, alice, bob, _) = world();
    let nobody = fresh(9);
    f.split(&alice, &[(&nobody, 500_000), (&alice.id(), 500_000)]);
    // Each payout's share for the fresh account is 0.975 of two thirds of what it must hold to exist.
    let part = EXISTENTIAL_DEPOSIT * 4 / 3;
    f.tip(&bob, part);
    f.done(&bob, f.shop().payout(ALICE), 0);
    let message = f.shop().withdraw(nobody.ink());
    assert_eq!(f.refuse(&bob, message.clone(), 0), Error::TransferFailed);
    f.tip(&bob, part);
    f.done(&bob, f.shop().payout(ALICE), 0);
    let amount = f.kept_for(&nobody);
    // Half of twice the part, less the fee of 2.5%, rounded as money is: to the unit, at the end.
    assert_eq!(amount, (part * 2 - part * 2 * 250 / 10_000) / 2);
    assert!(amount > EXISTENTIAL_DEPOSIT);
    let receipt = f.done(&bob, message.clone(), 0);
    let told = Release::Withdrawal {
        account: nobody.ink(),
        amount,
    };
    assert_eq!(releases(&receipt), [told]);
    // The row stays, so that whoever calls cannot take a deposit that another paid.
    assert_eq!(receipt.deposit, 0);
    assert_eq!(f.chain.balance(&nobody), amount);
    assert_eq!(f.kept_for(&nobody), 0);
    assert_eq!(f.read(f.shop().overview()).kept, 0);
    assert_eq!(f.refuse(&bob, message, 0), Error::NothingDue);
    f.assert_solvent();
}

#[test]
fn withdraw_refuses_an_account_that_is_owed_nothing() {
    let (mut f, _, bob, carol) = world();
    let message = f.shop().withdraw(carol.id().ink());
    assert_eq!(f.refuse(&bob, message.clone(), 0), Error::NothingDue);
    f.done(&carol, f.shop().enroll(), 0);
    assert_eq!(f.refuse(&bob, message, 0), Error::NothingDue);
    f.assert_solvent();
}

#[test]
fn withdraw_fees_sends_the_treasury_all_of_them_once_it_can_exist() {
    let (mut f, _, bob, _) = world();
    let treasury = Account::named("treasury").id();
    assert_eq!(
        f.refuse(&bob, f.shop().withdraw_fees(), 0),
        Error::NothingDue
    );
    f.tip(&bob, 10_000);
    f.done(&bob, f.shop().payout(ALICE), 0);
    // 250 units are too little for an account that does not exist.
    assert_eq!(
        f.refuse(&bob, f.shop().withdraw_fees(), 0),
        Error::TransferFailed
    );
    f.tip(&bob, 100 * EXISTENTIAL_DEPOSIT);
    f.done(&bob, f.shop().payout(ALICE), 0);
    let amount = 250 + 5 * EXISTENTIAL_DEPOSIT / 2;
    let receipt = f.done(&bob, f.shop().withdraw_fees(), 0);
    assert_eq!(releases(&receipt), [Release::Fees { amount }]);
    assert_eq!(f.chain.balance(&treasury), amount);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

// ---- Refunds ----

#[test]
fn refund_for_ever_takes_access_and_gives_the_price_back() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(500));
    f.buy(&bob, 0, 500);
    // The price of today does not matter: what was paid comes back.
    f.done(&alice, f.shop().set_price(ALICE, 0, 9_000), 0);
    let before = f.chain.balance(&bob.id());
    let history = vec![purchase(0, &bob, 500)];
    let message = f.shop().refund(ALICE, 0, bob.id().ink(), history);
    let receipt = f.done(&alice, message, 0);
    let told = Release::Refund {
        creator: ALICE,
        item: 0,
        owner: bob.id().ink(),
        share: sent(&bob.id(), 500),
    };
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(receipt.deposit, 0);
    assert_eq!(f.chain.balance(&bob.id()), before + 500);
    assert!(!f.has(&bob, 0));
    assert_eq!(f.books(), 0);
    f.assert_solvent();
}

#[test]
fn refund_needs_the_whole_history_of_the_page_in_order() {
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
    for wrong in [&history[1..], &history[..2], &swapped, &[]] {
        let message = f.shop().refund(ALICE, 0, bob.id().ink(), wrong.to_vec());
        assert_eq!(
            f.refuse(&alice, message, 0),
            Error::Access(AccessError::WrongHistory)
        );
    }
    // Refunded one by one, each from the history without those before it.
    let rest = vec![history[0].clone(), history[2].clone()];
    for (item, history) in [(0, history.clone()), (2, rest), (1, history[2..].to_vec())] {
        let message = f.shop().refund(ALICE, item, bob.id().ink(), history);
        f.done(&alice, message, 0);
        assert!(!f.has(&bob, item));
    }
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
        let history = vec![purchase(0, &bob, price)];
        let message = f.shop().refund(ALICE, 0, bob.id().ink(), history);
        f.done(&alice, message, 0);
        assert!(!f.has(&bob, 0));
    }
    f.assert_solvent();
}

#[test]
fn refund_of_a_pass_takes_back_the_latest_purchase_only() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, pass(50, DAY));
    let from = f.chain.now();
    f.buy(&bob, 0, 50);
    let message = f.shop().buy(ALICE, 0, Some(bob.id().ink()), 50, None);
    f.done(&carol, message, 50);
    let before = f.chain.balance(&carol.id());
    let refund = f.shop().refund(ALICE, 0, bob.id().ink(), vec![]);
    let receipt = f.done(&alice, refund.clone(), 0);
    let told = Release::Refund {
        creator: ALICE,
        item: 0,
        owner: bob.id().ink(),
        share: sent(&carol.id(), 50),
    };
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(f.chain.balance(&carol.id()), before + 50);
    let page = f.read(f.shop().page(ALICE, bob.id().ink(), 0));
    assert_eq!(page.until(0), Some(from + DAY));
    assert_eq!(
        f.refuse(&alice, refund, 0),
        Error::Access(AccessError::NotBought)
    );
    f.assert_solvent();
}

#[test]
fn refund_refuses_what_was_not_bought_and_what_does_not_exist() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(5));
    f.publish(&alice, ALICE, pass(5, DAY));
    for (item, why) in [
        (0, Error::Access(AccessError::NotBought)),
        (1, Error::Access(AccessError::NotBought)),
        (2, Error::UnknownItem),
    ] {
        let message = f.shop().refund(ALICE, item, bob.id().ink(), vec![]);
        assert_eq!(f.refuse(&alice, message, 0), why);
    }
    f.assert_solvent();
}

#[test]
fn refund_refuses_all_but_the_owner() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, pass(5, DAY));
    f.buy(&bob, 0, 5);
    let message = f.reg().set_delegate(ALICE, carol.id().ink(), ALL);
    f.done(&alice, message, 0);
    for who in [&bob, &carol] {
        let message = f.shop().refund(ALICE, 0, bob.id().ink(), vec![]);
        assert_eq!(f.refuse(who, message, 0), Error::NotPermitted);
    }
    f.assert_solvent();
}

#[test]
fn refund_refuses_more_than_the_books_hold() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, pass(500, DAY));
    f.buy(&bob, 0, 500);
    f.done(&bob, f.shop().payout(ALICE), 0);
    f.tip(&carol, 499);
    let message = f.shop().refund(ALICE, 0, bob.id().ink(), vec![]);
    assert_eq!(
        f.refuse(&alice, message.clone(), 0),
        Error::BooksTooLow(499)
    );
    f.tip(&carol, 1);
    f.done(&alice, message, 0);
    assert_eq!(f.books(), 0);
    f.assert_solvent();
}

#[test]
fn refund_of_a_referred_sale_is_the_creators_loss() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(1_000, 1_000));
    f.done(&carol, f.shop().enroll(), 0);
    let message = f.shop().buy(ALICE, 0, None, 1_000, Some(carol.id().ink()));
    f.done(&bob, message, 1_000);
    let history = vec![purchase(0, &bob, 1_000)];
    let message = f.shop().refund(ALICE, 0, bob.id().ink(), history);
    // Of the 1,000 that go back, 100 are with the referrer.
    assert_eq!(
        f.refuse(&alice, message.clone(), 0),
        Error::BooksTooLow(900)
    );
    f.tip(&alice, 100);
    f.done(&alice, message, 0);
    assert_eq!(f.kept_for(&carol.id()), 98);
    assert_eq!(f.solvency(), (100, 100));
    f.assert_solvent();
}

#[test]
fn refund_to_an_account_that_is_gone_is_kept_for_it() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, pass(5, DAY));
    // Dave buys, then sends everything away: his account ends.
    let dave = f.chain.account("dave", UNIT);
    f.buy(&dave, 0, 5);
    f.chain.empty(&dave, &bob.id()).unwrap();
    assert_eq!(f.chain.total_balance(&dave.id()), 0);
    let message = f.shop().refund(ALICE, 0, dave.id().ink(), vec![]);
    let receipt = f.done(&alice, message, 0);
    let told = Release::Refund {
        creator: ALICE,
        item: 0,
        owner: dave.id().ink(),
        share: kept(&dave.id(), 5),
    };
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(f.kept_for(&dave.id()), 5);
    assert_eq!(f.solvency(), (5, 5));
    f.assert_solvent();
}

// ---- Referrers ----

#[test]
fn enroll_makes_a_row_and_leave_gives_its_deposit_back() {
    let (mut f, _, bob, _) = world();
    let enrolled = f.done(&bob, f.shop().enroll(), 0);
    let row = Row {
        amount: 0,
        enrolled: true,
        paid_by_owner: true,
    };
    assert_eq!(f.read(f.shop().row(bob.id().ink())), Some(row));
    assert!(enrolled.deposit > PER_ITEM);
    let left = f.done(&bob, f.shop().leave(), 0);
    // What the chain gives back it rounds down, once for items and once for bytes.
    assert!((0..=2).contains(&(enrolled.deposit + left.deposit)));
    assert_eq!(f.read(f.shop().row(bob.id().ink())), None);
    f.assert_solvent();
}

#[test]
fn enroll_and_leave_refuse_a_second_time() {
    let (mut f, _, bob, _) = world();
    assert_eq!(f.refuse(&bob, f.shop().leave(), 0), Error::NotEnrolled);
    f.done(&bob, f.shop().enroll(), 0);
    assert_eq!(f.refuse(&bob, f.shop().enroll(), 0), Error::AlreadyEnrolled);
    f.done(&bob, f.shop().leave(), 0);
    assert_eq!(f.refuse(&bob, f.shop().leave(), 0), Error::NotEnrolled);
    f.assert_solvent();
}

#[test]
fn leave_refuses_while_anything_is_owed() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(1_000, 500));
    f.done(&carol, f.shop().enroll(), 0);
    let message = f.shop().buy(ALICE, 0, None, 1_000, Some(carol.id().ink()));
    f.done(&bob, message, 1_000);
    assert_eq!(f.refuse(&carol, f.shop().leave(), 0), Error::StillOwed(49));
    let before = f.chain.balance(&carol.id());
    // Anyone can have it sent, but only there.
    f.done(&bob, f.shop().withdraw(carol.id().ink()), 0);
    assert_eq!(f.chain.balance(&carol.id()), before + 49);
    f.done(&carol, f.shop().leave(), 0);
    f.assert_solvent();
}

#[test]
fn leave_refuses_an_account_that_has_a_row_but_never_enrolled() {
    let (mut f, alice, bob, _) = world();
    let dave = Account::named("dave");
    f.split(&alice, &[(&dave.id(), PARTS)]);
    f.tip(&bob, 1_000);
    f.done(&bob, f.shop().payout(ALICE), 0);
    assert_eq!(f.kept_for(&dave.id()), 975);
    f.chain.mint(&dave.id(), UNIT);
    assert_eq!(f.refuse(&dave, f.shop().leave(), 0), Error::NotEnrolled);
    f.assert_solvent();
}
