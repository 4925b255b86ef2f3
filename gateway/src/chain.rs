//! The chain, as a node tells of it: which channels of the payee's there are, and what happens to them.
//!
//! What is good for the payee counts once it cannot be undone any more; what is not counts as soon as any block has
//! it. So credit is given from what both the last final block and the latest one say: the smaller reserve, the larger
//! claim, and the end that either has. An opening that a block has and that is not final yet is no channel.

mod follow;
mod line;
mod submit;

pub use line::Again;

use crate::{
    accounting::OnChain,
    till::{now, Answer, Chain, Looked, Seen, Unanswered},
};
use farthing_client::{Account, Block, Client, Error};
use farthing_contracts::channels::{channel::Channel, ChannelsRef};
use ink::codegen::TraitCallBuilder;
use line::Line;
use std::{
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc,
    },
    time::Duration,
};

/// How many channels are read with one question: the contract's own limit.
const BATCH: usize = 96;

/// How long somebody who pays waits for the chain.
const PATIENCE: Duration = Duration::from_secs(15);

/// The payee's channels on a chain.
pub struct Live {
    line: Line,
    payee: Account,
    /// When a final block was last seen, in milliseconds.
    seen: AtomicU64,
    /// How many questions were begun: what was asked later is newer.
    asked: AtomicU64,
}

/// A payer, and which of their channels.
pub type Lane = (Account, u32);

impl Live {
    /// Begins to look at a chain. Nothing is seen until it is [followed](Self::follow). What follows goes on by `again`
    /// when the node does not answer any more.
    pub fn new(client: Client, payee: Account, again: Again) -> Arc<Self> {
        Arc::new(Self {
            line: Line::new(client, again),
            payee,
            seen: AtomicU64::new(0),
            asked: AtomicU64::new(0),
        })
    }

    /// Returns the client that it asks through now.
    pub fn client(&self) -> Arc<Client> {
        self.line.client()
    }

    /// Returns the account that the channels pay.
    pub fn payee(&self) -> Account {
        self.payee
    }

    /// Returns what the chain says of channels now, in their order.
    ///
    /// # Errors
    /// [`Error::Node`] and others of [`Client::read`].
    pub async fn read(&self, lanes: &[Lane]) -> Result<Vec<Looked>, Error> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst).saturating_add(1);
        let client = self.client();
        let last = client.chain.finalised().await?;
        let best = client.chain.best().await?;
        let mut found = Vec::with_capacity(lanes.len());
        for batch in lanes.chunks(BATCH) {
            let at_last = self.read_at(&client, last, batch).await?;
            let at_best = match best == last {
                true => at_last.clone(),
                false => self.read_at(&client, best, batch).await?,
            };
            let both = at_last.into_iter().zip(at_best);
            found.extend(both.map(|(last, best)| looked(last, best, asked)));
        }
        Ok(found)
    }

    async fn read_at(
        &self,
        client: &Client,
        block: Block,
        lanes: &[Lane],
    ) -> Result<Vec<Option<Channel>>, Error> {
        let channels: ChannelsRef = client.contract()?;
        let payee = self.payee.id();
        let keys = lanes.iter().map(|(payer, lane)| (payer.id(), payee, *lane));
        let message = channels.call().channels(keys.collect());
        let (_, found) = client.read_at(block, message).await?;
        match found.len() == lanes.len() {
            true => Ok(found),
            false => Err(Error::Deployment(
                "The contract answered for another number of channels.".into(),
            )),
        }
    }
}

/// Returns what the last final block and the latest one say of a lane.
fn looked(last: Option<Channel>, best: Option<Channel>, asked: u64) -> Looked {
    let known = last.as_ref().map(|last| last.epoch);
    let opened = best.as_ref().map(|best| best.epoch);
    Looked {
        seen: last.and_then(|last| merge(last, best, asked)),
        opening: opened.filter(|_| opened != known),
    }
}

