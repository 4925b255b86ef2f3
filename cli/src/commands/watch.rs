//! `farthing watch`: what happens, as it happens.

use crate::{outcome::Outcome, session::Session};
use clap::Args;
use farthing_client::{time, Account, Certainty, Event};
use serde_json::{json, Value};
use std::time::Duration;

/// How often to look for a new block.
const PAUSE: Duration = Duration::from_millis(250);

/// Watch what happens at this deployment's contracts, pools and rounds; ends with Ctrl-C.
#[derive(Args)]
pub struct Watch {
    /// From this block on; from now on, if it is left out.
    #[arg(long)]
    from: Option<u32>,
    /// Until this block.
    #[arg(long)]
    until: Option<u32>,
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
        let mut next = match self.from {
            Some(from) => from,
            None => self.head(session).await?.saturating_add(1),
        };
        loop {
            let head = self.head(session).await?;
            while next <= head {
                if self.until.is_some_and(|until| next > until) {
                    session.output.nothing_more();
                    return Ok(());
                }
                for event in session.client.events_in(next).await? {
                    if self.is_wanted(&event, account) {
                        show(session, &event);
                    }
                }
                next = next.saturating_add(1);
            }
            if self.until.is_some_and(|until| next > until) {
                session.output.nothing_more();
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn head(&self, session: &Session) -> Result<u32, farthing_client::Error> {
        let chain = &session.client.chain;
        let head = match session.settings.certainty() {
            Certainty::Final => chain.finalised().await?,
            Certainty::Block => chain.best().await?,
        };
        Ok(head.number)
    }

    fn is_wanted(&self, event: &Event, account: Option<Account>) -> bool {
        let of_contract = self
            .contract
            .as_ref()
            .is_none_or(|name| *name == event.contract);
        let names = |account: Account| mentions(&event.fields, &account.to_string());
        of_contract && account.is_none_or(names)
    }
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

fn show(session: &Session, event: &Event) {
    if session.output.is_json() {
        session.output.line(&json!({
            "block": event.block.number,
            "time": event.time,
            "transaction": event.emitted.index,
            "contract": event.contract,
            "address": event.emitted.contract,
            "event": event.name,
            "fields": event.fields,
        }));
        return;
    }
    session.output.say(format!(
        "{}  block {}  {} {}: {}",
        time(event.time),
        event.block.number,
        event.contract,
        event.name,
        event.fields
    ));
}
