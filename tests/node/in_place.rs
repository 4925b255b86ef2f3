//! `ink_e2e` starts Farthing's development chain as it starts a node.

use farthing_node_tests::node::own_program;
use ink_e2e::{PolkadotConfig, TestNodeProcess};

#[tokio::test]
async fn ink_e2e_starts_the_development_chain_in_place_of_a_node() {
    let started = TestNodeProcess::<PolkadotConfig>::build(own_program())
        .spawn()
        .await;
    let chain = started.unwrap();
    let metadata = chain.client().metadata();
    assert!(metadata.pallet_by_name("Contracts").is_some());
    // Block 1 is there from the start.
    let latest = chain.client().blocks().at_latest().await.unwrap();
    assert_eq!(latest.number(), 1);
}
