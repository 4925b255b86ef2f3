//! The file that holds the costs, and what in it is no longer so.

use super::{document, everything, Cost, Costs, File, Read, TOLERANCE};
use std::{collections::BTreeMap, env, fs, path::PathBuf};

#[test]
fn costs_are_what_the_file_says() {
    let measured = everything();
    if env::var_os("UPDATE_COSTS").is_some() {
        assert!(
            !farthing_artifacts::compiled_by_debian(),
            "the file is of Rust's own compiler, and this is Debian's"
        );
        fs::write(path(), written(measured)).unwrap();
        document::update(measured);
    }
    let changed = changes(&known(), measured, tolerance());
    assert!(
        changed.is_empty(),
        "costs have changed; if that is meant, set UPDATE_COSTS=1:\n{}",
        changed.join("\n")
    );
}

#[test]
fn a_cost_that_falls_is_noticed_as_well_as_one_that_grows_or_goes() {
    let one = |fee| {
        let cost = Cost {
            weight: 1_000,
            proof: 100,
            fee,
            deposit: 0,
        };
        let costs = Costs {
            calls: BTreeMap::from([("tip".to_owned(), cost)]),
            ..Costs::default()
        };
        File::from([("chain".to_owned(), costs)])
    };
    assert_eq!(changes(&one(1_000), &one(1_000), 0), [""; 0]);
    assert_eq!(changes(&one(1_000), &one(999), 0).len(), 1);
    assert_eq!(changes(&one(1_000), &one(1_001), 0).len(), 1);
    assert_eq!(changes(&one(1_000), &one(1_080), 8), [""; 0]);
    assert_eq!(changes(&one(1_000), &one(919), 8).len(), 1);
    // Weight, proof, fee and deposit.
    assert_eq!(changes(&one(1_000), &File::new(), 8).len(), 4);
    assert_eq!(changes(&File::new(), &one(1_000), 8).len(), 4);
}

fn path() -> PathBuf {
    farthing_artifacts::root().join("tests/chain/costs.json")
}

pub fn known() -> File {
    let text = fs::read_to_string(path()).unwrap_or_else(|_| "{}".into());
    serde_json::from_str(&text).expect("the cost file can be read")
}

fn tolerance() -> u64 {
    match farthing_artifacts::compiled_by_debian() {
        true => TOLERANCE,
        false => 0,
    }
}

/// A line for each cost, so that a change of one is one line of a difference.
fn written(file: &File) -> String {
    let text = serde_json::to_string_pretty(file).unwrap();
    let (mut lines, mut inner) = (String::new(), false);
    for line in text.lines() {
        let opens = line.starts_with("      \"") && line.ends_with('{');
        match (inner, line.trim()) {
            (true, "}" | "},") => {
                lines += &format!(" {}\n", line.trim());
                inner = false;
            }
            (true, part) => lines += &format!(" {part}"),
            (false, _) if opens => {
                lines += line;
                inner = true;
            }
            (false, _) => lines += &format!("{line}\n"),
        }
    }
    lines
}

/// What differs between two files by more than so many hundredths.
fn changes(known: &File, measured: &File, tolerance: u64) -> Vec<String> {
    let (before, now) = (figures(known), figures(measured));
    let names: std::collections::BTreeSet<_> = before.keys().chain(now.keys()).collect();
    let mut changes = Vec::new();
    for name in names {
        match (before.get(name), now.get(name)) {
            (Some(before), Some(now)) if before.close_to(now, tolerance) => {}
            (Some(before), Some(now)) => {
                changes.push(format!("{name}: {} -> {}", before.value, now.value));
            }
            (Some(_), None) => changes.push(format!("{name}: is no longer measured")),
            (None, _) => changes.push(format!("{name}: is not in the file")),
        }
    }
    changes
}

struct Figure {
    value: i128,
    /// Whether it depends on the code that the compiler makes.
    of_code: bool,
}

impl Figure {
    fn close_to(&self, other: &Self, tolerance: u64) -> bool {
        let tolerance = if self.of_code { tolerance } else { 0 };
        let off = (self.value - other.value).unsigned_abs() * 100;
        off <= self.value.unsigned_abs() * u128::from(tolerance)
    }
}

/// Every figure of a file, by its full name.
fn figures(file: &File) -> BTreeMap<String, Figure> {
    let mut figures = BTreeMap::new();
    let mut put = |name: String, value: i128, of_code: bool| {
        figures.insert(name, Figure { value, of_code });
    };
    for (profile, costs) in file {
        for (name, size) in &costs.code {
            put(format!("{profile}: {name}, bytes"), (*size).into(), true);
        }
        for (name, cost) in &costs.calls {
            let Cost {
                weight,
                proof,
                fee,
                deposit,
            } = *cost;
            for (what, value) in [("weight", weight), ("proof", proof), ("fee", fee)] {
                put(format!("{profile}: {name}, {what}"), value.into(), true);
            }
            // What uploading code locks depends on its length.
            let code = name.ends_with(".new") || name.contains("upload");
            put(format!("{profile}: {name}, deposit"), deposit.into(), code);
        }
        for (name, Read { weight, proof }) in &costs.reads {
            for (what, value) in [("weight", weight), ("proof", proof)] {
                put(format!("{profile}: {name}, {what}"), (*value).into(), true);
            }
        }
    }
    figures
}
