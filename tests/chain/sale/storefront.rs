//! What the storefront contract's messages for creators, guardian and deployer do, and their errors.
//! Buying is in `storefront_buying`, money out in `storefront_releasing`.

use crate::sale::world::*;
use farthing_contracts::storefront::{
    books::{Books, Payee},
    catalogue::{Item, ListingError},
    events::{Change, Deployed},
    storefront::Overview,
    Error, StorefrontRef,
};
use farthing_types::pause::{PauseError, MAX_PAUSE, MIN_GAP};

/// Deploys one more storefront contract.
fn deploy(f: &mut Farthing, registry: &AccountId, fee: u16) -> Result<(), Failure<Error>> {
    let deployer = f.chain.account("another deployer", 1_000 * UNIT);
    let treasury = deployer.id().ink();
    f.chain
        .deploy(
            &deployer,
            &farthing_artifacts::wasm("storefront"),
            StorefrontRef::new(registry.ink(), fee, treasury, None),
            0,
        )
        .map(drop)
}

// ---- Deployment ----

#[test]
fn terms_are_those_of_the_deployment() {
    let (mut f, ..) = world();
    let expected = Overview {
        registry: f.registry_id.ink(),
        fee: 250,
        treasury: Account::named("treasury").id().ink(),
        guardian: Some(Account::named("guardian").id().ink()),
        paused_until: None,
        fees_due: 0,
    };
    assert_eq!(f.read(f.shop().overview()), expected);
    let told = f.deployments[1].events_of::<Deployed>();
    let [told] = &told[..] else {
        panic!("told {} times", told.len())
    };
    assert_eq!(
        (told.registry, told.fee, told.treasury, told.guardian),
        (
            expected.registry,
            expected.fee,
            expected.treasury,
            expected.guardian
        )
    );
    f.assert_solvent();
}

#[test]
fn constructor_takes_a_fee_of_500_basis_points_and_refuses_one_more() {
    let (mut f, ..) = world();
    let registry = f.registry_id.clone();
    assert_eq!(deploy(&mut f, &registry, 500), Ok(()));
    assert_eq!(
        deploy(&mut f, &registry, 501),
        Err(Failure::Contract(Error::FeeTooHigh))
    );
    f.assert_solvent();
}

#[test]
fn constructor_refuses_a_registry_that_is_no_contract_or_another_one() {
    let (mut f, alice, ..) = world();
    let storefront = f.storefront_id.clone();
    for registry in [alice.id(), storefront] {
        assert_eq!(
            deploy(&mut f, &registry, 0),
            Err(Failure::Contract(Error::RegistryFailed))
        );
    }
    f.assert_solvent();
}

// ---- Catalogue ----

#[test]
fn open_begins_empty_books_and_tells_so() {
    let (mut f, _, bob, _) = world();
    f.commit(&bob, "bob");
    let (creator, _) = f.register(&bob, "bob", Profile::default()).unwrap();
    assert_eq!(f.read(f.shop().books(creator)), None);
    let receipt = f.done(&bob, f.shop().open(creator), 0);
    let payee = Change::Payee {
        payee: Payee::Account(bob.id().ink()),
        version: 0,
    };
    assert_eq!(
        catalogue(&receipt),
        [(creator, Change::Opened), (creator, payee)]
    );
    let expected = Books {
        payee: Payee::Account(bob.id().ink()),
        ..Books::default()
    };
    assert_eq!(f.read(f.shop().books(creator)), Some(expected));
    f.assert_solvent();
}

#[test]
fn open_refuses_a_second_time() {
    let (mut f, alice, bob, _) = world();
    f.split(&alice, &[(&alice.id(), 1), (&bob.id(), PARTS - 1)]);
    f.tip(&bob, 77);
    assert_eq!(
        f.refuse(&alice, f.shop().open(ALICE), 0),
        Error::AlreadyOpen
    );
    assert_eq!(f.books(), 76);
    f.assert_solvent();
}

#[test]
fn publish_numbers_items_from_zero_and_tells_the_listing() {
    let (mut f, alice, ..) = world();
    for (item, listing) in [(0, forever(5)), (1, pass(6, DAY)), (2, referred(7, 10_000))] {
        let message = f.shop().publish(ALICE, listing.clone(), content());
        let (number, receipt) = f.call(&alice, message, 0).unwrap();
        assert_eq!(number, item);
        let told = Change::Published {
            item,
            listing: listing.clone(),
            content: content(),
        };
        assert_eq!(catalogue(&receipt), [(ALICE, told)]);
        let stored = Item {
            listing,
            left: None,
            retired: false,
            edition: 1,
            content: content(),
        };
        assert_eq!(f.read(f.shop().item(ALICE, item)), Some(stored));
    }
    assert_eq!(f.read(f.shop().books(ALICE)).unwrap().items, 3);
    f.assert_solvent();
}

