//! `farthing watch`: what happens, as it happens.

mod names;
mod words;

use crate::{outcome::Outcome, session::Session};
use clap::Args;
use farthing_client::{history::Follower, time, Account, Block, Error, Event, Kind};
use names::Names;
use serde_json::{json, Value};
use std::{ops::ControlFlow, time::Duration};
pub use words::memo;

/// How often to look for a new block.
const PAUSE: Duration = Duration::from_millis(250);
/// How long to leave a node alone that does not answer, at first and at most.
const REST: Duration = Duration::from_millis(500);
const LONG_REST: Duration = Duration::from_secs(8);

/// How many blocks of an index are shown at once.
const AT_ONCE: u32 = 1_000;

/// Watch what happens at this deployment's contracts, pools and rounds; ends with Ctrl-C.
///
/// A node that restarts or does not answer is asked again until it does, and what happened meanwhile is shown
/// then: nothing is left out, and nothing shown twice. With --fast, blocks are shown that may still be undone;
/// of one that is, the number is told, and what happened in its place is shown.
#[derive(Args)]
pub struct Watch {
    /// From this block on; from now on, if it is left out.
    #[arg(long)]
    from: Option<u32>,
    /// Until this block.
    #[arg(long)]
    until: Option<u32>,
    /// End at the latest block there is.
    #[arg(long)]
    once: bool,
    /// Only this contract's events, such as storefront or pool.
    #[arg(long)]
    contract: Option<String>,
    /// Only events that name this account: an address, or a creator's handle.
    #[arg(long)]
    account: Option<String>,
}

impl Watch {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let account = session.account_of_any(self.account.as_deref()).await?;
        let head = session.head().await?.number;
        let first = self.from.unwrap_or(head.saturating_add(1));
        let until = match self.once {
            true => Some(self.until.map_or(head, |until| until.min(head))),
            false => self.until,
        };
        let mut showing = Showing {
            names: Names::default(),
            contract: self.contract,
            account,
        };
        let first = match self.from {
            Some(first) => of_index(session, &mut showing, first, until).await?,
            None => first,
        };
        let mut follower = Follower::from(first);
        follow(session, &mut showing, &mut follower, until).await?;
        session.output.note(go_on(&follower));
        session.output.nothing_more();
        Ok(())
    }
}

/// What is shown, and what is known for that.
struct Showing {
    names: Names,
    contract: Option<String>,
    account: Option<Account>,
}

/// Shows what the index has, if there is one, and returns the block that comes after it.
async fn of_index(
    session: &Session,
    showing: &mut Showing,
    first: u32,
    until: Option<u32>,
) -> Result<u32, Error> {
    let Some(mut indexed) = session.indexed().await? else {
        return Ok(first);
    };
    let last = until.map_or(indexed.until.number, |until| {
        until.min(indexed.until.number)
    });
    if first < indexed.index.status().first || first > last {
        return Ok(first);
    }
    for start in (first..=last).step_by(AT_ONCE as usize) {
        let end = last.min(start.saturating_add(AT_ONCE - 1));
        let mut events = Vec::new();
        let read = indexed.index.events(start, end, &mut |event| {
            events.push(event);
            Ok(ControlFlow::Continue(()))
        });
        read.map_err(|error| indexed.told(error))?;
        showing.show_all(session, &events).await;
        session.output.was_heard()?;
    }
    Ok(last.saturating_add(1))
}

async fn follow(
    session: &mut Session,
    showing: &mut Showing,
    follower: &mut Follower,
    until: Option<u32>,
) -> Result<(), Error> {
    let mut rest = REST;
    loop {
        session.output.go_on(go_on(follower));
        match catch_up(session, showing, follower, until).await {
            Ok(true) => return Ok(()),
            Ok(false) => {
                rest = REST;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) if is_for_now(&error) => {
                wait_for_node(session, &error, &mut rest).await;
            }
            Err(error) => {
                session.output.warn(go_on(follower));
                return Err(error);
            }
        }
    }
}

/// Shows what happened up to now; says whether that is all that is wanted.
async fn catch_up(
    session: &Session,
    showing: &mut Showing,
    follower: &mut Follower,
    until: Option<u32>,
) -> Result<bool, Error> {
    let head = session.head().await?;
    for undone in follower.go_back(&session.client).await? {
        show_undone(session, undone);
    }
    loop {
        if until.is_some_and(|until| follower.next() > until) {
            return Ok(true);
        }
        if follower.next() > head.number {
            return Ok(false);
        }
        let last = until.map_or(head.number, |until| until.min(head.number));
        let events = follower.advance(&session.client, last).await?;
        showing.show_all(session, &events).await;
        session.output.was_heard()?;
        session.output.go_on(go_on(follower));
    }
}

/// Says that the node does not answer, rests, and connects anew.
async fn wait_for_node(session: &mut Session, error: &Error, rest: &mut Duration) {
    if *rest == REST {
        session
            .output
            .warn(format!("{error} Watching goes on when it is back."));
    }
    tokio::time::sleep(*rest).await;
    *rest = (*rest * 2).min(LONG_REST);
    let (settings, output) = (session.settings.clone(), session.output.clone());
    if let Ok(anew) = Session::open(settings, output).await {
        session.client = anew.client;
    }
}

impl Showing {
    async fn show_all(&mut self, session: &Session, events: &[Event]) {
        // Programs see numbers and addresses. People do without names if the node cannot tell them now: what
        // happened is shown once, and would be lost with an error.
        if !session.output.is_json() {
            let _ = self.names.learn(session, events).await;
        }
        for event in events {
            self.names.see(event);
            self.show(session, event);
        }
    }

    fn show(&self, session: &Session, event: &Event) {
        let of_contract = self
            .contract
            .as_ref()
            .is_none_or(|name| name == event.contract.name());
        let Some((name, fields)) = session.client.told(event).filter(|_| of_contract) else {
            return;
        };
        let account = self.account.map(|account| account.to_string());
        if account.is_none_or(|account| mentions(&fields, &account)) {
            show(session, &self.names, event, &name, &fields);
        }
    }
}

/// Where the next one begins, so that nothing is left out.
fn go_on(follower: &Follower) -> String {
    format!("Go on with --from {}.", follower.next())
}

/// Whether an error is of a kind that time mends.
fn is_for_now(error: &Error) -> bool {
    error.kind() == Kind::Node && !matches!(error, Error::Forgotten { .. })
}

/// Whether a text is anywhere in a value.
fn mentions(value: &Value, text: &str) -> bool {
    match value {
        Value::String(found) => found == text,
        Value::Array(values) => values.iter().any(|value| mentions(value, text)),
        Value::Object(fields) => fields.values().any(|value| mentions(value, text)),
        _ => false,
    }
}

fn show(session: &Session, names: &Names, event: &Event, name: &str, fields: &Value) {
    if session.output.is_json() {
        session.output.line(&json!({
            "block": event.block.number,
            "time": event.time,
            "transaction": event.emitted.index,
            "contract": event.contract.name(),
            "address": event.emitted.contract,
            "event": name,
            "fields": fields,
        }));
        return;
    }
    let (when, block) = (time(event.time), event.block.number);
    for line in words::of(event, names, session.token()) {
        session.output.say(format!("{when}  block {block}  {line}"));
    }
}

fn show_undone(session: &Session, block: Block) {
    match session.output.is_json() {
        true => session.output.line(&json!({
            "undone": block.number,
            "hash": format!("0x{}", hex::encode(block.hash)),
        })),
        false => session.output.say(format!(
            "Block {} was undone: what is shown of it did not happen, unless it is shown again.",
            block.number
        )),
    }
}
