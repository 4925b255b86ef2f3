//! The index against a chain: whatever happened, it has that and nothing else.

mod adding_up;
mod following;
mod lies;
mod making;
mod recoded;
mod relay;
mod rounds;
mod serving;
mod snapshots;
mod thieves;
// What people do is what the client library is tested with.
#[path = "../../../client/tests/ledgers/steps.rs"]
mod steps;
#[path = "../../../client/tests/ledgers/world.rs"]
#[allow(dead_code)]
mod world;

use farthing_client::{Call, Certainty, Chain, Client, Outbox, Step};
use farthing_contracts::storefront::StorefrontRef;
use farthing_index::{tables::TABLES, Follower, Index, Place, Row};
use ink::codegen::TraitCallBuilder;
use world::{key, World};

/// An index in memory, up to the latest block.
async fn indexed(client: &Client) -> Follower {
    let mut follower = Follower::open(client.clone(), &Place::Memory)
        .await
        .unwrap();
    follower.catch_up(&mut |_| ()).await.unwrap();
    follower
}

/// The world's deployment, as a program sees it that talks to its node through a relay.
async fn through(world: &World, relay: &relay::Relay) -> Client {
    let chain = Chain::connect(&relay.url).await.unwrap();
    let network = &world.client.deployment.network;
    Client::open(chain, world.folder.path(), network)
        .await
        .unwrap()
}

/// All rows of all tables. Of sums that later ones take the place of, only the last count.
fn rows(index: &mut Index) -> Vec<(&'static str, Vec<Row>)> {
    let names = TABLES.iter().map(|table| {
        let columns = table.columns.iter().map(|(name, _)| *name);
        let columns = columns.collect::<Vec<_>>().join(", ");
        let latest = match table.name {
            "earnings" => "WHERE seq = (SELECT MAX(seq) FROM earnings o WHERE o.creator = t.creator AND o.day = t.day AND o.kind = t.kind AND o.number = t.number)",
            "progress" => "WHERE seq = (SELECT MAX(seq) FROM progress o WHERE o.pool = t.pool)",
            _ => "",
        };
        // Where sums stand depends on the batches that blocks came in.
        let columns = match latest {
            "" => columns,
            _ => columns.replacen("seq, ", "", 1),
        };
        let places: Vec<_> = (1..=columns.split(", ").count()).map(|n| n.to_string()).collect();
        let question = format!("SELECT {columns} FROM {} t {latest} ORDER BY {}", table.name, places.join(", "));
        (table.name, question)
    });
    let names: Vec<_> = names.collect();
    let store = index.store();
    let found = names.into_iter().map(|(name, question)| {
        (
            name,
            store.all(&question, &[], |row| Ok(row.clone())).unwrap(),
        )
    });
    found.collect()
}

/// Tips somebody's creator, in a block that need not be final.
async fn tip(world: &World, who: &str, amount: u128) {
    let mut shop: StorefrontRef = world.client.contract().unwrap();
    let tip = shop.call_mut().tip(0, b"thank you".to_vec());
    let key = key(who);
    let plan = world.client.plan(key.account(), Call::new(tip, amount));
    let genesis = world.client.chain.genesis();
    let outbox = Outbox::open(world.folder.path(), &genesis, key.account()).unwrap();
    let mut quiet = |_| ();
    let sent = world.client.send(
        plan.await.unwrap(),
        &key,
        &outbox,
        Certainty::Block,
        &mut quiet,
    );
    sent.await.unwrap();
    outbox.empty().unwrap();
}

/// Has Alice do a step of a deployment.
async fn send(world: &World, step: Step) {
    let (chain, alice) = (&world.client.chain, key("Alice"));
    let outbox = Outbox::open(world.folder.path(), &chain.genesis(), alice.account()).unwrap();
    let mut quiet = |_| ();
    let sent = chain.send_step(step, &alice, &outbox, Certainty::Final, &mut quiet);
    sent.await.unwrap();
    outbox.empty().unwrap();
}
