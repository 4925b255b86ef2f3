//! Merkle roots of what was bought, so that one voucher can stand for thousands of purchases and each of
//! them can still be proved.
//!
//! The tree is that of RFC 9162 (section 2.1) with Blake2b of 32 bytes as its hash and tags of our own:
//! a leaf is the hash of [`LEAF_TAG`] and the entry's bytes, an inner node that of [`NODE_TAG`] and its
//! two children, and the left subtree of `n` entries has the largest power of two below `n`. The root is
//! the hash of [`ROOT_TAG`], the number of entries (8 bytes, little-endian) and the tree's top node: it
//! commits to how many entries there are, so that a proof shows an entry's place in the list too. The
//! root of no entries is zeros. What an entry's bytes mean is for payer and payee to agree on.
//!
//! The payer signs the root, so a proof shows what the payer *said* they bought; that the payee took
//! the voucher shows that they agreed.
//!
//! Contracts check proofs with the chain's hash function, by [`verify_with`].

#[cfg(feature = "std")]
use crate::commitment::blake2_256;
use crate::Hash;
use alloc::vec::Vec;

/// What is hashed before an entry.
pub const LEAF_TAG: &[u8; 23] = b"farthing/merkle-leaf/v2";
/// What is hashed before two children.
pub const NODE_TAG: &[u8; 23] = b"farthing/merkle-node/v2";
/// What is hashed before the number of entries and the top node.
pub const ROOT_TAG: &[u8; 23] = b"farthing/merkle-root/v2";
/// The root of nothing.
pub const NO_ENTRIES: Hash = [0; 32];

/// The hash of an entry.
#[cfg(feature = "std")]
pub fn leaf(entry: &[u8]) -> Hash {
    leaf_with(&blake2_256, entry)
}

#[cfg(feature = "std")]
fn node(left: &Hash, right: &Hash) -> Hash {
    node_with(&blake2_256, left, right)
}

#[cfg(feature = "std")]
fn root(count: u64, top: &Hash) -> Hash {
    root_with(&blake2_256, count, top)
}

fn leaf_with(hash: &impl Fn(&[u8]) -> Hash, entry: &[u8]) -> Hash {
    hash(&[LEAF_TAG, entry].concat())
}

fn node_with(hash: &impl Fn(&[u8]) -> Hash, left: &Hash, right: &Hash) -> Hash {
    hash(&[&NODE_TAG[..], left, right].concat())
}

fn root_with(hash: &impl Fn(&[u8]) -> Hash, count: u64, top: &Hash) -> Hash {
    hash(&[&ROOT_TAG[..], &count.to_le_bytes(), top].concat())
}

/// The root of a list with these [leaves](leaf).
#[cfg(feature = "std")]
pub fn root_of(leaves: &[Hash]) -> Hash {
    match u64::try_from(leaves.len()) {
        Ok(count) if count > 0 => root(count, &top(leaves)),
        _ => NO_ENTRIES,
    }
}

/// A growing list's root, without the list: a few dozen bytes for each doubling of its length.
///
/// ```
/// use farthing_types::merkle::{leaf, prove, verify, Root};
///
/// let songs = [&b"first second"[..], b"second second", b"third second"];
/// let mut root = Root::default();
/// songs.iter().for_each(|song| root.push(song));
///
/// let leaves: Vec<_> = songs.iter().map(|song| leaf(song)).collect();
/// let proof = prove(&leaves, 1).unwrap();
/// assert!(verify(&root.hash(), songs[1], &proof));
/// assert!(!verify(&root.hash(), songs[2], &proof));
/// ```
#[cfg(feature = "std")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Root {
    count: u64,
    /// Roots of the full subtrees, largest first: one for each one bit of `count`.
    peaks: Vec<Hash>,
}

#[cfg(feature = "std")]
impl Root {
    /// Appends an entry.
    pub fn push(&mut self, entry: &[u8]) {
        let mut new = leaf(entry);
        // As in binary addition: each full subtree of the new one's size is merged into it.
        for _ in 0..self.count.trailing_ones() {
            let left = self.peaks.pop().expect("one peak for each one bit");
            new = node(&left, &new);
        }
        self.peaks.push(new);
        self.count = self.count.saturating_add(1);
    }

