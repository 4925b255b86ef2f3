//! What a payer does.

use super::{
    accounts, address, channel, channels_now, lives,
    pay::derived,
    some::{act_on_some, tell_left_alone},
    sync::{forget, know},
    Lane, Line,
};
use crate::{
    outcome::Outcome,
    session::Session,
    values::{named_amount, Amount, Span},
};
use clap::Args;
use farthing_client::{Account, Call, Error, Token};
use farthing_contracts::channels::{
    channel::{Terms, MIN_GIFT_LANE},
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
use std::str::FromStr;

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

impl Open {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let key = session.key().await?;
        let signer = match self.signer {
            Some(signer) => signer,
            None => derived(&key).account(),
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
        open(session, &words, Call::new(message, sum), &lines).await
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
        let line = (payer, payee, lane);
        open(session, &words, Call::new(message, reserve), &[line]).await
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
    lines: &[Line],
) -> Outcome {
    forget(session, lines).await?;
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

fn plural(count: usize) -> String {
    match count {
        1 => "a channel".into(),
        _ => format!("{count} channels"),
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
    let lines = [(payer, payee, lane.lane)];
    forget(session, &lines).await?;
    session.act(&words, Call::new(message, amount)).await?;
    forget(session, &lines).await
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
    forget(session, &lines).await?;
    let call = Call::new(channels.call_mut().exit(lives), 0);
    let done = act_on_some(session, &words, call, &lines, |line| line.1).await?;
    forget(session, &lines).await?;
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
    tell_left_alone(session, &done.answer, &lines, |line| line.1);
    Ok(())
}

pub async fn clear(session: &mut Session, names: &[String], lane: Lane) -> Outcome {
    let lines = lines(session, names, lane).await?;
    let lives = lives(session, &lines, |line| line.1).await?;
    let mut channels: ChannelsRef = session.contract()?;
    let words = format!("Take back what is left for {}", names.join(", "));
    forget(session, &lines).await?;
    let call = Call::new(channels.call_mut().clear(lives), 0);
    let done = act_on_some(session, &words, call, &lines, |line| line.1).await?;
    forget(session, &lines).await?;
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
    tell_left_alone(session, &done.answer, &lines, |line| line.1);
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
        let lines = [(session.account().await?, payee, lane)];
        forget(session, &lines).await?;
        session.send(&words, message, 0).await?;
        forget(session, &lines).await
    }
}
