//! The payee's side: taking vouchers, and agreeing to closings.

use super::{
    kept::{Agreed, Best, Kept, Life, Places, Record},
    log::Log,
    Error, Paper,
};
use crate::{files, Account};
use farthing_contracts::channels::channel::{Channel, Moment};
use farthing_types::{
    signing::{verify_all, Verifier},
    voucher::ChannelId,
    Balance, Hash, Millis,
};
use scale::Encode;
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
    time::Duration,
};

/// How much longer than what it says a log may grow before it is written anew.
const SLACK: u64 = if cfg!(test) { 8 << 10 } else { 1 << 20 };

/// A payee's vouchers on one chain. One program at a time has them open.
///
/// A voucher that is taken is appended to a file. The program waits for the disk only once for all vouchers
/// that are [taken together](Receiving::take_many). Other programs can [read](Receiving::read) the file
/// meanwhile.
pub struct Receiving {
    kept: Kept,
    places: Places,
    /// `None` until something is kept.
    log: Option<Log>,
    /// The length from which the log should be rewritten, in bytes.
    full: u64,
    _lock: files::Lock,
}

/// What a payee requires before serving anything for vouchers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The payee's key for closings, which the payee has told the payer.
    pub closer: [u8; 32],
    /// The least time that an exit must take, in milliseconds. It must be longer than anything could keep the
    /// payee from claiming, and longer than the chain could refuse calls.
    pub min_delay: Millis,
    /// The least amount that the vouchers taken at once must add, in the smallest unit. If they add less,
    /// none of them is kept, so that the payer can still pay with the next voucher.
    pub at_least: Balance,
}

/// What a voucher is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// How much it adds to the best voucher before, in the smallest unit. Never 0.
    pub new: Balance,
    /// What the channel has paid and will pay with it in all, in the smallest unit.
    pub total: Balance,
}

/// What is to become of a voucher, if what is taken at once is kept.
enum Taken {
    Paid(Received),
    /// It is kept to be claimed, and buys nothing.
    Ending(Millis),
    /// It adds nothing to another one that is taken at once.
    Outdone(Balance),
}

impl Receiving {
    /// Opens the wallet of a payee on the chain with this genesis hash, in the caller's folder for that
    /// chain. If another program has it open, the thread waits, but no longer than the limit.
    ///
    /// # Errors
    /// [`Error::Busy`] if another program still has it open then; [`Error::Damaged`]; [`Error::File`].
    pub fn open(
        folder: &Path,
        genesis: Hash,
        payee: Account,
        wait: Duration,
    ) -> Result<Self, Error> {
        let places = Places::of(folder, payee);
        let lock = files::Lock::within(&places.lock, wait)?.ok_or(Error::Busy(payee))?;
        let (kept, whole, earlier) = Kept::read(&places, genesis, payee)?;
        let log = match whole {
            Some(whole) if !earlier => Some(Log::at(&places.log, whole)?),
            None if !earlier => None,
            _ => {
                let log = Log::create(&places.log, kept.contents())?;
                files::remove(&places.json)?;
                Some(log)
            }
        };
        Ok(Self {
            full: 2 * kept.size() + SLACK,
            kept,
            places,
            log,
            _lock: lock,
        })
    }

    /// Returns what a payee keeps at this moment. It also works while another program has the wallet open,
    /// and where nothing can be written.
    ///
    /// # Errors
    /// [`Error::Damaged`]; [`Error::File`].
    pub fn read(folder: &Path, genesis: Hash, payee: Account) -> Result<Kept, Error> {
        Ok(Kept::read(&Places::of(folder, payee), genesis, payee)?.0)
    }

