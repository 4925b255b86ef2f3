//! A payer's side: what was promised on each channel.

use super::{key, Error, Paper};
use crate::{files, Account};
use farthing_contracts::channels::channel::Channel;
use farthing_types::{
    merkle::{leaf, prove, root_of, Proof},
    voucher::{ChannelId, Place, Signature, Voucher},
    Balance, Hash,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// A payer's vouchers on one chain. While it is open, no other program can pay from these channels (of
/// those who use the same folder).
pub struct Paying {
    path: PathBuf,
    genesis: Hash,
    channels: BTreeMap<String, Promised>,
    _lock: files::Lock,
}

/// What was promised on a channel.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Promised {
    /// By vouchers that were handed out, in all.
    #[serde(with = "as_text")]
    cumulative: Balance,
    /// What was bought with them: the entries of the list whose root is in the last of them.
    #[serde(default, with = "as_hex", skip_serializing_if = "Vec::is_empty")]
    bought: Vec<Hash>,
    /// A payment whose voucher may or may not have been handed out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begun: Option<Begun>,
}

/// A payment that was begun: its voucher may or may not have been handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// How much it is.
    #[serde(with = "as_text")]
    pub amount: Balance,
    /// What its voucher says.
    #[serde(with = "as_text")]
    pub cumulative: Balance,
    /// The root in it.
    #[serde(with = "hex")]
    pub root: Hash,
    /// What is bought with it, if the payer said: no entry, or one.
    #[serde(default, with = "as_hex", skip_serializing_if = "Vec::is_empty")]
    pub entry: Vec<Hash>,
}

impl Paying {
    /// Opens the wallet of a payer on the chain with this genesis hash, in a folder that the
    /// caller has for that chain.
    ///
    /// # Errors
    /// [`crate::Error::Busy`] if another program has it open; [`crate::Error::File`].
    pub fn open(folder: &Path, genesis: Hash, payer: Account) -> Result<Self, crate::Error> {
        let folder = folder.join("vouchers");
        let lock = files::Lock::take(&folder.join(format!("{}.paid.lock", payer.generic())))?;
        let lock = lock.ok_or(crate::Error::Busy(payer))?;
        let path = folder.join(format!("{}.paid.json", payer.generic()));
        Ok(Self {
            channels: files::read_json(&path)?.unwrap_or_default(),
            path,
            genesis,
            _lock: lock,
        })
    }

    /// Returns what vouchers that were handed out promise of a channel in all, and the payment that was
    /// begun.
    pub fn promised(&self, contract: Account, id: &ChannelId<Account>) -> (Balance, Option<Begun>) {
        let found = self.channels.get(&key(contract, id));
        found.map_or((0, None), |found| (found.cumulative, found.begun.clone()))
    }

    /// Begins a payment on a channel, as it is on the chain, or goes on with the same one that was begun
    /// before. Returns what is to be signed; then [`Paying::paper`], hand out, and [`Paying::finish`].
    ///
    /// `entry` is what is bought, such as the hash of a file: it becomes the next entry of the list whose
    /// [Merkle root](farthing_types::merkle) is in the channel's vouchers from then on.
    ///
    /// # Errors
    /// [`Error::Nothing`], [`Error::Begun`], [`Error::ReserveTooLow`], [`Error::File`].
    pub fn begin(
        &mut self,
        contract: Account,
        id: &ChannelId<Account>,
        channel: &Channel,
        amount: Balance,
        entry: Option<Hash>,
    ) -> Result<Begun, Error> {
        if amount == 0 {
            return Err(Error::Nothing);
        }
        let promised = self.promised_mut(contract, id);
        if let Some(begun) = &promised.begun {
            return match begun.amount == amount && begun.entry() == entry {
                true => Ok(begun.clone()),
                false => Err(Error::Begun {
                    amount: begun.amount,
                }),
            };
        }
        // What was claimed was signed, whatever this file knows of it.
        let before = promised.cumulative.max(channel.claimed);
        let cumulative = before
            .checked_add(amount)
            .filter(|sum| *sum <= channel.reserve)
            .ok_or(Error::ReserveTooLow {
                reserve: channel.reserve,
                promised: before,
            })?;
        let begun = Begun {
            amount,
            cumulative,
            root: root(promised.bought.iter().chain(&entry)),
            entry: entry.into_iter().collect(),
        };
        promised.begun = Some(begun.clone());
        self.save()?;
        Ok(begun)
    }

    /// The payment that was begun is made: its voucher was handed out.
    ///
    /// # Errors
    /// [`crate::Error::File`].
    pub fn finish(
        &mut self,
        contract: Account,
        id: &ChannelId<Account>,
    ) -> Result<(), crate::Error> {
        let promised = self.promised_mut(contract, id);
        if let Some(begun) = promised.begun.take() {
            promised.cumulative = begun.cumulative;
            promised.bought.extend(begun.entry);
            self.save()?;
        }
        Ok(())
    }

    /// The payment that was begun is not made. Only for who knows that its voucher was not handed out.
    ///
    /// # Errors
    /// [`crate::Error::File`].
    pub fn abandon(
        &mut self,
        contract: Account,
        id: &ChannelId<Account>,
    ) -> Result<(), crate::Error> {
        let promised = self.promised_mut(contract, id);
        match promised.begun.take() {
            Some(_) => self.save(),
            None => Ok(()),
        }
    }

    /// Returns the voucher of a payment that was begun, signed with `sign`.
    pub fn paper(
        &self,
        contract: Account,
        id: &ChannelId<Account>,
        begun: &Begun,
        sign: impl FnOnce(&[u8]) -> [u8; 64],
    ) -> Paper {
        let place = Place {
            genesis: self.genesis,
            contract,
        };
        let voucher = Voucher {
            channel: id.clone(),
            cumulative: begun.cumulative,
            root: begun.root,
        };
        let bytes = sign(&voucher.payload(&place));
        Paper {
            place,
            voucher,
            signature: Signature {
                bytes,
                wrapped: false,
            },
        }
    }

    /// Returns the proof that the root in the channel's last voucher that was handed out is of a list with
    /// this entry: for whoever is to be shown what was bought. `None` if it was not.
    pub fn proof(&self, contract: Account, id: &ChannelId<Account>, entry: &Hash) -> Option<Proof> {
        let bought = &self.channels.get(&key(contract, id))?.bought;
        let leaves: Vec<_> = bought.iter().map(|entry| leaf(entry)).collect();
        let index = bought.iter().position(|one| one == entry)?;
        prove(&leaves, index)
    }

    fn promised_mut(&mut self, contract: Account, id: &ChannelId<Account>) -> &mut Promised {
        self.channels.entry(key(contract, id)).or_default()
    }

    fn save(&self) -> Result<(), crate::Error> {
        files::write_json(&self.path, &self.channels)
    }
}

impl Begun {
    /// Returns what is bought with it, if the payer said.
    pub fn entry(&self) -> Option<Hash> {
        self.entry.first().copied()
    }
}

fn root<'a>(entries: impl Iterator<Item = &'a Hash>) -> Hash {
    let leaves: Vec<_> = entries.map(|entry| leaf(entry)).collect();
    root_of(&leaves)
}

/// Hashes as text.
mod as_hex {
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

/// JSON's numbers are too small for amounts.
mod as_text {
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
