//! Donations through the round, and what they count.

use super::world::*;
use farthing_contracts::pool;
use farthing_contracts::pool::events::{Donation, Donations};
use ink::codegen::TraitCallBuilder;

fn pool_donor(w: &mut World, pool: u32, donor: &Account) -> Option<pool::donor::Donor> {
    let message = w.pools[pool as usize].pool.call().donor(donor.id().ink());
    w.read(message)
}

#[test]
fn donation_goes_to_its_pool_in_the_donors_name_and_counts() {
    let mut w = World::open(2);
    let bob = w.bob.clone();
    let memo = Some([7; 32]);
    let receipt = w.done(&bob, w.to().donate(w.pool(1), memo, None), 400);
    // First the pool tells, then the round: all the pool knows of the donor is that it is bob.
    let [pools, rounds] = &receipt.events[..] else {
        panic!("two events, not {}", receipt.events.len());
    };
    let told: Donations = pools.decode().unwrap();
    assert_eq!(told.payer, w.at.id.ink());
    let donation = Donation {
        donor: bob.id().ink(),
        amount: 400,
        matched: vec![],
        memo,
    };
    assert_eq!(told.donations, [donation]);
    assert!(rounds.topics.is_empty());
    let told: events::Donated = rounds.decode().unwrap();
    assert_eq!((told.donor, told.pool), (bob.id().ink(), w.pool(1)));
    assert_eq!((told.amount, told.counted), (400, 400));
    assert_eq!((w.donated(0), w.donated(1)), (0, 400));
    let contribution = w.read(w.to().contribution(w.pool(1), bob.id().ink()));
    let expected = Contribution {
        counted: 400,
        root: 20 << 24,
    };
    assert_eq!(contribution, Some(expected));
    let tally = Tally {
        roots: 20 << 24,
        counted: 400,
        donors: 1,
    };
    assert_eq!(w.read(w.to().tally_of(w.pool(1))), Some(tally));
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.assert_solvent();
}

#[test]
fn only_the_first_donation_to_a_pool_creates_a_record() {
    let mut w = World::open(2);
    let bob = w.bob.clone();
    assert_eq!(w.donate(&bob, 0, 5).deposit, RECORD);
    assert_eq!(w.donate(&bob, 0, 5).deposit, 0);
    assert_eq!(w.donate(&bob, 0, 2 * CAP).deposit, 0);
    assert_eq!(w.donate(&bob, 1, 5).deposit, RECORD);
    assert_eq!(w.counted(&bob, 0), CAP);
    w.assert_solvent();
}

#[test]
fn what_is_over_the_cap_reaches_the_pool_and_counts_no_further() {
    let mut w = World::open(1);
    let bob = w.bob.clone();
    let mut counts = |amount| {
        let receipt = w.donate(&bob, 0, amount);
        let told = receipt.events.last().unwrap();
        told.decode::<events::Donated>().unwrap().counted
    };
    assert_eq!(counts(CAP - 1), CAP - 1);
    assert_eq!(counts(5), 1);
    assert_eq!(counts(5), 0);
    assert_eq!(w.donated(0), CAP + 9);
    assert_eq!(w.counted(&bob, 0), CAP);
    w.assert_solvent();
}

#[test]
fn cap_is_for_each_donor_and_each_pool() {
    let mut w = World::open(2);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    for (donor, pool) in [(&bob, 0), (&bob, 1), (&carol, 0)] {
        w.donate(donor, pool, 2 * CAP);
        assert_eq!(w.counted(donor, pool), CAP);
    }
    w.assert_solvent();
}

