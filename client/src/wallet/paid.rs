//! A payer's side: what was promised on each channel.

use super::{
    key,
    seen::Sights,
    text::{as_hex, as_text},
    Error, Paper,
};
use crate::{files, Account};
use farthing_contracts::channels::channel::Channel;
use farthing_types::{
    merkle::{leaf, prove, root_of, Proof},
    voucher::{ChannelId, Place, Signature, Voucher},
    Balance, Hash, Millis,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

/// A payer's vouchers on one chain. While it is open, no other program can pay from these channels (of
/// those who use the same folder).
pub struct Paying {
    path: PathBuf,
    genesis: Hash,
    payer: Account,
    pub(super) content: Content,
    _lock: files::Lock,
}

/// What the file says.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    /// Since when the file is kept, in milliseconds since the Unix epoch.
    since: Millis,
    /// By channel.
    channels: BTreeMap<String, Promised>,
    /// What was seen of the chain.
    #[serde(default)]
    pub(super) seen: Sights,
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
    /// The root in the last of them, if it is of a list that this wallet does not know.
    #[serde(default, with = "as_hex", skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<Hash>,
    /// A payment whose voucher may or may not have been handed out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begun: Option<Begun>,
    /// Why more may have been promised than is written down here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    doubt: Option<Doubt>,
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

/// Why a wallet may know less than was promised with the same key, so that a voucher may be worth nothing.
/// [`Paying::adopt`] ends the doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// This wallet has never paid from the channel, which is older than its file, or of which somebody has claimed:
    /// the file was lost, or the payments were made on another machine; unless there were none.
    NeverPaid {
        /// The channel's epoch.
        opened: Millis,
    },
    /// More was claimed than this wallet ever promised: the file is an old one that was put back, or the payments
    /// were made on another machine.
    Behind {
        /// What this wallet promised.
        #[serde(with = "as_text")]
        promised: Balance,
        /// What was claimed.
        #[serde(with = "as_text")]
        claimed: Balance,
    },
    /// The file was restored from a backup: what was promised later is not in it.
    Restored {
        /// When it was restored, in milliseconds since the Unix epoch.
        at: Millis,
    },
}

/// What came of taking over a voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adopted {
    /// What this wallet promised before, in all.
    pub before: Balance,
    /// What it promises now.
    pub now: Balance,
}

impl Paying {
    /// Opens the wallet of a payer on the chain with this genesis hash, in a folder that the caller has for that
    /// chain. While another program has it open, the thread waits, at most so long.
    ///
    /// # Errors
    /// [`Error::Busy`] if another program still has it open then; [`Error::File`].
    pub fn open(
        folder: &Path,
        genesis: Hash,
        payer: Account,
        wait: Duration,
    ) -> Result<Self, Error> {
        let folder = folder.join("vouchers");
        let lock = folder.join(format!("{}.paid.lock", payer.generic()));
        let lock = files::Lock::within(&lock, wait)?.ok_or(Error::Busy(payer))?;
        let path = folder.join(format!("{}.paid.json", payer.generic()));
        Ok(Self {
            content: Content::read(&path)?,
            path,
            genesis,
            payer,
            _lock: lock,
        })
    }

    /// Returns what vouchers that were handed out promise of a channel in all, and the payment that was
    /// begun.
    pub fn promised(&self, contract: Account, id: &ChannelId<Account>) -> (Balance, Option<Begun>) {
        let found = self.promise(contract, id);
        found.map_or((0, None), |found| (found.cumulative, found.begun.clone()))
    }

    /// Returns why more may have been promised on a channel than this wallet knows, as of the last payment that
    /// was begun.
    pub fn doubt(&self, contract: Account, id: &ChannelId<Account>) -> Option<&Doubt> {
        self.promise(contract, id)?.doubt.as_ref()
    }

