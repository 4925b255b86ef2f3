//! The payer's side: paying, by one program at a time.

use super::{paid, promised::Promised, Begun, Error, Paid};
use crate::{files, Account};
use farthing_contracts::channels::channel::Channel;
use farthing_types::{voucher::ChannelId, Balance, Hash, Millis};
use std::{
    ops::Deref,
    path::{Path, PathBuf},
    time::Duration,
};

/// A payer's vouchers on one chain. While it is open, no other program that uses the same folder can pay from
/// these channels.
pub struct Paying {
    pub(super) paid: Paid,
    path: PathBuf,
    _lock: files::Lock,
}

/// What was promised can be looked at as if there were no lock.
impl Deref for Paying {
    type Target = Paid;

    fn deref(&self) -> &Paid {
        &self.paid
    }
}

impl Paying {
    /// Opens the wallet of a payer on the chain with this genesis hash, in the caller's folder for that
    /// chain. If another program has it open, the thread waits, but no longer than the limit.
    ///
    /// # Errors
    /// [`Error::Busy`] if another program still has it open then; [`Error::File`].
    pub fn open(
        folder: &Path,
        genesis: Hash,
        payer: Account,
        wait: Duration,
    ) -> Result<Self, Error> {
        let path = paid::path(folder, payer);
        let lock = files::Lock::within(&path.with_extension("lock"), wait)?;
        let lock = lock.ok_or(Error::Busy(payer))?;
        Ok(Self {
            paid: Paid::read(&path, genesis, payer)?,
            path,
            _lock: lock,
        })
    }

    /// Returns what a payer has promised so far. It also works while another program has the wallet open, and
    /// where nothing can be written.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn read(folder: &Path, genesis: Hash, payer: Account) -> Result<Paid, Error> {
        Ok(Paid::read(&paid::path(folder, payer), genesis, payer)?)
    }

    /// Tells the wallet the chain's time. A new wallet begins at it, and does not know what was promised on
    /// older channels.
    pub fn begins(&mut self, now: Millis) {
        self.paid.content.since.get_or_insert(now);
    }

    /// Notes that the channel was opened just now. This wallet then knows everything that is promised on it.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn opened(&mut self, contract: Account, id: &ChannelId<Account>) -> Result<(), Error> {
        self.begins(id.epoch);
        self.promised_mut(contract, id);
        self.save()
    }

    /// Begins a payment on a channel as it is on the chain, or continues the same payment if it was begun
    /// before. Returns what to sign. Next, sign with [`Paid::paper`](super::Paid::paper), hand the voucher
    /// out, and call [`Paying::finish`]. If [`Paid::doubt`](super::Paid::doubt) returns something, the
    /// voucher may be worth nothing: warn the payer.
    ///
    /// `entry` says what is bought, such as the hash of a file. It becomes the next entry of a list, and from
    /// then on the channel's vouchers have that list's [Merkle root](farthing_types::merkle).
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
        let doubt = self.doubt_of(contract, id, channel);
        let promised = self.promised_mut(contract, id);
        promised.doubt = doubt;
        if let Some(begun) = &promised.begun {
            let same = begun.amount == amount && begun.entry() == entry;
            return match same && !promised.is_overtaken(begun, channel) {
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
            root: promised.root_with(entry),
            entry: entry.into_iter().collect(),
        };
        promised.begun = Some(begun.clone());
        self.save()?;
        Ok(begun)
    }

    /// Puts an entry into the list of what was bought without a payment, as something was bought with what was paid
    /// before. The next voucher signs it, also one for the same sum.
    ///
    /// # Errors
    /// [`Error::Begun`] if a payment was begun: its voucher signs another list. [`Error::File`].
    pub fn note(
        &mut self,
        contract: Account,
        id: &ChannelId<Account>,
        entry: Hash,
    ) -> Result<(), Error> {
        let promised = self.promised_mut(contract, id);
        if let Some(Begun { amount, .. }) = promised.begun {
            return Err(Error::Begun { amount });
        }
        promised.note(entry);
        self.save()
    }

    /// Notes that the payment that was begun is made, because its voucher was handed out.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn finish(&mut self, contract: Account, id: &ChannelId<Account>) -> Result<(), Error> {
        let found = self.written(contract, id);
        match found.is_some_and(Promised::finish) {
            true => self.save(),
            false => Ok(()),
        }
    }

    /// Gives up the payment that was begun. Call this only if you know that its voucher was not handed out.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn abandon(&mut self, contract: Account, id: &ChannelId<Account>) -> Result<(), Error> {
        let found = self.written(contract, id);
        match found.and_then(|found| found.begun.take()) {
            Some(_) => self.save(),
            None => Ok(()),
        }
    }

    /// Returns what is written down of a channel; `None` if nothing is.
    fn written(&mut self, contract: Account, id: &ChannelId<Account>) -> Option<&mut Promised> {
        let channels = &mut self.paid.content.channels;
        channels.get_mut(&super::key(contract, id))
    }

    pub(super) fn promised_mut(
        &mut self,
        contract: Account,
        id: &ChannelId<Account>,
    ) -> &mut Promised {
        let channels = &mut self.paid.content.channels;
        channels.entry(super::key(contract, id)).or_default()
    }

    pub(super) fn save(&self) -> Result<(), Error> {
        Ok(files::write_json(&self.path, &self.paid.content)?)
    }
}
