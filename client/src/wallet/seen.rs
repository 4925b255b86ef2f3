//! Remembers what a payer saw of the chain, and when, so that a payment by voucher need not ask the chain
//! each time.
//!
//! # What can go wrong with it
//!
//! In the minutes after the payer looked, the payee can close the channel, or another device of the payer can
//! begin an exit. A voucher that is signed then is worth nothing, or not for long. Its payee notices at once,
//! because a payee looks at the chain for each voucher, and gives nothing for it. The payer loses nothing. A
//! voucher moves money only out of the reserve of the one channel and epoch that it names, and never more
//! than was seen there. A channel that is opened again has another epoch, in which the voucher does not
//! count.

use super::{text::as_text, Paid, Paying};
use crate::Account;
use farthing_contracts::channels::channel::Channel;
use farthing_types::{voucher::ChannelId, Balance, Millis};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long what was seen is good enough, in milliseconds.
pub const FRESH: Millis = 5 * 60 * 1_000;

/// All that a payer saw of channels on the chain.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Sights {
    /// Open channels, by contract, payee and lane.
    #[serde(default)]
    channels: BTreeMap<String, Sight>,
    /// The accounts that names stood for.
    #[serde(default)]
    names: BTreeMap<String, Named>,
}

/// A channel that nobody had begun to leave.
#[derive(Serialize, Deserialize)]
struct Sight {
    /// When it was seen, in milliseconds since the Unix epoch, by the local clock.
    at: Millis,
    epoch: Millis,
    #[serde(with = "hex")]
    signer: [u8; 32],
    #[serde(with = "hex")]
    closer: [u8; 32],
    #[serde(with = "as_text")]
    reserve: Balance,
    #[serde(with = "as_text")]
    claimed: Balance,
    delay: Millis,
}

#[derive(Serialize, Deserialize)]
struct Named {
    /// When it was looked up, in milliseconds since the Unix epoch, by the local clock.
    at: Millis,
    account: Account,
}

/// A channel as it was a short while ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The channel as it was then.
    pub channel: Channel,
    /// When it was seen, in milliseconds since the Unix epoch, by the local clock.
    pub at: Millis,
}

impl Paid {
    /// Returns what was seen of a channel, if it is good enough to pay this amount without asking the chain.
    /// It must have been seen at most [`FRESH`] ago, by a clock that was not set back since. Nobody was
    /// leaving, the reserve covers the amount, and everything that was promised is known here. The
    /// [module](self) says what can go wrong.
    pub fn seen(
        &self,
        contract: Account,
        payee: Account,
        lane: u32,
        amount: Balance,
        now: Millis,
    ) -> Option<Seen> {
        let sight = self
            .content
            .seen
            .channels
            .get(&key(contract, payee, lane))?;
        let id = ChannelId {
            payer: self.payer,
            payee,
            lane,
            epoch: sight.epoch,
        };
        let promised = self.known_promise(contract, &id)?;
        let sum = promised.max(sight.claimed).checked_add(amount)?;
        let good = is_fresh(sight.at, now) && sum <= sight.reserve;
        good.then(|| sight.seen())
    }

    /// Returns the account that a name stood for, if it was looked up at most [`FRESH`] ago.
    pub fn account_of(&self, name: &str, now: Millis) -> Option<Account> {
        let named = self.content.seen.names.get(name)?;
        is_fresh(named.at, now).then_some(named.account)
    }
}

impl Paying {
    /// Remembers what the chain says of a channel at this moment of the local clock. It is written down with
    /// the next payment.
    pub fn saw(
        &mut self,
        contract: Account,
        payee: Account,
        lane: u32,
        channel: &Channel,
        now: Millis,
    ) {
        let channels = &mut self.paid.content.seen.channels;
        let key = key(contract, payee, lane);
        channels.retain(|_, sight| is_fresh(sight.at, now));
        if channel.end.is_some() {
            channels.remove(&key);
            return;
        }
        let sight = Sight {
            at: now,
            epoch: channel.epoch,
            signer: channel.signer,
            closer: channel.closer,
            reserve: channel.reserve,
            claimed: channel.claimed,
            delay: channel.delay,
        };
        channels.insert(key, sight);
    }

    /// Forgets what was seen of a channel, because somebody changed it. The next payment asks the chain.
    ///
    /// # Errors
    /// [`Error::File`](super::Error::File).
    pub fn unsee(
        &mut self,
        contract: Account,
        payee: Account,
        lane: u32,
    ) -> Result<(), super::Error> {
        let channels = &mut self.paid.content.seen.channels;
        match channels.remove(&key(contract, payee, lane)) {
            Some(_) => self.save(),
            None => Ok(()),
        }
    }

    /// Remembers the account that a name stands for at this moment of the local clock. It is written down
    /// with the next payment.
    pub fn named(&mut self, name: &str, account: Account, now: Millis) {
        let named = Named { at: now, account };
        let names = &mut self.paid.content.seen.names;
        names.retain(|_, named| is_fresh(named.at, now));
        names.insert(name.into(), named);
    }
}

impl Sight {
    fn seen(&self) -> Seen {
        Seen {
            channel: Channel {
                epoch: self.epoch,
                signer: self.signer,
                closer: self.closer,
                reserve: self.reserve,
                claimed: self.claimed,
                delay: self.delay,
                end: None,
            },
            at: self.at,
        }
    }
}

fn key(contract: Account, payee: Account, lane: u32) -> String {
    let [contract, payee] = [contract, payee].map(Account::generic);
    format!("{contract} {payee} {lane}")
}

fn is_fresh(at: Millis, now: Millis) -> bool {
    now.checked_sub(at).is_some_and(|age| age <= FRESH)
}
