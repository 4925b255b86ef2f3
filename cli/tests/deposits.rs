//! Deposits after the chain's price of storage has changed: they are one pot, and what comes back of it is an
//! average.

use crate::world::UNIT;
use crate::world::{ask, World};
use farthing_client::{deployment::Deployment, Account};
use farthing_contracts::Contract;
use farthing_node_tests::node::Node;
use scale::{Decode, Encode};
use serde_json::{json, Value};

/// The beginning of what pallet-contracts keeps of a contract.
#[derive(Decode, Encode)]
struct Info {
    trie: Vec<u8>,
    code: [u8; 32],
    bytes: u32,
    items: u32,
    byte_deposit: u128,
    item_deposit: u128,
}

fn bytes(text: &Value) -> Vec<u8> {
    hex::decode(text.as_str().unwrap().trim_start_matches("0x")).unwrap()
}

fn hex_of(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// Where pallet-contracts keeps what it knows of a contract.
fn key_of(node: &Node, contract: Account) -> String {
    // All of the pallet's; only the contract's record has its account in the key.
    let prefix = "0x4342193e496fab7ec59d615ed0dc5530";
    let keys = ask(node, "state_getKeys", json!([prefix]));
    let keys = keys.as_array().unwrap().iter();
    let mut ours = keys.filter(|key| bytes(key).ends_with(&contract.0));
    ours.next().unwrap().as_str().unwrap().into()
}

/// Makes what was locked so far half of it, as if storage had cost half as much then.
fn halve(node: &Node, contract: Account) {
    let key = key_of(node, contract);
    let stored = bytes(&ask(node, "state_getStorage", json!([key])));
    let mut info = Info::decode(&mut &stored[..]).unwrap();
    let rest = &stored[info.encoded_size()..];
    info.byte_deposit /= 2;
    info.item_deposit /= 2;
    let changed = [info.encode(), rest.to_vec()].concat();
    // System.set_storage.
    let call = ([0u8, 4], vec![(bytes(&json!(key)), changed)]).encode();
    ask(node, "dev_impersonate", json!([null, hex_of(&call)]));
}

fn amount(value: &Value) -> u128 {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn who_locks_a_deposit_after_others_paid_less_is_told_how_much_comes_back_and_has_it_back() {
    let node = Node::own(&[]);
    let world = World::on(&node.url);
    let deployment = Deployment::read(&world.deployments, "local")
        .unwrap()
        .unwrap();
    let channels = deployment.address(Contract::Channels).unwrap();
    // Somebody opened channels while storage was cheap.
    let (early, payee) = (world.rich(), world.rich());
    let to = payee.account.to_string();
    for lane in ["1", "2", "3"] {
        early.ok(&["channel", "open", &to, "1", "--lane", lane]);
    }
    let late = world.rich();
    let open = ["channel", "open", &to, "1"];
    let plan = |person: &crate::world::Person| {
        let mut command = person.plain(&["--json", "--dry-run"]);
        crate::world::Ran::of(command.args(open).output().unwrap()).json()["plan"].clone()
    };
    assert_eq!(
        plan(&late)["deposit_comes_back"],
        Value::Null,
        "the price is as it was"
    );
    halve(&node, channels);
    let plan = plan(&late);
    let (locked, back) = (
        amount(&plan["deposit"]),
        amount(&plan["deposit_comes_back"]),
    );
    assert!(back < locked && back > locked / 2, "{back} of {locked}");
    let shown = late.plain(&["--dry-run"]).args(open).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("of this deposit come back"), "{shown}");
    let opened = late.ok(&open);
    assert_eq!(amount(&opened["transactions"][0]["deposit"]), locked);

    late.ok(&["channel", "exit", &to]);
    ask(&node, "dev_forward", json!([3 * 86_400_000u64]));
    ask(&node, "dev_newBlock", json!([60]));
    let cleared = late.ok(&["channel", "clear", &to]);
    let deposit = cleared["transactions"][0]["deposit"].as_str().unwrap();
    let got: i128 = deposit.parse().unwrap();
    let off = u128::try_from(-got).unwrap().abs_diff(back);
    assert!(off * 50 < locked, "{got}, and {back} were told");
    assert!(world.money(late.account).0 < 100 * UNIT);
    late.assert_channels_solvent();
}

#[test]
fn a_priority_fee_is_shown_and_paid_and_counts_towards_the_most_that_is_allowed() {
    let world = World::new();
    let person = world.rich();
    let (payee, payer) = world.well(&person);
    let top_up = ["channel", "top-up", &payee, "0.1", "--of", &payer];
    let fee_of = |more: &[&str]| -> u128 {
        let done = person.ok(&[&top_up[..], more].concat());
        let fee = done["transactions"][0]["fee"].as_str().unwrap();
        fee.parse().unwrap()
    };
    let plain = fee_of(&[]);
    let dear = fee_of(&["--priority-fee", "0.5"]);
    let paid = dear.abs_diff(plain + UNIT / 2);
    // The chain's own part of a fee differs a little from block to block.
    assert!(paid <= plain / 100, "{plain}, {dear}");
    let planned = person.plain(
        &[
            &["--json", "--dry-run", "--priority-fee", "0.5"],
            &top_up[..],
        ]
        .concat(),
    );
    let planned = { planned }.output().unwrap();
    let plan = crate::world::Ran::of(planned).json()["plan"].clone();
    let most: u128 = plan["fee_at_most"].as_str().unwrap().parse().unwrap();
    assert!(most > UNIT / 2, "{plan}");
    let refused =
        person.run(&[&top_up[..], &["--priority-fee", "0.5", "--max-fee", "0.1"]].concat());
    let refused = refused.refused(2, "usage");
    assert!(refused.contains("--max-fee"), "{refused}");
}
