//! Money that waits in the storefront contract, and how it comes out: payouts and fees. Refunds are in
//! `storefront_refunding`.

use crate::sale::world::*;
use farthing_contracts::storefront::{
    books::{Books, Payee},
    events::{CatalogueChanged, Change},
    Error,
};

const HALF: u32 = PARTS / 2;

/// An account that does not exist: the chain refuses to pay it less than the existential deposit.
fn fresh(byte: u8) -> AccountId {
    [byte; 32].into()
}

fn payout(shares: Vec<Share>) -> Release {
    Release::Payout {
        creator: ALICE,
        shares,
    }
}

// ---- What waits ----

#[test]
fn money_of_creators_who_share_it_waits_after_the_fee() {
    let (mut f, alice, bob, carol) = world();
    f.split(
        &alice,
        &[(&carol.id(), PARTS / 2), (&alice.id(), PARTS / 2)],
    );
    f.publish(&alice, ALICE, referred(1_000, 1_000));
    f.done(&alice, f.shop().set_tier(ALICE, 0, Some(1_000)), 0);
    let before = [&alice, &carol].map(|who| f.has_money(who));
    let treasury = f.treasury();
    assert_eq!(kept_of(&f.tip(&bob, 1_000)), [for_alice(975)]);
    let message = f.shop().tip_many(vec![tip(ALICE, 39), tip(ALICE, 1)]);
    assert_eq!(kept_of(&f.done(&bob, message, 40)), [for_alice(40)]);
    // A referrer has their share at once: 97 of 1,000.
    let dave = f.chain.account("dave", UNIT);
    let message = f
        .shop()
        .buy(order_at(0, 1_000), None, Some(dave.id().ink()));
    assert_eq!(kept_of(&f.done(&bob, message, 1_000)), [for_alice(877)]);
    assert_eq!(f.has_money(&dave), UNIT + 98);
    let message = f.shop().buy_blinded(ALICE, 0, [1; 32], 1_000);
    assert_eq!(kept_of(&f.done(&bob, message, 1_000)), [for_alice(975)]);
    assert_eq!(f.treasury(), treasury + 75);
    assert_eq!([&alice, &carol].map(|who| f.has_money(who)), before);
    assert_eq!(f.books(), 975 + 40 + 877 + 975);
    assert_eq!(f.solvency(), (2_867, 2_867));
    f.assert_solvent();
}

#[test]
fn tip_that_the_chain_refuses_to_move_waits_and_fails_nothing() {
    let (mut f, alice, bob, carol) = world();
    let nobody = fresh(9);
    f.split(&alice, &[(&nobody, PARTS)]);
    let treasury = f.treasury();
    assert_eq!(kept_of(&f.tip(&bob, 1_000)), [for_alice(975)]);
    assert_eq!((f.books(), f.treasury()), (975, treasury + 25));
    // The same for the fee, alone and together with the creator's part.
    f.end_treasury(&carol);
    let fee = Kept::Fee { amount: 25 };
    assert_eq!(kept_of(&f.tip(&bob, 1_000)), [for_alice(975), fee]);
    // What is enough to exist arrives; only the fee of it is too little.
    let much = existential_deposit() * 2;
    let fee = Kept::Fee { amount: much / 40 };
    assert_eq!(kept_of(&f.tip(&bob, much)), [fee]);
    assert_eq!(f.chain.balance(&nobody), much - much / 40);
    assert_eq!(f.books(), 1_950);
    let fees = 25 + much / 40;
    assert_eq!(f.read(f.shop().overview()).fees_due, fees);
    assert_eq!(f.solvency(), (1_950 + fees, 1_950 + fees));
    f.assert_solvent();
}

// ---- Payouts ----