#[test]
fn publish_refuses_what_cannot_be_offered() {
    let (mut f, alice, ..) = world();
    for (listing, why) in [
        (pass(1, 0), ListingError::ZeroPeriod),
        (referred(1, 10_001), ListingError::ReferralTooHigh),
        (limited(1, 0), ListingError::NoCopies),
    ] {
        let message = f.shop().publish(ALICE, listing, content());
        assert_eq!(f.refuse(&alice, message, 0), Error::BadListing(why));
    }
    f.assert_solvent();
}

#[test]
fn publish_refuses_once_all_numbers_are_given() {
    let (mut f, alice, ..) = world();
    // The books of creator 0: root key of the field `books`, from the contract's metadata, and the
    // creator's number. They stand at the last number but one.
    let key = [&[0x2a, 0x3b, 0x11, 0x3d][..], &[0; 4]].concat();
    let books = Books {
        items: u32::MAX - 1,
        ..Books::default()
    };
    let storefront = f.storefront_id.clone();
    f.chain.poke(&storefront, &key, &books);
    let message = f.shop().publish(ALICE, forever(1), content());
    assert_eq!(f.call(&alice, message, 0).unwrap().0, u32::MAX - 1);
    let message = f.shop().publish(ALICE, forever(1), content());
    assert_eq!(f.refuse(&alice, message, 0), Error::CatalogueFull);
    f.assert_solvent();
}

#[test]
fn set_price_changes_the_price_only() {
    let (mut f, alice, ..) = world();
    f.publish(&alice, ALICE, pass(5, DAY));
    let receipt = f.done(&alice, f.shop().set_price(ALICE, 0, 9), 0);
    assert_eq!(
        catalogue(&receipt),
        [(ALICE, Change::Repriced { item: 0, price: 9 })]
    );
    let item = f.read(f.shop().item(ALICE, 0)).unwrap();
    assert_eq!(item.listing, pass(9, DAY));
    f.assert_solvent();
}

#[test]
fn retired_item_cannot_be_bought_nor_retired_again_but_access_stays() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(5));
    f.buy(&bob, 0, 5);
    let receipt = f.done(&alice, f.shop().retire(ALICE, 0), 0);
    assert_eq!(catalogue(&receipt), [(ALICE, Change::Retired { item: 0 })]);
    assert!(f.read(f.shop().item(ALICE, 0)).unwrap().retired);
    assert!(f.has(&bob, 0));
    assert_eq!(
        f.refuse(&carol, f.shop().buy(order_at(0, 5), None, None), 5),
        Error::Retired
    );
    assert_eq!(
        f.refuse(&alice, f.shop().retire(ALICE, 0), 0),
        Error::Retired
    );
    f.assert_solvent();
}

#[test]
fn item_that_was_taken_off_sale_is_repriced_and_brought_back() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(5));
    assert_eq!(
        f.refuse(&alice, f.shop().relist(ALICE, 0), 0),
        Error::OnSale
    );
    f.done(&alice, f.shop().retire(ALICE, 0), 0);
    f.done(&alice, f.shop().set_price(ALICE, 0, 9), 0);
    let item = f.read(f.shop().item(ALICE, 0)).unwrap();
    assert_eq!((item.listing.price, item.retired), (9, true));
    let receipt = f.done(&alice, f.shop().relist(ALICE, 0), 0);
    assert_eq!(catalogue(&receipt), [(ALICE, Change::Relisted { item: 0 })]);
    assert!(!f.read(f.shop().item(ALICE, 0)).unwrap().retired);
    f.buy(&bob, 0, 9);
    f.assert_solvent();
}

