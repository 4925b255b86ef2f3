//! `farthing deploy`, and deployments that are not what they should be.

use crate::world::UNIT;
use crate::world::{block_on, deploy, program, Ran, World};
use farthing_client::{Certainty, Chain, Instance, Key, Outbox};
use farthing_contracts::{channels::ChannelsRef, Contract};
use farthing_node_tests::node::Node;
use serde_json::{json, Value};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

#[test]
fn deploy_skips_what_is_there() {
    let world = World::bare();
    let named = ["--network", "skips"];
    let first = deploy(&world.url, &world.deployments, &named);
    assert!(!first["transactions"].as_array().unwrap().is_empty());
    let again = deploy(&world.url, &world.deployments, &named);
    assert_eq!(again.get("transactions"), None);
    assert_eq!(first["deployment"], again["deployment"]);

    // Even if nobody wrote down where.
    fs::remove_file(world.deployments.join("skips.json")).unwrap();
    let found = deploy(&world.url, &world.deployments, &named);
    assert_eq!(found.get("transactions"), None);
    let addresses = |deployed: &Value| {
        let contracts = deployed["deployment"]["contracts"]
            .as_object()
            .unwrap()
            .clone();
        contracts
            .into_iter()
            .map(|(name, c)| (name, c["address"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(addresses(&first), addresses(&found));
}

#[test]
fn a_deployment_on_another_chain_is_refused() {
    let world = World::new();
    let person = world.person(0);
    let other = World::bare();
    let mut deployment: Value =
        serde_json::from_slice(&fs::read(world.deployments.join("local.json")).unwrap()).unwrap();
    deployment["genesis"] = json!(format!("0x{}", "17".repeat(32)));
    fs::write(other.deployments.join("local.json"), deployment.to_string()).unwrap();
    let mut command = program(&world.url, &other.deployments, person.state.path());
    let ran = Ran::of(
        command
            .args(["--json", "creator", "list"])
            .output()
            .unwrap(),
    );
    let sentence = ran.refused(5, "mismatch");
    assert!(sentence.starts_with("This is another chain"), "{sentence}");
}

#[test]
fn an_address_without_the_contract_is_refused() {
    let world = World::bare();
    let deployed = deploy(&world.url, &world.deployments, &["--network", "elsewhere"]);
    let mut deployment = deployed["deployment"].clone();
    let somebody = world.person(0);
    deployment["contracts"]["streams"]["address"] = json!(somebody.account);
    fs::write(
        world.deployments.join("elsewhere.json"),
        deployment.to_string(),
    )
    .unwrap();
    let mut command = program(&world.url, &world.deployments, somebody.state.path());
    let ran = Ran::of(
        command
            .args(["--json", "--network", "elsewhere", "creator", "list"])
            .output()
            .unwrap(),
    );
    let sentence = ran.refused(5, "mismatch");
    assert!(
        sentence.contains("is not a streams of this deployment: there is no contract"),
        "{sentence}"
    );
}

#[test]
fn without_a_deployment_it_says_how_to_make_one() {
    let world = World::bare();
    let ran = world.person(0).run(&["creator", "list"]);
    assert!(ran.refused(5, "mismatch").contains("farthing deploy"));
}

#[test]
fn without_a_node_it_says_how_to_start_one() {
    let world = World::new();
    let ran = world
        .person(0)
        .run(&["--node", "ws://127.0.0.1:1", "creator", "list"]);
    assert!(ran.refused(4, "node").contains("./scripts/chain"));
}

/// A development chain begins with the same block whenever it is started anew.
#[test]
fn on_a_chain_that_was_started_anew_everything_is_deployed_and_counted_anew() {
    let keeping = ["--state-pruning=archive"];
    let (Some(first), Some(second)) = (Node::with(&keeping), Node::with(&keeping)) else {
        eprintln!("Skipped: it takes two nodes, and FARTHING_NODE_URL says to start none.");
        return;
    };
    let mut world = World::on(&first.url);
    let (payer, payee) = (world.rich(), world.rich());
    let name = payee.account.to_string();
    let life = |payer: &crate::world::Person| {
        payer.ok(&["creator", "register", "phoenix"]);
        payer.ok(&["channel", "open", &name, "1"]);
        payer.ok(&["channel", "pay", &name, "0.25"])["cumulative"].clone()
    };
    assert_eq!(life(&payer), (UNIT / 4).to_string());

    world.url = second.url.clone();
    let payer = payer.at(&second.url);
    let sentence = payer.run(&["creator", "list"]).refused(5, "mismatch");
    assert_eq!(
        sentence,
        "Nothing of the deployment \"local\" is there: this development chain was started anew. Run \
         `farthing deploy` again."
    );
    let again = deploy(&second.url, &world.deployments, &[]);
    assert!(!again["transactions"].as_array().unwrap().is_empty());
    world.give(payer.account, 100 * UNIT);
    // The same channel, by its number: vouchers of the one before are none of its.
    assert_eq!(life(&payer), (UNIT / 4).to_string());
}

#[test]
fn metadata_that_says_something_else_than_the_program_is_refused() {
    let world = World::bare();
    deploy(&world.url, &world.deployments, &[]);
    let person = world.rich();
    change(&world.deployments.join("local/registry.json"), |registry| {
        let messages = registry["spec"]["messages"].as_array_mut().unwrap();
        let commit = messages
            .iter_mut()
            .find(|m| m["label"] == "commit")
            .unwrap();
        commit["args"] = json!([]);
    });
    let before = world.money(person.account);
    let ran = person.run(&["creator", "register", "disagree"]);
    let sentence = ran.refused(5, "mismatch");
    assert!(
        sentence.starts_with(
            "The registry that is deployed is not the one that this program was made for: its message \
             commit takes other arguments."
        ),
        "{sentence}"
    );
    assert_eq!(world.money(person.account), before);

    change(&world.deployments.join("local/registry.json"), |registry| {
        registry["source"]["hash"] = json!(format!("0x{}", "17".repeat(32)));
    });
    let sentence = person.run(&["creator", "list"]).refused(5, "mismatch");
    assert!(
        sentence.contains("is of other code than the deployment says"),
        "{sentence}"
    );
}

#[test]
fn code_that_the_chain_refuses_is_not_uploaded() {
    let world = World::bare();
    let folder = tempfile::tempdir().unwrap();
    let built = farthing_artifacts::ready().unwrap();
    for entry in fs::read_dir(&built).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
    }
    let artifacts = folder.path().to_str().unwrap();
    let deploy = ["deploy", "--artifacts", artifacts];
    let person = world.rich();
    let before = world.money(person.account);

    fs::write(folder.path().join("registry.wasm"), "no Wasm").unwrap();
    let sentence = person.run(&deploy).refused(5, "mismatch");
    assert!(sentence.contains("do not belong together"), "{sentence}");
    change(&folder.path().join("registry.json"), |registry| {
        let hash = farthing_types::commitment::blake2_256(b"no Wasm");
        registry["source"]["hash"] = json!(format!("0x{}", hex::encode(hash)));
    });
    let sentence = person.run(&deploy).refused(3, "refused");
    assert!(
        sentence.starts_with("The chain refuses this: "),
        "{sentence}"
    );
    fs::remove_file(folder.path().join("registry.wasm")).unwrap();
    let sentence = person.run(&deploy).refused(5, "mismatch");
    assert!(
        sentence.contains("build the contracts with ./scripts/build --contracts"),
        "{sentence}"
    );
    assert_eq!(world.money(person.account), before);
}

/// Vouchers name the chain: a contract that was told another takes none, but takes money.
#[test]
fn channels_that_were_made_for_another_chain_are_not_used() {
    let world = World::bare();
    deploy(&world.url, &world.deployments, &[]);
    let person = world.rich();
    let state = tempfile::tempdir().unwrap();
    let file = world.deployments.join("local.json");
    let deployed: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let code = deployed["code"]["channels"]["hash"].as_str().unwrap();
    let code: [u8; 32] = hex::decode(&code[2..]).unwrap().try_into().unwrap();
    let instance = Instance::new(code, ChannelsRef::new([7; 32], None), b"elsewhere");
    let key = Key::for_development(&person.secret).unwrap();
    block_on(async {
        let chain = Chain::connect(&world.url).await?;
        let outbox = Outbox::open(state.path(), &chain.genesis(), key.account())?;
        let step = chain.plan_instance(key.account(), "channels", &instance);
        let (step, ignore) = (step.await?, &mut |_| {});
        chain
            .send_step(step, &key, &outbox, Certainty::Block, ignore)
            .await
    })
    .unwrap();
    change(&file, |deployment| {
        deployment["contracts"]["channels"]["address"] = json!(instance.address(key.account()));
    });
    let before = world.money(person.account);
    let payee = world.person(0).account.to_string();
    for arguments in [
        &["channel", "open", &payee, "1"][..],
        &["channel", "pay", &payee, "1"],
        &["channel", "receive", "anything"],
        &["channel", "agree", &payee, "1"],
        &["channel", "overview"],
    ] {
        let sentence = person.run(arguments).refused(5, "mismatch");
        assert!(
            sentence.ends_with(&format!(
                "its channels take vouchers for the chain with genesis hash 0x{}.",
                "07".repeat(32)
            )),
            "{sentence}"
        );
    }
    assert_eq!(world.money(person.account), before);
}

/// Changes a file of JSON.
fn change(path: &Path, how: impl FnOnce(&mut Value)) {
    let mut value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    how(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

#[test]
fn the_development_chain_deploys_everything_if_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::own(&["--deploy", folder.path().to_str().unwrap()]);
    let file = folder.path().join("local.json");
    let begun = Instant::now();
    let complete = || {
        let written: Value = serde_json::from_slice(&fs::read(&file).ok()?).ok()?;
        let contracts = written["contracts"].as_object()?.len();
        (contracts == Contract::SINGLE.len()).then_some(())
    };
    while complete().is_none() {
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "nothing is deployed"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut list = program(&node.url, folder.path(), folder.path());
    let ran = Ran::of(list.args(["--json", "creator", "list"]).output().unwrap());
    assert_eq!(ran.json()["creators"], json!([]));
}

#[test]
fn chain_hands_its_flags_to_the_development_chain() {
    let folder = tempfile::tempdir().unwrap();
    let run = |flags: &[&str]| {
        let mut command = program("ws://127.0.0.1:1", folder.path(), folder.path());
        Ran::of(command.arg("chain").args(flags).output().unwrap())
    };
    // `--state` is a folder to this program, and a file to that one.
    let ran = run(&["--state", "/nowhere/chain", "--rpc-port=0"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("cannot open /nowhere/chain"), "{ran:?}");
    assert!(run(&["--help"]).stdout.contains("--hold-finality"));
}
