//! A payee's side: the best voucher of each channel.

use super::{key, Error, Paper};
use crate::{files, Account};
use channels::channel::Channel;
use farthing_types::{Balance, Hash, Millis};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// A payee's vouchers on one chain; one program at a time has it open.
pub struct Receiving {
    path: PathBuf,
    genesis: Hash,
    payee: Account,
    papers: BTreeMap<String, String>,
    _lock: files::Lock,
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
    /// Opens the wallet of a payee on the chain with this genesis hash, in a folder of the caller's.
    ///
    /// # Errors
    /// [`crate::Error::Busy`] if another program has it open; [`crate::Error::File`].
    pub fn open(folder: &Path, genesis: Hash, payee: Account) -> Result<Self, crate::Error> {
        let folder = folder.join(hex::encode(genesis)).join("vouchers");
        let lock = files::Lock::take(&folder.join(format!("{payee}.received.lock")))?;
        let lock = lock.ok_or(crate::Error::Busy(payee))?;
        let path = folder.join(format!("{payee}.received.json"));
        Ok(Self {
            papers: files::read_json(&path)?.unwrap_or_default(),
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
    /// [`Error::Elsewhere`], [`Error::ForAnother`], [`Error::NoChannel`], [`Error::BadSignature`],
    /// [`Error::File`].
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
        let before = self
            .papers
            .get(&key)
            .map(|text| text.parse::<Paper>())
            .transpose()?;
        let before = before.map_or(0, |paper| paper.voucher.cumulative);
        let before = before.max(channel.claimed);
        let cumulative = paper.voucher.cumulative;
        if cumulative > before {
            self.papers.insert(key, paper.to_string());
            files::write_json(&self.path, &self.papers)?;
        }
        Ok(Received {
            new: worth(cumulative).saturating_sub(worth(before)),
            total: worth(cumulative.max(before)),
        })
    }

    /// The best vouchers of all channels of a contract.
    ///
    /// # Errors
    /// [`Error::NoVoucher`] if somebody changed the file.
    pub fn best(&self, contract: Account) -> Result<Vec<Paper>, Error> {
        let papers = self.papers.values().map(|text| text.parse::<Paper>());
        let papers = papers.collect::<Result<Vec<_>, _>>()?;
        let of_contract = |paper: &Paper| paper.place.contract == contract;
        Ok(papers.into_iter().filter(of_contract).collect())
    }

    /// Forgets the voucher of a channel that is no more.
    ///
    /// # Errors
    /// [`crate::Error::File`].
    pub fn forget(&mut self, paper: &Paper) -> Result<(), crate::Error> {
        let id = &paper.voucher.channel;
        let key = key(paper.place.contract, id.payer, id.epoch);
        match self.papers.remove(&key) {
            Some(_) => files::write_json(&self.path, &self.papers),
            None => Ok(()),
        }
    }
}
