//! `farthing deploy`, and deployments that are not what they should be.

use crate::world::UNIT;
use crate::{
    wire::{Breaks, Wire},
    world::{block_on, deploy, program, Ran, World},
};
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

/// With other accounts, a development chain begins with another block.
#[test]
fn deployment_of_a_development_chain_with_another_first_block_is_replaced() {
    let world = World::new();
    let other = World::bare();
    let file = other.deployments.join("local.json");
    let earlier = |change: &dyn Fn(&mut Value)| {
        let known = fs::read(world.deployments.join("local.json")).unwrap();
        let mut deployment: Value = serde_json::from_slice(&known).unwrap();
        deployment["genesis"] = json!(format!("0x{}", "17".repeat(32)));
        change(&mut deployment);
        fs::write(&file, deployment.to_string()).unwrap();
    };
    // One on a chain that lasts is never replaced.
    for change in [
        &(|known: &mut Value| drop(known["life"].take())) as &dyn Fn(&mut Value),
        &|known| known["chain"] = json!("Mainnet"),
    ] {
        earlier(change);
        let before = fs::read(&file).unwrap();
        let mut command = program(&world.url, &other.deployments, other.deployments.as_path());
        command.args(["--json", "--yes", "--fast", "--dev", "alice", "deploy"]);
        let why = Ran::of(command.output().unwrap()).refused(5, "mismatch");
        assert!(why.contains("--network NAME"), "{why}");
        assert!(!why.contains("farthing deploy"), "{why}");
        assert_eq!(fs::read(&file).unwrap(), before);
    }
    earlier(&|_| {});
    deploy(&world.url, &other.deployments, &[]);
    let list = world.person(0).with(&other.deployments);
    list.ok(&["creator", "list"]);
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
            "The registry that is deployed is of another version than this program: its message \
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

/// All files and folders under one.
fn contents(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut all = Vec::new();
    for path in entries {
        if path.is_dir() {
            all.extend(contents(&path));
        }
        all.push(path);
    }
    all
}

fn amount(of: &Value) -> u128 {
    of.as_str().unwrap().parse().unwrap()
}

/// On a chain where nothing is yet, so that codes are uploaded as well.
#[test]
fn dry_run_plans_all_steps_as_they_come_and_writes_nothing() {
    let node = Node::own(&[]);
    let (folder, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let run = |words: &[&str]| {
        let mut command = program(&node.url, folder.path(), state.path());
        command.env("XDG_CACHE_HOME", state.path());
        command.args([
            "--json",
            "--dev",
            "alice",
            "deploy",
            "--fee",
            "0.05%",
            "--pool-fee",
            "1%",
        ]);
        command.args(words);
        Ran::seen(command).json()
    };
    let plan = run(&["--dry-run"])["plan"].clone();
    assert_eq!(contents(folder.path()), Vec::<std::path::PathBuf>::new());
    assert_eq!(contents(state.path()), Vec::<std::path::PathBuf>::new());
    assert_eq!(plan["there"], json!({}));
    let alice = Key::for_development("//Alice").unwrap().account();
    let has = || {
        let money = block_on(async { Chain::connect(&node.url).await?.money(alice).await });
        money.unwrap().free
    };
    let before = has();
    let done = run(&["--yes"]);
    let (planned, sent) = (
        plan["steps"].as_array().unwrap(),
        done["transactions"].as_array().unwrap(),
    );
    assert_eq!(
        planned.len(),
        Contract::all().count() + Contract::SINGLE.len()
    );
    assert_eq!(planned.len(), sent.len());
    for (planned, sent) in planned.iter().zip(sent) {
        assert_eq!(planned["what"], sent["what"]);
        if planned["what"].as_str().unwrap().starts_with("making") {
            assert_eq!(planned["deposit"], sent["deposit"], "{planned}");
        }
        assert!(
            amount(&planned["fee_at_most"]) >= amount(&sent["fee"]),
            "{planned} {sent}"
        );
    }
    let sum = |of: &str| planned.iter().map(|step| amount(&step[of])).sum::<u128>();
    assert_eq!(amount(&plan["deposit"]), sum("deposit"));
    assert_eq!(amount(&plan["fee_at_most"]), sum("fee_at_most"));
    let fees: u128 = sent.iter().map(|sent| amount(&sent["fee"])).sum();
    assert_eq!(before - has(), amount(&plan["deposit"]) + fees);
    let after = run(&["--dry-run"])["plan"].clone();
    assert_eq!(after["steps"], json!([]));
    for (name, contract) in done["deployment"]["contracts"].as_object().unwrap() {
        assert_eq!(after["there"][name], contract["address"]);
    }
}

/// Before any node is asked: there is none here.
#[test]
fn limits_of_all_contracts_are_checked_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    farthing_artifacts::ready().unwrap();
    for (words, says) in [
        (&["--fee", "5.01%"][..], "at most 5 %"),
        (&["--fee", "300"], "is not a percentage"),
        (&["--fee", "0.001%"], "0.01 %"),
        (&["--pool-fee", "2.01%"], "at most 2 %"),
        (&["--reserve", "No"], "cannot be reserved"),
        (&["--claim-wait", "13h"], "at most 12h"),
        (&["--claim-blocks", "0"], "1 to 1000 blocks"),
        (&["--claim-blocks", "1001"], "1 to 1000 blocks"),
    ] {
        let mut command = program("ws://127.0.0.1:1", folder.path(), folder.path());
        command
            .args(["--json", "--dev", "alice", "deploy"])
            .args(words);
        let sentence = Ran::seen(command).refused(2, "usage");
        assert!(sentence.contains(says), "{sentence}");
    }
}

#[test]
fn deploy_refuses_other_terms_than_contracts_have_and_names_each() {
    let world = World::bare();
    let person = world.rich();
    let (to, other) = (
        world.person(0).account.to_string(),
        world.person(0).account.to_string(),
    );
    let named = ["deploy", "--network", "terms"];
    let made = [
        "--fee",
        "0.05%",
        "--pool-fee",
        "1%",
        "--treasury",
        &to,
        "--reserve",
        "reserved",
    ];
    let first = person.ok(&[&named[..], &made].concat());
    let before = world.money(person.account);
    let asked = [
        "--fee",
        "3%",
        "--pool-fee",
        "2%",
        "--treasury",
        &other,
        "--guardian",
        &other,
        "--claim-wait",
        "5min",
        "--claim-blocks",
        "7",
        "--reserve",
        "another",
    ];
    let sentence = person
        .run(&[&named[..], &asked].concat())
        .refused(2, "usage");
    for difference in [
        "the fee of the storefront is 0.05 %, and not 3 %".into(),
        format!("the treasury of the storefront is {to}, and not {other}"),
        format!("the guardian of the storefront is nobody, and not {other}"),
        format!("the guardian of the channels is nobody, and not {other}"),
        format!("the guardian of the streams is nobody, and not {other}"),
        "the fee of pools of the pool_factory is 1 %, and not 2 %".into(),
        format!("the treasury of the pool_factory is {to}, and not {other}"),
        "the wait of claims of the registry is 0s, and not 5m".into(),
        "the wait of claims in blocks of the registry is 1, and not 7".into(),
        "the registry does not reserve \"another\"".to_string(),
    ] {
        assert!(sentence.contains(&difference), "{difference}: {sentence}");
    }
    assert_eq!(world.money(person.account), before);
    // As it was made, without a word about it, or in spite of it.
    for words in [&made[..], &[], &[&asked[..], &["--keep"]].concat()] {
        let again = person.ok(&[&named[..], words].concat());
        assert_eq!(again.get("transactions"), None);
        assert_eq!(again["deployment"], first["deployment"]);
    }
    assert_eq!(world.money(person.account), before);
}

#[test]
fn deployment_that_was_interrupted_goes_on() {
    let world = World::new();
    let person = world.rich();
    let folder = tempfile::tempdir().unwrap();
    let run = |url: &str, more: &[&str]| {
        let mut command = program(url, folder.path(), person.state.path());
        command.env("FARTHING_SECRET", &person.secret);
        command.args([
            "--json",
            "--yes",
            "--fast",
            "deploy",
            "--network",
            "goes-on",
            "--fee",
            "1%",
        ]);
        command.args(more);
        Ran::seen(command)
    };
    // Once while the first contract is made, once while the second is.
    for _ in 0..2 {
        let wire = Wire::to(&world.url, Breaks::After);
        assert_eq!(run(&wire.url, &[]).code, Some(7));
    }
    let done = run(&world.url, &[]).json();
    let sent = done["transactions"].as_array().unwrap();
    let what: Vec<_> = sent
        .iter()
        .map(|one| one["what"].as_str().unwrap())
        .collect();
    assert_eq!(
        what,
        [
            "making of the channels",
            "making of the streams",
            "making of the pool_factory"
        ]
    );
    assert_eq!(run(&world.url, &[]).json().get("transactions"), None);
}
