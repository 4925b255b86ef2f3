//! `farthing`: the command line of Farthing.
//!
//! Each module is a group of commands. `session` is what they share: the chain, the deployment, the
//! signer, and the one way to send a message.

mod arguments;
mod chain;
mod commands;
mod names;
mod output;
mod prompt;
mod session;
mod signer;
mod step;

use arguments::Arguments;
use clap::Parser;
use farthing_client::Kind;
use output::Output;
use std::process::ExitCode;

/// What a shell reports of a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    // Its flags are that program's, and some have the same names as flags here.
    let mut given = std::env::args_os().skip(1);
    if given
        .next()
        .is_some_and(|command| command == chain::COMMAND)
    {
        return chain::run(given);
    }
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a single thread needs nothing that could be missing");
    let output = Output::new(arguments.options.json);
    let code = runtime.block_on(run(arguments, output));
    // What waits for input or for the node must not hold up the end.
    runtime.shutdown_background();
    ExitCode::from(code)
}

async fn run(arguments: Arguments, output: Output) -> u8 {
    let command = commands::run(arguments, output.clone());
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        result = command => match result {
            Ok(()) => 0,
            Err(error) => error.kind() as u8,
        },
        () = interrupt => {
            output.interrupted();
            INTERRUPTED
        }
    }
}

/// The exit codes, for `farthing --help`.
const EXIT_CODES: &str = "Exit codes: 0 done; 1 a file or another program is in the way; 2 something \
given makes no sense, or was declined; 3 a contract or the chain refuses; 4 no node; 5 another chain, \
contract or version than expected; 6 too little money; 7 it is not known what became of a transaction: \
run the same command again; 130 interrupted.";

const _: () = assert!(Kind::Unknown as u8 == 7);