/// Puts together what the last final block says of a channel, and what the latest one does.
fn merge(last: Channel, best: Option<Channel>, asked: u64) -> Option<Seen> {
    let best = best.filter(|best| best.epoch == last.epoch);
    // In the latest block it is no more: vouchers of it will be worth nothing.
    let is_gone = best.is_none();
    let best = best.unwrap_or_else(|| last.clone());
    let end = match (&last.end, &best.end) {
        (Some(last), Some(best)) => Some(last.time.min(best.time)),
        (last, best) => last.as_ref().or(best.as_ref()).map(|end| end.time),
    };
    let on_chain = OnChain {
        epoch: last.epoch,
        signer: last.signer,
        reserve: last.reserve.min(best.reserve),
        claimed: last.claimed.max(best.claimed),
        ending: end.is_some() || is_gone,
    };
    Some(Seen {
        on_chain,
        closer: last.closer,
        delay: last.delay,
        ends_at: end,
        asked,
    })
}

impl Chain for Live {
    fn look(&self, payer: Account, lane: u32) -> Answer<'_, Looked> {
        Box::pin(async move {
            let lanes = [(payer, lane)];
            // A node that says nothing is not waited for by everybody who pays.
            let patience = PATIENCE.min(self.line.patience());
            let found = tokio::time::timeout(patience, self.read(&lanes)).await;
            let found = found.unwrap_or(Err(Error::Lost));
            let found = found.map_err(|error| Unanswered::Away(error.to_string()))?;
            let looked = found.into_iter().next();
            Ok(looked.unwrap_or_else(|| None.into()))
        })
    }

    fn submit(&self, payer: Account, extrinsic: Vec<u8>) -> Answer<'_, ()> {
        Box::pin(self.submit_and_wait(payer, extrinsic))
    }

    fn last_seen(&self) -> u64 {
        self.seen.load(Ordering::Relaxed)
    }
}

/// Returns when a block counts as seen: at its own time, or a node that is behind would be believed. The blocks of a
/// development chain come when somebody needs them, and that it answers is enough there.
fn seen_at(time: u64, is_development: bool) -> u64 {
    match is_development {
        true => now(),
        false => time.min(now()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use farthing_contracts::channels::channel::Moment;

    fn channel(reserve: u128, claimed: u128, end: Option<u64>) -> Channel {
        Channel {
            epoch: 7,
            signer: [1; 32],
            closer: [2; 32],
            reserve,
            claimed,
            delay: 9,
            end: end.map(|time| Moment { time, block: 1 }),
        }
    }

    #[test]
    fn what_is_bad_for_the_payee_counts_from_either_block() {
        let merged = |last, best| merge(last, best, 1).unwrap();
        let topped_up = merged(channel(50, 0, None), Some(channel(80, 10, None)));
        assert_eq!(topped_up.on_chain.reserve, 50);
        assert_eq!(topped_up.on_chain.claimed, 10);
        assert!(!topped_up.on_chain.ending);
        let exits = merged(channel(50, 0, None), Some(channel(50, 0, Some(5))));
        assert!(exits.on_chain.ending);
        assert_eq!(exits.ends_at, Some(5));
        let closed = merged(channel(50, 10, None), Some(channel(10, 10, Some(4))));
        assert_eq!(closed.on_chain.reserve, 10);
        assert!(merged(channel(50, 0, None), None).on_chain.ending);
        let reopened = Channel {
            epoch: 8,
            ..channel(500, 0, None)
        };
        let old = merged(channel(50, 0, None), Some(reopened));
        assert_eq!((old.on_chain.epoch, old.on_chain.reserve), (7, 50));
        assert!(old.on_chain.ending);
    }

    #[test]
    fn a_channel_that_only_the_latest_block_has_is_opening_and_counts_for_nothing() {
        let first = looked(None, Some(channel(50, 0, None)), 1);
        assert_eq!((first.seen, first.opening), (None, Some(7)));
        let reopened = Channel {
            epoch: 8,
            ..channel(500, 0, None)
        };
        let again = looked(Some(channel(50, 0, None)), Some(reopened), 1);
        assert_eq!(again.seen.map(|seen| seen.on_chain.epoch), Some(7));
        assert_eq!(again.opening, Some(8));
        let settled = looked(Some(channel(50, 0, None)), Some(channel(50, 0, None)), 1);
        assert_eq!(settled.opening, None);
        assert_eq!(looked(Some(channel(50, 0, None)), None, 1).opening, None);
        assert_eq!(looked(None, None, 1), None.into());
    }

    #[test]
    fn block_of_a_node_that_is_behind_is_old_however_new_it_is_to_us() {
        assert_eq!(seen_at(5, false), 5);
        assert!(seen_at(u64::MAX, false) <= now());
        assert!(seen_at(5, true) > 5);
    }
}
