//! Writes and reads amounts and hashes as text, as files hold them.

/// Keeps hashes as hexadecimal text.
pub(super) mod as_hex {
    use farthing_types::Hash;
    use serde::{de::Error, ser::SerializeSeq, Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(hashes: &[Hash], to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(Some(hashes.len()))?;
        for hash in hashes {
            list.serialize_element(&hex::encode(hash))?;
        }
        list.end()
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Hash>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        let hash = |text: &String| {
            let bytes = hex::decode(text).map_err(D::Error::custom)?;
            Hash::try_from(bytes).map_err(|_| D::Error::custom("a hash has 32 bytes"))
        };
        texts.iter().map(hash).collect()
    }
}

/// Amounts as text, because JSON's numbers are too small for them.
pub(super) mod as_text {
    use farthing_types::Balance;
    use serde::{de::Error, Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(amount: &Balance, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(amount)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Balance, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(D::Error::custom)
    }
}
