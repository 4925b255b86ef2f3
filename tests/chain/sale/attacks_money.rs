//! What someone would try to get money that is not theirs, or to keep it from those whose it is.

use crate::sale::world::*;
use farthing_contracts::registry;
use farthing_contracts::storefront::{access::AccessError, books::Books, Error};
use farthing_types::pause::{PauseError, MAX_PAUSE, MIN_GAP};
use ink::scale::{Decode, Encode};

// ---- Rounding ----

/// Tips [`ALICE`] `times` times `amount` and pays out after each. Returns what every recipient and the
/// treasury got in all, and the books after that.
fn paid_out(parts: &[u32], times: u32, amount: Balance) -> (Vec<Balance>, Balance, Books) {
    let (mut f, alice, bob, _) = world();
    let recipients: Vec<AccountId> = (0..parts.len())
        .map(|i| f.chain.account(&format!("recipient {i}"), UNIT).id())
        .collect();
    let split: Vec<_> = recipients.iter().zip(parts.iter().copied()).collect();
    f.split(&alice, &split);
    let treasury = f.treasury();
    // Up to 100 times in one block: sealing thousands of them would take most of the test's time.
    let (tip, payout) = (f.shop().tip(ALICE, vec![]), f.shop().payout(ALICE));
    for _ in 0..times.div_ceil(100) {
        f.chain.in_one_block(|chain| {
            for _ in 0..times.min(100) {
                chain.call_unasked(&bob, tip.clone(), amount).unwrap();
                // Nobody may be due a whole unit yet.
                let _ = chain.call_unasked(&bob, payout.clone(), 0);
            }
        });
    }
    f.assert_solvent();
    let got = recipients.iter().map(|r| f.chain.balance(r) - UNIT);
    let got = got.collect();
    let fees = f.treasury() - treasury;
    (got, fees, f.read(f.shop().books(ALICE)).unwrap())
}

#[test]
fn a_thousand_payouts_of_one_unit_pay_the_same_as_one_of_a_thousand() {
    let parts = [1, 333_332, 666_667];
    let (shares, fees, books) = paid_out(&parts, 1_000, 1);
    // The fee is rounded down for each payment by itself, and so there is none.
    assert_eq!((fees, &shares), (0, &vec![0, 333, 666]));
    assert_eq!(books.balance, 1);
    let (shares, fees, books) = paid_out(&parts, 1, 1_000);
    assert_eq!((fees, shares), (25, vec![0, 324, 650]));
    // The last of the 975 is in nobody's favour: it waits until it is a whole one for somebody.
    assert_eq!(books.balance, 1);
}

#[test]
fn what_an_old_split_set_aside_goes_to_the_new_one_and_is_not_lost() {
    let (mut f, alice, bob, carol) = world_with(Terms {
        fee: 0,
        ..Terms::default()
    });
    let half = PARTS / 2;
    f.split(&alice, &[(&alice.id(), half), (&bob.id(), half)]);
    f.tip(&bob, 3);
    f.done(&bob, f.shop().payout(ALICE), 0);
    assert_eq!(f.books(), 1);
    // From now on all is carol's, that unit included.
    f.split(&alice, &[(&carol.id(), PARTS)]);
    let before = f.has_money(&carol);
    f.tip(&bob, 10);
    f.done(&bob, f.shop().payout(ALICE), 0);
    assert_eq!(f.has_money(&carol), before + 11);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn refund_cannot_reach_what_rounding_set_aside() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, pass(3, DAY));
    let half = PARTS / 2;
    f.split(&alice, &[(&alice.id(), half), (&carol.id(), half)]);
    let history = purchases(&f.buy(&bob, 0, 3));
    f.done(&bob, f.shop().payout(ALICE), 0);
    // The unit is still here, but half of it is alice's and half is carol's.
    assert_eq!(f.books(), 1);
    let owner = bob.id().ink();
    let message = f.shop().refund(ALICE, owner, [0; 32], history, vec![0]);
    assert_eq!(f.refuse(&alice, message.clone(), 2), Error::Missing(3));
    f.done(&alice, message, 3);
    assert_eq!(f.books(), 1);
    f.assert_solvent();
}

