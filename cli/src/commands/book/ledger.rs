//! Every movement of money, as comma-separated values.

use super::Who;
use crate::{outcome::Outcome, session::Session, values::memo_cell};
use farthing_client::{
    ops::ledger::{self, Ledger, Movement},
    time, Token,
};
use std::path::Path;

/// The columns.
const HEADER: &str = "time,block,transaction,ledger,what,with,item,amount,balance,memo";

/// Prints all ledgers of somebody.
pub async fn print(session: &mut Session, who: &Who, file: Option<&Path>) -> Outcome {
    let block = session.client.chain.finalised().await?;
    let history = session.history(file, block).await?;
    let (client, token) = (&session.client, session.token());
    let ledgers = ledger::all(client, &history, who.account, &who.creators, block).await?;
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
