//! Whether everything that the contracts can do can be done with the command line.

use farthing_client::{
    deployment::{MANY, SINGLE},
    Metadata,
};
use std::{fs, path::Path};

/// The program's own source, as far as it has to do with a contract: files that name it, and the folders
/// of commands that do.
fn sources_of(contract: &str, folder: &Path) -> String {
    let (mut found, mut all) = (String::new(), String::new());
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found += &sources_of(contract, &path);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        if text.contains(&format!("{contract}::")) {
            found += &text;
        }
        all += &text;
    }
    let is_group = folder.parent().is_some_and(|parent| parent.ends_with("commands"));
    match is_group && !found.is_empty() {
        true => all,
        false => found,
    }
}

#[test]
fn every_message_of_every_contract_is_sent_or_read_by_some_command() {
    farthing_artifacts::build_if_stale().unwrap();
    let mut missing = Vec::new();
    for contract in SINGLE.into_iter().chain(MANY) {
        let path = farthing_artifacts::folder().join(format!("{contract}.json"));
        let source = sources_of(contract, &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        for message in Metadata::read(&path).unwrap().messages() {
            if !source.contains(&format!(".{message}(")) {
                missing.push(format!("{contract}.{message}"));
            }
        }
    }
    assert!(missing.is_empty(), "no command uses {missing:?}");
}
