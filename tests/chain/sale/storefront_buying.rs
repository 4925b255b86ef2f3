//! Tips, purchases and access: what the storefront contract's paying messages do, and their errors.

use crate::sale::world::*;
use farthing_contracts::storefront::{
    access::{AccessError, Page, Pass, PAGE_ITEMS},
    Error, MAX_BATCH, MAX_MEMO,
};
use farthing_types::commitment;

/// What the event of a purchase for oneself, without a referrer, says of one item of [`ALICE`].
fn bought(item: ItemId, owner: &Account, paid: Balance, term: Option<Term>) -> Payment {
    Payment::Purchase {
        creator: ALICE,
        item,
        owner: owner.id().ink(),
        paid,
        term,
        referral: 0,
    }
}

// ---- Tips ----

#[test]
fn tip_goes_straight_to_creator_and_treasury_and_is_told_with_its_memo() {
    let (mut f, alice, bob, _) = world();
    let before = [&alice, &bob].map(|who| f.has_money(who));
    let treasury = f.treasury();
    let receipt = f.done(&bob, f.shop().tip(ALICE, b"thanks".to_vec()), 1_000);
    let tip = Tip {
        creator: ALICE,
        amount: 1_000,
        memo: b"thanks".to_vec(),
    };
    assert_eq!(
        payments(&receipt),
        [(bob.id().ink(), None, vec![Payment::Tip(tip)])]
    );
    assert_eq!(kept_of(&receipt), []);
    // The payments event is anonymous: a topic would cost half a transfer.
    assert!(receipt.events[0].topics.is_empty());
    assert_eq!(f.has_money(&alice), before[0] + 975);
    assert_eq!(f.treasury(), treasury + 25);
    assert_eq!(f.has_money(&bob), before[1] - 1_000 - receipt.fee);
    assert_eq!(f.solvency(), (0, 0));
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
fn tip_many_sends_each_tip_and_tells_all_in_one_event() {
    let (mut f, alice, bob, carol) = world();
    let second = f.creator(&carol, "carol");
    let before = [&alice, &carol].map(|who| f.has_money(who));
    let treasury = f.treasury();
    // Back and forth, so that no tip is lost when the creator changes.
    let tips = vec![tip(ALICE, 100), tip(second, 2_000), tip(ALICE, 30_000)];
    let receipt = f.done(&bob, f.shop().tip_many(tips.clone()), 32_100);
    let told = tips.into_iter().map(Payment::Tip).collect();
    assert_eq!(payments(&receipt), [(bob.id().ink(), None, told)]);
    assert_eq!(kept_of(&receipt), []);
    // 2.5 % of each by itself, rounded down: 2, 50 and 750.
    assert_eq!(f.has_money(&alice), before[0] + 98 + 29_250);
    assert_eq!(f.has_money(&carol), before[1] + 1_950);
    assert_eq!(f.treasury(), treasury + 802);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn tip_many_takes_64_and_refuses_none_or_65() {
    let (mut f, alice, bob, _) = world();
    let before = f.has_money(&alice);
    f.done(&bob, f.shop().tip_many(vec![tip(ALICE, 2); MAX_BATCH]), 128);
    assert_eq!(f.has_money(&alice), before + 128);
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
    let (before, alices) = (f.chain.total_balance(&bob.id()), f.has_money(&alice));
    // He agrees to 600 and attaches 1,000; it costs 500.
    let receipt = f.done(&bob, f.shop().buy(order_at(0, 600), None, None), 1_000);
    assert_eq!(
        payments(&receipt),
        [(bob.id().ink(), None, vec![bought(0, &bob, 500, None)])]
    );
    let after = f.chain.total_balance(&bob.id());
    let deposit = Balance::try_from(receipt.deposit).unwrap();
    assert_eq!(before - after, 500 + receipt.fee + deposit);
    assert_eq!(kept_of(&receipt), []);
    assert_eq!(f.has_money(&alice), alices + net(500));
    assert_eq!(f.solvency(), (0, 0));
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
    let message = f.shop().buy(order_at(0, 500), Some(carol.id().ink()), None);
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
        let message = f.shop().buy(order_at(0, 500), owner, None);
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
    let message = f.shop().buy(order_at(0, 499), None, None);
    assert_eq!(f.refuse(&bob, message, 1_000), Error::PriceAboveMax(500));
    let message = f.shop().buy(order_at(0, 1_000), None, None);
    assert_eq!(f.refuse(&bob, message, 499), Error::ValueTooLow(500));
    f.assert_solvent();
}

#[test]
fn buy_refuses_an_item_that_was_never_published() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(5));
    for (creator, item) in [(ALICE, 1), (ALICE, u32::MAX), (9, 0)] {
        let message = f.shop().buy(order_of(creator, item, 5), None, None);
        assert_eq!(f.refuse(&bob, message, 5), Error::UnknownItem);
    }
    f.assert_solvent();
}

