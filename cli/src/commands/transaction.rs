//! `farthing tx`: what became of a transaction.

use crate::{outcome::Outcome, output::Sheet, session::Session};
use clap::Args;
use farthing_client::{time, Block, Error, Located, Receipt};
use farthing_types::Hash;
use serde_json::json;
use std::str::FromStr;

/// How many of the latest blocks are searched if nobody says from where on: about an hour of six seconds each.
const RECENT: u32 = 600;

/// Show what became of a transaction.
///
/// One that this folder has under way is looked for in the blocks that can have it. Of others the latest 600
/// blocks are searched, or those from --from on.
#[derive(Args)]
pub struct Tx {
    /// Its hash.
    hash: Hex,
    /// The first block to look into.
    #[arg(long, value_name = "BLOCK")]
    from: Option<u32>,
}

/// A hash in hexadecimal.
#[derive(Clone, Copy)]
struct Hex(Hash);

impl FromStr for Hex {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        let bytes = hex::decode(digits).ok();
        let hash = bytes.and_then(|bytes| bytes.try_into().ok());
        hash.map(Self)
            .ok_or_else(|| format!("{text:?} is no hash: it has 64 hexadecimal digits"))
    }
}

impl Tx {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let hash = self.hash.0;
        let best = session.client.chain.best().await?.number;
        let first = match self.from {
            Some(first) => first,
            None => session
                .signed_after(hash)
                .await?
                .unwrap_or_else(|| best.saturating_sub(RECENT)),
        };
        let output = session.output.clone();
        let mut looking = |done: u32| output.working(format!("Searched {done} blocks."));
        let located = session
            .client
            .chain
            .locate(hash, first, best, &mut looking)
            .await?;
        let Some(located) = located else {
            return Err(Error::Input(format!(
                "There is no transaction 0x{} in blocks {first} to {best}. Search earlier ones with --from.",
                hex::encode(hash)
            ))
            .into());
        };
        let receipt = session.client.chain.receipt_of(hash, &located).await?;
        show(session, &located, &receipt).await
    }
}

async fn show(session: &mut Session, located: &Located, receipt: &Receipt) -> Outcome {
    let chain = &session.client.chain;
    let (when, is_final) = (
        chain.time(located.block.hash).await?,
        is_final(session, located.block).await?,
    );
    let result = match &receipt.failure {
        None => "done".into(),
        Some(reason) => format!("failed: {reason}"),
    };
    let state = match is_final {
        true => format!("{}, which is final", located.block.number),
        false => format!("{}, which can still be undone", located.block.number),
    };
    let deposit = (receipt.deposit != 0).then(|| session.token().signed_unit(receipt.deposit));
    let sheet = Sheet::new()
        .row("result", &result)
        .row("block", state)
        .row("time", time(when))
        .row_if("signer", located.signer)
        .row("fee", session.unit(receipt.fee))
        .row_if("deposit", deposit)
        .row("transaction", session.link_to(receipt.transaction));
    session.output.sheet(&sheet);
    let mut events = Vec::new();
    for emitted in &receipt.events {
        let event = session.event(emitted).await;
        session.output.say(format!("event: {event}"));
        events.push(event);
    }
    let object = json!({
        "transaction": format!("0x{}", hex::encode(receipt.transaction)),
        "block": located.block.number,
        "block_hash": format!("0x{}", hex::encode(located.block.hash)),
        "final": is_final,
        "time": when,
        "signer": located.signer,
        "fee": receipt.fee.to_string(),
        "deposit": receipt.deposit.to_string(),
        "failure": receipt.failure.as_ref().map(ToString::to_string),
        "events": events,
    });
    session.output.field("tx", object);
    Ok(())
}

async fn is_final(session: &Session, block: Block) -> Result<bool, Error> {
    let finalised = session.client.chain.finalised().await?;
    Ok(block.number <= finalised.number && session.client.chain.has(block).await?)
}
