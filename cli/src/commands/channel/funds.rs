//! What the contract keeps for an account, and how it is.

use super::{address, channels_of, id_of, kept, kept_for, state::State, Lane, Line};
use crate::{
    outcome::Outcome,
    output::{Rows, Sheet},
    session::Session,
    values::span_text,
};
use farthing_client::{time, wallet::Paying, Account, Call, Error};
use farthing_contracts::channels::{channel::Channel as OnChain, events::Withdrawn, ChannelsRef};
use farthing_types::{Balance, Millis};
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
    let line = (payer, payee, lane.lane);
    let key = (payer.id(), payee.id(), lane.lane);
    let message = channels.call().channels(vec![key]);
    let ((now, found), json) = session.client.read_json(message).await?;
    let mut json = json.pointer("/1/0").cloned().unwrap_or_default();
    let Some(found) = found.into_iter().next().flatten() else {
        session.output.say("There is no such channel.");
        session.output.field("channel", json);
        return Ok(());
    };
    let state = State::of(&found, now);
    let promised = promised(session, line, &found).await?;
    json["left"] = found.rest().to_string().into();
    json["end"] = json!(found.end.map(|end| end.time));
    json["state"] = state.name().into();
    json["promised"] = json!(promised.map(|amount| amount.to_string()));
    let sheet = Sheet::new()
        .row("state", state.text())
        .row("reserve", session.unit(found.reserve))
        .row("claimed", session.unit(found.claimed))
        .row("left", session.unit(found.rest()))
        .row_if(
            "promised by this folder",
            promised.map(|amount| session.unit(amount)),
        )
        .row("an exit takes", span_text(found.delay))
        .row("opened", time(found.epoch))
        .row("vouchers signed by", Account(found.signer))
        .row("closings signed by", Account(found.closer));
    session.output.sheet(&sheet);
    session.output.field("channel", json);
    Ok(())
}

/// What this folder promised of a channel in all, if it is one that it pays from.
async fn promised(
    session: &Session,
    line: Line,
    found: &OnChain,
) -> Result<Option<Balance>, Error> {
    let genesis = session.client.chain.genesis();
    let paid = Paying::read(session.state().await?, genesis, line.0)?;
    let (contract, id) = (address(session)?, id_of(line, found));
    let is_known = paid.known(contract).contains(&id);
    Ok(is_known.then(|| paid.promised(contract, &id).0))
}

pub async fn account(session: &mut Session, account: Option<String>) -> Outcome {
    let account = session.account_or_mine(account).await?;
    let papers = kept_for(session, account).await?.best(address(session)?);
    let (kept, (now, found)) =
        tokio::try_join!(kept(session, account), channels_of(session, &papers))?;
    let columns = ["payer", ">lane", ">signed for", ">to claim", "channel"];
    let (mut rows, mut vouchers, mut sum) = (Rows::new(&columns), Vec::new(), 0);
    for (paper, found) in papers.iter().zip(found) {
        let id = &paper.voucher.channel;
        let due = paper.due(found.as_ref(), now);
        sum = due.saturating_add(sum);
        let found = found.filter(|found| found.epoch == id.epoch);
        let state = found.as_ref().map(|found| State::of(found, now));
        rows.add(vec![
            id.payer.to_string(),
            id.lane.to_string(),
            session.token().text(paper.voucher.cumulative),
            session.token().text(due),
            state.map_or("not there".into(), State::text),
        ]);
        vouchers.push(json!({
            "payer": id.payer,
            "lane": id.lane,
            "epoch": id.epoch,
            "cumulative": paper.voucher.cumulative.to_string(),
            "due": due.to_string(),
            "state": state.map_or("missing", State::name),
            "end": found.and_then(|found| found.end).map(|end| end.time),
        }));
    }
    let sheet = Sheet::new()
        .row("account", account)
        .row("to claim", session.unit(sum))
        .row("kept by the contract", session.unit(kept));
    session.output.sheet(&sheet);
    if !rows.is_empty() {
        session.output.say("");
        session.output.rows(rows);
    }
    let json = json!({ "kept": kept.to_string(), "vouchers": vouchers });
    session.output.field("account", json);
    Ok(())
}

pub async fn overview(session: &mut Session) -> Outcome {
    let channels: ChannelsRef = session.contract()?;
    let solvency = channels.call().solvency(Vec::new(), Vec::new());
    let ((terms, mut json), (_, held)) = tokio::try_join!(
        session.client.read_json(channels.call().overview()),
        session.client.read(solvency)
    )?;
    json["held"] = held.to_string().into();
    let nobody = || "nobody: the opening of channels cannot be paused".to_string();
    let guardian = terms.guardian.map(|who| Account::from(who).to_string());
    let sheet = Sheet::new()
        .row("holds", session.unit(held))
        .row("guardian", guardian.unwrap_or_else(nobody))
        .row_if("paused until", terms.paused_until.map(time))
        .row("chain", format!("0x{}", hex::encode(terms.genesis)));
    session.output.sheet(&sheet);
    session.output.field("channels", json);
    Ok(())
}
