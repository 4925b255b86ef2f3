//! Tells what time it is on a chain.

use crate::{Chain, Error};
use farthing_types::Millis;
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

/// How old the latest block of a development chain may be before another one is worth it.
const STALE: Millis = 20 * 1_000;

/// By how much the clock here may differ from that of a chain which makes blocks all the time.
const CREDIBLE: Millis = 10 * 60 * 1_000;

impl Chain {
    /// Returns the time on the chain now, for periods that start now. The latest block's time would not do:
    /// where blocks come only when there is something to do, it is long past.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn clock(&self) -> Result<Millis, Error> {
        let block = self.block_time().await?;
        self.clock_after(block).await
    }

    /// Returns the time of the latest block.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn block_time(&self) -> Result<Millis, Error> {
        let best = self.best().await?;
        self.time(best.hash).await
    }

    /// Returns what time it is now, if the latest block is of `block`.
    async fn clock_after(&self, block: Millis) -> Result<Millis, Error> {
        let here = here();
        if self.is_development() {
            // Farthing's own has a clock that can be moved.
            let asked = self.request("dev_time", json!([])).await;
            let now = asked.ok().and_then(|now| now.as_u64());
            return Ok(now.unwrap_or(here).max(block));
        }
        // Elsewhere blocks come all the time: a clock here that says something else is wrong.
        match here.abs_diff(block) <= CREDIBLE {
            true => Ok(here.max(block)),
            false => Ok(block),
        }
    }

    /// Asks a development chain that stood still to make a block, so that the next dry run happens at about
    /// the present time. Does nothing on chains that make blocks by themselves, or if the node cannot be
    /// asked to.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn freshen(&self) -> Result<(), Error> {
        if !self.is_development() {
            return Ok(());
        }
        let block = self.block_time().await?;
        if self.clock_after(block).await?.saturating_sub(block) < STALE {
            return Ok(());
        }
        match self.request("dev_newBlock", json!([])).await {
            Ok(_) | Err(Error::NoMethod { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Moves a development chain's clock forward by so many milliseconds, and makes a block.
    ///
    /// # Errors
    /// [`Error::NoMethod`] if the node is not Farthing's development chain; [`Error::Node`].
    pub async fn forward(&self, time: Millis) -> Result<(), Error> {
        self.request("dev_forward", json!([time])).await?;
        Ok(())
    }
}

/// Returns the time of the local clock, in milliseconds since the Unix epoch.
pub fn here() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
    })
}
