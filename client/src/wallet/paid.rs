//! A payer's file: what was promised on each channel, and what was seen of the chain.

use super::{
    promised::{Begun, Promised},
    seen::Sights,
    text::as_text,
    Paper, Shown,
};
use crate::{files, Account};
use farthing_contracts::channels::channel::Channel;
use farthing_types::{
    merkle::{leaf, prove, Proof},
    voucher::{ChannelId, Place, Signature, Voucher},
    Balance, Hash, Millis,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// What a payer promised on one chain, according to the file; see [`Paying`](super::Paying).
pub struct Paid {
    pub(super) genesis: Hash,
    pub(super) payer: Account,
    pub(super) content: Content,
}

/// The content of the file.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    /// The chain's time when the file was begun, in milliseconds since the Unix epoch; `None` until that is
    /// known. The local clock does not tell it, because the chain's can differ.
    #[serde(default)]
    pub(super) since: Option<Millis>,
    /// What was promised, by the key of the channel.
    pub(super) channels: BTreeMap<String, Promised>,
    /// What was seen of the chain.
    #[serde(default)]
    pub(super) seen: Sights,
}

/// Why a wallet may know less than was promised with the same key, so that a voucher may be worth nothing.
/// [`Paying::adopt`](super::Paying::adopt) ends the doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// This wallet has never paid from the channel, but the channel is older than its file, or somebody has
    /// claimed from it. The file was lost, or payments were made on another machine, or there were none.
    NeverPaid {
        /// The channel's epoch, in milliseconds since the Unix epoch.
        opened: Millis,
    },
    /// More was claimed than this wallet ever promised. The file is an old one that was put back, or payments
    /// were made on another machine.
    Behind {
        /// What this wallet promised, in the smallest unit.
        #[serde(with = "as_text")]
        promised: Balance,
        /// What was claimed, in the smallest unit.
        #[serde(with = "as_text")]
        claimed: Balance,
    },
    /// The file was restored from a backup. It does not have what was promised later.
    Restored {
        /// When it was restored, in milliseconds since the Unix epoch.
        at: Millis,
    },
}

impl Paid {
    /// Reads the file, or starts a new one.
    pub(super) fn read(path: &Path, genesis: Hash, payer: Account) -> Result<Self, crate::Error> {
        Ok(Self {
            genesis,
            payer,
            content: Content::read(path)?,
        })
    }

    /// Returns for how many channels anything is written down, in all contracts together.
    pub fn lives(&self) -> usize {
        self.content.channels.len()
    }

    /// Returns a contract's channels that this wallet has written anything down for.
    pub fn known(&self, contract: Account) -> Vec<ChannelId<Account>> {
        let keys = self.content.channels.keys();
        let known = keys.filter_map(|text| super::read_key(text));
        let of_contract = known.filter(|(of, id)| *of == contract && id.payer == self.payer);
        of_contract.map(|(_, id)| id).collect()
    }

    /// Returns what vouchers that were handed out promise on a channel in all, in the smallest unit, and the
    /// payment that was begun.
    pub fn promised(&self, contract: Account, id: &ChannelId<Account>) -> (Balance, Option<Begun>) {
        let found = self.promise(contract, id);
        found.map_or((0, None), |found| (found.cumulative, found.begun.clone()))
    }

    /// Returns the root in the last voucher of a channel that was handed out; zeros if there was none.
    pub fn root(&self, contract: Account, id: &ChannelId<Account>) -> Hash {
        let found = self.promise(contract, id);
        found.map_or([0; 32], |found| found.root_with(None))
    }

    /// Returns why more may have been promised on a channel than this wallet knows, as of when the last
    /// payment was begun.
    pub fn doubt(&self, contract: Account, id: &ChannelId<Account>) -> Option<&Doubt> {
        self.promise(contract, id)?.doubt.as_ref()
    }

    /// Signs the voucher of a payment that was begun with `sign`, and returns it.
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

    /// Returns the proof that the channel's last voucher is for a list with this entry. Show it to prove what
    /// was bought. `None` if the list does not have the entry, or is not known.
    pub fn proof(&self, contract: Account, id: &ChannelId<Account>, entry: &Hash) -> Option<Proof> {
        let bought = &self.promise(contract, id)?.bought;
        let leaves: Vec<_> = bought.iter().map(|entry| leaf(entry)).collect();
        let index = bought.iter().position(|one| one == entry)?;
        prove(&leaves, index)
    }

