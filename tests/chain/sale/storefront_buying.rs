//! Tips, purchases and access: what the storefront contract's paying messages do, and their errors.

use crate::sale::world::*;
use farthing_types::commitment;
use storefront::{
    access::{AccessError, Page, Pass, PAGE_ITEMS},
    till::{MAX_BATCH, MAX_MEMO},
    Error,
};

/// What the event of a purchase for oneself, without a referrer, says of one item of [`ALICE`].
fn bought(item: ItemId, owner: &Account, paid: Balance, until: Option<Millis>) -> Payment {
    Payment::Purchase {
        creator: ALICE,
        item,
        owner: owner.id().ink(),
        paid,
        until,
        referral: 0,
    }
}

// ---- Tips ----

#[test]
fn tip_is_booked_for_the_creator_and_told_with_its_memo() {
    let (mut f, _, bob, _) = world();
    let before = f.chain.balance(&bob.id());
    let receipt = f.done(&bob, f.shop().tip(ALICE, b"thanks".to_vec()), 77);
    let tip = Tip {
        creator: ALICE,
        amount: 77,
        memo: b"thanks".to_vec(),
    };
    assert_eq!(
        payments(&receipt),
        [(bob.id().ink(), None, vec![Payment::Tip(tip)])]
    );
    // The payments event is anonymous: a topic would cost half a transfer.
    assert!(receipt.events[0].topics.is_empty());
    assert_eq!(f.books(), 77);
    assert_eq!(f.chain.balance(&bob.id()), before - 77 - receipt.fee);
    f.assert_solvent();
}

#[test]
fn tip_refuses_nothing_a_long_memo_and_a_creator_who_is_not_there() {
    let (mut f, _, bob, _) = world();
    let (fits, long) = (vec![0; MAX_MEMO], vec![0; MAX_MEMO + 1]);
    f.done(&bob, f.shop().tip(ALICE, fits), 1);
    for (creator, memo, value, why) in [
        (ALICE, vec![], 0, Error::ZeroTip),
        (ALICE, long, 1, Error::MemoTooLong),
        (9, vec![], 1, Error::NotOpen),
    ] {
        assert_eq!(f.refuse(&bob, f.shop().tip(creator, memo), value), why);
    }
    f.assert_solvent();
}

#[test]
fn tip_many_books_each_tip_and_tells_all_in_one_event() {
    let (mut f, _, bob, carol) = world();
    let second = f.creator(&carol, "carol");
    // Back and forth, so that no tip is lost when the creator changes.
    let tips = vec![tip(ALICE, 1), tip(second, 20), tip(ALICE, 300)];
    let receipt = f.done(&bob, f.shop().tip_many(tips.clone()), 321);
    let told = tips.into_iter().map(Payment::Tip).collect();
    assert_eq!(payments(&receipt), [(bob.id().ink(), None, told)]);
    assert_eq!(f.books(), 301);
    assert_eq!(f.read(f.shop().shop(second)).unwrap().balance, 20);
    f.assert_solvent();
}

#[test]
fn tip_many_takes_64_and_refuses_none_or_65() {
    let (mut f, _, bob, _) = world();
    f.done(&bob, f.shop().tip_many(vec![tip(ALICE, 2); MAX_BATCH]), 128);
    assert_eq!(f.books(), 128);
    for count in [0, MAX_BATCH + 1] {
        let message = f.shop().tip_many(vec![tip(ALICE, 2); count]);
        assert_eq!(f.refuse(&bob, message, 130), Error::BatchSize);
    }
    f.assert_solvent();
}

#[test]
fn tip_many_refuses_any_value_but_the_sum() {
    let (mut f, _, bob, _) = world();
    for value in [0, 4, 6] {
        let message = f.shop().tip_many(vec![tip(ALICE, 2), tip(ALICE, 3)]);
        assert_eq!(f.refuse(&bob, message, value), Error::WrongValue(5));
    }
    f.assert_solvent();
}

#[test]
fn tip_many_refuses_all_for_one_bad_tip() {
    let (mut f, _, bob, _) = world();
    let long = Tip {
        memo: vec![0; MAX_MEMO + 1],
        ..tip(ALICE, 5)
    };
    for (bad, why) in [
        (tip(ALICE, 0), Error::ZeroTip),
        (tip(9, 5), Error::NotOpen),
        (long, Error::MemoTooLong),
    ] {
        let message = f.shop().tip_many(vec![tip(ALICE, 5), bad]);
        assert_eq!(f.refuse(&bob, message, 10), why);
    }
    f.assert_solvent();
}

// ---- Buying for ever ----

