//! The commands, and where each is done.

mod account;
mod backup;
mod book;
mod channel;
mod creator;
mod deploy;
mod development;
mod index;
mod key;
mod mine;
mod pool;
mod round;
mod send;
mod shop;
mod status;
mod stream;
mod transaction;
mod watch;

use crate::{outcome::Outcome, output::Output, session::Session, settings::Settings};
use clap::{Subcommand, ValueHint};
use clap_complete::Shell;
use farthing_client::{files::content_of, Error};
use farthing_types::Hash;
use std::path::PathBuf;

/// What can be done.
#[derive(Subcommand)]
pub enum Command {
    /// Put all contracts on a chain, and write down where they are.
    Deploy(deploy::Deploy),
    /// Your own accounts: keys, kept encrypted, and accounts that are only watched.
    #[command(subcommand)]
    Key(key::Key),
    /// An account's address and money.
    Account(account::Account),
    /// Send money to an account.
    Send(send::Send),
    /// Give an account money on a development chain.
    Fund(development::Fund),
    /// Move a development chain's clock forward.
    Forward(development::Forward),
    /// Show the network, the chain, the deployment, who signs, and what is under way.
    Status(status::Status),
    /// Show what became of a transaction.
    Tx(transaction::Tx),
    /// Be a creator: handle, profile, delegates, who gets paid.
    #[command(subcommand)]
    Creator(creator::Creator),
    /// Sell: catalogue, payouts, refunds.
    #[command(subcommand)]
    Shop(shop::Shop),
    /// Buy items, for the signer or as a gift.
    Buy(shop::Buy),
    /// Tip creators.
    Tip(shop::Tip),
    /// Show whether an account has access to an item.
    Access(shop::Access),
    /// Pay by voucher, and be paid by voucher.
    #[command(subcommand)]
    Channel(channel::Channel),
    /// Collect for something: pools that pay out as promised, or give everything back.
    #[command(subcommand)]
    Pool(pool::Pool),
    /// Divide sponsors' money among pools by how many gave to them.
    #[command(subcommand)]
    Round(round::Round),
    /// Pay for time: deposits that become the payee's by the millisecond.
    #[command(subcommand)]
    Stream(stream::Stream),
    /// Show what somebody has and is owed, everywhere; or how it came about.
    Book(book::Book),
    /// Show what somebody bought, tipped, gave and streamed, and what came of it.
    Mine(mine::Mine),
    /// Watch what happens.
    Watch(watch::Watch),
    /// Keep what happens in a database, and check it against the contracts.
    Index(index::Index),
    /// Run a development chain on this machine; `farthing chain --help` has its flags.
    #[command(disable_help_flag = true)]
    Chain,
    /// Put what must not be lost into a file.
    Backup(backup::Backup),
    /// Put it back.
    Restore(backup::Restore),
    /// Print completions for a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
    /// Print the manual's page, in the format of `man`.
    Man {
        /// A folder for the pages of all commands.
        #[arg(value_hint = ValueHint::DirPath)]
        folder: Option<PathBuf>,
    },
}

impl Command {
    /// Does what needs no session, or gives the command back.
    pub async fn run_alone(self, settings: &Settings, output: &Output) -> Result<Outcome, Self> {
        Ok(match self {
            Self::Deploy(deploy) => deploy.run(settings, output).await,
            Self::Status(status) => status.run(settings, output).await,
            Self::Key(key) => key.run(settings, output).await,
            Self::Backup(backup) => backup.run(settings, output),
            Self::Restore(restore) => restore.run(settings, output),
            Self::Channel(channel) => {
                return channel
                    .run_alone(settings, output)
                    .await
                    .map_err(Self::Channel)
            }
            other => return Err(other),
        })
    }

    /// Whether it is about contracts, or else about the chain itself.
    pub fn needs_deployment(&self) -> bool {
        !matches!(
            self,
            Self::Account(_) | Self::Send(_) | Self::Fund(_) | Self::Forward(_) | Self::Tx(_)
        )
    }

    /// Does what needs one.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::Account(account) => account.run(session).await,
            Self::Creator(creator) => creator.run(session).await,
            Self::Shop(shop) => shop.run(session).await,
            Self::Buy(buy) => buy.run(session).await,
            Self::Tip(tip) => tip.run(session).await,
            Self::Access(access) => access.run(session).await,
            Self::Channel(channel) => channel.run(session).await,
            Self::Stream(stream) => stream.run(session).await,
            Self::Pool(pool) => pool.run(session).await,
            Self::Round(round) => round.run(session).await,
            Self::Book(book) => book.run(session).await,
            Self::Mine(mine) => mine.run(session).await,
            Self::Watch(watch) => watch.run(session).await,
            Self::Index(index) => index.run(session).await,
            Self::Send(send) => send.run(session).await,
            Self::Fund(fund) => fund.run(session).await,
            Self::Forward(forward) => forward.run(session).await,
            Self::Tx(tx) => tx.run(session).await,
            // These are done elsewhere.
            Self::Chain
            | Self::Deploy(_)
            | Self::Status(_)
            | Self::Key(_)
            | Self::Backup(_)
            | Self::Restore(_)
            | Self::Completions { .. }
            | Self::Man { .. } => Ok(()),
        }
    }
}

/// The commitment to a file, or zeros where there is none.
fn content_of_any(file: &Option<PathBuf>) -> Result<Hash, Error> {
    file.as_deref().map_or(Ok([0; 32]), content_of)
}

/// 32 bytes that nobody can guess.
fn random() -> Result<[u8; 32], Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::Input(format!("The system has no random numbers: {error}.")))?;
    Ok(bytes)
}