    /// Returns the proof of an entry to show to others, with where it counts and the root.
    pub fn shown(&self, contract: Account, id: &ChannelId<Account>, entry: &Hash) -> Option<Shown> {
        Some(Shown {
            place: Place {
                genesis: self.genesis,
                contract,
            },
            channel: id.clone(),
            root: self.root(contract, id),
            entry: *entry,
            proof: self.proof(contract, id, entry)?,
        })
    }

    /// Returns whether an entry is in the list whose root is in the channel's vouchers.
    pub fn has_bought(&self, contract: Account, id: &ChannelId<Account>, entry: &Hash) -> bool {
        self.promise(contract, id)
            .is_some_and(|found| found.bought.contains(entry))
    }

    /// Returns what was promised on a channel, if there is no doubt about it. A payment that was begun and
    /// will be continued counts only once.
    pub(super) fn known_promise(
        &self,
        contract: Account,
        id: &ChannelId<Account>,
    ) -> Option<Balance> {
        let promised = self.promise(contract, id)?;
        promised.doubt.is_none().then_some(promised.cumulative)
    }

    /// Returns why more may have been promised on a channel than is written down, given the channel as it is
    /// on the chain.
    pub(super) fn doubt_of(
        &self,
        contract: Account,
        id: &ChannelId<Account>,
        channel: &Channel,
    ) -> Option<Doubt> {
        let Some(promised) = self.promise(contract, id) else {
            let is_older = self
                .content
                .since
                .is_none_or(|since| channel.epoch <= since);
            let may_be = is_older || channel.claimed > 0;
            return may_be.then_some(Doubt::NeverPaid {
                opened: channel.epoch,
            });
        };
        // Whatever was claimed says nothing of what was promised after the backup was made.
        if let Some(restored @ Doubt::Restored { .. }) = &promised.doubt {
            return Some(restored.clone());
        }
        let most = promised.most();
        if channel.claimed > most {
            return Some(Doubt::Behind {
                promised: most,
                claimed: channel.claimed,
            });
        }
        // What the payee claimed last is what this wallet signed last: there is nothing better.
        let agreed = channel.claimed > 0 && channel.claimed == promised.cumulative;
        promised.doubt.clone().filter(|_| !agreed)
    }

    fn promise(&self, contract: Account, id: &ChannelId<Account>) -> Option<&Promised> {
        self.content.channels.get(&super::key(contract, id))
    }
}

/// Returns the path of a payer's file.
pub(super) fn path(folder: &Path, payer: Account) -> PathBuf {
    let name = format!("{}.paid.json", payer.generic());
    folder.join("vouchers").join(name)
}

/// Returns whether a file is a payer's wallet, by its name.
fn is_wallet(place: &Path) -> bool {
    let name = place.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.ends_with(".paid.json"))
}

/// Returns what to write for a file from a backup. The payer's wallet then doubts everything that it knows.
pub(crate) fn doubted(place: &Path, bytes: Vec<u8>) -> Result<Vec<u8>, crate::Error> {
    if !is_wallet(place) {
        return Ok(bytes);
    }
    let failed = |error| crate::Error::file(place, error);
    let found: serde_json::Value = serde_json::from_slice(&bytes).map_err(failed)?;
    let mut content = Content::of(place, found)?;
    let at = super::clock();
    // A channel that is not in there was opened later, or was never paid from.
    content.since = None;
    content.seen = Sights::default();
    for promised in content.channels.values_mut() {
        promised.doubt = Some(Doubt::Restored { at });
    }
    serde_json::to_vec_pretty(&content).map_err(failed)
}

impl Content {
    /// Reads the file, or begins one. Earlier versions had the channels only.
    fn read(path: &Path) -> Result<Self, crate::Error> {
        let found: Option<serde_json::Value> = files::read_json(path)?;
        Self::of(path, found.unwrap_or_else(|| serde_json::json!({})))
    }

    fn of(path: &Path, found: serde_json::Value) -> Result<Self, crate::Error> {
        if found.get("channels").is_some() {
            return serde_json::from_value(found).map_err(|error| crate::Error::file(path, error));
        }
        let channels = serde_json::from_value(found);
        Ok(Self {
            since: None,
            channels: channels.map_err(|error| crate::Error::file(path, error))?,
            seen: Sights::default(),
        })
    }
}
