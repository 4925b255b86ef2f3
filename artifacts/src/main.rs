//! Builds the release artefacts of all contracts and prints name, Wasm size and code hash of each.
//!
//! contract-build builds each contract from a temporary copy of its manifest, out of reach of the
//! workspace's lock file, with whatever versions are the newest that day. It runs the cargo that `CARGO`
//! names, so it is given this program, which [puts the lock file there](locked_cargo) and runs the real
//! one.

use anyhow::{Context, Result};
use contract_build::{
    BuildMode, ExecuteArgs, ManifestPath, OptimizationPasses, OutputType, Verbosity,
};
use farthing_artifacts::{
    code_hash, contracts, fingerprint, folder, is_fresh, root, target, STAMP,
};
use fs4::fs_std::FileExt;
use std::{
    env, fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
};

const REAL_CARGO: &str = "FARTHING_REAL_CARGO";

fn main() -> Result<()> {
    if let Some(cargo) = env::var_os(REAL_CARGO) {
        return locked_cargo(Path::new(&cargo));
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    env::set_var(REAL_CARGO, cargo);
    env::set_var("CARGO", env::current_exe()?);
    build_all()
}

fn locked_cargo(cargo: &Path) -> Result<()> {
    let manifest =
        env::args().find_map(|arg| arg.strip_prefix("--manifest-path=").map(PathBuf::from));
    let here = match manifest {
        Some(path) => path.canonicalize()?,
        None => env::current_dir()?,
    };
    if !here.starts_with(root()) {
        for folder in here
            .ancestors()
            .filter(|folder| folder.join("Cargo.toml").exists())
        {
            fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
        }
    }
    let error = Command::new(cargo)
        .args(env::args_os().skip(1))
        .env("CARGO", cargo)
        .env_remove(REAL_CARGO)
        .exec();
    Err(error).context("cannot run cargo")
}

fn build_all() -> Result<()> {
    fs::create_dir_all(folder())?;
    // Test binaries that start at the same time must not build at the same time.
    let lock = fs::File::create(folder().join("lock"))?;
    lock.lock_exclusive()
        .context("cannot lock the artefacts' folder")?;
    let names = contracts()?;
    if !is_fresh()? {
        // First, so that a change during the build makes the artefacts stale rather than wrong.
        let made_of = fingerprint()?;
        let _ = fs::remove_file(folder().join(STAMP));
        for (done, name) in names.iter().enumerate() {
            eprintln!(
                "Contract {} of {}: {name}",
                done.saturating_add(1),
                names.len()
            );
            build(name).with_context(|| format!("{name} does not build"))?;
        }
        fs::write(folder().join(STAMP), made_of)?;
    }
    for name in &names {
        let wasm = fs::read(folder().join(format!("{name}.wasm")))?;
        println!(
            "{name:<16}{:>8} bytes  0x{}",
            wasm.len(),
            hex::encode(code_hash(&wasm))
        );
    }
    Ok(())
}

fn build(name: &str) -> Result<()> {
    let work = share_work_folder(name)?;
    let manifest = root().join("contracts").join(name).join("Cargo.toml");
    contract_build::execute(ExecuteArgs {
        manifest_path: ManifestPath::new(manifest)?,
        build_mode: BuildMode::Release,
        verbosity: Verbosity::Default,
        output_type: OutputType::HumanReadable,
        // A chain charges twelve times as much for a byte of a function that a call enters as for one
        // that it does not (see README, "What a call costs"). From level 2 on, Binaryen moves every
        // message into the one function that all calls enter.
        optimization_passes: Some(OptimizationPasses::One),
        ..Default::default()
    })?;
    for kind in ["wasm", "json", "contract"] {
        let file = format!("{name}.{kind}");
        fs::copy(work.join(&file), folder().join(&file))
            .with_context(|| format!("{file} was not made"))?;
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