    /// The channel was opened just now: whatever is promised on it, this wallet will know.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn opened(&mut self, contract: Account, id: &ChannelId<Account>) -> Result<(), Error> {
        self.promised_mut(contract, id);
        self.save()
    }

    /// Begins a payment on a channel, as it is on the chain, or goes on with the same one that was begun
    /// before. Returns what is to be signed; then [`Paying::paper`], hand out, and [`Paying::finish`].
    /// Whether the voucher may be worth nothing, [`Paying::doubt`] says: warn the payer then.
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

    /// The payment that was begun is made: its voucher was handed out.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn finish(&mut self, contract: Account, id: &ChannelId<Account>) -> Result<(), Error> {
        let found = self.content.channels.get_mut(&key(contract, id));
        match found.is_some_and(Promised::finish) {
            true => self.save(),
            false => Ok(()),
        }
    }

    /// The payment that was begun is not made. Only for who knows that its voucher was not handed out.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn abandon(&mut self, contract: Account, id: &ChannelId<Account>) -> Result<(), Error> {
        let found = self.content.channels.get_mut(&key(contract, id));
        match found.and_then(|found| found.begun.take()) {
            Some(_) => self.save(),
            None => Ok(()),
        }
    }

    /// Takes over the best voucher that the payee shows of a channel, as it is on the chain: where the file was
    /// lost, or is an old one, this wallet goes on from what was really promised. A lower voucher changes
    /// nothing. Which entries another voucher's root is of is not known, so that there is no [`Paying::proof`] of
    /// those; the next entry begins a new list.
    ///
    /// # Errors
    /// [`Error::Elsewhere`], [`Error::OfAnother`], [`Error::NoChannel`], [`Error::BadSignature`],
    /// [`Error::BeyondReserve`], [`Error::File`].
    pub fn adopt(
        &mut self,
        contract: Account,
        channel: &Channel,
        paper: &Paper,
    ) -> Result<Adopted, Error> {
        let (id, cumulative) = (&paper.voucher.channel, paper.voucher.cumulative);
        if paper.place.genesis != self.genesis || paper.place.contract != contract {
            return Err(Error::Elsewhere);
        }
        if id.payer != self.payer {
            return Err(Error::OfAnother(id.payer));
        }
        if id.epoch != channel.epoch {
            return Err(Error::NoChannel(id.payer));
        }
        if !paper.is_signed_by(&channel.signer) {
            return Err(Error::BadSignature);
        }
        if cumulative > channel.reserve {
            return Err(Error::BeyondReserve {
                reserve: channel.reserve,
            });
        }
        let promised = self.promised_mut(contract, id);
        let before = promised.cumulative;
        promised.raise(cumulative, paper.voucher.root);
        promised.doubt = None;
        let now = promised.cumulative;
        self.save()?;
        Ok(Adopted { before, now })
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
    /// this entry: for whoever is to be shown what was bought. `None` if it was not, or if that is not known.
    pub fn proof(&self, contract: Account, id: &ChannelId<Account>, entry: &Hash) -> Option<Proof> {
        let bought = &self.promise(contract, id)?.bought;
        let leaves: Vec<_> = bought.iter().map(|entry| leaf(entry)).collect();
        let index = bought.iter().position(|one| one == entry)?;
        prove(&leaves, index)
    }

    pub(super) fn payer(&self) -> Account {
        self.payer
    }

    /// What was promised on a channel, if there is no doubt about it: what was begun, if that is to be gone on
    /// with, counts no more than once.
    pub(super) fn known_promise(
        &self,
        contract: Account,
        id: &ChannelId<Account>,
    ) -> Option<Balance> {
        let promised = self.promise(contract, id)?;
        promised.doubt.is_none().then_some(promised.cumulative)
    }

    /// Why more may have been promised on a channel than is written down, as it is on the chain.
    fn doubt_of(
        &self,
        contract: Account,
        id: &ChannelId<Account>,
        channel: &Channel,
    ) -> Option<Doubt> {
        let Some(promised) = self.promise(contract, id) else {
            let may_be = channel.epoch < self.content.since || channel.claimed > 0;
            return may_be.then_some(Doubt::NeverPaid {
                opened: channel.epoch,
            });
        };
        let most = promised.most();
        if channel.claimed > most {
            return Some(Doubt::Behind {
                promised: most,
                claimed: channel.claimed,
            });
        }
        // What the payee claimed last is what this wallet signed last: there is nothing better, unless the wallet
        // has been another one since.
        let agreed = channel.claimed > 0 && channel.claimed == promised.cumulative;
        let stays = |doubt: &Doubt| !agreed || matches!(doubt, Doubt::Restored { .. });
        promised.doubt.clone().filter(stays)
    }

    fn promise(&self, contract: Account, id: &ChannelId<Account>) -> Option<&Promised> {
        self.content.channels.get(&key(contract, id))
    }

    fn promised_mut(&mut self, contract: Account, id: &ChannelId<Account>) -> &mut Promised {
        let channels = &mut self.content.channels;
        channels.entry(key(contract, id)).or_default()
    }

    pub(super) fn save(&self) -> Result<(), Error> {
        Ok(files::write_json(&self.path, &self.content)?)
    }
}

