//! Whatever is paid, lost, put back, taken over, claimed and closed: nobody owes more than they signed, and nobody
//! loses what they served for.

use crate::{
    scene::{id_of, name_of, solvency, Scene},
    steps::{steps, LINES, PAYEE},
    world::{account, block_on, World},
};
use farthing_client::wallet::Receiving;
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, TestRunner},
};

const SEQUENCES: u8 = 2;

#[test]
fn vouchers_come_to_what_was_meant_whatever_happens_to_wallets() {
    block_on(async {
        let world = World::new().await;
        let mut scene = Scene::new(&world);
        let mut runner = TestRunner::new(Config::default());
        for _ in 0..SEQUENCES {
            let steps = steps().new_tree(&mut runner).unwrap().current();
            // Seen only if something does not add up.
            println!("{steps:#?}");
            for step in steps {
                println!("{step:?}");
                scene.run(step).await;
                adds_up(&scene).await;
            }
        }
        // What is left is claimed, and all of it is there.
        scene.claim().await;
        adds_up(&scene).await;
        // Sequences in which nothing works would prove nothing.
        for kind in ["Open", "Pay", "Deliver", "Claim", "Sync"] {
            assert!(scene.done.contains_key(kind), "{kind}: {:?}", scene.done);
        }
    });
}

async fn adds_up(scene: &Scene<'_>) {
    let (owed, held) = solvency(scene).await.unwrap();
    assert!(owed <= held, "channels owe {owed} and have {held}");
    let folder = scene.world.folder.path().join("wallets").join(PAYEE);
    let place = scene.place();
    let kept = Receiving::read(&folder, place.genesis, account(PAYEE)).unwrap();
    for (name, life) in &scene.lives {
        assert!(life.signed <= life.meant, "{life:?}");
        let best = kept.best_of(place.contract, &id_of(*name));
        let best = best.map_or(0, |best| best.voucher.cumulative);
        assert_eq!(best, life.kept, "{life:?}");
        assert!(life.kept <= life.signed, "{life:?}");
        if !scene.payee_forgot {
            assert_eq!(life.served + life.unserved, life.kept, "{life:?}");
        }
    }
    let (_, channels) = scene.all().await;
    for (line, channel) in channels.into_iter().enumerate() {
        let Some(channel) = channel else { continue };
        let id = scene.id(line, &channel);
        let life = &scene.lives[&name_of(&id)];
        assert!(channel.claimed <= life.signed, "{life:?} {channel:?}");
        // What a wallet says that it promised was signed, or is about to be.
        let (promised, _) = scene.paid(LINES[line].0).promised(place.contract, &id);
        assert!(promised <= life.signed.max(channel.claimed), "{life:?}");
    }
}
