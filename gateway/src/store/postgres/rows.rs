//! Rows as entries, and the other way round.

use crate::{
    accounting::{Hold, Kept},
    once::{Binding, Key},
    protocol::Named,
    store::record::{Entry, Record},
    till::ChargeId,
};
use farthing_client::Account;
use farthing_types::voucher::Signature;
use postgres::Row;

/// The columns that [`record_of`] reads.
pub(super) const CHANNEL: &str =
    "payer, lane, epoch, best::text, spent::text, root, signature, wrapped";
/// The columns that [`charge_of`] reads.
pub(super) const CHARGE: &str = "id, payer, lane, epoch, amount::text, key, binding";
/// The columns that [`hold_of`] reads.
pub(super) const HOLD: &str = "id, payer, lane, epoch, amount::text, until";

/// Returns a number as `bigint`. An epoch is a time in milliseconds, as a hold's end is: there is room for those that
/// can be.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(row: &Row, column: usize) -> u64 {
    u64::try_from(row.get::<_, i64>(column)).unwrap_or(0)
}

fn amount(row: &Row, column: usize) -> u128 {
    row.get::<_, &str>(column).parse().unwrap_or(0)
}

fn bytes<const N: usize>(row: &Row, column: usize) -> [u8; N] {
    row.get::<_, &[u8]>(column).try_into().unwrap_or([0; N])
}

fn named(row: &Row, first: usize) -> Named {
    Named {
        payer: Account(bytes(row, first)),
        lane: u32::try_from(row.get::<_, i64>(first + 1)).unwrap_or(0),
        epoch: unsigned(row, first + 2),
    }
}

/// Reads an account; `None` if the row only stands for a channel that has none yet.
pub(super) fn record_of(row: &Row) -> Option<Record> {
    if row.get::<_, i64>(2) < 0 {
        return None;
    }
    let named = named(row, 0);
    let signature = row.get::<_, Option<&[u8]>>(6);
    let signature = signature.and_then(|bytes| bytes.try_into().ok());
    let kept = Kept {
        epoch: named.epoch,
        best: amount(row, 3),
        root: bytes(row, 5),
        signature: signature.map(|bytes| Signature {
            bytes,
            wrapped: row.get(7),
        }),
        spent: amount(row, 4),
    };
    Some(Record {
        payer: named.payer.0,
        lane: named.lane,
        kept,
    })
}

pub(super) fn charge_of(row: &Row) -> Entry {
    let of = |column| {
        let bytes = row.get::<_, Option<&[u8]>>(column)?;
        <[u8; 32]>::try_from(bytes).ok()
    };
    let once = of(5).zip(of(6));
    Entry::Charge {
        channel: named(row, 1),
        id: ChargeId(bytes(row, 0)),
        amount: amount(row, 4),
        once: once.map(|(key, binding)| (Key(key), Binding(binding))),
    }
}

pub(super) fn hold_of(row: &Row) -> Entry {
    Entry::Hold {
        channel: named(row, 1),
        hold: Hold {
            id: bytes(row, 0),
            amount: amount(row, 4),
            until: unsigned(row, 5),
        },
    }
}
