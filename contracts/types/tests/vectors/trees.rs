//! Contents, Merkle trees of what was bought, and proofs, good and bad.

use crate::{bytes, file, hash};
use farthing_types::{
    commitment::content,
    merkle::{leaf, prove, verify, Proof, Root},
};
use serde::{Deserialize, Serialize};

/// A file that is sold, and the commitment to it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    bytes: String,
    hash: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    entries: Vec<String>,
    leaves: Vec<String>,
    root: String,
    /// One path for each entry.
    proofs: Vec<Vec<String>>,
}

/// An entry that is said to be at a place of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    name: String,
    root: String,
    entry: String,
    index: u64,
    count: u64,
    path: Vec<String>,
    valid: bool,
}

pub fn contents() -> Vec<Content> {
    let files: [&[u8]; 3] = [b"", b"abc", &[0xff; 200]];
    files
        .into_iter()
        .map(|bytes| Content {
            bytes: hex::encode(bytes),
            hash: hex::encode(content(bytes)),
        })
        .collect()
}

fn entries(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|n| vec![b'a'; n]).collect()
}

fn root(entries: &[Vec<u8>]) -> String {
    let mut root = Root::default();
    entries.iter().for_each(|entry| root.push(entry));
    hex::encode(root.hash())
}

fn path(entries: &[Vec<u8>], index: usize) -> Vec<String> {
    let leaves: Vec<_> = entries.iter().map(|entry| leaf(entry)).collect();
    let path = prove(&leaves, index).unwrap().path;
    path.iter().map(hex::encode).collect()
}

pub fn made() -> Vec<Tree> {
    [0usize, 1, 2, 3, 5, 8]
        .into_iter()
        .map(|count| {
            let entries = entries(count);
            Tree {
                entries: entries.iter().map(hex::encode).collect(),
                leaves: entries
                    .iter()
                    .map(|entry| hex::encode(leaf(entry)))
                    .collect(),
                root: root(&entries),
                proofs: (0..count).map(|index| path(&entries, index)).collect(),
            }
        })
        .collect()
}

/// A good proof, and each way of being wrong.
pub fn claims() -> Vec<Claim> {
    let entries = entries(5);
    let good = Claim {
        name: "a proof".into(),
        root: root(&entries),
        entry: hex::encode(&entries[2]),
        index: 2,
        count: 5,
        path: path(&entries, 2),
        valid: true,
    };
    type Change = (&'static str, fn(&mut Claim));
    let changes: [Change; 10] = [
        ("for another entry", |one| one.entry = hex::encode(b"a")),
        ("for the next place", |one| one.index = 3),
        ("for a place beyond the list", |one| one.index = 5),
        ("of a longer list", |one| one.count = 6),
        ("of a shorter list", |one| one.count = 4),
        ("of an empty list", |one| one.count = 0),
        ("without its last step", |one| drop(one.path.pop())),
        ("without its first step", |one| drop(one.path.remove(0))),
        ("with a step too many", |one| {
            one.path.push("00".repeat(32));
        }),
        ("with its steps turned round", |one| one.path.reverse()),
    ];
    let bad = changes.map(|(name, change)| {
        let mut claim = Claim {
            name: format!("a proof {name}"),
            valid: false,
            ..good.clone()
        };
        change(&mut claim);
        claim
    });
    let last = Claim {
        name: "a proof of the last entry, which has no sibling on the way".into(),
        entry: hex::encode(&entries[4]),
        index: 4,
        path: path(&entries, 4),
        ..good.clone()
    };
    let none = Claim {
        name: "a proof under the root of no entries".into(),
        root: "00".repeat(32),
        valid: false,
        ..good.clone()
    };
    [good, last, none].into_iter().chain(bad).collect()
}

#[test]
fn contents_are_hashed_as_they_are() {
    for case in file().contents {
        assert_eq!(hash(&[&hex::decode(case.bytes).unwrap()]), case.hash);
    }
}

/// The top node of a list of leaves, by RFC 9162 to the letter.
fn top(leaves: &[String]) -> String {
    match leaves {
        [leaf] => leaf.clone(),
        _ => {
            let left = leaves.len().next_power_of_two() / 2;
            let halves = leaves.split_at(left);
            let [left, right] = [top(halves.0), top(halves.1)].map(|top| bytes::<32>(&top));
            hash(&[b"farthing/merkle-node/v2", &left, &right])
        }
    }
}

#[test]
fn leaves_and_roots_are_hashed_as_the_documentation_says() {
    for tree in file().merkle {
        let leaf = |entry| hash(&[b"farthing/merkle-leaf/v2", &hex::decode(entry).unwrap()]);
        let leaves: Vec<_> = tree.entries.iter().map(leaf).collect();
        assert_eq!(leaves, tree.leaves);
        let count = leaves.len() as u64;
        let root = match count {
            0 => "00".repeat(32),
            _ => {
                let top = bytes::<32>(&top(&leaves));
                hash(&[b"farthing/merkle-root/v2", &count.to_le_bytes(), &top])
            }
        };
        assert_eq!(root, tree.root);
    }
}

fn holds(root: &str, entry: &str, index: u64, count: u64, path: &[String]) -> bool {
    let proof = Proof {
        index,
        count,
        path: path.iter().map(|hash| bytes(hash)).collect(),
    };
    verify(&bytes(root), &hex::decode(entry).unwrap(), &proof)
}

#[test]
fn proofs_in_the_file_prove_their_entries() {
    for tree in file().merkle {
        let count = tree.entries.len() as u64;
        for (index, (entry, path)) in (0..).zip(tree.entries.iter().zip(&tree.proofs)) {
            assert!(holds(&tree.root, entry, index, count, path));
        }
    }
}

#[test]
fn proofs_hold_or_not_as_the_file_says() {
    let claims = file().merkle_proofs;
    assert_eq!(claims.iter().filter(|claim| claim.valid).count(), 2);
    for claim in claims {
        let Claim {
            root, entry, path, ..
        } = &claim;
        let holds = holds(root, entry, claim.index, claim.count, path);
        assert_eq!(holds, claim.valid, "{}", claim.name);
    }
}