#[test]
fn buy_many_buys_of_several_creators_for_one_account() {
    let (mut f, alice, bob, carol) = world();
    let second = f.creator(&carol, "carol");
    f.publish(&alice, ALICE, forever(500));
    f.publish(&alice, ALICE, forever(700));
    f.publish(&carol, second, forever(1_100));
    let before = [&alice, &carol].map(|who| f.has_money(who));
    let of_second = order_of(second, 0, 1_100);
    // Back and forth, so that no purchase is lost when creator and page change.
    let orders = vec![order(0), of_second, order(1)];
    f.done(&bob, f.shop().buy_many(orders, None, None), 2_300);
    assert!(f.has(&bob, 0) && f.has(&bob, 1));
    assert!(f.read(f.shop().has_access(second, 0, bob.id().ink())));
    assert_eq!(f.has_money(&alice), before[0] + net(500) + net(700));
    assert_eq!(f.has_money(&carol), before[1] + net(1_100));
    f.assert_solvent();
}

#[test]
fn buy_many_skips_what_cannot_be_had_and_gives_its_money_back() {
    let (mut f, alice, bob, carol) = world();
    for _ in 0..4 {
        f.publish(&alice, ALICE, forever(500));
    }
    let gift = f.shop().buy(order_at(0, 500), Some(bob.id().ink()), None);
    f.done(&carol, gift, 500);
    f.done(&alice, f.shop().retire(ALICE, 1), 0);
    f.done(&alice, f.shop().set_price(ALICE, 2, 501), 0);
    let before = f.chain.total_balance(&bob.id());
    // Given meanwhile, off sale, dearer than agreed, twice the same: one is bought.
    let orders = [0, 1, 2, 3, 3].map(|item| order_at(item, 500)).to_vec();
    let receipt = f.done(&bob, f.shop().buy_many(orders, None, None), 2_500);
    assert_eq!(
        payments(&receipt),
        [(bob.id().ink(), None, vec![bought(3, &bob, 500, None)])]
    );
    let after = f.chain.total_balance(&bob.id());
    assert_eq!(before - after, 500 + receipt.fee);
    assert!(f.has(&bob, 3) && !f.has(&bob, 1) && !f.has(&bob, 2));
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn buy_many_refuses_when_nothing_is_left_to_buy_and_what_never_was_for_sale() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(5));
    f.publish(&alice, ALICE, forever(5));
    f.done(&alice, f.shop().retire(ALICE, 1), 0);
    f.buy(&bob, 0, 5);
    for (orders, why) in [
        (vec![order(0)], Error::Access(AccessError::AlreadyOwned)),
        (vec![order(0), order(1)], Error::Retired),
        (
            vec![order(1), order(0)],
            Error::Access(AccessError::AlreadyOwned),
        ),
        (vec![order_at(0, 4)], Error::PriceAboveMax(5)),
        (vec![order(2)], Error::UnknownItem),
        (vec![order(0), order(2)], Error::UnknownItem),
    ] {
        let message = f.shop().buy_many(orders, None, None);
        assert_eq!(f.refuse(&bob, message, 10), why);
    }
    f.assert_solvent();
}

#[test]
fn buy_many_refuses_none_or_65_and_too_little_value() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, pass(5, DAY));
    let many = |count| vec![order_at(0, 5); count];
    for count in [0, MAX_BATCH + 1] {
        let message = f.shop().buy_many(many(count), None, None);
        assert_eq!(f.refuse(&bob, message, 1_000), Error::BatchSize);
    }
    let message = f.shop().buy_many(many(2), None, None);
    assert_eq!(f.refuse(&bob, message, 9), Error::ValueTooLow(10));
    // The same pass 64 times is 64 days.
    let from = f.chain.now();
    f.done(&bob, f.shop().buy_many(many(64), None, None), 320);
    let page = f.read(f.shop().page(ALICE, bob.id().ink(), 0));
    assert_eq!(page.until(0), Some(from + 64 * DAY));
    f.assert_solvent();
}

