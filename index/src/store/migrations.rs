//! Bringing a store up to the latest schema, one step after the other, each all or nothing.

use super::Store;
use crate::{value::row, Error, Result};

/// The steps, in order; the number of each is its place, from 1 on. A step that was ever released never changes.
const STEPS: [&str; 1] = [include_str!("../../migrations/1.sql")];

const KNOWN: i64 = STEPS.len() as i64;

/// The names and values of what is true of the whole index.
const META: &str =
    "CREATE TABLE IF NOT EXISTS meta (name TEXT NOT NULL PRIMARY KEY, value BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS schema (number BIGINT NOT NULL PRIMARY KEY);";

pub(super) fn migrate(store: &mut Store) -> Result<()> {
    store.transaction(|store| {
        store.run(META)?;
        let found = found(store)?;
        let done =
            usize::try_from(found).map_err(|_| Error::damaged("its schema has no number"))?;
        for (step, number) in STEPS.into_iter().zip(1i64..).skip(done) {
            store.run(&step.replace("{clustered}", store.clustered()))?;
            store.change("INSERT INTO schema (number) VALUES ($1)", &row![number])?;
        }
        Ok(())
    })
}

/// Checks that the schema is the latest, for whoever only reads.
pub(super) fn check(store: &mut Store) -> Result<()> {
    match found(store)? {
        KNOWN => Ok(()),
        _ => Err(Error::damaged("its schema is that of an earlier program")),
    }
}

fn found(store: &mut Store) -> Result<i64> {
    let numbers = "SELECT number FROM schema ORDER BY number DESC LIMIT 1";
    let found = store.first(numbers, &[], |row| row.get(0))?.unwrap_or(0);
    match found <= KNOWN {
        true => Ok(found),
        false => Err(Error::Newer {
            found,
            known: KNOWN,
        }),
    }
}
