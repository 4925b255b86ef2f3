//! What happened: all events of a deployment's contracts, block by block.

use crate::{client::AT_ONCE, Block, Client, Emitted, Error};
use farthing_types::Millis;
use futures_util::{stream, StreamExt, TryStreamExt};
use serde_json::Value;

/// An event of one of the deployment's contracts, or of a pool or round of its code. Anybody can make
/// others of the same code: of the contracts that there is one of, theirs are not counted in.
#[derive(Clone)]
pub struct Event {
    /// The block that it is in.
    pub block: Block,
    /// That block's time.
    pub time: Millis,
    /// The contract's name.
    pub contract: String,
    /// The event's name.
    pub name: String,
    /// Its fields, as the metadata has them.
    pub fields: Value,
    /// The event itself, to be decoded.
    pub emitted: Emitted,
}

impl Client {
    /// The events of a block, in order. Those of other contracts are left out.
    ///
    /// # Errors
    /// [`Error::Forgotten`] if the node no longer knows; [`Error::Node`].
    pub async fn events_in(&self, number: u32) -> Result<Vec<Event>, Error> {
        let block = self.chain.block(number).await?;
        let emitted = self.chain.contract_events(block.hash).await;
        let emitted = emitted.map_err(|error| forgotten(error, number))?;
        if emitted.is_empty() {
            return Ok(Vec::new());
        }
        let time = self.chain.time(block.hash).await?;
        let mut events = Vec::new();
        for emitted in emitted {
            let Some((contract, name, fields)) = self.try_event(&emitted).await? else {
                continue;
            };
            if !self.deployment.has(&contract, emitted.contract) {
                continue;
            }
            events.push(Event {
                block,
                time,
                contract,
                name,
                fields,
                emitted,
            });
        }
        Ok(events)
    }

    /// All events from the first block of the deployment to block `last`.
    ///
    /// # Errors
    /// Those of [`Client::events_in`].
    pub async fn history(&self, last: u32) -> Result<Vec<Event>, Error> {
        let blocks = stream::iter(self.deployment.block..=last);
        blocks
            .map(|number| self.events_in(number))
            .buffered(AT_ONCE)
            .try_concat()
            .await
    }
}

/// What nodes say of the state of a block that they keep no longer.
fn forgotten(error: Error, block: u32) -> Error {
    match error.is_of_discarded_state() {
        true => Error::Forgotten { block },
        false => error,
    }
}
