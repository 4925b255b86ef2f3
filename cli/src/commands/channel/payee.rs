//! What a payee does.

use super::{
    accounts, address, channel, channels_at, channels_now, expires_in, line_of, lives, place, Lane,
};
use crate::{
    input,
    outcome::{Outcome, Stop},
    session::Session,
    values::{Amount, Span},
};
use clap::Args;
use farthing_client::{
    wallet::{self, Paper, Receiving, Wanted},
    Account, Call, Certainty, Error, Explain, Kind,
};
use farthing_contracts::channels;
use farthing_contracts::channels::{
    channel::Channel as OnChain,
    events::{Change, ChannelsChanged},
    messages::SignedVoucher,
    ChannelsRef,
};
use farthing_types::{
    voucher::{ChannelId, Closing},
    Balance,
};
use ink::codegen::TraitCallBuilder;
use serde_json::{json, Value};
use std::{
    collections::BTreeSet,
    io::{stdin, Read},
};

/// How many vouchers one call can claim.
const BATCH: usize = channels::checks::MAX_BATCH;

/// Take vouchers.
#[derive(Args)]
pub struct Receive {
    /// The vouchers; `-` reads them from standard input, one on each line.
    #[arg(required = true)]
    vouchers: Vec<String>,
    /// For whom, if not the signer: an address, such as a pool's, or a creator's handle.
    #[arg(long = "for", value_name = "PAYEE")]
    payee: Option<String>,
    /// The key that signs closings, as the payer was told, as an address; the payee's own, if it is left
    /// out.
    #[arg(long)]
    closer: Option<Account>,
    /// How long an exit must take at least: longer than you may be kept from claiming, and longer than
    /// the chain may let no calls in.
    #[arg(long, default_value = "1d")]
    min_delay: Span,
    /// How much must be new, in all of them: if it is less, nothing is taken, and nothing should be given.
    #[arg(long, value_name = "AMOUNT")]
    at_least: Option<Amount>,
}

/// Claim vouchers.
#[derive(Args)]
pub struct Claim {
    /// Only those of this payer.
    #[arg(long)]
    from: Option<String>,
    /// For whom, if not the signer: an address, such as a pool's, or a creator's handle.
    #[arg(long = "for", value_name = "PAYEE")]
    payee: Option<String>,
    /// Only of channels that would bring at least this much: claiming costs about 0.0003 UNIT each on
    /// the development chain.
    #[arg(long, default_value = "0.0005")]
    min: Amount,
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

async fn wallet_of(session: &Session, payee: Account) -> Result<Receiving, Error> {
    let (genesis, wait) = (session.client.chain.genesis(), session.settings.wait);
    Ok(Receiving::open(
        session.state().await?,
        genesis,
        payee,
        wait,
    )?)
}

impl Receive {
    /// Takes vouchers. One that is refused does not stop the others, but the command fails in the end.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let texts = self.texts()?;
        let payee = session.account_or_mine(self.payee.clone()).await?;
        let contract = place(session)?.contract;
        let wanted = Wanted {
            closer: self.closer.unwrap_or(payee).0,
            min_delay: self.min_delay.0,
            at_least: Amount::of_any(self.at_least.as_ref(), session.token())?.unwrap_or(0),
        };
        let (papers, unread) = read_papers(texts);
        let mut wallet = wallet_of(session, payee).await?;
        let seen = Seen::of(session, &papers).await?;
        let taken = wallet.take_many(&papers, contract, &wanted, |id| seen.channel(id), seen.now);
        let mut told = Told::default();
        for error in unread {
            told.refuse(session, error);
        }
        for (paper, taken) in papers.iter().zip(taken) {
            told.tell(session, paper.voucher.channel.payer, taken);
        }
        told.end(session)
    }

