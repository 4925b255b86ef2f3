//! `farthing gateway`: paid HTTP, by voucher.

mod check;
mod claims;
mod opening;
mod publish;
mod serve;
mod signals;
mod watchtower;

use crate::{outcome::Outcome, output::Output, session::Session, settings::Settings};
use clap::{Args, Subcommand, ValueHint};
use farthing_client::{Error, Token};
use farthing_gateway::config::File;
use std::path::{Path, PathBuf};

/// Sell over HTTP, by voucher: stands in front of files or a backend, and asks for a voucher for what costs
/// something. SIGHUP reads the file again, without dropping a request; Ctrl-C ends after those that have begun.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Gateway {
    /// The file that says what is sold, where, and to whom the money goes.
    #[arg(required = true, value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Commands>,
}

#[derive(Subcommand)]
enum Commands {
    /// Check a file, and show what it sells for how much. Asks no node.
    Check {
        /// The file.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Publish the files of a folder in the storefront, those that are not there yet, and write the gateway's
    /// file that sells them by voucher and delivers them to their buyers.
    Publish(publish::Publish),
    /// Run on another machine: take over a gateway's vouchers, and claim at once when a payer exits, whether the
    /// gateway runs or not.
    Watchtower {
        /// The watchtower's file.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

impl Gateway {
    /// Returns whether this goes on until it is told to end, and ends by itself then.
    pub fn is_server(&self) -> bool {
        self.file.is_some() || matches!(self.command, Some(Commands::Watchtower { .. }))
    }

    /// Does what needs no session, or gives the command back.
    pub async fn run_alone(self, settings: &Settings, output: &Output) -> Result<Outcome, Self> {
        match self {
            Self {
                file: Some(file), ..
            } => Ok(serve::serve(&file, settings, output).await),
            Self {
                command: Some(Commands::Check { file }),
                ..
            } => Ok(check::check(&file, settings, output)),
            Self {
                command: Some(Commands::Watchtower { file }),
                ..
            } => Ok(watchtower::watch(&file, settings, output).await),
            other => Err(other),
        }
    }

    pub async fn run(self, session: &mut Session) -> Outcome {
        match self.command {
            Some(Commands::Publish(publish)) => publish.run(session).await,
            // These are done without a session.
            Some(Commands::Check { .. } | Commands::Watchtower { .. }) | None => Ok(()),
        }
    }
}

/// Reads the gateway's file.
fn read(file: &Path) -> Result<File, Error> {
    let text = std::fs::read_to_string(file).map_err(|error| Error::file(file, error))?;
    File::read(&text).map_err(|wrong| in_file(file, &wrong.0))
}

/// Says what is wrong with the gateway's file.
fn in_file(file: &Path, why: &str) -> Error {
    Error::Input(format!("{}: {why}", file.display()))
}

/// The folder that a file's folders are in.
fn base(file: &Path) -> Result<PathBuf, Error> {
    let path = file
        .canonicalize()
        .map_err(|error| Error::file(file, error))?;
    Ok(path.parent().unwrap_or(&path).into())
}

/// What amounts in the file are of, without asking a node.
fn token(settings: &Settings) -> Token {
    settings.token.clone().unwrap_or_default()
}
