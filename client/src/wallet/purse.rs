//! The payer's side: what was signed away of a channel.

use super::{folder, number, ChannelId, Place, Side, Voucher};
use crate::{amount, files, Account, Error, Key};
use farthing_types::{Balance, Hash};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What the payer of a channel signed. Whoever has it is the only one to sign for the channel, among
/// those who use the same folder.
pub struct Purse {
    path: PathBuf,
    content: Signed,
    _lock: files::Lock,
}

/// What is known of a channel's vouchers on the payer's side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Whose the channel is.
    pub payer: Account,
    /// Whom it pays.
    pub payee: Account,
    /// Which life of the channel.
    pub epoch: u64,
    /// How much of the channel was handed out in vouchers, or counted as such.
    #[serde(with = "number")]
    pub total: Balance,
    /// The latest voucher that was handed out.
    pub latest: Option<Voucher>,
    /// A payment that is not known to have been handed out.
    pub begun: Option<Begun>,
}

/// A payment: so many steps of so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// How much a step is.
    #[serde(with = "number")]
    pub amount: Balance,
    /// How many steps there are, each with a voucher of its own.
    pub times: u32,
    /// The Merkle root, or hash, of what it is for; zeros for none.
    #[serde(with = "hex")]
    pub root: Hash,
}

/// A payment under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// What is paid.
    pub payment: Payment,
    /// The cumulative amount before it.
    #[serde(with = "number")]
    pub from: Balance,
    /// The cumulative amount after it.
    #[serde(with = "number")]
    pub to: Balance,
}

impl Payment {
    fn sum(&self) -> Option<Balance> {
        self.amount.checked_mul(self.times.into())
    }
}

/// A purse with a payment that was written down: its vouchers can be signed.
#[must_use = "what was begun must be handed out, or else the same payment finishes it later"]
pub struct Paying {
    purse: Purse,
    begun: Begun,
    latest: Option<Voucher>,
    place: Place,
}

impl Purse {
    /// Opens the purse of a channel, which is in the caller's folder for the chain.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process has it; [`Error::File`].
    pub fn open(state: &Path, contract: Account, channel: &ChannelId) -> Result<Self, Error> {
        let folder = folder(state, contract, Side::Paid);
        let ChannelId {
            payer,
            payee,
            epoch,
        } = *channel;
        let name = folder.join(format!("{payer}-{payee}-{epoch}"));
        let lock = files::Lock::take(&name.with_extension("lock"))?;
        let lock = lock.ok_or(Error::Busy(payer))?;
        let path = name.with_extension("json");
        let content = files::read_json(&path)?.unwrap_or(Signed {
            payer,
            payee,
            epoch,
            total: 0,
            latest: None,
            begun: None,
        });
        if (content.payer, content.payee, content.epoch) != (payer, payee, epoch) {
            return Err(Error::file(
                &path,
                "it is of another channel than its name says",
            ));
        }
        Ok(Self {
            path,
            content,
            _lock: lock,
        })
    }

    /// What was signed.
    pub fn signed(&self) -> &Signed {
        &self.content
    }

    /// Writes a payment down before anything is signed. If the same payment was begun before and is not
    /// known to have been handed out, this is that one: its vouchers say the very same amounts.
    ///
    /// `claimed` is what the chain has paid out of the channel, which is taken to have been signed even
    /// if this purse does not know of it; vouchers go up to `reserve`.
    ///
    /// # Errors
    /// [`Error::Input`] if another payment is unfinished, if this one is of nothing, or if the reserve
    /// does not cover it; [`Error::File`].
    pub fn begin(
        mut self,
        place: &Place,
        payment: Payment,
        claimed: Balance,
        reserve: Balance,
    ) -> Result<Paying, Error> {
        let begun = match self.content.begun {
            Some(begun) if begun.payment == payment => begun,
            Some(other) => return Err(unfinished(&other)),
            None => {
                let from = self.content.total.max(claimed);
                let to = payment.sum().filter(|sum| *sum > 0);
                let to = to.ok_or_else(|| {
                    Error::Input("There is nothing to pay, or more than there can be.".into())
                })?;
                let to = from.checked_add(to).filter(|to| *to <= reserve);
                let to = to.ok_or_else(|| beyond(from, reserve))?;
                Begun { payment, from, to }
            }
        };
        if begun.to > reserve {
            return Err(beyond(begun.from, reserve));
        }
        if self.content.begun.is_none() {
            self.content.begun = Some(begun);
            self.save()?;
        }
        Ok(Paying {
            purse: self,
            begun,
            latest: None,
            place: place.clone(),
        })
    }

