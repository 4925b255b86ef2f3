//! What someone would try, to get money that is not theirs, or to keep it from those whose it is.

use super::world::*;
use ink::{
    codegen::TraitCallBuilder,
    scale::{Decode, Encode},
};

/// An open round with 600 to divide, in which bob and carol have given 400 each to the first of three pools,
/// so that the formula asks for 800.
fn fair() -> World {
    let mut w = World::open(3);
    let (sue, bob, carol) = (w.sue.clone(), w.bob.clone(), w.carol.clone());
    w.sponsor(&sue, 600);
    for donor in [&bob, &carol] {
        w.donate(donor, 0, 400);
    }
    w
}

#[test]
fn pools_stay_as_they_are_once_they_are_chosen() {
    let mut w = World::with(|_| ());
    let (olga, sue) = (w.olga.clone(), w.sue.clone());
    w.entered(keep_all(&w.ada));
    let late = w.made(keep_all(&olga));
    w.sponsor(&sue, 10_000);
    for at in [CHOSEN, OPENS, CLOSES, DIVIDES] {
        w.chain.seal_at(at);
        let refusal = w.refuse(&olga, w.to().enter(late), 0);
        assert_eq!(refusal, Error::Chosen(CHOSEN));
        let take_out = w.to().take_out(w.pool(0));
        assert_eq!(w.refuse(&olga, take_out, 0), Error::Chosen(CHOSEN));
    }
    w.divide();
    let refusal = w.refuse(&olga, w.to().enter(late), 0);
    assert_eq!(refusal, Error::Chosen(CHOSEN));
    w.assert_solvent();
}

#[test]
fn gift_split_into_many_by_one_donor_draws_what_it_would_draw_at_once() {
    let shares = |gifts: &[Balance]| {
        let mut w = fair();
        let (dave, sam) = (w.dave.clone(), w.sam.clone());
        w.donate(&sam, 1, 10_000);
        for gift in gifts {
            w.donate(&dave, 1, *gift);
        }
        let tally = w.read(w.to().tally_of(w.pool(1))).unwrap();
        w.divide();
        w.assert_solvent();
        (w.shares(), tally)
    };
    let at_once = shares(&[90]);
    assert_eq!(at_once.1.donors, 2);
    assert_eq!(shares(&[1; 90]), at_once);
    assert_eq!(shares(&[30, 59, 1]), at_once);
}

#[test]
fn gift_split_by_a_donor_without_company_draws_nothing() {
    let mut w = fair();
    let dave = w.dave.clone();
    for _ in 0..50 {
        w.donate(&dave, 1, 1_000);
    }
    w.divide();
    assert_eq!(w.shares(), [600, 0, 0]);
    w.assert_solvent();
}

#[test]
fn one_person_with_many_accounts_gains_unless_a_verifier_tells_them_apart() {
    // The round says so in its documentation; this is how much.
    let mut w = fair();
    let mallory: Vec<_> = (0..10)
        .map(|n| w.chain.account(&format!("mallory-{n}"), UNIT))
        .collect();
    for account in &mallory {
        w.donate(account, 1, 80);
    }
    // Ten of 80 against two of 400: 10 * 9 * 80 to 2 * 400. (The root of 80 is rounded down.)
    assert_eq!(w.shares(), [60, 539, 0]);
    w.assert_solvent();

    let mut w = World::with(verified);
    for _ in 0..2 {
        w.entered(keep_all(&w.ada));
    }
    let (sue, bob, carol) = (w.sue.clone(), w.bob.clone(), w.carol.clone());
    w.chain.seal_at(OPENS);
    w.sponsor(&sue, 600);
    let mallory: Vec<_> = (0..10)
        .map(|n| w.chain.account(&format!("mallory-{n}"), UNIT))
        .collect();
    w.list(&[&bob, &carol, &mallory[0]]);
    for donor in [&bob, &carol] {
        w.donate(donor, 0, 400);
    }
    w.donate(&mallory[0], 1, 80);
    for account in &mallory[1..] {
        assert_eq!(w.refuse(account, w.donation(1), 80), Error::NotListed);
    }
    assert_eq!(w.shares(), [600, 0]);
    w.assert_solvent();
}

