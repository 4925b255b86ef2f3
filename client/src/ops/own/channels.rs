//! The channels that an account pays by.

use super::{Own, When};
use crate::{history::Event, Account, Block, Client, Error};
use farthing_contracts::channels::{
    channel::Channel as OnChain,
    events::{Change, ChannelsChanged},
    reading::MAX_PAGE,
    ChannelsRef,
};
use farthing_contracts::Contract;
use farthing_types::{Balance, Millis};
use ink::codegen::TraitCallBuilder;

/// A channel that the account pays or paid by, from one opening to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// The account that is paid.
    pub payee: Account,
    /// The number of the channel's lane.
    pub lane: u32,
    /// The epoch, in milliseconds, which tells the lane's channels apart.
    pub epoch: Millis,
    /// When it was opened.
    pub opened: When,
    /// What was set aside in all, in the smallest unit.
    pub reserved: Balance,
    /// What went to the payee, in the smallest unit.
    pub paid: Balance,
    /// What came back to the payer, in the smallest unit.
    pub returned: Balance,
    /// When it ended, if it did.
    pub ended: Option<When>,
    /// How it stands; `None` if its record is gone, or is that of a later channel.
    pub now: Option<OnChain>,
}

/// Collects the channels of an account, event by event.
pub struct Channels {
    account: Account,
    lives: Vec<Channel>,
}

impl Channels {
    pub fn new(account: Account) -> Self {
        Self {
            account,
            lives: Vec::new(),
        }
    }

    pub fn see(&mut self, event: &Event) {
        let ours = event.contract == Contract::Channels;
        let changes = ours.then(|| event.emitted.decode::<ChannelsChanged>());
        let Some(changes) = changes.flatten() else {
            return;
        };
        for (id, change) in changes.by_channel() {
            if id.payer == self.account.id() {
                let which = (id.payee.into(), id.lane, id.epoch);
                self.change(event, which, change);
            }
        }
    }

    fn change(&mut self, event: &Event, which: (Account, u32, Millis), change: &Change) {
        if let Change::Opened(terms) = change {
            let (payee, lane, epoch) = which;
            self.lives.push(Channel {
                payee,
                lane,
                epoch,
                opened: When::of(event),
                reserved: terms.reserve,
                paid: 0,
                returned: 0,
                ended: None,
                now: None,
            });
            return;
        }
        let mut lives = self.lives.iter_mut().rev();
        let life = lives.find(|life| (life.payee, life.lane, life.epoch) == which);
        let Some(life) = life else {
            return;
        };
        let (added, paid, rest, ends) = match change {
            Change::ToppedUp(amount) => (*amount, 0, 0, false),
            Change::Claimed { paid, .. } => (0, *paid, 0, false),
            Change::Closed { rest, .. } | Change::Cleared { rest, .. } => (0, 0, *rest, true),
            Change::ClosedTogether { paid, rest, .. } => (0, *paid, *rest, true),
            Change::Opened(_) | Change::Exiting(_) => (0, 0, 0, false),
        };
        life.reserved = life.reserved.saturating_add(added);
        life.paid = life.paid.saturating_add(paid);
        life.returned = life.returned.saturating_add(rest);
        if ends && life.ended.is_none() {
            life.ended = Some(When::of(event));
        }
    }

    /// Adds how the channels stand in a block.
    pub async fn finish(
        mut self,
        client: &Client,
        block: Block,
        own: &mut Own,
    ) -> Result<(), Error> {
        let channels: ChannelsRef = client.contract()?;
        let payer = self.account.id();
        let pages = self.lives.chunks(MAX_PAGE).map(|lives| {
            let keys = lives.iter().map(|life| (payer, life.payee.id(), life.lane));
            channels.call().channels(keys.collect())
        });
        let found = client.read_all_at(block, pages).await?;
        let found = found.into_iter().flat_map(|(_, page)| page);
        for (life, now) in self.lives.iter_mut().zip(found) {
            life.now = now.filter(|now| now.epoch == life.epoch);
        }
        own.channels = self.lives;
        Ok(())
    }
}
