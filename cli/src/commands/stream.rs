//! `farthing stream`: use that is billed by time.

use crate::{
    outcome::Outcome,
    output::Sheet,
    session::Session,
    values::{a_day, numbered, Amount, Rate, Span},
};
use clap::Subcommand;
use farthing_client::{ops::streams::flow, time, Account, Call, Error};
use farthing_contracts::streams::{
    events::{Change, Claimed, Payment, StreamChanged},
    StreamsRef,
};
use farthing_contracts::Contract;
use farthing_types::{Balance, StreamId, DAY};
use ink::codegen::TraitCallBuilder;

/// Use that is billed by time.
#[derive(Subcommand)]
pub enum Stream {
    /// Open a stream, which runs at once.
    Open {
        /// Who is paid: an address, or a creator's handle.
        payee: String,
        /// What there is to stream.
        amount: Amount,
        /// How fast, such as 0.001/h: in a second (s), minute (min), hour (h) or day (d).
        #[arg(long)]
        rate: Rate,
    },
    /// Add to a stream's deposit.
    TopUp {
        /// The stream's number.
        #[arg(value_parser = numbered::<StreamId>)]
        stream: StreamId,
        /// How much.
        amount: Amount,
    },
    /// Change how fast a stream runs from now on.
    Rate {
        /// The stream's number.
        #[arg(value_parser = numbered::<StreamId>)]
        stream: StreamId,
        /// How fast, such as 0.001/h.
        rate: Rate,
    },
    /// Let a stream stand still.
    Pause {
        /// The stream's number.
        #[arg(value_parser = numbered::<StreamId>)]
        stream: StreamId,
    },
    /// Let a stream run again.
    Resume {
        /// The stream's number.
        #[arg(value_parser = numbered::<StreamId>)]
        stream: StreamId,
    },
    /// Send the payee what was earned. Anyone can: the money goes nowhere else.
    Claim {
        /// The streams' numbers. Of several, those that have earned nothing are left out.
        #[arg(required = true, value_parser = numbered::<StreamId>)]
        streams: Vec<StreamId>,
    },
    /// End a stream, for good, and send each side what is theirs by now.
    Stop {
        /// The streams' numbers. Of several, those that cannot be stopped are left out.
        #[arg(required = true, value_parser = numbered::<StreamId>)]
        streams: Vec<StreamId>,
    },
    /// As the payer, free the records of streams that were stopped, and get their storage deposits: an
    /// hour after they were opened, or later.
    Clear {
        /// The streams' numbers.
        #[arg(required = true, value_parser = numbered::<StreamId>)]
        streams: Vec<StreamId>,
    },
    /// Show a stream, and how it stands now.
    Show {
        /// The stream's number.
        #[arg(value_parser = numbered::<StreamId>)]
        stream: StreamId,
    },
    /// Stop deposits for a while; for the guardian.
    PauseDeposits {
        /// For how long, at most 7 days.
        duration: Span,
    },
    /// End a pause of deposits; for the guardian.
    ResumeDeposits,
    /// Show the contract's terms, and what it owes and holds.
    Overview,
}

impl Stream {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut streams: StreamsRef = session.contract()?;
        match self {
            Self::Open {
                payee,
                amount,
                rate,
            } => open(session, &payee, amount.of(session.token())?, rate).await,
            Self::TopUp { stream, amount } => {
                let words = format!(
                    "Add {} to stream {stream}",
                    session.unit(amount.of(session.token())?)
                );
                let message = streams.call_mut().top_up(stream);
                session
                    .send(&words, message, amount.of(session.token())?)
                    .await
            }
            Self::Rate { stream, rate } => {
                let message = streams
                    .call_mut()
                    .set_rate(stream, rate.of(session.token())?);
                session
                    .send(&format!("Change the rate of stream {stream}"), message, 0)
                    .await
            }
            Self::Pause { stream } => {
                let message = streams.call_mut().pause_stream(stream);
                session
                    .send(&format!("Pause stream {stream}"), message, 0)
                    .await
            }
            Self::Resume { stream } => {
                let message = streams.call_mut().resume_stream(stream);
                session
                    .send(&format!("Resume stream {stream}"), message, 0)
                    .await
            }
            Self::Claim { streams } => claim(session, &streams).await,
            Self::Stop { streams } => stop(session, &streams).await,
            Self::Clear { streams: numbers } => {
                let message = streams.call_mut().clear(numbers);
                session
                    .send("Free the records of streams", message, 0)
                    .await
            }
            Self::PauseDeposits { duration } => {
                let message = streams.call_mut().pause(duration.0);
                session
                    .send("Stop the opening of streams", message, 0)
                    .await
            }
            Self::ResumeDeposits => {
                let message = streams.call_mut().resume();
                session
                    .send("Let streams be opened again", message, 0)
                    .await
            }
            Self::Show { stream } => show(session, stream).await,
            Self::Overview => overview(session).await,
        }
    }
}

fn address(session: &Session) -> Result<Account, Error> {
    session.client.deployment.address(Contract::Streams)
}

async fn open(session: &mut Session, name: &str, amount: Balance, rate: Rate) -> Outcome {
    let payee = session.account_of(name).await?;
    let mut streams: StreamsRef = session.contract()?;
    let message = streams
        .call_mut()
        .open(payee.id(), rate.of(session.token())?);
    let words = format!("Open a stream of {} to {name}", session.unit(amount));
    let done = session.act(&words, Call::new(message, amount)).await?;
    for event in done.receipt.events_of::<StreamChanged>(address(session)?) {
        session.output.say(format!("It is stream {}", event.stream));
        session.output.field("stream", event.stream);
    }
    Ok(())
}

