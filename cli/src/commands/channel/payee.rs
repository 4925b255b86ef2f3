//! What a payee does with vouchers that were kept, and with channels.

use super::{
    accounts, address, channel, channels_of, expires_in, kept_for, line_of, lives, place,
    some::{act_on_some, tell_left_alone},
    wallet_of_payee, Lane, Line,
};
use crate::{
    outcome::Outcome,
    session::Session,
    values::{Amount, Span},
};
use clap::Args;
use farthing_client::{wallet::Paper, Account, Call, Error};
use farthing_contracts::channels::{
    self,
    events::{Change, ChannelsChanged},
    ChannelsRef,
};
use farthing_types::{
    voucher::{ChannelId, Closing},
    Balance,
};
use ink::codegen::TraitCallBuilder;
use serde_json::json;
use std::{cmp::Reverse, collections::BTreeSet};

/// How many vouchers one call can claim.
const BATCH: usize = channels::checks::MAX_BATCH;

/// Claim vouchers.
#[derive(Args)]
pub struct Claim {
    /// Only those of this payer.
    #[arg(long)]
    from: Option<String>,
    /// For whom, if not the signer: an address, such as a pool's, or a creator's handle.
    #[arg(long = "for", value_name = "PAYEE")]
    payee: Option<String>,
    /// Only of channels that would bring at least this much; what claiming one of them costs, if it is left out.
    #[arg(long)]
    min: Option<Amount>,
}

/// Agree to a closing.
#[derive(Args)]
pub struct Agree {
    /// Who pays: an address, or a creator's handle.
    payer: String,
    /// What the payee gets in all, what was claimed before included.
    amount: Amount,
    /// The payee, if the signer only holds their key for closings: an address, or a creator's handle.
    #[arg(long = "for", value_name = "PAYEE")]
    payee: Option<String>,
    /// For how long the payer can use it.
    #[arg(long, default_value = "1d")]
    valid_for: Span,
    /// Even if vouchers that were kept are worth more.
    #[arg(long)]
    forfeit: bool,
    #[command(flatten)]
    lane: Lane,
}

impl Claim {
    /// Claims what the kept vouchers are worth.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let payee = session.account_or_mine(self.payee).await?;
        let only = session.account_of_any(self.from.as_deref()).await?;
        let contract = address(session)?;
        // What it claimed is worth nothing now, so that the same call would not be made again.
        session.settle_earlier().await?;
        let mut papers = kept_for(session, payee).await?.best(contract);
        papers.retain(|paper| only.is_none_or(|only| only == paper.voucher.channel.payer));
        let least = Amount::of_any(self.min.as_ref(), session.token())?;
        // A voucher whose channel is not there is kept: the node may only be behind.
        let mut dues = dues(session, papers).await?;
        dues.retain(|(_, due)| *due > 0);
        let least = match least {
            Some(least) => least,
            None => cost_of_each(session, payee, &dues).await?,
        };
        let (worth, dust): (Vec<_>, Vec<_>) = dues.into_iter().partition(|(_, due)| *due >= least);
        let dust = dust
            .iter()
            .fold(0, |sum: Balance, (_, due)| sum.saturating_add(*due));
        let worth: Vec<_> = worth.into_iter().map(|(paper, _)| paper).collect();
        if dust > 0 {
            session.output.note(format!(
                "{} are left, of channels that would bring less than {} each: say --min 0 to claim them.",
                session.unit(dust),
                session.unit(least)
            ));
            session.output.field("dust", dust.to_string());
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
        session
            .output
            .say(format!("{} claimed", session.unit(claimed)));
        session.output.field("claimed", claimed.to_string());
        Ok(())
    }
}

/// What claiming a voucher costs, if as many are claimed at once as can be: what brings less is not worth it.
async fn cost_of_each(
    session: &Session,
    payee: Account,
    dues: &[(Paper, Balance)],
) -> Result<Balance, Error> {
    let mut best: Vec<_> = dues.iter().collect();
    best.sort_by_key(|(_, due)| Reverse(*due));
    best.truncate(BATCH);
    let count = best.len() as Balance;
    if count == 0 {
        return Ok(0);
    }
    let vouchers = best.into_iter().map(|(paper, _)| paper.signed());
    let mut channels: ChannelsRef = session.contract()?;
    let message = channels.call_mut().claim(payee.id(), vouchers.collect());
    let plan = session
        .client
        .plan(session.account().await?, Call::new(message, 0));
    Ok(plan.await?.fee.div_ceil(count))
}

async fn claim_batch(session: &mut Session, payee: Account, batch: &[Paper]) -> Outcome<Balance> {
    let vouchers = batch.iter().map(Paper::signed);
    let mut channels: ChannelsRef = session.contract()?;
    let message = channels.call_mut().claim(payee.id(), vouchers.collect());
    let words = match batch.len() {
        1 => "Claim a voucher".into(),
        count => format!("Claim {count} vouchers"),
    };
    let done = session.act(&words, Call::new(message, 0)).await?;
    let (mut claimed, mut paid): (Balance, BTreeSet<Line>) = (0, BTreeSet::new());
    for event in done.receipt.events_of::<ChannelsChanged>(address(session)?) {
        for (id, change) in event.by_channel() {
            if let Change::Claimed { paid: amount, .. } = change {
                claimed = claimed.saturating_add(*amount);
                paid.insert((id.payer.into(), id.payee.into(), id.lane));
            }
        }
    }
    // What somebody was quicker with is not told by the chain.
    for paper in batch {
        let id = &paper.voucher.channel;
        if !paid.contains(&line_of(id)) {
            session.output.note(format!(
                "Nothing from {}: the channel changed just before.",
                id.payer
            ));
        }
    }
    Ok(claimed)
}

