//! A payee's side: the best voucher of each channel, and the closings that the payee signed.

use super::{key, Error, Paper};
use crate::{files, Account};
use farthing_contracts::channels::channel::{Channel, Moment};
use farthing_types::{voucher::ChannelId, Balance, Hash, Millis};
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
    /// The closings that the payee signed.
    agreed: BTreeMap<String, Vec<Agreed>>,
}

/// A closing that the payee signed.
#[derive(Clone, Serialize, Deserialize)]
struct Agreed {
    /// How much the payee gets in all.
    amount: String,
    /// Until when the payer can use it.
    expires: Millis,
}

/// What a payee wants of a channel before anything is served for its vouchers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The key for closings that the payee told the payer.
    pub closer: [u8; 32],
    /// How long an exit must take at least, in milliseconds: longer than the payee may be kept from
    /// claiming, and longer than the chain may let no calls in.
    pub min_delay: Millis,
}

/// What a voucher was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// How much more it is than the best before: never nothing.
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
        let lock = files::Lock::take(&folder.join(format!("{}.received.lock", payee.generic())))?;
        let lock = lock.ok_or(crate::Error::Busy(payee))?;
        let path = folder.join(format!("{}.received.json", payee.generic()));
        Ok(Self {
            kept: files::read_json(&path)?.unwrap_or_default(),
            path,
            genesis,
            payee,
            _lock: lock,
        })
    }

    /// Takes a voucher of a contract's channel, as it is on the chain now. The best of each channel is
    /// kept; once this returns `Ok`, it survives a power cut, and something can be given for what is new.
    ///
    /// # Errors
    /// [`Error::Elsewhere`], [`Error::ForAnother`], [`Error::NoChannel`], [`Error::BadSignature`],
    /// [`Error::BadCloser`], [`Error::ShortDelay`], [`Error::BeyondReserve`]; [`Error::NothingNew`] if
    /// it is no more than what was kept or claimed before; [`Error::Agreed`] if it is worth more than a
    /// closing that was signed; [`Error::Ending`] if the channel is ending: then it was kept, if it is
    /// the best, and nothing should be given for it; [`Error::File`].
    pub fn take(
        &mut self,
        paper: &Paper,
        contract: Account,
        wanted: &Wanted,
        channel: Option<&Channel>,
        now: Moment,
    ) -> Result<Received, Error> {
        let id = &paper.voucher.channel;
        if paper.place.genesis != self.genesis || paper.place.contract != contract {
            return Err(Error::Elsewhere);
        }
        if id.payee != self.payee {
            return Err(Error::ForAnother(id.payee));
        }
        let channel = channel.filter(|one| one.epoch == id.epoch && !one.is_over(now));
        let channel = channel.ok_or(Error::NoChannel(id.payer))?;
        if !paper.is_signed_by(&channel.signer) {
            return Err(Error::BadSignature);
        }
        wanted.check(channel)?;
        let (key, cumulative) = (key(contract, id), paper.voucher.cumulative);
        if cumulative > channel.reserve {
            return Err(Error::BeyondReserve {
                reserve: channel.reserve,
            });
        }
        if let Some((amount, expires)) = self.agreed(&key, now.time)? {
            if cumulative > amount {
                return Err(Error::Agreed { amount, expires });
            }
        }
        let before = self.voucher(&key)?;
        let before = before.map_or(0, |paper| paper.voucher.cumulative);
        let before = before.max(channel.claimed);
        let new = cumulative
            .checked_sub(before)
            .filter(|new| *new > 0)
            .ok_or(Error::NothingNew { before })?;
        self.kept.vouchers.insert(key, paper.to_string());
        self.save()?;
        match channel.end {
            Some(end) => Err(Error::Ending { from: end.time }),
            None => Ok(Received {
                new,
                total: cumulative,
            }),
        }
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

    /// Writes down that the payee signs a closing that gives them this much of a channel in all: until it
    /// expires the payer can use it, so that no voucher for more is taken.
    ///
    /// # Errors
    /// [`Error::GivesAway`] if a voucher that was kept says more, unless the payee wants to `forfeit` that;
    /// [`Error::File`].
    pub fn agree(
        &mut self,
        contract: Account,
        id: &ChannelId<Account>,
        amount: Balance,
        expires: Millis,
        forfeit: bool,
    ) -> Result<(), Error> {
        let key = key(contract, id);
        let kept = self.voucher(&key)?;
        let kept = kept.map_or(0, |paper| paper.voucher.cumulative);
        if kept > amount && !forfeit {
            return Err(Error::GivesAway { kept });
        }
        let agreed = self.kept.agreed.entry(key).or_default();
        agreed.push(Agreed {
            amount: amount.to_string(),
            expires,
        });
        Ok(self.save()?)
    }

    fn voucher(&self, key: &str) -> Result<Option<Paper>, Error> {
        let text = self.kept.vouchers.get(key);
        let paper = text.map(|text| text.parse()).transpose();
        paper.map_err(|_| self.damaged())
    }

    /// The lowest amount of all closings that the payer can use, as it is the payer who chooses.
    fn agreed(&self, key: &str, now: Millis) -> Result<Option<(Balance, Millis)>, Error> {
        let all = self.kept.agreed.get(key).into_iter().flatten();
        let usable = all.filter(|one| now <= one.expires);
        let amounts = usable.map(|one| Some((one.amount.parse().ok()?, one.expires)));
        let amounts = amounts.collect::<Option<Vec<_>>>();
        Ok(amounts.ok_or_else(|| self.damaged())?.into_iter().min())
    }

    fn damaged(&self) -> Error {
        crate::Error::file(&self.path, "somebody changed what is in it").into()
    }

    fn save(&self) -> Result<(), crate::Error> {
        files::write_json(&self.path, &self.kept)
    }
}

impl Wanted {
    /// Checks a channel, before anything is served for its vouchers.
    ///
    /// # Errors
    /// [`Error::BadCloser`], [`Error::ShortDelay`].
    pub fn check(&self, channel: &Channel) -> Result<(), Error> {
        if channel.closer != self.closer {
            return Err(Error::BadCloser);
        }
        if channel.delay < self.min_delay {
            return Err(Error::ShortDelay {
                delay: channel.delay,
                wanted: self.min_delay,
            });
        }
        Ok(())
    }
}
