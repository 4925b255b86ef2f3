//! Batches touch the same entry of a mapping many times over.

use ink::storage::{
    traits::{Packed, StorageKey},
    Mapping,
};

/// The entry of a mapping that was used last, so that a run of payments to the same place reads and
/// writes it once.
pub(crate) struct Latest<K, V>(Option<(K, V)>);

impl<K, V> Default for Latest<K, V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K, V> Latest<K, V>
where
    K: scale::Encode + scale::EncodeLike + PartialEq,
    V: Packed + scale::EncodeLike,
{
    /// The value at `key`, or what `absent` gives if there is none. Stores the one used before.
    pub(crate) fn at<Key: StorageKey>(
        &mut self,
        map: &mut Mapping<K, V, Key>,
        key: K,
        absent: impl FnOnce() -> Option<V>,
    ) -> Option<&mut V> {
        if !matches!(&self.0, Some((at, _)) if at == &key) {
            let value = map.get(&key).or_else(absent)?;
            if let Some((key, value)) = self.0.replace((key, value)) {
                map.insert(key, &value);
            }
        }
        self.0.as_mut().map(|(_, value)| value)
    }

    /// Stores the one used last.
    pub(crate) fn store<Key: StorageKey>(self, map: &mut Mapping<K, V, Key>) {
        if let Some((key, value)) = self.0 {
            map.insert(key, &value);
        }
    }
}
