//! `farthing deploy`, and deployments that are not what they should be.

use crate::world::{deploy, program, Ran, World};
use serde_json::{json, Value};
use std::fs;

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
    assert!(ran.refused(4, "node").contains("./scripts/node"));
}
