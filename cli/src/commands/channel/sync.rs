//! What a payer's folder knows of channels, and how it takes over what it does not know.

use super::{
    channels_now, id_of, line_of,
    pay::doubt_text,
    place,
    state::State,
    vouchers::{self, Given, Stood},
    Lane, Line,
};
use crate::{outcome::Outcome, output::Rows, session::Session};
use clap::{Args, ValueHint};
use farthing_client::{
    wallet::{self, Adopted, Doubt, Paper, Paying},
    Account, Error, Explain,
};
use farthing_contracts::channels::channel::{Channel as OnChain, Moment};
use farthing_types::{
    voucher::{ChannelId, Place},
    Balance, Millis,
};
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Take over what the chain and the payees know.
#[derive(Args)]
pub struct Sync {
    /// Whom the channels pay: addresses, or creators' handles. All that this folder knows of, if none is named.
    payees: Vec<String>,
    /// The payee's best voucher, as `channel best` prints it; or a file that has such vouchers, one on each line; or
    /// `-` for standard input.
    #[arg(long = "voucher", value_name = "VOUCHER", value_hint = ValueHint::FilePath)]
    vouchers: Vec<String>,
    /// These payees say that they have no better voucher than this folder knows, or was claimed.
    #[arg(long, requires = "payees")]
    nothing_better: bool,
    #[command(flatten)]
    lane: Lane,
}

/// A payer's wallet, to be written to.
async fn wallet_of(session: &Session, payer: Account) -> Result<Paying, Error> {
    let (genesis, wait) = (session.client.chain.genesis(), session.settings.wait);
    Ok(Paying::open(session.state().await?, genesis, payer, wait)?)
}

/// Whatever is promised on channels that were opened just now, this folder knows it.
pub async fn know(session: &mut Session, channels: &[ChannelId<Account>]) -> Outcome {
    if channels.is_empty() {
        return Ok(());
    }
    let contract = place(session)?.contract;
    let payer = session.account().await?;
    let mut wallet = wallet_of(session, payer).await?;
    for id in channels {
        wallet.opened(contract, id).map_err(Error::from)?;
    }
    Ok(())
}

/// Something is about to be done to channels of the signer's, or was done: the next payment asks the chain.
pub async fn forget(session: &Session, lines: &[Line]) -> Outcome {
    let payer = session.account().await?;
    let own: Vec<_> = lines.iter().filter(|line| line.0 == payer).collect();
    if own.is_empty() || session.settings.dry_run {
        return Ok(());
    }
    let contract = place(session)?.contract;
    let mut wallet = wallet_of(session, payer).await?;
    for (_, payee, lane) in own {
        wallet.unsee(contract, *payee, *lane).map_err(Error::from)?;
    }
    Ok(())
}

/// Channels as they are on the chain, beside what this folder knows.
struct Syncing<'a> {
    session: &'a Session,
    place: Place<Account>,
    payer: Account,
    now: Moment,
    /// When the chain was asked, by the local clock.
    at: Millis,
    channels: BTreeMap<Line, Option<OnChain>>,
    wallet: Paying,
}

impl Sync {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let payer = session.account().await?;
        let place = place(session)?;
        let given = vouchers::read(&self.vouchers)?;
        let mut named = BTreeSet::new();
        for name in &self.payees {
            named.insert((payer, session.account_of(name).await?, self.lane.lane));
        }
        let mut lines = named.clone();
        let papers = given.iter().filter_map(|given| given.paper.as_ref().ok());
        lines.extend(papers.map(|paper| line_of(&paper.voucher.channel)));
        if lines.is_empty() && given.is_empty() {
            let known = Paying::read(session.state().await?, place.genesis, payer);
            let known = known.map_err(Error::from)?.known(place.contract);
            lines.extend(known.iter().map(line_of));
        }
        let lines: Vec<_> = lines.into_iter().collect();
        let at = wallet::clock();
        let (now, found) = channels_now(session, &lines).await?;
        let mut syncing = Syncing {
            wallet: wallet_of(session, payer).await?,
            channels: lines.into_iter().zip(found).collect(),
            session,
            place,
            payer,
            now,
            at,
        };
        syncing.wallet.begins(syncing.now.time);
        let refused = syncing.take_over(given)?;
        if self.nothing_better {
            for line in &named {
                syncing.trust(*line)?;
            }
        }
        syncing.show()?;
        refused.map_or(Ok(()), |error| Err(error.into()))
    }
}

