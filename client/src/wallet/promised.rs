//! What was promised on one channel.

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

/// What was promised on a channel.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Promised {
    /// By vouchers that were handed out, in all.
    #[serde(with = "as_text")]
    pub(super) cumulative: Balance,
    /// What was bought with them: the entries of the list whose root is in the last of them.
    #[serde(default, with = "as_hex", skip_serializing_if = "Vec::is_empty")]
    pub(super) bought: Vec<Hash>,
    /// The root in the last of them, if it is of a list that this wallet does not know.
    #[serde(default, with = "as_hex", skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<Hash>,
    /// A payment whose voucher may or may not have been handed out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) begun: Option<Begun>,
    /// Why more may have been promised than is written down here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) doubt: Option<Doubt>,
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

impl Promised {
    /// The highest amount that it may have signed.
    pub(super) fn most(&self) -> Balance {
        let begun = self.begun.as_ref().map_or(0, |begun| begun.cumulative);
        self.cumulative.max(begun)
    }

    /// Whether more was promised, by somebody else with the same key, while a payment was under way.
    pub(super) fn is_overtaken(&self, begun: &Begun, channel: &Channel) -> bool {
        channel.claimed > begun.cumulative
            || self.cumulative > begun.cumulative.saturating_sub(begun.amount)
    }

    /// The root of all that was bought, and this entry.
    pub(super) fn root_with(&self, entry: Option<Hash>) -> Hash {
        match (entry, &self.unknown[..]) {
            (None, [root]) => *root,
            _ => root(self.bought.iter().chain(&entry)),
        }
    }

    /// Counts the payment that was begun; whether there was one.
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
