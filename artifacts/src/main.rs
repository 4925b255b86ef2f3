//! Builds the release artefacts of all contracts and prints name, Wasm size and code hash of each; given
//! folders of this workspace, those of the contracts that are there.
//!
//! contract-build does the work, and this program stands in for two programs that it calls:
//!
//! - for cargo ([`locked_cargo`]), because contracts are built from temporary copies of their manifests,
//!   out of reach of the workspace's lock file, with whatever versions are the newest that day;
//! - for rustc ([`pathless_rustc`]), because cargo mixes the folder that a crate is in into the names of
//!   its functions, which then end up in another order: other bytes for the same sources.

mod entry;
mod metadata;
mod optimise;

use anyhow::{Context, Result};
use contract_build::{
    BuildMode, ExecuteArgs, ManifestPath, OptimizationPasses, OutputType, Verbosity,
};
use farthing_artifacts::{build_folder, code_hash, crates, root, target, Crate};
use fs4::fs_std::FileExt;
use serde_json::Value;
use std::{
    env, fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// Set for the stand-ins: the cargo to run, and whether this is rustc's.
const REAL_CARGO: &str = "FARTHING_REAL_CARGO";
const AS_RUSTC: &str = "FARTHING_AS_RUSTC";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    if env::var_os(AS_RUSTC).is_some() {
        return pathless_rustc();
    }
    if let Some(cargo) = env::var_os(REAL_CARGO) {
        return locked_cargo(Path::new(&cargo));
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    env::set_var(REAL_CARGO, cargo);
    env::set_var("CARGO", env::current_exe()?);
    if let (None, Some(toolchain)) = (
        env::var_os("RUSTUP_TOOLCHAIN"),
        option_env!("RUSTUP_TOOLCHAIN"),
    ) {
        env::set_var("RUSTUP_TOOLCHAIN", toolchain);
    }
    let own: Vec<_> = env::args_os().skip(1).collect();
    let chosen = match own.len() {
        0 => crates()?,
        _ => own
            .iter()
            .map(|folder| Crate::own(Path::new(folder)))
            .collect::<Result<_>>()?,
    };
    build_all(&chosen)
}

/// Puts the workspace's lock file beside the manifests that cargo is to build, and runs it.
fn locked_cargo(cargo: &Path) -> Result<()> {
    if env::args().nth(1).as_deref() == Some("clippy") {
        // It takes as long as all else and changes no byte. The project lints its contracts by itself,
        // once, with the same lints: see .ci/run.
        return Ok(());
    }
    let manifest =
        env::args().find_map(|arg| arg.strip_prefix("--manifest-path=").map(PathBuf::from));
    let here = match manifest {
        Some(path) => path.canonicalize()?,
        None => env::current_dir()?,
    };
    if !here.starts_with(root()) {
        let packages = here
            .ancestors()
            .filter(|folder| folder.join("Cargo.toml").exists());
        for package in packages {
            fs::copy(root().join("Cargo.lock"), package.join("Cargo.lock"))?;
        }
    }
    let mut command = Command::new(cargo);
    command
        .args(env::args_os().skip(1))
        .env("CARGO", cargo)
        .env("RUSTC_WRAPPER", env::current_exe()?)
        .env(AS_RUSTC, "1")
        .env_remove(REAL_CARGO);
    if env::args().any(|argument| argument == "metadata-gen") {
        // It runs for a millisecond, and is compiled with all of ink!: optimising that takes a minute.
        command
            // Of types, and not of messages and events alone.
            .args(["--features", "docs"])
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off");
    }
    let error = command.exec();
    Err(error).context("cannot run cargo")
}

/// Runs rustc; for a crate that goes into a contract and does not come from a registry (ours, and the
/// standard library's), with the crate's name in place of what cargo makes of its folder.
fn pathless_rustc() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let rustc = arguments.next().context("cargo named no compiler")?;
    let mut arguments: Vec<String> = arguments.collect();
    let for_contract =
        value_of(&arguments, "--target").is_some_and(|target| target.starts_with("wasm32"));
    let from_registry = arguments.iter().any(|argument| {
        argument.contains("/registry/src/") && !Path::new(argument).starts_with(root())
    });
    let name = value_of(&arguments, "--crate-name").map(str::to_owned);
    if let (true, false, Some(name)) = (for_contract, from_registry, name) {
        for argument in &mut arguments {
            if argument.starts_with("metadata=") {
                *argument = format!("metadata={name}");
            }
        }
    }
    let linked = for_contract.then(|| linked_wasm(&arguments)).flatten();
    let Some(linked) = linked else {
        let error = Command::new(rustc).args(arguments).exec();
        return Err(error).context("cannot run rustc");
    };
    let status = Command::new(rustc).args(&arguments).status();
    match status.context("cannot run rustc")?.code() {
        Some(0) => entry::put_first(&linked).and_then(|()| optimise::shrink(&linked)),
        code => std::process::exit(code.unwrap_or(1)),
    }
}

/// What follows the argument `name`.
fn value_of<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at.checked_add(1)?).map(String::as_str)
}