    /// Returns what the payee keeps.
    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Takes a voucher of a contract's channel as the channel is on the chain now, and keeps the best of each
    /// channel. Once this returns `Ok`, the voucher survives a power cut, and you can serve what it newly
    /// pays for.
    ///
    /// # Errors
    /// [`Error::Elsewhere`], [`Error::ForAnother`], [`Error::NoChannel`], [`Error::BadSignature`],
    /// [`Error::BadCloser`], [`Error::ShortDelay`], [`Error::BeyondReserve`]; [`Error::NothingNew`] if it is
    /// no more than was kept or claimed before; [`Error::TooLittle`] if it adds less than is wanted;
    /// [`Error::Agreed`] if it is for more than a closing that was signed; [`Error::Ending`] if the channel
    /// is ending: then it was kept if it is the best, and nothing should be given for it; [`Error::File`].
    pub fn take(
        &mut self,
        paper: &Paper,
        contract: Account,
        wanted: &Wanted,
        channel: Option<&Channel>,
        now: Moment,
    ) -> Result<Received, Error> {
        let papers = std::slice::from_ref(paper);
        let taken = self.take_many(papers, contract, wanted, |_| channel, now);
        taken.into_iter().next().expect("there is one for each")
    }

    /// Takes vouchers one after the other as [`Receiving::take`] does, but waits for the disk only once.
    /// Returns the result of each when all are certain.
    pub fn take_many<'a>(
        &mut self,
        papers: &[Paper],
        contract: Account,
        wanted: &Wanted,
        channel_of: impl Fn(&ChannelId<Account>) -> Option<&'a Channel>,
        now: Moment,
    ) -> Vec<Result<Received, Error>> {
        let channels = papers.iter().map(|paper| {
            let channel = channel_of(&paper.voucher.channel);
            self.channel_of(paper, contract, channel, now)
        });
        let mut channels: Vec<_> = channels.collect();
        check_signatures(papers, &mut channels);
        let mut best = BTreeMap::new();
        let mut taken = Vec::with_capacity(papers.len());
        for (paper, channel) in papers.iter().zip(&channels) {
            taken.push(match channel {
                Ok(channel) => Some(self.look_at(paper, contract, wanted, channel, now, &mut best)),
                Err(_) => None,
            });
        }
        let verdicts = taken.into_iter().zip(channels).map(|(taken, channel)| {
            taken.unwrap_or_else(|| Err(channel.expect_err("it was not looked at for that")))
        });
        let verdicts: Vec<_> = verdicts.collect();
        let new = verdicts
            .iter()
            .flatten()
            .fold(0, |sum: Balance, taken| match taken {
                Taken::Paid(received) => sum.saturating_add(received.new),
                _ => sum,
            });
        let too_little = new < wanted.at_least;
        if too_little {
            best.retain(|_, (_, ending)| *ending);
        }
        let best = best
            .into_iter()
            .map(|(life, (best, _))| Record::Voucher(life, best));
        let written = self.write(best.collect());
        let verdicts = verdicts.into_iter().map(|verdict| {
            let taken = verdict?;
            written.as_ref().map_err(|error| self.failed(error))?;
            match taken {
                Taken::Ending(from) => Err(Error::Ending { from }),
                Taken::Paid(_) | Taken::Outdone(_) if too_little => Err(Error::TooLittle {
                    new,
                    wanted: wanted.at_least,
                }),
                Taken::Paid(received) => Ok(received),
                Taken::Outdone(before) => Err(Error::NothingNew { before }),
            }
        });
        verdicts.collect()
    }

    /// Notes that the payee signs a closing that gives them this much of a channel in all. The payer can use
    /// it until it expires, so until then no voucher for more is taken.
    /// # Errors
    /// [`Error::GivesAway`] if a kept voucher says more, unless the payee wants to `forfeit` the difference;
    /// [`Error::File`].
    pub fn agree(
        &mut self,
        contract: Account,
        id: &ChannelId<Account>,
        amount: Balance,
        expires: Millis,
        forfeit: bool,
    ) -> Result<(), Error> {
        let life = Life::of(contract, id);
        let kept = self.kept.cumulative(&life);
        if kept > amount && !forfeit {
            return Err(Error::GivesAway { kept });
        }
        let written = self.write(vec![Record::Agreed(life, Agreed { amount, expires })]);
        written.map_err(|error| self.failed(&error))
    }

    /// Returns the open channel that a voucher is of.
    fn channel_of<'a>(
        &self,
        paper: &Paper,
        contract: Account,
        channel: Option<&'a Channel>,
        now: Moment,
    ) -> Result<&'a Channel, Error> {
        let id = &paper.voucher.channel;
        if paper.place.genesis != self.kept.genesis || paper.place.contract != contract {
            return Err(Error::Elsewhere);
        }
        if id.payee != self.kept.payee {
            return Err(Error::ForAnother(id.payee));
        }
        let channel = channel.filter(|one| one.epoch == id.epoch && !one.is_over(now));
        channel.ok_or(Error::NoChannel(id.payer))
    }

    /// Finds out what a voucher that is the channel's is worth beside those that are kept, and the `best` of those
    /// that are taken at once; it becomes one of these if it is better.
    fn look_at(
        &self,
        paper: &Paper,
        contract: Account,
        wanted: &Wanted,
        channel: &Channel,
        now: Moment,
        best: &mut BTreeMap<Life, (Best, bool)>,
    ) -> Result<Taken, Error> {
        wanted.check(channel)?;
        let life = Life::of(contract, &paper.voucher.channel);
        let cumulative = paper.voucher.cumulative;
        if cumulative > channel.reserve {
            return Err(Error::BeyondReserve {
                reserve: channel.reserve,
            });
        }
        if let Some(Agreed { amount, expires }) = self.kept.agreed(&life, now.time) {
            if cumulative > amount {
                return Err(Error::Agreed { amount, expires });
            }
        }
        let before = self.kept.cumulative(&life).max(channel.claimed);
        if cumulative <= before {
            return Err(Error::NothingNew { before });
        }
        let at_once = best.get(&life).map_or(before, |(best, _)| best.cumulative);
        if cumulative <= at_once {
            return Ok(Taken::Outdone(at_once));
        }
        best.insert(life, (Best::of(paper), channel.end.is_some()));
        Ok(match channel.end {
            Some(end) => Taken::Ending(end.time),
            None => Taken::Paid(Received {
                new: cumulative - at_once,
                total: cumulative,
            }),
        })
    }

    /// Writes records down, and only then counts them.
    fn write(&mut self, records: Vec<Record>) -> io::Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        match &mut self.log {
            Some(log) => log.append(&records.encode())?,
            none => {
                let whose = Record::Wallet(self.kept.genesis, self.kept.payee);
                let contents = [vec![whose].encode(), records.encode()].into_iter();
                let log = Log::create(&self.places.log, contents);
                *none = Some(log.map_err(io::Error::other)?);
            }
        }
        for record in records {
            self.kept.apply(record);
        }
        self.tidy();
        Ok(())
    }

    /// Writes the log anew if much of it is of no more use. If that cannot be done, it is tried again much later:
    /// all is in the log as it is.
    fn tidy(&mut self) {
        let Some(log) = self.log.as_mut().filter(|log| log.length() > self.full) else {
            return;
        };
        self.full = match log.rewrite(self.kept.contents()) {
            Ok(()) => 2 * log.length() + SLACK,
            Err(_) => log.length() + log.length() / 2,
        };
    }

    fn failed(&self, error: &io::Error) -> Error {
        let error = io::Error::new(error.kind(), error.to_string());
        crate::Error::file(&self.places.log, error).into()
    }
}

