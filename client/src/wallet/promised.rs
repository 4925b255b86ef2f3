//! Keeps what was promised on one channel.

use super::{
    text::{as_hex, as_text},
    Doubt,
};
use farthing_contracts::channels::channel::Channel;
use farthing_types::{
    merkle::{leaf, root_of},
    Balance, Hash,
};
use serde::{Deserialize, Serialize};

/// What vouchers promised on a channel, and what was bought with them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Promised {
    /// What vouchers that were handed out promise in all, in the smallest unit.
    #[serde(with = "as_text")]
    pub(super) cumulative: Balance,
    /// What was bought with them: the entries of the list whose root is in the last voucher.
    #[serde(default, with = "as_hex", skip_serializing_if = "Vec::is_empty")]
    pub(super) bought: Vec<Hash>,
    /// The root in the last voucher, if this wallet does not know its list.
    #[serde(default, with = "as_hex", skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<Hash>,
    /// A payment whose voucher may or may not have been handed out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) begun: Option<Begun>,
    /// Why more may have been promised than is written down here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) doubt: Option<Doubt>,
}

/// A payment that was begun. Its voucher may or may not have been handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// The amount of the payment, in the smallest unit.
    #[serde(with = "as_text")]
    pub amount: Balance,
    /// The cumulative amount in its voucher, in the smallest unit.
    #[serde(with = "as_text")]
    pub cumulative: Balance,
    /// The Merkle root in its voucher.
    #[serde(with = "hex")]
    pub root: Hash,
    /// What is bought with it: one entry if the payer said, and otherwise none.
    #[serde(default, with = "as_hex", skip_serializing_if = "Vec::is_empty")]
    pub entry: Vec<Hash>,
}

impl Promised {
    /// Returns the highest amount that it may have signed.
    pub(super) fn most(&self) -> Balance {
        let begun = self.begun.as_ref().map_or(0, |begun| begun.cumulative);
        self.cumulative.max(begun)
    }

    /// Returns whether somebody else with the same key promised more while a payment was under way.
    pub(super) fn is_overtaken(&self, begun: &Begun, channel: &Channel) -> bool {
        channel.claimed > begun.cumulative
            || self.cumulative > begun.cumulative.saturating_sub(begun.amount)
    }

    /// Returns the root of everything that was bought, with this entry added.
    pub(super) fn root_with(&self, entry: Option<Hash>) -> Hash {
        match (entry, &self.unknown[..]) {
            (None, [root]) => *root,
            _ => root(self.bought.iter().chain(&entry)),
        }
    }

    /// Counts the payment that was begun. Returns whether there was one.
    pub(super) fn finish(&mut self) -> bool {
        let Some(begun) = self.begun.take() else {
            return false;
        };
        if begun.cumulative > self.cumulative {
            self.cumulative = begun.cumulative;
            match self.root_with(begun.entry()) == begun.root {
                true if begun.entry.is_empty() => {}
                true => begun.entry.into_iter().for_each(|entry| self.note(entry)),
                false => self.forget_bought(begun.root),
            }
        }
        true
    }

    /// Puts an entry into the list.
    pub(super) fn note(&mut self, entry: Hash) {
        self.bought.push(entry);
        self.unknown.clear();
    }

    /// Raises what is promised to what a voucher says.
    pub(super) fn raise(&mut self, cumulative: Balance, root: Hash) {
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

    /// Forgets what was bought: the last voucher has another list's root.
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