pub async fn close(session: &mut Session, names: &[String], forfeit: bool, lane: Lane) -> Outcome {
    let payee = session.account().await?;
    let payers = accounts(session, names).await?;
    let lines: Vec<_> = payers
        .iter()
        .map(|payer| (*payer, payee, lane.lane))
        .collect();
    if !forfeit {
        refuse_to_lose(session, payee, &lines).await?;
    }
    let mut channels: ChannelsRef = session.contract()?;
    let lives = lives(session, &lines, |line| line.0).await?;
    let words = format!("Close the channels from {}", names.join(", "));
    let call = Call::new(channels.call_mut().close(lives), 0);
    let done = act_on_some(session, &words, call, &lines, |line| line.0).await?;
    let closed = done.receipt.events_of::<ChannelsChanged>(address(session)?);
    let closed: usize = closed.iter().map(|event| event.changes.len()).sum();
    session.output.field("closed", closed);
    if closed < lines.len() {
        session
            .output
            .note("Those that were over, or are not there, were left alone.");
    }
    tell_left_alone(session, &done.answer, &lines, |line| line.0);
    Ok(())
}

/// Vouchers of a channel that is closed are worth nothing.
async fn refuse_to_lose(
    session: &mut Session,
    payee: Account,
    lines: &[Line],
) -> Result<(), Error> {
    let mut papers = kept_for(session, payee).await?.best(address(session)?);
    papers.retain(|paper| lines.contains(&line_of(&paper.voucher.channel)));
    for (paper, due) in dues(session, papers).await? {
        if due > 0 {
            return Err(Error::Input(format!(
                "{} of {}'s vouchers have not been claimed, and are lost when the channel is closed: run `farthing channel claim` before, or say --forfeit.",
                session.unit(due),
                paper.voucher.channel.payer
            )));
        }
    }
    Ok(())
}

/// Vouchers that were kept, with what each would bring if it were claimed now.
async fn dues(session: &Session, papers: Vec<Paper>) -> Result<Vec<(Paper, Balance)>, Error> {
    let (now, found) = channels_of(session, &papers).await?;
    let dues = papers.into_iter().zip(found).map(|(paper, found)| {
        let due = paper.due(found.as_ref(), now);
        (paper, due)
    });
    Ok(dues.collect())
}

/// Print the best vouchers that were kept.
#[derive(Args)]
pub struct Best {
    /// Whose channels they are: addresses, or creators' handles. Everybody's, if nobody is named.
    payers: Vec<String>,
    /// For whom they are, if not for the signer: an address, such as a pool's, or a creator's handle.
    #[arg(long = "for", value_name = "PAYEE")]
    payee: Option<String>,
}

impl Best {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let payee = session.account_or_mine(self.payee).await?;
        let payers = accounts(session, &self.payers).await?;
        let mut papers = kept_for(session, payee).await?.best(address(session)?);
        papers.retain(|paper| payers.is_empty() || payers.contains(&paper.voucher.channel.payer));
        let (_, found) = channels_of(session, &papers).await?;
        let mut shown = Vec::new();
        for (paper, found) in papers.iter().zip(found) {
            let id = &paper.voucher.channel;
            // Those of earlier lives say nothing any more.
            if found.is_some_and(|found| found.epoch == id.epoch) {
                session.output.say(paper.to_string());
                shown.push(json!({
                    "payer": id.payer,
                    "lane": id.lane,
                    "epoch": id.epoch,
                    "cumulative": paper.voucher.cumulative.to_string(),
                    "voucher": paper.to_string(),
                }));
            }
        }
        if shown.is_empty() {
            session
                .output
                .note("No voucher is kept of a channel that there is.");
        }
        session.output.field("vouchers", shown);
        Ok(())
    }
}

impl Agree {
    /// Signs a closing; nothing goes to the chain.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let (name, amount) = (self.payer.as_str(), self.amount.of(session.token())?);
        let payer = session.account_of(name).await?;
        let (key, place) = (session.key().await?, place(session)?);
        let payee = session.account_or_mine(self.payee).await?;
        let line = (payer, payee, self.lane.lane);
        let (_, found) = channel(session, line).await?;
        let found =
            found.ok_or_else(|| Error::Input(format!("There is no channel from {name}.")))?;
        if found.closer != key.account().0 {
            return Err(Error::Key(format!(
                "The channel's closings are signed by {}, and this is another key.",
                Account(found.closer)
            ))
            .into());
        }
        if amount < found.claimed || amount > found.reserve {
            return Err(Error::Input(format!(
                "The payee gets between {}, which were claimed, and {}, the reserve.",
                session.unit(found.claimed),
                session.unit(found.reserve)
            ))
            .into());
        }
        let words = format!(
            "Agree that the channel from {name} is closed, and that you get {} of it in all",
            session.unit(amount)
        );
        session.agree(&words).await?;
        let closing = Closing {
            channel: ChannelId {
                payer,
                payee,
                lane: self.lane.lane,
                epoch: found.epoch,
            },
            amount,
            expires: expires_in(session, self.valid_for.0).await?,
        };
        // Written down before anybody can have it.
        let (id, expires) = (&closing.channel, closing.expires);
        wallet_of_payee(session, payee)
            .await?
            .agree(place.contract, id, amount, expires, self.forfeit)
            .map_err(Error::from)?;
        let signature = format!("0x{}", hex::encode(key.sign(&closing.payload(&place))));
        session.output.say(&signature);
        session.output.say(format!(
            "It counts until {} ({expires}).",
            farthing_client::time(expires)
        ));
        session.output.field("signature", signature);
        session.output.field("expires", expires);
        Ok(())
    }
}
