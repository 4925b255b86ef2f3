//! Money that goes out, and what is said about it.

use super::{at, NoteArguments};
use crate::{outcome::Outcome, session::Session};
use farthing_client::{Account, Call};
use farthing_contracts::pool::events::{Release, Released};
use ink::codegen::TraitCallBuilder;
use serde_json::json;

pub async fn return_sponsorship(session: &mut Session, name: &str, sponsor: u32) -> Outcome {
    let (_, mut pool) = at(session, name).await?;
    let words = format!("Give sponsor {sponsor} of pool {name} back what is left");
    let message = pool.call_mut().return_sponsorship(sponsor);
    session.send(&words, message, 0).await
}

pub async fn finalise(session: &mut Session, name: &str) -> Outcome {
    let (_, mut pool) = at(session, name).await?;
    let words = format!("Settle whose the money of pool {name} is");
    session.send(&words, pool.call_mut().finalise(), 0).await
}

pub async fn refund(session: &mut Session, name: &str, donor: Option<String>) -> Outcome {
    let (address, mut pool) = at(session, name).await?;
    let donor = session.account_or_mine(donor).await?;
    let words = format!("Give {donor} back what they gave to pool {name}");
    let message = pool.call_mut().refund(donor.id());
    let done = session.act(&words, Call::new(message, 0)).await?;
    for event in done.receipt.events_of::<Released>(address) {
        if let Release::Refund { amount, to, .. } = event.release {
            let to = Account::from(to);
            let words = format!("{} went back to {to}", session.unit(amount));
            session.output.say(words);
            session.output.field("to", json!(to));
            session.output.field("refunded", amount.to_string());
        }
    }
    Ok(())
}

pub async fn payout(session: &mut Session, name: &str, note: Option<NoteArguments>) -> Outcome {
    let (address, mut pool) = at(session, name).await?;
    let note = note.map(NoteArguments::read).transpose()?;
    let words = format!("Pay the beneficiaries of pool {name}");
    let message = pool.call_mut().payout(note);
    let done = session.act(&words, Call::new(message, 0)).await?;
    for event in done.receipt.events_of::<Released>(address) {
        if let Release::Payout { payout, shares, .. } = event.release {
            let mut shown = Vec::new();
            for share in shares {
                let whom = Account::from(share.account);
                session
                    .output
                    .say(format!("{} to {whom}", session.unit(share.amount)));
                shown.push(json!({
                    "account": whom,
                    "amount": share.amount.to_string(),
                    "sent": share.sent,
                }));
            }
            session.output.field("payout", payout);
            session.output.field("shares", shown);
        }
    }
    Ok(())
}

pub async fn explain(
    session: &mut Session,
    name: &str,
    payout: Option<u32>,
    note: NoteArguments,
) -> Outcome {
    let (_, mut pool) = at(session, name).await?;
    let what = match payout {
        Some(number) => format!("payout {number}"),
        None => "the money".into(),
    };
    let words = format!("Say what {what} of pool {name} was spent on");
    let message = pool.call_mut().explain(payout, note.read()?);
    session.send(&words, message, 0).await
}

pub async fn withdraw(session: &mut Session, name: &str, whose: Option<String>) -> Outcome {
    let (_, mut pool) = at(session, name).await?;
    let whose = session.account_or_mine(whose).await?;
    let words = format!("Send {whose} what pool {name} keeps for it");
    let message = pool.call_mut().withdraw(whose.id());
    session.send(&words, message, 0).await
}

pub async fn forget(session: &mut Session, name: &str, donor: Option<String>) -> Outcome {
    let (_, mut pool) = at(session, name).await?;
    let donor = session.account_or_mine(donor).await?;
    let words = format!("Free the record of {donor} in pool {name}");
    let message = pool.call_mut().forget(donor.id());
    session.send(&words, message, 0).await
}
