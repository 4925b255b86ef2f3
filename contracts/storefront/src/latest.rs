//! Batches touch the same entry of a mapping many times over.

use ink::storage::{
    traits::{Packed, StorageKey},
    Mapping,
};

/// The entry of a mapping that was used last, so that a run of payments to the same place reads and
/// writes it once. It is written only if it was changed: an order that is skipped must not lock a deposit.
pub(crate) struct Latest<K, V> {
    last: Option<(K, V)>,
    changed: bool,
}

impl<K, V> Default for Latest<K, V> {
    fn default() -> Self {
        Self {
            last: None,
            changed: false,
        }
    }
}

impl<K, V> Latest<K, V>
where
    K: scale::Encode + scale::EncodeLike + PartialEq,
    V: Packed + scale::EncodeLike,
{
    /// The value at `key`, or what `absent` gives if there is none. Stores the one used before, if it was
    /// changed.
    pub(crate) fn at<Key: StorageKey>(
        &mut self,
        map: &mut Mapping<K, V, Key>,
        key: K,
        absent: impl FnOnce() -> Option<V>,
    ) -> Option<&mut V> {
        if !matches!(&self.last, Some((at, _)) if at == &key) {
            let value = map.get(&key).or_else(absent)?;
            self.write(map);
            self.last = Some((key, value));
        }
        self.last.as_mut().map(|(_, value)| value)
    }

    /// Notes that the value used last was changed.
    pub(crate) fn changed(&mut self) {
        self.changed = true;
    }

    /// Stores the one used last, if it was changed.
    pub(crate) fn write<Key: StorageKey>(&mut self, map: &mut Mapping<K, V, Key>) {
        if !core::mem::take(&mut self.changed) {
            return;
        }
        if let Some((key, value)) = &self.last {
            map.insert(key, value);
        }
    }
}
