//! Every movement of money, as comma-separated values.

use super::Who;
use crate::{indexed::Indexed, outcome::Outcome, session::Session, values::memo_cell};
use farthing_client::{
    ops::ledger::{self, Ledger, Movement},
    time, Block, Error, Token,
};
use farthing_index::{book, verify::check_ledgers};
use std::path::Path;

/// The columns.
const HEADER: &str = "time,block,transaction,ledger,what,with,item,amount,balance,memo";

/// Prints all ledgers of somebody.
pub async fn print(session: &mut Session, who: &Who, file: Option<&Path>) -> Outcome {
    let (block, ledgers) = match (file, session.indexed().await?) {
        (None, Some(indexed)) => of_index(session, who, indexed).await?,
        (file, _) => {
            let block = session.client.chain.finalised().await?;
            let history = session.history(file, block).await?;
            let (client, creators) = (&session.client, &who.creators);
            let ledgers = ledger::all(client, &history, who.account, creators, block).await?;
            (block, ledgers)
        }
    };
    let token = session.token();
    let output = &session.output;
    output.always(HEADER);
    for ledger in &ledgers {
        let movements = ledger.movements.iter();
        movements.for_each(|movement| output.always(line(ledger, movement, token)));
    }
    output.nothing_more();
    output.note(format!(
        "All of it agrees with the contracts as of block {}.",
        block.number
    ));
    Ok(())
}

/// The ledgers as the index has them, compared with the contracts in its last final block.
async fn of_index(
    session: &Session,
    who: &Who,
    mut indexed: Indexed,
) -> Result<(Block, Vec<Ledger>), Error> {
    session.tell_behind(&indexed, session.client.chain.finalised().await?);
    let (until, index) = (indexed.until, &mut indexed.index);
    let keys = book::keys(index, who.account, &who.creators, until.number);
    let keys = keys.map_err(|error| indexed.told(error))?;
    let checked = check_ledgers(&session.client, &mut indexed.index, until, &keys).await;
    checked.map_err(|error| indexed.told(error))?;
    let ledgers = keys.into_iter().map(|key| {
        let ledger = book::ledger(&mut indexed.index, key, until.number);
        ledger.map_err(|error| indexed.told(error))
    });
    Ok((until, ledgers.collect::<Result<_, _>>()?))
}

fn line(ledger: &Ledger, movement: &Movement, token: &Token) -> String {
    let text = |value: Option<String>| value.unwrap_or_default();
    [
        time(movement.time),
        movement.block.to_string(),
        movement.index.to_string(),
        ledger.name.to_string(),
        movement.kind.to_string(),
        text(movement.with.map(|whom| whom.to_string())),
        text(movement.item.map(|item| item.to_string())),
        token.signed_text(movement.amount),
        token.signed_text(movement.balance),
        memo_cell(&movement.memo),
    ]
    .join(",")
}
