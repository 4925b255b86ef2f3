//! Starting the chain: what it is told, and what it says.

use crate::{
    journal::Journal,
    node::{Finality, Genesis, Node, Sealing},
    server,
};
use anyhow::{bail, Context, Result};
use clap::{Parser, ValueEnum};
use farthing_chain::{Account, AccountId, Balance, Profile};
use sp_core::crypto::Ss58Codec;
use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// Accounts that every development chain has, each with money.
const NAMES: [&str; 6] = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];
/// What each has, in whole units. Amounts of 8 bytes hold as much of 9 decimals for all of them.
const FUNDS: Balance = 1_000_000;
/// How many more accounts can be asked for.
const MAX_ACCOUNTS: u16 = 1_000;

/// A development chain with contracts, ready at once: instant blocks, a clock to move, and an account for
/// everybody. It is forgotten when it ends, unless --state says where to keep it.
#[derive(Parser)]
#[command(version)]
pub struct Arguments {
    /// The port to listen on, for WebSocket and HTTP alike; 0 for any that is free
    #[arg(long, default_value_t = 9944)]
    rpc_port: u16,

    /// The address to listen on. What only developers may do (dev_…) is there on loopback only
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,

    /// What kind of chain it is like: its amounts, fees and deposits
    #[arg(long, value_enum, default_value_t = Kind::ContractsNode)]
    profile: Kind,

    /// Makes a block every so many seconds, instead of one for each transaction
    #[arg(long, value_name = "SECONDS", value_parser = seconds, conflicts_with = "manual")]
    block_time: Option<Duration>,

    /// Makes blocks only when asked to (dev_newBlock)
    #[arg(long)]
    manual: bool,

    /// Makes blocks final so many seconds later, instead of at once
    #[arg(long, value_name = "SECONDS", value_parser = seconds, conflicts_with = "hold_finality")]
    finality_delay: Option<Duration>,

    /// Makes blocks final only when asked to (dev_finalize)
    #[arg(long)]
    hold_finality: bool,

    /// Keeps the chain in this file, and goes on from what is in there
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Funds so many more accounts: //1, //2, …
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=i64::from(MAX_ACCOUNTS)))]
    accounts: u16,

    /// Deploys all of Farthing's contracts, and writes where they are into this folder
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, default_missing_value = "deployments")]
    deploy: Option<PathBuf>,

    /// Answers as a node does that forgets the state of all but so many of the last blocks
    #[arg(long, value_name = "N", alias = "pruning", value_parser = remembered, default_value = "archive")]
    state_pruning: Remembered,

    #[command(flatten)]
    usual: Usual,
}

/// So that the chain can be started in place of a node: by ink_e2e, for one.
#[derive(clap::Args)]
struct Usual {
    #[arg(long, hide = true)]
    dev: bool,
    #[arg(long, hide = true)]
    tmp: bool,
    #[arg(long, hide = true)]
    no_prometheus: bool,
    #[arg(long, hide = true)]
    no_telemetry: bool,
    #[arg(long, hide = true)]
    alice: bool,
    #[arg(long, hide = true)]
    port: Option<String>,
    #[arg(long, hide = true)]
    listen_addr: Option<String>,
    #[arg(long, hide = true)]
    rpc_cors: Option<String>,
    #[arg(long, hide = true)]
    rpc_methods: Option<String>,
    #[arg(long, short, hide = true)]
    log: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// substrate-contracts-node: amounts of 16 bytes, 12 decimals, dear storage
    ContractsNode,
    /// subtensor: amounts of 8 bytes, 9 decimals, dear computation
    Subtensor,
}

impl From<Kind> for Profile {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::ContractsNode => Self::ContractsNode,
            Kind::Subtensor => Self::Subtensor,
        }
    }
}

/// Of how many blocks the state can be read; of all, if there is no number.
#[derive(Clone, Copy)]
struct Remembered(Option<u32>);

fn remembered(text: &str) -> Result<Remembered, String> {
    if text.starts_with("archive") {
        return Ok(Remembered(None));
    }
    let number: u32 = text
        .parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or("a number of blocks, or `archive` for all of them")?;
    Ok(Remembered(Some(number)))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "seconds are a number, such as 6 or 0.5".to_owned())?;
    let given = Duration::try_from_secs_f64(seconds).map_err(|e| e.to_string())?;
    if given < Duration::from_millis(1) {
        return Err("that is less than a millisecond".into());
    }
    Ok(given)
}

impl Arguments {
    /// Has blocks made and become final as the flags say.
    fn set_modes(&self, node: &Node) {
        node.set_sealing(match (self.block_time, self.manual) {
            (Some(interval), _) => Sealing::Every(interval),
            (None, true) => Sealing::Manual,
            (None, false) => Sealing::Instant,
        });
        node.set_finality(match (self.finality_delay, self.hold_finality) {
            (Some(delay), _) => Finality::After(delay),
            (None, true) => Finality::Held,
            (None, false) => Finality::Instant,
        });
    }
}

