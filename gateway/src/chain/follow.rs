//! Following the chain: block by block, and also where blocks are undone.

use super::{seen_at, Lane, Live, BATCH};
use crate::till::Till;
use farthing_client::{history::Origins, Block, Client, Error};
use farthing_contracts::{channels::events::ChannelsChanged, Contract};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{atomic::Ordering, Arc},
    time::{Duration, Instant},
};

/// How often the node is asked for new blocks.
const EVERY: Duration = Duration::from_millis(500);
/// How many blocks are read one by one; after a longer absence, all channels are looked at instead.
const MAX_BEHIND: u32 = 128;
/// How long a channel is looked at again after it has changed: somebody else may have asked for it just before, and
/// get an answer that is older.
const AGAIN_FOR: Duration = Duration::from_secs(30);
/// How long a node that does not answer is left alone, at first and at most.
const REST: Duration = Duration::from_millis(500);
const LONG_REST: Duration = Duration::from_secs(8);

/// How far the chain was seen.
#[derive(Default)]
struct Place {
    /// The last final block whose changes are known; none before the first look.
    last: Option<Block>,
    /// Whether all channels are to be looked at: so many are known since before, and are not yet looked at.
    waiting: Vec<Lane>,
    /// Blocks that can be undone, and which channels changed in them.
    open: BTreeMap<u32, (Block, BTreeSet<Lane>)>,
    changed: BTreeMap<Lane, Instant>,
    origins: Origins,
}

impl Live {
    /// Follows the chain and tells the till what happens, until this is dropped. `failed` is told what goes wrong.
    pub async fn follow(self: Arc<Self>, till: Till, mut failed: impl FnMut(&Error) + Send) {
        let mut place = Place::default();
        let mut rest = REST;
        loop {
            let step = self.step(&mut place, &till);
            let step = tokio::time::timeout(self.line.patience(), step).await;
            let Err(error) = step.unwrap_or(Err(Error::Lost)) else {
                rest = REST;
                tokio::time::sleep(EVERY).await;
                continue;
            };
            failed(&error);
            tokio::time::sleep(rest).await;
            rest = (rest * 2).min(LONG_REST);
            // A connection that broke stays broken, and one that is silent may be.
            if let Err(error) = self.line.renew().await {
                failed(&error);
            }
        }
    }

    /// Learns what has happened since the last step.
    async fn step(&self, place: &mut Place, till: &Till) -> Result<(), Error> {
        let client = self.client();
        let chain = &client.chain;
        let last = chain.finalised().await?;
        let best = chain.best().await?;
        let mut lanes = self.changed_until(&client, place, last).await;
        if let Ok(lanes) = &mut lanes {
            lanes.extend(self.changed_since(&client, place, last, best).await?);
        }
        match lanes {
            Ok(lanes) => {
                let now = Instant::now();
                let changed = lanes.into_iter().map(|lane| (lane, now));
                place.changed.extend(changed);
            }
            // After an absence, or where the node no longer knows: anything may have happened.
            Err(Behind) => place.waiting = till.lanes(),
        }
        place.waiting.extend(till.unlooked());
        let lanes: Vec<Lane> = place.changed.keys().copied().collect();
        self.tell(till, &lanes).await?;
        place.changed.retain(|_, since| since.elapsed() < AGAIN_FOR);
        place.last = Some(last);
        // What ends is looked for first: everything else is looked at when it is asked for, too.
        let time = chain.time(last.hash).await?;
        self.seen
            .store(seen_at(time, chain.is_development()), Ordering::Relaxed);
        self.look_at_some(place, till).await
    }

    /// Looks at some of the channels that are known since before.
    async fn look_at_some(&self, place: &mut Place, till: &Till) -> Result<(), Error> {
        let begun = Instant::now();
        while !place.waiting.is_empty() && begun.elapsed() < self.line.patience() / 4 {
            let from = place.waiting.len().saturating_sub(BATCH);
            self.tell(till, &place.waiting[from..]).await?;
            place.waiting.truncate(from);
        }
        Ok(())
    }

    /// Looks at channels, and tells the till of those that it knows.
    pub(crate) async fn tell(&self, till: &Till, lanes: &[Lane]) -> Result<(), Error> {
        let known: Vec<Lane> = lanes
            .iter()
            .filter(|lane| till.has(lane))
            .copied()
            .collect();
        let looked = self.read(&known).await?;
        for ((payer, lane), looked) in known.into_iter().zip(looked) {
            till.learn(payer, lane, looked.seen);
        }
        Ok(())
    }

    /// Returns the channels that changed in final blocks that were not seen yet.
    async fn changed_until(
        &self,
        client: &Client,
        place: &mut Place,
        last: Block,
    ) -> Result<BTreeSet<Lane>, Behind> {
        let before = place.last.ok_or(Behind)?;
        let behind = last.number.checked_sub(before.number).ok_or(Behind)?;
        if behind > MAX_BEHIND {
            return Err(Behind);
        }
        let mut lanes = BTreeSet::new();
        for number in before.number.saturating_add(1)..=last.number {
            let block = client.chain.block(number).await;
            let block = block.map_err(|_| Behind)?;
            let changed = self.changed_in(client, place, block).await;
            lanes.extend(changed.map_err(|_| Behind)?);
        }
        Ok(lanes)
    }

    /// Returns the channels that changed in blocks that can be undone, and in those that were undone.
    async fn changed_since(
        &self,
        client: &Client,
        place: &mut Place,
        last: Block,
        best: Block,
    ) -> Result<BTreeSet<Lane>, Error> {
        let mut lanes = BTreeSet::new();
        let mut open = BTreeMap::new();
        for number in last.number.saturating_add(1)..=best.number {
            let block = client.chain.block(number).await?;
            let known = place.open.get(&number);
            let changed = match known.filter(|(known, _)| *known == block) {
                Some((_, changed)) => changed.clone(),
                None => {
                    let changed = self.changed_in(client, place, block).await?;
                    lanes.extend(&changed);
                    changed
                }
            };
            open.insert(number, (block, changed));
        }
        let is_gone =
            |number: &u32, block: &Block| open.get(number).map(|(now, _)| now) != Some(block);
        for (number, (block, changed)) in &place.open {
            if is_gone(number, block) {
                lanes.extend(changed);
            }
        }
        place.open = open;
        Ok(lanes)
    }

    /// Returns the payee's channels that changed in a block.
    async fn changed_in(
        &self,
        client: &Client,
        place: &mut Place,
        block: Block,
    ) -> Result<BTreeSet<Lane>, Error> {
        let events = client.events_of(block, &mut place.origins).await?;
        let ours = client.deployment.address(Contract::Channels)?;
        let mut lanes = BTreeSet::new();
        for event in events {
            if event.emitted.contract != ours {
                continue;
            }
            let Some(changed) = event.emitted.decode::<ChannelsChanged>() else {
                continue;
            };
            let channels = changed.by_channel();
            let of_payee = channels.filter(|(id, _)| self.payee == id.payee.into());
            lanes.extend(of_payee.map(|(id, _)| (id.payer.into(), id.lane)));
        }
        Ok(lanes)
    }
}

/// The blocks since the last look cannot be read one by one.
struct Behind;
