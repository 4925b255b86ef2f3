//! A payee's side: the best voucher of each channel, and the closings that the payee signed.

use super::{key, Error, Paper};
use crate::{files, Account};
use channels::channel::Channel;
use farthing_types::{Balance, Hash, Millis};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// A payee's vouchers on one chain; one program at a time has it open.
pub struct Receiving {
    path: PathBuf,
    genesis: Hash,
    payee: Account,
    kept: Kept,
    _lock: files::Lock,
}

/// What the file says, by channel.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    /// The best vouchers.
    vouchers: BTreeMap<String, String>,
    /// The closings that the payee signed: how much the payee gets in all.
    agreed: BTreeMap<String, String>,
}

/// What a voucher was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// How much more it is than the best before, as far as the channel's reserve covers it.
    pub new: Balance,
    /// What the channel has paid and will pay by it in all.
    pub total: Balance,
}

impl Receiving {
    /// Opens the wallet of a payee on the chain with this genesis hash, in a folder that the
    /// caller has for that chain.
    ///
    /// # Errors
    /// [`crate::Error::Busy`] if another program has it open; [`crate::Error::File`].
    pub fn open(folder: &Path, genesis: Hash, payee: Account) -> Result<Self, crate::Error> {
        let folder = folder.join("vouchers");
        let lock = files::Lock::take(&folder.join(format!("{payee}.received.lock")))?;
        let lock = lock.ok_or(crate::Error::Busy(payee))?;
        let path = folder.join(format!("{payee}.received.json"));
        Ok(Self {
            kept: files::read_json(&path)?.unwrap_or_default(),
            path,
            genesis,
            payee,
            _lock: lock,
        })
    }

    /// Takes a voucher of a contract's channel, as it is on the chain at the time `now`. The best of each
    /// channel is kept; once this returns, it survives a power cut.
    ///
    /// # Errors
    /// [`Error::Elsewhere`], [`Error::ForAnother`], [`Error::NoChannel`], [`Error::BadSignature`];
    /// [`Error::Agreed`] if it is worth more than a closing that was signed; [`Error::File`].
    pub fn take(
        &mut self,
        paper: &Paper,
        contract: Account,
        channel: Option<&Channel>,
        now: Millis,
    ) -> Result<Received, Error> {
        let id = &paper.voucher.channel;
        if paper.place.genesis != self.genesis || paper.place.contract != contract {
            return Err(Error::Elsewhere);
        }
        if id.payee != self.payee {
            return Err(Error::ForAnother(id.payee));
        }
        let channel = channel.filter(|channel| channel.epoch == id.epoch && now < channel.end);
        let channel = channel.ok_or(Error::NoChannel(id.payer))?;
        if !paper.is_signed_by(&channel.signer) {
            return Err(Error::BadSignature);
        }
        let worth = |cumulative: Balance| cumulative.min(channel.reserve);
        let key = key(contract, id.payer, id.epoch);
        let cumulative = paper.voucher.cumulative;
        if let Some(amount) = self.agreed(&key)? {
            if cumulative > amount {
                return Err(Error::Agreed { amount });
            }
        }
        let before = self.voucher(&key)?;
        let before = before.map_or(0, |paper| paper.voucher.cumulative);
        let before = before.max(channel.claimed);
        if cumulative > before {
            self.kept.vouchers.insert(key, paper.to_string());
            self.save()?;
        }
        Ok(Received {
            new: worth(cumulative).saturating_sub(worth(before)),
            total: worth(cumulative.max(before)),
        })
    }

    /// The best vouchers of all channels of a contract.
    ///
    /// # Errors
    /// [`Error::File`] if somebody changed it.
    pub fn best(&self, contract: Account) -> Result<Vec<Paper>, Error> {
        let keys = self.kept.vouchers.keys();
        let papers = keys.filter_map(|key| self.voucher(key).transpose());
        let papers = papers.collect::<Result<Vec<_>, _>>()?;
        let of_contract = |paper: &Paper| paper.place.contract == contract;
        Ok(papers.into_iter().filter(of_contract).collect())
    }

    /// Writes down that the payee signs a closing that gives them this much of a channel in all: from then
    /// on the payer can close it whenever they like, so that no voucher for more is taken.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn agree(
        &mut self,
        contract: Account,
        payer: Account,
        epoch: u64,
        amount: Balance,
    ) -> Result<(), Error> {
        let key = key(contract, payer, epoch);
        // Of several closings, the payer chooses.
        let least = self
            .agreed(&key)?
            .map_or(amount, |before| before.min(amount));
        self.kept.agreed.insert(key, least.to_string());
        Ok(self.save()?)
    }

    fn voucher(&self, key: &str) -> Result<Option<Paper>, Error> {
        let text = self.kept.vouchers.get(key);
        let paper = text.map(|text| text.parse()).transpose();
        paper.map_err(|_| self.damaged())
    }

    fn agreed(&self, key: &str) -> Result<Option<Balance>, Error> {
        let text = self.kept.agreed.get(key);
        let amount = text.map(|text| text.parse()).transpose();
        amount.map_err(|_| self.damaged())
    }

    fn damaged(&self) -> Error {
        crate::Error::file(&self.path, "somebody changed what is in it").into()
    }

    fn save(&self) -> Result<(), crate::Error> {
        files::write_json(&self.path, &self.kept)
    }
}