/// Runs the chain until it is ended.
pub async fn run(arguments: Arguments) -> Result<()> {
    let profile = Profile::from(arguments.profile);
    let people = people(arguments.accounts);
    let funds = FUNDS.saturating_mul(profile.unit());
    let genesis = Genesis {
        profile,
        remembers: arguments.state_pruning.0,
        funded: people.iter().map(|account| (account.id(), funds)).collect(),
    };
    let journal = arguments.state.as_deref().map(Journal::open).transpose()?;
    let node = Node::new(&genesis, journal)?;
    if node.blocks(|blocks| blocks.best().header.number) == 0 {
        // Contracts see no time in block 0, and some clients wait until the last final block has a parent.
        let first = node.seal(true)?.context("the first block is made")?;
        node.finalize(first.hash());
    }
    if arguments.deploy.is_none() {
        arguments.set_modes(&node);
    }
    tokio::spawn(node.clone().keep_sealing());
    let server = server::start(node.clone(), arguments.listen, arguments.rpc_port).await?;
    // Programs that start a node look for this line.
    tell(
        &mut std::io::stderr(),
        &format!("Running JSON-RPC server: addr={}", server.address),
    );
    let url = format!("ws://{}", server.address);
    tell(&mut std::io::stdout(), &welcome(&node, &url, &people));
    if let Some(folder) = arguments.deploy.clone() {
        let deployed = tokio::task::spawn_blocking(move || deploy(&url, &folder)).await?;
        tell(&mut std::io::stdout(), &deployed?);
        // Not before, as nothing would be deployed without blocks.
        arguments.set_modes(&node);
    }
    tokio::select! {
        () = server.ended() => Ok(()),
        ended = tokio::signal::ctrl_c() => ended.context("cannot listen for Ctrl-C"),
    }
}

/// Those that every development chain has, and so many more.
fn people(more: u16) -> Vec<Account> {
    let more = (1..=more).map(|number| Account::named(&number.to_string()));
    NAMES
        .iter()
        .map(|name| Account::named(name))
        .chain(more)
        .collect()
}

/// What a newcomer needs next.
fn welcome(node: &Node, url: &str, people: &[Account]) -> String {
    let profile = node.profile;
    let best = node.blocks(|blocks| blocks.best().header.number);
    let mut lines = vec![
        format!(
            "A development chain like {}, at block {best}: {url} (and http, on the same port)",
            profile.name()
        ),
        String::new(),
        format!(
            "Accounts, each with {FUNDS} {} to begin with:",
            profile.token()
        ),
    ];
    let width = people
        .iter()
        .map(|account| account.name().len())
        .max()
        .unwrap_or(0);
    // A thousand of them would bury all else.
    for account in people.iter().take(NAMES.len() + 10) {
        lines.push(format!(
            "  //{:<width$}  {}",
            account.name(),
            address(&account.id())
        ));
    }
    if let Some(rest) = people
        .len()
        .checked_sub(NAMES.len() + 10)
        .filter(|rest| *rest > 0)
    {
        lines.push(format!(
            "  and {rest} more, up to //{}",
            people[people.len() - 1].name()
        ));
    }
    lines.push(String::new());
    lines.push("Anybody has their keys: use them for nothing else. Ctrl-C ends the chain.".into());
    lines.join("\n")
}

fn address(account: &AccountId) -> String {
    account.to_ss58check()
}

/// Has `farthing`, which stands beside this program, deploy everything.
fn deploy(url: &str, folder: &Path) -> Result<String> {
    let program = std::env::current_exe()?.with_file_name("farthing");
    // What it writes down before it sends is of no use once it is through.
    let state = std::env::temp_dir().join(format!("farthing-deploys-{}", std::process::id()));
    let done = Command::new(&program)
        .args(["deploy", "--dev", "alice", "--yes", "--node", url])
        // Whatever the environment or a configuration file says, this is where others look.
        .args(["--network", "local"])
        .arg("--deployments")
        .arg(folder)
        .arg("--state")
        .arg(&state)
        .output();
    let _ = std::fs::remove_dir_all(&state);
    let done = done.with_context(|| {
        format!(
            "--deploy needs {}, which ./scripts/build makes",
            program.display()
        )
    })?;
    if !done.status.success() {
        bail!(
            "Nothing is deployed: {}",
            String::from_utf8_lossy(&done.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&done.stdout).trim_end().to_owned())
}

/// Says something to whoever listens; a program that started the chain may have stopped to.
fn tell(to: &mut impl Write, text: &str) {
    let _ = writeln!(to, "{text}");
    let _ = to.flush();
}
