//! `abi/calls.json`: a call of every message and constructor, with its arguments and its encoding, for
//! whoever writes an encoder.
//!
//! Made of the metadata, as `UPDATE_ABI=1 ./scripts/test abi` does, and checked: the encoding is what
//! another implementation of SCALE, which reads the metadata, makes of the arguments.

mod examples;

use examples::Choose;
use farthing_artifacts::{artefact, build_if_stale, contracts, root};
use serde_json::{json, Map, Value as Json};
use std::{env, fs};

/// Gives arguments that differ, each the next number; lists of two; and of other choices the last, so that options
/// are there.
#[derive(Default)]
struct Counting(u8);

impl Choose for Counting {
    fn byte(&mut self) -> u8 {
        self.0 = self.0 % 250 + 1;
        self.0
    }

    fn number(&mut self, _: u32) -> u128 {
        self.byte().into()
    }

    fn truth(&mut self) -> bool {
        self.byte();
        true
    }

    fn text(&mut self) -> String {
        format!("text-{}", self.byte())
    }

    fn bytes(&mut self, length: Option<u32>) -> Vec<u8> {
        vec![self.byte(); length.unwrap_or(2) as usize]
    }

    fn length(&mut self) -> u32 {
        2
    }

    fn variant(&mut self, count: usize) -> usize {
        count - 1
    }
}

/// The calls of a contract, by name.
fn calls(name: &str) -> Json {
    let metadata: Json =
        serde_json::from_slice(&fs::read(artefact(name, "json")).unwrap()).unwrap();
    let mut all = json!({ "constructors": {}, "messages": {} });
    for (part, label, call) in examples::calls(&metadata, |_| Counting::default()) {
        all[part][label.as_str()] = call;
    }
    all
}

#[test]
fn calls_in_abi_are_those_of_the_metadata() {
    let names = contracts().unwrap();
    build_if_stale().unwrap();
    let made: Map<_, _> = names
        .iter()
        .map(|name| (name.clone(), calls(name)))
        .collect();
    let made = Json::from(made);
    let path = root().join("abi/calls.json");
    if env::var_os("UPDATE_ABI").is_some() {
        fs::write(&path, serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
    }
    let there: Json = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert!(
        there == made,
        "abi/calls.json differs: run UPDATE_ABI=1 ./scripts/test abi"
    );
}