#[test]
fn payout_follows_the_split_in_its_order_and_takes_no_fee_again() {
    let (mut f, alice, bob, carol) = world();
    f.split(&alice, &[(&carol.id(), 700_000), (&alice.id(), 300_000)]);
    f.tip(&bob, 10_000);
    let before = f.has_money(&carol);
    // Anyone can call it.
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = payout(vec![
        sent(&carol.id(), 700_000, 6_825),
        sent(&alice.id(), 300_000, 2_925),
    ]);
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(receipt.deposit, 0);
    assert_eq!(f.has_money(&carol), before + 6_825);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn payout_refuses_a_creator_without_storefront_and_one_with_nothing_due() {
    let (mut f, alice, bob, _) = world();
    assert_eq!(f.refuse(&bob, f.shop().payout(9), 0), Error::NotOpen);
    assert_eq!(f.refuse(&bob, f.shop().payout(ALICE), 0), Error::NothingDue);
    f.split(&alice, &[(&bob.id(), PARTS / 2), (&alice.id(), PARTS / 2)]);
    f.tip(&bob, 2);
    f.done(&bob, f.shop().payout(ALICE), 0);
    assert_eq!(f.refuse(&bob, f.shop().payout(ALICE), 0), Error::NothingDue);
    f.assert_solvent();
}

#[test]
fn payout_refuses_what_cannot_be_divided_yet_and_divides_it_later() {
    let (mut f, alice, bob, carol) = world();
    f.split(
        &alice,
        &[(&carol.id(), PARTS / 2), (&alice.id(), PARTS / 2)],
    );
    f.tip(&bob, 1);
    // One unit cannot be halved.
    assert_eq!(f.refuse(&bob, f.shop().payout(ALICE), 0), Error::NothingDue);
    f.tip(&bob, 2);
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = payout(vec![sent(&carol.id(), HALF, 1), sent(&alice.id(), HALF, 1)]);
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(f.books(), 1);
    assert_eq!(f.refuse(&bob, f.shop().payout(ALICE), 0), Error::NothingDue);
    f.assert_solvent();
}

#[test]
fn share_too_small_for_a_fresh_account_stays_its_own_while_others_are_paid() {
    let (mut f, alice, bob, _) = world();
    let nobody = fresh(9);
    f.split(&alice, &[(&nobody, 500_000), (&alice.id(), 500_000)]);
    f.tip(&bob, 2_000);
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = payout(vec![kept(&nobody, HALF, 975), sent(&alice.id(), HALF, 975)]);
    assert_eq!(releases(&receipt), [told]);
    // Nobody can be made to pay for a record of it.
    assert_eq!(receipt.deposit, 0);
    // It is divided no second time, whoever calls: alice gets nothing of it.
    let message = f.shop().payout(ALICE);
    assert_eq!(f.refuse(&alice, message, 0), Error::TransferFailed);
    f.tip(&bob, 2_000);
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = payout(vec![
        kept(&nobody, HALF, 1_950),
        sent(&alice.id(), HALF, 975),
    ]);
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(f.solvency(), (1_950, 1_950));
    // Once enough came together, or once the account exists, it is sent.
    f.chain.mint(&nobody, existential_deposit());
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = payout(vec![sent(&nobody, HALF, 1_950), sent(&alice.id(), HALF, 0)]);
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(f.chain.balance(&nobody), existential_deposit() + 1_950);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn payout_to_a_single_account_that_is_too_small_fails_until_it_is_enough() {
    let (mut f, alice, bob, _) = world();
    let nobody = fresh(9);
    f.split(&alice, &[(&nobody, PARTS)]);
    f.tip(&bob, existential_deposit());
    assert_eq!(
        f.refuse(&bob, f.shop().payout(ALICE), 0),
        Error::TransferFailed
    );
    f.tip(&bob, existential_deposit() / 2);
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let amount = net(existential_deposit()) + net(existential_deposit() / 2);
    assert_eq!(
        releases(&receipt),
        [payout(vec![sent(&nobody, PARTS, amount)])]
    );
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn a_new_split_divides_what_was_set_aside_for_the_old_one() {
    let (mut f, alice, bob, carol) = world();
    f.split(&alice, &[(&fresh(9), 500_000), (&alice.id(), 500_000)]);
    f.tip(&bob, 2_000);
    f.done(&bob, f.shop().payout(ALICE), 0);
    f.split(&alice, &[(&carol.id(), 900_000), (&alice.id(), 100_000)]);
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = payout(vec![
        sent(&carol.id(), 900_000, 877),
        sent(&alice.id(), 100_000, 97),
    ]);
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(f.books(), 1);
    f.assert_solvent();
}

// ---- Where money goes ----

#[test]
fn refresh_takes_over_what_the_registry_says_and_tells_so_if_it_is_new() {
    let (mut f, alice, bob, carol) = world();
    let parts = split(&[(&carol.id(), PARTS)]);
    // Alice does not name the storefront, which goes on as before.
    let message = f.reg().set_payout(ALICE, parts, None, vec![]);
    f.done(&alice, message, 0);
    let before = f.has_money(&alice);
    f.tip(&bob, 1_000);
    assert_eq!(f.has_money(&alice), before + 975);
    let receipt = f.done(&bob, f.shop().refresh(ALICE), 0);
    let payee = Change::Payee {
        payee: Payee::Account(carol.id().ink()),
        version: 1,
    };
    assert_eq!(catalogue(&receipt), [(ALICE, payee)]);
    assert_eq!(receipt.deposit, 0);
    let receipt = f.done(&bob, f.shop().refresh(ALICE), 0);
    assert_eq!(catalogue(&receipt), []);
    let before = f.has_money(&carol);
    f.tip(&bob, 1_000);
    assert_eq!(f.has_money(&carol), before + 975);
    assert_eq!(f.refuse(&bob, f.shop().refresh(9), 0), Error::NotOpen);
    f.assert_solvent();
}

#[test]
fn payout_takes_over_what_the_registry_says_too() {
    let (mut f, alice, bob, carol) = world();
    f.split(&alice, &[(&fresh(9), PARTS)]);
    f.tip(&bob, 1_000);
    let parts = split(&[(&carol.id(), PARTS)]);
    let message = f.reg().set_payout(ALICE, parts, None, vec![]);
    f.done(&alice, message, 0);
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = payout(vec![sent(&carol.id(), PARTS, 975)]);
    assert_eq!(releases(&receipt), [told]);
    let expected = Books {
        payee: Payee::Account(carol.id().ink()),
        version: 2,
        ..Books::default()
    };
    assert_eq!(f.read(f.shop().books(ALICE)), Some(expected));
    f.assert_solvent();
}

#[test]
fn registry_tells_of_splits_and_owners_in_the_message_that_changes_them() {
    let (mut f, alice, bob, carol) = world();
    let tell = vec![f.storefront_id.ink()];
    let halves = split(&[(&alice.id(), HALF), (&carol.id(), HALF)]);
    let message = f
        .reg()
        .set_payout(ALICE, halves.clone(), None, tell.clone());
    let receipt = f.done(&alice, message, 0);
    let payee = payee(&halves);
    let told = receipt.events_of::<CatalogueChanged>();
    let change = Change::Payee { payee, version: 1 };
    assert_eq!(told[0].change, change);
    let books = f.read(f.shop().books(ALICE)).unwrap();
    assert_eq!((books.payee, books.version), (payee, 1));
    let message = f.reg().offer_ownership(ALICE, Some(bob.id().ink()));
    f.done(&alice, message, 0);
    f.done(&bob, f.reg().accept_ownership(ALICE, None, tell), 0);
    let books = f.read(f.shop().books(ALICE)).unwrap();
    assert_eq!(books.payee, Payee::Account(bob.id().ink()));
    f.assert_solvent();
}

/// Sets a split of halves, has money wait, and deletes the creator.
fn deleted(f: &mut Farthing, alice: &Account, bob: &Account, parts: &[(&AccountId, u32)]) {
    f.split(alice, parts);
    f.tip(bob, 1_000);
    f.done(alice, f.reg().release_handle(ALICE), 0);
    f.chain.advance(31 * DAY);
    f.done(alice, f.reg().delete(ALICE, None), 0);
}

#[test]
fn what_waits_for_a_deleted_creator_goes_along_the_last_split() {
    let (mut f, alice, bob, carol) = world();
    let [a, b, c] = [&alice, &bob, &carol].map(|who| who.id());
    let parts = [(&a, HALF), (&c, HALF)];
    let message = f.shop().payout_deleted(ALICE, split(&parts));
    assert_eq!(f.refuse(&bob, message, 0), Error::NotDeleted);
    deleted(&mut f, &alice, &bob, &parts);
    for message in [f.shop().payout(ALICE), f.shop().refresh(ALICE)] {
        assert_eq!(f.refuse(&bob, message, 0), Error::CreatorDeleted);
    }
    // Payments go on as before.
    f.tip(&bob, 1_000);
    let others = [
        vec![(&a, HALF - 1), (&c, HALF + 1)],
        vec![(&c, HALF), (&a, HALF)],
        vec![(&b, PARTS)],
        vec![],
    ];
    for other in others {
        let message = f.shop().payout_deleted(ALICE, split(&other));
        assert_eq!(f.refuse(&bob, message, 0), Error::WrongSplit);
    }
    let message = f.shop().payout_deleted(9, split(&parts));
    assert_eq!(f.refuse(&bob, message, 0), Error::NotOpen);
    let message = f.shop().payout_deleted(ALICE, split(&parts));
    let receipt = f.done(&bob, message.clone(), 0);
    let told = payout(vec![
        sent(&alice.id(), HALF, 975),
        sent(&carol.id(), HALF, 975),
    ]);
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(f.solvency(), (0, 0));
    assert_eq!(f.refuse(&bob, message, 0), Error::NothingDue);
    f.assert_solvent();
}

#[test]
fn deleted_creator_with_a_single_payee_is_paid_at_once_and_later() {
    let (mut f, alice, bob, _) = world();
    let nobody = fresh(9);
    deleted(&mut f, &alice, &bob, &[(&nobody, PARTS)]);
    f.chain.mint(&nobody, existential_deposit());
    f.tip(&bob, 1_000);
    assert_eq!(f.chain.balance(&nobody), existential_deposit() + 975);
    let message = f.shop().payout_deleted(ALICE, split(&[(&bob.id(), PARTS)]));
    assert_eq!(f.refuse(&bob, message, 0), Error::WrongSplit);
    // A single account, but not all of it.
    let message = f.shop().payout_deleted(ALICE, split(&[(&nobody, 1)]));
    assert_eq!(f.refuse(&bob, message, 0), Error::WrongSplit);
    let message = f.shop().payout_deleted(ALICE, split(&[(&nobody, PARTS)]));
    f.done(&bob, message, 0);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

// ---- Fees ----

#[test]
fn withdraw_fees_sends_the_treasury_all_of_them_once_it_can_exist() {
    let (mut f, _, bob, carol) = world();
    let message = f.shop().withdraw_fees();
    assert_eq!(f.refuse(&bob, message.clone(), 0), Error::NothingDue);
    f.end_treasury(&carol);
    f.tip(&bob, 10_000);
    // 250 units are too little for an account that does not exist.
    assert_eq!(f.refuse(&bob, message.clone(), 0), Error::TransferFailed);
    for _ in 0..2 {
        f.tip(&bob, 30 * existential_deposit());
    }
    let amount = 250 + 3 * existential_deposit() / 2;
    let receipt = f.done(&bob, message, 0);
    assert_eq!(releases(&receipt), [Release::Fees { amount }]);
    assert_eq!(receipt.deposit, 0);
    assert_eq!(f.treasury(), amount);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}
