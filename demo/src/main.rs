//! The main job of Farthing, start to end, on a chain inside this process, in chapters: a creator sells
//! the files of a folder; listeners pay for music by the second; a
//! rider pays for a ride by the time it takes; causes get their money, or give it back. With `--node`,
//! the same on a node, compared with the chain inside this process. With `--gateway`, the folder is sold over HTTP.

mod chapters;
#[cfg(feature = "node")]
mod comparison;
mod library;
#[cfg(feature = "gateway")]
mod own_chain;
#[cfg(feature = "gateway")]
mod reader;
mod report;
#[cfg(feature = "gateway")]
mod shop;
mod stage;
mod story;

use anyhow::{Context, Result};
use clap::Parser;
use library::Work;
use stage::Embedded;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Sells the files of a folder on an embedded chain with the contracts' release Wasm, and shows what
/// every step costs and who has what in the end.
#[derive(Parser)]
#[command(name = "demo", version)]
struct Arguments {
    /// The folder; a few public-domain texts, if it is left out.
    folder: Option<PathBuf>,
    /// Prints the same as JSON.
    #[arg(long)]
    json: bool,
    /// Does it on a development node, and then again on an embedded chain to compare the two. The node is
    /// the one at URL, at FARTHING_NODE_URL, or at ws://127.0.0.1:9944.
    #[arg(long, value_name = "URL", value_parser = address)]
    node: Option<Option<String>>,
    /// Sells the folder over HTTP instead, by voucher, on a development chain that is started for it.
    #[arg(long, conflicts_with = "node")]
    gateway: bool,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    let included = Path::new(env!("CARGO_MANIFEST_DIR")).join("library");
    let folder = arguments.folder.unwrap_or(included);
    let works = library::read(&folder)?;
    farthing_artifacts::ready().context("The contracts cannot be built")?;
    let json = arguments.json;
    if arguments.gateway {
        return sell_over_http(&folder, &works, json);
    }
    if let Some(url) = arguments.node {
        return run_twice(url, &folder, &works, json);
    }
    let report = story::tell(&mut Embedded::default(), &folder, &works, |line| {
        if !json {
            println!("{line}");
        }
    })?;
    print(json, &report, || report.tables())
}

#[cfg(not(feature = "node"))]
fn run_twice(_: Option<String>, _: &Path, _: &[Work], _: bool) -> Result<()> {
    anyhow::bail!(
        "This program was compiled without what talks to a node: run ./scripts/demo --node."
    )
}

#[cfg(not(feature = "gateway"))]
fn sell_over_http(_: &Path, _: &[Work], _: bool) -> Result<()> {
    anyhow::bail!(
        "This program was compiled without what sells over HTTP: run ./scripts/demo --gateway."
    )
}

/// Sells the folder over HTTP, on a development chain of its own.
#[cfg(feature = "gateway")]
fn sell_over_http(folder: &Path, works: &[Work], json: bool) -> Result<()> {
    let chain = own_chain::OwnChain::start()?;
    let mut node = stage::Node::open(&chain.url())?;
    let report = story::tell_of_gateway(&mut node, folder, works, |line| {
        if !json {
            println!("{line}");
        }
    })?;
    print(json, &report, || report.tables())
}

/// Tells the story on a node, and again on an embedded chain at the same times.
#[cfg(feature = "node")]
fn run_twice(url: Option<String>, folder: &Path, works: &[Work], json: bool) -> Result<()> {
    let url = url
        .or_else(|| std::env::var("FARTHING_NODE_URL").ok())
        .unwrap_or_else(|| "ws://127.0.0.1:9944".into());
    let mut node = stage::Node::open(&url)?;
    let told = story::tell(&mut node, folder, works, |line| {
        if !json {
            println!("{line}");
        }
    })?;
    let mut embedded = Embedded::replay(node.run(), node.times().to_vec())?;
    let again = story::tell(&mut embedded, folder, works, |_| ())?;
    anyhow::ensure!(
        embedded.times_left() == 0,
        "less happened on the embedded chain than on the node"
    );
    let comparison = comparison::Comparison::new(told, again);
    print(json, &comparison, || comparison.tables())?;
    let count = comparison.differences.len();
    anyhow::ensure!(
        count == 0,
        "The node and the embedded chain differ in {count} things that should be the same."
    );
    Ok(())
}

fn print(json: bool, report: &impl serde::Serialize, tables: impl Fn() -> String) -> Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(report)?);
    } else {
        println!("{}", tables());
    }
    Ok(())
}

/// Reads a node's address, so that a folder is not taken for one.
fn address(text: &str) -> Result<String, String> {
    if text.starts_with("ws://") || text.starts_with("wss://") {
        return Ok(text.into());
    }
    Err(
        "a node's address begins with ws://; a folder goes before --node, or after --node URL"
            .into(),
    )
}
