//! A payee's file: the best voucher of each channel, and the closings that the payee signed.

use super::{log, Error, Paper};
use crate::{files, Account};
use farthing_types::{
    voucher::{ChannelId, Place, Signature, Voucher},
    Balance, Hash, Millis,
};
use scale::{Decode, DecodeAll, Encode};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// How many records are written at once when all of them are.
const AT_ONCE: usize = 1_024;
/// How long a record of a voucher is: its kind, its channel, and the voucher.
const RECORD: usize = 1 + 76 + 113;

/// The vouchers and closings that a payee keeps.
pub struct Kept {
    pub(super) genesis: Hash,
    pub(super) payee: Account,
    vouchers: BTreeMap<Life, Best>,
    agreed: BTreeMap<Life, Vec<Agreed>>,
}

/// One opening of a channel of the payee's: the time from its opening to its end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub(super) struct Life {
    contract: Account,
    payer: Account,
    lane: u32,
    epoch: Millis,
}

/// The best voucher of a channel.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(super) struct Best {
    pub(super) cumulative: Balance,
    root: Hash,
    signature: Signature,
}

/// A closing that the payee signed.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(super) struct Agreed {
    /// How much the payee gets in all, in the smallest unit.
    pub(super) amount: Balance,
    /// Until when the payer can use it, in milliseconds since the Unix epoch.
    pub(super) expires: Millis,
}

/// A record of the file. The indices are part of the file's format.
#[derive(Encode, Decode)]
pub(super) enum Record {
    /// The wallet's chain and payee. This is the first record.
    #[codec(index = 0)]
    Wallet(Hash, Account),
    /// A voucher was taken.
    #[codec(index = 1)]
    Voucher(Life, Best),
    /// A closing was signed.
    #[codec(index = 2)]
    Agreed(Life, Agreed),
}

/// The files of a payee's wallet.
pub(super) struct Places {
    pub(super) lock: PathBuf,
    pub(super) log: PathBuf,
    /// The file in which earlier versions kept everything.
    pub(super) json: PathBuf,
}

/// What is in the file of earlier versions.
#[derive(Deserialize)]
struct Earlier {
    vouchers: BTreeMap<String, String>,
    agreed: BTreeMap<String, Vec<EarlierAgreed>>,
}

#[derive(Deserialize)]
struct EarlierAgreed {
    amount: String,
    expires: Millis,
}

impl Places {
    pub(super) fn of(folder: &Path, payee: Account) -> Self {
        let file = |end| {
            let name = format!("{}.received.{end}", payee.generic());
            folder.join("vouchers").join(name)
        };
        Self {
            lock: file("lock"),
            log: file("log"),
            json: file("json"),
        }
    }
}

impl Life {
    pub(super) fn of(contract: Account, id: &ChannelId<Account>) -> Self {
        Self {
            contract,
            payer: id.payer,
            lane: id.lane,
            epoch: id.epoch,
        }
    }
}

impl Best {
    pub(super) fn of(paper: &Paper) -> Self {
        Self {
            cumulative: paper.voucher.cumulative,
            root: paper.voucher.root,
            signature: paper.signature,
        }
    }
}

impl Kept {
    /// Reads the files. Also returns how much of the log is whole, if there is one, and whether a file of an
    /// earlier version exists.
    ///
    /// The earlier version's file is looked at first. Whoever takes it over writes the log before removing
    /// it, so one of the two is always found.
    pub(super) fn read(
        places: &Places,
        genesis: Hash,
        payee: Account,
    ) -> Result<(Self, Option<u64>, bool), Error> {
        let mut kept = Self {
            genesis,
            payee,
            vouchers: BTreeMap::new(),
            agreed: BTreeMap::new(),
        };
        let earlier: Option<Earlier> = files::read_json(&places.json)?;
        let found = earlier.is_some();
        if let Some(earlier) = earlier {
            kept.take_over(earlier).ok_or_else(|| {
                crate::Error::file(&places.json, "somebody changed what is in it")
            })?;
        }
        let whole = log::read(&places.log, |content| kept.read_records(content))?;
        Ok((kept, whole, found))
    }

    /// Takes over the content of a file of an earlier version; `None` if it is not what it should be.
    fn take_over(&mut self, earlier: Earlier) -> Option<()> {
        for text in earlier.vouchers.values() {
            let paper: Paper = text.parse().ok()?;
            let own =
                paper.place.genesis == self.genesis && paper.voucher.channel.payee == self.payee;
            own.then_some(())?;
            let life = Life::of(paper.place.contract, &paper.voucher.channel);
            self.apply(Record::Voucher(life, Best::of(&paper)))?;
        }
        for (key, all) in earlier.agreed {
            let (contract, id) = super::read_key(&key)?;
            (id.payee == self.payee).then_some(())?;
            let life = Life::of(contract, &id);
            for one in all {
                let (amount, expires) = (one.amount.parse().ok()?, one.expires);
                self.apply(Record::Agreed(life, Agreed { amount, expires }))?;
            }
        }
        Some(())
    }