/// What cannot be sent to somebody stays theirs: nobody gets a part of it by dividing again and again.
#[test]
fn share_of_an_account_that_does_not_exist_is_not_divided_among_the_others() {
    let (mut f, alice, bob, _) = world();
    let half = PARTS / 2;
    f.split(&alice, &[(&[9; 32].into(), half), (&alice.id(), half)]);
    let before = f.has_money(&alice);
    let mut fees = 0;
    for _ in 0..8 {
        f.tip(&bob, 400);
        fees += f.done(&alice, f.shop().payout(ALICE), 0).fee;
    }
    assert_eq!(f.has_money(&alice), before + 8 * 195 - fees);
    assert_eq!(f.books(), 8 * 195);
    f.assert_solvent();
}

// ---- Sellers ----

/// Alice sells her creator to bob, who names the storefront as he accepts. Carol is alice's other account.
fn sold(
    f: &mut Farthing,
    [alice, bob, carol]: [&Account; 3],
    before: impl FnOnce(&mut Farthing),
    after: impl FnOnce(&mut Farthing),
) {
    let offer = f.reg().offer_ownership(ALICE, Some(bob.id().ink()));
    f.done(alice, offer, 0);
    before(f);
    let tell = vec![f.storefront_id.ink()];
    f.done(bob, f.reg().accept_ownership(ALICE, None, tell), 0);
    after(f);
    let money = [alice, bob, carol].map(|who| f.has_money(who));
    let fan = f.chain.account("fan", UNIT);
    f.tip(&fan, 1_000);
    let message = f.shop().tip_many(vec![tip(ALICE, 1_000)]);
    f.done(&fan, message, 1_000);
    assert_eq!(f.has_money(bob), money[1] + 2 * 975);
    assert_eq!(f.has_money(alice), money[0]);
    assert_eq!(f.has_money(carol), money[2]);
    f.assert_solvent();
}

#[test]
fn seller_earns_nothing_by_a_split_or_a_refresh_just_before_the_buyer_accepts() {
    let (mut f, alice, bob, carol) = world();
    sold(
        &mut f,
        [&alice, &bob, &carol],
        |f| {
            f.split(&alice, &[(&carol.id(), PARTS)]);
            f.done(&alice, f.shop().refresh(ALICE), 0);
        },
        |_| {},
    );
}

#[test]
fn seller_earns_nothing_by_a_refresh_just_after_the_buyer_accepted() {
    let (mut f, alice, bob, carol) = world();
    sold(
        &mut f,
        [&alice, &bob, &carol],
        |f| f.split(&alice, &[(&carol.id(), 1), (&alice.id(), PARTS - 1)]),
        |f| {
            f.done(&alice, f.shop().refresh(ALICE), 0);
            let own = split(&[(&carol.id(), PARTS)]);
            let tell = vec![f.storefront_id.ink()];
            let message = f.reg().set_payout(ALICE, own, None, tell);
            assert_eq!(f.refuse(&alice, message, 0), registry::Error::NotOwner);
        },
    );
}

/// All in one block, in the worst order for the buyer.
#[test]
fn seller_earns_nothing_of_what_comes_after_in_the_same_block() {
    let (mut f, alice, bob, carol) = world();
    let offer = f.reg().offer_ownership(ALICE, Some(bob.id().ink()));
    f.done(&alice, offer, 0);
    let tell = vec![f.storefront_id.ink()];
    let parts = split(&[(&carol.id(), PARTS)]);
    let divert = f.reg().set_payout(ALICE, parts, None, tell.clone());
    let accept = f.reg().accept_ownership(ALICE, None, tell);
    let (refresh, tip) = (f.shop().refresh(ALICE), f.shop().tip(ALICE, vec![]));
    let fan = f.chain.account("fan", UNIT);
    let before = [&bob, &carol].map(|who| f.has_money(who));
    let mut spent = 0;
    f.chain.in_one_block(|chain| {
        chain.call_unasked(&alice, divert, 0).unwrap();
        chain.call_unasked(&alice, refresh.clone(), 0).unwrap();
        spent = chain.call_unasked(&bob, accept, 0).unwrap().fee;
        chain.call_unasked(&alice, refresh, 0).unwrap();
        chain.call_unasked(&fan, tip, 1_000).unwrap();
    });
    assert_eq!(f.has_money(&carol), before[1]);
    // What the shorter split gives back is bob's, too.
    assert!(f.has_money(&bob) >= before[0] + 975 - spent);
    f.assert_solvent();
}

