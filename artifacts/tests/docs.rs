//! What the documents say of the sources is so.

use farthing_artifacts::root;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn read(path: &Path) -> String {
    fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// Files with one of these endings in a folder of the checkout, and below it.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match path.is_dir() {
            true if ["target", "node_modules", ".git"].contains(&name.as_str()) => {}
            true => found.extend(files(&path, ending)),
            false if name.ends_with(ending) => found.push(path),
            false => {}
        }
    }
    found
}

/// What stands between backticks in a line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The names of all functions that a test, or a property test, stands before.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for folder in ["contracts", "client", "cli", "index", "tests"] {
        for file in files(&root().join(folder), ".rs") {
            for line in read(&file).lines() {
                let name = line
                    .trim_start()
                    .strip_prefix("fn ")
                    .and_then(|rest| rest.split('(').next());
                names.extend(name.map(str::to_owned));
            }
        }
    }
    names
}

#[test]
fn every_invariant_has_its_number_and_tests_that_exist() {
    let (tests, mut number) = (tests(), 0);
    let invariants = read(&root().join("docs/invariants.md"));
    for line in invariants
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| |"))
    {
        let columns: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        number += 1;
        assert_eq!(columns[0], number.to_string(), "{line}");
        let held_by = columns[2];
        let mut named = quoted(held_by).peekable();
        assert!(named.peek().is_some() || held_by == "the same", "{line}");
        for name in named {
            assert!(
                tests.contains(name),
                "invariant {number}: there is no test {name}"
            );
        }
    }
    assert!(number > 30);
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    for file in files(root(), ".md") {
        // Not what stands between fences, which is code.
        let text = read(&file);
        let text: String = text.split("```").step_by(2).collect();
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let path = target.split('#').next().unwrap();
            if path.is_empty() || target.contains("://") {
                continue;
            }
            let there = file.parent().unwrap().join(path);
            assert!(there.exists(), "{}: {target}", file.display());
        }
    }
}

/// The map of the house names files that are there.
#[test]
fn every_path_of_the_architecture_exists() {
    let text = read(&root().join("docs/architecture.md"));
    let paths = text.lines().flat_map(quoted).filter(|word| {
        let path = word.contains('/') && !word.contains([' ', '*', '…', '<']);
        path && !word.contains("NAME") && !word.contains("NOUN")
    });
    let mut checked = 0;
    for path in paths {
        assert!(root().join(path).exists(), "docs/architecture.md: {path}");
        checked += 1;
    }
    assert!(checked > 10);
}
