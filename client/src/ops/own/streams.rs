//! The streams that an account pays.

use super::{Own, When};
use crate::{history::Event, Account, Block, Client, Error};
use farthing_contracts::streams::{
    events::{Change, Claimed, StreamChanged, StreamsCleared},
    reading::{StreamNow, MAX_PAGE},
    StreamsRef,
};
use farthing_contracts::Contract;
use farthing_types::{Balance, StreamId};
use ink::codegen::TraitCallBuilder;
use std::collections::BTreeMap;

/// A stream that the account opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Its number.
    pub stream: StreamId,
    /// When it was opened.
    pub opened: When,
    /// Who is paid.
    pub payee: Account,
    /// What was put in, all in all.
    pub deposited: Balance,
    /// What went to the payee.
    pub paid: Balance,
    /// What came back.
    pub returned: Balance,
    /// When it ended, if it did.
    pub stopped: Option<When>,
    /// How it stands; `None` if its record is gone.
    pub now: Option<StreamNow>,
}

/// What is found out about an account, event by event.
pub struct Streams {
    account: Account,
    open: BTreeMap<StreamId, Stream>,
}

impl Streams {
    pub fn new(account: Account) -> Self {
        Self {
            account,
            open: BTreeMap::new(),
        }
    }

    pub fn see(&mut self, event: &Event) {
        if event.contract != Contract::Streams {
            return;
        }
        let emitted = &event.emitted;
        if let Some(changed) = emitted.decode::<StreamChanged>() {
            self.change(event, changed);
        } else if let Some(claimed) = emitted.decode::<Claimed>() {
            self.add(claimed.stream, claimed.amount, 0);
        } else if let Some(cleared) = emitted.decode::<StreamsCleared>() {
            for rest in cleared.streams {
                self.add(rest.stream, 0, rest.amount);
            }
        }
    }

    fn change(&mut self, event: &Event, changed: StreamChanged) {
        let stream = changed.stream;
        match changed.change {
            Change::Opened {
                payer,
                payee,
                deposit,
                ..
            } if payer == self.account.id() => {
                let opened = Stream {
                    stream,
                    opened: When::of(event),
                    payee: payee.into(),
                    deposited: deposit,
                    paid: 0,
                    returned: 0,
                    stopped: None,
                    now: None,
                };
                self.open.insert(stream, opened);
            }
            Change::ToppedUp { amount } => {
                if let Some(open) = self.open.get_mut(&stream) {
                    open.deposited = open.deposited.saturating_add(amount);
                }
            }
            Change::Stopped { earned, rest, .. } => {
                let sent = |payment: farthing_contracts::streams::events::Payment| {
                    if payment.sent {
                        payment.amount
                    } else {
                        0
                    }
                };
                self.add(stream, sent(earned), sent(rest));
                if let Some(open) = self.open.get_mut(&stream) {
                    open.stopped = Some(When::of(event));
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, stream: StreamId, paid: Balance, returned: Balance) {
        if let Some(open) = self.open.get_mut(&stream) {
            open.paid = open.paid.saturating_add(paid);
            open.returned = open.returned.saturating_add(returned);
        }
    }

    /// Adds how they stand in a block.
    pub async fn finish(self, client: &Client, block: Block, own: &mut Own) -> Result<(), Error> {
        let contract: StreamsRef = client.contract()?;
        let numbers: Vec<_> = self.open.keys().copied().collect();
        let pages = numbers
            .chunks(MAX_PAGE)
            .map(|page| contract.call().streams_listed(page.to_vec()));
        let found = client.read_all_at(block, pages).await?;
        let streams = self.open.into_values().zip(found.into_iter().flatten());
        own.streams = streams
            .map(|(stream, now)| Stream { now, ..stream })
            .collect();
        Ok(())
    }
}
