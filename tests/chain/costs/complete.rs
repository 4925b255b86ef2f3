//! That no message is missing among the costs, and that the largest calls fit into a block.

use super::{everything, Costs};
use std::fs;

/// What a normal extrinsic of the strictest chain may use: three quarters of a parachain's block, which
/// has 2 seconds of computation and 5 MiB of proof.
const BLOCK_WEIGHT: u64 = 1_500_000_000_000;
const BLOCK_PROOF: u64 = 5 * 1024 * 1024 / 4 * 3;

/// A message of a contract, as its metadata has it.
struct Message {
    name: String,
    mutates: bool,
}

fn messages(contract: &str) -> Vec<Message> {
    let path = farthing_artifacts::folder().join(format!("{contract}.json"));
    let metadata: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let of = |message: &serde_json::Value| {
        let label = message["label"].as_str().unwrap();
        Message {
            // Messages of a trait have its name before their own.
            name: format!("{contract}.{}", label.rsplit("::").next().unwrap()),
            mutates: message["mutates"].as_bool().unwrap(),
        }
    };
    let messages = metadata["spec"]["messages"].as_array().unwrap();
    messages.iter().map(of).collect()
}

impl Costs {
    fn have(&self, message: &Message) -> bool {
        let is_it = |name: &String| {
            name.strip_prefix(message.name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(','))
        };
        match message.mutates {
            true => self.calls.keys().any(is_it),
            false => self.reads.keys().any(is_it),
        }
    }
}

#[test]
fn every_message_of_every_contract_has_its_costs() {
    // Builds the contracts, and with them their metadata, where that is needed.
    let costs = everything();
    for (profile, costs) in costs {
        let mut missing = Vec::new();
        for contract in farthing_artifacts::contracts().unwrap() {
            let messages = messages(&contract);
            assert!(!messages.is_empty());
            let without = messages.into_iter().filter(|message| !costs.have(message));
            missing.extend(without.map(|message| message.name));
        }
        assert!(missing.is_empty(), "no costs on {profile} of {missing:?}");
    }
}

#[test]
fn the_largest_calls_fit_into_a_block_of_the_strictest_chain() {
    for (profile, costs) in everything() {
        for (name, cost) in &costs.calls {
            assert!(cost.weight <= BLOCK_WEIGHT, "{profile}: weight of {name}");
            assert!(cost.proof <= BLOCK_PROOF, "{profile}: proof of {name}");
        }
    }
}
