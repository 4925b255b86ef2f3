//! Money that leaves the storefront.

use super::{number, shop, told};
use crate::{
    output::unit,
    session::{Outcome, Session},
};
use farthing_client::{Account, Call};
use ink::codegen::TraitCallBuilder;
use serde_json::{json, Value};
use storefront::events::{Release, Released, Share};

pub async fn payout(session: &mut Session, creator: &str) -> Outcome {
    let id = number(session, creator).await?;
    let message = shop(session)?.call_mut().payout(id);
    let words = format!("Pay out what {creator} is owed");
    let done = session.act(&words, Call::new(message, 0)).await?;
    for event in told::<Released, _>(session, &done)? {
        if let Release::Payout { fee, shares, .. } = event.release {
            session.output.say(format!("fee {}", unit(fee)));
            let shares: Vec<_> = shares.iter().map(|s| show_share(session, s)).collect();
            session.output.field(
                "payout",
                json!({ "creator": id, "fee": fee.to_string(), "shares": shares }),
            );
        }
    }
    Ok(())
}

/// Shows who got how much, and whether they have it.
pub fn show_share(session: &Session, share: &Share) -> Value {
    let account = Account::from(share.account);
    session.output.say(match share.sent {
        true => format!("{account} got {}", unit(share.amount)),
        false => format!(
            "{account} is owed {}: the chain refused to move it, as the account does not exist and it is less than an account can have; `farthing shop withdraw {account}` sends it later",
            unit(share.amount)
        ),
    });
    json!({ "account": account, "amount": share.amount.to_string(), "sent": share.sent })
}

pub async fn withdraw(session: &mut Session, account: Option<String>) -> Outcome {
    let account = session.account_or_mine(account).await?;
    let message = shop(session)?.call_mut().withdraw(account.id());
    let words = format!("Send {account} what it is owed");
    let done = session.act(&words, Call::new(message, 0)).await?;
    for event in told::<Released, _>(session, &done)? {
        if let Release::Withdrawal { amount, .. } = event.release {
            session
                .output
                .say(format!("{account} got {}", unit(amount)));
            session.output.field(
                "withdrawn",
                json!({ "account": account, "amount": amount.to_string() }),
            );
        }
    }
    Ok(())
}

pub async fn withdraw_fees(session: &mut Session) -> Outcome {
    let message = shop(session)?.call_mut().withdraw_fees();
    let words = "Send the treasury its fees";
    let done = session.act(words, Call::new(message, 0)).await?;
    for event in told::<Released, _>(session, &done)? {
        if let Release::Fees { amount } = event.release {
            session
                .output
                .say(format!("the treasury got {}", unit(amount)));
            session.output.field("fees", amount.to_string());
        }
    }
    Ok(())
}
