//! Shares for referring buyers in the storefront, which are sent at once.

use super::{signed, Ledger, Movement};
use farthing_client::{Account, Event, Token};
use farthing_contracts::storefront::events::{Payment, Payments};
use farthing_contracts::Contract;

pub fn ledger(token: &Token, account: Account, history: &[Event]) -> Ledger {
    let mut ledger = Ledger::new("referrals".into(), token);
    for event in history
        .iter()
        .filter(|event| event.contract == Contract::Storefront)
    {
        let payments = event.emitted.decode::<Payments>();
        let referred = |payments: &Payments| payments.referrer == Some(account.id());
        if let Some(payments) = payments.filter(referred) {
            enter(&mut ledger, event, &payments);
        }
    }
    ledger
}

fn enter(ledger: &mut Ledger, event: &Event, payments: &Payments) {
    for payment in &payments.payments {
        if let Payment::Purchase { item, referral, .. } = payment {
            for (what, amount) in [
                ("referral", signed(*referral)),
                ("sent on", -signed(*referral)),
            ] {
                let movement = Movement::new(what, amount).with(payments.payer);
                ledger.enter(event, movement.of(item));
            }
        }
    }
}