/// What waited before the sale is the new owner's, as it always was.
#[test]
fn books_go_with_the_creator() {
    let (mut f, alice, bob, carol) = world();
    f.split(
        &alice,
        &[(&carol.id(), PARTS / 2), (&alice.id(), PARTS / 2)],
    );
    f.tip(&carol, 1_000);
    let offer = f.reg().offer_ownership(ALICE, Some(bob.id().ink()));
    f.done(&alice, offer, 0);
    let tell = vec![f.storefront_id.ink()];
    f.done(&bob, f.reg().accept_ownership(ALICE, None, tell), 0);
    let before = f.has_money(&bob);
    f.done(&carol, f.shop().payout(ALICE), 0);
    assert_eq!(f.has_money(&bob), before + 975);
    f.assert_solvent();
}

// ---- Refunds ----

#[test]
fn refund_twice_is_refused() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(500));
    f.publish(&alice, ALICE, pass(500, DAY));
    // Enough in the books for another refund of each.
    f.split(&alice, &[(&carol.id(), 1), (&alice.id(), PARTS - 1)]);
    f.tip(&bob, 10_000);
    let owner = bob.id().ink();
    for item in [0, 1] {
        let history = purchases(&f.buy(&bob, item, 500));
        let message = f.shop().refund(ALICE, owner, [0; 32], history, vec![0]);
        f.done(&alice, message.clone(), 0);
        assert_eq!(
            f.refuse(&alice, message, 0),
            Error::Access(AccessError::WrongHistory)
        );
        // Nor with a running hash that was made up.
        let page = f.read(f.shop().page(ALICE, owner, 0));
        for earlier in [page.receipts, [1; 32]] {
            let again = vec![purchase(item, &bob, 500)];
            let message = f.shop().refund(ALICE, owner, earlier, again, vec![0]);
            assert_eq!(
                f.refuse(&alice, message, 0),
                Error::Access(AccessError::WrongHistory)
            );
        }
    }
    assert_eq!(f.books(), 9_750 - 2 * 12);
    f.assert_solvent();
}

#[test]
fn refund_of_a_gift_goes_to_the_giver_whatever_the_history_says() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(500));
    let owner = carol.id().ink();
    let message = f.shop().buy(order_at(0, 500), Some(owner), None);
    f.done(&bob, message, 500);
    let term = Some(Term {
        at: 0,
        from: 0,
        period: 1,
    });
    // Another payer, more than was paid, for a period, and the same purchase once more.
    for forged in [
        vec![purchase(0, &carol, 500)],
        vec![purchase(0, &bob, 501)],
        vec![Purchase {
            term,
            ..purchase(0, &bob, 500)
        }],
        vec![purchase(0, &bob, 500), purchase(0, &bob, 500)],
    ] {
        let message = f.shop().refund(ALICE, owner, [0; 32], forged, vec![0]);
        assert_eq!(
            f.refuse(&alice, message, 1_000),
            Error::Access(AccessError::WrongHistory)
        );
    }
    let before = [&bob, &carol].map(|who| f.has_money(who));
    let truth = vec![purchase(0, &bob, 500)];
    let message = f.shop().refund(ALICE, owner, [0; 32], truth, vec![0]);
    f.done(&alice, message, 500);
    assert_eq!(f.has_money(&bob), before[0] + 500);
    assert_eq!(f.has_money(&carol), before[1]);
    assert!(!f.has(&carol, 0));
    f.assert_solvent();
}

