//! What payees do: receiving, claiming, closing.

use crate::{
    arguments::{Amount, Span},
    output::unit,
    session::{Outcome, Session},
};
use channels::{
    channel::Skip,
    claims::SignedVoucher,
    events::{Change, ChannelsChanged},
    ChannelsRef,
};
use clap::Args;
use farthing_client::{
    time,
    wallet::{ChannelId, Place, Receipt, Till, Voucher},
    Account, Call, Error, Explain,
};
use farthing_types::Balance;
use ink::codegen::TraitCallBuilder;
use serde_json::{json, Value};
use std::io::stdin;

/// How many vouchers one claim takes.
const BATCH: usize = 64;

/// Receiving vouchers.
#[derive(Args)]
pub struct Receive {
    /// The vouchers; `-` reads them from standard input, one a line.
    #[arg(required = true)]
    vouchers: Vec<String>,
    /// The least that an exit must take: the time in which to claim.
    #[arg(long, default_value = "15m")]
    least_delay: Span,
}

impl Receive {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let place = session.channels_place().await?;
        let mut till = session.till(&place).await?;
        let (mut received, mut refused) = (Vec::new(), None);
        for text in self.vouchers {
            let lines: Vec<String> = match text.as_str() {
                "-" => stdin()
                    .lines()
                    .collect::<Result<_, _>>()
                    .map_err(|error| Error::Input(format!("Nothing could be read: {error}.")))?,
                _ => vec![text],
            };
            for line in lines
                .iter()
                .map(|line| line.trim())
                .filter(|line| !line.is_empty())
            {
                match take(session, &mut till, &place, line, &self.least_delay).await {
                    Ok(json) => received.push(json),
                    // One bad voucher stops no other.
                    Err(error @ Error::Input(_)) => {
                        received.push(json!({ "voucher": line, "refused": error.to_string() }));
                        session.output.say(format!("Refused: {error}"));
                        refused.get_or_insert(error);
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        }
        session.output.field("received", received);
        match refused {
            None => Ok(()),
            Some(error) => Err(error.into()),
        }
    }
}

/// Checks a voucher against the chain, and keeps it.
async fn take(
    session: &Session,
    till: &mut Till,
    place: &Place,
    text: &str,
    least_delay: &Span,
) -> Result<Value, Error> {
    let voucher: Voucher = text.parse()?;
    let Voucher {
        channel: ChannelId {
            payer,
            payee,
            epoch,
        },
        cumulative,
        ..
    } = voucher;
    if voucher.place.genesis != place.genesis {
        return Err(Error::Input("The voucher is of another chain.".into()));
    }
    if voucher.place.contract != place.contract {
        return Err(Error::Input(
            "The voucher is of another contract than this deployment's channels.".into(),
        ));
    }
    let channel = session.existing_channel(payer, payee).await?;
    let refused = |why: String| Err(Error::Input(why));
    if channel.epoch != epoch {
        return refused(Skip::OtherEpoch(channel.epoch).explain());
    }
    if channel.is_over(session.now().await?) {
        return refused(Skip::Over.explain());
    }
    if channel.delay < least_delay.0 {
        return refused("The channel's exit takes less time than --least-delay asks for.".into());
    }
    if cumulative > channel.reserve {
        return refused(format!(
            "The voucher is of {}, which the channel's reserve of {} does not cover: ask the payer to top it up.",
            unit(cumulative),
            unit(channel.reserve)
        ));
    }
    let root = voucher.root;
    let new = match till.keep(voucher, &channel.signer)? {
        Receipt::New(more) => more,
        Receipt::NothingNew => 0,
    };
    session.output.say(match new {
        0 => format!("from {payer}: nothing new"),
        _ => format!(
            "from {payer}: {} more, {} in all",
            unit(new),
            unit(cumulative)
        ),
    });
    if let Some(end) = channel.ends() {
        session.output.warn(format!(
            "The payer leaves this channel at {}: claim before, and expect no more from it.",
            time(end)
        ));
    }
    let kept = till
        .kept(payer, epoch)
        .and_then(|kept| kept.voucher.as_ref());
    Ok(json!({
        "payer": payer,
        "epoch": epoch,
        "cumulative": cumulative.to_string(),
        "new": new.to_string(),
        "kept": kept.map(|kept| kept.cumulative.to_string()),
        "reserve": channel.reserve.to_string(),
        "claimed": channel.claimed.to_string(),
        "root": format!("0x{}", hex::encode(root)),
        "ends": channel.ends(),
    }))
}

/// What a voucher would add to what was claimed, were it claimed now.
pub async fn worth(session: &Session, voucher: &Voucher) -> Result<Result<Balance, Skip>, Error> {
    let ChannelId {
        payer,
        payee,
        epoch,
    } = voucher.channel;
    let now = session.now().await?;
    Ok(match session.channel(payer, payee).await? {
        None => Err(Skip::NoChannel),
        Some(channel) => channel.gain(epoch, voucher.cumulative, now),
    })
}

pub async fn claim(session: &mut Session, from: &[String]) -> Outcome {
    let mut payers = Vec::new();
    for name in from {
        payers.push(session.account_of(name).await?);
    }
    let place = session.channels_place().await?;
    let me = session.account().await?;
    // What was claimed already is worth nothing now: the same call would not be made again.
    session.settle_earlier().await?;
    let till = session.till(&place).await?;
    let mut due = Vec::new();
    for voucher in till.vouchers() {
        let wanted = payers.is_empty() || payers.contains(&voucher.channel.payer);
        if wanted && worth(session, voucher).await?.is_ok() {
            due.push(SignedVoucher {
                payer: voucher.channel.payer.id(),
                epoch: voucher.channel.epoch,
                cumulative: voucher.cumulative,
                root: voucher.root,
                signature: voucher.signature,
            });
        }
    }
    drop(till);
    let mut contract: ChannelsRef = session.contract("channels")?;
    let (mut claimed, mut skipped) = (0 as Balance, 0);
    for batch in due.chunks(BATCH) {
        let message = contract.call_mut().claim(me.id(), batch.to_vec());
        let words = format!("Claim {} vouchers", batch.len());
        let done = session.act(&words, Call::new(message, 0)).await?;
        for event in done.receipt.events_of::<ChannelsChanged>(place.contract) {
            for change in event.changes {
                match change.change {
                    Change::Claimed { paid, .. } => claimed = claimed.saturating_add(paid),
                    Change::Skipped(skip) => {
                        skipped += 1;
                        let payer = Account::from(change.payer);
                        session
                            .output
                            .warn(format!("from {payer}: {}", skip.explain()));
                    }
                    _ => {}
                }
            }
        }
    }
    session.output.say(match due.is_empty() {
        true => "No voucher is worth anything that was not claimed.".into(),
        false => format!("{} were claimed, and can be withdrawn.", unit(claimed)),
    });
    session.output.field("claimed", claimed.to_string());
    session.output.field("vouchers", due.len());
    session.output.field("skipped", skipped);
    Ok(())
}

/// Closing channels as their payee.
#[derive(Args)]
pub struct Close {
    /// The payers.
    #[arg(required = true)]
    payers: Vec<String>,
    /// Even if there are vouchers that were not claimed: they are worth nothing afterwards.
    #[arg(long)]
    lose_unclaimed: bool,
}

impl Close {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let place = session.channels_place().await?;
        let accounts = session.accounts(&self.payers).await?;
        if !self.lose_unclaimed {
            let till = session.till(&place).await?;
            for voucher in till.vouchers() {
                let concerned = accounts.contains(&voucher.channel.payer.id());
                if let (true, Ok(lost)) = (concerned, worth(session, voucher).await?) {
                    return Err(Error::Input(format!(
                        "{} of {} were not claimed: run `farthing channel claim` first, or say --lose-unclaimed.",
                        unit(lost),
                        voucher.channel.payer
                    ))
                    .into());
                }
            }
        }
        let mut contract: ChannelsRef = session.contract("channels")?;
        let message = contract.call_mut().close(accounts);
        let words = format!("Close the channels from {}", self.payers.join(", "));
        session.act(&words, Call::new(message, 0)).await.map(drop)
    }
}

pub async fn sign_closing(session: &mut Session, payer: &str, amount: Option<Amount>) -> Outcome {
    let payer = session.account_of(payer).await?;
    let place = session.channels_place().await?;
    let (me, key) = (session.account().await?, session.key().await?);
    let channel = session.existing_channel(payer, me).await?;
    let id = ChannelId {
        payer,
        payee: me,
        epoch: channel.epoch,
    };
    let mut till = session.till(&place).await?;
    let kept = till.kept(payer, channel.epoch);
    let earned = kept
        .and_then(|kept| kept.voucher.as_ref())
        .map_or(0, |voucher| voucher.cumulative.min(channel.reserve))
        .max(channel.claimed);
    let amount = amount.map_or(earned, |amount| amount.0);
    channel
        .settle(amount, session.now().await?)
        .map_err(|why| Error::Input(format!("The channel with {payer}: {}", why.explain())))?;
    session.output.note(format!(
        "Agree that the payer closes the channel, and that you get {} in all, of which {} are claimed. No further voucher of it is taken.",
        unit(amount),
        unit(channel.claimed)
    ));
    if session.options.dry_run {
        return Err(crate::session::Stop::Planned);
    }
    if !session.options.yes {
        crate::prompt::agreed("Sign?")?;
    }
    let closing = till.close(&id, amount, &key)?.to_string();
    session.output.say(&closing);
    session.output.field("closing", closing);
    session.output.field("amount", amount.to_string());
    Ok(())
}
