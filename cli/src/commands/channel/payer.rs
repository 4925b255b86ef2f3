//! What a payer does.

use super::{accounts, address, channel, channels_now, lives, place, Lane, Line, Unfinished};
use crate::{
    commands::content_of,
    outcome::Outcome,
    session::Session,
    signer,
    values::{named_amount, Amount, Span},
};
use clap::{Args, ValueHint};
use farthing_client::{
    wallet::{Doubt, Paying},
    Account, Call, Chain, Error, ExposeSecret, Key, Token,
};
use farthing_contracts::channels::{
    channel::{Channel as OnChain, Terms, MIN_GIFT_LANE},
    events::{Change, ChannelsChanged},
    messages::Opening,
    ChannelsRef,
};
use farthing_types::{
    voucher::{ChannelId, Signature},
    Balance, Millis,
};
use ink::codegen::TraitCallBuilder;
use serde_json::json;
use std::{path::PathBuf, str::FromStr};

/// Open channels.
#[derive(Args)]
pub struct Open {
    /// A payee and a reserve, or several as PAYEE=RESERVE, which are opened at once.
    #[arg(required = true)]
    channels: Vec<String>,
    #[command(flatten)]
    terms: Conditions,
    /// The key that signs the vouchers, as an address; one that is derived from the signer's, if it is
    /// left out. `pay` takes its secret URI from FARTHING_VOUCHER_SECRET.
    #[arg(long)]
    signer: Option<Account>,
    #[command(flatten)]
    lane: Lane,
}

/// Open a channel for somebody else.
#[derive(Args)]
pub struct Give {
    /// Who will pay by it: an address, or a creator's handle.
    payer: String,
    /// Whom it pays: an address, or a creator's handle.
    payee: String,
    /// How much to set aside.
    reserve: Amount,
    /// The key that signs the payer's vouchers, as an address, as the payer has told.
    #[arg(long)]
    signer: Account,
    #[command(flatten)]
    terms: Conditions,
    /// Which of the lanes that are for gifts, counted from 0.
    #[arg(long, default_value_t = 0)]
    gift: u32,
}

/// What an opening says besides reserve and signer.
#[derive(Args)]
struct Conditions {
    /// How long an exit takes, in which the payee can still claim: 15 minutes to 30 days. Payees refuse
    /// less than they need.
    #[arg(long, default_value = "2d")]
    delay: Span,
    /// The key that signs the payee's closings, as an address, as the payee has told; the payee's own, if
    /// it is left out.
    #[arg(long)]
    closer: Option<Account>,
}

impl Conditions {
    fn opening(&self, payee: Account, lane: u32, signer: Account, reserve: Balance) -> Opening {
        Opening {
            payee: payee.id(),
            lane,
            terms: Terms {
                reserve,
                signer: signer.0,
                closer: self.closer.unwrap_or(payee).0,
                delay: self.delay.0,
            },
        }
    }
}

/// Pay with a voucher.
#[derive(Args)]
pub struct Pay {
    /// Whom: an address, or a creator's handle.
    payee: String,
    /// How much.
    amount: Amount,
    /// What was bought: its hash becomes the next entry of the list whose Merkle root is in the channel's
    /// vouchers.
    #[arg(long, value_hint = ValueHint::FilePath)]
    content: Option<PathBuf>,
    #[command(flatten)]
    unfinished: Unfinished,
    #[command(flatten)]
    lane: Lane,
}

/// Where the secret URI of a channel's signer key is, if that is not derived from the payer's.
const VOUCHER_SECRET: &str = "FARTHING_VOUCHER_SECRET";

/// The key that signs a payer's vouchers: one that can do nothing else.
fn voucher_key(payer: &Key, chain: &Chain) -> Result<Key, Error> {
    match signer::set(VOUCHER_SECRET)? {
        Some(uri) => signer::of_uri(uri.expose_secret(), chain),
        None => Ok(payer.derive("vouchers")),
    }
}

