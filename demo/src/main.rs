//! The main job of Farthing, start to end, on a chain inside this process, in chapters: a creator sells
//! the files of a folder; listeners pay for music by the second; a
//! rider pays for a ride by the time it takes; causes get their money, or give it back.

mod chapters;
mod library;
mod report;
mod story;

use anyhow::Result;
use clap::Parser;
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
    let report = story::tell(&folder, &works, |line| {
        if !arguments.json {
            println!("{line}");
        }
    })?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{}", report.tables());
    }
    Ok(())
}