#[test]
fn items_127_and_128_are_in_different_pages() {
    let (mut f, alice, bob, _) = world();
    for _ in 0..130 {
        let message = f.shop().publish(ALICE, forever(5), content());
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
        let term = Term {
            at: from,
            from,
            period: DAY,
        };
        let told = bought(0, &bob, 5, Some(term));
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
    let message = f.shop().buy(order_at(0, 5), Some(bob.id().ink()), None);
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
    let mut history = purchases(&f.buy(&bob, 0, 5));
    let from = f.chain.now();
    let message = f.shop().buy(order_at(1, 7), Some(bob.id().ink()), None);
    history.extend(purchases(&f.done(&carol, message, 7)));
    let expected = Page {
        owned: 1,
        receipts: running_hash(&history),
        passes: vec![Pass {
            slot: 1,
            until: from + DAY,
        }],
    };
    assert_eq!(f.read(f.shop().page(ALICE, bob.id().ink(), 0)), expected);
    let term = Some(Term {
        at: from,
        from,
        period: DAY,
    });
    let second = Purchase {
        term,
        ..purchase(1, &carol, 7)
    };
    assert_eq!(history, [purchase(0, &bob, 5), second]);
    f.assert_solvent();
}

// ---- Buying without saying what ----

#[test]
fn blinded_purchase_goes_straight_on_and_is_told_without_the_item() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(50));
    f.done(&alice, f.shop().set_tier(ALICE, 1, Some(50)), 0);
    let alices = f.has_money(&alice);
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
    assert_eq!(f.has_money(&alice), alices + 49);
    assert_eq!(f.solvency(), (0, 0));
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
fn referrer_gets_their_share_at_once_and_the_creator_the_rest() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(999, 1_000));
    let before = [&alice, &carol].map(|who| f.has_money(who));
    let treasury = f.treasury();
    let referrer = Some(carol.id().ink());
    let message = f.shop().buy(order_at(0, 999), None, referrer);
    let receipt = f.done(&bob, message, 999);
    // A tenth is 99, and the fee on it 2; the fee on all is 24.
    let told = Payment::Purchase {
        creator: ALICE,
        item: 0,
        owner: bob.id().ink(),
        paid: 999,
        term: None,
        referral: 97,
    };
    assert_eq!(payments(&receipt), [(bob.id().ink(), referrer, vec![told])]);
    assert_eq!(f.has_money(&carol), before[1] + 97);
    assert_eq!(f.treasury(), treasury + 24);
    assert_eq!(f.has_money(&alice), before[0] + 878);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn referrer_gets_the_sum_of_a_batch_and_nothing_where_none_is_granted() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(1_000, 500));
    f.publish(&alice, ALICE, forever(1_000));
    f.publish(&alice, ALICE, referred(1_000, 10_000));
    let before = [&alice, &carol].map(|who| f.has_money(who));
    let orders = vec![order(0), order(1), order(2)];
    let referrer = Some(carol.id().ink());
    let message = f.shop().buy_many(orders, None, referrer);
    f.done(&bob, message, 3_000);
    // 50 less a fee of 1, and 1,000 less 25.
    assert_eq!(f.has_money(&carol), before[1] + 49 + 975);
    // 1,000 less 25 and 49, and 1,000 less 25.
    assert_eq!(f.has_money(&alice), before[0] + 926 + 975);
    f.assert_solvent();
}

#[test]
fn share_that_cannot_be_moved_to_the_referrer_is_the_creators() {
    let (mut f, alice, bob, carol) = world();
    let second = f.creator(&carol, "carol");
    f.publish(&alice, ALICE, referred(1_000, 1_000));
    f.publish(&carol, second, referred(2_000, 500));
    let nobody: AccountId = [9; 32].into();
    let before = [&alice, &carol].map(|who| f.has_money(who));
    let of_second = order_of(second, 0, 2_000);
    let referrer = Some(nobody.ink());
    let message = f.shop().buy_many(vec![order(0), of_second], None, referrer);
    let receipt = f.done(&bob, message, 3_000);
    let shares: Vec<_> = payments(&receipt)[0]
        .2
        .iter()
        .map(|payment| match payment {
            Payment::Purchase { referral, .. } => *referral,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!((shares, kept_of(&receipt)), (vec![0, 0], vec![]));
    assert_eq!(f.has_money(&alice), before[0] + 975);
    assert_eq!(f.has_money(&carol), before[1] + 1_950);
    assert_eq!(f.chain.balance(&nobody), 0);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn buy_refuses_whoever_pays_or_gets_access_as_referrer_also_where_there_is_no_share() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(1_000, 500));
    f.publish(&alice, ALICE, forever(1_000));
    let owner = Some(carol.id().ink());
    for item in [0, 1] {
        for referrer in [&bob, &carol] {
            let referrer = Some(referrer.id().ink());
            let message = f.shop().buy(order_at(item, 1_000), owner, referrer);
            assert_eq!(f.refuse(&bob, message, 1_000), Error::SelfReferral);
        }
    }
    f.assert_solvent();
}