impl Open {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let key = session.key().await?;
        let signer = match self.signer {
            Some(signer) => signer,
            None => key.derive("vouchers").account(),
        };
        let (lane, mut sum): (u32, Balance) = (self.lane.lane, 0);
        let (mut openings, mut lines) = (Vec::new(), Vec::new());
        for (name, reserve) in self.pairs(session.token())? {
            sum = sum.saturating_add(reserve);
            let payee = session.account_of(&name).await?;
            openings.push(self.terms.opening(payee, lane, signer, reserve));
            lines.push((key.account(), payee, lane));
        }
        let words = format!(
            "Open {} with {} in reserve",
            plural(lines.len()),
            session.unit(sum)
        );
        let what = format!("channel open {lane} {}", self.channels.join(" "));
        let epoch = epoch(session, &what, &lines).await?;
        let mut channels: ChannelsRef = session.contract()?;
        let message = channels.call_mut().open(epoch, openings);
        open(session, &words, Call::new(message, sum)).await
    }

    fn pairs(&self, token: &Token) -> Result<Vec<(String, Balance)>, Error> {
        if let [payee, reserve] = &self.channels[..] {
            if !payee.contains('=') {
                let reserve = Amount::from_str(reserve).map_err(Error::Input)?;
                return Ok(vec![(payee.clone(), reserve.of(token)?)]);
            }
        }
        let pairs = self.channels.iter().map(|pair| {
            let (payee, reserve) = named_amount(pair, || {
                format!("{pair:?} is no channel: write a payee and a reserve, or PAYEE=RESERVE.")
            })?;
            Ok((payee, reserve.of(token)?))
        });
        pairs.collect()
    }
}

impl Give {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let payer = session.account_of(&self.payer).await?;
        let payee = session.account_of(&self.payee).await?;
        let lane = MIN_GIFT_LANE.saturating_add(self.gift);
        let reserve = self.reserve.of(session.token())?;
        let opening = self.terms.opening(payee, lane, self.signer, reserve);
        let words = format!(
            "Give {} a channel to {} with {} in reserve",
            self.payer,
            self.payee,
            session.unit(reserve)
        );
        let what = format!("channel give {lane} {payer} {payee}");
        let epoch = epoch(session, &what, &[(payer, payee, lane)]).await?;
        let mut channels: ChannelsRef = session.contract()?;
        let message = channels
            .call_mut()
            .open_for(payer.id(), epoch, vec![opening]);
        open(session, &words, Call::new(message, reserve)).await
    }
}

/// The epoch of an opening: the moment when it was first asked for, unless a channel in one of these lanes
/// has had that one and is over.
async fn epoch(session: &mut Session, what: &str, lines: &[Line]) -> Result<Millis, Error> {
    let moment = session.block_moment(what).await?;
    let (now, found) = channels_now(session, lines).await?;
    let used = found
        .iter()
        .flatten()
        .any(|earlier| earlier.is_over(now) && earlier.epoch >= moment);
    match used {
        false => Ok(moment),
        // That opening was settled, and its channel is over: this is another one.
        true => session.block_moment_anew(what).await,
    }
}

/// Sends an opening, and tells what was opened.
async fn open<R: farthing_client::Answer>(
    session: &mut Session,
    words: &str,
    call: Call<R>,
) -> Outcome {
    let done = session.act(words, call).await?;
    let (me, mut mine) = (session.account().await?, Vec::new());
    let mut opened = Vec::new();
    for event in done.receipt.events_of::<ChannelsChanged>(address(session)?) {
        for (id, change) in event.by_channel() {
            if let Change::Opened(terms) = change {
                opened.push(json!({
                    "payer": Account::from(id.payer),
                    "payee": Account::from(id.payee),
                    "lane": id.lane,
                    "epoch": id.epoch,
                    "reserve": terms.reserve.to_string(),
                }));
                if Account::from(id.payer) == me {
                    mine.push(ChannelId {
                        payer: me,
                        payee: Account::from(id.payee),
                        lane: id.lane,
                        epoch: id.epoch,
                    });
                }
            }
        }
    }
    session.output.field("opened", opened);
    know(session, &mine).await
}

async fn wallet_of(session: &Session, payer: Account) -> Result<Paying, Error> {
    let (genesis, wait) = (session.client.chain.genesis(), session.settings.wait);
    Ok(Paying::open(session.state().await?, genesis, payer, wait)?)
}

/// Whatever is promised on channels that were opened just now, this folder knows it.
async fn know(session: &mut Session, channels: &[ChannelId<Account>]) -> Outcome {
    if channels.is_empty() {
        return Ok(());
    }
    let payer = session.account().await?;
    let mut wallet = wallet_of(session, payer).await?;
    for id in channels {
        wallet.opened(address(session)?, id).map_err(Error::from)?;
    }
    Ok(())
}

