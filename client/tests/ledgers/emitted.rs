//! What is read of blocks' events is what a decoder of all of them finds.

use crate::{
    steps::{steps, Scene},
    world::{block_on, World},
};
use farthing_client::Emitted;
use farthing_node_tests::node::Node;
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, TestRunner},
};
use scale::Decode;
use subxt::{events::Phase, utils::H256, OnlineClient, PolkadotConfig};

#[test]
fn events_are_those_that_a_decoder_of_everything_finds() {
    block_on(async {
        let node = Node::own(&[]);
        let api = OnlineClient::<PolkadotConfig>::from_url(&node.url);
        let api = api.await.unwrap();
        let world = World::on(node).await;
        let mut scene = Scene::new(&world).await;
        let mut runner = TestRunner::new(Config::default());
        for sequence in 1..=2 {
            scene.renew(sequence).await;
            for step in steps().new_tree(&mut runner).unwrap().current() {
                scene.run(step).await;
            }
        }
        let last = world.client.chain.best().await.unwrap().number;
        let mut count = 0;
        for number in 1..=last {
            let block = world.client.chain.block(number).await.unwrap();
            let found = world.client.events_in(number).await.unwrap();
            let found: Vec<Emitted> = found.into_iter().map(|event| event.emitted).collect();
            count += found.len();
            assert_eq!(found, all_in(&api, block.hash).await, "block {number}");
        }
        assert!(count > 20, "{count} events");
    });
}

/// All events of contracts: on this chain there are none but the deployment's.
async fn all_in(api: &OnlineClient<PolkadotConfig>, hash: [u8; 32]) -> Vec<Emitted> {
    let events = api.events().at(H256(hash)).await.unwrap();
    let events = events.iter().map(Result::unwrap);
    let events = events.filter_map(|event| {
        let Phase::ApplyExtrinsic(index) = event.phase() else {
            return None;
        };
        if (event.pallet_name(), event.variant_name()) != ("Contracts", "ContractEmitted") {
            return None;
        }
        let (contract, data) = Decode::decode(&mut event.field_bytes()).unwrap();
        Some(Emitted {
            contract,
            topics: event.topics().iter().map(|topic| topic.0).collect(),
            data,
            index,
        })
    });
    events.collect()
}
