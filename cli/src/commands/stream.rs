//! `farthing stream`: use that is billed by time.

use crate::{
    arguments::{Amount, Span},
    output::unit,
    session::{Outcome, Session},
};
use clap::Subcommand;
use farthing_client::{amount, Account, Call, Error};
use farthing_types::{Balance, Millis, StreamId};
use ink::codegen::TraitCallBuilder;
use std::str::FromStr;
use streams::{
    events::{Change, Claimed, StreamChanged},
    StreamsRef,
};

/// The contract counts rates in billionths of the smallest unit in a millisecond.
const BILLION: Balance = 1_000_000_000;

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
        stream: StreamId,
        /// How much.
        amount: Amount,
    },
    /// Change how fast a stream runs from now on.
    Rate {
        /// The stream's number.
        stream: StreamId,
        /// How fast, such as 0.001/h.
        rate: Rate,
    },
    /// Let a stream stand still.
    Pause {
        /// The stream's number.
        stream: StreamId,
    },
    /// Let a stream run again.
    Resume {
        /// The stream's number.
        stream: StreamId,
    },
    /// As the payee, take out what was earned.
    Claim {
        /// The stream's number.
        stream: StreamId,
    },
    /// End a stream, for good: each side gets what is theirs by now.
    Stop {
        /// The stream's number.
        stream: StreamId,
    },
    /// As the payer, take back what is left of streams that were stopped, and their storage deposits.
    Clear {
        /// The streams' numbers.
        #[arg(required = true)]
        streams: Vec<StreamId>,
    },
    /// Show a stream, and how it stands now.
    Show {
        /// The stream's number.
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

/// How fast a stream runs, in billionths of the smallest unit in a millisecond, rounded down: not one
/// smallest unit is lost by that in ten days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(u128);

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("\"{text}\" is no rate: write an amount and a time, such as 0.001/h");
        let (sum, time) = text.split_once('/').ok_or_else(bad)?;
        let millis: Balance = match time.trim() {
            "s" => 1_000,
            "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(bad()),
        };
        let sum = amount::parse(sum.trim()).map_err(|error| error.to_string())?;
        let rate = sum.checked_mul(BILLION).ok_or_else(bad)?;
        Ok(Self(rate / millis))
    }
}

impl Stream {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut streams: StreamsRef = session.contract("streams")?;
        match self {
            Self::Open {
                payee,
                amount,
                rate,
            } => open(session, &payee, amount.0, rate).await,
            Self::TopUp { stream, amount } => {
                let words = format!("Add {} to stream {stream}", unit(amount.0));
                let message = streams.call_mut().top_up(stream);
                session.send(&words, message, amount.0).await
            }
            Self::Rate { stream, rate } => {
                let message = streams.call_mut().set_rate(stream, rate.0);
                session
                    .send(&format!("Change the rate of stream {stream}"), message, 0)
                    .await
            }
            Self::Pause { stream } => {
                let message = streams.call_mut().pause(stream);
                session
                    .send(&format!("Pause stream {stream}"), message, 0)
                    .await
            }
            Self::Resume { stream } => {
                let message = streams.call_mut().resume(stream);
                session
                    .send(&format!("Resume stream {stream}"), message, 0)
                    .await
            }
            Self::Claim { stream } => claim(session, stream).await,
            Self::Stop { stream } => stop(session, stream).await,
            Self::Clear { streams: numbers } => {
                let message = streams.call_mut().clear(numbers);
                session
                    .send("Take back what is left of streams", message, 0)
                    .await
            }
            Self::PauseDeposits { duration } => {
                let message = streams.call_mut().pause_deposits(duration.0);
                session.send("Stop deposits", message, 0).await
            }
            Self::ResumeDeposits => {
                let message = streams.call_mut().resume_deposits();
                session.send("End the pause of deposits", message, 0).await
            }
            Self::Show { stream } => show(session, stream).await,
            Self::Overview => overview(session).await,
        }
    }
}

fn address(session: &Session) -> Result<Account, Error> {
    session.client.deployment.address("streams")
}

