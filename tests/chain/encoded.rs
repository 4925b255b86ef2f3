//! The calls in `abi/calls.json`, which are made of the metadata, are calls that the contracts read.

use crate::{matching_round::world::World, pool::world::keep_all};
use farthing_chain::{AccountId, Chain, Channels, DonationPool, Farthing, Streams, UNIT};
use serde_json::Value;
use std::fs;

/// The encoded calls of each message of a contract.
fn calls(contract: &str) -> Vec<(String, Vec<u8>)> {
    let path = farthing_artifacts::root().join("abi/calls.json");
    let all: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let messages = all[contract]["messages"].as_object().unwrap();
    let bytes = |one: &Value| hex::decode(&one["call"].as_str().unwrap()[2..]).unwrap();
    messages
        .iter()
        .map(|(name, one)| (name.clone(), bytes(one)))
        .collect()
}

fn check(chain: &mut Chain, contract: &str, at: &AccountId) {
    let caller = chain.account("caller", UNIT).id();
    let calls = calls(contract);
    assert!(!calls.is_empty(), "{contract}");
    for (name, call) in calls {
        assert!(
            chain.can_read(&caller, at, call.clone()),
            "{contract}.{name}"
        );
        // A byte less is no call of it.
        let cut = call[..call.len() - 1].to_vec();
        assert!(
            !chain.can_read(&caller, at, cut),
            "{contract}.{name}, cut short"
        );
    }
}

#[test]
fn every_call_in_abi_is_read_by_its_contract() {
    let mut farthing = Farthing::default();
    let [registry, storefront] = [&farthing.registry_id, &farthing.storefront_id].map(Clone::clone);
    let chain = &mut farthing.chain;
    check(chain, "registry", &registry);
    check(chain, "storefront", &storefront);
    let deployer = chain.account("deployer", 1_000 * UNIT);
    let channels = Channels::deploy(chain, &deployer, None);
    check(chain, "channels", &channels.id);
    let streams = Streams::deploy(chain, &deployer, None);
    check(chain, "streams", &streams.id);
    let pool = DonationPool::deploy(chain, &deployer, keep_all(&deployer)).unwrap();
    check(chain, "pool", &pool.id);
    let mut round = World::open(1);
    check(&mut round.chain, "pool_factory", &round.factory.id);
    check(&mut round.chain, "matching_round", &round.at.id);
}
