//! A development chain over JSON-RPC: Farthing's embedded chain as a program of its own.

mod blocks;
mod clock;
mod journal;
mod making;
mod node;
mod pool;
mod rpc;
mod server;
mod start;
mod state;
mod tracing;

use clap::Parser;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    state::keep_traps_quiet();
    tracing::install();
    start::run(start::Arguments::parse()).await
}
