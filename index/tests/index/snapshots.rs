//! Snapshots: an index begins from a file, and believes nothing that is in it.

use crate::{
    indexed, rows, tip,
    world::{block_on, World, UNIT},
};
use farthing_client::{
    history::{is_made, Event, Keeping},
    History,
};
use farthing_contracts::Contract;
use farthing_index::{snapshot, Error, Identity, Index, Place};

async fn empty(world: &World) -> Index {
    let client = &world.client;
    let identity = Identity::of(client).await.unwrap();
    Index::open(&Place::Memory, identity, client.deployment.block).unwrap()
}

#[test]
fn index_begins_from_a_snapshot_and_goes_on() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        tip(&world, "Bob", UNIT).await;
        let file = world.folder.path().join("snapshot");
        let original = indexed(&world.client).await;
        let last = snapshot::export(&world.client, &mut *original.index().await, &file)
            .await
            .unwrap();
        let mut other = empty(&world).await;
        let (block, checked) = snapshot::import(&world.client, &mut other, &file)
            .await
            .unwrap();
        assert_eq!(block, last);
        assert_eq!((checked.creators, checked.ledgers), (1, 1));
        assert_eq!(rows(&mut other), rows(&mut *original.index().await));
        assert_eq!(other.status(), original.index().await.status());

        // It is a history, for those who have no index.
        let history = History::open(&world.client, Keeping::File(file.clone()))
            .await
            .unwrap();
        assert_eq!(history.kept_until(), Some(last));
        let again = snapshot::export(&world.client, &mut *original.index().await, &file).await;
        assert!(matches!(again, Err(Error::File { .. })));
        let begun = snapshot::import(&world.client, &mut other, &file).await;
        assert!(matches!(begun, Err(Error::File { .. })));
    });
}

#[test]
fn snapshot_in_which_something_is_missing_is_not_believed() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let mut streams: farthing_contracts::streams::StreamsRef = world.client.contract().unwrap();
        use ink::codegen::TraitCallBuilder;
        let open = streams
            .call_mut()
            .open(crate::world::account("Bob").id(), 1);
        world
            .act("Charlie", farthing_client::Call::new(open, UNIT))
            .await
            .unwrap();
        let best = world.client.chain.best().await.unwrap();
        let whole = world.history().await;
        let mut events = Vec::new();
        whole
            .each(best.number, |event| events.push(event.clone()))
            .unwrap();
        // The making of a contract, of a creator, of a stream.
        let is_change = |event: &Event| event.contract == Contract::Registry && !is_made(event);
        let creator = events.iter().position(is_change).unwrap();
        for missing in [0, creator, events.len() - 1] {
            let mut fewer = events.clone();
            fewer.remove(missing);
            let file = world.folder.path().join(format!("without-{missing}"));
            let mut history = History::open(&world.client, Keeping::File(file.clone()))
                .await
                .unwrap();
            history.add(&fewer, best).unwrap();
            drop(history);
            let mut index = empty(&world).await;
            let imported = snapshot::import(&world.client, &mut index, &file).await;
            let error = imported.unwrap_err();
            let noticed = matches!(
                error,
                Error::Unmade { .. }
                    | Error::Impossible { .. }
                    | Error::Count { .. }
                    | Error::Unreconciled { .. }
            );
            assert!(noticed, "{missing}: {error}");
            // Nothing of it is kept.
            assert_eq!(index.status().last, None);
            assert!(rows(&mut index).iter().all(|(_, rows)| rows.is_empty()));
        }
    });
}
