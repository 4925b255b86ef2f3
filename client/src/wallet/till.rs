//! The payee's side: the highest voucher of each channel.

use super::{folder, number, ChannelId, Closing, Place, Side, Voucher};
use crate::{files, Account, Error, Key};
use farthing_types::Balance;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// The vouchers that a payee keeps. Whoever has it is the only one to change them, among those who use
/// the same folder.
pub struct Till {
    path: PathBuf,
    payee: Account,
    place: Place,
    content: Content,
    _lock: files::Lock,
}

#[derive(Default, Serialize, Deserialize)]
struct Content {
    /// By payer and epoch.
    channels: BTreeMap<String, Kept>,
}

/// What is kept of a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The highest voucher.
    pub voucher: Option<Voucher>,
    /// For how much a closing was signed; no voucher is taken any more.
    #[serde(with = "number::option")]
    pub closing: Option<Balance>,
}

/// What a voucher was worth to its payee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It is the highest so far, by this much.
    New(Balance),
    /// One that says at least as much is there.
    NothingNew,
}

impl Till {
    /// Opens the till of a payee, which is in the caller's folder for the chain.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process has it; [`Error::File`].
    pub fn open(state: &Path, place: &Place, payee: Account) -> Result<Self, Error> {
        let folder = folder(state, place.contract, Side::Received);
        let lock = files::Lock::take(&folder.join(format!("{payee}.lock")))?;
        let path = folder.join(format!("{payee}.json"));
        Ok(Self {
            content: files::read_json(&path)?.unwrap_or_default(),
            _lock: lock.ok_or(Error::Busy(payee))?,
            path,
            payee,
            place: place.clone(),
        })
    }

    /// The highest voucher of each channel.
    pub fn vouchers(&self) -> impl Iterator<Item = &Voucher> {
        let kept = self.content.channels.values();
        kept.filter_map(|kept| kept.voucher.as_ref())
    }

    /// What is kept of a channel.
    pub fn kept(&self, payer: Account, epoch: u64) -> Option<&Kept> {
        self.content.channels.get(&key(payer, epoch))
    }

    /// Keeps a voucher if it is the highest of its channel. `signer` is the channel's signer key. Once
    /// this returns, it survives a power cut.
    ///
    /// # Errors
    /// [`Error::Input`] if it counts elsewhere, is not signed with the key, or a closing was signed;
    /// [`Error::File`]: what is kept then is what was kept before.
    pub fn keep(&mut self, voucher: Voucher, signer: &[u8; 32]) -> Result<Receipt, Error> {
        let refused = |why: &str| Err(Error::Input(why.into()));
        if voucher.place.genesis != self.place.genesis {
            return refused("The voucher is of another chain.");
        }
        if voucher.place.contract != self.place.contract {
            return refused("The voucher is of another contract than this deployment's channels.");
        }
        if voucher.channel.payee != self.payee {
            return refused("The voucher is for somebody else.");
        }
        if !voucher.is_signed_by(signer) {
            return refused("The voucher was not signed with the channel's signer key.");
        }
        let key = key(voucher.channel.payer, voucher.channel.epoch);
        let before = self.content.channels.get(&key).cloned();
        if before.as_ref().is_some_and(|kept| kept.closing.is_some()) {
            return refused("You signed a closing of this channel: whatever vouchers say, the payer can close it for that.");
        }
        let had = before.and_then(|kept| kept.voucher);
        let had = had.map_or(0, |voucher| voucher.cumulative);
        let more = voucher.cumulative.saturating_sub(had);
        if more == 0 {
            return Ok(Receipt::NothingNew);
        }
        let kept = Kept {
            voucher: Some(voucher),
            closing: None,
        };
        self.put(key, kept)?;
        Ok(Receipt::New(more))
    }

    /// Signs a closing with the payee's own key, after writing down that no voucher of the channel is to
    /// be taken any more.
    ///
    /// # Errors
    /// [`Error::File`]; nothing is signed then.
    pub fn close(
        &mut self,
        channel: &ChannelId,
        amount: Balance,
        key_of_payee: &Key,
    ) -> Result<Closing, Error> {
        let key = key(channel.payer, channel.epoch);
        let kept = Kept {
            voucher: self
                .content
                .channels
                .get(&key)
                .and_then(|kept| kept.voucher.clone()),
            closing: Some(amount),
        };
        self.put(key, kept)?;
        Ok(Closing::sign(&self.place, channel, amount, key_of_payee))
    }

    fn put(&mut self, key: String, kept: Kept) -> Result<(), Error> {
        let before = self.content.channels.insert(key.clone(), kept);
        let written = files::write_json(&self.path, &self.content);
        if written.is_err() {
            match before {
                Some(before) => self.content.channels.insert(key, before),
                None => self.content.channels.remove(&key),
            };
        }
        written
    }
}

pub(super) fn read(folder: &Path, payee: Account) -> Result<Vec<Voucher>, Error> {
    let content: Option<Content> = files::read_json(&folder.join(format!("{payee}.json")))?;
    let kept = content.unwrap_or_default().channels.into_values();
    Ok(kept.filter_map(|kept| kept.voucher).collect())
}

fn key(payer: Account, epoch: u64) -> String {
    format!("{payer} {epoch}")
}