/// Whether a file is a payer's wallet, by its name.
fn is_wallet(place: &Path) -> bool {
    let name = place.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.ends_with(".paid.json"))
}

/// Returns what is to be written of a file of a backup: a payer's wallet doubts all that it knows from now on.
pub(crate) fn doubted(place: &Path, bytes: Vec<u8>) -> Result<Vec<u8>, crate::Error> {
    if !is_wallet(place) {
        return Ok(bytes);
    }
    let failed = |error| crate::Error::file(place, error);
    let found: serde_json::Value = serde_json::from_slice(&bytes).map_err(failed)?;
    let mut content = Content::of(place, found)?;
    let at = super::clock();
    // A channel that is not in there was opened later, or was never paid from.
    content.since = at;
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
            since: super::clock(),
            channels: channels.map_err(|error| crate::Error::file(path, error))?,
            seen: Sights::default(),
        })
    }
}

impl Promised {
    /// The highest amount that it may have signed.
    fn most(&self) -> Balance {
        let begun = self.begun.as_ref().map_or(0, |begun| begun.cumulative);
        self.cumulative.max(begun)
    }

    /// Whether more was promised, by somebody else with the same key, while a payment was under way.
    fn is_overtaken(&self, begun: &Begun, channel: &Channel) -> bool {
        channel.claimed > begun.cumulative
            || self.cumulative > begun.cumulative.saturating_sub(begun.amount)
    }

    /// The root of all that was bought, and this entry.
    fn root_with(&self, entry: Option<Hash>) -> Hash {
        match (entry, &self.unknown[..]) {
            (None, [root]) => *root,
            _ => root(self.bought.iter().chain(&entry)),
        }
    }

    /// Counts the payment that was begun; whether there was one.
    fn finish(&mut self) -> bool {
        let Some(begun) = self.begun.take() else {
            return false;
        };
        if begun.cumulative > self.cumulative {
            self.cumulative = begun.cumulative;
            match self.root_with(begun.entry()) == begun.root {
                true if begun.entry.is_empty() => {}
                true => {
                    self.bought.extend(begun.entry);
                    self.unknown.clear();
                }
                false => self.forget_bought(begun.root),
            }
        }
        true
    }

    /// Raises what is promised to what a voucher says.
    fn raise(&mut self, cumulative: Balance, root: Hash) {
        let is_begun = |begun: &Begun| begun.cumulative == cumulative && begun.root == root;
        if self.begun.as_ref().is_some_and(is_begun) {
            self.finish();
        }
        if cumulative > self.cumulative {
            self.cumulative = cumulative;
            if root != self.root_with(None) {
                self.forget_bought(root);
            }
        }
    }

    /// The last voucher has another list's root.
    fn forget_bought(&mut self, root: Hash) {
        self.bought.clear();
        self.unknown = vec![root];
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
