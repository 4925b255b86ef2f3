//! What pools pay somebody, as a beneficiary or as their treasury: most of it goes straight through or is
//! paid out, and what cannot be sent is kept.

use super::{signed, Ledger, Movement};
use crate::session::Session;
use farthing_client::{at, Account, Block, Error, Event};
use farthing_contracts::pool::{
    events::{Arrived, Division, Donations, Release, Released, Share},
    PoolRef,
};
use farthing_contracts::Contract;
use ink::codegen::TraitCallBuilder;
use std::collections::BTreeMap;

/// The ledgers of the pools that paid an account, each checked against the pool as of a block.
pub async fn ledgers(
    session: &Session,
    account: Account,
    history: &[Event],
    block: Block,
) -> Result<Vec<Ledger>, Error> {
    let mut pools: BTreeMap<Account, Ledger> = BTreeMap::new();
    for event in history
        .iter()
        .filter(|event| event.contract == Contract::Pool)
    {
        let address = event.emitted.contract;
        for movement in movements(account, event) {
            let ledger = pools
                .entry(address)
                .or_insert_with(|| Ledger::new(format!("pool {address}"), session.token()));
            ledger.enter(event, movement);
        }
    }
    let mut ledgers = Vec::new();
    for (address, ledger) in pools {
        let pool: PoolRef = at(address);
        let message = pool.call().kept_for(account.id());
        let kept = session.client.read_at(block, message).await?;
        ledger.reconcile(kept, block)?;
        ledgers.push(ledger);
    }
    Ok(ledgers)
}

/// What an event of a pool means for an account.
fn movements(account: Account, event: &Event) -> Vec<Movement> {
    let emitted = &event.emitted;
    if let Some(released) = emitted.decode::<Released>() {
        return of_release(account, released.release);
    }
    let donations = emitted.decode::<Donations>().map(|event| event.division);
    let division = donations.or_else(|| emitted.decode::<Arrived>().map(|event| event.division));
    match division.flatten() {
        Some(Division { fee, shares }) => of_shares(account, None, fee, shares),
        None => Vec::new(),
    }
}

/// What a release means for an account.
fn of_release(account: Account, release: Release) -> Vec<Movement> {
    match release {
        Release::Payout {
            payout,
            fee,
            shares,
            ..
        } => of_shares(account, Some(payout), fee, shares),
        Release::Withdrawal {
            account: whose,
            amount,
        } if whose == account.id() => vec![Movement::new("withdrawal", -signed(amount))],
        _ => Vec::new(),
    }
}

/// What shares of a payout, or of what went straight through, mean for an account.
fn of_shares(
    account: Account,
    payout: Option<u32>,
    fee: Option<Share>,
    shares: Vec<Share>,
) -> Vec<Movement> {
    let mut found = Vec::new();
    let mut enter = |what, amount| {
        let movement = Movement::new(what, amount);
        found.push(match payout {
            Some(number) => movement.of(number),
            None => movement,
        });
    };
    let what = if payout.is_some() { "payout" } else { "gift" };
    let fees = fee.into_iter().map(|share| ("fee", share));
    for (what, share) in fees.chain(shares.into_iter().map(|share| (what, share))) {
        if share.account == account.id() && share.amount > 0 {
            enter(what, signed(share.amount));
            if share.sent {
                enter("sent", -signed(share.amount));
            }
        }
    }
    found
}