    /// Counts the unfinished payment as handed out: whatever became of its vouchers, the next payment is
    /// on top of it.
    ///
    /// # Errors
    /// [`Error::Input`] if there is none; [`Error::File`].
    pub fn count_unfinished(&mut self) -> Result<Begun, Error> {
        let begun = self.content.begun.take().ok_or_else(nothing_unfinished)?;
        self.content.total = self.content.total.max(begun.to);
        self.save()?;
        Ok(begun)
    }

    /// Forgets the unfinished payment. Only for payments none of whose vouchers got into anybody's hands:
    /// otherwise the payee has it, and it counts; the next voucher may then say no more than that one.
    ///
    /// # Errors
    /// [`Error::Input`] if there is none; [`Error::File`].
    pub fn drop_unfinished(&mut self) -> Result<Begun, Error> {
        let begun = self.content.begun.take().ok_or_else(nothing_unfinished)?;
        self.save()?;
        Ok(begun)
    }

    fn save(&self) -> Result<(), Error> {
        files::write_json(&self.path, &self.content)
    }
}

impl Paying {
    /// What was begun.
    pub fn begun(&self) -> &Begun {
        &self.begun
    }

    /// Signs the payment's vouchers, a step each, with the channel's signer key. Hand out all of them,
    /// or only the last, which says as much as all of them.
    pub fn sign(&mut self, key: &Key) -> Vec<Voucher> {
        let channel = ChannelId {
            payer: self.purse.content.payer,
            payee: self.purse.content.payee,
            epoch: self.purse.content.epoch,
        };
        let Begun { payment, from, .. } = self.begun;
        let steps = (1..=payment.times).map(|step| {
            // No more than `begun.to`, which was checked.
            let cumulative = from.saturating_add(payment.amount.saturating_mul(step.into()));
            Voucher::sign(&self.place, &channel, cumulative, payment.root, key)
        });
        let vouchers: Vec<_> = steps.collect();
        self.latest = vouchers.last().cloned();
        vouchers
    }

    /// Marks the payment as handed out: the same payment is another one from now on.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn handed_out(self) -> Result<Purse, Error> {
        let mut purse = self.purse;
        purse.content.total = self.begun.to;
        purse.content.begun = None;
        purse.content.latest = self.latest.or(purse.content.latest);
        purse.save()?;
        Ok(purse)
    }
}

fn unfinished(begun: &Begun) -> Error {
    let Payment {
        amount,
        times,
        root,
    } = begun.payment;
    let mut what = format!("{} UNIT", amount::text(amount));
    if times > 1 {
        what += &format!(", {times} times");
    }
    if root != [0; 32] {
        what += &format!(", for the content 0x{}", hex::encode(root));
    }
    Error::Input(format!(
        "An earlier payment to this payee was interrupted ({what}): pay the same again to finish it, or say `farthing channel settle PAYEE --as-paid` to count it as paid, or `--never-handed-out` to drop it if nobody was given its voucher. Nothing was signed."
    ))
}

fn beyond(from: Balance, reserve: Balance) -> Error {
    Error::Input(format!(
        "The channel's reserve does not cover this: {} of {} UNIT are signed away. Top it up first. Nothing was signed.",
        amount::text(from),
        amount::text(reserve)
    ))
}

fn nothing_unfinished() -> Error {
    Error::Input("No payment to this payee is unfinished.".into())
}