fn plural(count: usize) -> String {
    match count {
        1 => "a channel".into(),
        _ => format!("{count} channels"),
    }
}

/// Says that the payee may have better vouchers than this folder knows of.
fn warn_of(session: &Session, doubt: &Doubt) {
    let what = match doubt {
        Doubt::NeverPaid { opened } => format!(
            "This folder never paid from the channel, which was opened at {}.",
            farthing_client::time(*opened)
        ),
        Doubt::Behind { promised, claimed } => format!(
            "This folder knows of {} promised on the channel, and {} were claimed.",
            session.unit(*promised),
            session.unit(*claimed)
        ),
        Doubt::Restored { at } => format!(
            "This folder's vouchers were restored from a backup at {}.",
            farthing_client::time(*at)
        ),
    };
    session.output.warn(format!(
        "{what} If vouchers were handed out that it does not know of, this one may be worth less than it says, or nothing."
    ));
    session.output.field("doubt", json!(doubt));
}

impl Pay {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let payer = session.key().await?;
        let payee = session.account_of(&self.payee).await?;
        let contract = place(session)?.contract;
        let open = self.open_channel(session, payer.account(), payee).await?;
        let signer = voucher_key(&payer, &session.client.chain)?;
        if open.signer != signer.account().0 {
            return Err(Error::Key(format!(
                "The channel's vouchers are signed by {}, and this is another key: set {VOUCHER_SECRET}.",
                Account(open.signer)
            ))
            .into());
        }
        let words = format!(
            "Pay {} {} by voucher, from a reserve of {}",
            self.payee,
            session.unit(self.amount.of(session.token())?),
            session.unit(open.reserve)
        );
        session.agree(&words).await?;
        let id = ChannelId {
            payer: payer.account(),
            payee,
            lane: self.lane.lane,
            epoch: open.epoch,
        };
        let mut wallet = wallet_of(session, payer.account()).await?;
        if self.unfinished.count_unfinished {
            wallet.finish(contract, &id).map_err(Error::from)?;
        }
        if self.unfinished.drop_unfinished {
            wallet.abandon(contract, &id).map_err(Error::from)?;
        }
        let entry = self.content.as_deref().map(content_of).transpose()?;
        let begun = wallet
            .begin(
                contract,
                &id,
                &open,
                self.amount.of(session.token())?,
                entry,
            )
            .map_err(Error::from)?;
        if let Some(doubt) = wallet.doubt(contract, &id) {
            warn_of(session, doubt);
        }
        let paper = wallet.paper(contract, &id, &begun, |bytes| signer.sign(bytes));
        session.output.say(paper.to_string());
        session.output.field("voucher", paper.to_string());
        session.output.field("amount", begun.amount.to_string());
        session
            .output
            .field("cumulative", begun.cumulative.to_string());
        session
            .output
            .field("left", (open.reserve - begun.cumulative).to_string());
        if let Some(entry) = begun.entry() {
            session
                .output
                .field("root", format!("0x{}", hex::encode(begun.root)));
            session
                .output
                .field("entry", format!("0x{}", hex::encode(entry)));
        }
        // Handed out first, and only then made.
        session.once_told(move || Ok(wallet.finish(contract, &id)?));
        Ok(())
    }

    async fn open_channel(
        &self,
        session: &Session,
        payer: Account,
        payee: Account,
    ) -> Result<OnChain, Error> {
        let (now, found) = channel(session, (payer, payee, self.lane.lane)).await?;
        let refused = |why: &str| {
            Error::Input(format!(
                "There is no open channel to {}: {why}.",
                self.payee
            ))
        };
        let found = found.ok_or_else(|| refused("open one with `farthing channel open`"))?;
        match found.end {
            None => Ok(found),
            Some(end) if !end.has_come(now) => Err(refused("its exit has begun")),
            Some(_) => Err(refused("it is over; open another")),
        }
    }
}

pub async fn top_up(
    session: &mut Session,
    name: &str,
    amount: Balance,
    of: Option<String>,
    lane: Lane,
) -> Outcome {
    let payee = session.account_of(name).await?;
    let payer = session.account_or_mine(of).await?;
    let (_, found) = channel(session, (payer, payee, lane.lane)).await?;
    // The contract says it if there is none.
    let epoch = found.map_or(0, |found| found.epoch);
    let mut channels: ChannelsRef = session.contract()?;
    let message = channels
        .call_mut()
        .top_up(payer.id(), payee.id(), lane.lane, epoch);
    let words = format!("Set {} more aside for {name}", session.unit(amount));
    session.act(&words, Call::new(message, amount)).await?;
    Ok(())
}