/// Leaves those that the channels' signer keys signed.
fn check_signatures(papers: &[Paper], channels: &mut [Result<&Channel, Error>]) {
    let signers: BTreeSet<_> = channels.iter().flatten().map(|one| one.signer).collect();
    let keys = signers.into_iter().map(|key| (key, Verifier::new(&key)));
    let keys: BTreeMap<_, _> = keys.collect();
    let payloads = papers
        .iter()
        .map(|paper| paper.voucher.payload(&paper.place));
    let payloads: Vec<_> = payloads.collect();
    let (mut signed, mut places) = (Vec::new(), Vec::new());
    for (place, channel) in channels.iter_mut().enumerate() {
        let Ok(found) = channel else { continue };
        match &keys[&found.signer] {
            Some(key) => {
                signed.push((key, &payloads[place][..], &papers[place].signature));
                places.push(place);
            }
            None => *channel = Err(Error::BadSignature),
        }
    }
    let valid = match signed.is_empty() {
        true => Vec::new(),
        false => verify_all(&signed),
    };
    for (place, good) in places.into_iter().zip(valid) {
        if !good {
            channels[place] = Err(Error::BadSignature);
        }
    }
}

impl Wanted {
    /// Checks that a channel meets these requirements. Call this before you serve anything for its vouchers.
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
