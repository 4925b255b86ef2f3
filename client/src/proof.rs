//! Proofs of what a block's state holds.
//!
//! A node can give any answer about what is stored. But a block's hash fixes its header, and the header has
//! the root of the state: a tree whose nodes are named by their hashes. With the nodes from the root to a
//! key, nobody can claim that the key has another value in that block.

use crate::{Block, Chain, Error};
use farthing_types::{commitment::blake2_256, Hash};
use std::collections::BTreeMap;
use subxt::{config::Header as _, ext::subxt_rpcs::rpc_params, utils::H256};

/// What is proved about a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// The block before the proved one.
    pub parent: Block,
    /// The value stored at each requested key; `None` where nothing is stored.
    pub values: Vec<Option<Vec<u8>>>,
}

/// Why a proof is none.
const WRONG: &str = "what it says is stored does not go with the block's hash";

impl Chain {
    /// Returns the values stored at some keys after a block, and checks that the block's hash proves them.
    ///
    /// # Errors
    /// [`Error::Node`], also if the proof is not valid; [`Error::Forgotten`].
    pub async fn proved(&self, block: Block, keys: &[Vec<u8>]) -> Result<Proved, Error> {
        #[derive(serde::Deserialize)]
        struct Answer {
            proof: Vec<String>,
        }
        let hash = H256(block.hash);
        let header = self.legacy.chain_get_header(Some(hash)).await?;
        let header = header.ok_or_else(|| Error::node("it has lost a block"))?;
        if header.hash_with(self.api.hasher()) != hash || header.number != block.number {
            return Err(Error::node(
                "what it gives as a block's header is another's",
            ));
        }
        let names = keys.iter().map(|key| format!("0x{}", hex::encode(key)));
        let names: Vec<_> = names.collect();
        let asked = self
            .rpc
            .request::<Answer>("state_getReadProof", rpc_params![names, hash]);
        let answer = asked.await.map_err(|error| {
            let error = Error::from(error);
            match error.is_of_discarded_state() {
                true => Error::Forgotten {
                    block: block.number,
                },
                false => error,
            }
        })?;
        let mut nodes = BTreeMap::new();
        for text in answer.proof {
            let node = hex::decode(text.trim_start_matches("0x"));
            let node = node.map_err(|_| Error::node("its proof is no hexadecimal"))?;
            nodes.insert(blake2_256(&node), node);
        }
        let values = keys.iter().map(|key| {
            let found = look_up(&nodes, header.state_root.0, key);
            found.ok_or_else(|| Error::node(WRONG))
        });
        Ok(Proved {
            parent: Block {
                number: block.number.saturating_sub(1),
                hash: header.parent_hash.0,
            },
            values: values.collect::<Result<_, _>>()?,
        })
    }
}

/// A node of the tree, as it is written.
struct Node<'a> {
    /// What is left of the key on the way to it, by half bytes.
    path: Vec<u8>,
    value: Stored<'a>,
    /// The nodes below it, by half byte; a leaf has none.
    children: [Option<&'a [u8]>; 16],
}

/// The value of a node.
enum Stored<'a> {
    None,
    Here(&'a [u8]),
    Hashed(Hash),
}

/// Returns what is at a key under a root; `None` if the nodes do not tell.
fn look_up(nodes: &BTreeMap<Hash, Vec<u8>>, root: Hash, key: &[u8]) -> Option<Option<Vec<u8>>> {
    let mut way: Vec<u8> = key.iter().flat_map(|byte| [byte >> 4, byte & 15]).collect();
    let mut bytes: &[u8] = nodes.get(&root)?;
    loop {
        let Some(node) = read(bytes)? else {
            return Some(None);
        };
        let Some(rest) = way.strip_prefix(&node.path[..]) else {
            return Some(None);
        };
        let Some((turn, rest)) = rest.split_first() else {
            return match node.value {
                Stored::None => Some(None),
                Stored::Here(value) => Some(Some(value.to_vec())),
                Stored::Hashed(hash) => Some(Some(nodes.get(&hash)?.clone())),
            };
        };
        let Some(child) = node.children.get(usize::from(*turn))? else {
            return Some(None);
        };
        bytes = match Hash::try_from(*child) {
            Ok(hash) => nodes.get(&hash)?,
            // A short one is written where its hash would be.
            Err(_) => child,
        };
        way = rest.to_vec();
    }
}

