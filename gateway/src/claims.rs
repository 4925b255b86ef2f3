//! Claiming vouchers: by value, by age, and at once when a channel ends.
//!
//! Anyone can claim for the payee, so the key here only pays fees: whoever steals it can take what is on it and
//! nothing else.

use crate::{
    chain::{Lane, Live},
    till::{now, Claimable, Till},
};
use farthing_client::{Call, Certainty, Error, Key, Outbox};
use farthing_contracts::{
    channels::{
        events::{Change, ChannelsChanged},
        messages::SignedVoucher,
        ChannelsRef,
    },
    Contract,
};
use ink::codegen::TraitCallBuilder;
use std::{sync::Arc, time::Duration};

/// The most vouchers of a claim: the contract's own limit.
const BATCH: usize = 64;
/// How often there may be something to claim.
const EVERY: Duration = Duration::from_millis(500);
/// How long to wait after something went wrong, at most.
const MAX_REST: Duration = Duration::from_secs(60);

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// How many vouchers were in it.
    pub vouchers: usize,
    /// What went to the payee, in the smallest unit.
    pub amount: u128,
    /// The fee of the transaction, in the smallest unit.
    pub fee: u128,
}

/// Claims the vouchers that are worth it, by transactions of one key.
pub struct Claimer {
    live: Arc<Live>,
    till: Till,
    key: Key,
    outbox: Outbox,
}

impl Claimer {
    /// Makes ready to claim. `outbox` is the key's.
    pub fn new(live: Arc<Live>, till: Till, key: Key, outbox: Outbox) -> Self {
        Self {
            live,
            till,
            key,
            outbox,
        }
    }

    /// Claims what is due, until this is dropped. `told` is told of each claim, and of what goes wrong.
    pub async fn run(self, mut told: impl FnMut(Result<Claimed, Error>) + Send) {
        let mut rest = EVERY;
        loop {
            match self.claim().await {
                Ok(None) => rest = EVERY,
                Ok(Some(claimed)) => {
                    rest = EVERY;
                    told(Ok(claimed));
                }
                Err(error) => {
                    rest = (rest * 2).min(MAX_REST);
                    told(Err(error));
                }
            }
            tokio::time::sleep(rest).await;
        }
    }

    /// Claims what is due now; `None` if there is nothing, or it would cost more than it brings.
    ///
    /// # Errors
    /// Those of [`farthing_client::Client::plan`] and [`farthing_client::Client::send`].
    pub async fn claim(&self) -> Result<Option<Claimed>, Error> {
        self.settle().await?;
        let due = self.till.due(now(), BATCH);
        let lanes: Vec<Lane> = due
            .iter()
            .map(|due| (due.channel.payer, due.channel.lane))
            .collect();
        // Another may have claimed, or the channel may be over: look before a fee is paid.
        self.live.tell(&self.till, &lanes).await?;
        let due = self.till.due(now(), BATCH);
        if due.is_empty() {
            return Ok(None);
        }
        let client = self.live.client();
        let mut channels: ChannelsRef = client.contract()?;
        let vouchers: Vec<SignedVoucher> = due.iter().map(signed).collect();
        let count = vouchers.len();
        let message = channels.call_mut().claim(self.live.payee().id(), vouchers);
        let plan = client
            .plan(self.key.account(), Call::new(message, 0))
            .await?;
        let worth = plan.answer.iter().flatten();
        let worth = worth.fold(0u128, |sum, paid| sum.saturating_add(*paid));
        if worth <= plan.fee {
            self.till.put_off(&lanes, now());
            return Ok(None);
        }
        self.till.show(&due);
        let sent = client
            .send(plan, &self.key, &self.outbox, Certainty::Block, &mut |_| ())
            .await;
        // Whatever became of it, the chain knows better.
        let _ = self.live.tell(&self.till, &lanes).await;
        let done = sent?;
        self.outbox.empty()?;
        let address = client.deployment.address(Contract::Channels)?;
        let events = done.receipt.events_of::<ChannelsChanged>(address);
        Ok(Some(Claimed {
            vouchers: count,
            amount: paid(&events),
            fee: done.receipt.fee,
        }))
    }

    /// Finds out what became of a claim that was under way when an earlier process ended. The chain tells what it
    /// brought.
    async fn settle(&self) -> Result<(), Error> {
        let Some(unfinished) = self.outbox.unfinished()? else {
            return Ok(());
        };
        let client = self.live.client();
        let (signer, chain) = (self.key.account(), &client.chain);
        chain
            .settle(&unfinished, signer, Certainty::Block, &mut |_| ())
            .await?;
        self.outbox.empty()
    }
}

fn signed(due: &Claimable) -> SignedVoucher {
    SignedVoucher {
        payer: due.channel.payer.id(),
        lane: due.channel.lane,
        epoch: due.channel.epoch,
        cumulative: due.voucher.cumulative,
        root: due.voucher.root,
        signature: due.voucher.signature,
    }
}

fn paid(events: &[ChannelsChanged]) -> u128 {
    let changes = events.iter().flat_map(|event| &event.changes);
    changes.fold(0, |sum: u128, changed| match &changed.change {
        Change::Claimed { paid, .. } => sum.saturating_add(*paid),
        _ => sum,
    })
}
