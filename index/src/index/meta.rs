//! Reads and writes what is true of a whole index: whose it is, and how far it goes.

use super::Status;
use crate::{store::Store, value::row, Error, Result};
use farthing_client::Block;
use scale::Decode;

pub const IDENTITY: &str = "identity";
pub const FIRST: &str = "first";
pub const LAST_FINAL: &str = "final";

pub fn read_status(store: &mut Store) -> Result<Status> {
    let number = |store: &mut Store, name| -> Result<Option<u32>> {
        let found = meta(store, name)?;
        let number = found.map(|bytes| Decode::decode(&mut &bytes[..]));
        number.transpose().map_err(Error::store)
    };
    let first = number(store, FIRST)?;
    let last = "SELECT number, hash, time FROM blocks ORDER BY number DESC LIMIT 1";
    Ok(Status {
        first: first.ok_or_else(|| Error::damaged("it does not say where it begins"))?,
        last: store.first(last, &[], |row| {
            let block = Block {
                number: row.get(0)?,
                hash: row.get(1)?,
            };
            Ok((block, row.get(2)?))
        })?,
        last_final: number(store, LAST_FINAL)?,
    })
}

pub fn meta(store: &mut Store, name: &str) -> Result<Option<Vec<u8>>> {
    let value = "SELECT value FROM meta WHERE name = $1";
    store.first(value, &row![name], |row| row.get(0))
}

pub fn set_meta(store: &mut Store, name: &str, value: Vec<u8>) -> Result<()> {
    store.change("DELETE FROM meta WHERE name = $1", &row![name])?;
    let add = "INSERT INTO meta (name, value) VALUES ($1, $2)";
    store.change(add, &row![name, value])?;
    Ok(())
}