#[test]
fn cap_is_not_escaped_by_donating_in_anothers_name() {
    let mut w = fair();
    let (dave, sam) = (w.dave.clone(), w.sam.clone());
    w.donate(&dave, 1, CAP);
    w.donate(&dave, 1, CAP);
    assert_eq!(w.counted(&dave, 1), CAP);
    // The round takes gifts of those who pay them only. What dave gives to the pool in sam's name, or
    // in the round's own, does not pass it, and counts for nobody.
    let shares = w.shares();
    for name in [sam.id().ink(), w.at.id.ink()] {
        let direct = w.pools[1].pool.call_mut().donate_for(name, None);
        w.chain.call(&dave, direct, CAP).unwrap();
    }
    assert_eq!(w.counted(&sam, 1), 0);
    assert_eq!(w.shares(), shares);
    w.assert_solvent();
}

#[test]
fn cap_is_not_escaped_by_freeing_the_record() {
    let mut w = fair();
    let dave = w.dave.clone();
    w.donate(&dave, 1, CAP);
    let forget = w.to().forget(w.pool(1));
    assert_eq!(w.refuse(&dave, forget.clone(), 0), Error::OpenUntil(CLOSES));
    w.donate(&dave, 1, CAP);
    assert_eq!(w.counted(&dave, 1), CAP);
    // When it can be freed, nothing counts any more.
    w.chain.seal_at(CLOSES);
    w.done(&dave, forget, 0);
    assert_eq!(w.refuse(&dave, w.donation(1), 5), Error::Closed(CLOSES));
    w.assert_solvent();
}

