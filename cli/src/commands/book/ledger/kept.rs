//! What the storefront keeps for an account: referral shares, and what could not be sent.

use super::{signed, Ledger, Movement};
use farthing_client::{Account, Event};
use farthing_types::{money::basis_points, Balance};
use storefront::events::{Payment, Payments, Release, Released, Share};

pub fn ledger(account: Account, fee: u16, history: &[Event]) -> Ledger {
    let mut ledger = Ledger::new("storefront".into());
    for event in history
        .iter()
        .filter(|event| event.contract == "storefront")
    {
        if let Some(payments) = event.emitted.decode::<Payments>() {
            if payments.referrer == Some(account.id()) {
                referred(&mut ledger, fee, event, &payments);
            }
        } else if let Some(released) = event.emitted.decode::<Released>() {
            released_to(&mut ledger, account, event, released.release);
        }
    }
    ledger
}

/// A call's referral shares, less the platform's fee on them, which is taken of their sum.
fn referred(ledger: &mut Ledger, fee: u16, event: &Event, payments: &Payments) {
    let shares = payments.payments.iter().map(|payment| match payment {
        Payment::Purchase { referral, .. } => *referral,
        _ => 0,
    });
    let sum: Balance = shares.fold(0, Balance::saturating_add);
    let fee = basis_points(sum, fee).unwrap_or(0);
    for (what, amount) in [("referral", signed(sum)), ("fee", -signed(fee))] {
        ledger.enter(event, Movement::new(what, amount).with(payments.payer));
    }
}

fn released_to(ledger: &mut Ledger, account: Account, event: &Event, release: Release) {
    let mut enter = |what, amount| ledger.enter(event, Movement::new(what, amount));
    let is_kept = |share: &Share| !share.sent && share.account == account.id();
    match release {
        Release::Payout { shares, .. } => {
            for share in shares.iter().filter(|share| is_kept(share)) {
                enter("payout kept", signed(share.amount));
            }
        }
        Release::Refund { share, .. } if is_kept(&share) => {
            enter("refund kept", signed(share.amount));
        }
        Release::Withdrawal {
            account: whose,
            amount,
        } if whose == account.id() => enter("withdrawal", -signed(amount)),
        _ => {}
    }
}
