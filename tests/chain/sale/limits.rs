//! The largest batches, pages and histories that the storefront contract allows do work: they fit in
//! ink!'s buffer, in an event and in a block.

use crate::sale::world::*;
use farthing_contracts::storefront::{MAX_BATCH, MAX_MEMO};

/// Publishes a full page of 128 items, and buys it in two batches for bob. Returns the purchases.
fn full_page(f: &mut Farthing, alice: &Account, bob: &Account, listing: &Listing) -> Vec<Purchase> {
    let mut history = Vec::new();
    for _ in 0..128 {
        let message = f.shop().publish(ALICE, listing.clone(), content());
        f.chain.call_unasked(alice, message, 0).unwrap();
    }
    for first in [0, 64] {
        let orders = (first..first + 64).map(order).collect();
        let value = 64 * listing.price;
        let message = f.shop().buy_many(orders, None, None);
        history.extend(purchases(&f.done(bob, message, value)));
    }
    history
}

#[test]
fn largest_batch_of_tips_with_the_longest_memos_fits() {
    let (mut f, alice, bob, carol) = world();
    // The dearest kind: all of it is kept.
    f.split(&alice, &[(&alice.id(), 1), (&carol.id(), PARTS - 1)]);
    f.end_treasury(&carol);
    let tips_each = u128::from(u64::MAX) >> 8;
    let tips = vec![
        Tip {
            memo: vec![0xff; MAX_MEMO],
            ..tip(ALICE, tips_each)
        };
        MAX_BATCH
    ];
    f.chain.mint(&bob.id(), 10_000_000 * UNIT);
    let value = tips.iter().map(|tip| tip.amount).sum();
    let receipt = f.done(&bob, f.shop().tip_many(tips.clone()), value);
    let told: Vec<_> = tips.into_iter().map(Payment::Tip).collect();
    assert_eq!(payments(&receipt), [(bob.id().ink(), None, told)]);
    let fees = 64 * (tips_each * 250 / 10_000);
    assert_eq!(f.books(), value - fees);
    f.assert_solvent();
}

#[test]
fn largest_batch_to_sixty_four_creators_fits() {
    let (mut f, alice, bob, _) = world();
    let mut tips = vec![tip(ALICE, 1_000)];
    for n in 1..MAX_BATCH {
        tips.push(tip(f.creator(&alice, &format!("shop-{n}")), 1_000));
    }
    let before = f.has_money(&alice);
    f.done(&bob, f.shop().tip_many(tips), 64_000);
    assert_eq!(f.has_money(&alice), before + 64 * 975);
    f.assert_solvent();
}

#[test]
fn purchase_in_a_full_page_is_refunded_with_all_of_its_history() {
    let (mut f, alice, bob, _) = world();
    let history = full_page(&mut f, &alice, &bob, &forever(5));
    let page = f.read(f.shop().page(ALICE, bob.id().ink(), 0));
    assert_eq!(page.owned, u128::MAX);
    let owner = bob.id().ink();
    let message = f.shop().refund(ALICE, owner, [0; 32], history, vec![127]);
    f.done(&alice, message, 5);
    assert!(f.has(&bob, 126) && !f.has(&bob, 127));
    f.assert_solvent();
}

#[test]
fn page_full_of_passes_is_extended_and_refunded_at_once() {
    let (mut f, alice, bob, _) = world();
    let mut history = full_page(&mut f, &alice, &bob, &pass(5, DAY));
    let receipt = f.buy(&bob, 127, 5);
    assert_eq!(receipt.deposit, 0);
    history.extend(purchases(&receipt));
    let owner = bob.id().ink();
    let all = (0..129).collect();
    let message = f.shop().refund(ALICE, owner, [0; 32], history, all);
    assert_eq!(f.done(&alice, message, 129 * 5).deposit, 0);
    assert!((0..128).all(|item| !f.has(&bob, item)));
    f.assert_solvent();
}

/// As many purchases as the documentation says there is room for, all of them at once.
#[test]
fn longest_history_is_refunded() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, pass(1, DAY));
    let mut history = Vec::new();
    for _ in 0..3 {
        let message = f.shop().buy_many(vec![order(0); 60], None, None);
        history.extend(purchases(&f.done(&bob, message, 60)));
    }
    let owner = bob.id().ink();
    let all = (0..180).collect();
    let message = f.shop().refund(ALICE, owner, [0; 32], history, all);
    f.done(&alice, message, 180);
    assert!(!f.has(&bob, 0));
    f.assert_solvent();
}

#[test]
fn payout_to_sixteen_fresh_accounts_keeps_every_share_and_locks_nothing() {
    let (mut f, alice, bob, _) = world();
    let fresh: Vec<AccountId> = (1..=15u8).map(|byte| [byte; 32].into()).collect();
    let mut parts: Vec<_> = fresh.iter().map(|one| (one, PARTS / 16)).collect();
    let own = alice.id();
    parts.push((&own, PARTS / 16));
    f.split(&alice, &parts);
    f.tip(&bob, 16_000);
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let mut shares: Vec<_> = fresh.iter().map(|one| kept(one, PARTS / 16, 975)).collect();
    shares.push(sent(&own, PARTS / 16, 975));
    let told = Release::Payout {
        creator: ALICE,
        shares,
    };
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(receipt.deposit, 0);
    assert_eq!(f.books(), 15 * 975);
    f.assert_solvent();
}
