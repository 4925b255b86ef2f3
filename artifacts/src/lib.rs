//! The contracts' release artefacts.
//!
//! Everything that runs contracts in this workspace (tests, demo) asks [`wasm`] for the very bytes that
//! ship. They are built when they are missing, or when a source, the lock file or the compiler has
//! changed since.

use anyhow::{bail, ensure, Context, Result};
use blake2::{digest::consts::U32, Blake2b, Digest};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

/// The workspace's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this crate is in a folder of the workspace")
}

/// Where the finished artefacts are: `NAME.wasm`, `NAME.json` and `NAME.contract`.
pub fn folder() -> PathBuf {
    target().join("contracts")
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// All contracts, by name: every crate under `contracts/` that depends on ink!.
pub fn contracts() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root().join("contracts"))? {
        let folder = entry?;
        let manifest = folder.path().join("Cargo.toml");
        let is_contract = fs::read_to_string(&manifest)
            .with_context(|| format!("cannot read {}", manifest.display()))?
            .lines()
            .any(|line| line.starts_with("ink ="));
        if is_contract {
            names.push(folder.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// The release Wasm of the contract `name`, built first if it is missing or stale.
///
/// # Panics
/// If it cannot be built; the message says why. Meant for tests, where that is all that can be done.
pub fn wasm(name: &str) -> Vec<u8> {
    static FRESH: OnceLock<()> = OnceLock::new();
    FRESH.get_or_init(|| {
        if let Err(error) = build_if_stale() {
            panic!("the contracts could not be built: {error:#}");
        }
    });
    let path = folder().join(format!("{name}.wasm"));
    fs::read(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// The hash under which a chain stores `code`.
pub fn code_hash(code: &[u8]) -> [u8; 32] {
    Blake2b::<U32>::digest(code).into()
}

/// Builds all contracts, unless their artefacts are there and made of the present sources.
pub fn build_if_stale() -> Result<()> {
    if is_fresh(&fingerprint()?)? {
        return Ok(());
    }
    eprintln!("The contracts' artefacts are missing or stale; building them (a few minutes the first time).");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .args([
            "run",
            "--quiet",
            "--locked",
            "--package",
            env!("CARGO_PKG_NAME"),
        ])
        .args(["--features", "build", "--bin", "build-contracts"])
        .current_dir(root())
        .stdout(Stdio::null());
    // Cargo tells its children about the package they belong to; the build must not hear of ours.
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") {
            build.env_remove(name);
        }
    }
    let status = build.status().context("cannot run cargo")?;
    ensure!(status.success(), "run ./scripts/build to see why");
    Ok(())
}

/// The kinds of artefact that are made of each contract, by the ending of their files' names.
pub const KINDS: [&str; 3] = ["wasm", "json", "contract"];

/// Whether all artefacts are there, and made of what `fingerprint` is the [`fingerprint`] of.
pub fn is_fresh(fingerprint: &str) -> Result<bool> {
    let stamp = fs::read_to_string(folder().join(STAMP)).unwrap_or_default();
    let mut files = contracts()?
        .into_iter()
        .flat_map(|name| KINDS.map(|kind| folder().join(format!("{name}.{kind}"))));
    Ok(stamp == fingerprint && files.all(|file| file.exists()))
}

/// Name of the file that holds the [`fingerprint`] of what the artefacts were made of.
pub const STAMP: &str = "made-of";

/// A hash of everything that the artefacts are made of: sources, versions, compiler, and how this crate
/// has them built.
pub fn fingerprint() -> Result<String> {
    let mut hash = Blake2b::<U32>::new();
    hash.update(compiler()?);
    let mut files = vec![root().join("Cargo.lock"), root().join("Cargo.toml")];
    for folder in ["artifacts", "contracts"] {
        list(&root().join(folder), &mut files)?;
    }
    files.sort();
    for file in files {
        let path = file
            .strip_prefix(root())
            .unwrap_or(&file)
            .to_string_lossy()
            .into_owned();
        let bytes = fs::read(&file).with_context(|| format!("cannot read {path}"))?;
        hash.update(format!("{path}\0{}\0", bytes.len()));
        hash.update(bytes);
    }
    Ok(hex::encode(hash.finalize()))
}

/// Whether the compiler is Debian's build, whose code for the same sources differs from that of Rust's
/// own.
///
/// # Panics
/// If there is no compiler.
pub fn compiled_by_debian() -> bool {
    let compiler = compiler().unwrap_or_else(|error| panic!("{error:#}"));
    compiler.contains("built from a source tarball")
}

/// What the compiler says of itself.
fn compiler() -> Result<String> {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .context("cannot run rustc")?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if !output.status.success() {
        bail!("cannot run rustc: {}", text(&output.stderr));
    }
    Ok(text(&output.stdout))
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
