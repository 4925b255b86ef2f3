//! What items can be in the storefront contract: titles and editions, free items, pay what you want, limited
//! editions, gifts by the creator; and reads of many at once.

use crate::sale::world::*;
use farthing_contracts::storefront::{
    access::AccessError, catalogue::ListingError, events::Change, Error, MAX_ITEMS, MAX_PAGES,
};
use farthing_types::text::TextError;

fn titled(title: &str) -> Content {
    Content {
        title: title.into(),
        ..content()
    }
}

fn longest() -> Content {
    Content {
        commitment: [0xff; 32],
        title: "t".repeat(64),
        uri: "u".repeat(128),
    }
}

fn edition(item: ItemId, max_price: Balance, edition: u32) -> Order {
    Order {
        edition: Some(edition),
        ..order_at(item, max_price)
    }
}

fn buy(f: &mut Farthing, who: &Account, order: Order, value: Balance) -> Receipt {
    let message = f.shop().buy(order, None, None);
    f.done(who, message, value)
}

// ---- Titles and editions ----

#[test]
fn text_that_could_forge_its_surroundings_is_refused_in_every_edition() {
    let (mut f, alice, ..) = world();
    f.publish(&alice, ALICE, forever(5));
    let uri = |uri: &str| Content {
        uri: uri.into(),
        ..content()
    };
    let (long, bad) = (TextError::TooLong, TextError::Unprintable);
    for (content, why) in [
        (titled(""), ListingError::NoTitle),
        (titled(&"t".repeat(65)), ListingError::BadTitle(long)),
        (titled("a\u{202e}b"), ListingError::BadTitle(bad)),
        (uri(&"u".repeat(129)), ListingError::BadUri(long)),
        (uri("a\nb"), ListingError::BadUri(bad)),
    ] {
        let message = f.shop().publish(ALICE, forever(5), content.clone());
        assert_eq!(f.refuse(&alice, message, 0), Error::BadListing(why));
        let message = f.shop().revise(ALICE, 0, content);
        assert_eq!(f.refuse(&alice, message, 0), Error::BadListing(why));
    }
    let message = f.shop().publish(ALICE, forever(5), longest());
    assert_eq!(f.call(&alice, message, 0).unwrap().0, 1);
    assert_eq!(f.read(f.shop().item(ALICE, 1)).unwrap().content, longest());
    f.assert_solvent();
}

#[test]
fn new_edition_keeps_number_buyers_and_terms() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(5, 100));
    f.buy(&bob, 0, 5);
    let before = f.read(f.shop().item(ALICE, 0)).unwrap();
    let message = f.shop().revise(ALICE, 0, titled("Second edition"));
    let (number, receipt) = f.call(&alice, message, 0).unwrap();
    assert_eq!(number, 2);
    let told = Change::Revised {
        item: 0,
        edition: 2,
        content: titled("Second edition"),
    };
    assert_eq!(catalogue(&receipt), [(ALICE, told)]);
    // As many bytes more as the title has.
    let more = "Second edition".len() as i128 - content().title.len() as i128;
    assert_eq!(receipt.deposit, more * PER_BYTE);
    let after = f.read(f.shop().item(ALICE, 0)).unwrap();
    assert_eq!(after.content, titled("Second edition"));
    assert_eq!((after.edition, after.listing), (2, before.listing));
    assert!(f.has(&bob, 0));
    // Whoever saw the first edition does not get the second unasked.
    let message = f.shop().buy(edition(0, 5, 1), None, None);
    assert_eq!(f.refuse(&carol, message, 5), Error::Revised(2));
    buy(&mut f, &carol, edition(0, 5, 2), 5);
    f.assert_solvent();
}

#[test]
fn only_those_for_the_catalogue_revise_what_there_is() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(5));
    for (may, allowed) in [
        (None, false),
        (Some(PRICES), false),
        (Some(CATALOGUE), true),
    ] {
        if let Some(permissions) = may {
            let message = f.reg().set_delegate(ALICE, bob.id().ink(), permissions);
            f.done(&alice, message, 0);
        }
        let message = f.shop().revise(ALICE, 0, content());
        match allowed {
            true => drop(f.done(&bob, message, 0)),
            false => assert_eq!(f.refuse(&bob, message, 0), Error::NotPermitted),
        }
    }
    let message = f.shop().revise(ALICE, 1, content());
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownItem);
    f.assert_solvent();
}

// ---- Free items, and pay what you want ----