#[test]
fn shares_follow_every_donation() {
    let mut w = World::open(3);
    let (sue, bob, carol) = (w.sue.clone(), w.bob.clone(), w.carol.clone());
    w.sponsor(&sue, 600);
    assert_eq!((w.shares(), w.rest()), (vec![0, 0, 0], 600));
    w.donate(&bob, 0, 400);
    // One donor alone has no weight.
    assert_eq!(w.shares(), [0, 0, 0]);
    w.donate(&carol, 0, 25);
    // 2 * 20 * 5 is all that the formula asks for.
    assert_eq!((w.shares(), w.rest()), (vec![200, 0, 0], 400));
    w.donate(&carol, 0, 375);
    assert_eq!((w.shares(), w.rest()), (vec![600, 0, 0], 0));
    // 2 * 20 * 20 against 2 * 10 * 20.
    w.donate(&bob, 1, 100);
    w.donate(&carol, 1, 400);
    assert_eq!(w.shares(), [400, 200, 0]);
    w.sponsor(&sue, 300);
    assert_eq!(w.shares(), [600, 300, 0]);
    w.sponsor(&sue, 500);
    assert_eq!((w.shares(), w.rest()), (vec![800, 400, 0], 200));
    w.assert_solvent();
}

#[test]
fn donation_of_less_than_the_minimum_is_refused() {
    let mut w = World::with(|terms| terms.minimum = 100);
    w.entered(keep_all(&w.ada));
    w.chain.seal_at(OPENS);
    let bob = w.bob.clone();
    for little in [0, 99] {
        let refusal = w.refuse(&bob, w.donation(0), little);
        assert_eq!(refusal, Error::BelowMinimum(100));
    }
    w.donate(&bob, 0, 100);
    w.assert_solvent();
}

#[test]
fn pool_that_is_not_in_the_round_is_refused() {
    let mut w = World::open(1);
    let bob = w.bob.clone();
    let number = w.made(keep_all(&w.ada));
    let refusal = w.refuse(&bob, w.donation(number), 5);
    assert_eq!(refusal, Error::NotEntered);
    w.assert_solvent();
}

#[test]
fn what_the_pool_refuses_stays_with_the_donor() {
    let mut w = World::with(|_| ());
    let early = OPENS + DAY;
    w.entered(PoolTerms {
        minimum: 10,
        ..w.goal(100, early)
    });
    w.chain.seal_at(OPENS);
    let bob = w.bob.clone();
    let refusal = w.refuse(&bob, w.donation(0), 9);
    assert_eq!(refusal, Error::Refused(pool::Error::BelowMinimum(10)));
    w.donate(&bob, 0, 10);
    w.chain.seal_at(early);
    let refusal = w.refuse(&bob, w.donation(0), 10);
    assert_eq!(refusal, Error::Refused(pool::Error::Closed(early)));
    assert_eq!(w.counted(&bob, 0), 10);
    w.assert_solvent();
}

#[test]
fn donor_who_is_not_on_the_list_is_refused_and_can_still_give_directly() {
    let mut w = World::with(verified);
    w.entered(keep_all(&w.ada));
    let (vera, bob, carol) = (w.vera.clone(), w.bob.clone(), w.carol.clone());
    w.chain.seal_at(OPENS);
    w.list(&[&bob]);
    w.donate(&bob, 0, 5);
    for who in [&carol, &vera] {
        assert_eq!(w.refuse(who, w.donation(0), 5), Error::NotListed);
    }
    let direct = w.pools[0].pool.call_mut().donate(None);
    w.chain.call(&carol, direct, 5).unwrap();
    assert_eq!(w.donated(0), 10);
    assert_eq!(w.counted(&carol, 0), 0);
    w.assert_solvent();
}

#[test]
fn refund_of_a_missed_goal_is_the_donors_own() {
    let mut w = World::with(|_| ());
    w.entered(w.goal(100, CLOSES));
    w.chain.seal_at(OPENS);
    let (bob, dave) = (w.bob.clone(), w.dave.clone());
    w.donate(&bob, 0, 60);
    let record = pool_donor(&mut w, 0, &bob).unwrap();
    // The pool cannot know who signed: it sees the round.
    assert_eq!((record.given, record.payer), (60, None));
    w.chain.seal_at(CLOSES);
    let before = w.balance(&bob);
    let refund = w.pools[0].pool.call_mut().refund(bob.id().ink());
    w.chain.call(&dave, refund, 0).unwrap();
    assert_eq!(w.balance(&bob), before + 60);
    w.assert_solvent();
}