/// The signer's channels to these payees.
async fn lines(session: &mut Session, names: &[String], lane: Lane) -> Result<Vec<Line>, Error> {
    let payer = session.account().await?;
    let payees = accounts(session, names).await?;
    let lines = payees.into_iter().map(|payee| (payer, payee, lane.lane));
    Ok(lines.collect())
}

pub async fn exit(session: &mut Session, names: &[String], lane: Lane) -> Outcome {
    let lines = lines(session, names, lane).await?;
    let lives = lives(session, &lines, |line| line.1).await?;
    let mut channels: ChannelsRef = session.contract()?;
    let words = format!("Start to take back what is left for {}", names.join(", "));
    let done = session
        .act(&words, Call::new(channels.call_mut().exit(lives), 0))
        .await?;
    let mut exiting = 0;
    for event in done.receipt.events_of::<ChannelsChanged>(address(session)?) {
        for (id, change) in event.by_channel() {
            if let Change::Exiting(end) = change {
                let (payee, at) = (Account::from(id.payee), farthing_client::time(end.time));
                session.output.say(format!(
                    "{payee} can claim until {at}, and until block {} at least; then clear the channel",
                    end.block
                ));
                session.output.field("end", end.time);
                exiting += 1;
            }
        }
    }
    skipped(session, lines.len(), exiting);
    Ok(())
}

pub async fn clear(session: &mut Session, names: &[String], lane: Lane) -> Outcome {
    let lines = lines(session, names, lane).await?;
    let lives = lives(session, &lines, |line| line.1).await?;
    let mut channels: ChannelsRef = session.contract()?;
    let words = format!("Take back what is left for {}", names.join(", "));
    let done = session
        .act(&words, Call::new(channels.call_mut().clear(lives), 0))
        .await?;
    let (mut back, mut cleared, mut stay): (Balance, usize, usize) = (0, 0, 0);
    for event in done.receipt.events_of::<ChannelsChanged>(address(session)?) {
        for (_, change) in event.by_channel() {
            if let Change::Cleared { rest, freed } = change {
                back = back.saturating_add(*rest);
                cleared += 1;
                stay += usize::from(!freed);
            }
        }
    }
    session
        .output
        .say(format!("{} came back", session.unit(back)));
    session.output.field("cleared", back.to_string());
    if stay > 0 {
        session.output.note(format!(
            "The records of {stay} stay until an hour after their opening: clear them again then, for their deposits."
        ));
    }
    skipped(session, lines.len(), cleared);
    Ok(())
}

/// Says that some of a list were left alone, and why that can be.
fn skipped(session: &Session, asked: usize, done: usize) {
    if done < asked {
        session.output.note(format!(
            "{} of {asked} were left alone: `farthing channel show` says how they are.",
            asked - done
        ));
    }
}

/// Close a channel together.
#[derive(Args)]
pub struct CloseTogether {
    /// Whom: an address, or a creator's handle.
    payee: String,
    /// What the payee gets in all.
    amount: Amount,
    /// The payee's signature.
    signature: String,
    /// Until when it counts, in milliseconds since 1970, as `agree` printed it.
    expires: Millis,
    /// The signature was made by a wallet that puts what it signs between <Bytes> and </Bytes>.
    #[arg(long)]
    wrapped: bool,
    #[command(flatten)]
    lane: Lane,
}

impl CloseTogether {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let payee = session.account_of(&self.payee).await?;
        let bytes = hex::decode(self.signature.trim_start_matches("0x")).ok();
        let bytes: [u8; 64] = bytes
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| Error::Input("A signature is 0x and 128 hexadecimal digits.".into()))?;
        let signature = Signature {
            bytes,
            wrapped: self.wrapped,
        };
        let (lane, amount) = (self.lane.lane, self.amount.of(session.token())?);
        let mut channels: ChannelsRef = session.contract()?;
        let message =
            channels
                .call_mut()
                .close_together(payee.id(), lane, amount, self.expires, signature);
        let words = format!(
            "Close the channel to {}, who gets {} in all",
            self.payee,
            session.unit(amount)
        );
        session.send(&words, message, 0).await
    }
}
