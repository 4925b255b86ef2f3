//! Remembers what was needed lately, so that the store is not asked again.

use crate::Result;
use std::{
    collections::{hash_map::Entry, HashMap},
    hash::Hash,
};

/// How many things of a kind are remembered at most, from one batch to the next.
pub const MOST: usize = 1 << 16;

/// Things by their keys. What is changed here is in the store by the end of a batch.
pub struct Cache<K, V>(HashMap<K, V>);

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash, V> Cache<K, V> {
    /// Returns what is at a key, which `load` gets from the store if it is not here.
    pub fn get(&mut self, key: K, load: impl FnOnce() -> Result<V>) -> Result<&mut V> {
        match self.0.entry(key) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => Ok(entry.insert(load()?)),
        }
    }

    pub fn put(&mut self, key: K, value: V) {
        self.0.insert(key, value);
    }

    pub fn trim(&mut self) {
        if self.0.len() > MOST {
            self.0.clear();
        }
    }
}
