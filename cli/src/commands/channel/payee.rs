//! What a payee does.

use super::{accounts, address, channel, place};
use crate::{
    output::unit,
    session::{Outcome, Session},
};
use channels::{
    claims::SignedVoucher,
    events::{Change, ChannelsChanged},
    ChannelsRef,
};
use farthing_client::{
    wallet::{Paper, Receiving},
    Account, Call, Error, Explain,
};
use farthing_types::{
    voucher::{ChannelId, Closing},
    Balance, Millis,
};
use ink::codegen::TraitCallBuilder;
use serde_json::json;
use std::{collections::BTreeSet, io::stdin};

/// How many vouchers one call can claim.
const BATCH: usize = 64;

async fn wallet(session: &Session, payee: Account) -> Result<Receiving, Error> {
    let genesis = session.client.chain.genesis();
    Receiving::open(session.state().await?, genesis, payee)
}

/// Takes vouchers. One that is refused does not stop the others, but the command fails in the end.
pub async fn receive(session: &mut Session, given: Vec<String>, payee: Option<String>) -> Outcome {
    let payee = session.account_or_mine(payee).await?;
    let (contract, now) = (place(session).await?.contract, session.now().await?);
    let mut wallet = wallet(session, payee).await?;
    let mut texts = Vec::new();
    for text in given {
        match text.as_str() {
            "-" => texts.extend(
                stdin()
                    .lines()
                    .map_while(Result::ok)
                    .filter(|l| !l.trim().is_empty()),
            ),
            _ => texts.push(text),
        }
    }
    let (mut new, mut refused): (Balance, Option<Error>) = (0, None);
    let (mut shown, mut ending) = (Vec::new(), BTreeSet::new());
    for text in &texts {
        let taken = async {
            let paper: Paper = text.parse().map_err(Error::from)?;
            let payer = paper.voucher.channel.payer;
            let found = channel(session, payer, payee).await?;
            let taken = wallet
                .take(&paper, contract, found.as_ref(), now)
                .map_err(Error::from)?;
            Ok::<_, Error>((payer, taken, found.map_or(Millis::MAX, |found| found.end)))
        };
        match taken.await {
            Ok((payer, taken, end)) => {
                new = new.saturating_add(taken.new);
                if end < Millis::MAX && ending.insert(payer) {
                    session.output.warn(format!(
                        "{payer} takes back what is left: claim before {}.",
                        farthing_client::time(end)
                    ));
                }
                let line = format!(
                    "{} new from {payer}, {} in all",
                    unit(taken.new),
                    unit(taken.total)
                );
                session.output.say(line);
                shown.push(json!({
                    "payer": payer,
                    "new": taken.new.to_string(),
                    "total": taken.total.to_string(),
                    "end": (end < Millis::MAX).then_some(end),
                }));
            }
            Err(error) => {
                session.output.note(error.to_string());
                shown.push(json!({ "refused": error.to_string() }));
                refused = Some(error);
            }
        }
    }
    session.output.say(format!("{} new in all", unit(new)));
    session.output.field("vouchers", shown);
    session.output.field("new", new.to_string());
    match refused {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}

/// Claims what the kept vouchers are worth.
pub async fn claim(session: &mut Session, from: Option<String>, payee: Option<String>) -> Outcome {
    let payee = session.account_or_mine(payee).await?;
    let only = session.account_of_any(from.as_deref()).await?;
    let contract = address(session)?;
    // What it claimed is worth nothing now, so that the same call would not be made again.
    session.settle_earlier().await?;
    let (wallet, now) = (wallet(session, payee).await?, session.now().await?);
    let mut worth = Vec::new();
    for paper in wallet.best(contract).map_err(Error::from)? {
        let id = &paper.voucher.channel;
        if only.is_some_and(|only| only != id.payer) {
            continue;
        }
        // A voucher whose channel is not there is kept: the node may only be behind.
        let found = channel(session, id.payer, payee).await?;
        if paper.due(found.as_ref(), now) > 0 {
            worth.push(paper);
        }
    }
    if worth.is_empty() {
        session.output.say("There is nothing to claim.");
        session.output.field("claimed", "0");
        return Ok(());
    }
    let mut claimed: Balance = 0;
    for batch in worth.chunks(BATCH) {
        claimed = claimed.saturating_add(claim_batch(session, payee, batch).await?);
    }
    let line = match payee == session.account().await? {
        true => "; take it out with `farthing channel withdraw`",
        false => "",
    };
    session
        .output
        .say(format!("{} claimed{line}", unit(claimed)));
    session.output.field("claimed", claimed.to_string());
    Ok(())
}

async fn claim_batch(session: &mut Session, payee: Account, batch: &[Paper]) -> Outcome<Balance> {
    let vouchers = batch.iter().map(|paper| SignedVoucher {
        payer: paper.voucher.channel.payer.id(),
        epoch: paper.voucher.channel.epoch,
        cumulative: paper.voucher.cumulative,
        root: paper.voucher.root,
        signature: paper.signature,
    });
    let mut channels: ChannelsRef = session.contract("channels")?;
    let message = channels.call_mut().claim(payee.id(), vouchers.collect());
    let words = match batch.len() {
        1 => "Claim a voucher".into(),
        count => format!("Claim {count} vouchers"),
    };
    let done = session.act(&words, Call::new(message, 0)).await?;
    let mut claimed: Balance = 0;
    for event in done.receipt.events_of::<ChannelsChanged>(address(session)?) {
        for change in event.changes {
            let payer = Account::from(change.payer);
            match change.change {
                Change::Claimed { paid, .. } => claimed = claimed.saturating_add(paid),
                Change::Skipped(skip) => {
                    session
                        .output
                        .note(format!("Nothing from {payer}: {}.", skip.explain()));
                }
                _ => {}
            }
        }
    }
    Ok(claimed)
}

pub async fn close(session: &mut Session, names: &[String], forfeit: bool) -> Outcome {
    let payers = accounts(session, names).await?;
    if !forfeit {
        refuse_to_lose(session, &payers).await?;
    }
    let mut channels: ChannelsRef = session.contract("channels")?;
    let ids = payers.iter().map(|payer| payer.id()).collect();
    let words = format!("Close the channels from {}", names.join(", "));
    session
        .send(&words, channels.call_mut().close(ids), 0)
        .await
}

/// Vouchers of a channel that is closed are worth nothing.
async fn refuse_to_lose(session: &mut Session, payers: &[Account]) -> Result<(), Error> {
    let payee = session.account().await?;
    let (wallet, now) = (wallet(session, payee).await?, session.now().await?);
    for paper in wallet.best(address(session)?).map_err(Error::from)? {
        let payer = paper.voucher.channel.payer;
        if !payers.contains(&payer) {
            continue;
        }
        let found = channel(session, payer, payee).await?;
        let due = paper.due(found.as_ref(), now);
        if due > 0 {
            return Err(Error::Input(format!(
                "{} of {payer}'s vouchers have not been claimed, and are lost when the channel is closed: run `farthing channel claim` before, or say --forfeit.",
                unit(due)
            )));
        }
    }
    Ok(())
}

/// Signs a closing; nothing goes to the chain.
pub async fn agree(session: &mut Session, name: &str, amount: Balance) -> Outcome {
    let payer = session.account_of(name).await?;
    let (key, place) = (session.key().await?, place(session).await?);
    let found = channel(session, payer, key.account()).await?;
    let found = found.ok_or_else(|| Error::Input(format!("There is no channel from {name}.")))?;
    if amount < found.claimed || amount > found.reserve {
        return Err(Error::Input(format!(
            "The payee gets between {}, which were claimed, and {}, the reserve.",
            unit(found.claimed),
            unit(found.reserve)
        ))
        .into());
    }
    session.agree(&format!(
        "Agree that the channel from {name} is closed, and that you get {} of it in all",
        unit(amount)
    ))?;
    // Written down before anybody can have it.
    wallet(session, key.account())
        .await?
        .agree(place.contract, payer, found.epoch, amount)
        .map_err(Error::from)?;
    let closing = Closing {
        channel: ChannelId {
            payer,
            payee: key.account(),
            epoch: found.epoch,
        },
        amount,
    };
    let signature = format!("0x{}", hex::encode(key.sign(&closing.payload(&place))));
    session.output.say(&signature);
    session.output.field("signature", signature);
    Ok(())
}
