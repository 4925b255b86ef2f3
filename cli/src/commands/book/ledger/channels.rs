//! What is free for an account in the channels contract.

use super::{signed, Ledger, Movement};
use channels::events::{Change, ChannelsChanged, Deposited, Withdrawn};
use farthing_client::{Account, Event};

pub fn ledger(account: Account, history: &[Event]) -> Ledger {
    let mut ledger = Ledger::new("channels".into());
    for event in history.iter().filter(|event| event.contract == "channels") {
        let emitted = &event.emitted;
        if let Some(changes) = emitted.decode::<ChannelsChanged>() {
            changed(&mut ledger, account, event, changes);
        } else if let Some(Deposited {
            account: whose,
            amount,
        }) = emitted.decode()
        {
            if whose == account.id() {
                enter(&mut ledger, event, "deposit", None, signed(amount));
            }
        } else if let Some(Withdrawn {
            account: whose,
            amount,
        }) = emitted.decode()
        {
            if whose == account.id() {
                enter(&mut ledger, event, "withdrawal", None, -signed(amount));
            }
        }
    }
    ledger
}

fn enter(
    ledger: &mut Ledger,
    event: &Event,
    what: &'static str,
    with: Option<Account>,
    amount: i128,
) {
    let with = with.map_or(String::new(), |with| with.to_string());
    let item = String::new();
    if amount != 0 {
        ledger.enter(
            event,
            Movement {
                what,
                with,
                item,
                amount,
            },
        );
    }
}

fn changed(ledger: &mut Ledger, account: Account, event: &Event, changed: ChannelsChanged) {
    let payer = changed.changes.first().map(|change| change.payer);
    if changed.deposited > 0 && payer == Some(account.id()) {
        enter(ledger, event, "deposit", None, signed(changed.deposited));
    }
    for change in changed.changes {
        let (payer, payee) = (Account::from(change.payer), Account::from(change.payee));
        if payer == account {
            let (what, amount) = match &change.change {
                Change::Opened(terms) => ("reserve", -signed(terms.reserve)),
                Change::ToppedUp(amount) => ("reserve", -signed(*amount)),
                Change::Cleared(amount) => ("rest of a reserve", signed(*amount)),
                Change::Settled { rest, .. } => ("rest of a reserve", signed(*rest)),
                _ => ("", 0),
            };
            enter(ledger, event, what, Some(payee), amount);
        }
        if payee == account {
            let (what, amount) = match &change.change {
                Change::Claimed { paid, .. } => ("voucher", signed(*paid)),
                Change::Settled { paid, .. } => ("closing", signed(*paid)),
                _ => ("", 0),
            };
            enter(ledger, event, what, Some(payer), amount);
        }
    }
}