#[test]
fn donation_and_share_reach_the_beneficiary_in_the_message_that_brings_them() {
    let mut w = World::with(|_| ());
    w.entered(crate::pool::world::keep_all(&w.ada));
    w.chain.seal_at(OPENS);
    let (sue, bob, carol, dave, ada) = (
        w.sue.clone(),
        w.bob.clone(),
        w.carol.clone(),
        w.dave.clone(),
        w.ada.clone(),
    );
    w.sponsor(&sue, 10_000);
    for donor in [&bob, &carol] {
        let before = w.balance(&ada);
        w.donate(donor, 0, 400);
        assert_eq!(w.balance(&ada), before + 400);
    }
    w.chain.seal_at(DIVIDES);
    let before = w.balance(&ada);
    w.done(&dave, w.to().divide(1), 0);
    assert_eq!(w.balance(&ada), before + 800);
    assert_eq!(w.owed(), 9_200);
    w.assert_solvent();
}

#[test]
fn donor_frees_the_pools_record_of_a_gift_through_the_round() {
    let mut w = World::with(|_| ());
    w.entered(w.goal(100, CLOSES));
    w.chain.seal_at(OPENS);
    let bob = w.bob.clone();
    let locked = w.donate(&bob, 0, 100).deposit;
    assert!(locked > RECORD + PER_ITEM);
    w.chain.seal_at(CLOSES);
    let own = w.done(&bob, w.to().forget(w.pool(0)), 0).deposit;
    let forget = w.pools[0].pool.call_mut().forget(bob.id().ink());
    let (_, receipt) = w.chain.call(&bob, forget, 0).unwrap();
    // All that bob locked is back, but for the chain's rounding.
    let left = locked + own + receipt.deposit;
    assert!((0..=3).contains(&left), "{left}");
    w.assert_solvent();
}

#[test]
fn who_takes_over_a_share_is_no_donor_from_then_on_nor_is_who_gave_it_away() {
    let mut w = World::open(1);
    let (ada, bob, carol) = (w.ada.clone(), w.bob.clone(), w.carol.clone());
    w.donate(&bob, 0, 100);
    let pool = w.pools[0].clone();
    let offer = || pool.pool.clone();
    w.chain
        .call(
            &ada,
            offer().call_mut().offer_share(Some(bob.id().ink())),
            0,
        )
        .unwrap();
    w.donate(&bob, 0, 10);
    w.chain
        .call(&bob, offer().call_mut().accept_share(ada.id().ink()), 0)
        .unwrap();
    // Ada is known to the round, bob to the pool.
    let donation = w.donation(0);
    assert_eq!(w.refuse(&ada, donation, 10), Error::NotADonor);
    let donation = w.donation(0);
    let refused = Error::Refused(pool::Error::IsBeneficiary);
    assert_eq!(w.refuse(&bob, donation, 10), refused);
    // What he gave before counts.
    assert_eq!(w.counted(&bob, 0), 110);
    w.donate(&carol, 0, 10);
    w.assert_solvent();
}

#[test]
fn who_had_a_share_in_between_is_a_donor_again() {
    let mut w = World::open(1);
    let (ada, bob, carol) = (w.ada.clone(), w.bob.clone(), w.carol.clone());
    let pool = w.pools[0].clone();
    for (from, to) in [(&ada, &bob), (&bob, &carol)] {
        let offer = pool
            .pool
            .clone()
            .call_mut()
            .offer_share(Some(to.id().ink()));
        w.chain.call(from, offer, 0).unwrap();
        let accept = pool.pool.clone().call_mut().accept_share(from.id().ink());
        w.chain.call(to, accept, 0).unwrap();
    }
    // Neither the round nor the pool knows of bob any more.
    w.donate(&bob, 0, 10);
    let refused = [
        (&ada, Error::NotADonor),
        (&carol, Error::Refused(pool::Error::IsBeneficiary)),
    ];
    for (who, error) in refused {
        let donation = w.donation(0);
        assert_eq!(w.refuse(who, donation, 10), error);
    }
    w.assert_solvent();
}
