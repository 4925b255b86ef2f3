//! The latest of something, in bounded room.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
};

/// Remembers so many values, and forgets the oldest.
pub(crate) struct Recent<K, V> {
    values: HashMap<K, V>,
    order: VecDeque<K>,
    max: usize,
}

impl<K: Copy + Eq + Hash, V> Recent<K, V> {
    pub fn new(max: usize) -> Self {
        Self {
            values: HashMap::new(),
            order: VecDeque::new(),
            max,
        }
    }

    /// Remembers a value; returns the one that is forgotten for it.
    pub fn put(&mut self, key: K, value: V) -> Option<V> {
        if self.values.insert(key, value).is_none() {
            self.order.push_back(key);
        }
        // Keys of values that were taken out stay in the order until their turn comes.
        match self.order.len() > self.max {
            true => self.values.remove(&self.order.pop_front()?),
            false => None,
        }
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        self.values.get(key)
    }

    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.values.remove(key)
    }

    /// Returns what is there, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let value = |key| Some((key, self.values.get(key)?));
        self.order.iter().filter_map(value)
    }
}
