//! What pools get by other ways than a donor's own donation: gifts that someone collected, and money that
//! comes by other roads.

use crate::{
    costs,
    pool::{at_once, deadline, goal, Pool, GIFT},
    world::{new_account, Account, UNIT},
};
use farthing_contracts::pool::{
    error::Error,
    events::{Arrival, Arrived, Division, Donations, Gift, Release},
    terms::Mode,
};
use ink::codegen::TraitCallBuilder;

/// Fifty gifts of people who have no account on the chain.
fn fifty() -> Vec<Gift> {
    let gift = |_| Gift {
        donor: new_account().id(),
        amount: GIFT,
        memo: Some([7; 32]),
    };
    (0..50).map(gift).collect()
}

/// The event of these gifts, which are held or went straight through.
fn donations(payer: &Account, gifts: &[Gift], division: Option<Division>) -> Donations {
    let donation = |gift: &Gift| gift.clone().matched_by(Vec::new());
    Donations {
        payer: payer.id(),
        signed: division.is_none(),
        donations: gifts.iter().map(donation).collect(),
        division,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn collected_gifts_are_their_donors_who_have_them_back() {
    let mut p = Pool::new(goal(1_000 * UNIT, 20_000), at_once).await;
    let bob = p.bob.clone();
    let until = deadline(&mut p).await;
    let gifts = fifty();
    let sum = 50 * GIFT;
    let mut nothing = gifts.clone();
    nothing[49].amount = 0;
    for (gifts, value, error) in [
        (gifts.clone(), sum - 1, Error::WrongValue(sum)),
        (gifts.clone(), sum + 1, Error::WrongValue(sum)),
        (Vec::new(), 0, Error::BatchSize),
        (vec![gifts[0].clone(); 65], 65 * GIFT, Error::BatchSize),
        (nothing, sum - GIFT, Error::BelowMinimum(1)),
    ] {
        let message = p.to().donate_many(gifts);
        assert_eq!(p.refused(&bob, message, value).await, error);
    }
    for name in [
        "pool.donate_many, with a goal, 50",
        "pool.donate_many, with a goal, 50, repeated",
    ] {
        let message = p.to().donate_many(gifts.clone());
        let (_, receipt) = p.call(&bob, message, sum).await;
        costs::check(name, &receipt);
        receipt.assert_event(&p.at, donations(&bob, &gifts, None));
    }

    p.w.wait_until(until).await;
    let message = p.to().donate_many(gifts.clone());
    assert_eq!(p.refused(&bob, message, sum).await, Error::Closed(until));
    // Who paid it in has nothing back but the deposit.
    let message = p.to().refund(bob.id());
    assert_eq!(p.refused(&bob, message, 0).await, Error::NothingDue);
    let donor = gifts[49].donor;
    let message = p.to().refund(donor);
    let (_, receipt) = p.call(&bob, message, 0).await;
    costs::check("pool.refund, with the record", &receipt);
    let amount = 2 * GIFT;
    let refund = Release::Refund {
        donor,
        to: donor,
        amount,
        freed: true,
    };
    assert_eq!(p.released(&receipt), refund);
    assert_eq!(p.w.free(&donor).await, amount);
    let message = p.pool.call().solvency();
    let owed = 49 * amount;
    assert_eq!(p.w.read(message).await, (owed, owed));
}

#[tokio::test(flavor = "multi_thread")]
async fn collected_gifts_to_a_pool_without_a_goal_lock_no_deposit() {
    let mut p = Pool::new(|_| Mode::KeepAll { closes: None }, at_once).await;
    let (bob, gifts) = (p.bob.clone(), fifty());
    let message = p.to().donate_many(gifts.clone());
    let (_, receipt) = p.call(&bob, message, 50 * GIFT).await;
    costs::check("pool.donate_many, open-ended, 50", &receipt);
    let division = p.division(50 * GIFT);
    receipt.assert_event(&p.at, donations(&bob, &gifts, Some(division)));
    let message = p.pool.call().solvency();
    assert_eq!(p.w.read(message).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_takes_in_what_came_by_a_plain_transfer() {
    let mut p = Pool::new(|_| Mode::KeepAll { closes: None }, at_once).await;
    let bob = p.bob.clone();
    let message = p.to().take_in();
    assert_eq!(p.refused(&bob, message, 0).await, Error::NothingDue);
    let at = p.at;
    p.w.transfer(&bob, &at, UNIT).await;
    let message = p.pool.call().solvency();
    assert_eq!(p.w.read(message).await, (0, UNIT));
    let message = p.to().take_in();
    let (taken, receipt) = p.call(&bob, message, 0).await;
    assert_eq!(taken, UNIT);
    let arrived = Arrived {
        arrival: Arrival::Surplus { amount: UNIT },
        division: Some(p.division(UNIT)),
    };
    receipt.assert_event(&p.at, arrived);
    let message = p.pool.call().solvency();
    assert_eq!(p.w.read(message).await, (0, 0));
}
