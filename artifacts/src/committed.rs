//! `abi/`: the artefacts that are kept in the repository, and what they were made of.

use crate::{contracts_of, list, parts};
use anyhow::{Context, Result};
use blake2::{digest::consts::U32, Blake2b, Digest};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where they are in a checkout.
pub(crate) fn folder(root: &Path) -> PathBuf {
    root.join("abi")
}

/// Whether the sources of all contracts are those that the artefacts in `abi/` were made of.
pub(crate) fn is_current(root: &Path) -> Result<bool> {
    let before = fs::read_to_string(folder(root).join("made-of"))?;
    Ok(before == made_of(root)?)
}

/// What `abi/made-of` says if `abi/` was made of the sources in a checkout: a hash of each contract's
/// sources, and its name.
///
/// Versions and compiler are left out, other than in what is known of artefacts that are built here: they
/// change often, and what they change in the artefacts is found by the test that compares these.
pub fn made_of(root: &Path) -> Result<String> {
    let mut lines = String::new();
    for name in contracts_of(root)? {
        let hash = hash_of_sources(root, &name)?;
        lines.push_str(&format!("{hash}  {name}\n"));
    }
    Ok(lines)
}

/// Of a contract's crate and all of ours that it is made of: manifests, and sources without the tests that
/// have a file of their own.
fn hash_of_sources(root: &Path, name: &str) -> Result<String> {
    let mut files = Vec::new();
    for part in parts(&root.join("contracts").join(name))? {
        files.push(part.join("Cargo.toml"));
        list(&part.join("src"), &mut files)?;
    }
    files.retain(|file| goes_into_code(file));
    files.sort();
    let mut hash = Blake2b::<U32>::new();
    for file in files {
        let path = file.strip_prefix(root).unwrap_or(&file).display();
        let bytes = fs::read(&file).with_context(|| format!("cannot read {path}"))?;
        hash.update(format!("{path}\0{}\0", bytes.len()));
        hash.update(bytes);
    }
    Ok(hex::encode(hash.finalize()))
}

fn goes_into_code(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name == "Cargo.toml"
        || name.ends_with(".rs") && name != "tests.rs" && !name.ends_with("_tests.rs")
}