#[test]
fn free_item_is_everybodys_and_not_bought() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(0));
    assert!(f.has(&bob, 0));
    let message = f.shop().buy(order(0), None, None);
    assert_eq!(f.refuse(&bob, message, 5), Error::Free);
    f.done(&alice, f.shop().retire(ALICE, 0), 0);
    assert!(!f.has(&bob, 0));
    f.done(&alice, f.shop().relist(ALICE, 0), 0);
    f.done(&alice, f.shop().set_price(ALICE, 0, 5), 0);
    assert!(!f.has(&bob, 0));
    f.buy(&bob, 0, 5);
    // Who has bought it keeps it, and no second account gets it.
    f.done(&alice, f.shop().set_price(ALICE, 0, 0), 0);
    f.done(&alice, f.shop().retire(ALICE, 0), 0);
    assert!(f.has(&bob, 0) && !f.has(&alice, 0));
    assert!(!f.has(&bob, 1), "an item that is none");
    f.assert_solvent();
}

#[test]
fn buyer_pays_what_they_want_and_gets_back_the_rest() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, what_you_want(500));
    let before = f.has_money(&alice);
    let receipt = buy(&mut f, &bob, order_at(0, 2_000), 3_000);
    assert_eq!(f.has_money(&alice), before + 1_950);
    let history = purchases(&receipt);
    assert_eq!(history, [purchase(0, &bob, 2_000)]);
    let message = f.shop().buy(order_at(0, 499), None, None);
    assert_eq!(f.refuse(&carol, message, 999), Error::PriceAboveMax(500));
    let message = f.shop().buy(order_at(0, 501), None, None);
    assert_eq!(f.refuse(&carol, message, 500), Error::ValueTooLow(501));
    // What was paid is what is given back.
    let before = f.has_money(&bob);
    let message = f
        .shop()
        .refund(ALICE, bob.id().ink(), [0; 32], history, vec![0]);
    f.done(&alice, message, 2_000);
    assert_eq!(f.has_money(&bob), before + 2_000);
    assert!(!f.has(&bob, 0));
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn referrer_has_a_share_of_what_the_buyer_wanted_to_pay() {
    let (mut f, alice, bob, carol) = world();
    let listing = Listing {
        pay_what_you_want: true,
        ..referred(1_000, 1_000)
    };
    f.publish(&alice, ALICE, listing);
    let before = [&alice, &carol].map(|who| f.has_money(who));
    let message = f
        .shop()
        .buy(order_at(0, 10_000), None, Some(carol.id().ink()));
    f.done(&bob, message, 10_000);
    let after = [&alice, &carol].map(|who| f.has_money(who));
    assert_eq!([after[0] - before[0], after[1] - before[1]], [8_775, 975]);
    f.assert_solvent();
}

#[test]
fn free_item_for_which_somebody_pays_is_theirs() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, what_you_want(0));
    assert!(f.has(&bob, 0));
    let message = f.shop().buy(order_at(0, 0), None, None);
    assert_eq!(f.refuse(&bob, message, 0), Error::Free);
    buy(&mut f, &bob, order_at(0, 40), 40);
    f.done(&alice, f.shop().set_price(ALICE, 0, 9), 0);
    assert!(f.has(&bob, 0) && !f.has(&alice, 0));
    f.assert_solvent();
}

// ---- Limited editions ----

fn left(f: &mut Farthing, item: ItemId) -> Option<u32> {
    f.read(f.shop().item(ALICE, item)).unwrap().left
}

#[test]
fn limited_edition_ends_with_its_last_copy() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, limited(5, 2));
    assert_eq!(left(&mut f, 0), Some(2));
    let history = purchases(&f.buy(&bob, 0, 5));
    f.buy(&alice, 0, 5);
    assert_eq!(left(&mut f, 0), Some(0));
    let message = f.shop().buy(order(0), None, None);
    assert_eq!(f.refuse(&carol, message, 5), Error::SoldOut);
    // What bob owns is not sold out for bob.
    let message = f.shop().buy(order(0), None, None);
    let why = Error::Access(AccessError::AlreadyOwned);
    assert_eq!(f.refuse(&bob, message, 5), why);
    // A refund brings no copy back.
    let message = f
        .shop()
        .refund(ALICE, bob.id().ink(), [0; 32], history, vec![0]);
    f.done(&alice, message, 5);
    assert_eq!(left(&mut f, 0), Some(0));
    let message = f.shop().buy(order(0), None, None);
    assert_eq!(f.refuse(&bob, message, 5), Error::SoldOut);
    // Neither does a new edition of its content.
    f.done(&alice, f.shop().revise(ALICE, 0, content()), 0);
    assert_eq!(left(&mut f, 0), Some(0));
    f.assert_solvent();
}

#[test]
fn pass_of_a_limited_edition_is_extended_without_another_copy() {
    let (mut f, alice, bob, carol) = world();
    let listing = Listing {
        copies: Some(1),
        ..pass(5, DAY)
    };
    f.publish(&alice, ALICE, listing);
    f.buy(&bob, 0, 5);
    f.buy(&bob, 0, 5);
    let message = f.shop().buy(order(0), None, None);
    assert_eq!(f.refuse(&carol, message, 5), Error::SoldOut);
    // Also once it has lapsed.
    f.chain.advance(3 * DAY);
    assert!(!f.has(&bob, 0));
    f.buy(&bob, 0, 5);
    assert!(f.has(&bob, 0));
    assert_eq!(left(&mut f, 0), Some(0));
    f.assert_solvent();
}