#[test]
fn item_is_put_into_a_tier_and_taken_out_of_it() {
    let (mut f, alice, ..) = world();
    f.publish(&alice, ALICE, forever(5));
    for (tier, deposit) in [(Some(3), PER_BYTE), (Some(255), 0), (None, -PER_BYTE)] {
        let receipt = f.done(&alice, f.shop().set_item_tier(ALICE, 0, tier), 0);
        let told = Change::Tiered { item: 0, tier };
        assert_eq!(catalogue(&receipt), [(ALICE, told)]);
        let item = f.read(f.shop().item(ALICE, 0)).unwrap();
        let expected = Listing { tier, ..forever(5) };
        assert_eq!(item.listing, expected);
        // What the chain gives back it rounds down.
        assert!((0..=1).contains(&(receipt.deposit - deposit)));
    }
    f.assert_solvent();
}

#[test]
fn changes_refuse_an_item_that_was_never_published() {
    let (mut f, alice, ..) = world();
    let message = f.shop().set_price(ALICE, 0, 1);
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownItem);
    let message = f.shop().retire(ALICE, 0);
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownItem);
    let message = f.shop().relist(ALICE, 0);
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownItem);
    let message = f.shop().set_item_tier(ALICE, 0, Some(1));
    assert_eq!(f.refuse(&alice, message, 0), Error::UnknownItem);
    f.assert_solvent();
}

#[test]
fn tier_is_set_changed_and_ended_without_giving_back_its_deposit() {
    let (mut f, alice, ..) = world();
    let mut deposits = Vec::new();
    for price in [Some(5), Some(6), None, Some(7)] {
        let receipt = f.done(&alice, f.shop().set_tier(ALICE, 3, price), 0);
        let told = Change::TierSet { tier: 3, price };
        assert_eq!(catalogue(&receipt), [(ALICE, told)]);
        assert_eq!(f.read(f.shop().tier(ALICE, 3)), price);
        deposits.push(receipt.deposit);
    }
    assert!(deposits[0] > PER_ITEM);
    // Whoever ends a tier, a delegate perhaps, need not be who paid for it.
    assert_eq!(deposits[1..], [0, 0, 0]);
    f.assert_solvent();
}

#[test]
fn set_tier_refuses_a_price_of_zero_and_ending_what_is_not_there() {
    let (mut f, alice, ..) = world();
    assert_eq!(
        f.refuse(&alice, f.shop().set_tier(ALICE, 0, Some(0)), 0),
        Error::BadListing(ListingError::ZeroPrice)
    );
    assert_eq!(
        f.refuse(&alice, f.shop().set_tier(ALICE, 0, None), 0),
        Error::UnknownTier
    );
    // An ended tier is not there either.
    f.done(&alice, f.shop().set_tier(ALICE, 0, Some(1)), 0);
    f.done(&alice, f.shop().set_tier(ALICE, 0, None), 0);
    assert_eq!(
        f.refuse(&alice, f.shop().set_tier(ALICE, 0, None), 0),
        Error::UnknownTier
    );
    f.assert_solvent();
}

#[test]
fn publish_and_set_tier_refuse_a_creator_who_has_not_opened() {
    let (mut f, _, bob, _) = world();
    f.commit(&bob, "bob");
    let (creator, _) = f.register(&bob, "bob", Profile::default()).unwrap();
    let message = f.shop().publish(creator, forever(1), content());
    assert_eq!(f.refuse(&bob, message, 0), Error::NotOpen);
    let message = f.shop().set_tier(creator, 0, Some(1));
    assert_eq!(f.refuse(&bob, message, 0), Error::NotOpen);
    f.assert_solvent();
}

#[test]
fn catalogue_refuses_strangers_and_creators_that_do_not_exist() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(5));
    // A stranger with alice's creator, and alice with one that nobody has.
    for (who, creator) in [(&bob, ALICE), (&alice, 9)] {
        let message = f.shop().publish(creator, forever(1), content());
        assert_eq!(f.refuse(who, message, 0), Error::NotPermitted);
        let message = f.shop().open(creator);
        assert_eq!(f.refuse(who, message, 0), Error::NotPermitted);
        let message = f.shop().set_price(creator, 0, 1);
        assert_eq!(f.refuse(who, message, 0), Error::NotPermitted);
        let message = f.shop().retire(creator, 0);
        assert_eq!(f.refuse(who, message, 0), Error::NotPermitted);
        let message = f.shop().set_tier(creator, 0, Some(1));
        assert_eq!(f.refuse(who, message, 0), Error::NotPermitted);
    }
    f.assert_solvent();
}

