//! Taking out what is of no use any more.

use crate::{
    store::Store,
    value::{row, Row},
    Result, Value,
};
use farthing_client::Account;

/// Takes out blocks in which nothing happened, from one on and before another.
pub fn forget_empty(store: &mut Store, from: u32, before: u32) -> Result<()> {
    let forget = "DELETE FROM blocks WHERE number >= $1 AND number < $2
AND NOT EXISTS (SELECT 1 FROM events e WHERE e.seq >= number * 1048576 AND e.seq < (number + 1) * 1048576)";
    store.change(forget, &row![from, before])?;
    Ok(())
}

/// Takes out sums that later ones take the place of, and that nothing can bring back.
pub fn forget_sums(store: &mut Store, since: i64, until: i64) -> Result<()> {
    let key = |row: &Row| -> Result<Vec<i64>> { (0..4).map(|at| row.get(at)).collect() };
    let touched =
        "SELECT creator, day, kind, number, MAX(seq) FROM earnings WHERE seq >= $1 AND seq <= $2
GROUP BY creator, day, kind, number";
    let read = |row: &Row| Ok((key(row)?, row.get::<i64>(4)?));
    for (key, seq) in store.all(touched, &row![since, until], read)? {
        let forget = "DELETE FROM earnings WHERE creator = $1 AND day = $2 AND kind = $3 AND number = $4 AND seq < $5";
        let mut arguments: Vec<_> = key.into_iter().map(Value::from).collect();
        arguments.extend(row![seq]);
        store.change(forget, &arguments)?;
    }
    let touched = "SELECT pool, MAX(seq) FROM progress WHERE seq >= $1 AND seq <= $2 GROUP BY pool";
    let read = |row: &Row| Ok((row.get::<Account>(0)?, row.get::<i64>(1)?));
    for (pool, seq) in store.all(touched, &row![since, until], read)? {
        let forget = "DELETE FROM progress WHERE pool = $1 AND seq < $2";
        store.change(forget, &row![pool, seq])?;
    }
    Ok(())
}