/// Anyone can call `payout`, so anyone can empty the books just before a refund. It costs the creator the
/// same: all that was paid, out of what the payout sent or out of what it did not.
#[test]
fn refund_costs_the_same_before_and_after_a_payout() {
    let outcomes = [false, true].map(|early| {
        let (mut f, alice, bob, carol) = world();
        f.publish(&alice, ALICE, forever(1_000_000));
        // All of it is alice's, and still waits: the storefront does not know of the split.
        f.split(&alice, &[(&carol.id(), 1), (&alice.id(), PARTS - 1)]);
        let history = purchases(&f.buy(&bob, 0, 1_000_000));
        let before = [&alice, &bob].map(|who| f.has_money(who));
        let owner = bob.id().ink();
        let refund = f.shop().refund(ALICE, owner, [0; 32], history, vec![0]);
        if early {
            f.done(&carol, f.shop().payout(ALICE), 0);
        }
        let fee = f.done(&alice, refund, 1_000_000).fee;
        if !early {
            assert_eq!(
                f.refuse(&carol, f.shop().payout(ALICE), 0),
                Error::NothingDue
            );
        }
        f.assert_solvent();
        assert_eq!(f.has_money(&bob), before[1] + 1_000_000);
        before[0] - fee - f.has_money(&alice)
    });
    // Without the payout 25,000 are missing, which is the fee. With it alice also gives back what she
    // was paid just now, all but carol's unit that stays carol's.
    assert_eq!(outcomes, [25_000, 25_001]);
}

// ---- Redirecting ----

#[test]
fn money_goes_to_whom_the_registry_says_whoever_calls() {
    let (mut f, alice, bob, carol) = world();
    let own = split(&[(&bob.id(), PARTS)]);
    let tell = vec![f.storefront_id.ink()];
    assert_eq!(
        f.refuse(&bob, f.reg().set_payout(ALICE, own, None, tell), 0),
        registry::Error::NotOwner
    );
    f.done(&bob, f.shop().refresh(ALICE), 0);
    let before = [&alice, &carol].map(|who| f.has_money(who));
    f.tip(&bob, 10_000);
    assert_eq!(f.has_money(&alice), before[0] + 9_750);
    // A changed split counts from the next payment on.
    f.split(&alice, &[(&carol.id(), PARTS)]);
    f.tip(&bob, 10_000);
    assert_eq!(f.has_money(&carol), before[1] + 9_750);
    f.assert_solvent();
}

/// Sent to the contract itself, money would be nobody's.
#[test]
fn what_would_be_sent_to_the_storefront_contract_itself_stays_somebodys() {
    let (mut f, alice, bob, _) = world();
    let itself = f.storefront_id.clone();
    let half = PARTS / 2;
    f.split(&alice, &[(&itself, half), (&alice.id(), half)]);
    f.tip(&bob, 2_000);
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = Release::Payout {
        creator: ALICE,
        shares: vec![kept(&itself, half, 975), sent(&alice.id(), half, 975)],
    };
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(f.solvency(), (975, 975));
    // Nor as the only one.
    f.split(&alice, &[(&itself, PARTS)]);
    f.tip(&bob, 2_000);
    assert_eq!(f.solvency(), (2_925, 2_925));
    assert_eq!(
        f.refuse(&bob, f.shop().payout(ALICE), 0),
        Error::TransferFailed
    );
    // Alice changes her mind, and nothing is lost.
    f.split(&alice, &[(&alice.id(), PARTS)]);
    f.done(&bob, f.shop().payout(ALICE), 0);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn share_of_a_referrer_that_is_nobody_or_the_contract_itself_is_the_creators() {
    let (mut f, alice, bob, _) = world();
    let itself = f.storefront_id.clone();
    let nobodies = [[0; 32].into(), [0xff; 32].into(), itself];
    for (item, account) in nobodies.into_iter().enumerate() {
        f.publish(&alice, ALICE, referred(1_000, 500));
        let before = f.has_money(&alice);
        let (item, referrer) = (item as ItemId, Some(account.ink()));
        let message = f.shop().buy(order_at(item, 1_000), None, referrer);
        f.done(&bob, message, 1_000);
        assert_eq!(f.has_money(&alice), before + 975);
        assert_eq!(f.solvency(), (0, 0));
    }
    f.assert_solvent();
}

/// A referrer whose account ended after the link was made does not undo the basket.
#[test]
fn referrer_who_is_gone_undoes_no_purchase() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(1_000, 500));
    f.publish(&alice, ALICE, referred(1_000, 500));
    f.chain.empty(&carol, &alice.id()).unwrap();
    let referrer = Some(carol.id().ink());
    let orders = vec![order(0), order(1)];
    let message = f.shop().buy_many(orders, None, referrer);
    f.done(&bob, message, 2_000);
    assert!(f.has(&bob, 0) && f.has(&bob, 1));
    f.assert_solvent();
}

