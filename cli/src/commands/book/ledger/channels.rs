//! What is free for an account in the channels contract.

use super::{signed, Ledger, Movement};
use channels::events::{Change, ChannelsChanged, Deposited, Withdrawn};
use farthing_client::{Account, Event};

pub fn ledger(account: Account, history: &[Event]) -> Ledger {
    let mut ledger = Ledger::new("channels".into());
    for event in history.iter().filter(|event| event.contract == "channels") {
        let emitted = &event.emitted;
        let mine = |whose| account == Account::from(whose);
        if let Some(changes) = emitted.decode::<ChannelsChanged>() {
            changed(&mut ledger, account, event, changes);
        } else if let Some(deposited) = emitted.decode::<Deposited>() {
            if mine(deposited.account) {
                ledger.enter(event, Movement::new("deposit", signed(deposited.amount)));
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

fn changed(ledger: &mut Ledger, account: Account, event: &Event, changed: ChannelsChanged) {
    let payer = changed.changes.first().map(|change| change.payer);
    if payer == Some(account.id()) {
        ledger.enter(event, Movement::new("deposit", signed(changed.deposited)));
    }
    for change in changed.changes {
        if change.payer == account.id() {
            let (what, amount) = match &change.change {
                Change::Opened(terms) => ("reserve", -signed(terms.reserve)),
                Change::ToppedUp(amount) => ("reserve", -signed(*amount)),
                Change::Cleared(amount) => ("rest of a reserve", signed(*amount)),
                Change::Settled { rest, .. } => ("rest of a reserve", signed(*rest)),
                _ => ("", 0),
            };
            ledger.enter(event, Movement::new(what, amount).with(change.payee));
        }
        if change.payee == account.id() {
            let (what, amount) = match &change.change {
                Change::Claimed { paid, .. } => ("voucher", signed(*paid)),
                Change::Settled { paid, .. } => ("closing", signed(*paid)),
                _ => ("", 0),
            };
            ledger.enter(event, Movement::new(what, amount).with(change.payer));
        }
    }
}
