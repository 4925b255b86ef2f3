//! Everybody's ledgers, line by line, with what each comes to.

use super::{cache::Cache, Seen, Writer};
use crate::{
    kinds::{ItemKind, LedgerKind, LineKind},
    tables::Which,
    value::{row, Signed},
    Error, Result, Value,
};
use farthing_client::{
    ops::ledger::{lines, Item, Key, Known as Knows, Line, Name},
    Account,
};
use farthing_types::StreamId;

/// A ledger's number, and what it comes to.
#[derive(Clone, Copy)]
struct Standing {
    ledger: i64,
    balance: i128,
}

#[derive(Default)]
pub struct Known {
    standing: Cache<Key, Standing>,
    streams: Cache<StreamId, Option<(Account, Account)>>,
    /// The number of the next new ledger.
    next: Option<i64>,
}

impl Known {
    pub fn trim(&mut self) {
        self.standing.trim();
        self.streams.trim();
    }

    pub fn open_stream(&mut self, stream: StreamId, parties: (Account, Account)) {
        self.streams.put(stream, Some(parties));
    }
}

const FIND: &str =
    "SELECT ledger FROM ledgers WHERE kind = $1 AND number = $2 AND address = $3 AND account = $4";
const BALANCE: &str =
    "SELECT balance FROM lines WHERE ledger = $1 ORDER BY seq DESC, place DESC LIMIT 1";
const NEXT: &str = "SELECT ledger FROM ledgers ORDER BY ledger DESC LIMIT 1";
const PARTIES: &str =
    "SELECT payer, payee FROM streams WHERE stream = $1 ORDER BY seq, place LIMIT 1";
const FEE: &str = "SELECT fee FROM terms ORDER BY seq LIMIT 1";

impl Writer<'_> {
    pub(super) fn ledgers(&mut self, seen: Seen) -> Result<()> {
        let lines = lines(seen.event, self)?;
        for (place, line) in (0u32..).zip(lines) {
            self.enter(seen, place, line)?;
        }
        Ok(())
    }

    fn enter(&mut self, seen: Seen, place: u32, Line { key, entry }: Line) -> Result<()> {
        let mut standing = self.standing(seen, key)?;
        let balance = standing.balance.checked_add(entry.amount);
        let balance =
            balance.ok_or_else(|| seen.impossible("more is moved than there is money"))?;
        standing.balance = balance;
        self.memory.ledgers.standing.put(key, standing);
        let item = entry.item.map(numbered);
        let row = row![
            standing.ledger,
            seen.seq,
            place,
            seen.time(),
            seen.event.emitted.index,
            LineKind::from(entry.kind),
            entry.with,
            item.map(|(kind, _)| kind),
            item.map(|(_, number)| number),
            (!entry.memo.is_empty()).then_some(entry.memo),
            Signed(entry.amount),
            Signed(balance),
        ];
        self.put(Which::Lines, row);
        Ok(())
    }

    fn standing(&mut self, seen: Seen, key: Key) -> Result<Standing> {
        let store = &mut *self.store;
        let mut named = name(key);
        let found = self.memory.ledgers.standing.get(key, || {
            let ledger = store.first(FIND, &named, |row| row.get::<i64>(0))?;
            let balance = match ledger {
                Some(ledger) => store.first(BALANCE, &row![ledger], |row| row.signed(0))?,
                None => None,
            };
            Ok(Standing {
                // Numbers begin with 1.
                ledger: ledger.unwrap_or(0),
                balance: balance.unwrap_or(0),
            })
        })?;
        if found.ledger == 0 {
            let next = match self.memory.ledgers.next {
                Some(next) => next,
                None => {
                    store
                        .first(NEXT, &[], |row| row.get::<i64>(0))?
                        .unwrap_or(0)
                        + 1
                }
            };
            found.ledger = next;
            self.memory.ledgers.next = Some(next + 1);
            let standing = *found;
            let mut row = row![seen.seq, next];
            row.append(&mut named);
            self.put(Which::Ledgers, row);
            return Ok(standing);
        }
        Ok(*found)
    }

    pub(super) fn parties_of(&mut self, stream: StreamId) -> Result<Option<(Account, Account)>> {
        let store = &mut *self.store;
        let found = self.memory.ledgers.streams.get(stream, || {
            store.first(PARTIES, &row![stream], |row| Ok((row.get(0)?, row.get(1)?)))
        })?;
        Ok(*found)
    }
}

impl Knows for Writer<'_> {
    type Error = Error;

    fn fee(&mut self) -> Result<u16> {
        if self.memory.fee.is_none() {
            self.memory.fee = self.store.first(FEE, &[], |row| row.get(0))?;
        }
        Ok(self.memory.fee.unwrap_or(0))
    }

    fn stream(&mut self, stream: StreamId) -> Result<Option<(Account, Account)>> {
        self.parties_of(stream)
    }

    fn is_listed(&mut self, pool: Account) -> Result<bool> {
        self.is_listed_pool(pool)
    }
}

/// Returns a ledger's kind, number, address and account, as the store has them.
pub fn name(key: Key) -> Vec<Value> {
    let (kind, number, address) = match key.name {
        Name::Creator(creator) => (LedgerKind::Creator, i64::from(creator), None),
        Name::Referrals => (LedgerKind::Referrals, -1, None),
        Name::Fees => (LedgerKind::Fees, -1, None),
        Name::Channels => (LedgerKind::Channels, -1, None),
        Name::Stream(stream) => {
            let number = i64::try_from(stream).unwrap_or(i64::MAX);
            (LedgerKind::Stream, number, None)
        }
        Name::Pool(pool) => (LedgerKind::Pool, -1, Some(pool)),
    };
    let bytes = |account: Option<Account>| account.map_or(Vec::new(), |one| one.0.to_vec());
    row![kind, number, bytes(address), bytes(key.account)]
}

/// Reads a ledger's key from a stored row, whose columns of it begin at `column`.
pub fn key_of(row: &crate::value::Row, column: usize) -> Result<Key> {
    let kind = row.get(column)?;
    let name = match kind {
        LedgerKind::Creator => Name::Creator(row.get(column + 1)?),
        LedgerKind::Referrals => Name::Referrals,
        LedgerKind::Fees => Name::Fees,
        LedgerKind::Channels => Name::Channels,
        LedgerKind::Stream => Name::Stream(row.get(column + 1)?),
        LedgerKind::Pool => Name::Pool(row.get(column + 2)?),
    };
    let account = match kind {
        LedgerKind::Referrals | LedgerKind::Channels | LedgerKind::Pool => {
            Some(row.get(column + 3)?)
        }
        LedgerKind::Creator | LedgerKind::Fees | LedgerKind::Stream => None,
    };
    Ok(Key { name, account })
}

fn numbered(item: Item) -> (ItemKind, u32) {
    match item {
        Item::Item(number) => (ItemKind::Item, number),
        Item::Tier(number) => (ItemKind::Tier, number.into()),
        Item::Payout(number) => (ItemKind::Payout, number),
    }
}
