//! Taking vouchers.

use super::{
    channels_at, line_of, place,
    vouchers::{self, Given, Stood},
    wallet_of_payee, Line,
};
use crate::{
    outcome::Outcome,
    session::Session,
    values::{Amount, Span},
};
use clap::Args;
use farthing_client::{
    wallet::{self, Paper, Wanted},
    Account, Certainty, Error, Explain, Kind,
};
use farthing_contracts::channels::channel::{Channel as OnChain, Moment};
use farthing_types::{voucher::ChannelId, Balance, Millis};
use serde_json::{json, Value};
use std::collections::BTreeSet;

/// Take vouchers.
#[derive(Args)]
pub struct Receive {
    /// The vouchers; or a file that has them, one on each line; `-` for standard input.
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

impl Receive {
    /// Takes vouchers. One that is refused does not stop the others, but the command fails in the end.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let given = vouchers::read(&self.vouchers)?;
        let payee = session.account_or_mine(self.payee.clone()).await?;
        let contract = place(session)?.contract;
        let wanted = Wanted {
            closer: self.closer.unwrap_or(payee).0,
            min_delay: self.min_delay.0,
            at_least: Amount::of_any(self.at_least.as_ref(), session.token())?.unwrap_or(0),
        };
        let papers = given
            .iter()
            .filter_map(|one| one.paper.as_ref().ok().cloned());
        let papers: Vec<_> = papers.collect();
        let mut wallet = wallet_of_payee(session, payee).await?;
        let seen = Seen::of(session, &papers).await?;
        let taken = wallet.take_many(&papers, contract, &wanted, |id| seen.channel(id), seen.now);
        let (mut told, mut taken) = (Told::default(), taken.into_iter());
        for Given { stood, paper } in given {
            match paper {
                Ok(paper) => {
                    let taken = taken
                        .next()
                        .expect("there is one for each that can be read");
                    told.tell(session, paper.voucher.channel.payer, taken, &stood);
                }
                Err(error) => told.refuse(session, error, &stood),
            }
        }
        told.end(session)
    }
}

/// What came of vouchers, as it is told.
#[derive(Default)]
struct Told {
    new: Balance,
    shown: Vec<Value>,
    ending: BTreeSet<Account>,
    /// When the first of the channels that end does, at the earliest.
    ending_from: Option<Millis>,
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
        stood: &Stood,
    ) {
        match taken {
            Ok(received) => {
                self.new = self.new.saturating_add(received.new);
                self.shown.push(paid(session, payer, received, stood));
            }
            Err(wallet::Error::Ending { from }) => {
                if self.ending.insert(payer) {
                    session.output.warn(format!(
                        "{payer} takes back what is left: claim before {}. This voucher buys nothing.",
                        farthing_client::time(from)
                    ));
                }
                let shown = json!({ "payer": payer, "new": "0", "end": from, "line": stood.line });
                self.shown.push(shown);
                self.ending_from.get_or_insert(from);
            }
            Err(error) => self.refuse(session, error.into(), stood),
        }
    }

    fn refuse(&mut self, session: &Session, error: Error, stood: &Stood) {
        let sentence = error.explain(session.token());
        session.output.note(stood.sentence(&sentence));
        self.shown
            .push(json!({ "refused": sentence, "line": stood.line }));
        let of_kind = match error.kind() {
            Kind::Worthless => &mut self.worthless,
            _ => &mut self.refused,
        };
        of_kind.get_or_insert_with(|| stood.refusal(error, session.token()));
    }

    /// Whoever serves by the exit code alone must not serve for nothing.
    fn end(self, session: &Session) -> Outcome {
        let sum = format!("{} new in all", session.unit(self.new));
        session.output.say(sum);
        session.output.field("vouchers", self.shown);
        session.output.field("new", self.new.to_string());
        match self.refused.or(self.worthless) {
            Some(error) => Err(error.into()),
            None if self.new > 0 => Ok(()),
            None => {
                let ending = self.ending_from.map(|from| wallet::Error::Ending { from });
                Err(Error::from(ending.unwrap_or(wallet::Error::NoneGiven)).into())
            }
        }
    }
}

fn paid(session: &Session, payer: Account, received: wallet::Received, stood: &Stood) -> Value {
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
        "line": stood.line,
    })
}

/// The channels that vouchers name: their terms and money as in the last finalised block, which nothing
/// can undo (unless the signer is content with less), and their ends as in the best one, to know of an
/// exit at once.
struct Seen {
    now: Moment,
    lines: Vec<Line>,
    channels: Vec<Option<OnChain>>,
}

impl Seen {
    async fn of(session: &Session, papers: &[Paper]) -> Result<Self, Error> {
        let lines: BTreeSet<_> = papers
            .iter()
            .map(|paper| line_of(&paper.voucher.channel))
            .collect();
        let lines: Vec<_> = lines.into_iter().collect();
        let best = session.client.chain.best().await?;
        let (now, newest) = channels_at(session, best, &lines).await?;
        let sure = match session.settings.certainty() {
            Certainty::Block => best,
            Certainty::Final => session.client.chain.finalised().await?,
        };
        let mut channels = match sure == best {
            true => newest.clone(),
            false => channels_at(session, sure, &lines).await?.1,
        };
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