#[test]
fn basket_leaves_out_what_is_free_sold_out_or_revised() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(0));
    f.publish(&alice, ALICE, limited(5, 1));
    f.publish(&alice, ALICE, forever(7));
    f.publish(&alice, ALICE, forever(9));
    f.buy(&carol, 1, 5);
    f.done(&alice, f.shop().revise(ALICE, 2, content()), 0);
    let spoilt = [
        (order(0), Error::Free),
        (order(1), Error::SoldOut),
        (edition(2, 7, 1), Error::Revised(2)),
    ];
    for (order, why) in &spoilt {
        let message = f.shop().buy_many(vec![order.clone()], None, None);
        assert_eq!(&f.refuse(&bob, message, 21), why);
    }
    let mut orders: Vec<Order> = spoilt.into_iter().map(|(order, _)| order).collect();
    orders.push(edition(3, 9, 1));
    let message = f.shop().buy_many(orders, None, None);
    let before = f.has_money(&alice);
    let receipt = f.done(&bob, message, 21);
    assert_eq!(purchases(&receipt), [purchase(3, &bob, 9)]);
    assert_eq!(f.has_money(&alice), before + 9);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

/// Of what is left out nothing is kept, and nobody pays a deposit for it.
#[test]
fn order_that_is_left_out_locks_no_page() {
    let (mut f, alice, bob, carol) = world();
    let second = f.creator(&carol, "carol");
    f.publish(&carol, second, limited(5, 1));
    f.publish(&alice, ALICE, forever(5));
    let message = f.shop().buy(order_of(second, 0, 5), None, None);
    let page = f.done(&alice, message, 5).deposit;
    for orders in [
        vec![order_of(second, 0, 5), order(0)],
        vec![order(0), order_of(second, 0, 5)],
    ] {
        let buyer = f.chain.account(&format!("{orders:?}"), UNIT);
        let message = f.shop().buy_many(orders, None, None);
        assert_eq!(f.done(&buyer, message, 10).deposit, page);
        assert!(f.has(&buyer, 0));
    }
    assert!(!f.has(&bob, 0));
    f.assert_solvent();
}

#[test]
fn basket_takes_each_copy_once() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, limited(5, 3));
    let listing = Listing {
        copies: Some(1),
        ..pass(5, DAY)
    };
    f.publish(&alice, ALICE, listing);
    let orders = vec![order(1), order(0), order(1), order(0)];
    let receipt = f.done(&bob, f.shop().buy_many(orders, None, None), 20);
    assert_eq!(purchases(&receipt).len(), 3);
    assert_eq!([left(&mut f, 0), left(&mut f, 1)], [Some(2), Some(0)]);
    f.assert_solvent();
}

// ---- Gifts by the creator ----

#[test]
fn creator_gives_a_copy_for_nothing_and_takes_it_back() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, limited(500, 1));
    // Review copies go out before the sale begins, also while payments are paused.
    f.done(&alice, f.shop().retire(ALICE, 0), 0);
    let guardian = guardian(&mut f);
    f.done(&guardian, f.shop().pause(DAY), 0);
    let give = f.shop().give(ALICE, 0, bob.id().ink());
    let receipt = f.done(&alice, give.clone(), 0);
    let told = Payment::Purchase {
        creator: ALICE,
        item: 0,
        owner: bob.id().ink(),
        paid: 0,
        term: None,
        referral: 0,
    };
    assert_eq!(payments(&receipt), [(alice.id().ink(), None, vec![told])]);
    assert_eq!(kept_of(&receipt), []);
    assert!(f.has(&bob, 0));
    let why = Error::Access(AccessError::AlreadyOwned);
    assert_eq!(f.refuse(&alice, give, 0), why);
    let give = f.shop().give(ALICE, 0, carol.id().ink());
    assert_eq!(f.refuse(&alice, give, 0), Error::SoldOut);
    let give = f.shop().give(ALICE, 1, carol.id().ink());
    assert_eq!(f.refuse(&alice, give, 0), Error::UnknownItem);
    let history = vec![purchase(0, &alice, 0)];
    let message = f
        .shop()
        .refund(ALICE, bob.id().ink(), [0; 32], history, vec![0]);
    f.done(&alice, message, 0);
    assert!(!f.has(&bob, 0));
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn only_those_for_prices_give() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, pass(500, DAY));
    for (may, allowed) in [
        (None, false),
        (Some(CATALOGUE), false),
        (Some(PRICES), true),
    ] {
        if let Some(permissions) = may {
            let message = f.reg().set_delegate(ALICE, bob.id().ink(), permissions);
            f.done(&alice, message, 0);
        }
        let message = f.shop().give(ALICE, 0, bob.id().ink());
        match allowed {
            true => drop(f.done(&bob, message, 0)),
            false => assert_eq!(f.refuse(&bob, message, 0), Error::NotPermitted),
        }
    }
    assert!(f.has(&bob, 0));
    f.chain.advance(DAY);
    assert!(!f.has(&bob, 0));
    f.assert_solvent();
}