async fn claim(session: &mut Session, numbers: &[StreamId]) -> Outcome {
    let mut streams: StreamsRef = session.contract()?;
    let words = format!("Claim what {} earned", named(numbers));
    let done = match numbers {
        [stream] => {
            let message = streams.call_mut().claim(*stream);
            session.act(&words, Call::new(message, 0)).await?
        }
        _ => {
            let message = streams.call_mut().claim_many(numbers.to_vec());
            session.act(&words, Call::new(message, 0)).await?
        }
    };
    let mut claimed: Balance = 0;
    for event in done.receipt.events_of::<Claimed>(address(session)?) {
        claimed = claimed.saturating_add(event.amount);
        let payee = Account::from(event.payee);
        session
            .output
            .say(format!("{} went to {payee}", session.unit(event.amount)));
    }
    session.output.field("claimed", claimed.to_string());
    Ok(())
}

async fn stop(session: &mut Session, numbers: &[StreamId]) -> Outcome {
    let mut streams: StreamsRef = session.contract()?;
    let words = format!("Stop {}", named(numbers));
    let done = match numbers {
        [stream] => {
            let message = streams.call_mut().stop(*stream);
            session.act(&words, Call::new(message, 0)).await?
        }
        _ => {
            let message = streams.call_mut().stop_many(numbers.to_vec());
            session.act(&words, Call::new(message, 0)).await?
        }
    };
    let (mut to_payees, mut to_payers): (Balance, Balance) = (0, 0);
    for event in done.receipt.events_of::<StreamChanged>(address(session)?) {
        let Change::Stopped {
            earned,
            rest,
            freed,
            ..
        } = event.change
        else {
            continue;
        };
        to_payees = to_payees.saturating_add(earned.amount);
        to_payers = to_payers.saturating_add(rest.amount);
        let stream = event.stream;
        session.output.say(format!(
            "Stream {stream}: {} to the payee, {} to the payer",
            told(session, earned),
            told(session, rest)
        ));
        if !freed {
            session.output.say(format!(
                "Its record is there until the payer clears it: farthing stream clear {stream}"
            ));
        }
    }
    session.output.field("earned", to_payees.to_string());
    session.output.field("rest", to_payers.to_string());
    Ok(())
}

/// What became of money that was to be sent.
fn told(session: &Session, payment: Payment) -> String {
    let amount = session.unit(payment.amount);
    match payment.sent {
        true => amount,
        false => format!("{amount} (refused by the chain, and kept)"),
    }
}

fn named(streams: &[StreamId]) -> String {
    match streams {
        [stream] => format!("stream {stream}"),
        _ => format!("{} streams", streams.len()),
    }
}

async fn show(session: &mut Session, stream: StreamId) -> Outcome {
    let streams: StreamsRef = session.contract()?;
    let (found, mut json) = session
        .client
        .read_json(streams.call().stream(stream))
        .await?;
    let Some(found) = found else {
        session
            .output
            .say(format!("There is no stream {stream}, or no longer."));
        session.output.field("stream", json);
        return Ok(());
    };
    let (due, now) = session.client.read_json(streams.call().due(stream)).await?;
    let flows = flow(found.rate, DAY);
    json["now"] = now;
    // Billionths of the smallest unit in a millisecond: the metadata cannot tell that this is no amount of money.
    json["rate"] = found.rate.to_string().into();
    json["a_day"] = flows.to_string().into();
    json["runs_out"] = found.dry_at().into();
    let never = || "never".to_string();
    let sheet = Sheet::new()
        .row("payer", Account::from(found.payer))
        .row("payee", Account::from(found.payee))
        .row("rate", format!("{} a day", session.unit(a_day(found.rate))))
        .row_if(
            "to the payee now",
            due.as_ref().map(|due| session.unit(due.payee)),
        )
        .row_if(
            "to the payer now",
            due.as_ref().map(|due| session.unit(due.payer)),
        )
        .row("opened", time(found.opened))
        .row("state", format!("{:?}", found.state).to_lowercase())
        .row("runs out", found.dry_at().map_or_else(never, time));
    session.output.sheet(&sheet);
    session.output.field("stream", json);
    Ok(())
}

async fn overview(session: &mut Session) -> Outcome {
    let streams: StreamsRef = session.contract()?;
    let (terms, mut json) = session.client.read_json(streams.call().overview()).await?;
    // As of one block: in the next one, another stream may have been opened.
    let client = &session.client;
    let block = client.chain.best().await?;
    let solvency = streams.call().solvency();
    let (owed, held) = client.read_at(block, solvency).await?;
    let message = streams.call().owed_to_streams(0, StreamId::MAX);
    let to_streams: Balance = client.read_at(block, message).await?;
    json["owed_to_streams"] = to_streams.to_string().into();
    json["owed"] = owed.to_string().into();
    json["held"] = held.to_string().into();
    let nobody = || "nobody: the opening of streams cannot be paused".to_string();
    let guardian = terms.guardian.map(|who| Account::from(who).to_string());
    let sheet = Sheet::new()
        .row("streams so far", terms.opened)
        .row("owes", session.unit(owed))
        .row("holds", session.unit(held))
        .row("guardian", guardian.unwrap_or_else(nobody))
        .row_if("paused until", terms.paused_until.map(time));
    session.output.sheet(&sheet);
    session.output.field("streams", json);
    Ok(())
}
