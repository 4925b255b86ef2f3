//! The commands, and where each is done.

mod account;
mod book;
mod channel;
mod creator;
mod deploy;
mod index;
mod mine;
mod pool;
mod round;
mod shop;
mod stream;
mod watch;

use crate::{
    outcome::{Outcome, Stop},
    output::Output,
    parser::Arguments,
    session::Session,
    settings::Settings,
};
use clap::{CommandFactory, Subcommand};
use clap_complete::Shell;
use farthing_client::{files::content_of, Error};
use farthing_types::Hash;
use std::path::PathBuf;

/// What can be done.
#[derive(Subcommand)]
pub enum Command {
    /// Put all contracts on a chain, and write down where they are.
    Deploy(deploy::Deploy),
    /// An account's address and money.
    Account(account::Account),
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
    /// Print completions for a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

/// Does a command, and tells how it ended: the exit code, unless it failed.
pub async fn run(arguments: Arguments, output: Output) -> Result<u8, Error> {
    let Arguments { options, command } = arguments;
    if let Command::Completions { shell } = command {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Arguments::command(), "farthing", &mut script);
        output.raw(&script);
        return written(&output, 0);
    }
    let settings = Settings::of(options).inspect_err(|error| output.fail(error))?;
    if let Command::Deploy(deploy) = command {
        let ended = deploy.run(&settings, &output).await;
        let code = tell(&output, ended)?;
        return written(&output, code);
    }
    let session = Session::open(settings, output.clone()).await;
    let mut session = session.inspect_err(|error| output.fail(error))?;
    let ended = command.run(&mut session).await;
    let ended = tell(&output, ended);
    // Not before it was told: until then, the same command would find it in the outbox.
    session
        .end(&ended)
        .inspect_err(|error| output.fail(error))?;
    written(&output, ended?)
}

/// The exit code, unless a part of the result was lost: on a full disk, half of it is no result.
fn written(output: &Output, code: u8) -> Result<u8, Error> {
    output
        .was_written()
        .inspect_err(|error| output.fail(error))?;
    Ok(code)
}

fn tell(output: &Output, ended: Outcome) -> Result<u8, Error> {
    let code = match ended {
        Ok(()) | Err(Stop::Planned) => 0,
        Err(Stop::Code(code)) => code,
        Err(Stop::Failed(error)) => {
            output.fail(&error);
            return Err(error);
        }
    };
    output.finish();
    Ok(code)
}

impl Command {
    async fn run(self, session: &mut Session) -> Outcome {
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
            Self::Chain | Self::Deploy(_) | Self::Completions { .. } => Ok(()),
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