#[test]
fn round_whose_pools_got_nothing_pays_none_of_them() {
    let mut w = World::open(2);
    let (sue, ada) = (w.sue.clone(), w.ada.clone());
    w.sponsor(&sue, 10_000);
    w.divide();
    assert_eq!(w.shares(), [0, 0]);
    for pool in [0, 1] {
        let pay = w.to().pay(w.pool(pool));
        assert_eq!(w.refuse(&ada, pay, 0), Error::NothingDue);
    }
    w.done(&sue, w.to().take_back(sue.id().ink()), 0);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn second_division_is_refused() {
    for money in [0, 10_000] {
        let mut w = fair();
        let sam = w.sam.clone();
        if money != 0 {
            w.sponsor(&sam, money);
        }
        w.divide();
        let shares = w.shares();
        // What is left to do is to pay, once.
        w.done(&sam, w.to().divide(64), 0);
        for calls in [0, 64] {
            let refusal = w.refuse(&sam, w.to().divide(calls), 0);
            assert_eq!(refusal, Error::AlreadyDivided);
        }
        w.chain.advance(2 * PATIENCE);
        let refusal = w.refuse(&sam, w.to().divide(64), 0);
        assert_eq!(refusal, Error::AlreadyDivided);
        assert_eq!(w.shares(), shares);
        assert_eq!(w.granted(0), shares[0]);
        w.assert_solvent();
    }
    // Nor where there is nothing to divide among.
    let mut w = World::open(0);
    let sam = w.sam.clone();
    w.divide();
    let refusal = w.refuse(&sam, w.to().divide(64), 0);
    assert_eq!(refusal, Error::AlreadyDivided);
    w.assert_solvent();
}

#[test]
fn share_is_paid_once_also_in_one_block() {
    let mut w = fair();
    let (ada, sam, vera) = (w.ada.clone(), w.sam.clone(), w.vera.clone());
    w.donate(&sam, 1, 100);
    w.donate(&vera, 1, 100);
    w.divide();
    assert_eq!(w.shares(), [480, 120, 0]);
    let pay = w.to().pay(w.pool(1));
    w.chain.in_one_block(|chain| {
        chain.call(&ada, pay.clone(), 0).unwrap();
        for who in [&ada, &sam] {
            assert_eq!(refused(chain.call(who, pay.clone(), 0)), Error::NothingDue);
        }
    });
    assert_eq!(w.refuse(&ada, pay, 0), Error::NothingDue);
    assert_eq!((w.granted(1), w.owed()), (120, 480));
    // The division goes on with the others.
    w.done(&ada, w.to().divide(64), 0);
    assert_eq!((w.granted(0), w.granted(1), w.owed()), (480, 120, 0));
    w.assert_solvent();
}

#[test]
fn sponsor_cannot_have_money_back_that_is_being_divided() {
    let mut w = fair();
    let sue = w.sue.clone();
    let back = w.to().take_back(sue.id().ink());
    for at in [0, CLOSES, DIVIDES] {
        if at != 0 {
            w.chain.seal_at(at);
        }
        assert_eq!(w.refuse(&sue, back.clone(), 0), Error::NotDivided);
        assert_eq!(w.refuse(&sue, w.to().leave(), 0), Error::Opened(OPENS));
    }
    w.divide();
    assert_eq!(w.refuse(&sue, w.to().leave(), 0), Error::Opened(OPENS));
    for pool in [1, 2] {
        let pay = w.to().pay(w.pool(pool));
        assert_eq!(w.refuse(&sue, pay, 0), Error::NothingDue);
    }
    // All of it is the pool's: nothing but the record's deposit comes back.
    let receipt = w.done(&sue, back.clone(), 0);
    assert_eq!(receipt.events_of::<events::TakenBack>()[0].amount, 0);
    assert_eq!(w.owed(), 600);
    w.done(&sue, w.to().pay(w.pool(0)), 0);
    assert_eq!(w.refuse(&sue, back, 0), Error::NothingDue);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn sponsor_has_no_share_of_what_others_have_back() {
    let mut w = World::open(0);
    let (sue, sam, bob) = (w.sue.clone(), w.sam.clone(), w.bob.clone());
    w.sponsor(&sue, 700);
    w.sponsor(&sam, 300);
    w.divide();
    for (who, amount) in [(&sue, 700), (&sam, 300)] {
        let back = w.to().take_back(who.id().ink());
        let (bobs, before) = (w.balance(&bob), w.balance(who));
        let receipt = w.done(&bob, back.clone(), 0);
        assert_eq!(w.balance(who), before + amount);
        assert_eq!(w.balance(&bob), bobs - receipt.fee);
        assert_eq!(w.refuse(&bob, back.clone(), 0), Error::NothingDue);
        // Only the record is left to free.
        let receipt = w.done(who, back.clone(), 0);
        assert_eq!(receipt.events_of::<events::TakenBack>()[0].amount, 0);
        assert_given_back(&receipt, SPONSORS_RECORD);
        assert_eq!(w.refuse(who, back, 0), Error::NothingDue);
    }
    let back = w.to().take_back(bob.id().ink());
    assert_eq!(w.refuse(&bob, back, 0), Error::NothingDue);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn forced_money_is_owed_to_nobody_and_divided_among_none() {
    let mut w = fair();
    let (sam, id) = (w.sam.clone(), w.at.id.clone());
    let forced = 5 * UNIT;
    w.chain.transfer(&sam, &id, forced).unwrap();
    assert_eq!(w.read(w.to().solvency()), (600, 600 + forced));
    let back = w.to().take_back(sam.id().ink());
    w.divide();
    assert_eq!(w.refuse(&sam, back, 0), Error::NothingDue);
    assert_eq!(w.shares(), [600, 0, 0]);
    w.done(&sam, w.to().pay(w.pool(0)), 0);
    assert_eq!(w.read(w.to().solvency()), (0, forced));
    // Forced into a pool, it does not count either.
    let mut w = fair();
    let (shares, pool) = (w.shares(), w.pools[1].id.clone());
    w.chain.transfer(&sam, &pool, forced).unwrap();
    assert_eq!(w.shares(), shares);
    w.assert_solvent();
}

#[test]
fn verifier_cannot_keep_out_whom_they_let_in() {
    // Seeing bob's donation on its way, vera would put another list in place of his before it arrives.
    let mut w = World::with(verified);
    w.entered(keep_all(&w.ada));
    let (vera, bob, carol) = (w.vera.clone(), w.bob.clone(), w.carol.clone());
    w.list(&[&bob]);
    w.chain.seal_at(OPENS);
    let without = root(&[carol.id().ink()]);
    let replace = w.to().set_list(0, without, String::new());
    let (free, give) = (w.to().free_lists(), w.donation_of(&bob, 0));
    w.chain.in_one_block(|chain| {
        let refusal = refused(chain.call(&vera, replace, 0));
        assert_eq!(refusal, Error::Opened(OPENS));
        let refusal = refused(chain.call(&vera, free, 0));
        assert_eq!(refusal, Error::OpenUntil(CLOSES));
        chain.call(&bob, give, 400).unwrap();
    });
    assert_eq!(w.counted(&bob, 0), 400);
    // Nor by one more list.
    w.list(&[&carol]);
    w.donate(&bob, 0, 400);
    w.donate(&carol, 0, 400);
    assert_eq!(w.counted(&bob, 0), 800);
    w.assert_solvent();
}

#[test]
fn verifier_and_organiser_have_no_way_to_the_money() {
    let mut w = World::with(verified);
    w.entered(keep_all(&w.ada));
    let (vera, olga, sue) = (w.vera.clone(), w.olga.clone(), w.sue.clone());
    w.sponsor(&sue, 10_000);
    w.divide();
    for who in [&vera, &olga] {
        let back = w.to().take_back(who.id().ink());
        assert_eq!(w.refuse(who, back, 0), Error::NothingDue);
        let before = w.balance(&sue);
        let message = w.to().take_back(sue.id().ink());
        let answer = w.chain.dry_run(&who.id(), message, 0).unwrap().answer;
        assert_eq!((answer, w.balance(&sue)), (Ok(10_000), before));
    }
    assert_eq!(w.owed(), 10_000);
    w.assert_solvent();
}

#[test]
fn refunded_gifts_draw_nothing() {
    // Everybody gives as much as counts to ada's pool, which then misses a goal it was never meant to
    // reach, and all have it back.
    let mut w = World::with(|_| ());
    w.entered(w.goal(UNIT, DIVIDES));
    w.entered(keep_all(&w.ada));
    w.chain.seal_at(OPENS);
    let (sue, bob, carol) = (w.sue.clone(), w.bob.clone(), w.carol.clone());
    w.sponsor(&sue, 10_000);
    for donor in [&bob, &carol] {
        w.donate(donor, 0, CAP);
        w.donate(donor, 1, 1);
    }
    w.chain.seal_at(DIVIDES);
    for donor in [&bob, &carol] {
        let refund = w.pools[0].pool.call_mut().refund(donor.id().ink());
        w.chain.call(donor, refund, 0).unwrap();
    }
    w.divide();
    // What the formula asks for two gifts of one unit.
    assert_eq!(w.shares(), [0, 2]);
    w.assert_solvent();
}

#[test]
fn share_after_the_division_does_not_depend_on_the_pool_any_more() {
    let mut w = fair();
    w.divide();
    let (bob, shares) = (w.bob.clone(), w.shares());
    let donate = w.pools[1].pool.call_mut().donate(None);
    w.chain.call(&bob, donate, UNIT).unwrap();
    assert_eq!(w.shares(), shares);
    assert_eq!(w.refuse(&bob, w.donation(1), 5), Error::Closed(CLOSES));
    w.assert_solvent();
}

/// Checks that `message` does not go through with money attached, and that none moves.
fn takes_no_money<Args: Encode, R: Decode>(w: &mut World, message: Message<Args, R>) {
    let (bob, id) = (w.bob.clone(), w.at.id.clone());
    let before = w.chain.total_balance(&id);
    w.chain
        .call_unasked(&bob, message, 5)
        .expect_err("this message takes no money");
    assert_eq!(w.chain.total_balance(&id), before);
}

#[test]
fn money_attached_where_none_belongs_is_refused() {
    let mut w = fair();
    let (bob, pool) = (w.bob.id().ink(), w.pool(0));
    w.chain.seal_at(DIVIDES);
    let message = w.to().divide(64);
    takes_no_money(&mut w, message);
    w.divide();
    let message = w.to().pay(pool);
    takes_no_money(&mut w, message);
    let message = w.to().take_back(bob);
    takes_no_money(&mut w, message);
    let message = w.to().forget(pool);
    takes_no_money(&mut w, message);
    let message = w.to().leave();
    takes_no_money(&mut w, message);
    let message = w.to().set_list(0, [0; 32], String::new());
    takes_no_money(&mut w, message);
    let message = w.to().free_lists();
    takes_no_money(&mut w, message);
    let message = w.to().enter(0);
    takes_no_money(&mut w, message);
    let message = w.to().take_out(pool);
    takes_no_money(&mut w, message);
    let message = w.to().strike_off(pool, [0; 32]);
    takes_no_money(&mut w, message);
    let message = w.to().reinstate(pool);
    takes_no_money(&mut w, message);
    w.assert_solvent();
}
