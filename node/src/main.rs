//! Farthing's development node: the runtime of `substrate-contracts-node` 0.42.0, as it is, on a chain
//! of one node that seals a block as soon as there is a transaction. It takes the flags that
//! `substrate-contracts-node` takes for such a chain and adds a clock that can be moved forward; see
//! [`rpc`].

mod chain;
mod clock;
mod rpc;
mod service;

use std::time::Duration;

use clap::Parser;
use sc_cli::SubstrateCli;

#[derive(Parser)]
#[command(
    propagate_version = true,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    run: sc_cli::RunCmd,

    /// The number of seconds to delay before finalizing blocks.
    #[arg(long, default_value_t = 1)]
    finalize_delay_sec: u8,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Build a chain specification.
    BuildSpec(sc_cli::BuildSpecCmd),
    /// Remove the whole chain.
    PurgeChain(sc_cli::PurgeChainCmd),
}

impl SubstrateCli for Cli {
    fn impl_name() -> String {
        "Farthing Development Node".into()
    }

    fn impl_version() -> String {
        env!("CARGO_PKG_VERSION").into()
    }

    fn description() -> String {
        env!("CARGO_PKG_DESCRIPTION").into()
    }

    fn author() -> String {
        env!("CARGO_PKG_AUTHORS").into()
    }

    fn support_url() -> String {
        "the project that this node comes with".into()
    }

    fn copyright_start_year() -> i32 {
        2026
    }

    fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
        chain::spec(id)
    }
}

fn main() -> sc_cli::Result<()> {
    let mut cli = Cli::from_args();
    // As substrate-contracts-node has it: without a chain, the development chain; and of the log, what
    // contracts print, where the node listens, and what is wrong.
    let shared = &mut cli.run.shared_params;
    shared.dev |= shared.chain.is_none();
    if shared.log.is_empty() {
        shared.log = [
            "runtime::contracts=debug",
            "sc_cli=info",
            "sc_rpc_server=info",
            "warn",
        ]
        .map(String::from)
        .to_vec();
    }
    match &cli.command {
        Some(Command::BuildSpec(command)) => cli
            .create_runner(command)?
            .sync_run(|config| command.run(config.chain_spec, config.network)),
        Some(Command::PurgeChain(command)) => cli
            .create_runner(command)?
            .sync_run(|config| command.run(config.database)),
        None => cli
            .create_runner(&cli.run)?
            .run_node_until_exit(|config| async move {
                let delay = Duration::from_secs(cli.finalize_delay_sec.into());
                service::start(config, delay).map_err(sc_cli::Error::Service)
            }),
    }
}