#[test]
fn buy_gives_access_for_ever_and_gives_change() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(500));
    let before = f.chain.total_balance(&bob.id());
    // He agrees to 600 and attaches 1,000; it costs 500.
    let receipt = f.done(&bob, f.shop().buy(ALICE, 0, None, 600, None), 1_000);
    assert_eq!(
        payments(&receipt),
        [(bob.id().ink(), None, vec![bought(0, &bob, 500, None)])]
    );
    let after = f.chain.total_balance(&bob.id());
    let deposit = Balance::try_from(receipt.deposit).unwrap();
    assert_eq!(before - after, 500 + receipt.fee + deposit);
    assert_eq!(f.books(), 500);
    assert!(f.has(&bob, 0));
    assert!(!f.has(&carol, 0));
    f.chain.advance(1_000_000 * DAY);
    assert!(f.has(&bob, 0));
    f.assert_solvent();
}

#[test]
fn buy_for_another_gives_them_access_and_tells_who_paid() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(500));
    let message = f.shop().buy(ALICE, 0, Some(carol.id().ink()), 500, None);
    let receipt = f.done(&bob, message, 500);
    assert_eq!(
        payments(&receipt),
        [(bob.id().ink(), None, vec![bought(0, &carol, 500, None)])]
    );
    assert!(f.has(&carol, 0));
    assert!(!f.has(&bob, 0));
    f.assert_solvent();
}

#[test]
fn buy_refuses_what_is_owned_already_by_whoever_it_is_for() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(500));
    f.buy(&bob, 0, 500);
    for (payer, owner) in [(&bob, None), (&carol, Some(bob.id().ink()))] {
        let message = f.shop().buy(ALICE, 0, owner, 500, None);
        assert_eq!(
            f.refuse(payer, message, 500),
            Error::Access(AccessError::AlreadyOwned)
        );
    }
    f.assert_solvent();
}

#[test]
fn buy_refuses_a_price_above_the_maximum_and_too_little_value() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(500));
    let message = f.shop().buy(ALICE, 0, None, 499, None);
    assert_eq!(f.refuse(&bob, message, 1_000), Error::PriceAboveMax(500));
    let message = f.shop().buy(ALICE, 0, None, 1_000, None);
    assert_eq!(f.refuse(&bob, message, 499), Error::ValueTooLow(500));
    f.assert_solvent();
}

#[test]
fn buy_refuses_an_item_that_was_never_published() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(5));
    for (creator, item) in [(ALICE, 1), (ALICE, u32::MAX), (9, 0)] {
        let message = f.shop().buy(creator, item, None, 5, None);
        assert_eq!(f.refuse(&bob, message, 5), Error::UnknownItem);
    }
    f.assert_solvent();
}

#[test]
fn buy_many_buys_of_several_creators_for_one_account() {
    let (mut f, alice, bob, carol) = world();
    let second = f.creator(&carol, "carol");
    f.publish(&alice, ALICE, forever(5));
    f.publish(&alice, ALICE, forever(7));
    f.publish(&carol, second, forever(11));
    let of_second = Order {
        creator: second,
        item: 0,
    };
    // Back and forth, so that no purchase is lost when creator and page change.
    let orders = vec![order(0), of_second, order(1)];
    f.done(&bob, f.shop().buy_many(orders, None, 23, None), 23);
    assert!(f.has(&bob, 0) && f.has(&bob, 1));
    assert!(f.read(f.shop().has_access(second, 0, bob.id().ink())));
    assert_eq!(f.books(), 12);
    assert_eq!(f.read(f.shop().shop(second)).unwrap().balance, 11);
    f.assert_solvent();
}

#[test]
fn buy_many_refuses_all_for_one_bad_order() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(5));
    f.publish(&alice, ALICE, forever(5));
    f.done(&alice, f.shop().retire(ALICE, 1), 0);
    for (bad, why) in [
        (order(0), Error::Access(AccessError::AlreadyOwned)),
        (order(1), Error::Retired),
        (order(2), Error::UnknownItem),
    ] {
        let message = f.shop().buy_many(vec![order(0), bad], None, 10, None);
        assert_eq!(f.refuse(&bob, message, 10), why);
    }
    f.assert_solvent();
}

