//! What an account did with its money, and what came of it: what it bought, tipped, gave and streamed, and
//! what it got back.

mod channels;
mod gifts;
mod purchases;
mod streams;

pub use channels::Channel;
pub use gifts::{Gift, Grant, Pool, RoundMoney, Sponsorship};
pub use purchases::{Access, Bought, HiddenPurchase, Tip};
pub use streams::Stream;

use crate::{
    history::{Event, Past},
    Account, Block, Client, Error,
};
use farthing_types::Millis;

/// The place in the chain where something happened, and the time of its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct When {
    /// The number of the block.
    pub block: u32,
    /// The block's time, in milliseconds since the Unix epoch.
    pub time: Millis,
    /// The transaction's place in the block.
    pub index: u32,
}

impl When {
    fn of(event: &Event) -> Self {
        Self {
            block: event.block.number,
            time: event.time,
            index: event.emitted.index,
        }
    }
}

/// Everything that an account did with its money, and what came of it. Each list is in the order of events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// The items that it bought, for itself or others, and those that others gave it access to.
    pub purchases: Vec<Bought>,
    /// The blinded purchases that it made.
    pub hidden: Vec<HiddenPurchase>,
    /// The tips that it gave.
    pub tips: Vec<Tip>,
    /// The gifts to pools that it paid, or that were made in its name.
    pub gifts: Vec<Gift>,
    /// The grants that it gave to pools.
    pub grants: Vec<Grant>,
    /// The money that it put into pools to match the gifts of others.
    pub sponsorships: Vec<Sponsorship>,
    /// The money that it put into matching rounds.
    pub rounds: Vec<RoundMoney>,
    /// The pools that these lists name.
    pub pools: Vec<Pool>,
    /// The streams that it pays.
    pub streams: Vec<Stream>,
    /// The channels that it pays by. A lane that was opened several times appears as often.
    pub channels: Vec<Channel>,
}

/// Returns what an account did up to a block that the known past reaches, and how things stand in that block.
///
/// # Errors
/// [`Error::Incomplete`] if the history begins too late; [`Error::Node`], [`Error::File`].
pub async fn all(
    client: &Client,
    history: &impl Past,
    account: Account,
    block: Block,
) -> Result<Own, Error> {
    history.must_be_whole(client, block.number)?;
    let mut interest = purchases::Interest::default();
    history.each(block.number, |event| interest.see(account, event))?;
    let mut purchases = purchases::Purchases::new(account, interest);
    let mut gifts = gifts::Gifts::new(account, &client.deployment);
    let mut streams = streams::Streams::new(account);
    let mut channels = channels::Channels::new(account);
    let mut seen = Ok(());
    history.each(block.number, |event| {
        if seen.is_ok() {
            seen = purchases.see(event);
        }
        gifts.see(event);
        streams.see(event);
        channels.see(event);
    })?;
    seen?;
    let mut own = Own::default();
    purchases.finish(client, block, &mut own).await?;
    gifts.finish(client, block, &mut own).await?;
    streams.finish(client, block, &mut own).await?;
    channels.finish(client, block, &mut own).await?;
    Ok(own)
}