    /// Takes what was written at once; `None` if it is not what it should be.
    fn read_records(&mut self, content: &[u8]) -> Option<()> {
        let records = Vec::<Record>::decode_all(&mut &content[..]).ok()?;
        records.into_iter().try_for_each(|one| self.apply(one))
    }

    /// Applies a record; `None` if it says that this is another wallet's. A lower voucher never replaces a
    /// higher one.
    pub(super) fn apply(&mut self, record: Record) -> Option<()> {
        match record {
            Record::Wallet(genesis, payee) => {
                (genesis == self.genesis && payee == self.payee).then_some(())?;
            }
            Record::Voucher(life, best) => {
                let kept = self.vouchers.entry(life).or_insert(best);
                if kept.cumulative < best.cumulative {
                    *kept = best;
                }
            }
            Record::Agreed(life, agreed) => {
                let all = self.agreed.entry(life).or_default();
                if !all.contains(&agreed) {
                    all.push(agreed);
                }
            }
        }
        Some(())
    }

    /// Returns everything as the records of a log.
    pub(super) fn contents(&self) -> impl Iterator<Item = Vec<u8>> + '_ {
        let whose = std::iter::once(Record::Wallet(self.genesis, self.payee));
        let vouchers = self.vouchers.iter();
        let vouchers = vouchers.map(|(life, best)| Record::Voucher(*life, *best));
        let agreed = self.agreed.iter();
        let agreed =
            agreed.flat_map(|(life, all)| all.iter().map(|one| Record::Agreed(*life, *one)));
        let mut records = whose.chain(vouchers).chain(agreed);
        std::iter::from_fn(move || {
            let some: Vec<_> = records.by_ref().take(AT_ONCE).collect();
            (!some.is_empty()).then(|| some.encode())
        })
    }

    /// Returns about how many bytes a log of everything has.
    pub(super) fn size(&self) -> u64 {
        let agreed: usize = self.agreed.values().map(Vec::len).sum();
        let records = self.vouchers.len() + agreed;
        (records * RECORD) as u64
    }

    /// Returns the cumulative amount of the best voucher of a channel; 0 if there is none.
    pub(super) fn cumulative(&self, life: &Life) -> Balance {
        self.vouchers.get(life).map_or(0, |best| best.cumulative)
    }

    /// Returns the closing with the lowest amount that the payer can still use. The payer chooses among them.
    pub(super) fn agreed(&self, life: &Life, now: Millis) -> Option<Agreed> {
        let all = self.agreed.get(life).into_iter().flatten();
        let usable = all.filter(|one| now <= one.expires).copied();
        usable.min_by_key(|one| (one.amount, one.expires))
    }

    /// Returns how many channels have a voucher, in all contracts together.
    pub fn lives(&self) -> usize {
        self.vouchers.len()
    }

    /// Returns the best voucher of each channel of a contract.
    pub fn best(&self, contract: Account) -> Vec<Paper> {
        let from = Life {
            contract,
            payer: Account([0; 32]),
            lane: 0,
            epoch: 0,
        };
        let of_contract = self.vouchers.range(from..);
        let of_contract = of_contract.take_while(|(life, _)| life.contract == contract);
        of_contract
            .map(|(life, best)| self.paper(life, best))
            .collect()
    }

    /// Returns the best voucher of a channel. It can be shown to its payer at any time, because it says only
    /// what that payer has signed.
    pub fn best_of(&self, contract: Account, id: &ChannelId<Account>) -> Option<Paper> {
        let life = Life::of(contract, id);
        let best = self
            .vouchers
            .get(&life)
            .filter(|_| id.payee == self.payee)?;
        Some(self.paper(&life, best))
    }

    fn paper(&self, life: &Life, best: &Best) -> Paper {
        Paper {
            place: Place {
                genesis: self.genesis,
                contract: life.contract,
            },
            voucher: Voucher {
                channel: ChannelId {
                    payer: life.payer,
                    payee: self.payee,
                    lane: life.lane,
                    epoch: life.epoch,
                },
                cumulative: best.cumulative,
                root: best.root,
            },
            signature: best.signature,
        }
    }
}
