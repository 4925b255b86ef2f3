//! All channels, in little room: a table of pointers, and each channel's name stands beside its account. A map of names
//! would have empty places for more names than there are.

use super::{Known, Lane};
use hashbrown::{hash_table::Entry, HashTable};
use std::hash::{BuildHasher, RandomState};

/// Channels by payer and lane.
#[derive(Default)]
pub(super) struct Channels {
    table: HashTable<Box<(Lane, Known)>>,
    /// Payers choose their names: with a secret in it, they cannot choose where they go.
    hasher: RandomState,
}

impl Channels {
    pub fn len(&self) -> usize {
        self.table.len()
    }

    pub fn get(&self, lane: &Lane) -> Option<&Known> {
        let found = self
            .table
            .find(self.hasher.hash_one(lane), |place| place.0 == *lane);
        found.map(|place| &place.1)
    }

    pub fn get_mut(&mut self, lane: &Lane) -> Option<&mut Known> {
        let hash = self.hasher.hash_one(lane);
        let found = self.table.find_mut(hash, |place| place.0 == *lane);
        found.map(|place| &mut place.1)
    }

    pub fn contains(&self, lane: &Lane) -> bool {
        self.get(lane).is_some()
    }

    pub fn insert(&mut self, lane: Lane, known: Known) {
        let (hasher, new) = (&self.hasher, Box::new((lane, known)));
        let hash_of = |place: &Box<(Lane, Known)>| hasher.hash_one(place.0);
        let hash = hasher.hash_one(lane);
        match self.table.entry(hash, |place| place.0 == lane, hash_of) {
            Entry::Occupied(mut place) => *place.get_mut() = new,
            Entry::Vacant(place) => drop(place.insert(new)),
        }
    }

    pub fn remove(&mut self, lane: &Lane) -> Option<Known> {
        let hash = self.hasher.hash_one(lane);
        let found = self.table.find_entry(hash, |place| place.0 == *lane);
        Some(found.ok()?.remove().0 .1)
    }

    pub fn lanes(&self) -> impl Iterator<Item = &Lane> {
        self.table.iter().map(|place| &place.0)
    }
}