async fn open(session: &mut Session, name: &str, amount: Balance, rate: Rate) -> Outcome {
    let payee = session.account_of(name).await?;
    let mut streams: StreamsRef = session.contract("streams")?;
    let message = streams.call_mut().open(payee.id(), rate.0);
    let words = format!("Open a stream of {} to {name}", unit(amount));
    let done = session.act(&words, Call::new(message, amount)).await?;
    for event in done.receipt.events_of::<StreamChanged>(address(session)?) {
        session.output.say(format!("It is stream {}", event.stream));
        session.output.field("stream", event.stream);
    }
    Ok(())
}

async fn claim(session: &mut Session, stream: StreamId) -> Outcome {
    let mut streams: StreamsRef = session.contract("streams")?;
    let message = streams.call_mut().claim(stream);
    let words = format!("Claim what stream {stream} has earned");
    let done = session.act(&words, Call::new(message, 0)).await?;
    for event in done.receipt.events_of::<Claimed>(address(session)?) {
        session
            .output
            .say(format!("{} came in", unit(event.amount)));
        session.output.field("claimed", event.amount.to_string());
    }
    Ok(())
}

async fn stop(session: &mut Session, stream: StreamId) -> Outcome {
    let mut streams: StreamsRef = session.contract("streams")?;
    let message = streams.call_mut().stop(stream);
    let done = session
        .act(&format!("Stop stream {stream}"), Call::new(message, 0))
        .await?;
    for event in done.receipt.events_of::<StreamChanged>(address(session)?) {
        if let Change::Stopped { earned, rest, .. } = event.change {
            let line = format!(
                "{} are the payee's, {} the payer's",
                unit(earned),
                unit(rest)
            );
            session.output.say(line);
            session.output.field("earned", earned.to_string());
            session.output.field("rest", rest.to_string());
        }
    }
    Ok(())
}

async fn show(session: &mut Session, stream: StreamId) -> Outcome {
    let streams: StreamsRef = session.contract("streams")?;
    let (found, mut json) = session
        .client
        .read_json(streams.call().stream(stream))
        .await?;
    if let Some(found) = found {
        let (_, due) = session.client.read_json(streams.call().due(stream)).await?;
        json["now"] = due;
        // The metadata cannot tell that this is no amount of money.
        json["rate"] = format!(
            "{} billionths of the smallest unit in a millisecond",
            found.rate
        )
        .into();
        let a_day = found.rate.saturating_mul(86_400_000) / BILLION;
        json["a_day"] = a_day.to_string().into();
        json["runs_out"] = runs_out(&found).into();
    }
    session.show_read("stream", json);
    Ok(())
}

/// When all of the deposit is earned, if the stream goes on like this.
fn runs_out(stream: &streams::stream::Stream) -> Option<Millis> {
    let left = stream
        .rest
        .checked_mul(BILLION)?
        .checked_sub(stream.fraction.into())?;
    let millis = left.div_ceil(stream.rate.max(1));
    let running = stream.state == streams::stream::State::Running;
    let end = stream.since.checked_add(Millis::try_from(millis).ok()?)?;
    running.then_some(end)
}

async fn overview(session: &mut Session) -> Outcome {
    let streams: StreamsRef = session.contract("streams")?;
    let (_, mut json) = session.client.read_json(streams.call().overview()).await?;
    let (owed, held) = session.client.read(streams.call().solvency()).await?;
    let message = streams.call().owed_to_streams(0, StreamId::MAX);
    let to_streams: Balance = session.client.read(message).await?;
    json["owed_to_streams"] = to_streams.to_string().into();
    json["owed"] = owed.to_string().into();
    json["held"] = held.to_string().into();
    session.show_read("streams", json);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_as_exact_as_the_contract_can_have_them() {
        assert_eq!("0.001/s".parse(), Ok(Rate(1_000_000_000_000_000)));
        assert_eq!("0.0036/h".parse(), Ok(Rate(1_000_000_000_000)));
        assert_eq!("0.000000000001/s".parse(), Ok(Rate(1_000_000)));
        assert_eq!("1/h".parse(), Ok(Rate(277_777_777_777_777)));
        for bad in ["1", "1/w", "x/s", "1/"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }
}