#[test]
fn buy_many_refuses_none_or_65_and_a_total_above_the_maximum() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, pass(5, DAY));
    let many = |count| vec![order(0); count];
    for count in [0, MAX_BATCH + 1] {
        let message = f.shop().buy_many(many(count), None, 1_000, None);
        assert_eq!(f.refuse(&bob, message, 1_000), Error::BatchSize);
    }
    let message = f.shop().buy_many(many(2), None, 9, None);
    assert_eq!(f.refuse(&bob, message, 10), Error::PriceAboveMax(10));
    let message = f.shop().buy_many(many(2), None, 10, None);
    assert_eq!(f.refuse(&bob, message, 9), Error::ValueTooLow(10));
    // The same pass 64 times is 64 days.
    let from = f.chain.now();
    f.done(&bob, f.shop().buy_many(many(64), None, 320, None), 320);
    let page = f.read(f.shop().page(ALICE, bob.id().ink(), 0));
    assert_eq!(page.until(0), Some(from + 64 * DAY));
    f.assert_solvent();
}

#[test]
fn items_127_and_128_are_in_different_pages() {
    let (mut f, alice, bob, _) = world();
    for _ in 0..130 {
        let message = f.shop().publish(ALICE, forever(5));
        f.chain.call_unasked(&alice, message, 0).unwrap();
    }
    // The last of page 0 needs a page, its neighbour in page 0 does not, the first of page 1 does.
    let deposits = [127, 126, 128, 129].map(|item| f.buy(&bob, item, 5).deposit);
    assert!(deposits[0] > PER_ITEM);
    assert_eq!(deposits, [deposits[0], 0, deposits[0], 0]);
    let page = |f: &mut Farthing, number| f.read(f.shop().page(ALICE, bob.id().ink(), number));
    assert_eq!(page(&mut f, 0).owned, 0b11 << (PAGE_ITEMS - 2));
    assert_eq!(page(&mut f, 1).owned, 0b11);
    for (item, has) in [(0, false), (125, false), (126, true), (129, true)] {
        assert_eq!(f.has(&bob, item), has, "item {item}");
    }
    assert!(!f.has(&bob, 255));
    f.assert_solvent();
}

// ---- Buying for a period ----

#[test]
fn pass_ends_to_the_millisecond() {
    for early in [1, 0] {
        let (mut f, alice, bob, _) = world();
        f.publish(&alice, ALICE, pass(5, DAY));
        let from = f.chain.now();
        let receipt = f.buy(&bob, 0, 5);
        let told = bought(0, &bob, 5, Some(from + DAY));
        assert_eq!(payments(&receipt), [(bob.id().ink(), None, vec![told])]);
        f.chain.seal_at(from + DAY - early);
        assert_eq!(f.has(&bob, 0), early == 1);
        f.assert_solvent();
    }
}

#[test]
fn pass_is_extended_from_its_end_and_anew_once_it_is_over() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, pass(5, DAY));
    let until = |f: &mut Farthing| {
        let page = f.read(f.shop().page(ALICE, bob.id().ink(), 0));
        page.until(0).unwrap()
    };
    let first = f.chain.now();
    f.buy(&bob, 0, 5);
    f.chain.advance(DAY / 2);
    f.buy(&bob, 0, 5);
    assert_eq!(until(&mut f), first + 2 * DAY);
    // A gift extends it, too.
    let message = f.shop().buy(ALICE, 0, Some(bob.id().ink()), 5, None);
    f.done(&carol, message, 5);
    assert_eq!(until(&mut f), first + 3 * DAY);
    // At its end, to the millisecond, it is over: the next begins right there, with no gap.
    f.chain.seal_at(first + 3 * DAY);
    assert!(!f.has(&bob, 0));
    f.buy(&bob, 0, 5);
    assert_eq!(until(&mut f), first + 4 * DAY);
    // Long after, the next begins when it is bought.
    f.chain.advance(100 * DAY);
    let late = f.chain.now();
    f.buy(&bob, 0, 5);
    assert_eq!(until(&mut f), late + DAY);
    f.assert_solvent();
}

#[test]
fn page_tells_passes_and_purchases_for_ever() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(5));
    f.publish(&alice, ALICE, pass(7, DAY));
    f.buy(&bob, 0, 5);
    let from = f.chain.now();
    let message = f.shop().buy(ALICE, 1, Some(bob.id().ink()), 7, None);
    f.done(&carol, message, 7);
    let receipts = commitment::receipt_preimage(&[0; 32], 0, &bob.id(), 5);
    let expected = Page {
        owned: 1,
        receipts: commitment::blake2_256(&receipts),
        passes: vec![Pass {
            slot: 1,
            until: from + DAY,
            from,
            payer: carol.id().ink(),
            paid: 7,
        }],
    };
    assert_eq!(f.read(f.shop().page(ALICE, bob.id().ink(), 0)), expected);
    f.assert_solvent();
}

// ---- Buying without saying what ----