/// Reads a node; `Some(None)` is the empty tree, and `None` is nothing at all.
fn read(bytes: &[u8]) -> Option<Option<Node<'_>>> {
    let (first, mut rest) = bytes.split_first()?;
    // What kind it is, by the bits that come first; how many bits are left for the length of its path.
    let (is_branch, has_value, is_hashed, bits) = match first {
        0 => return rest.is_empty().then_some(None),
        first if first >> 6 == 0b01 => (false, true, false, 6),
        first if first >> 6 == 0b10 => (true, false, false, 6),
        first if first >> 6 == 0b11 => (true, true, false, 6),
        first if first >> 5 == 0b001 => (false, true, true, 5),
        first if first >> 4 == 0b0001 => (true, true, true, 4),
        _ => return None,
    };
    let mask = (1u8 << bits) - 1;
    let mut length = usize::from(first & mask);
    if first & mask == mask {
        loop {
            let more = take(&mut rest, 1)?[0];
            length += usize::from(more);
            if more != u8::MAX {
                break;
            }
        }
    }
    let path = take(&mut rest, length.div_ceil(2))?;
    let path = path.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    // Of an odd number of half bytes, the first stands alone.
    let path: Vec<u8> = path.skip(length % 2).collect();
    let present = match is_branch {
        true => u16::from_le_bytes(take(&mut rest, 2)?.try_into().ok()?),
        false => 0,
    };
    let value = match (has_value, is_hashed) {
        (false, _) => Stored::None,
        (true, true) => Stored::Hashed(take(&mut rest, 32)?.try_into().ok()?),
        (true, false) => Stored::Here(take_long(&mut rest)?),
    };
    let mut children = [None; 16];
    for (bit, child) in children.iter_mut().enumerate() {
        if (present >> bit) & 1 == 1 {
            *child = Some(take_long(&mut rest)?);
        }
    }
    Some(Some(Node {
        path,
        value,
        children,
    }))
}

fn take<'a>(from: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = from.split_at_checked(count)?;
    *from = rest;
    Some(taken)
}

/// Takes bytes that come after their number.
fn take_long<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = <scale::Compact<u32> as scale::Decode>::decode(from).ok()?.0;
    take(from, usize::try_from(length).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use scale::{Compact, Encode};

    /// A branch over two leaves, one of them with a value that is named by its hash.
    fn tree() -> (Hash, BTreeMap<Hash, Vec<u8>>) {
        let long = vec![7; 40];
        let named = |bytes: &Vec<u8>| (blake2_256(bytes), bytes.clone());
        // The rest of the way is 5 half bytes: a leaf whose value is hashed.
        let mut far = vec![0b0010_0101, 0x02, 0x34, 0x56];
        far.extend(blake2_256(&long));
        let near = [vec![0b0100_0001, 0x01], (Compact(1u32), 9u8).encode()].concat();
        let mut root = vec![0b1000_0000];
        root.extend(0b0000_0000_0000_0110u16.to_le_bytes());
        root.extend(near.encode());
        root.extend(blake2_256(&far).to_vec().encode());
        let nodes = [&root, &far, &long].map(named).into_iter().collect();
        (blake2_256(&root), nodes)
    }

    #[test]
    fn value_is_found_by_its_way_from_the_root() {
        let (root, nodes) = tree();
        assert_eq!(look_up(&nodes, root, &[0x11]), Some(Some(vec![9])));
        let far = look_up(&nodes, root, &[0x22, 0x34, 0x56]);
        assert_eq!(far, Some(Some(vec![7; 40])));
    }

    #[test]
    fn what_is_not_there_is_proved_not_to_be_there() {
        let (root, nodes) = tree();
        for key in [&[0x12][..], &[0x31], &[0x22, 0x34], &[0x11, 0x11], &[]] {
            assert_eq!(look_up(&nodes, root, key), Some(None), "{key:?}");
        }
        let empty: BTreeMap<_, _> = [(blake2_256(&[0]), vec![0])].into();
        assert_eq!(look_up(&empty, blake2_256(&[0]), &[1]), Some(None));
    }

    #[test]
    fn proof_that_lacks_a_node_or_has_an_altered_one_proves_nothing() {
        let (root, nodes) = tree();
        for missing in nodes.keys() {
            let mut fewer = nodes.clone();
            fewer.remove(missing);
            assert_eq!(look_up(&fewer, root, &[0x22, 0x34, 0x56]), None);
        }
        assert_eq!(look_up(&nodes, [1; 32], &[0x11]), None);
    }

    #[test]
    fn bytes_that_are_no_node_are_no_node() {
        for bytes in [&[][..], &[1], &[0, 0], &[0b0100_0001], &[0b1000_0000, 1, 0]] {
            assert!(read(bytes).is_none(), "{bytes:?}");
        }
    }
}
