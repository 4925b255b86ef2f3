//! What keeps a few accounts from taking what is meant for many.

use super::world::*;

/// An open round with `money` to divide among three pools, with these limits.
fn limited(money: Balance, max_share: u16, min_donors: u32) -> World {
    let mut w = World::with(|terms| {
        (terms.max_share, terms.min_donors) = (max_share, min_donors);
    });
    for _ in 0..3 {
        w.entered(keep_all(&w.ada));
    }
    w.chain.seal_at(OPENS);
    let sue = w.sue.clone();
    w.sponsor(&sue, money);
    w
}

fn crowd(w: &mut World, people: u32) -> Vec<Account> {
    (0..people)
        .map(|n| w.chain.account(&format!("one-of-many-{n}"), UNIT))
        .collect()
}

/// Divides, pays everybody and checks that all is where it should be.
fn finish(mut w: World, shares: &[Balance]) {
    w.divide();
    assert_eq!(w.shares(), shares);
    let (dave, sue) = (w.dave.clone(), w.sue.clone());
    if w.read(w.to().solvency()).0 > w.rest() {
        w.done(&dave, w.to().divide(64), 0);
    }
    let rest = w.rest();
    let before = w.balance(&sue);
    w.done(&dave, w.to().take_back(sue.id().ink()), 0);
    assert_eq!(w.balance(&sue), before + rest);
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.assert_solvent();
}

#[test]
fn two_accounts_with_one_unit_each_draw_two_units() {
    let mut w = limited(500 * UNIT, 10_000, 2);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    for donor in [&bob, &carol] {
        w.donate(donor, 0, 1);
    }
    finish(w, &[2, 0, 0]);
}

#[test]
fn share_is_no_more_than_the_formula_asks_for() {
    let mut w = limited(1_000_000, 10_000, 2);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    for donor in [&bob, &carol] {
        w.donate(donor, 0, 100);
    }
    assert_eq!((w.shares(), w.rest()), (vec![200, 0, 0], 999_800));
    finish(w, &[200, 0, 0]);
}

#[test]
fn same_coins_given_by_twenty_accounts_are_bounded_by_the_largest_share() {
    // Mallory has a pool, and gives it the same 1,000,000 units by 20 accounts, one after the other: for
    // that the formula asks 380,000,000, of which there are 500,000.
    let mut w = limited(500_000, 2_000, 2);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    for account in crowd(&mut w, 20) {
        w.donate(&account, 0, CAP);
    }
    for donor in [&bob, &carol] {
        w.donate(donor, 1, 10_000);
        w.donate(donor, 2, 100);
    }
    // Whom the formula gives modest sums they have them all the same.
    finish(w, &[100_000, 20_000, 200]);
}

#[test]
fn same_coins_draw_nothing_from_a_round_with_a_list() {
    let mut w = World::with(verified);
    w.entered(keep_all(&w.ada));
    let (bob, sue) = (w.bob.clone(), w.sue.clone());
    w.list(&[&bob]);
    w.chain.seal_at(OPENS);
    w.sponsor(&sue, 500_000);
    for account in crowd(&mut w, 5) {
        assert_eq!(w.refuse(&account, w.donation(0), CAP), Error::NotListed);
    }
    w.donate(&bob, 0, CAP);
    finish(w, &[0]);
}

#[test]
fn pool_with_too_few_donors_gets_nothing() {
    let mut w = limited(500_000, 10_000, 4);
    let people = crowd(&mut w, 4);
    for one in &people[..3] {
        w.donate(one, 0, CAP);
    }
    for one in &people {
        w.donate(one, 1, 100);
    }
    // Four of 100: 4 * 3 * 100.
    finish(w, &[0, 1_200, 0]);
}

#[test]
fn largest_share_is_of_all_the_money_and_what_it_leaves_is_the_others() {
    let mut w = limited(1_000, 4_000, 2);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    for (pool, amount) in [(0, 10_000), (1, 600), (2, 200)] {
        for donor in [&bob, &carol] {
            w.donate(donor, pool, amount);
        }
    }
    // The second asks for 1,200 and the third for 400: three to one of 600 would be 450.
    finish(w, &[400, 400, 200]);
}

#[test]
fn organiser_and_beneficiaries_are_no_donors() {
    let mut w = World::with(|_| ());
    let (olga, ada, bob) = (w.olga.clone(), w.ada.clone(), w.bob.clone());
    let half = |who: &Account| (who.id(), 500_000);
    let both = [half(&ada), half(&bob)];
    let beneficiaries = crate::pool::world::split(&both.each_ref().map(|(id, parts)| (id, *parts)));
    w.entered(PoolTerms {
        beneficiaries,
        ..keep_all(&ada)
    });
    w.entered(keep_all(&ada));
    w.chain.seal_at(OPENS);
    for who in [&olga, &ada, &bob] {
        let refusal = w.refuse(who, w.donation(0), 400);
        assert_eq!(refusal, Error::NotADonor);
    }
    // Bob gets nothing of the second pool's.
    w.donate(&bob, 1, 400);
    assert_eq!(w.refuse(&olga, w.donation(1), 400), Error::NotADonor);
    w.assert_solvent();
}

#[test]
fn organiser_is_no_donor_even_if_listed() {
    let mut w = World::with(verified);
    w.entered(keep_all(&w.ada));
    let (olga, ada) = (w.olga.clone(), w.ada.clone());
    w.list(&[&olga, &ada]);
    w.chain.seal_at(OPENS);
    for who in [&olga, &ada] {
        let refusal = w.refuse(who, w.donation_of(who, 0), 400);
        assert_eq!(refusal, Error::NotADonor);
    }
    w.assert_solvent();
}
