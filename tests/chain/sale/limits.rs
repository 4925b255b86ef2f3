//! The largest batches, pages and histories that the storefront contract allows do work: they fit in
//! ink!'s buffer, in an event and in a block.

use crate::sale::world::*;
use storefront::till::{MAX_BATCH, MAX_MEMO};

/// Publishes a full page of 128 items, and buys it in two batches for bob.
fn full_page(f: &mut Farthing, alice: &Account, bob: &Account, listing: &Listing) {
    for _ in 0..128 {
        let message = f.shop().publish(ALICE, listing.clone());
        f.chain.call_unasked(alice, message, 0).unwrap();
    }
    for first in [0, 64] {
        let orders = (first..first + 64).map(order).collect();
        let value = 64 * listing.price;
        let message = f.shop().buy_many(orders, None, value, None);
        f.done(bob, message, value);
    }
}

#[test]
fn largest_batch_of_tips_with_the_longest_memos_fits() {
    let (mut f, _, bob, _) = world();
    let tips = vec![
        Tip {
            memo: vec![0xff; MAX_MEMO],
            ..tip(ALICE, u128::from(u64::MAX) >> 8)
        };
        MAX_BATCH
    ];
    f.chain.mint(&bob.id(), 10_000_000 * UNIT);
    let value = tips.iter().map(|tip| tip.amount).sum();
    let receipt = f.done(&bob, f.shop().tip_many(tips.clone()), value);
    let told: Vec<_> = tips.into_iter().map(Payment::Tip).collect();
    assert_eq!(payments(&receipt), [(bob.id().ink(), None, told)]);
    assert_eq!(f.books(), value);
    f.assert_solvent();
}

#[test]
fn purchase_in_a_full_page_is_refunded_with_all_of_its_history() {
    let (mut f, alice, bob, _) = world();
    full_page(&mut f, &alice, &bob, &forever(5));
    let page = f.read(f.shop().page(ALICE, bob.id().ink(), 0));
    assert_eq!(page.owned, u128::MAX);
    let history = (0..128).map(|item| purchase(item, &bob, 5)).collect();
    let message = f.shop().refund(ALICE, 127, bob.id().ink(), history);
    f.done(&alice, message, 0);
    assert!(f.has(&bob, 126) && !f.has(&bob, 127));
    assert_eq!(f.books(), 127 * 5);
    f.assert_solvent();
}

#[test]
fn page_full_of_passes_is_extended_and_refunded() {
    let (mut f, alice, bob, _) = world();
    full_page(&mut f, &alice, &bob, &pass(5, DAY));
    assert_eq!(f.buy(&bob, 127, 5).deposit, 0);
    let message = f.shop().refund(ALICE, 127, bob.id().ink(), vec![]);
    assert_eq!(f.done(&alice, message, 0).deposit, 0);
    f.chain.advance(DAY / 2);
    assert!((0..128).all(|item| f.has(&bob, item)));
    assert_eq!(f.books(), 128 * 5);
    f.assert_solvent();
}

#[test]
fn payout_to_sixteen_fresh_accounts_keeps_every_share() {
    let (mut f, alice, bob, _) = world();
    let recipients: Vec<AccountId> = (1..=16u8).map(|byte| [byte; 32].into()).collect();
    let parts: Vec<_> = recipients.iter().map(|one| (one, PARTS / 16)).collect();
    f.split(&alice, &parts);
    f.tip(&bob, 16_000);
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = Release::Payout {
        creator: ALICE,
        fee: 400,
        shares: recipients.iter().map(|one| kept(one, 975)).collect(),
    };
    assert_eq!(releases(&receipt), [told]);
    // A row each: 16 bytes for the amount and two flags.
    assert_eq!(receipt.deposit, 16 * (PER_ITEM + 18 * PER_BYTE));
    assert_eq!(f.read(f.shop().overview()).kept, 16 * 975);
    f.assert_solvent();
}