    /// The vouchers as they were given, each readable or not.
    fn texts(&self) -> Result<Vec<Result<String, Error>>, Error> {
        let mut texts = Vec::new();
        for text in &self.vouchers {
            match text.as_str() {
                "-" => {
                    let mut bytes = Vec::new();
                    let read = stdin().read_to_end(&mut bytes);
                    read.map_err(|error| Error::file("standard input".as_ref(), error))?;
                    texts.extend(input::lines(&bytes));
                }
                _ => texts.push(Ok(text.clone())),
            }
        }
        Ok(texts)
    }
}

/// The vouchers, and why the rest are none.
fn read_papers(texts: Vec<Result<String, Error>>) -> (Vec<Paper>, Vec<Error>) {
    let (mut papers, mut unread) = (Vec::new(), Vec::new());
    for text in texts {
        let paper = text.and_then(|text| Ok(text.parse::<Paper>()?));
        match paper {
            Ok(paper) => papers.push(paper),
            Err(error) => unread.push(error),
        }
    }
    (papers, unread)
}

/// What came of vouchers, as it is told.
#[derive(Default)]
struct Told {
    new: Balance,
    shown: Vec<Value>,
    ending: BTreeSet<Account>,
    /// Why the first of those that were refused was, if not for want of worth.
    refused: Option<Error>,
    worthless: Option<Error>,
}

impl Told {
    fn tell(
        &mut self,
        session: &Session,
        payer: Account,
        taken: Result<wallet::Received, wallet::Error>,
    ) {
        match taken {
            Ok(received) => {
                self.new = self.new.saturating_add(received.new);
                self.shown.push(paid(session, payer, received));
            }
            Err(wallet::Error::Ending { from }) => {
                if self.ending.insert(payer) {
                    session.output.warn(format!(
                        "{payer} takes back what is left: claim before {}. This voucher buys nothing.",
                        farthing_client::time(from)
                    ));
                }
                let shown = json!({ "payer": payer, "new": "0", "end": from });
                self.shown.push(shown);
            }
            Err(error) => self.refuse(session, error.into()),
        }
    }

    fn refuse(&mut self, session: &Session, error: Error) {
        let sentence = error.explain(session.token());
        session.output.note(&sentence);
        self.shown.push(json!({ "refused": sentence }));
        let of_kind = match error.kind() {
            Kind::Worthless => &mut self.worthless,
            _ => &mut self.refused,
        };
        of_kind.get_or_insert(error);
    }

    /// Whoever serves by the exit code alone must not serve for nothing.
    fn end(self, session: &Session) -> Outcome {
        let sum = format!("{} new in all", session.unit(self.new));
        session.output.say(sum);
        session.output.field("vouchers", self.shown);
        session.output.field("new", self.new.to_string());
        match self.refused.or(self.worthless) {
            Some(error) => Err(error.into()),
            None if self.new == 0 => Err(Stop::Code(Kind::Worthless as u8)),
            None => Ok(()),
        }
    }
}

fn paid(session: &Session, payer: Account, received: wallet::Received) -> Value {
    let line = format!(
        "{} new from {payer}, {} in all",
        session.unit(received.new),
        session.unit(received.total)
    );
    session.output.say(line);
    json!({
        "payer": payer,
        "new": received.new.to_string(),
        "total": received.total.to_string(),
        "end": null,
    })
}

/// The channels that vouchers name: their terms and money as in the last finalised block, which nothing
/// can undo (unless the signer is content with less), and their ends as in the best one, to know of an
/// exit at once.
struct Seen {
    now: channels::channel::Moment,
    lines: Vec<super::Line>,
    channels: Vec<Option<OnChain>>,
}

impl Seen {
    async fn of(session: &Session, papers: &[Paper]) -> Result<Self, Error> {
        let lines: BTreeSet<_> = papers
            .iter()
            .map(|paper| line_of(&paper.voucher.channel))
            .collect();
        let lines: Vec<_> = lines.into_iter().collect();
        let block = match session.settings.certainty() {
            Certainty::Block => session.client.chain.best().await?,
            Certainty::Final => session.client.chain.finalised().await?,
        };
        let (_, mut channels) = channels_at(session, block, &lines).await?;
        let (now, newest) = channels_now(session, &lines).await?;
        for (channel, newest) in channels.iter_mut().zip(newest) {
            if let (Some(channel), Some(newest)) = (channel, newest) {
                if channel.epoch == newest.epoch && newest.end.is_some() {
                    channel.end = newest.end;
                }
                if channel.epoch == newest.epoch {
                    channel.claimed = channel.claimed.max(newest.claimed);
                }
            }
        }
        Ok(Self {
            now,
            lines,
            channels,
        })
    }

