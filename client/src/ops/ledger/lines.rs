//! What events change in everybody's ledgers.
//!
//! An account's ledgers are made of these lines. So the meaning of an event is decided in one place, whoever
//! asks.

use super::{channels, creator, fees, pools, referrals, streams, Item, Kind, Name};
use crate::{history::Event, Account};
use farthing_contracts::Contract;
use farthing_types::StreamId;

/// Identifies a ledger among everybody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The ledger's name.
    pub name: Name,
    /// The ledger's owner, if many accounts have a ledger with this name. Other ledgers have one owner, or
    /// two.
    pub account: Option<Account>,
}

/// A movement of money that is not in a ledger yet. Its amount is never zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The kind of movement.
    pub kind: Kind,
    /// The other party, if it is known.
    pub with: Option<Account>,
    /// The item, tier or payout that it was for, if there is one.
    pub item: Option<Item>,
    /// The bytes that the payer attached, which need not be text; empty if there are none.
    pub memo: Vec<u8>,
    /// How much came in, in the smallest unit; negative if it went out.
    pub amount: i128,
}

/// An entry, and the ledger that it belongs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The ledger that it belongs in.
    pub key: Key,
    /// The entry to make there.
    pub entry: Entry,
}

/// Facts that an event does not repeat, because earlier events gave them.
pub trait Known {
    /// Why a fact could not be found out.
    type Error;

    /// Returns the platform's fee in the storefront, in basis points.
    ///
    /// # Errors
    /// If it cannot be found out.
    fn fee(&mut self) -> Result<u16, Self::Error>;

    /// Returns the payer and the payee of a stream; `None` if no event named it.
    ///
    /// # Errors
    /// If it cannot be found out.
    fn stream(&mut self, stream: StreamId) -> Result<Option<(Account, Account)>, Self::Error>;

    /// Returns whether the deployment's factory made a pool. Code at other addresses may have emitted
    /// anything before it became a pool.
    ///
    /// # Errors
    /// If it cannot be found out.
    fn is_listed(&mut self, pool: Account) -> Result<bool, Self::Error>;
}

/// Returns what an event changes in everybody's ledgers, in order.
///
/// # Errors
/// Those of `known`.
pub fn lines<K: Known>(event: &Event, known: &mut K) -> Result<Vec<Line>, K::Error> {
    let mut lines = match event.contract {
        Contract::Storefront => {
            let mut lines = creator::lines(event, known.fee()?);
            lines.extend(referrals::lines(event));
            lines.extend(fees::lines(event));
            lines
        }
        Contract::Channels => channels::lines(event),
        Contract::Streams => streams::lines(event, known)?,
        Contract::Pool if known.is_listed(event.emitted.contract)? => pools::lines(event),
        _ => Vec::new(),
    };
    lines.retain(|line| line.entry.amount != 0);
    Ok(lines)
}

impl Key {
    pub(super) fn of(name: Name) -> Self {
        let account = None;
        Self { name, account }
    }

    pub(super) fn whose(name: Name, account: impl Into<Account>) -> Self {
        let account = Some(account.into());
        Self { name, account }
    }

    pub(super) fn line(self, entry: Entry) -> Line {
        Line { key: self, entry }
    }
}

impl Entry {
    pub(super) fn new(kind: Kind, amount: i128) -> Self {
        Self {
            kind,
            with: None,
            item: None,
            memo: Vec::new(),
            amount,
        }
    }

    pub(super) fn with(self, whom: impl Into<Account>) -> Self {
        let with = Some(whom.into());
        Self { with, ..self }
    }

    pub(super) fn of(self, item: impl Into<Option<Item>>) -> Self {
        let item = item.into();
        Self { item, ..self }
    }

    pub(super) fn said(self, memo: &[u8]) -> Self {
        let memo = memo.into();
        Self { memo, ..self }
    }
}
