//! History that is kept: it is the same as what is read anew, and never more than the chain confirms.

use crate::world::{account, block_on, World, UNIT};
use farthing_client::{
    history::{kept_in, Event, Keeping, Read},
    ops::ledger,
    Call, Error, History,
};
use farthing_contracts::storefront::StorefrontRef;
use ink::codegen::TraitCallBuilder;
use serde_json::json;

async fn tip(world: &World, amount: u128) {
    let mut shop: StorefrontRef = world.client.contract().unwrap();
    let tip = shop.call_mut().tip(0, b"thank you".to_vec());
    world.act("Bob", Call::new(tip, amount)).await.unwrap();
}

fn events(history: &History) -> Vec<Event> {
    let mut found = Vec::new();
    let shown = history.each(u32::MAX, |event| found.push(event.clone()));
    shown.unwrap();
    found
}

/// Reads on, and says what was told meanwhile.
async fn update(world: &World, history: &mut History) -> Vec<Read> {
    let (mut told, best) = (Vec::new(), world.client.chain.best().await.unwrap());
    let mut reading = |read| told.push(read);
    let update = history.update(&world.client, best, &mut reading);
    update.await.unwrap();
    told
}

#[test]
fn what_is_kept_is_what_happened_and_only_new_blocks_are_read() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        tip(&world, 5).await;
        let history = world.history().await;
        let first = events(&history);
        assert!(first.len() > 6);
        drop(history);
        tip(&world, 6).await;
        tip(&world, 7).await;
        let folder = world.folder.path().join("history");
        let mut history = History::open(&world.client, Keeping::Folder(folder.clone()))
            .await
            .unwrap();
        assert_eq!(events(&history), first);
        let told = update(&world, &mut history).await;
        assert_eq!(told, [Read { done: 2, of: 2 }]);
        let all = events(&world.kept(Keeping::Nowhere).await);
        assert_eq!(events(&history), all);
        assert_eq!(all[..first.len()], first);

        // Somebody else reads it, who never asked the chain.
        let file = kept_in(&world.client, &folder).unwrap();
        let elsewhere = world.folder.path().join("of-a-friend");
        std::fs::copy(file, &elsewhere).unwrap();
        let of_friend = History::open(&world.client, Keeping::File(elsewhere)).await;
        assert_eq!(events(&of_friend.unwrap()), all);
    });
}

#[test]
fn blocks_that_can_be_undone_are_not_kept_and_are_read_anew() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let chain = &world.client.chain;
        chain
            .request("dev_setFinality", json!(["held"]))
            .await
            .unwrap();
        let mut shop: StorefrontRef = world.client.contract().unwrap();
        let tip = shop.call_mut().tip(0, b"undone".to_vec());
        let key = crate::world::key("Bob");
        let plan = world
            .client
            .plan(key.account(), Call::new(tip, UNIT))
            .await
            .unwrap();
        let folder = world.folder.path();
        let outbox =
            farthing_client::Outbox::open(folder, &chain.genesis(), key.account()).unwrap();
        let certainty = farthing_client::Certainty::Block;
        let mut quiet = |_| ();
        let sent = world
            .client
            .send(plan, &key, &outbox, certainty, &mut quiet);
        sent.await.unwrap();
        outbox.empty().unwrap();
        let finalised = chain.finalised().await.unwrap();
        let mut history = world.history().await;
        let with = events(&history);
        assert_eq!(history.kept_until(), Some(finalised));
        assert_eq!(with.last().unwrap().block.number, finalised.number + 1);

        chain.request("dev_reorg", json!([1])).await.unwrap();
        update(&world, &mut history).await;
        let fresh = events(&world.kept(Keeping::Nowhere).await);
        assert_eq!(events(&history), fresh);
    });
}

#[test]
fn file_of_a_chain_that_was_started_anew_is_not_believed() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let keeping = Keeping::File(world.folder.path().join("mine"));
        let before = events(&world.kept(keeping.clone()).await);
        // The chain goes back to where it had not happened, and does something else.
        let chain = &world.client.chain;
        let point = chain.request("dev_snapshot", json!([])).await.unwrap();
        tip(&world, 11).await;
        tip(&world, 12).await;
        drop(world.kept(keeping.clone()).await);
        chain.request("dev_revert", json!([point])).await.unwrap();
        tip(&world, 13).await;
        let history = world.kept(keeping).await;
        assert_eq!(
            events(&history),
            events(&world.kept(Keeping::Nowhere).await)
        );
        assert_eq!(events(&history)[..before.len()], before);
    });
}

/// As it is where a deployment was written down anew, in another folder.
#[test]
fn history_begins_with_the_contracts_however_late_the_deployment_says_that_was() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        tip(&world, 5).await;
        let last = world.client.chain.best().await.unwrap();
        let all = events(&world.kept(Keeping::Nowhere).await);
        for block in [last.number, last.number - 3, 0] {
            let client = world.reopened(|deployment| deployment.block = block).await;
            let mut history = History::open(&client, Keeping::Nowhere).await.unwrap();
            let mut quiet = |_| ();
            history.update(&client, last, &mut quiet).await.unwrap();
            assert_eq!(events(&history), all, "{block}");
            let found = ledger::all(&client, &history, account("Alice"), &[0], last).await;
            assert!(found.is_ok());
        }
    });
}

#[test]
fn history_that_lacks_the_beginning_is_told_and_not_taken_for_nothing() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        // Nothing was read yet.
        let history = History::open(&world.client, Keeping::Nowhere)
            .await
            .unwrap();
        let last = world.client.chain.best().await.unwrap();
        let found = ledger::all(&world.client, &history, account("Alice"), &[0], last).await;
        let error = found.unwrap_err();
        assert!(matches!(error, Error::Incomplete { .. }), "{error}");
    });
}

#[test]
fn ledger_that_does_not_come_to_what_the_contract_says_names_both_sums() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let mut streams: farthing_contracts::streams::StreamsRef = world.client.contract().unwrap();
        let open = streams.call_mut().open(account("Bob").id(), 1);
        world
            .act("Charlie", Call::new(open, 2 * UNIT))
            .await
            .unwrap();
        // A history that was read before tells nothing of what comes.
        let history = world.history().await;
        let stop = streams.call_mut().stop(0);
        world.act("Charlie", Call::new(stop, 0)).await.unwrap();
        let last = world.client.chain.best().await.unwrap();
        let found = ledger::all(&world.client, &history, account("Bob"), &[], last).await;
        let error = found.unwrap_err();
        let Error::Unreconciled(told) = &error else {
            panic!("{error}");
        };
        assert_eq!(told.ledger, ledger::Name::Stream(0));
        assert_eq!((told.sum, told.contract.amount), (2 * UNIT as i128, 0));
        let first = world.client.deployment.block;
        assert_eq!((told.block, told.first), (last.number, first));
        let words = error.to_string();
        assert!(words.contains("comes to 2 UNIT in block"), "{words}");
    });
}