impl Syncing<'_> {
    /// Takes over vouchers. One that is refused does not stop the others; returns why the first of those was.
    fn take_over(&mut self, given: Vec<Given>) -> Result<Option<Error>, Error> {
        let (output, token) = (&self.session.output, self.session.token());
        let (mut shown, mut refused) = (Vec::new(), None);
        for Given { stood, paper } in given {
            let adopted = paper.and_then(|paper| {
                let adopted = self.adopt(&paper)?;
                Ok((paper, adopted))
            });
            shown.push(match adopted {
                Ok((paper, adopted)) => adopted_json(&paper, adopted, &stood),
                // What could not be written down is no fault of the voucher.
                Err(error @ Error::File { .. }) => return Err(error),
                Err(error) => {
                    let sentence = error.explain(token);
                    output.note(stood.sentence(&sentence));
                    refused.get_or_insert(stood.refusal(error, token));
                    json!({ "refused": sentence, "line": stood.line })
                }
            });
        }
        output.field("vouchers", shown);
        Ok(refused)
    }

    fn adopt(&mut self, paper: &Paper) -> Result<Adopted, wallet::Error> {
        let id = &paper.voucher.channel;
        match self.channels.get(&line_of(id)) {
            Some(Some(channel)) => self.wallet.adopt(self.place.contract, channel, paper),
            _ if paper.place != self.place => Err(wallet::Error::Elsewhere),
            _ if id.payer != self.payer => Err(wallet::Error::OfAnother(id.payer)),
            _ => Err(wallet::Error::NoChannel(id.payer)),
        }
    }

    /// Takes what was claimed of a channel, and what is known here, for all that there is.
    fn trust(&mut self, line: Line) -> Result<(), Error> {
        if let Some(Some(channel)) = self.channels.get(&line) {
            let id = id_of(line, channel);
            self.wallet.trust(self.place.contract, &id, channel)?;
        }
        Ok(())
    }

    /// Compares what is known here with the chain, and shows both.
    fn show(&mut self) -> Result<(), Error> {
        let session = self.session;
        let columns = [
            "payee",
            ">lane",
            ">reserve",
            ">claimed",
            ">promised",
            ">left",
            "state",
        ];
        let (mut rows, mut shown, mut doubts) = (Rows::new(&columns), Vec::new(), Vec::new());
        let own = self
            .channels
            .iter()
            .filter(|(line, _)| line.0 == self.payer);
        for (line, channel) in own {
            let Some(channel) = channel else {
                self.wallet.unsee(self.place.contract, line.1, line.2)?;
                shown.push(json!({ "payee": line.1, "lane": line.2, "state": "missing" }));
                let nothing = std::iter::repeat_n(String::new(), 4);
                let whose = [line.1.to_string(), line.2.to_string()];
                rows.add(
                    whose
                        .into_iter()
                        .chain(nothing)
                        .chain(["not there".into()])
                        .collect(),
                );
                continue;
            };
            let id = id_of(*line, channel);
            let known = Known::of(&mut self.wallet, self.place.contract, &id, channel, self.at)?;
            let amounts = [channel.reserve, channel.claimed, known.promised, known.left];
            let amounts = amounts.map(|amount| session.token().text(amount));
            let whose = [line.1.to_string(), line.2.to_string()];
            let state = State::of(channel, self.now);
            let cells = whose.into_iter().chain(amounts).chain([state.text()]);
            rows.add(cells.collect());
            if let Some(doubt) = &known.doubt {
                doubts.push(format!(
                    "{}: {}",
                    line.1,
                    doubt_text(session.token(), doubt)
                ));
            }
            shown.push(known.json(*line, channel, state));
        }
        match rows.is_empty() {
            true => session.output.say("This folder knows of no channel."),
            false => session.output.rows(rows),
        }
        session.output.field("channels", shown);
        for doubt in doubts {
            session.output.warn(format!("{doubt} The payee may have a better voucher than it knows of: have them run `farthing channel best`, and give what that prints with --voucher; or say --nothing-better if they have none."));
        }
        Ok(())
    }
}

/// What is known of a channel after it was compared with the chain.
struct Known {
    /// In all, what was claimed included.
    promised: Balance,
    left: Balance,
    /// A payment of which nobody knows whether its voucher was handed out.
    begun: Option<Balance>,
    doubt: Option<Doubt>,
}

impl Known {
    fn of(
        wallet: &mut Paying,
        contract: Account,
        id: &ChannelId<Account>,
        channel: &OnChain,
        at: Millis,
    ) -> Result<Self, Error> {
        let doubt = wallet.compare(contract, id, channel, at)?;
        let (promised, begun) = wallet.promised(contract, id);
        let promised = promised.max(channel.claimed);
        Ok(Self {
            promised,
            left: channel.reserve.saturating_sub(promised),
            begun: begun.map(|begun| begun.amount),
            doubt,
        })
    }

    fn json(&self, line: Line, channel: &OnChain, state: State) -> Value {
        json!({
            "payee": line.1,
            "lane": line.2,
            "epoch": channel.epoch,
            "reserve": channel.reserve.to_string(),
            "claimed": channel.claimed.to_string(),
            "promised": self.promised.to_string(),
            "left": self.left.to_string(),
            "begun": self.begun.map(|amount| amount.to_string()),
            "state": state.name(),
            "end": channel.end.map(|end| end.time),
            "doubt": self.doubt,
        })
    }
}

fn adopted_json(paper: &Paper, adopted: Adopted, stood: &Stood) -> Value {
    let id = &paper.voucher.channel;
    json!({
        "payee": id.payee,
        "lane": id.lane,
        "epoch": id.epoch,
        "cumulative": paper.voucher.cumulative.to_string(),
        "before": adopted.before.to_string(),
        "now": adopted.now.to_string(),
        "line": stood.line,
    })
}
