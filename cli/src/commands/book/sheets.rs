//! How somebody stands, for people. The object for programs has it all by name; which of its fields are amounts,
//! and which are times, is said here.

use crate::{
    output::{Rows, Sheet},
    session::Session,
};
use farthing_client::{time, Account, Money};
use serde_json::Value;

/// A column: its heading, the field, and what the field is.
type Column = (&'static str, &'static str, Shows);

#[derive(Clone, Copy)]
enum Shows {
    Text,
    Amount,
    Moment,
}

use Shows::{Amount, Moment, Text};

const CREATORS: &[Column] = &[
    (">creator", "/creator", Text),
    (">waits", "/books", Amount),
    (">to divide", "/to_divide", Amount),
];
const PAYING: &[Column] = &[
    ("to", "/payee", Text),
    (">lane", "/lane", Text),
    (">left", "/left", Amount),
    (">claimed", "/claimed", Amount),
];
const PAID: &[Column] = &[
    ("from", "/payer", Text),
    (">lane", "/lane", Text),
    (">left", "/left", Amount),
    (">claimed", "/claimed", Amount),
];
const STREAMS: &[Column] = &[
    (">stream", "/stream", Text),
    ("party", "/party", Text),
    (">for the payee", "/now/payee", Amount),
    ("runs out", "/now/dry_at", Moment),
];
const POOLS: &[Column] = &[
    (">pool", "/number", Text),
    ("title", "/title", Text),
    (">given", "/given/given", Amount),
    (">to withdraw", "/to_withdraw", Amount),
    (">share", "/share", Text),
    (">can be paid out", "/releasable", Amount),
];
const SPONSORED: &[Column] = &[(">sponsor", "/number", Text), (">put in", "/given", Amount)];
const ROUNDS: &[Column] = &[
    ("round", "/round", Text),
    (">sponsored", "/sponsored", Amount),
];

/// Shows everything that there is, and nothing of what there is not.
pub fn show(session: &Session, account: Account, money: &Money, book: &Value) {
    let kept = amount(&book["channels"]["kept"]).filter(|kept| *kept > 0);
    let sheet = Sheet::new()
        .row("account", account)
        .row("can spend", session.unit(money.spendable))
        .row("holds as deposits", session.unit(money.held))
        .row_if("kept by channels", kept.map(|kept| session.unit(kept)));
    session.output.sheet(&sheet);
    table(session, "Creators", CREATORS, &book["creators"]);
    table(
        session,
        "Pays by channel",
        PAYING,
        &book["channels"]["as_payer"],
    );
    table(
        session,
        "Paid by channel",
        PAID,
        &book["channels"]["as_payee"],
    );
    table(
        session,
        "Streams",
        STREAMS,
        &with_party(account, &book["streams"]),
    );
    table(session, "Pools", POOLS, &book["pools"]);
    for pool in book["pools"].as_array().into_iter().flatten() {
        let heading = format!("Sponsored in pool #{}", pool["number"]);
        table(session, &heading, SPONSORED, &pool["sponsored"]);
    }
    table(session, "Rounds", ROUNDS, &book["rounds"]);
}

fn table(session: &Session, heading: &str, columns: &[Column], values: &Value) {
    let headings: Vec<_> = columns.iter().map(|(heading, ..)| *heading).collect();
    let mut rows = Rows::new(&headings);
    for value in values.as_array().into_iter().flatten() {
        let cells = columns.iter().map(|(_, field, shows)| {
            let field = value.pointer(field).unwrap_or(&Value::Null);
            shown(session, field, *shows)
        });
        rows.add(cells.collect());
    }
    if !rows.is_empty() {
        session.output.say("");
        session.output.say(heading);
        session.output.rows(rows);
    }
}

/// Streams with the other side of each, from the account's view.
fn with_party(account: Account, streams: &Value) -> Value {
    let mut streams = streams.clone();
    for stream in streams.as_array_mut().into_iter().flatten() {
        let text = |name: &str| stream[name].as_str().unwrap_or_default().to_string();
        let party = match text("payer") == account.to_string() {
            true => format!("to {}", text("payee")),
            false => format!("from {}", text("payer")),
        };
        stream["party"] = party.into();
    }
    streams
}

/// A field by what it is. What is nothing is left out.
fn shown(session: &Session, field: &Value, shows: Shows) -> String {
    match (shows, field) {
        (Moment, Value::Null) => "never".into(),
        (_, Value::Null) => String::new(),
        (Amount, field) => amount(field).map_or(String::new(), |sum| session.unit(sum)),
        (Moment, field) => field.as_u64().map_or(String::new(), time),
        (Text, Value::String(text)) => text.clone(),
        (Text, other) => other.to_string(),
    }
}

fn amount(field: &Value) -> Option<u128> {
    field.as_str()?.parse().ok()
}