#[test]
fn blinded_purchase_is_booked_and_told_without_the_item() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(50));
    f.done(&alice, f.shop().set_tier(ALICE, 1, Some(50)), 0);
    let secret = [3; 32];
    let shop = f.storefront_id.clone();
    let commitment = commitment::blinded_purchase(&shop, ALICE, 1, &bob.id(), 0, &secret);
    let before = f.chain.total_balance(&bob.id());
    let message = f.shop().buy_blinded(ALICE, 1, commitment, 60);
    let receipt = f.done(&bob, message, 100);
    let told = Payment::Blinded {
        creator: ALICE,
        tier: 1,
        paid: 50,
        commitment,
    };
    assert_eq!(payments(&receipt), [(bob.id().ink(), None, vec![told])]);
    assert_eq!(f.books(), 50);
    assert_eq!(receipt.deposit, 0);
    let after = f.chain.total_balance(&bob.id());
    assert_eq!(before - after, 50 + receipt.fee);
    // The chain does not know.
    assert!(!f.has(&bob, 0));
    f.assert_solvent();
}

#[test]
fn blinded_purchase_refuses_no_tier_a_high_price_and_a_low_value() {
    let (mut f, alice, bob, _) = world();
    f.done(&alice, f.shop().set_tier(ALICE, 1, Some(50)), 0);
    f.done(&alice, f.shop().set_tier(ALICE, 2, Some(50)), 0);
    f.done(&alice, f.shop().set_tier(ALICE, 2, None), 0);
    for (creator, tier, max, value, why) in [
        (ALICE, 0, 50, 50, Error::UnknownTier),
        (ALICE, 2, 50, 50, Error::UnknownTier),
        (9, 1, 50, 50, Error::UnknownTier),
        (ALICE, 1, 49, 50, Error::PriceAboveMax(50)),
        (ALICE, 1, 50, 49, Error::ValueTooLow(50)),
    ] {
        let message = f.shop().buy_blinded(creator, tier, [1; 32], max);
        assert_eq!(f.refuse(&bob, message, value), why);
    }
    f.assert_solvent();
}

// ---- Referrals ----

#[test]
fn referrer_gets_their_share_rounded_down_and_the_creator_the_rest() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(999, 1_000));
    f.done(&carol, f.shop().enroll(), 0);
    let referrer = Some(carol.id().ink());
    let message = f.shop().buy(ALICE, 0, None, 999, referrer);
    let receipt = f.done(&bob, message, 999);
    let told = Payment::Purchase {
        creator: ALICE,
        item: 0,
        owner: bob.id().ink(),
        paid: 999,
        until: None,
        referral: 99,
    };
    assert_eq!(payments(&receipt), [(bob.id().ink(), referrer, vec![told])]);
    // Of 99, the platform's fee is 2.
    assert_eq!(f.kept_for(&carol.id()), 97);
    let overview = f.read(f.shop().overview());
    assert_eq!((overview.kept, overview.fees_due), (97, 2));
    assert_eq!(f.books(), 900);
    f.assert_solvent();
}

#[test]
fn referrer_gets_the_sum_of_a_batch_and_nothing_where_none_is_granted() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(1_000, 500));
    f.publish(&alice, ALICE, forever(1_000));
    f.publish(&alice, ALICE, referred(1_000, 10_000));
    f.done(&carol, f.shop().enroll(), 0);
    let orders = vec![order(0), order(1), order(2)];
    let referrer = Some(carol.id().ink());
    let message = f.shop().buy_many(orders, None, 3_000, referrer);
    f.done(&bob, message, 3_000);
    // Of 50 + 1,000, the platform's fee is 26.
    assert_eq!(f.kept_for(&carol.id()), 1_024);
    assert_eq!(f.books(), 950 + 1_000);
    f.assert_solvent();
}

#[test]
fn buy_refuses_the_payer_as_referrer_enrolled_or_not() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(1_000, 500));
    f.done(&bob, f.shop().enroll(), 0);
    for payer in [&bob, &carol] {
        let message = f.shop().buy(ALICE, 0, None, 1_000, Some(payer.id().ink()));
        assert_eq!(f.refuse(payer, message, 1_000), Error::SelfReferral);
    }
    f.assert_solvent();
}

#[test]
fn buy_refuses_a_referrer_who_never_enrolled_or_has_left() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(1_000, 500));
    let message = f.shop().buy(ALICE, 0, None, 1_000, Some(carol.id().ink()));
    assert_eq!(
        f.refuse(&bob, message.clone(), 1_000),
        Error::ReferrerNotEnrolled
    );
    f.done(&carol, f.shop().enroll(), 0);
    f.done(&carol, f.shop().leave(), 0);
    assert_eq!(f.refuse(&bob, message, 1_000), Error::ReferrerNotEnrolled);
    f.assert_solvent();
}
