//! Counts how often somebody came within a second or a day, in bounded room.

use crate::locked;
use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};

/// The most that are told apart. Those above are counted together.
const MAX: usize = 100_000;

/// A host of IPv4, or the network of one customer of IPv6: requests are counted by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Net(u128);

impl Net {
    /// Returns the network that an address is counted as.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(u128::from(u32::from(address))),
            IpAddr::V6(address) => Self(u128::from(address) >> 64 << 64),
        }
    }
}

/// Counts within windows of time.
pub struct Counts<K> {
    window: Duration,
    state: Mutex<State<K>>,
}

struct State<K> {
    began: Instant,
    counts: HashMap<K, u32>,
    others: u32,
}

impl<K: Hash + Eq> Counts<K> {
    /// Begins counting, from zero after each window.
    pub fn new(window: Duration) -> Self {
        let state = State {
            began: Instant::now(),
            counts: HashMap::new(),
            others: 0,
        };
        Self {
            window,
            state: Mutex::new(state),
        }
    }

    /// Counts one more, and returns how many there are with it.
    pub fn count(&self, key: K) -> u32 {
        let mut state = self.current();
        if state.counts.len() >= MAX && !state.counts.contains_key(&key) {
            state.others = state.others.saturating_add(1);
            return state.others;
        }
        let count = state.counts.entry(key).or_default();
        *count = count.saturating_add(1);
        *count
    }

    /// Returns how many were counted of a key in this window.
    pub fn get(&self, key: &K) -> u32 {
        let state = self.current();
        let others = if state.counts.len() >= MAX {
            state.others
        } else {
            0
        };
        state.counts.get(key).copied().unwrap_or(others)
    }

    fn current(&self) -> std::sync::MutexGuard<State<K>> {
        let mut state = locked(&self.state);
        if state.began.elapsed() >= self.window {
            state.began = Instant::now();
            state.counts.clear();
            state.others = 0;
        }
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_above_the_room_are_counted_together() {
        let counts = Counts::new(Duration::from_secs(3600));
        for n in 0..MAX {
            assert_eq!(counts.count(n), 1);
        }
        assert_eq!(counts.count(0), 2);
        assert_eq!(counts.count(MAX), 1);
        assert_eq!(counts.count(MAX + 1), 2);
        assert_eq!(counts.get(&(MAX + 2)), 2);
        assert_eq!(counts.current().counts.len(), MAX);
    }

    #[test]
    fn customers_of_ipv6_are_told_apart_by_their_networks() {
        let net = |text: &str| Net::of(text.parse().unwrap());
        assert_eq!(net("2001:db8::1"), net("2001:db8::2"));
        assert_ne!(net("2001:db8::1"), net("2001:db8:0:1::1"));
        assert_eq!(net("::ffff:192.0.2.1"), net("192.0.2.1"));
        assert_ne!(net("192.0.2.1"), net("192.0.2.2"));
    }
}
