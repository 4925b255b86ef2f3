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
    let words = format!("Pay out what waits for {creator}");
    let done = session.act(&words, Call::new(message, 0)).await?;
    for event in told::<Released, _>(session, &done)? {
        if let Release::Payout { shares, .. } = event.release {
            let shares: Vec<_> = shares.iter().map(|s| show_share(session, s)).collect();
            session
                .output
                .field("payout", json!({ "creator": id, "shares": shares }));
        }
    }
    Ok(())
}

/// Shows who got how much, and whether they have it.
fn show_share(session: &Session, share: &Share) -> Value {
    let account = Account::from(share.account);
    session.output.say(match share.sent {
        true => format!("{account} got {}", unit(share.amount)),
        false => format!(
            "{} stay here for {account}: the account does not exist, and they are less than an account can have",
            unit(share.amount)
        ),
    });
    json!({ "account": account, "amount": share.amount.to_string(), "sent": share.sent })
}

pub async fn refresh(session: &mut Session, creator: &str) -> Outcome {
    let id = number(session, creator).await?;
    let message = shop(session)?.call_mut().refresh(id);
    let words = format!("Have the storefront learn where {creator}'s money goes");
    session.send(&words, message, 0).await
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