/// The Wasm that rustc links, if it links one: contracts are programs, named by a hash, too.
fn linked_wasm(arguments: &[String]) -> Option<PathBuf> {
    let suffix = arguments
        .iter()
        .find_map(|argument| argument.strip_prefix("extra-filename="));
    let folder = Path::new(value_of(arguments, "--out-dir")?);
    let name = format!(
        "{}{}.wasm",
        value_of(arguments, "--crate-name")?,
        suffix.unwrap_or("")
    );
    let links = |argument: &String| matches!(argument.as_str(), "cdylib" | "bin");
    arguments.iter().any(links).then(|| folder.join(name))
}

fn build_all(contracts: &[Crate]) -> Result<()> {
    fs::create_dir_all(build_folder())?;
    // Test binaries that start at the same time must not build at the same time.
    let lock = fs::File::create(build_folder().join("lock"))?;
    lock.lock_exclusive()
        .context("cannot lock the artefacts' folder")?;
    // First, so that a change during the build makes the artefacts stale rather than wrong.
    let mut stale = Vec::new();
    for contract in contracts {
        stale.extend(contract.stale()?.map(|made_of| (contract, made_of)));
    }
    for (done, (contract, made_of)) in stale.iter().enumerate() {
        let number = done.saturating_add(1);
        eprintln!("Contract {number} of {}: {}", stale.len(), contract.name);
        let _ = fs::remove_file(contract.stamp());
        build(contract).with_context(|| format!("{} does not build", contract.name))?;
        fs::write(contract.stamp(), made_of)?;
    }
    for contract in contracts {
        let wasm = fs::read(contract.artefact("wasm"))?;
        println!(
            "{:<16}{:>8} bytes  0x{}",
            contract.name,
            wasm.len(),
            hex::encode(code_hash(&wasm))
        );
    }
    Ok(())
}

fn build(contract: &Crate) -> Result<()> {
    let name = &contract.name;
    let work = share_work_folder(name)?;
    unlink(name, &work.join("wasm32-unknown-unknown/release/deps"))?;
    let manifest = contract.folder.join("Cargo.toml");
    contract_build::execute(ExecuteArgs {
        manifest_path: ManifestPath::new(manifest)?,
        build_mode: BuildMode::Release,
        verbosity: Verbosity::Default,
        output_type: OutputType::HumanReadable,
        // The linked module is optimised already; see optimise.rs.
        optimization_passes: Some(OptimizationPasses::Zero),
        ..Default::default()
    })?;
    let wasm = contract.artefact("wasm");
    fs::create_dir_all(wasm.parent().context("artefacts have a folder")?)?;
    fs::copy(work.join(format!("{name}.wasm")), wasm)
        .with_context(|| format!("{name}.wasm was not made"))?;
    let mut metadata = read_json(&work.join(format!("{name}.json")))?;
    metadata::tidy(&mut metadata)?;
    write_json(&contract.artefact("json"), &metadata)?;
    write_json(
        &contract.artefact("web.json"),
        &metadata::for_the_web(&metadata)?,
    )?;
    // The bundle has the Wasm besides.
    let bundle = read_json(&work.join(format!("{name}.contract")))?;
    metadata["source"]["wasm"] = bundle["source"]["wasm"].clone();
    write_json(&contract.artefact("contract"), &metadata)
}

fn read_json(path: &Path) -> Result<Value> {
    let bytes = fs::read(path).with_context(|| format!("{} was not made", path.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("cannot read {}", path.display()))
}

fn write_json(path: &Path, value: &Value) -> Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    fs::write(path, text + "\n").with_context(|| format!("cannot write {}", path.display()))
}

/// Removes a contract's linked Wasm, so that it is linked again: cargo does not know that this program,
/// which has a hand in linking, changed.
fn unlink(name: &str, folder: &Path) -> Result<()> {
    let Ok(files) = fs::read_dir(folder) else {
        return Ok(());
    };
    for file in files {
        let file = file?.path();
        let linked = file.file_name().and_then(|file| file.to_str());
        let hash = linked
            .and_then(|file| file.strip_prefix(name))
            .and_then(|file| file.strip_prefix('-'))
            .and_then(|file| file.strip_suffix(".wasm"));
        if hash.is_some() {
            fs::remove_file(&file)?;
        }
    }
    Ok(())
}

/// contract-build gives every contract of a workspace a target folder of its own, and so compiles core,
/// ink! and all else once for each. All of ours link to one folder; what is made of each contract
/// differs in name.
fn share_work_folder(name: &str) -> Result<PathBuf> {
    let ink = target().join("ink");
    let shared = ink.join("all");
    fs::create_dir_all(&shared)?;
    let own = ink.join(name);
    if fs::read_link(&own).ok().as_deref() != Some(Path::new("all")) {
        let _ = fs::remove_dir_all(&own).or_else(|_| fs::remove_file(&own));
        std::os::unix::fs::symlink("all", &own).context("cannot link the shared build folder")?;
    }
    Ok(shared)
}
