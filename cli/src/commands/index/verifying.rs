//! `farthing index verify`.

use super::opened;
use crate::{indexed::told, outcome::Outcome, session::Session};
use clap::Args;
use farthing_client::Error;
use farthing_index::{
    verify::{check_books, check_changes, check_events, Checked, Proving},
    Index, Place,
};
use serde_json::json;
use std::ops::RangeInclusive;

/// Checks the index against the chain.
///
/// All ledgers are compared with the contracts' own books in one block; with --every-block, what changed is compared in
/// each block in which it did, too. A payment that goes straight through leaves nothing in any books; with --events,
/// what happened in each block is compared with what the block's own hash proves, which takes one question to the node
/// for each block.
#[derive(Args)]
pub struct Verify {
    /// The block whose books are compared [default: the last final one].
    #[arg(long, value_name = "BLOCK")]
    at: Option<u32>,
    /// Compare what changed in every block, too, with the books in that block. The node must have their states.
    #[arg(long)]
    every_block: bool,
    /// Compare the events of every block, too.
    #[arg(long)]
    events: bool,
    /// The first block of those that are compared one by one [default: the first there is].
    #[arg(long, value_name = "BLOCK")]
    from: Option<u32>,
}

impl Verify {
    pub async fn run(self, session: &Session, place: &Place) -> Outcome {
        let mut index = opened(session, place).await?;
        let status = index.status();
        let last = status.last_final.ok_or_else(|| {
            Error::Input("The index has no final block yet: run `farthing index` first.".into())
        })?;
        let at = self.at.unwrap_or(last);
        if !(status.first..=last).contains(&at) {
            return Err(Error::Input(format!(
                "The index has final blocks from {} to {last}, and not block {at}.",
                status.first
            ))
            .into());
        }
        if self.from.is_some() && !(self.events || self.every_block) {
            return Err(Error::Input(
                "--from goes with --events or --every-block: it says where these begin.".into(),
            )
            .into());
        }
        let block = session.client.chain.block(at).await?;
        let checked = check_books(&session.client, &mut index, block).await;
        tell_books(session, at, checked.map_err(|error| told(place, error))?);
        let blocks = self.from.unwrap_or(status.first).max(1)..=at;
        if self.every_block {
            changes(session, place, &mut index, blocks.clone()).await?;
        }
        if self.events {
            events(session, place, &mut index, blocks).await?;
        }
        Ok(())
    }
}

/// Shows how far something is that goes block by block.
fn progress(session: &Session, what: &'static str) -> impl FnMut(Proving) {
    let output = session.output.clone();
    move |Proving { done, of }| output.working(format!("{what}: block {done} of {of}."))
}

/// Compares what changed in each of some blocks with the contracts' books there.
async fn changes(
    session: &Session,
    place: &Place,
    index: &mut Index,
    blocks: RangeInclusive<u32>,
) -> Result<(), Error> {
    let mut tell = progress(session, "Comparing the books");
    let (from, at) = (*blocks.start(), *blocks.end());
    let compared = check_changes(&session.client, index, blocks, &mut tell).await;
    let compared = compared.map_err(|error| told(place, error))?;
    session.output.say(format!(
        "What changed in blocks {from} to {at} is what the contracts say in each: {compared} blocks in which something happened."
    ));
    let compared = json!({ "from": from, "until": at, "blocks": compared });
    session.output.field("compared", compared);
    Ok(())
}

/// Compares what happened in each of some blocks with what their hashes prove.
async fn events(
    session: &Session,
    place: &Place,
    index: &mut Index,
    blocks: RangeInclusive<u32>,
) -> Result<(), Error> {
    let mut tell = progress(session, "Proving what happened");
    let (from, at) = (*blocks.start(), *blocks.end());
    let proved = check_events(&session.client, index, blocks, &mut tell).await;
    proved.map_err(|error| told(place, error))?;
    let events = index.count(from, at).map_err(|error| told(place, error))?;
    session.output.say(format!(
        "What happened in blocks {from} to {at} is what their hashes prove: {events} events."
    ));
    let proved = json!({ "from": from, "until": at, "events": events });
    session.output.field("proved", proved);
    Ok(())
}

pub fn tell_books(session: &Session, block: u32, checked: Checked) {
    let Checked {
        ledgers,
        creators,
        streams,
        pools,
        rounds,
    } = checked;
    session.output.say(format!(
        "In block {block}, {ledgers} ledgers come to what the contracts say; so do the numbers of creators ({creators}), streams ({streams}) and pools ({pools}). What went through pools and rounds ({rounds}) is what they say."
    ));
    session.output.field(
        "verified",
        json!({
            "block": block,
            "ledgers": ledgers,
            "creators": creators,
            "streams": streams,
            "pools": pools,
            "rounds": rounds,
        }),
    );
}
