//! A chain to measure on, for `index/bench/beside`: it is made here, and stays until somebody says that it was used.

use crate::world::{block_on, key, World};
use farthing_client::{Answer, Call, Certainty, Key, Outbox};
use farthing_contracts::storefront::{events::Tip, StorefrontRef};
use farthing_node_tests::node::Node;
use ink::codegen::TraitCallBuilder;
use std::{
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// How many tips there are in a call of many.
const TIPS: u32 = 40;
const PAYERS: [&str; 6] = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];

/// Makes blocks for as many seconds as `FARTHING_BENCH_SECONDS` says, with calls of many tips and calls of one in
/// turn. When all is made, it writes the file `made` in the folder `FARTHING_BENCH_FOLDER`, with the node's URL, the
/// number of the last block, how many payments there are, and the folder of the deployment. It ends when there is a file `done`.
#[test]
#[ignore = "index/bench/beside runs it"]
fn chain_to_measure_on() {
    let folder = PathBuf::from(env::var("FARTHING_BENCH_FOLDER").unwrap());
    let seconds = env::var("FARTHING_BENCH_SECONDS").unwrap().parse().unwrap();
    block_on(async {
        let node = Node::own(&["--state-pruning=archive"]);
        let url = node.url.clone();
        let world = World::on(node).await;
        world.creator("Alice", "alice").await;
        let until = Instant::now() + Duration::from_secs(seconds);
        let paying = PAYERS.map(|who| pay(&world, who, until));
        let paid: u32 = futures_util::future::join_all(paying).await.iter().sum();
        assert!(paid > 0, "nothing was paid");
        let last = world.client.chain.best().await.unwrap().number;
        let deployments = world.folder.path().display();
        let made = format!("{url} {last} {paid} {deployments}\n");
        fs::write(folder.join("made"), made).unwrap();
        while !done(&folder) {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
}

fn done(folder: &Path) -> bool {
    folder.join("done").exists() || !folder.exists()
}

/// Pays until a time, and returns how many payments that were.
async fn pay(world: &World, who: &str, until: Instant) -> u32 {
    let client = &world.client;
    let key = key(who);
    let genesis = client.chain.genesis();
    let outbox = Outbox::open(world.folder.path(), &genesis, key.account()).unwrap();
    let mut shop: StorefrontRef = client.contract().unwrap();
    let mut paid = 0;
    while Instant::now() < until {
        let amount = 1_000_000_000 + u128::from(paid);
        let tip = |_| Tip {
            creator: 0,
            amount,
            memo: b"thank you".to_vec(),
        };
        let many = shop.call_mut().tip_many((0..TIPS).map(tip).collect());
        let many = Call::new(many, amount * u128::from(TIPS));
        let one = Call::new(shop.call_mut().tip(0, b"thank you".to_vec()), amount);
        send(world, &key, &outbox, many).await;
        send(world, &key, &outbox, one).await;
        paid += TIPS + 1;
    }
    paid
}

async fn send<R: Answer>(world: &World, key: &Key, outbox: &Outbox, call: Call<R>) {
    let plan = world.client.plan(key.account(), call).await.unwrap();
    let mut quiet = |_| ();
    let sent = world
        .client
        .send(plan, key, outbox, Certainty::Block, &mut quiet);
    sent.await.unwrap();
    outbox.empty().unwrap();
}