#[test]
fn delegate_for_the_catalogue_directs_no_money() {
    let (mut f, alice, bob, _) = world();
    f.done(&alice, f.shop().set_tier(ALICE, 0, Some(1)), 0);
    let message = f.reg().set_delegate(ALICE, bob.id().ink(), CATALOGUE);
    f.done(&alice, message, 0);
    assert_eq!(f.publish(&bob, ALICE, forever(5)), 0);
    f.done(&bob, f.shop().retire(ALICE, 0), 0);
    f.done(&bob, f.shop().relist(ALICE, 0), 0);
    // Neither a share for referrers, nor a price, nor a tier.
    let message = f.shop().publish(ALICE, referred(5, 1), content());
    assert_eq!(f.refuse(&bob, message, 0), Error::NotPermitted);
    let message = f.shop().set_price(ALICE, 0, 1);
    assert_eq!(f.refuse(&bob, message, 0), Error::NotPermitted);
    let message = f.shop().set_item_tier(ALICE, 0, Some(0));
    assert_eq!(f.refuse(&bob, message, 0), Error::NotPermitted);
    for price in [Some(2), None] {
        let message = f.shop().set_tier(ALICE, 0, price);
        assert_eq!(f.refuse(&bob, message, 0), Error::NotPermitted);
    }
    f.assert_solvent();
}

#[test]
fn delegate_for_prices_sets_them_and_publishes_nothing() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(5));
    let message = f.reg().set_delegate(ALICE, bob.id().ink(), PRICES);
    f.done(&alice, message, 0);
    f.done(&bob, f.shop().set_price(ALICE, 0, 6), 0);
    f.done(&bob, f.shop().set_tier(ALICE, 0, Some(1)), 0);
    f.done(&bob, f.shop().set_item_tier(ALICE, 0, Some(0)), 0);
    for listing in [forever(5), referred(5, 1)] {
        let message = f.shop().publish(ALICE, listing, content());
        assert_eq!(f.refuse(&bob, message, 0), Error::NotPermitted);
    }
    let message = f.shop().retire(ALICE, 0);
    assert_eq!(f.refuse(&bob, message, 0), Error::NotPermitted);
    f.done(&alice, f.shop().retire(ALICE, 0), 0);
    let message = f.shop().relist(ALICE, 0);
    assert_eq!(f.refuse(&bob, message, 0), Error::NotPermitted);
    // With both permissions, a share for referrers can be granted.
    let message = f.reg().set_delegate(ALICE, bob.id().ink(), ALL);
    f.done(&alice, message, 0);
    assert_eq!(f.publish(&bob, ALICE, referred(5, 1)), 1);
    f.assert_solvent();
}

// ---- Pausing ----

#[test]
fn pause_stops_what_brings_money_in_until_its_end_to_the_millisecond() {
    for early in [1, 0] {
        let (mut f, alice, bob, _) = world();
        let guardian = guardian(&mut f);
        f.publish(&alice, ALICE, forever(5));
        f.done(&alice, f.shop().set_tier(ALICE, 0, Some(5)), 0);
        let until = f.chain.now() + MAX_PAUSE;
        let receipt = f.done(&guardian, f.shop().pause(MAX_PAUSE), 0);
        assert_eq!(pauses(&receipt), [until]);
        assert_eq!(f.read(f.shop().overview()).paused_until, Some(until));
        f.chain.seal_at(until - early);
        if early == 0 {
            assert_eq!(f.read(f.shop().overview()).paused_until, None);
            f.tip(&bob, 5);
        } else {
            // All in one block, as the next would be after the pause's end.
            let refusals = [
                refused(f.call(&bob, f.shop().tip(ALICE, vec![]), 5)),
                refused(f.call(&bob, f.shop().tip_many(vec![tip(ALICE, 5)]), 5)),
                refused(f.call(&bob, f.shop().buy(order_at(0, 5), None, None), 5)),
                refused(f.call(&bob, f.shop().buy_many(vec![order(0)], None, None), 5)),
                refused(f.call(&bob, f.shop().buy_blinded(ALICE, 0, [1; 32], 5), 5)),
            ];
            assert!(refusals.iter().all(|error| error == &Error::Paused(until)));
        }
        f.assert_solvent();
    }
}

#[test]
fn pause_refuses_none_at_all_and_more_than_seven_days() {
    let (mut f, ..) = world();
    let guardian = guardian(&mut f);
    for duration in [0, MAX_PAUSE + 1, u64::MAX] {
        assert_eq!(
            f.refuse(&guardian, f.shop().pause(duration), 0),
            Error::BadPause(PauseError::Duration)
        );
    }
    f.assert_solvent();
}

