//! Claims of handles stand as a model says, whoever claims what and whatever time passes.

use crate::{
    steps::PEOPLE,
    world::{account, block_on, key, World},
};
use farthing_client::{
    ops::handles::{reveal_deposit, Claim, Standing, REVEAL},
    Certainty, Error, Outbox,
};
use farthing_contracts::registry::{creator::Profile, RegistryRef};
use farthing_types::{CreatorId, Millis, DAY};
use ink::codegen::TraitCallBuilder;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use std::collections::BTreeMap;

const HANDLES: [&str; 3] = ["ada", "bea", "cid"];

#[derive(Clone, Debug)]
enum Step {
    Announce(usize, usize),
    Reveal(usize, usize),
    Block,
    Wait(Millis),
}

fn step() -> impl Strategy<Value = Step> {
    let (who, handle) = (|| 0..PEOPLE.len(), || 0..HANDLES.len());
    prop_oneof![
        4 => (who(), handle()).prop_map(|(who, handle)| Step::Announce(who, handle)),
        4 => (who(), handle()).prop_map(|(who, handle)| Step::Reveal(who, handle)),
        2 => Just(Step::Block),
        1 => (0..DAY).prop_map(Step::Wait),
    ]
}

/// What must be so.
#[derive(Default)]
struct Model {
    /// What each has announced: the handle, its block and its time.
    announced: BTreeMap<usize, (usize, u32, Millis)>,
    taken: BTreeMap<usize, CreatorId>,
}

impl Model {
    fn standing(&self, who: usize, handle: usize, best: u32, now: Millis) -> Standing {
        match self.announced.get(&who) {
            Some((of, block, at)) if *of == handle && at + DAY >= now => match best > *block {
                true => Standing::Ready,
                false => Standing::NextBlock,
            },
            _ => Standing::Unannounced,
        }
    }
}

fn claim(who: usize, handle: usize) -> Claim {
    let salt = [who as u8 * 8 + handle as u8; 32];
    Claim::new(HANDLES[handle], account(PEOPLE[who]), salt).unwrap()
}

#[test]
fn claims_stand_as_they_must_and_whoever_reveals_first_has_the_handle() {
    block_on(async {
        let world = World::new().await;
        let mut runner = TestRunner::new(Config::default());
        let steps = proptest::collection::vec(step(), 60..80);
        let steps = steps.new_tree(&mut runner).unwrap().current();
        // Seen only if something is wrong.
        println!("{steps:#?}");
        let mut model = Model::default();
        for step in steps {
            take(&world, &mut model, step).await;
            check(&world, &model).await;
        }
    });
}

#[test]
fn nothing_is_claimed_that_is_no_handle() {
    for bad in ["", "ad", "Ada", "a--da", "-ada", "ada-", "a da"] {
        assert!(Claim::new(bad, account("Alice"), [0; 32]).is_err(), "{bad}");
    }
}

async fn take(world: &World, model: &mut Model, step: Step) {
    let chain = &world.client.chain;
    match step {
        Step::Announce(who, handle) => {
            let call = claim(who, handle).announcement(&world.client).unwrap();
            world.act(PEOPLE[who], call).await.unwrap();
            let block = chain.best().await.unwrap();
            let at = chain.time(block.hash).await.unwrap();
            model.announced.insert(who, (handle, block.number, at));
        }
        Step::Reveal(who, handle) => reveal(world, model, who, handle).await,
        Step::Block => chain.forward(1).await.unwrap(),
        Step::Wait(millis) => chain.forward(millis).await.unwrap(),
    }
}

async fn reveal(world: &World, model: &mut Model, who: usize, handle: usize) {
    let (client, claim) = (&world.client, claim(who, handle));
    let profile = Profile {
        commitment: [0; 32],
        uri: String::new(),
    };
    let call = claim.registration(client, profile).unwrap();
    let expected = CreatorId::try_from(model.taken.len()).unwrap();
    let free = !model.taken.contains_key(&handle);
    let standing = claim.wait(client, |_| ()).await.unwrap();
    let revealed = match standing {
        Standing::NextBlock => {
            let signer = account(PEOPLE[who]);
            let deposit = reveal_deposit(&client.chain).unwrap();
            let plan = client.plan_unseen(signer, call, REVEAL, deposit, &expected);
            let plan = plan.await.unwrap();
            let genesis = client.chain.genesis();
            let outbox = Outbox::open(world.folder.path(), &genesis, signer).unwrap();
            let (key, mut quiet) = (key(PEOPLE[who]), |_| ());
            let sent = client.send(plan, &key, &outbox, Certainty::Final, &mut quiet);
            let sent = sent.await.map(|done| done.answer);
            outbox.empty().unwrap();
            sent
        }
        _ => world.act(PEOPLE[who], call).await,
    };
    match revealed {
        Ok(creator) => {
            assert!(free && standing != Standing::Unannounced, "{standing:?}");
            assert_eq!(creator, expected);
            model.taken.insert(handle, creator);
            model.announced.remove(&who);
        }
        Err(Error::Refused(_) | Error::Failed { .. }) => {
            assert!(!free || standing == Standing::Unannounced, "{standing:?}");
        }
        Err(error) => panic!("{error}"),
    }
}

async fn check(world: &World, model: &Model) {
    let client = &world.client;
    let best = client.chain.best().await.unwrap();
    let now = client.chain.time(best.hash).await.unwrap();
    for who in 0..PEOPLE.len() {
        for handle in 0..HANDLES.len() {
            let claim = claim(who, handle);
            let expected = model.standing(who, handle, best.number, now);
            assert_eq!(claim.standing(client).await.unwrap(), expected);
            let announced = expected != Standing::Unannounced;
            assert_eq!(claim.is_announced(client).await.unwrap(), announced);
            let holder = claim.holder(client).await.unwrap();
            assert_eq!(holder, model.taken.get(&handle).copied());
        }
    }
    let registry: RegistryRef = client.contract().unwrap();
    let overview = client.read(registry.call().overview()).await.unwrap();
    assert_eq!(overview.creators as usize, model.taken.len());
}
