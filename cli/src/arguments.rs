//! What can be given on the command line, or in the environment.

use crate::commands::Command;
use clap::{Args, Parser, ValueHint};
use farthing_client::{amount, Certainty, Error};
use farthing_types::{Balance, Millis};
use std::{
    path::PathBuf,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Micropayments for creators, content and causes.
///
/// Amounts are in UNIT, with up to 12 decimals. Creators are named by handle, or by number after `#`;
/// accounts by address, or by the handle of the creator that they own.
#[derive(Parser)]
#[command(name = "farthing", version, after_help = crate::EXIT_CODES)]
pub struct Arguments {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Args, Clone)]
pub struct Options {
    /// The deployment to use, by name.
    #[arg(long, global = true, env = "FARTHING_NETWORK", default_value = "local")]
    pub network: String,
    /// The folder with the deployments.
    #[arg(long, global = true, env = "FARTHING_DEPLOYMENTS", default_value = "deployments", value_hint = ValueHint::DirPath)]
    pub deployments: PathBuf,
    /// The node to talk to.
    #[arg(
        long,
        global = true,
        env = "FARTHING_NODE_URL",
        default_value = "ws://127.0.0.1:9944"
    )]
    pub node: String,
    /// The folder for what must not be lost: transactions under way, vouchers, secrets of claims and
    /// purchases [default: ~/.local/state/farthing].
    #[arg(long, global = true, env = "FARTHING_STATE", value_hint = ValueHint::DirPath)]
    pub state: Option<PathBuf>,
    /// A keystore that polkadot-js exported. Its password is asked for, or taken from
    /// FARTHING_PASSWORD. Without a keystore, the secret URI is taken from FARTHING_SECRET, or asked for.
    #[arg(long, global = true, env = "FARTHING_KEYSTORE", value_hint = ValueHint::FilePath)]
    pub keystore: Option<PathBuf>,
    /// Sign as one of the accounts that everybody has the key of, such as alice; on development chains.
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "keystore")]
    pub dev: Option<String>,
    /// Sign without asking.
    #[arg(long, short, global = true)]
    pub yes: bool,
    /// Only show what it would cost, and what the contract would answer.
    #[arg(long, global = true, conflicts_with = "yes")]
    pub dry_run: bool,
    /// Be content when a transaction is in a block, even if that could still be undone.
    #[arg(long, global = true)]
    pub fast: bool,
    /// Print one JSON object, with amounts in the chain's smallest unit, as text.
    #[arg(long, global = true)]
    pub json: bool,
}

impl Options {
    pub fn certainty(&self) -> Certainty {
        match self.fast {
            true => Certainty::Block,
            false => Certainty::Final,
        }
    }
}

/// An amount in UNIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub Balance);

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        amount::parse(text).map(Self).map_err(|e| e.to_string())
    }
}

/// A name and an amount, such as `ada=0.1`; `bad` says what is wrong where there is no such pair.
pub fn named_amount(text: &str, bad: impl FnOnce() -> String) -> Result<(String, Balance), Error> {
    let (name, amount) = text.rsplit_once('=').ok_or_else(|| Error::Input(bad()))?;
    let amount = Amount::from_str(amount).map_err(Error::Input)?;
    Ok((name.into(), amount.0))
}

/// A length of time, such as `30d` or `1h 30m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Millis);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let span = humantime::parse_duration(text)
            .map_err(|_| format!("\"{text}\" is no length of time: write 30d, or 1h 30m"))?;
        let millis = Millis::try_from(span.as_millis());
        millis.map(Self).map_err(|_| format!("{text} is too long"))
    }
}

/// A point in time: `2027-01-31`, `2027-01-31T12:00:00Z`, or from now on, such as `+30d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    At(Millis),
    After(Millis),
}

impl When {
    /// In milliseconds, if it is `now`.
    pub fn from(self, now: Millis) -> Millis {
        match self {
            Self::At(time) => time,
            Self::After(span) => now.saturating_add(span),
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(span) = text.strip_prefix('+') {
            return span.parse().map(|Span(span)| Self::After(span));
        }
        let padded = match text.len() {
            10 => format!("{text}T00:00:00Z"),
            _ => text.to_string(),
        };
        let time = humantime::parse_rfc3339_weak(&padded)
            .ok()
            .and_then(|time: SystemTime| time.duration_since(UNIX_EPOCH).ok())
            .map(|time: Duration| time.as_millis());
        time.and_then(|time| Millis::try_from(time).ok())
            .map(Self::At)
            .ok_or_else(|| {
                format!("\"{text}\" is no time: write 2027-01-31, 2027-01-31T12:00:00Z or +30d")
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!("30d".parse(), Ok(Span(30 * 86_400_000)));
        assert_eq!("1970-01-02".parse(), Ok(When::At(86_400_000)));
        assert_eq!("1970-01-01T00:00:01Z".parse(), Ok(When::At(1_000)));
        assert_eq!("+2h".parse(), Ok(When::After(7_200_000)));
        assert_eq!(When::After(5).from(10), 15);
        for bad in ["", "soon", "30", "+", "2027-13-01"] {
            assert!(bad.parse::<When>().is_err(), "{bad}");
        }
    }

    #[test]
    fn every_command_is_well_formed() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