#[test]
fn pause_refuses_to_begin_before_the_gap_is_over_to_the_millisecond() {
    for early in [1, 0] {
        let (mut f, ..) = world();
        let guardian = guardian(&mut f);
        let next = f.chain.now() + 1_000 + MIN_GAP;
        f.done(&guardian, f.shop().pause(1_000), 0);
        f.chain.seal_at(next - early);
        if early == 0 {
            f.done(&guardian, f.shop().pause(1), 0);
        } else {
            assert_eq!(
                f.refuse(&guardian, f.shop().pause(1), 0),
                Error::BadPause(PauseError::NotBefore(next))
            );
        }
        f.assert_solvent();
    }
}

#[test]
fn resume_ends_a_pause_at_once_and_the_gap_counts_from_there() {
    let (mut f, _, bob, _) = world();
    let guardian = guardian(&mut f);
    f.done(&guardian, f.shop().pause(MAX_PAUSE), 0);
    let now = f.chain.now();
    let receipt = f.done(&guardian, f.shop().resume(), 0);
    assert_eq!(pauses(&receipt), [now]);
    f.tip(&bob, 5);
    assert_eq!(
        f.refuse(&guardian, f.shop().pause(1), 0),
        Error::BadPause(PauseError::NotBefore(now + MIN_GAP))
    );
    f.assert_solvent();
}

#[test]
fn resume_without_a_pause_changes_nothing_and_does_not_delay_the_next() {
    let (mut f, ..) = world();
    let guardian = guardian(&mut f);
    let before = f.snapshot();
    let receipt = f.done(&guardian, f.shop().resume(), 0);
    assert_eq!(pauses(&receipt), [0]);
    assert_eq!(f.snapshot(), before);
    f.done(&guardian, f.shop().pause(1), 0);
    f.assert_solvent();
}

#[test]
fn pause_and_resume_refuse_all_but_the_guardian() {
    let (mut f, alice, ..) = world();
    assert_eq!(f.refuse(&alice, f.shop().pause(1), 0), Error::NotGuardian);
    assert_eq!(f.refuse(&alice, f.shop().resume(), 0), Error::NotGuardian);
    f.assert_solvent();
}

#[test]
fn without_a_guardian_nobody_can_pause() {
    let (mut f, ..) = world_with(Terms {
        guarded: false,
        ..Terms::default()
    });
    let would_be = guardian(&mut f);
    assert_eq!(
        f.refuse(&would_be, f.shop().pause(1), 0),
        Error::NotGuardian
    );
    assert_eq!(
        f.refuse(&would_be, f.shop().resume(), 0),
        Error::NotGuardian
    );
    f.assert_solvent();
}

// ---- Reading ----

#[test]
fn reading_what_does_not_exist_finds_nothing() {
    let (mut f, _, bob, _) = world();
    let account = bob.id().ink();
    assert_eq!(f.read(f.shop().books(9)), None);
    assert_eq!(f.read(f.shop().item(ALICE, 0)), None);
    assert_eq!(f.read(f.shop().tier(ALICE, 0)), None);
    assert!(!f.read(f.shop().has_access(9, u32::MAX, account)));
    let page = f.read(f.shop().page(9, account, u32::MAX));
    assert_eq!(page, Default::default());
    assert_eq!(f.read(f.shop().owed_to_creators(9, 3)), 0);
    f.assert_solvent();
}

#[test]
fn solvency_adds_up_creators_and_fees() {
    let (mut f, alice, bob, carol) = world();
    let second = f.creator(&carol, "carol");
    let halves = [(&alice.id(), PARTS / 2), (&carol.id(), PARTS / 2)];
    f.split(&alice, &halves);
    f.end_treasury(&carol);
    f.tip(&bob, 1_000);
    // All of the second creator's goes on, but for the fee.
    f.done(&bob, f.shop().tip(second, vec![]), 10_000);
    assert_eq!(f.read(f.shop().owed_to_creators(0, 1)), 975);
    assert_eq!(f.read(f.shop().owed_to_creators(0, 2)), 975);
    assert_eq!(f.read(f.shop().owed_to_creators(1, 5)), 0);
    assert_eq!(f.read(f.shop().overview()).fees_due, 275);
    assert_eq!(f.solvency(), (1_250, 1_250));
    f.done(&bob, f.shop().payout(ALICE), 0);
    // Of 975 each gets a half, and a unit cannot be halved.
    assert_eq!(f.solvency(), (276, 276));
    f.assert_solvent();
}
