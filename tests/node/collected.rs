//! What pools get by other ways than a donor's own donation: gifts that someone collected, and pocket
//! change that was paid through channels.

use crate::{
    channels::Channels,
    costs,
    pool::{at_once, deadline, goal, keep_all, Pool, GIFT},
    world::{new_account, Account, UNIT},
};
use channels::{claims::SignedVoucher, events::Withdrawn};
use farthing_types::Balance;
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use pool::{
    error::Error,
    events::{Arrival, Arrived, Donation, Donations, Gift, Release},
    terms::{Mode, Terms},
    PoolRef,
};

/// Fifty gifts of people who have no account on the chain.
fn fifty() -> Vec<Gift> {
    let gift = |_| Gift {
        donor: new_account().id(),
        amount: GIFT,
        memo: Some([7; 32]),
    };
    (0..50).map(gift).collect()
}

/// The event of these gifts.
fn donations(payer: &Account, gifts: &[Gift]) -> Donations {
    let donation = |gift: &Gift| Donation {
        donor: gift.donor,
        amount: gift.amount,
        matched: 0,
        memo: gift.memo,
    };
    Donations {
        payer: payer.id(),
        donations: gifts.iter().map(donation).collect(),
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
        receipt.assert_event(&p.at, donations(&bob, &gifts));
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
    let refund = Release::Refund { donor, amount };
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
    receipt.assert_event(&p.at, donations(&bob, &gifts));
    p.payout(0, 50 * GIFT).await;
    let message = p.pool.call().solvency();
    assert_eq!(p.w.read(message).await, (0, 0));
}

/// A pool for ever, of a channel's payer, that is paid through channels or not.
async fn pool(c: &mut Channels, channels: Option<AccountId>) -> (AccountId, PoolRef) {
    let ada = c.ada.clone();
    let terms = Terms {
        channels,
        ..keep_all(&ada)
    };
    let deployed = c.w.deploy("pool", &ada, PoolRef::new(terms)).await;
    (deployed.id, deployed.contract)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_takes_in_what_it_was_paid_through_channels() {
    let mut c = Channels::new().await;
    let (ada, bob) = (c.ada.clone(), c.bob.clone());
    let (_, mut without) = pool(&mut c, None).await;
    let message = without.call_mut().pull_from_channels();
    assert_eq!(c.w.refused(&ada, message, 0).await, Error::NoChannels);
    let contract = c.at.id;
    let (at, mut pool) = pool(&mut c, Some(contract)).await;

    // Bob pays the pool by vouchers, which anybody can claim for it.
    let (reserve, paid): (Balance, Balance) = (2 * UNIT, UNIT / 3);
    let terms = c.terms(reserve);
    let message = c.to().open(vec![(at, terms)]);
    let (epochs, _) = c.call(&bob, message, reserve).await;
    let pull = pool.call_mut().pull_from_channels();
    assert_eq!(
        c.w.refused(&ada, pull.clone(), 0).await,
        Error::ChannelsFailed
    );
    let voucher: SignedVoucher = c.voucher(&bob, &at, epochs[0], paid);
    let message = c.to().claim(at, vec![voucher]);
    assert_eq!(c.call(&ada, message, 0).await.0, [Ok(paid)]);
    assert_eq!(c.w.read(pool.call().solvency()).await, (0, 0));

    let (taken, receipt) = c.w.call(&bob, pull.clone(), 0).await;
    assert_eq!(taken, paid);
    let arrival = Arrival::PocketChange { amount: paid };
    receipt.assert_event(&at, Arrived { arrival });
    receipt.assert_event(
        &contract,
        Withdrawn {
            account: at,
            amount: paid,
        },
    );
    assert_eq!(c.w.read(pool.call().overview()).await.books.pocket, paid);
    assert_eq!(c.w.read(pool.call().solvency()).await, (paid, paid));
    // There is no more.
    assert_eq!(c.w.refused(&bob, pull, 0).await, Error::ChannelsFailed);

    let before = c.w.free(&ada.id()).await;
    let message = pool.call_mut().payout(None);
    c.w.call(&bob, message, 0).await;
    assert_eq!(c.w.free(&ada.id()).await, before + paid);
    assert_eq!(c.w.read(pool.call().solvency()).await, (0, 0));
    c.assert_solvent().await;
}
