//! Whether everything that the contracts can do can be done with the command line.

use farthing_client::Metadata;
use farthing_contracts::Contract;
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
    let is_group = folder
        .parent()
        .is_some_and(|parent| parent.ends_with("commands"));
    match is_group && !found.is_empty() {
        true => all,
        false => found,
    }
}

/// What no command is for.
const FOR_OTHERS: [&str; 15] = [
    // The registry's to call, and nobody else's.
    "storefront.payout_changed",
    // What a round asks a pool. `pool show` tells the same and more.
    "pool.standing",
    // Single lines of what `round show` tells whole, for contracts and pages.
    "matching_round.tally_of",
    "matching_round.beneficiaries_of",
    // Whether a proof is good: `round donate` finds out by its dry run.
    "matching_round.is_listed",
    // A round's to send. `round donate` has it sent.
    "pool.donate_in_round",
    // What pages show at once, of which the commands read the parts that they are asked for.
    "registry.permissions_of",
    "channels.channels_of",
    // The library's steps of claiming a handle.
    "registry.commit",
    "registry.register",
    "registry.claim_handle",
    // The library's: it asks so for many streams at once.
    "streams.streams_listed",
    "pool_factory.latest_of",
    "pool.donors",
    "matching_round.pools",
];

#[test]
fn every_message_of_every_contract_is_sent_or_read_by_some_command() {
    let artefacts = farthing_artifacts::ready().unwrap();
    let mut missing = Vec::new();
    for contract in Contract::all() {
        let path = artefacts.join(format!("{contract}.json"));
        let source = sources_of(
            contract.name(),
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        );
        for message in Metadata::read(&path).unwrap().messages() {
            // A message of a trait has that one's name before its own.
            let name = message.rsplit("::").next().unwrap();
            let known = format!("{contract}.{name}");
            let sent = source.contains(&format!(".{name}("));
            assert!(!(sent && FOR_OTHERS.contains(&known.as_str())), "{known}");
            if !sent && !FOR_OTHERS.contains(&known.as_str()) {
                missing.push(known);
            }
        }
    }
    assert!(missing.is_empty(), "no command uses {missing:?}");
}
