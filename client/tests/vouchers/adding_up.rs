//! Whatever is paid, lost, put back, taken over, claimed and closed: nobody owes more than they signed, and nobody
//! loses what they served for.

use crate::{
    scene::{id_of, name_of, solvency, Scene},
    steps::{steps, Fate, Step, LINES, PAYEE},
    world::{account, block_on, World},
};
use farthing_client::wallet::Receiving;
use proptest::{
    prelude::any,
    sample::Index,
    strategy::{Strategy, ValueTree},
    test_runner::{Config, TestRunner},
};
use std::env;

/// How many sequences are run.
const SEQUENCES: usize = 2;

/// Asks for so many sequences that nobody ran before. Without it, each run has the same ones.
const ANEW: &str = "FARTHING_SEQUENCES";

#[test]
fn vouchers_come_to_what_was_meant_whatever_happens_to_wallets() {
    let anew = env::var(ANEW).ok().map(|number| number.parse().unwrap());
    let mut runner = match anew {
        Some(_) => TestRunner::new(Config::default()),
        None => TestRunner::deterministic(),
    };
    block_on(async {
        let world = World::new().await;
        let mut scene = Scene::new(&world);
        for _ in 0..anew.unwrap_or(SEQUENCES) {
            let steps = steps().new_tree(&mut runner).unwrap().current();
            run(&mut scene, steps).await;
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

/// Nobody can tell a payer's wallet of a voucher that did not arrive yet, if its files were put back to before it.
#[test]
fn a_wallet_put_back_hears_of_a_voucher_underway_once_it_arrived() {
    let arrives = any::<Index>().new_tree(&mut TestRunner::deterministic());
    let arrives = arrives.unwrap().current();
    block_on(async {
        let world = World::new().await;
        let mut scene = Scene::new(&world);
        let steps = [
            Step::Open(0, 20_000_000_000_000),
            Step::Save(0),
            Step::Pay(0, 1_000, Fate::Underway),
            Step::PutBack(0),
            Step::Sync(0),
            Step::Deliver(0, arrives),
            // It is worth nothing, and the payer is told so.
            Step::Pay(0, 5, Fate::Delivered),
            Step::Sync(0),
            // From here on, all is as it was meant.
            Step::Pay(0, 5, Fate::Delivered),
            Step::Claim,
        ];
        run(&mut scene, steps).await;
        let life = scene.lives.values().next().unwrap();
        assert_eq!((life.served, life.is_known), (1_005, true));
    });
}

/// After each step, everything must add up.
async fn run(scene: &mut Scene<'_>, steps: impl IntoIterator<Item = Step>) {
    for step in steps {
        // Seen only if something does not add up.
        println!("{step:?}");
        scene.run(step).await;
        adds_up(scene).await;
    }
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
