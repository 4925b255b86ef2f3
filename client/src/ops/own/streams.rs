//! The streams that an account pays.

use super::{Own, When};
use crate::{
    history::Event,
    ops::streams::{moves, standing, Move},
    Account, Block, Client, Error,
};
use farthing_contracts::streams::reading::StreamNow;
use farthing_types::{Balance, StreamId};
use std::collections::BTreeMap;

/// A stream that the account opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The stream's number.
    pub stream: StreamId,
    /// When it was opened.
    pub opened: When,
    /// The account that is paid.
    pub payee: Account,
    /// What was put in altogether, in the smallest unit.
    pub deposited: Balance,
    /// What went to the payee, in the smallest unit.
    pub paid: Balance,
    /// What came back to the payer, in the smallest unit.
    pub returned: Balance,
    /// When it ended, if it did.
    pub stopped: Option<When>,
    /// How it stands; `None` if its record is gone.
    pub now: Option<StreamNow>,
}

/// Collects the streams of an account, event by event.
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
        for (stream, one) in moves(event) {
            match one {
                Move::Opened {
                    payer,
                    payee,
                    deposit,
                } if payer == self.account => {
                    let opened = Stream {
                        stream,
                        opened: When::of(event),
                        payee,
                        deposited: deposit,
                        paid: 0,
                        returned: 0,
                        stopped: None,
                        now: None,
                    };
                    self.open.insert(stream, opened);
                }
                one => {
                    if let Some(stream) = self.open.get_mut(&stream) {
                        stream.see(event, one);
                    }
                }
            }
        }
    }

    /// Adds how the streams stand in a block.
    pub async fn finish(self, client: &Client, block: Block, own: &mut Own) -> Result<(), Error> {
        let found = standing(client, block, self.open.keys().copied()).await?;
        let streams = self.open.into_values().zip(found);
        own.streams = streams
            .map(|(stream, now)| Stream { now, ..stream })
            .collect();
        Ok(())
    }
}

impl Stream {
    fn see(&mut self, event: &Event, one: Move) {
        match one {
            Move::Added(amount) => self.deposited = self.deposited.saturating_add(amount),
            Move::Returned(amount) => self.returned = self.returned.saturating_add(amount),
            Move::Paid(amount) => self.paid = self.paid.saturating_add(amount),
            Move::Stopped => self.stopped = Some(When::of(event)),
            Move::Opened { .. } => {}
        }
    }
}
