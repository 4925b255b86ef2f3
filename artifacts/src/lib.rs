//! The contracts' release artefacts.
//!
//! Everything that runs contracts in this workspace (tests, demo) asks [`wasm`] for the very bytes that
//! ship. They are built when they are missing, or when a source, the lock file or the compiler has
//! changed since.

use anyhow::{bail, ensure, Context, Result};
use blake2::{digest::consts::U32, Blake2b, Digest};
use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

/// The workspace's folder: the one that the running program was built in, or else that of the current
/// folder. Looked for when the program runs: a checkout may have been copied together with what was
/// compiled in it, and must then build its own contracts and not those of the folder it came from.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let starts = [env::current_exe(), env::current_dir()];
        let found = starts
            .into_iter()
            .flatten()
            .find_map(|start| workspace_above(&start));
        found.unwrap_or_else(|| {
            let compiled_in = Path::new(env!("CARGO_MANIFEST_DIR"));
            compiled_in.parent().unwrap_or(compiled_in).to_path_buf()
        })
    })
}

/// The nearest folder at or above `start` that is a checkout of this workspace.
fn workspace_above(start: &Path) -> Option<PathBuf> {
    let is_ours = |folder: &&Path| {
        [
            "Cargo.lock",
            "artifacts/Cargo.toml",
            "contracts/types/Cargo.toml",
        ]
        .iter()
        .all(|file| folder.join(file).exists())
    };
    start.ancestors().find(is_ours).map(Path::to_path_buf)
}

/// Where the finished artefacts are: `NAME.wasm` and its kin, see [`KINDS`].
pub fn folder() -> PathBuf {
    target().join("contracts")
}

/// The file of one [kind](KINDS) of a contract's artefacts.
pub fn artefact(name: &str, kind: &str) -> PathBuf {
    folder().join(format!("{name}.{kind}"))
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// All contracts, by name: every crate under `contracts/` that another can have `ink-as-dependency`.
pub fn contracts() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root().join("contracts"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_contract = manifest(&name)?
            .lines()
            .any(|line| line.starts_with("ink-as-dependency ="));
        if is_contract {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The manifest of a crate under `contracts/`.
fn manifest(name: &str) -> Result<String> {
    let path = root().join("contracts").join(name).join("Cargo.toml");
    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// `name` and every crate under `contracts/` that it is made of.
fn parts(name: &str) -> Result<BTreeSet<String>> {
    let mut parts = BTreeSet::new();
    let mut unread = vec![name.to_owned()];
    while let Some(part) = unread.pop() {
        if !parts.insert(part.clone()) {
            continue;
        }
        // Another crate of ours is named by its path, `path = "../NAME"`.
        let manifest = manifest(&part)?;
        let paths = manifest.split("path = \"../").skip(1);
        unread.extend(
            paths
                .filter_map(|path| path.split('"').next())
                .map(str::to_owned),
        );
    }
    Ok(parts)
}

/// The release Wasm of the contract `name`, built first if it is missing or stale.
///
/// # Panics
/// If it cannot be built; the message says why. Meant for tests, where that is all that can be done.
pub fn wasm(name: &str) -> Vec<u8> {
    // What failed is not tried again by each test of a program.
    static FRESH: OnceLock<Result<(), String>> = OnceLock::new();
    let fresh = FRESH.get_or_init(|| build_if_stale().map_err(|error| format!("{error:#}")));
    if let Err(error) = fresh {
        panic!("the contracts could not be built: {error}");
    }
    let path = artefact(name, "wasm");
    fs::read(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// The hash under which a chain stores `code`.
pub fn code_hash(code: &[u8]) -> [u8; 32] {
    Blake2b::<U32>::digest(code).into()
}

/// Builds those contracts whose artefacts are missing or made of other sources than the present ones.
pub fn build_if_stale() -> Result<()> {
    if stale()?.is_empty() {
        return Ok(());
    }
    eprintln!("The contracts' artefacts are missing or stale; building them (a few minutes the first time).");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    // As scripts/lib.sh builds it: with other packages chosen, dependencies get other features, and
    // Binaryen is compiled once more.
    build
        .args(["build", "--quiet", "--locked", "--workspace"])
        .args(["--exclude", "farthing-node-tests"])
        .args(["--features", "farthing-artifacts/build"])
        .args(["--bin", "build-contracts"])
        .current_dir(root());
    // Cargo tells its children about the package they belong to; the build must not hear of ours.
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") {
            build.env_remove(name);
        }
    }
    let built = build.status().context("cannot run cargo")?.success();
    ensure!(built, "run ./scripts/build to see why");
    let made = Command::new(target().join("debug/build-contracts"))
        .stdout(Stdio::null())
        .status()
        .context("cannot run build-contracts")?;
    ensure!(made.success(), "run ./scripts/build to see why");
    Ok(())
}

/// The kinds of artefact that are made of each contract, by the ending of their files' names: the code,
/// its metadata, the metadata for client libraries that drop the names of variants' fields, and the bundle
/// of code and metadata.
pub const KINDS: [&str; 4] = ["wasm", "json", "web.json", "contract"];

/// The contracts whose artefacts are missing, or made of something else than what is there now; each
/// with the fingerprint that new ones will have.
pub fn stale() -> Result<Vec<(String, String)>> {
    let compiler = compiler()?;
    let mut stale = Vec::new();
    for name in contracts()? {
        let now = fingerprint(&name, &compiler)?;
        let before = fs::read_to_string(stamp(&name)).unwrap_or_default();
        let mut files = KINDS.map(|kind| artefact(&name, kind)).into_iter();
        if before != now || !files.all(|file| file.exists()) {
            stale.push((name, now));
        }
    }
    Ok(stale)
}

/// The file that holds the fingerprint of what a contract's artefacts were made of.
pub fn stamp(name: &str) -> PathBuf {
    folder().join(format!("{name}.made-of"))
}

/// A hash of everything that a contract's artefacts are made of: sources, versions, compiler, and how
/// this crate has them built.
fn fingerprint(name: &str, compiler: &str) -> Result<String> {
    let mut hash = Blake2b::<U32>::new();
    hash.update(compiler);
    let files = ["Cargo.lock", "Cargo.toml", "artifacts/Cargo.toml"];
    let mut files = files.map(|file| root().join(file)).to_vec();
    list(&root().join("artifacts/src"), &mut files)?;
    for part in parts(name)? {
        list(&root().join("contracts").join(part), &mut files)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_that_was_copied_is_found_where_it_runs() {
        let copied = tempfile::tempdir().unwrap();
        for file in [
            "Cargo.lock",
            "artifacts/Cargo.toml",
            "contracts/types/Cargo.toml",
        ] {
            let path = copied.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let program = copied.path().join("target/debug/deps/chain-0123");
        assert_eq!(workspace_above(&program), Some(copied.path().to_path_buf()));
        assert_eq!(workspace_above(Path::new("/")), None);
    }

    #[test]
    fn a_contract_is_made_of_the_crates_that_it_names() {
        let parts = parts("storefront").unwrap();
        assert!(parts.contains("registry") && parts.contains("types"));
        assert!(!parts.contains("pool"));
    }

    #[test]
    fn libraries_are_no_contracts() {
        let contracts = contracts().unwrap();
        assert!(contracts.iter().any(|name| name == "storefront"));
        for library in ["types", "shared"] {
            assert!(!contracts.iter().any(|name| name == library), "{library}");
        }
    }
}
