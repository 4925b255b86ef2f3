//! What the contract holds for an account, and how it is.

use super::{address, channel, place};
use crate::{
    arguments::Amount,
    output::unit,
    session::{Outcome, Session},
};
use channels::{
    events::{Deposited, Withdrawn},
    ChannelsRef,
};
use farthing_client::{wallet::Receiving, Call, Error};
use farthing_types::{Balance, Millis};
use ink::codegen::TraitCallBuilder;
use serde_json::json;

pub async fn deposit(session: &mut Session, amount: Balance) -> Outcome {
    let mut channels: ChannelsRef = session.contract("channels")?;
    let words = format!("Put {} into the channels contract", unit(amount));
    let done = session
        .act(&words, Call::new(channels.call_mut().deposit(), amount))
        .await?;
    for event in done.receipt.events_of::<Deposited>(address(session)?) {
        session.output.field("deposited", event.amount.to_string());
    }
    Ok(())
}

pub async fn withdraw(session: &mut Session, amount: Option<Amount>) -> Outcome {
    let mut channels: ChannelsRef = session.contract("channels")?;
    let message = channels.call_mut().withdraw(amount.map(|amount| amount.0));
    let words = match amount {
        Some(amount) => format!("Take {} out of the channels contract", unit(amount.0)),
        None => "Take everything that is free out of the channels contract".into(),
    };
    let done = session.act(&words, Call::new(message, 0)).await?;
    for event in done.receipt.events_of::<Withdrawn>(address(session)?) {
        session
            .output
            .say(format!("{} came back", unit(event.amount)));
        session.output.field("withdrawn", event.amount.to_string());
    }
    Ok(())
}

pub async fn leave(session: &mut Session) -> Outcome {
    let mut channels: ChannelsRef = session.contract("channels")?;
    let message = channels.call_mut().leave();
    session
        .send("Give up the record in the channels contract", message, 0)
        .await
}

pub async fn pause(session: &mut Session, duration: Millis) -> Outcome {
    let mut channels: ChannelsRef = session.contract("channels")?;
    let message = channels.call_mut().pause(duration);
    session.send("Stop deposits and openings", message, 0).await
}

pub async fn resume(session: &mut Session) -> Outcome {
    let mut channels: ChannelsRef = session.contract("channels")?;
    let message = channels.call_mut().resume();
    session.send("End the pause", message, 0).await
}

pub async fn show(session: &mut Session, payee: &str, payer: Option<String>) -> Outcome {
    let payee = session.account_of(payee).await?;
    let payer = session.account_or_mine(payer).await?;
    let channels: ChannelsRef = session.contract("channels")?;
    let message = channels.call().channel(payer.id(), payee.id());
    let (found, mut json) = session.client.read_json(message).await?;
    if let Some(found) = found {
        json["left"] = (found.reserve - found.claimed).to_string().into();
        json["end"] = match found.end {
            Millis::MAX => json!(null),
            end => json!(end),
        };
    }
    session.show_read("channel", json);
    Ok(())
}

pub async fn account(session: &mut Session, account: Option<String>) -> Outcome {
    let account = session.account_or_mine(account).await?;
    let channels: ChannelsRef = session.contract("channels")?;
    let (_, mut json) = session
        .client
        .read_json(channels.call().account(account.id()))
        .await?;
    if json.is_null() {
        json = json!({ "free": "0" });
    }
    let (genesis, now) = (session.client.chain.genesis(), session.now().await?);
    let wallet = Receiving::open(session.state().await?, genesis, account)?;
    let mut kept = Vec::new();
    for paper in wallet.best(address(session)?).map_err(Error::from)? {
        let id = &paper.voucher.channel;
        let found = channel(session, id.payer, account).await?;
        let due = paper.due(found.as_ref(), now);
        kept.push(json!({
            "payer": id.payer,
            "cumulative": paper.voucher.cumulative.to_string(),
            "due": due.to_string(),
        }));
    }
    json["vouchers"] = kept.into();
    session.show_read("account", json);
    Ok(())
}

pub async fn overview(session: &mut Session) -> Outcome {
    let channels: ChannelsRef = session.contract("channels")?;
    place(session).await?;
    let (_, mut json) = session.client.read_json(channels.call().overview()).await?;
    let (owed, held) = session.client.read(channels.call().solvency()).await?;
    json["owed"] = owed.to_string().into();
    json["held"] = held.to_string().into();
    session.show_read("channels", json);
    Ok(())
}