    /// How many entries there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The root of the entries so far.
    pub fn hash(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev().copied();
        match peaks.next() {
            None => NO_ENTRIES,
            Some(smallest) => {
                let top = peaks.fold(smallest, |right, left| node(&left, &right));
                root(self.count, &top)
            }
        }
    }
}

scale_type! {
    /// That an entry is in a list.
    pub struct Proof {
        /// Its place in the list, from 0.
        pub index: u64,
        /// How many entries the list has.
        pub count: u64,
        /// What the entry's hash is combined with on the way to the root.
        pub path: Vec<Hash>,
    }
}

/// The proof for the entry at `index` of a list with these [leaves](leaf); `None` beyond its end.
#[cfg(feature = "std")]
pub fn prove(leaves: &[Hash], index: usize) -> Option<Proof> {
    if index >= leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    collect_path(leaves, index, &mut path);
    Some(Proof {
        index: index.try_into().ok()?,
        count: leaves.len().try_into().ok()?,
        path,
    })
}

/// Returns whether `proof` shows that the list with this root has `proof.count` entries, and `entry` at
/// `proof.index`.
#[cfg(feature = "std")]
pub fn verify(root: &Hash, entry: &[u8], proof: &Proof) -> bool {
    verify_with(blake2_256, root, entry, proof)
}

/// As `verify`, where `hash` is Blake2b with 32 bytes of output.
pub fn verify_with(hash: impl Fn(&[u8]) -> Hash, root: &Hash, entry: &[u8], proof: &Proof) -> bool {
    if proof.index >= proof.count {
        return false;
    }
    // The entry's node, and the last one, at the height reached so far.
    let (mut at, mut last) = (proof.index, proof.count.saturating_sub(1));
    let mut top = leaf_with(&hash, entry);
    for sibling in &proof.path {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            top = node_with(&hash, sibling, &top);
            // A last node without a sibling rises until it is a right one.
            let rises = at.trailing_zeros();
            (at, last) = (at >> rises, last >> rises);
        } else {
            top = node_with(&hash, &top, sibling);
        }
        (at, last) = (at / 2, last / 2);
    }
    last == 0 && root_with(&hash, proof.count, &top) == *root
}

#[cfg(feature = "std")]
fn collect_path(leaves: &[Hash], index: usize, path: &mut Vec<Hash>) {
    let Some((left, right)) = halves(leaves) else {
        return;
    };
    if index < left.len() {
        collect_path(left, index, path);
        path.push(top(right));
    } else {
        collect_path(right, index.saturating_sub(left.len()), path);
        path.push(top(left));
    }
}

#[cfg(feature = "std")]
fn top(leaves: &[Hash]) -> Hash {
    match halves(leaves) {
        Some((left, right)) => node(&top(left), &top(right)),
        None => leaves.first().copied().unwrap_or(NO_ENTRIES),
    }
}