// ---- Money where none belongs ----

/// Checks that `message` does not go through with money attached, and that none moves.
fn assert_takes_no_money<Args: Encode + Clone, R: Decode>(
    f: &mut Farthing,
    who: &Account,
    message: Message<Args, R>,
) {
    let before = f.snapshot();
    let outcome = f.chain.dry_run(&who.id(), message.clone(), 5);
    // ink! traps before it reads anything of the message.
    let failure = outcome.err().expect("it takes no money");
    assert!(format!("{failure:?}").contains("ContractTrapped"));
    f.chain.call_unasked(who, message, 5).unwrap_err();
    assert_eq!(f.snapshot(), before);
}

#[test]
fn value_sent_to_a_message_that_takes_none_does_not_move() {
    let (mut f, alice, bob, _) = world();
    f.split(&alice, &[(&bob.id(), PARTS / 2), (&alice.id(), PARTS / 2)]);
    f.tip(&bob, 1_000);
    let message = f.reg().commit([1; 32]);
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.reg().set_profile(ALICE, Profile::default());
    assert_takes_no_money(&mut f, &alice, message);
    let message = f
        .reg()
        .set_payout(ALICE, split(&[(&alice.id(), PARTS)]), None, Vec::new());
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.reg().creator_count();
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.shop().publish(ALICE, forever(1), content());
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.shop().payout(ALICE);
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.shop().refresh(ALICE);
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.shop().set_price(ALICE, 0, 1);
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.shop().withdraw_fees();
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.shop().solvency();
    assert_takes_no_money(&mut f, &alice, message);
    // Without the money they would have gone through, payout for one.
    f.done(&alice, f.shop().payout(ALICE), 0);
    f.assert_solvent();
}

#[test]
fn money_forced_in_is_owed_to_nobody_and_changes_no_payment() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(500));
    let contract = f.storefront_id.clone();
    f.chain.transfer(&carol, &contract, UNIT).unwrap();
    assert_eq!(f.solvency(), (0, UNIT));
    assert_eq!(
        f.refuse(&carol, f.shop().payout(ALICE), 0),
        Error::NothingDue
    );
    assert_eq!(
        f.refuse(&carol, f.shop().withdraw_fees(), 0),
        Error::NothingDue
    );
    // It does not pay for anything either.
    let message = f.shop().buy(order_at(0, 500), None, None);
    assert_eq!(f.refuse(&carol, message, 0), Error::ValueTooLow(500));
    let message = f.shop().tip_many(vec![tip(ALICE, 500)]);
    assert_eq!(f.refuse(&carol, message, 0), Error::WrongValue(500));
    let history = purchases(&f.buy(&bob, 0, 500));
    let owner = bob.id().ink();
    let message = f.shop().refund(ALICE, owner, [0; 32], history, vec![0]);
    assert_eq!(f.refuse(&alice, message, 499), Error::Missing(500));
    let before = f.has_money(&alice);
    f.tip(&bob, 10_000);
    assert_eq!(f.has_money(&alice), before + 9_750);
    assert_eq!(f.solvency(), (0, UNIT));
    f.assert_solvent();
}

// ---- The short way ----

