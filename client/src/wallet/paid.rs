//! A payer's side: what was promised on each channel.

use super::{key, Error, Paper};
use crate::{files, Account};
use farthing_types::{
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
    payer: Account,
    channels: BTreeMap<String, Promised>,
    _lock: files::Lock,
}

/// What was promised on a channel.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Promised {
    /// By vouchers that were handed out, in all.
    #[serde(with = "as_text")]
    cumulative: Balance,
    /// The root in the last of them.
    #[serde(with = "hex")]
    root: Hash,
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
}

impl Paying {
    /// Opens the wallet of a payer on the chain with this genesis hash, in a folder that the
    /// caller has for that chain.
    ///
    /// # Errors
    /// [`crate::Error::Busy`] if another program has it open; [`crate::Error::File`].
    pub fn open(folder: &Path, genesis: Hash, payer: Account) -> Result<Self, crate::Error> {
        let folder = folder.join("vouchers");
        let lock = files::Lock::take(&folder.join(format!("{payer}.paid.lock")))?;
        let lock = lock.ok_or(crate::Error::Busy(payer))?;
        let path = folder.join(format!("{payer}.paid.json"));
        Ok(Self {
            channels: files::read_json(&path)?.unwrap_or_default(),
            path,
            genesis,
            payer,
            _lock: lock,
        })
    }

    /// What vouchers that were handed out promise on a channel in all, and the payment that was begun.
    pub fn promised(
        &self,
        contract: Account,
        payee: Account,
        epoch: u64,
    ) -> (Balance, Option<Begun>) {
        let found = self.channels.get(&key(contract, payee, epoch));
        found.map_or((0, None), |found| (found.cumulative, found.begun.clone()))
    }

    /// Begins a payment on a channel that has this reserve, or goes on with the same one that was begun
    /// before. Returns what is to be signed; then [`Paying::paper`], hand out, and [`Paying::finish`].
    ///
    /// # Errors
    /// [`Error::Nothing`], [`Error::Begun`], [`Error::ReserveTooLow`], [`Error::File`].
    pub fn begin(
        &mut self,
        contract: Account,
        payee: Account,
        epoch: u64,
        reserve: Balance,
        amount: Balance,
        root: Hash,
    ) -> Result<Begun, Error> {
        if amount == 0 {
            return Err(Error::Nothing);
        }
        let promised = self.promised_mut(contract, payee, epoch);
        if let Some(begun) = &promised.begun {
            return match begun.amount == amount && begun.root == root {
                true => Ok(begun.clone()),
                false => Err(Error::Begun {
                    amount: begun.amount,
                }),
            };
        }
        let sum = promised.cumulative.checked_add(amount);
        let cumulative = sum
            .filter(|sum| *sum <= reserve)
            .ok_or(Error::ReserveTooLow {
                reserve,
                promised: promised.cumulative,
            })?;
        let begun = Begun {
            amount,
            cumulative,
            root,
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
        payee: Account,
        epoch: u64,
    ) -> Result<(), crate::Error> {
        let promised = self.promised_mut(contract, payee, epoch);
        if let Some(begun) = promised.begun.take() {
            promised.cumulative = begun.cumulative;
            promised.root = begun.root;
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
        payee: Account,
        epoch: u64,
    ) -> Result<(), crate::Error> {
        let promised = self.promised_mut(contract, payee, epoch);
        match promised.begun.take() {
            Some(_) => self.save(),
            None => Ok(()),
        }
    }

    /// The voucher of a payment that was begun, signed with `sign`.
    pub fn paper(
        &self,
        contract: Account,
        payee: Account,
        epoch: u64,
        begun: &Begun,
        sign: impl FnOnce(&[u8]) -> [u8; 64],
    ) -> Paper {
        let place = Place {
            genesis: self.genesis,
            contract,
        };
        let voucher = Voucher {
            channel: ChannelId {
                payer: self.payer,
                payee,
                epoch,
            },
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

    fn promised_mut(&mut self, contract: Account, payee: Account, epoch: u64) -> &mut Promised {
        let key = key(contract, payee, epoch);
        self.channels.entry(key).or_default()
    }

    fn save(&self) -> Result<(), crate::Error> {
        files::write_json(&self.path, &self.channels)
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