#[cfg(feature = "std")]
/// Divides at the largest power of two below the length; `None` if there are fewer than two.
fn halves(leaves: &[Hash]) -> Option<(&[Hash], &[Hash])> {
    let last = leaves.len().checked_sub(1).filter(|last| *last > 0)?;
    Some(leaves.split_at(1usize.checked_shl(last.ilog2())?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entries(count: usize) -> Vec<Vec<u8>> {
        (0..count).map(|n| n.to_le_bytes().to_vec()).collect()
    }

    fn leaves(count: usize) -> Vec<Hash> {
        entries(count).iter().map(|entry| leaf(entry)).collect()
    }

    #[test]
    fn growing_root_is_that_of_the_whole_list() {
        let mut root = Root::default();
        assert_eq!((root.hash(), root_of(&[])), (NO_ENTRIES, NO_ENTRIES));
        for (n, entry) in entries(130).iter().enumerate() {
            root.push(entry);
            assert_eq!(root.hash(), root_of(&leaves(n + 1)), "{} entries", n + 1);
            assert_eq!(root.count(), n as u64 + 1);
        }
    }

    #[test]
    fn every_entry_of_every_small_list_can_be_proved_and_no_other() {
        for count in 1..40 {
            let (entries, leaves) = (entries(count), leaves(count));
            let root = root_of(&leaves);
            for (index, entry) in entries.iter().enumerate() {
                let proof = prove(&leaves, index).unwrap();
                assert!(verify(&root, entry, &proof), "{index} of {count}");
                for (other, entry) in entries.iter().enumerate() {
                    let moved = Proof {
                        index: other as u64,
                        ..proof.clone()
                    };
                    let right = other == index;
                    assert_eq!(verify(&root, entry, &proof), right);
                    assert_eq!(verify(&root, entry, &moved), right);
                }
            }
            assert_eq!(prove(&leaves, count), None);
        }
    }

    /// Whoever counts purchases, or pays back each once, relies on place and length.
    #[test]
    fn a_proof_shows_one_place_in_a_list_of_one_length() {
        for count in 1..20usize {
            let (entries, leaves) = (entries(count), leaves(count));
            let root = root_of(&leaves);
            for (index, entry) in entries.iter().enumerate() {
                let proof = prove(&leaves, index).unwrap();
                let claims = (0..70u64).flat_map(|count| (0..70u64).map(move |at| (at, count)));
                let huge = (0..64).flat_map(|bit| {
                    let count = 1u64 << bit;
                    [(count, count + 1), (count - 1, count), (0, count)]
                });
                for (index, count) in claims.chain(huge) {
                    let other = Proof {
                        index,
                        count,
                        path: proof.path.clone(),
                    };
                    let same = (index, count) == (proof.index, proof.count);
                    assert_eq!(verify(&root, entry, &other), same, "{other:?}");
                }
            }
        }
    }

    /// A path that ends below the root, or an index beyond the end, proves nothing even if the hashes
    /// fit: the root itself is made to fit here.
    #[test]
    fn what_does_not_reach_the_top_or_lies_beyond_the_end_proves_nothing() {
        let entry = b"entry";
        let short = Proof {
            index: 0,
            count: 2,
            path: Vec::new(),
        };
        assert!(!verify(&root(2, &leaf(entry)), entry, &short));
        for (index, count) in [(1, 1), (2, 1), (u64::MAX, 1), (0, 0), (1, 0)] {
            let beyond = Proof {
                index,
                count,
                path: Vec::new(),
            };
            assert!(!verify(&root(count, &leaf(entry)), entry, &beyond));
        }
        let sibling = [7; 32];
        for hash in [node(&sibling, &leaf(entry)), node(&leaf(entry), &sibling)] {
            for index in [2, 3] {
                let beyond = Proof {
                    index,
                    count: 2,
                    path: vec![sibling],
                };
                assert!(!verify(&root(2, &hash), entry, &beyond));
            }
        }
    }

    #[test]
    fn an_inner_node_is_no_entry() {
        let leaves = leaves(4);
        let root = root_of(&leaves);
        let inner = [&leaves[0][..], &leaves[1]].concat();
        let proof = Proof {
            index: 0,
            count: 2,
            path: vec![node(&leaves[2], &leaves[3])],
        };
        assert!(!verify(&root, &inner, &proof));
        assert!(!verify(&NO_ENTRIES, &inner, &proof));
    }

    proptest! {
        #[test]
        fn a_changed_proof_proves_nothing(
            count in 2usize..200, at in any::<prop::sample::Index>(),
            step in any::<prop::sample::Index>(), bit in 0usize..256
        ) {
            let (index, leaves) = (at.index(count), leaves(count));
            let (root, entry) = (root_of(&leaves), &entries(count)[index]);
            let proof = prove(&leaves, index).unwrap();
            prop_assert!(verify(&root, entry, &proof));

            let mut changed = proof.clone();
            changed.path[step.index(proof.path.len())][bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!verify(&root, entry, &changed));
            let mut longer = proof.clone();
            longer.path.push([0; 32]);
            prop_assert!(!verify(&root, entry, &longer));
            let mut shorter = proof.clone();
            shorter.path.pop();
            prop_assert!(!verify(&root, entry, &shorter));
        }
    }
}
