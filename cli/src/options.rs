//! What every command takes, as it is given on the command line.

use clap::{Args, ValueHint};
use std::path::PathBuf;

use crate::values::{Amount, Span};

/// What every command takes. The environment and the configuration file say the same things: see
/// [`crate::settings`].
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Global options")]
pub struct Options {
    /// The network to use, by its name in the configuration file or in the folder of deployments
    /// [default: local, or what the file says; env: FARTHING_NETWORK].
    #[arg(long, global = true, value_name = "NAME")]
    pub network: Option<String>,
    /// The folder with the deployments [default: `deployments` here or in the nearest folder above that has
    /// it; env: FARTHING_DEPLOYMENTS].
    #[arg(long, global = true, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub deployments: Option<PathBuf>,
    /// The node to talk to [default: ws://127.0.0.1:9944; env: FARTHING_NODE_URL].
    #[arg(long, global = true, value_name = "URL")]
    pub node: Option<String>,
    /// A configuration file, instead of farthing.toml here or above and the user's own [env: FARTHING_CONFIG].
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// The folder for what must not be lost: transactions under way, vouchers, secrets of claims and
    /// purchases [default: ~/.local/state/farthing; env: FARTHING_STATE].
    #[arg(long, global = true, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub state: Option<PathBuf>,
    /// Sign as one of your own accounts, by its name (see `farthing key`). Without any key named, the environment,
    /// the configuration file and the default account are tried, in this order
    /// [env: FARTHING_AS].
    #[arg(long = "as", global = true, value_name = "NAME", conflicts_with_all = ["keystore", "dev"])]
    pub signs_as: Option<String>,
    /// A keystore that polkadot-js exported. Its password is asked for, or taken from FARTHING_PASSWORD
    /// [env: FARTHING_KEYSTORE].
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
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
    /// Sign nothing whose fee can be more than this.
    #[arg(long, global = true, value_name = "AMOUNT")]
    pub max_fee: Option<Amount>,
    /// Add this to each fee, so that a block which is nearly full takes the transaction before others.
    #[arg(long, global = true, value_name = "AMOUNT")]
    pub priority_fee: Option<Amount>,
    /// How long to wait for another program that signs for the same account [default: 10s].
    #[arg(long, global = true, value_name = "TIME")]
    pub wait: Option<Span>,
    /// How long to wait for a transaction, of which nothing is heard in between [default: 2min].
    #[arg(long, global = true, value_name = "TIME")]
    pub timeout: Option<Span>,
    /// Print one JSON object, with amounts in the chain's smallest unit, as text.
    #[arg(long, global = true)]
    pub json: bool,
}
