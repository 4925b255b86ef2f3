//! What the contract keeps for an account, and how it is.

use super::{address, channels_now, kept, line_of, Lane};
use crate::{outcome::Outcome, session::Session};
use crate::{output::Sheet, values::span_text};
use farthing_client::{time, wallet::Receiving, Account, Call, Error};
use farthing_contracts::channels::{events::Withdrawn, ChannelsRef};
use farthing_types::Millis;
use ink::codegen::TraitCallBuilder;
use serde_json::json;

pub async fn withdraw(session: &mut Session, account: Option<String>) -> Outcome {
    let account = session.account_or_mine(account).await?;
    let mut channels: ChannelsRef = session.contract()?;
    let message = channels.call_mut().withdraw(account.id());
    let words = format!("Send {account} what the channels contract keeps for it");
    let done = session.act(&words, Call::new(message, 0)).await?;
    for event in done.receipt.events_of::<Withdrawn>(address(session)?) {
        session
            .output
            .say(format!("{} sent", session.unit(event.amount)));
        session.output.field("withdrawn", event.amount.to_string());
    }
    Ok(())
}

pub async fn pause(session: &mut Session, duration: Millis) -> Outcome {
    let mut channels: ChannelsRef = session.contract()?;
    let message = channels.call_mut().pause(duration);
    session.send("Stop openings and top-ups", message, 0).await
}

pub async fn resume(session: &mut Session) -> Outcome {
    let mut channels: ChannelsRef = session.contract()?;
    let message = channels.call_mut().resume();
    session.send("End the pause", message, 0).await
}

pub async fn show(
    session: &mut Session,
    payee: &str,
    payer: Option<String>,
    lane: Lane,
) -> Outcome {
    let payee = session.account_of(payee).await?;
    let payer = session.account_or_mine(payer).await?;
    let channels: ChannelsRef = session.contract()?;
    let message = channels.call().channel(payer.id(), payee.id(), lane.lane);
    let (found, mut json) = session.client.read_json(message).await?;
    let Some(found) = found else {
        session.output.say("There is no such channel.");
        session.output.field("channel", json);
        return Ok(());
    };
    json["left"] = found.rest().to_string().into();
    json["end"] = match found.end {
        None => json!(null),
        Some(end) => json!(end.time),
    };
    let ends = match found.end {
        None => "open until its payer exits".into(),
        Some(end) => format!("at {} at the earliest", time(end.time)),
    };
    let sheet = Sheet::new()
        .row("reserve", session.unit(found.reserve))
        .row("claimed", session.unit(found.claimed))
        .row("left", session.unit(found.rest()))
        .row("ends", ends)
        .row("an exit takes", span_text(found.delay))
        .row("opened", time(found.epoch))
        .row("vouchers signed by", Account(found.signer))
        .row("closings signed by", Account(found.closer));
    session.output.sheet(&sheet);
    session.output.field("channel", json);
    Ok(())
}

pub async fn account(session: &mut Session, account: Option<String>) -> Outcome {
    let account = session.account_or_mine(account).await?;
    let kept = kept(session, account).await?;
    let genesis = session.client.chain.genesis();
    // To look at it takes no lock, and no folder that can be written to.
    let kept_vouchers = Receiving::read(session.state().await?, genesis, account);
    let papers = kept_vouchers.map_err(Error::from)?.best(address(session)?);
    let lines: Vec<_> = papers
        .iter()
        .map(|paper| line_of(&paper.voucher.channel))
        .collect();
    let (now, found) = channels_now(session, &lines).await?;
    let vouchers: Vec<_> = papers
        .iter()
        .zip(found)
        .map(|(paper, found)| {
            json!({
                "payer": paper.voucher.channel.payer,
                "lane": paper.voucher.channel.lane,
                "cumulative": paper.voucher.cumulative.to_string(),
                "due": paper.due(found.as_ref(), now).to_string(),
            })
        })
        .collect();
    let json = json!({ "kept": kept.to_string(), "vouchers": vouchers });
    session.show_read("account", json);
    Ok(())
}

pub async fn overview(session: &mut Session) -> Outcome {
    let channels: ChannelsRef = session.contract()?;
    let (_, mut json) = session.client.read_json(channels.call().overview()).await?;
    let solvency = channels.call().solvency(Vec::new(), Vec::new());
    let (_, held) = session.client.read(solvency).await?;
    json["held"] = held.to_string().into();
    session.show_read("channels", json);
    Ok(())
}