/// A call whose arguments are no such message's is refused before anything happens, by the contract's own
/// entry point as by ink!'s.
#[test]
fn calls_that_cannot_be_read_are_refused_by_either_way_alike() {
    use ink::env::call::{build_call, ExecutionInput, Selector};
    let (mut f, _, bob, _) = world();
    let storefront = f.storefront_id.ink();
    let long = vec![0xffu8; 200];
    let calls = [
        ink::selector_bytes!("tip"),
        ink::selector_bytes!("tip_many"),
        ink::selector_bytes!("buy"),
        ink::selector_bytes!("buy_many"),
        ink::selector_bytes!("payout"),
        [0; 4],
    ];
    for selector in calls {
        for bytes in [&[][..], &[1], &long] {
            // As an array of one byte each, which is written as it is.
            let mut input =
                ExecutionInput::new(Selector::new(selector)).push_arg(Raw(bytes.to_vec()));
            let _ = &mut input;
            let message = build_call::<ink::env::DefaultEnvironment>()
                .call(storefront)
                .exec_input(input)
                .returns::<Result<(), Error>>();
            if bytes == long && selector == ink::selector_bytes!("payout") {
                // A number of four bytes; what comes after it is left unread.
                continue;
            }
            match f.chain.call(&bob, message, 0) {
                Err(Failure::Language(ink::LangError::CouldNotReadInput)) => {}
                other => panic!("{selector:?} {bytes:?}: {other:?}"),
            }
        }
    }
    f.assert_solvent();
}

/// Bytes that are written as they are.
#[derive(Clone)]
struct Raw(Vec<u8>);

impl Encode for Raw {
    fn encode_to<T: ink::scale::Output + ?Sized>(&self, to: &mut T) {
        to.write(&self.0);
    }
}

// ---- Overflow ----

#[test]
fn tips_that_add_up_to_more_than_there_can_be_are_refused() {
    let (mut f, _, bob, carol) = world();
    let second = f.creator(&carol, "carol");
    // The sum wraps to 0, which is what is attached.
    for creator in [ALICE, second] {
        let tips = vec![tip(ALICE, u128::MAX), tip(creator, 1)];
        assert_eq!(f.refuse(&bob, f.shop().tip_many(tips), 0), Error::Overflow);
    }
    // One alone is no overflow, but nobody has it.
    let message = f.shop().tip_many(vec![tip(ALICE, u128::MAX)]);
    assert_eq!(f.refuse(&bob, message, 0), Error::WrongValue(u128::MAX));
    f.assert_solvent();
}

#[test]
fn prices_that_add_up_to_more_than_there_can_be_are_refused() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(u128::MAX, 10_000));
    f.publish(&alice, ALICE, forever(1));
    f.done(&alice, f.shop().set_price(ALICE, 1, u128::MAX), 0);
    let referrer = Some(carol.id().ink());
    for (orders, referrer, why) in [
        (vec![order(0), order(1)], None, Error::Overflow),
        (vec![order(0), order(1)], referrer, Error::Overflow),
        (vec![order(1)], None, Error::ValueTooLow(u128::MAX)),
        (vec![order(0)], referrer, Error::ValueTooLow(u128::MAX)),
    ] {
        let message = f.shop().buy_many(orders, None, referrer);
        assert_eq!(f.refuse(&bob, message, 5), why);
    }
    let message = f.shop().buy(order_at(1, u128::MAX - 1), None, None);
    assert_eq!(f.refuse(&bob, message, 5), Error::PriceAboveMax(u128::MAX));
    f.assert_solvent();
}

#[test]
fn tier_of_the_highest_price_there_is_cannot_be_paid_and_overflows_nothing() {
    let (mut f, alice, bob, _) = world();
    let message = f.shop().set_tier(ALICE, u8::MAX, Some(u128::MAX));
    f.done(&alice, message, 0);
    f.tip(&bob, 1);
    let message = f.shop().buy_blinded(ALICE, u8::MAX, [1; 32], u128::MAX);
    assert_eq!(f.refuse(&bob, message, 5), Error::ValueTooLow(u128::MAX));
    f.assert_solvent();
}

#[test]
fn highest_maximum_there_is_buys_at_the_price() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(5));
    let before = f.has_money(&alice);
    f.done(
        &bob,
        f.shop().buy(order_at(0, u128::MAX), None, None),
        1_000,
    );
    assert_eq!(f.has_money(&alice), before + 5);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

// ---- Everything out ----