    fn channel(&self, id: &ChannelId<Account>) -> Option<&OnChain> {
        let place = self.lines.binary_search(&line_of(id)).ok()?;
        self.channels.get(place)?.as_ref()
    }
}

impl Claim {
    /// Claims what the kept vouchers are worth.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let payee = session.account_or_mine(self.payee).await?;
        let only = session.account_of_any(self.from.as_deref()).await?;
        let contract = address(session)?;
        // What it claimed is worth nothing now, so that the same call would not be made again.
        session.settle_earlier().await?;
        let mut papers = wallet_of(session, payee).await?.kept().best(contract);
        papers.retain(|paper| only.is_none_or(|only| only == paper.voucher.channel.payer));
        let lines: Vec<_> = papers
            .iter()
            .map(|paper| line_of(&paper.voucher.channel))
            .collect();
        let (now, found) = channels_now(session, &lines).await?;
        let least = self.min.of(session.token())?;
        // A voucher whose channel is not there is kept: the node may only be behind.
        let (mut worth, mut dust): (Vec<Paper>, Balance) = (Vec::new(), 0);
        for (paper, found) in papers.into_iter().zip(found) {
            match paper.due(found.as_ref(), now) {
                0 => {}
                due if due < least => dust = dust.saturating_add(due),
                _ => worth.push(paper),
            }
        }
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

async fn claim_batch(session: &mut Session, payee: Account, batch: &[Paper]) -> Outcome<Balance> {
    let vouchers = batch.iter().map(|paper| SignedVoucher {
        payer: paper.voucher.channel.payer.id(),
        lane: paper.voucher.channel.lane,
        epoch: paper.voucher.channel.epoch,
        cumulative: paper.voucher.cumulative,
        root: paper.voucher.root,
        signature: paper.signature,
    });
    let mut channels: ChannelsRef = session.contract()?;
    let message = channels.call_mut().claim(payee.id(), vouchers.collect());
    let words = match batch.len() {
        1 => "Claim a voucher".into(),
        count => format!("Claim {count} vouchers"),
    };
    let done = session.act(&words, Call::new(message, 0)).await?;
    let (mut claimed, mut paid): (Balance, BTreeSet<super::Line>) = (0, BTreeSet::new());
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
    let message = channels.call_mut().close(lives);
    let done = session.act(&words, Call::new(message, 0)).await?;
    let closed = done.receipt.events_of::<ChannelsChanged>(address(session)?);
    let closed: usize = closed.iter().map(|event| event.changes.len()).sum();
    session.output.field("closed", closed);
    if closed < lines.len() {
        session
            .output
            .note("Those that were over, or are not there, were left alone.");
    }
    Ok(())
}

/// Vouchers of a channel that is closed are worth nothing.
async fn refuse_to_lose(
    session: &mut Session,
    payee: Account,
    lines: &[super::Line],
) -> Result<(), Error> {
    let papers = wallet_of(session, payee)
        .await?
        .kept()
        .best(address(session)?);
    for paper in papers {
        let line = line_of(&paper.voucher.channel);
        if !lines.contains(&line) {
            continue;
        }
        let (now, found) = channel(session, line).await?;
        let due = paper.due(found.as_ref(), now);
        if due > 0 {
            return Err(Error::Input(format!(
                "{} of {}'s vouchers have not been claimed, and are lost when the channel is closed: run `farthing channel claim` before, or say --forfeit.",
                session.unit(due),
                line.0
            )));
        }
    }
    Ok(())
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
        wallet_of(session, payee)
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
