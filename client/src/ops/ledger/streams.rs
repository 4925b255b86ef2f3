//! What streams hold that somebody pays or is paid by. Whose it is at which moment is a matter of time; a
//! stream's ledger has what goes in and what goes out.

use super::{signed, Entry, Kind, Ledger, Name};
use crate::{
    history::Event,
    ops::streams::{moves, standing, Move},
    Account, Block, Client, Error,
};
use farthing_types::StreamId;
use std::collections::BTreeMap;

/// The streams of an account.
pub struct Streams {
    account: Account,
    open: BTreeMap<StreamId, Open>,
}

/// A stream of somebody's.
struct Open {
    payer: Account,
    payee: Account,
    ledger: Ledger,
}

impl Open {
    fn see(&mut self, event: &Event, one: Move) {
        let (payer, payee) = (self.payer, self.payee);
        match one {
            Move::Added(amount) => self.enter(event, Kind::Deposit, signed(amount), payer),
            Move::Returned(amount) => self.enter(event, Kind::Rest, -signed(amount), payer),
            Move::Paid(amount) => self.enter(event, Kind::Claim, -signed(amount), payee),
            Move::Opened { .. } | Move::Stopped => {}
        }
    }

    fn enter(&mut self, event: &Event, kind: Kind, amount: i128, with: Account) {
        self.ledger
            .enter(event, Entry::new(kind, amount).with(with));
    }
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
                } if [payer, payee].contains(&self.account) => {
                    let ledger = Ledger::new(Name::Stream(stream));
                    let mut opened = Open {
                        payer,
                        payee,
                        ledger,
                    };
                    opened.enter(event, Kind::Deposit, signed(deposit), payer);
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

    /// Returns the ledgers, each checked against the contract as of a block.
    pub async fn check(self, client: &Client, block: Block) -> Result<Vec<Ledger>, Error> {
        let found = standing(client, block, self.open.keys().copied()).await?;
        let ledgers = self.open.into_values().zip(found);
        let checked = ledgers.map(|(Open { ledger, .. }, now)| {
            let owed = now.map_or(0, |now| now.stream.owed());
            ledger.reconcile(client, owed, block)?;
            Ok(ledger)
        });
        checked.collect()
    }
}
