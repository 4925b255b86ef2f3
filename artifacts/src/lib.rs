//! The contracts' release artefacts.
//!
//! Everything that runs contracts in this workspace (tests, the demo, the command line) uses those in
//! [`folder`]. Which ones these are:
//!
//! 1. Those that were built in this checkout, in `target/contracts`, if any were. [`ready`] and [`wasm`]
//!    build them anew when a source, the lock file or the compiler has changed since.
//! 2. If none ever was, the committed ones, in `abi/`: a fresh clone works without a build. They are
//!    rustup's, byte for byte, and a test holds them and the sources together.
//! 3. If none ever was, and the contracts' sources are no longer what `abi/` was made of, they have to be
//!    built: nobody is to test a change with code that lacks it. [`ready`] and [`wasm`] do so.
//!
//! `./scripts/build --contracts` and `./scripts/test` build them in any case.

mod committed;

pub use committed::made_of;

use anyhow::{bail, ensure, Context, Result};
use blake2::{digest::consts::U32, Blake2b, Digest};
use std::{
    collections::BTreeSet,
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

/// The workspace's folder: the one that the running program was built in, or else that of the current
/// folder, or else the current folder itself. Looked for when the program runs: a checkout may have been
/// copied together with what was compiled in it, and must then build its own contracts and not those of the
/// folder it came from.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let starts = [env::current_exe(), env::current_dir()];
        let found = starts
            .into_iter()
            .flatten()
            .find_map(|start| workspace_above(&start));
        // Not the folder in which this was compiled: released programs would have it in them.
        found
            .or_else(|| env::current_dir().ok())
            .unwrap_or_default()
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

/// Where the artefacts are that are to be used, `NAME.wasm` and `NAME.json` among them: what was built in
/// this checkout, or what is committed; see the crate's documentation. They are all from one place for as
/// long as a program runs.
pub fn folder() -> PathBuf {
    static CHOSEN: OnceLock<PathBuf> = OnceLock::new();
    CHOSEN
        .get_or_init(|| choose(root(), build_folder()))
        .clone()
}

fn choose(root: &Path, built: PathBuf) -> PathBuf {
    // Of a checkout that cannot be read, nothing committed can be either.
    if has_code(&built) || !committed::is_current(root).unwrap_or(false) {
        return built;
    }
    committed::folder(root)
}

/// Whether any contract's code is in a folder.
fn has_code(folder: &Path) -> bool {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .map(|file| file.path())
        .any(|path| path.extension().is_some_and(|ending| ending == "wasm"))
}

/// Where artefacts are that are built here: `NAME.wasm` and its kin, see [`KINDS`].
pub fn build_folder() -> PathBuf {
    target().join("contracts")
}

/// The file of one [kind](KINDS) of the artefacts of one of Farthing's contracts that are built here.
pub fn artefact(name: &str, kind: &str) -> PathBuf {
    file_of(&build_folder(), name, kind)
}

fn file_of(folder: &Path, name: &str, kind: &str) -> PathBuf {
    folder.join(format!("{name}.{kind}"))
}

/// Where the artefacts of contracts of one's own are built; not beside ours, which would then count as built.
fn own_folder() -> PathBuf {
    target().join("own-contracts")
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// A contract's crate, and where its artefacts are built.
#[derive(Clone, Debug)]
pub struct Crate {
    /// The contract's name, which is that of its crate.
    pub name: String,
    /// The folder of its manifest.
    pub folder: PathBuf,
    built: PathBuf,
}

impl Crate {
    /// One that is not among Farthing's: the crate in a folder of this workspace.
    ///
    /// # Errors
    /// If there is no manifest, or one without a name.
    pub fn own(folder: &Path) -> Result<Self> {
        let folder = root().join(folder);
        let manifest = manifest(&folder)?;
        let name = manifest
            .lines()
            .find_map(|line| line.strip_prefix("name = \""));
        let name = name.and_then(|name| name.strip_suffix('"'));
        let name = name.with_context(|| format!("{} names no crate", folder.display()))?;
        Ok(Self {
            name: name.replace('-', "_"),
            folder,
            built: own_folder(),
        })
    }

    /// The file of one [kind](KINDS) of its artefacts.
    pub fn artefact(&self, kind: &str) -> PathBuf {
        file_of(&self.built, &self.name, kind)
    }

    /// The file that holds the fingerprint of what its artefacts were made of.
    pub fn stamp(&self) -> PathBuf {
        file_of(&self.built, &self.name, "made-of")
    }

    /// The fingerprint that new artefacts will have; `None` if those that are there have it.
    ///
    /// # Errors
    /// If its sources cannot be read, or there is no compiler.
    pub fn stale(&self) -> Result<Option<String>> {
        let now = fingerprint(&self.folder, &compiler()?)?;
        let before = fs::read_to_string(self.stamp()).unwrap_or_default();
        let complete = KINDS.iter().all(|kind| self.artefact(kind).exists());
        Ok((before != now || !complete).then_some(now))
    }
}

/// Farthing's contracts, by name: every crate under `contracts/` that another can have `ink-as-dependency`.
///
/// # Errors
/// If there is no checkout.
pub fn contracts() -> Result<Vec<String>> {
    contracts_of(root())
}

/// The crates of Farthing's contracts.
///
/// # Errors
/// If there is no checkout.
pub fn crates() -> Result<Vec<Crate>> {
    let names = contracts()?.into_iter();
    Ok(names
        .map(|name| Crate {
            folder: root().join("contracts").join(&name),
            built: build_folder(),
            name,
        })
        .collect())
}

fn contracts_of(root: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join("contracts"))? {
        let entry = entry?;
        let is_contract = manifest(&entry.path())?
            .lines()
            .any(|line| line.starts_with("ink-as-dependency ="));
        if is_contract {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// The manifest of the crate in a folder.
fn manifest(folder: &Path) -> Result<String> {
    let path = folder.join("Cargo.toml");
    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// The folders of the crate in `folder`, and of every crate of this workspace that goes into it.
fn parts(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut parts = BTreeSet::new();
    let mut unread = vec![folder.to_path_buf()];
    while let Some(part) = unread.pop() {
        if !parts.insert(part.clone()) {
            continue;
        }
        let manifest = manifest(&part)?;
        // What tests need goes into no code.
        let sections = manifest.split("\n[");
        let dependencies = sections.filter(|section| !section.starts_with("dev-dependencies"));
        let paths = dependencies.flat_map(|section| section.split("path = \"../").skip(1));
        unread.extend(
            paths
                .filter_map(|path| path.split('"').next())
                .map(|path| beside(&part, &format!("../{path}"))),
        );
    }
    Ok(parts)
}

/// The folder that a manifest in `folder` calls `path`. Not asked of the file system, where there may be links.
fn beside(folder: &Path, path: &str) -> PathBuf {
    let mut named = folder.to_path_buf();
    for step in path.split('/') {
        if step == ".." {
            named.pop();
        } else {
            named.push(step);
        }
    }
    named
}

/// The release Wasm of the contract `name`, from [`folder`], once that is [`ready`].
///
/// # Panics
/// If it cannot be built; the message says why. Meant for tests, where that is all that can be done.
pub fn wasm(name: &str) -> Vec<u8> {
    // What failed is not tried again by each test of a program.
    static READY: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let ready = READY.get_or_init(|| ready().map_err(|error| format!("{error:#}")));
    let folder = match ready {
        Ok(folder) => folder,
        Err(error) => panic!("the contracts could not be built: {error}"),
    };
    let path = folder.join(format!("{name}.wasm"));
    fs::read(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// The hash under which a chain stores `code`.
pub fn code_hash(code: &[u8]) -> [u8; 32] {
    Blake2b::<U32>::digest(code).into()
}

/// Sees to it that [`folder`] has what the sources make, and returns it: builds what is missing or stale,
/// unless what is committed is to be used.
pub fn ready() -> Result<PathBuf> {
    let folder = folder();
    if folder == build_folder() {
        build_if_stale()?;
    }
    Ok(folder)
}

/// Builds those contracts whose artefacts were not built here yet, or were made of something else than is
/// there now.
pub fn build_if_stale() -> Result<()> {
    for contract in crates()? {
        if contract.stale()?.is_some() {
            return build(&[]);
        }
    }
    Ok(())
}

/// The release Wasm of a contract of one's own, the crate in a folder of this workspace. It is built as
/// Farthing's are, and anew when its sources changed.
///
/// # Panics
/// If it cannot be built; the message says why. Meant for tests, as [`wasm`] is.
pub fn own_wasm(folder: &Path) -> Vec<u8> {
    let built = || -> Result<Vec<u8>> {
        let contract = Crate::own(folder)?;
        if contract.stale()?.is_some() {
            build(&[contract.folder.as_os_str()])?;
        }
        Ok(fs::read(contract.artefact("wasm"))?)
    };
    built().unwrap_or_else(|error| panic!("the contract could not be built: {error:#}"))
}

/// Has artefacts built by a process of its own: those of the crates in these folders, or Farthing's.
fn build(own: &[&OsStr]) -> Result<()> {
    eprintln!("The contracts' artefacts are missing or stale; building them (a few minutes the first time).");
    let why = "run ./scripts/build --contracts to see why";
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
    ensure!(build.status().context("cannot run cargo")?.success(), why);
    let made = Command::new(target().join("debug/build-contracts"))
        .args(own)
        .stdout(Stdio::null())
        .status()
        .context("cannot run build-contracts")?;
    ensure!(made.success(), why);
    Ok(())
}

/// The kinds of artefact that are made of each contract, by the ending of their files' names: the code,
/// its metadata, the metadata for client libraries that drop the names of variants' fields, and the bundle
/// of code and metadata.
pub const KINDS: [&str; 4] = ["wasm", "json", "web.json", "contract"];

/// A hash of everything that a contract's artefacts are made of: sources, versions, compiler, and how
/// this crate has them built.
fn fingerprint(contract: &Path, compiler: &str) -> Result<String> {
    let mut hash = Blake2b::<U32>::new();
    hash.update(compiler);
    let files = ["Cargo.lock", "Cargo.toml", "artifacts/Cargo.toml"];
    let mut files = files.map(|file| root().join(file)).to_vec();
    list(&root().join("artifacts/src"), &mut files)?;
    for part in parts(contract)? {
        list(&part, &mut files)?;
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
    use tempfile::TempDir;

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

    /// A checkout with one contract and the library that it is made of, whose code is committed.
    fn checkout() -> TempDir {
        let checkout = tempfile::tempdir().unwrap();
        for (file, text) in [
            ("contracts/types/Cargo.toml", ""),
            ("contracts/types/src/lib.rs", "pub struct Money;"),
            (
                "contracts/shop/Cargo.toml",
                "ink-as-dependency = []\ntypes = { path = \"../types\" }",
            ),
            ("contracts/shop/src/lib.rs", "mod shop {}"),
            ("abi/shop.wasm", "code"),
        ] {
            write(&checkout, file, text);
        }
        let made_of = made_of(checkout.path()).unwrap();
        write(&checkout, "abi/made-of", &made_of);
        checkout
    }

    fn write(checkout: &TempDir, file: &str, text: &str) {
        let path = checkout.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Which folder of a checkout is chosen.
    fn chosen(checkout: &TempDir) -> PathBuf {
        let built = checkout.path().join("target/contracts");
        let chosen = choose(checkout.path(), built);
        chosen.strip_prefix(checkout.path()).unwrap().to_path_buf()
    }

    #[test]
    fn a_checkout_in_which_nothing_was_built_uses_what_is_committed() {
        let checkout = checkout();
        assert_eq!(chosen(&checkout), Path::new("abi"));
        // A build that has only begun leaves nothing to use.
        write(&checkout, "target/contracts/lock", "");
        assert_eq!(chosen(&checkout), Path::new("abi"));
    }

    #[test]
    fn what_was_built_goes_before_what_is_committed() {
        let checkout = checkout();
        write(&checkout, "target/contracts/shop.wasm", "built code");
        assert_eq!(chosen(&checkout), Path::new("target/contracts"));
    }

    #[test]
    fn what_is_committed_is_not_used_for_other_sources() {
        for (file, text) in [
            ("contracts/shop/src/lib.rs", "mod shop { fn sell() {} }"),
            ("contracts/types/src/lib.rs", "pub struct Euro;"),
            ("contracts/types/src/fees.rs", ""),
            ("contracts/types/Cargo.toml", "[features]"),
        ] {
            let checkout = checkout();
            write(&checkout, file, text);
            assert_eq!(chosen(&checkout), Path::new("target/contracts"), "{file}");
        }
    }

    #[test]
    fn what_goes_into_no_code_does_not_matter_to_what_is_committed() {
        let checkout = checkout();
        for file in [
            "README.md",
            "src/.lib.rs.swp",
            "src/till/tests.rs",
            "benches/sign.rs",
        ] {
            write(&checkout, &format!("contracts/shop/{file}"), "words");
        }
        assert_eq!(chosen(&checkout), Path::new("abi"));
    }

    #[test]
    fn where_there_is_no_checkout_anything_has_to_be_built() {
        let nowhere = tempfile::tempdir().unwrap();
        assert_eq!(chosen(&nowhere), Path::new("target/contracts"));
    }

    #[test]
    fn a_contract_is_made_of_the_crates_that_it_names() {
        let folder = |name| root().join("contracts").join(name);
        let parts = parts(&folder("storefront")).unwrap();
        assert!(parts.contains(&folder("registry")) && parts.contains(&folder("types")));
        assert!(!parts.contains(&folder("pool")));
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
