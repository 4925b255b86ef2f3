//! What a built node does, asked over its RPC on loopback. `./scripts/node --check` runs this on the
//! node that it built; `FARTHING_NODE` says which.

mod support;

use serde_json::{json, Value};
use support::{eventually, Node, BOB, UNIT};

const DAY: u64 = 86_400_000;

#[test]
fn seal_makes_one_block() {
    let node = Node::start(&["--dev"]);
    for number in 1..=3 {
        let sealed = node.call("farthing_seal", json!([]));
        assert_eq!(sealed["number"], number);
        assert_eq!(
            sealed["hash"],
            node.call("chain_getBlockHash", json!([number]))
        );
        assert_eq!(sealed["time"], node.time());
        assert_eq!(node.best(), number);
    }
}

#[test]
fn blocks_have_ever_later_times() {
    let node = Node::start(&["--dev"]);
    let times: Vec<_> = (0..20).map(|_| node.seal()).collect();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
}

#[test]
fn forward_moves_the_time_of_contracts() {
    let node = Node::start(&["--dev"]);
    let before = node.seal();
    let sealed = node.call("farthing_forward", json!([30 * DAY]));
    assert_eq!(sealed["number"], 2);
    assert_eq!(sealed["time"], node.time());
    // By a little more, since the machine's clock goes on as well.
    let moved = node.time() - before;
    assert!((30 * DAY..31 * DAY).contains(&moved), "moved by {moved}");
    // For good.
    assert!((before + 30 * DAY..before + 31 * DAY).contains(&node.seal()));
}

#[test]
fn forward_refuses_what_is_no_time() {
    let node = Node::start(&["--dev"]);
    let before = node.seal();
    assert!(node
        .refused("farthing_forward", json!([u64::MAX]))
        .contains("cannot go beyond"));
    assert!(node
        .refused("farthing_forward", json!([-1]))
        .contains("Invalid params"));
    assert!(node
        .refused("farthing_forward", json!([]))
        .contains("Invalid params"));
    assert_eq!(node.best(), 1);
    assert!((before..before + DAY).contains(&node.seal()));
}

#[test]
fn a_transfer_is_sealed_at_once() {
    let node = Node::start(&["--dev"]);
    let before = node.free(BOB);
    node.transfer(BOB, 0);
    eventually("a block with the transfer", || node.best() == 1);
    assert_eq!(node.free(BOB), before + u128::from(UNIT));
}

#[test]
fn finality_follows_after_the_delay() {
    let quick = Node::start(&["--dev", "--finalize-delay-sec", "0"]);
    quick.seal();
    eventually("finality", || quick.finalized() == 1);

    let slow = Node::start(&["--dev", "--finalize-delay-sec=255"]);
    for _ in 0..20 {
        slow.seal();
    }
    assert_eq!((slow.best(), slow.finalized()), (20, 0));
}

/// They were finalised each by a timer of its own, and the client refused one that came after its child.
#[test]
fn a_burst_of_blocks_is_finalised_in_order() {
    let node = Node::start(&["--dev"]);
    for _ in 0..300 {
        node.seal();
    }
    eventually("finality", || node.finalized() == 300);
    let refused = node.said("cannot be finalised");
    assert!(refused.is_empty(), "{refused:#?}");
    assert!(node.said("iolation").is_empty());
}

#[test]
fn the_state_of_every_block_is_kept_unless_it_is_told_otherwise() {
    let time_at_first = |flags: &[&str]| {
        let node = Node::start(flags);
        let time = node.seal();
        let first = node.call("chain_getBlockHash", json!([1]));
        for _ in 0..300 {
            node.seal();
        }
        eventually("finality", || node.finalized() == 301);
        (time, node.time_at(&first))
    };
    let (time, known) = time_at_first(&["--dev", "--finalize-delay-sec=0"]);
    assert_eq!(known, Some(time));
    let pruned = ["--dev", "--finalize-delay-sec=0", "--state-pruning=64"];
    assert_eq!(time_at_first(&pruned).1, None);
}

#[test]
fn a_chain_that_forgets_states_goes_on_as_it_began_and_is_finalised() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let flags = ["--dev", "--finalize-delay-sec=2", "--base-path", path];
    let node = Node::start(&[&flags[..], &["--state-pruning=64"]].concat());
    node.seal();
    assert_eq!(node.finalized(), 0);
    node.stop();

    let node = Node::start(&flags);
    eventually("finality", || node.finalized() == 1);
}

#[test]
fn chains_that_are_not_for_development_have_no_say_over_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut spec = support::output(&["build-spec", "--dev"]);
    spec = spec.replace(r#""chainType": "Development""#, r#""chainType": "Local""#);
    assert!(spec.contains("Local"));
    let path = folder.path().join("local.json");
    std::fs::write(&path, spec).unwrap();

    let node = Node::start(&["--tmp", "--chain", path.to_str().unwrap()]);
    for (method, params) in [
        ("farthing_forward", json!([DAY])),
        ("farthing_seal", json!([])),
    ] {
        assert!(node
            .refused(method, params)
            .contains("development chains only"));
    }
    assert_eq!(node.best(), 0);
    // Which is all that it refuses.
    node.transfer(BOB, 0);
    eventually("a block", || node.best() == 1);
}

#[test]
fn callers_without_unsafe_methods_have_no_say_over_time() {
    let node = Node::start(&["--dev", "--rpc-methods=safe"]);
    for (method, params) in [
        ("farthing_forward", json!([DAY])),
        ("farthing_seal", json!([])),
    ] {
        assert!(node.refused(method, params).contains("unsafe"));
    }
    assert_eq!(node.best(), 0);
}

#[test]
fn state_and_clock_outlive_the_node_until_they_are_purged() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--dev", "--base-path", folder.path().to_str().unwrap()];

    let node = Node::start(&flags);
    let genesis = node.call("chain_getBlockHash", json!([0]));
    let before = node.free(BOB);
    node.transfer(BOB, 0);
    eventually("a block", || node.best() == 1);
    let time = node.call("farthing_forward", json!([30 * DAY]))["time"]
        .as_u64()
        .unwrap();
    node.stop();

    let node = Node::start(&flags);
    assert_eq!(
        (node.best(), node.free(BOB), node.time()),
        (2, before + u128::from(UNIT), time)
    );
    assert!((time + 1..time + DAY).contains(&node.seal()));
    node.stop();

    support::output(&["purge-chain", "-y", flags[0], flags[1], flags[2]]);
    let node = Node::start(&flags);
    assert_eq!((node.best(), node.free(BOB), node.time()), (0, before, 0));
    assert_eq!(node.call("chain_getBlockHash", json!([0])), genesis);
    assert!(node.seal() < time);
}

#[test]
fn it_is_the_runtime_of_substrate_contracts_node() {
    let node = Node::start(&["--dev"]);
    let version = node.call("state_getRuntimeVersion", json!([]));
    assert_eq!(version["specName"], "substrate-contracts-node");
    assert_eq!(version["specVersion"], 100);
    assert_eq!(node.free(BOB), 1 << 60);
    let methods = node.call("rpc_methods", json!([]));
    for needed in [
        "author_submitAndWatchExtrinsic",
        "chainHead_v1_follow",
        "payment_queryInfo",
        "state_call",
        "system_accountNextIndex",
        "system_dryRun",
    ] {
        assert!(
            methods["methods"]
                .as_array()
                .unwrap()
                .contains(&Value::from(needed)),
            "{needed}"
        );
    }
}
