//! The commands, and where each is done.

mod account;
mod channel;
mod creator;
mod deploy;

use crate::{
    arguments::Arguments,
    output::Output,
    session::{Outcome, Session, Stop},
};
use clap::{CommandFactory, Subcommand};
use clap_complete::Shell;
use farthing_client::Error;

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
    /// Pay a step at a time by vouchers, off the chain.
    #[command(subcommand)]
    Channel(channel::Channel),
    /// Print completions for a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

/// Does a command, and tells how it ended.
pub async fn run(arguments: Arguments, output: Output) -> Result<(), Error> {
    let Arguments { options, command } = arguments;
    match command {
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "farthing", &mut std::io::stdout());
            Ok(())
        }
        Command::Deploy(deploy) => {
            let ended = deploy.run(&options, &output).await;
            tell(&output, ended)
        }
        command => {
            let session = Session::open(options, output.clone()).await;
            let mut session = session.inspect_err(|error| output.fail(error))?;
            let ended = command.run(&mut session).await;
            let ended = tell(&output, ended);
            // Not before it was told: until then, the same command would find it in the outbox.
            session.end(&ended)?;
            ended
        }
    }
}

fn tell(output: &Output, ended: Outcome) -> Result<(), Error> {
    match ended {
        Ok(()) | Err(Stop::Planned) => {
            output.finish();
            Ok(())
        }
        Err(Stop::Failed(error)) => {
            output.fail(&error);
            Err(error)
        }
    }
}

impl Command {
    async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::Account(account) => account.run(session).await,
            Self::Creator(creator) => creator.run(session).await,
            Self::Channel(channel) => channel.run(session).await,
            Self::Deploy(_) | Self::Completions { .. } => Ok(()),
        }
    }
}
