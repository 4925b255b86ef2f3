//! What the channels contract holds for an account: the reserves of the channels that it pays by, and what
//! the chain refused to move to it.
//!
//! What a payee earns goes straight through: it comes in and leaves in the same transaction, which is two
//! lines.

use super::{signed, Ledger, Movement};
use farthing_client::{Account, Event, Token};
use farthing_contracts::channels::events::{Change, ChannelsChanged, KeptFor, Withdrawn};
use farthing_contracts::Contract;

pub fn ledger(token: &Token, account: Account, history: &[Event]) -> Ledger {
    let mut ledger = Ledger::new("channels".into(), token);
    for event in history
        .iter()
        .filter(|event| event.contract == Contract::Channels)
    {
        let emitted = &event.emitted;
        let mine = |whose| account == Account::from(whose);
        if let Some(changes) = emitted.decode::<ChannelsChanged>() {
            changed(&mut ledger, account, event, &changes);
        } else if let Some(kept) = emitted.decode::<KeptFor>() {
            if mine(kept.account) {
                ledger.enter(event, Movement::new("kept", signed(kept.amount)));
            }
        } else if let Some(withdrawn) = emitted.decode::<Withdrawn>() {
            if mine(withdrawn.account) {
                let amount = -signed(withdrawn.amount);
                ledger.enter(event, Movement::new("withdrawal", amount));
            }
        }
    }
    ledger
}

fn changed(ledger: &mut Ledger, account: Account, event: &Event, changed: &ChannelsChanged) {
    for (id, change) in changed.by_channel() {
        let (payer, payee) = (Account::from(id.payer), Account::from(id.payee));
        if payer == account {
            let (paid, rest) = match change {
                Change::Opened(terms) => (0, -signed(terms.reserve)),
                Change::ToppedUp(amount) => (0, -signed(*amount)),
                Change::Claimed { paid, .. } => (signed(*paid), 0),
                Change::Closed { rest, .. } | Change::Cleared { rest, .. } => (0, signed(*rest)),
                Change::ClosedTogether { paid, rest, .. } => (signed(*paid), signed(*rest)),
                Change::Exiting(_) => (0, 0),
            };
            let rest_is = if rest < 0 {
                "reserve"
            } else {
                "rest of a reserve"
            };
            ledger.enter(event, Movement::new("paid", -paid).with(payee));
            ledger.enter(event, Movement::new(rest_is, -rest).with(payee));
        }
        if payee == account {
            let (what, amount) = match change {
                Change::Claimed { paid, .. } => ("voucher", signed(*paid)),
                Change::ClosedTogether { paid, .. } => ("closing", signed(*paid)),
                _ => continue,
            };
            ledger.enter(event, Movement::new(what, amount).with(payer));
            ledger.enter(event, Movement::new("sent on", -amount).with(payer));
        }
    }
}

/// The channels that an account was ever the payer of: payee and lane.
pub fn lanes(account: Account, history: &[Event]) -> Vec<(Account, u32)> {
    let mut found = std::collections::BTreeSet::new();
    for event in history
        .iter()
        .filter(|event| event.contract == Contract::Channels)
    {
        let Some(changes) = event.emitted.decode::<ChannelsChanged>() else {
            continue;
        };
        for (id, change) in changes.by_channel() {
            if matches!(change, Change::Opened(_)) && account == Account::from(id.payer) {
                found.insert((Account::from(id.payee), id.lane));
            }
        }
    }
    found.into_iter().collect()
}