// ---- Reads of many ----

#[test]
fn three_hundred_items_are_listed_in_a_handful_of_calls() {
    let (mut f, alice, ..) = world();
    let message = f.shop().publish(ALICE, forever(5), longest());
    f.chain.in_one_block(|chain| {
        for _ in 0..300 {
            chain.call_unasked(&alice, message.clone(), 0).unwrap();
        }
    });
    let mut items = Vec::new();
    let mut calls = 0;
    while items.len() < 300 {
        let some = f.shop().items(ALICE, items.len() as ItemId, u32::MAX);
        items.extend(f.read(some));
        calls += 1;
    }
    assert_eq!((items.len(), calls), (300, 6));
    assert!(items.iter().all(|item| item.content == longest()));
    assert_eq!(f.read(f.shop().items(ALICE, 298, 50)).len(), 2);
    for (creator, first, count) in [
        (ALICE, 300, 50),
        (ALICE, u32::MAX, 50),
        (ALICE, 0, 0),
        (9, 0, 50),
    ] {
        assert_eq!(f.read(f.shop().items(creator, first, count)), []);
    }
    f.assert_solvent();
}

#[test]
fn full_list_of_the_largest_items_is_read_at_once() {
    let (mut f, alice, ..) = world();
    let listing = Listing {
        price: u128::MAX,
        pay_what_you_want: true,
        period: Some(u64::MAX),
        referral: 10_000,
        tier: Some(255),
        copies: Some(u32::MAX),
    };
    let message = f.shop().publish(ALICE, listing.clone(), longest());
    f.chain.in_one_block(|chain| {
        for _ in 0..MAX_ITEMS {
            chain.call_unasked(&alice, message.clone(), 0).unwrap();
        }
    });
    let items = f.read(f.shop().items(ALICE, 0, MAX_ITEMS));
    assert_eq!(items.len(), MAX_ITEMS as usize);
    assert!(items.iter().all(|item| item.listing == listing));
    f.assert_solvent();
}

#[test]
fn largest_pages_of_an_account_are_read_at_once() {
    let (mut f, alice, bob, _) = world();
    let message = f.shop().publish(ALICE, pass(1, DAY), content());
    f.chain.in_one_block(|chain| {
        for _ in 0..128 {
            chain.call_unasked(&alice, message.clone(), 0).unwrap();
        }
    });
    for first in [0, 64] {
        let orders = (first..first + 64).map(order).collect();
        f.done(&bob, f.shop().buy_many(orders, None, None), 64);
    }
    let one = f.read(f.shop().page(ALICE, bob.id().ink(), 0));
    assert_eq!(one.passes.len(), 128);
    // The same page over and over: what there is most.
    let owned = f
        .shop()
        .owned(bob.id().ink(), vec![(ALICE, 0); MAX_PAGES + 1]);
    assert_eq!(f.read(owned), vec![one.clone(); MAX_PAGES]);
    let owned = f
        .shop()
        .owned(bob.id().ink(), vec![(9, 0), (ALICE, 0), (ALICE, 1)]);
    let none = Default::default();
    assert_eq!(f.read(owned), [none, one, Default::default()]);
    let owned = f.shop().owned(bob.id().ink(), vec![]);
    assert_eq!(f.read(owned), []);
    f.assert_solvent();
}

#[test]
fn all_tiers_are_read_at_once() {
    let (mut f, alice, ..) = world();
    let messages = (0..=u8::MAX).map(|tier| f.shop().set_tier(ALICE, tier, Some(u128::MAX)));
    let messages: Vec<_> = messages.collect();
    f.chain.in_one_block(|chain| {
        for message in messages {
            chain.call_unasked(&alice, message, 0).unwrap();
        }
    });
    let all: Vec<(u8, Balance)> = (0..=u8::MAX).map(|tier| (tier, u128::MAX)).collect();
    assert_eq!(f.read(f.shop().tiers(ALICE)), all);
    f.done(&alice, f.shop().set_tier(ALICE, 7, None), 0);
    let tiers = f.read(f.shop().tiers(ALICE));
    assert!(tiers.len() == 255 && tiers.iter().all(|(tier, _)| *tier != 7));
    assert_eq!(f.read(f.shop().tiers(9)), []);
    f.assert_solvent();
}
