//! What an account itself did, and what came of it: what it bought, tipped, gave and streamed, and what it got
//! back.

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

/// When something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct When {
    /// The block.
    pub block: u32,
    /// Its time.
    pub time: Millis,
    /// The place of the transaction in the block.
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

/// Everything that an account did with its money, and what came of it. Each list is in the order in which it
/// happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// What it bought, for itself or others, and what others gave it access to.
    pub purchases: Vec<Bought>,
    /// What it bought without saying what.
    pub hidden: Vec<HiddenPurchase>,
    /// Whom it tipped.
    pub tips: Vec<Tip>,
    /// What it gave to pools, itself or in its name.
    pub gifts: Vec<Gift>,
    /// What it gave to pools as grants.
    pub grants: Vec<Grant>,
    /// What it put into pools to match the gifts of others.
    pub sponsorships: Vec<Sponsorship>,
    /// What it put into matching rounds.
    pub rounds: Vec<RoundMoney>,
    /// The pools that these lists name.
    pub pools: Vec<Pool>,
    /// The streams that it pays.
    pub streams: Vec<Stream>,
    /// The channels that it pays by, each life of a lane by itself.
    pub channels: Vec<Channel>,
}

/// Returns what an account did up to a block to which the past is known, and how that stands then.
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
