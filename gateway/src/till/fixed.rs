//! A chain by hand: channels are there because somebody says so. For tests, and for examples without a node.

use super::{now, Answer, Chain, Looked, Seen, Unanswered};
use crate::{accounting::OnChain, locked, protocol::Named};
use farthing_client::Account;
use std::{
    collections::HashMap,
    sync::{
        atomic::{AtomicU64, Ordering},
        Mutex,
    },
};

/// A chain whose channels are set by hand.
#[derive(Default)]
pub struct Fixed {
    channels: Mutex<HashMap<(Account, u32), Seen>>,
    /// When the chain was last seen, in milliseconds since the Unix epoch; 0 is now.
    seen: AtomicU64,
    asked: AtomicU64,
}

impl Fixed {
    /// Makes a chain with these channels to a payee, whose exits take a day.
    pub fn new(payee: Account, channels: impl IntoIterator<Item = (Named, OnChain)>) -> Self {
        let fixed = Self::default();
        for (named, on_chain) in channels {
            let seen = Seen {
                on_chain,
                delay: 24 * 3600 * 1_000,
                closer: payee.0,
                ends_at: None,
                asked: 0,
            };
            fixed.put(named.payer, named.lane, seen);
        }
        fixed
    }

    /// Sets a channel as the chain shows it from now on.
    pub fn put(&self, payer: Account, lane: u32, seen: Seen) {
        self.lock().insert((payer, lane), seen);
    }

    /// Says when the chain was last seen, in milliseconds; 0 is now.
    pub fn see(&self, at: u64) {
        self.seen.store(at, Ordering::Relaxed);
    }

    /// Returns how often the chain was asked.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(Account, u32), Seen>> {
        locked(&self.channels)
    }
}

impl Chain for Fixed {
    fn look(&self, payer: Account, lane: u32) -> Answer<'_, Looked> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let found = self.lock().get(&(payer, lane)).copied();
        Box::pin(async move { Ok(found.into()) })
    }

    fn submit(&self, _: Account, _: Vec<u8>) -> Answer<'_, ()> {
        let why = "there is no chain behind this till";
        Box::pin(async move { Err(Unanswered::Refused(why.into())) })
    }

    fn last_seen(&self) -> u64 {
        match self.seen.load(Ordering::Relaxed) {
            0 => now(),
            at => at,
        }
    }
}
