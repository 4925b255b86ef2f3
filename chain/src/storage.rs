//! A contract's storage from outside: for tests of what no transaction could reach in a lifetime.

use crate::{AccountId, Chain};
use frame_support::{
    storage::{child, storage_prefix},
    Blake2_128Concat, ReversibleStorageHasher, StorageHasher, Twox64Concat,
};
use scale::{Decode, Encode};
use sp_core::storage::{ChildInfo, StateVersion};
use sp_io::default_child_storage;

impl Chain {
    /// Overwrites one item of a contract's storage, past the contract and without a deposit.
    ///
    /// `key` is the contract's own: for ink!, the root key of the field (4 bytes, in the contract's
    /// metadata; 0 for the fields that are kept together) and, in a mapping, the SCALE-encoded key
    /// behind it. Meant for tests of limits that only billions of calls would reach. The item must
    /// exist and keep its size, so that the chain's count of bytes and deposits stays true.
    ///
    /// # Panics
    /// If there is no such contract, no such item, or its size is another.
    pub fn poke(&mut self, contract: &AccountId, key: &[u8], value: &impl Encode) {
        self.execute(|| {
            let trie = trie_of(contract);
            // pallet-contracts hashes keys of variable length, which are the only ones ink! uses.
            let key = Blake2_128Concat::hash(key);
            let old = child::get_raw(&trie, &key).expect("the item exists");
            let new = value.encode();
            assert_eq!(old.len(), new.len(), "the item keeps its size");
            child::put_raw(&trie, &key, &new);
        });
    }

    /// Returns all items of one of a contract's mappings, with their keys; `field` is the mapping's root
    /// key.
    ///
    /// # Panics
    /// If there is no such contract, or an item is not of this type.
    pub fn items<K: Decode, V: Decode>(&mut self, contract: &AccountId, field: u32) -> Vec<(K, V)> {
        self.execute(|| {
            let trie = trie_of(contract);
            let (mut found, mut at) = (Vec::new(), Vec::new());
            while let Some(next) = default_child_storage::next_key(trie.storage_key(), &at) {
                let key = Blake2_128Concat::reverse(&next);
                if let Some(mut key) = key.strip_prefix(&field.encode()[..]) {
                    let value = child::get_raw(&trie, &next).expect("it was listed");
                    found.push((
                        K::decode(&mut key).expect("a key of this type"),
                        V::decode(&mut &value[..]).expect("a value of this type"),
                    ));
                }
                at = next;
            }
            found
        })
    }

    /// Returns a hash of all that a contract stores: it stays the same exactly if nothing in there changes.
    ///
    /// # Panics
    /// If there is no such contract.
    pub fn storage_root(&mut self, contract: &AccountId) -> Vec<u8> {
        self.execute(|| child::root(&trie_of(contract), StateVersion::V1))
    }
}

/// Finds where pallet-contracts keeps a contract's storage. It tells only its own crate, so this reads the
/// first field of its record.
fn trie_of(contract: &AccountId) -> ChildInfo {
    let mut key = storage_prefix(b"Contracts", b"ContractInfoOf").to_vec();
    key.extend(contract.using_encoded(Twox64Concat::hash));
    let record = frame_support::storage::unhashed::get_raw(&key).expect("there is such a contract");
    let trie_id = Vec::<u8>::decode(&mut &record[..]).expect("a record begins with its trie's id");
    ChildInfo::new_default_from_vec(trie_id)
}
