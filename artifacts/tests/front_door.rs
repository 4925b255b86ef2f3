//! What a stranger meets first is complete: licences, the changelog's hashes, the book.

use farthing_artifacts::root;
use serde_json::{Map, Value};
use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// The manifests of all our crates.
fn manifests() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["", "contracts", "tests"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let manifest = entry.unwrap().path().join("Cargo.toml");
            found.extend(manifest.exists().then_some(manifest));
        }
    }
    found
}

/// Documents of the book, by the names of their files.
fn documents() -> BTreeSet<String> {
    let files = fs::read_dir(root().join("docs")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".md")).collect()
}

/// What links in a text lead to, other than those in code.
fn links(text: &str) -> Vec<String> {
    let text: String = text.split("```").step_by(2).collect();
    let targets = text.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split(')').next());
    targets.map(str::to_owned).collect()
}

/// The names under which links reach the headings of a document: as forges and mdBook make them, words
/// in lower case with a dash for each space, and without punctuation.
fn anchors(text: &str) -> BTreeSet<String> {
    let prose: String = text.split("```").step_by(2).collect();
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let words = line.trim_start_matches('#').trim().to_lowercase();
            let kept = words.chars().filter_map(|letter| match letter {
                ' ' => Some('-'),
                '-' | '_' => Some(letter),
                letter if letter.is_alphanumeric() => Some(letter),
                _ => None,
            });
            kept.collect()
        })
        .collect()
}

#[test]
fn every_crate_says_its_licence_and_takes_the_lints() {
    let (manifests, mut checked) = (manifests(), 0);
    for manifest in manifests {
        let text = read(&manifest);
        let has = |line: &str| text.lines().any(|other| other == line);
        let licensed = has("license.workspace = true") || has("license = \"MIT OR Apache-2.0\"");
        assert!(licensed, "{} says no licence", manifest.display());
        // Contracts are built from their manifests alone, out of reach of the workspace's.
        let linted = has("ink-as-dependency = []") || has("[lints]");
        assert!(linted, "{} takes no lints", manifest.display());
        checked += 1;
    }
    assert!(checked > 15);
}

#[test]
fn changelog_has_the_code_hashes_of_abi() {
    const BEGIN: &str = "<!-- hashes: made by UPDATE_ABI=1 ./scripts/test abi -->\n";
    const END: &str = "<!-- hashes: end -->\n";
    let hashes: Map<String, Value> = serde_json::from_str(&read("abi/code-hashes.json")).unwrap();
    assert!(!hashes.is_empty());
    let row = |(name, hash): (&String, &Value)| {
        let hash = hash.as_str().unwrap();
        format!("| {name} | `{hash}` |\n")
    };
    let rows: Vec<_> = hashes.iter().map(row).collect();
    let table = format!("| contract | code hash |\n|---|---|\n{}", rows.concat());
    let changelog = read("CHANGELOG.md");
    // The first, which is of the newest version: earlier ones stay as they are.
    let (before, rest) = changelog.split_once(BEGIN).unwrap();
    let (there, after) = rest.split_once(END).unwrap();
    if env::var_os("UPDATE_ABI").is_some() {
        let made = format!("{before}{BEGIN}{table}{END}{after}");
        fs::write(root().join("CHANGELOG.md"), made).unwrap();
        return;
    }
    assert_eq!(
        there, table,
        "CHANGELOG.md: run UPDATE_ABI=1 ./scripts/test abi, and say what changed"
    );
}

#[test]
fn book_has_every_document_once() {
    let chapters = links(&read("docs/SUMMARY.md"));
    let unique: BTreeSet<_> = chapters.iter().cloned().collect();
    assert_eq!(
        chapters.len(),
        unique.len(),
        "docs/SUMMARY.md has one twice"
    );
    let mut documents = documents();
    documents.remove("SUMMARY.md");
    assert_eq!(unique, documents, "docs/SUMMARY.md");
}

/// All that a stranger reads first.
fn read_first() -> Vec<String> {
    let mut files: Vec<_> = documents()
        .iter()
        .map(|name| format!("docs/{name}"))
        .collect();
    files.extend(
        [
            "README.md",
            "SECURITY.md",
            "CONTRIBUTING.md",
            "CHANGELOG.md",
        ]
        .map(str::to_owned),
    );
    files
}

#[test]
fn readme_is_short_and_every_link_leads_to_a_file() {
    assert!(read("README.md").lines().count() <= 130);
    for file in read_first() {
        let folder = root().join(&file).parent().unwrap().to_path_buf();
        for link in links(&read(&file))
            .iter()
            .filter(|link| !link.contains("://"))
        {
            let path = link.split('#').next().unwrap();
            assert!(folder.join(path).exists(), "{file}: {link}");
        }
    }
}

#[test]
fn every_link_to_a_heading_meets_one() {
    for file in read_first() {
        let text = read(&file);
        for link in links(&text).iter().filter(|link| !link.contains("://")) {
            let Some((path, anchor)) = link.split_once('#') else {
                continue;
            };
            let other = match path {
                "" => text.clone(),
                path => read(root().join(&file).parent().unwrap().join(path)),
            };
            assert!(anchors(&other).contains(anchor), "{file}: {link}");
        }
    }
}

#[test]
fn heading_is_reached_by_its_words() {
    let text = "# `farthing` man\n```sh\n# a comment\n```\n## What, and why?\n";
    let expected = ["farthing-man", "what-and-why"].map(str::to_owned);
    assert_eq!(anchors(text), BTreeSet::from(expected));
}
