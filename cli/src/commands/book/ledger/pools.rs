//! What pools pay somebody, as a beneficiary or as their treasury: most of it is sent at once, and what
//! cannot be sent is kept.

use super::{signed, Ledger, Movement};
use crate::session::Session;
use farthing_client::{at, Account, Block, Error, Event};
use ink::codegen::TraitCallBuilder;
use pool::{
    events::{Release, Released, Share},
    PoolRef,
};
use std::collections::BTreeMap;

/// The ledgers of the pools that paid an account, each checked against the pool as of a block.
pub async fn ledgers(
    session: &Session,
    account: Account,
    history: &[Event],
    block: Block,
) -> Result<Vec<Ledger>, Error> {
    let mut pools: BTreeMap<Account, Ledger> = BTreeMap::new();
    for event in history.iter().filter(|event| event.contract == "pool") {
        let Some(released) = event.emitted.decode::<Released>() else {
            continue;
        };
        let address = event.emitted.contract;
        for movement in movements(account, released.release) {
            let ledger = pools
                .entry(address)
                .or_insert_with(|| Ledger::new(format!("pool {address}")));
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

/// What a release means for an account.
fn movements(account: Account, release: Release) -> Vec<Movement> {
    let mut found = Vec::new();
    let mut pay = |what, payout: u32, share: Share| {
        if share.account == account.id() && share.amount > 0 {
            let amount = signed(share.amount);
            found.push(Movement::new(what, amount).of(payout));
            if share.sent {
                found.push(Movement::new("sent", -amount).of(payout));
            }
        }
    };
    match release {
        Release::Payout {
            payout,
            fee,
            shares,
            ..
        } => {
            fee.into_iter().for_each(|share| pay("fee", payout, share));
            shares
                .into_iter()
                .for_each(|share| pay("payout", payout, share));
        }
        Release::Withdrawal {
            account: whose,
            amount,
        } if whose == account.id() => found.push(Movement::new("withdrawal", -signed(amount))),
        _ => {}
    }
    found
}
