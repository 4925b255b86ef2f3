//! All channels, in little room: they stand in chunks, close together, and a table of their places finds them. A map
//! from names would have empty places for more channels than there are.

use super::{Known, Lane};
use hashbrown::{hash_table::Entry, HashTable};
use std::hash::{BuildHasher, RandomState};

/// How many channels stand in a chunk.
const CHUNK: usize = 1_024;

/// Channels by payer and lane.
#[derive(Default)]
pub(super) struct Channels {
    /// The places of all channels.
    table: HashTable<u32>,
    /// Payers choose their names: with a secret in it, they cannot choose where they go.
    hasher: RandomState,
    chunks: Vec<Vec<Option<Known>>>,
    free: Vec<u32>,
}

fn at(chunks: &[Vec<Option<Known>>], place: u32) -> Option<&Known> {
    let place = place as usize;
    chunks.get(place / CHUNK)?.get(place % CHUNK)?.as_ref()
}

fn at_mut(chunks: &mut [Vec<Option<Known>>], place: u32) -> Option<&mut Option<Known>> {
    let place = place as usize;
    chunks.get_mut(place / CHUNK)?.get_mut(place % CHUNK)
}

fn is(chunks: &[Vec<Option<Known>>], place: u32, lane: &Lane) -> bool {
    at(chunks, place).is_some_and(|known| known.lane == *lane)
}

impl Channels {
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Returns where a channel stands, as long as it is there.
    pub fn place(&self, lane: &Lane) -> Option<u32> {
        let hash = self.hasher.hash_one(lane);
        let found = self
            .table
            .find(hash, |place| is(&self.chunks, *place, lane));
        found.copied()
    }

    /// Returns the channel that stands somewhere.
    pub fn at(&self, place: u32) -> Option<&Known> {
        at(&self.chunks, place)
    }

    pub fn get(&self, lane: &Lane) -> Option<&Known> {
        self.at(self.place(lane)?)
    }

    pub fn get_mut(&mut self, lane: &Lane) -> Option<&mut Known> {
        let place = self.place(lane)?;
        at_mut(&mut self.chunks, place)?.as_mut()
    }

    pub fn contains(&self, lane: &Lane) -> bool {
        self.place(lane).is_some()
    }

    pub fn insert(&mut self, known: Known) {
        let lane = known.lane;
        self.remove(&lane);
        let Some(place) = self.put(known) else {
            return;
        };
        let (hasher, chunks) = (&self.hasher, &self.chunks);
        let hash_of =
            |place: &u32| at(chunks, *place).map_or(0, |known| hasher.hash_one(known.lane));
        let entry = self.table.entry(hasher.hash_one(lane), |_| false, hash_of);
        if let Entry::Vacant(vacant) = entry {
            vacant.insert(place);
        }
    }

    /// Puts a channel into a free place.
    fn put(&mut self, known: Known) -> Option<u32> {
        if let Some(place) = self.free.pop() {
            *at_mut(&mut self.chunks, place)? = Some(known);
            return Some(place);
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let before = self.chunks.len().saturating_sub(1);
        let chunk = self.chunks.last_mut()?;
        let place = before * CHUNK + chunk.len();
        chunk.push(Some(known));
        u32::try_from(place).ok()
    }

    pub fn remove(&mut self, lane: &Lane) -> Option<Known> {
        let hash = self.hasher.hash_one(lane);
        let chunks = &self.chunks;
        let found = self
            .table
            .find_entry(hash, |place| is(chunks, *place, lane));
        let (place, _) = found.ok()?.remove();
        self.free.push(place);
        at_mut(&mut self.chunks, place)?.take()
    }

    pub fn lanes(&self) -> impl Iterator<Item = &Lane> {
        let all = self.chunks.iter().flatten().flatten();
        all.map(|known| &known.lane)
    }
}