#[test]
fn contract_that_paid_out_everything_lives_and_owes_nothing() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(1_000, 500));
    f.split(
        &alice,
        &[(&carol.id(), PARTS / 2), (&alice.id(), PARTS / 2)],
    );
    f.end_treasury(&carol);
    let referrer = Some(carol.id().ink());
    f.done(
        &bob,
        f.shop().buy(order_at(0, 1_000), None, referrer),
        1_000,
    );
    f.tip(&bob, 1_000);
    f.chain.account("treasury", UNIT);
    f.tip(&bob, 3 * UNIT);
    f.done(&bob, f.shop().withdraw_fees(), 0);
    f.done(&bob, f.shop().payout(ALICE), 0);
    let left = f.books();
    assert!(left <= 1);
    assert_eq!(f.solvency(), (left, left));
    // Nothing but what it must hold to exist, which was never counted.
    let contract = f.storefront_id.clone();
    assert_eq!(f.chain.balance(&contract), existential_deposit() + left);
    f.tip(&bob, 5);
    assert_eq!(f.solvency(), (5 + left, 5 + left));
    f.assert_solvent();
}

// ---- Pausing ----

#[test]
fn pause_holds_nobodys_money() {
    let (mut f, alice, bob, carol) = world();
    let guardian = guardian(&mut f);
    f.publish(&alice, ALICE, pass(1_000, DAY));
    f.split(
        &alice,
        &[(&carol.id(), PARTS / 2), (&alice.id(), PARTS / 2)],
    );
    f.end_treasury(&carol);
    let history = purchases(&f.buy(&bob, 0, 1_000));
    f.tip(&bob, 1_000);
    f.chain.account("treasury", UNIT);

    let until = f.chain.now() + MAX_PAUSE;
    f.done(&guardian, f.shop().pause(MAX_PAUSE), 0);
    let message = f.shop().tip(ALICE, vec![]);
    assert_eq!(f.refuse(&bob, message, 5), Error::Paused(until));
    // Creators go on with their work, say where money goes, give back a pass and are paid what is left;
    f.publish(&alice, ALICE, forever(5));
    f.done(&alice, f.shop().refresh(ALICE), 0);
    let owner = bob.id().ink();
    let message = f.shop().refund(ALICE, owner, [0; 32], history, vec![0]);
    f.done(&alice, message, 0);
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = Release::Payout {
        creator: ALICE,
        shares: vec![
            sent(&carol.id(), PARTS / 2, 475),
            sent(&alice.id(), PARTS / 2, 475),
        ],
    };
    assert_eq!(releases(&receipt), [told]);
    // the treasury takes its own out.
    f.done(&bob, f.shop().withdraw_fees(), 0);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn guardian_cannot_prolong_a_pause_nor_begin_another_before_the_gap() {
    let (mut f, _, bob, _) = world();
    let guardian = guardian(&mut f);
    let until = f.chain.now() + MAX_PAUSE;
    f.done(&guardian, f.shop().pause(MAX_PAUSE), 0);
    let not_before = Error::BadPause(PauseError::NotBefore(until + MIN_GAP));
    let again = f.shop().pause(MAX_PAUSE);
    assert_eq!(f.refuse(&guardian, again.clone(), 0), not_before);
    f.chain.seal_at(until);
    f.tip(&bob, 5);
    assert_eq!(f.refuse(&guardian, again.clone(), 0), not_before);
    // Resuming what is over does not bring the next pause nearer, nor put it off.
    f.done(&guardian, f.shop().resume(), 0);
    assert_eq!(f.refuse(&guardian, again.clone(), 0), not_before);
    f.chain.seal_at(until + MIN_GAP);
    f.done(&guardian, again, 0);
    f.assert_solvent();
}

// ---- Around the fee, and against refunds ----

/// A creator who grants all of the price to a referrer, and has buyers name an account of their own as
/// one, takes everything past the payout. The fee is on that share too.
#[test]
fn creator_who_refers_their_own_buyers_for_the_whole_price_pays_the_fee() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(UNIT, 10_000));
    let (before, treasury) = (f.has_money(&carol), f.treasury());
    // Carol is alice's other account.
    let referrer = Some(carol.id().ink());
    f.done(&bob, f.shop().buy(order_at(0, UNIT), None, referrer), UNIT);
    assert_eq!(f.has_money(&carol), before + UNIT - UNIT / 40);
    assert_eq!(f.treasury(), treasury + UNIT / 40);
    f.assert_solvent();
}
