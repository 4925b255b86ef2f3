//! A development chain over JSON-RPC: Farthing's embedded chain as a program of its own.

mod blocks;
mod clock;
mod journal;
mod making;
mod node;
mod origin;
mod pool;
mod rpc;
mod server;
mod start;
mod state;
mod tracing;
mod turns;

use clap::Parser;
use std::process::ExitCode;

/// How many calls of the runtime are worked out at once; more wait.
const MAX_BLOCKING: usize = 16;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The causes in one line; where in this program it came up is of no use to who runs it.
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    state::keep_traps_quiet();
    tracing::install();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(MAX_BLOCKING)
        .build()?;
    let ended = runtime.block_on(start::run(start::Arguments::parse()));
    // What is still being worked out is of use to nobody.
    runtime.shutdown_background();
    ended
}
