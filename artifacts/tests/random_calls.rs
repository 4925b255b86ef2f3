//! `web/random-calls.json`: calls of every message and constructor with arguments that are random, though the same
//! each time, as Rust encodes them. The tests of web/ encode them in TypeScript and compare.
//!
//! `UPDATE_ABI=1 ./scripts/test random_calls` writes it anew, of the metadata in `abi/`.

mod examples;

use examples::Choose;
use farthing_artifacts::root;
use serde_json::{json, Value as Json};
use std::{env, fs};

/// How many calls there are of each message.
const OF_EACH: u64 = 3;
/// What texts are of: letters of one to four bytes.
const LETTERS: [char; 8] = ['a', 'z', '-', '0', ' ', 'ß', '水', '🌊'];

/// Random choices: SplitMix64, begun with a number that is made of what is called.
struct Random(u64);

impl Random {
    fn of(name: &str) -> Self {
        let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

impl Choose for Random {
    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// Small and large ones, and the largest.
    fn number(&mut self, bits: u32) -> u128 {
        let largest = u128::MAX >> (128 - bits);
        let any = (u128::from(self.next()) << 64) | u128::from(self.next());
        match self.below(4) {
            0 => largest,
            1 => any % 256,
            _ => any & largest,
        }
    }

    fn truth(&mut self) -> bool {
        self.below(2) == 1
    }

    fn text(&mut self) -> String {
        // Now and then so long that the length has two bytes.
        let most = if self.below(4) == 0 { 90 } else { 12 };
        let length = self.below(most);
        let letter = |random: &mut Self| LETTERS[random.below(8) as usize];
        (0..length).map(|_| letter(self)).collect()
    }

    fn bytes(&mut self, length: Option<u32>) -> Vec<u8> {
        let length = length.map_or_else(|| self.below(80), u64::from);
        (0..length).map(|_| self.byte()).collect()
    }

    fn length(&mut self) -> u32 {
        self.below(4) as u32
    }

    fn variant(&mut self, count: usize) -> usize {
        self.below(count as u64) as usize
    }
}

/// All calls, a line for each.
fn made() -> String {
    let hashes = fs::read(root().join("abi/code-hashes.json")).unwrap();
    let hashes: Json = serde_json::from_slice(&hashes).unwrap();
    let mut lines = Vec::new();
    for contract in hashes.as_object().unwrap().keys() {
        let metadata = fs::read(root().join(format!("abi/{contract}.json"))).unwrap();
        let metadata: Json = serde_json::from_slice(&metadata).unwrap();
        for number in 0..OF_EACH {
            let choice = |label: &str| Random::of(&format!("{contract} {label} {number}"));
            for (part, label, call) in examples::calls(&metadata, choice) {
                let mut line = json!({ "contract": contract, "part": part, "label": label });
                for (name, value) in call.as_object().unwrap() {
                    line[name] = value.clone();
                }
                lines.push(line.to_string());
            }
        }
    }
    format!("[\n{}\n]\n", lines.join(",\n"))
}

#[test]
fn random_calls_are_those_of_the_metadata() {
    let (path, made) = (root().join("web/random-calls.json"), made());
    if env::var_os("UPDATE_ABI").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap();
    assert!(
        there == made,
        "web/random-calls.json differs: run UPDATE_ABI=1 ./scripts/test random_calls"
    );
}
