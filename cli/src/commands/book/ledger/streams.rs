//! What streams hold that somebody pays or is paid by. Whose it is at which moment is a matter of time; a
//! stream's ledger has what goes in and what goes out.

use super::{signed, Ledger, Movement};
use crate::session::Session;
use farthing_client::{Account, Block, Error, Event, Token};
use farthing_contracts::streams::{
    events::{Change, Claimed, StreamChanged, StreamsCleared},
    StreamsRef,
};
use farthing_contracts::Contract;
use farthing_types::{Balance, StreamId};
use ink::codegen::TraitCallBuilder;
use std::collections::BTreeMap;

/// A stream of somebody's.
struct Open {
    payer: Account,
    payee: Account,
    ledger: Ledger,
}

impl Open {
    fn enter(&mut self, event: &Event, what: &'static str, with: Account, amount: i128) {
        let movement = Movement::new(what, amount).with(with);
        self.ledger.enter(event, movement);
    }
}

/// The ledgers of an account's streams, each checked against the contract as of a block.
pub async fn ledgers(
    session: &Session,
    account: Account,
    history: &[Event],
    block: Block,
) -> Result<Vec<Ledger>, Error> {
    let contract: StreamsRef = session.contract()?;
    let mut ledgers = Vec::new();
    for (number, stream) in streams(session.token(), account, history) {
        let message = contract.call().stream(number);
        let found = session.client.read_at(block, message).await?;
        stream
            .ledger
            .reconcile(found.map_or(0, |found| found.owed()), block)?;
        ledgers.push(stream.ledger);
    }
    Ok(ledgers)
}

fn streams(token: &Token, account: Account, history: &[Event]) -> BTreeMap<StreamId, Open> {
    let mut open = BTreeMap::new();
    for event in history
        .iter()
        .filter(|event| event.contract == Contract::Streams)
    {
        let emitted = &event.emitted;
        if let Some(changed) = emitted.decode::<StreamChanged>() {
            change(token, &mut open, account, event, changed);
        } else if let Some(cleared) = emitted.decode::<StreamsCleared>() {
            for rest in cleared.streams {
                went_back(&mut open, event, rest.stream, rest.amount);
            }
        } else if let Some(claimed) = emitted.decode::<Claimed>() {
            came_in(&mut open, event, claimed.stream, claimed.amount);
        }
    }
    open
}

fn change(
    token: &Token,
    open: &mut BTreeMap<StreamId, Open>,
    account: Account,
    event: &Event,
    changed: StreamChanged,
) {
    match changed.change {
        Change::Opened {
            payer,
            payee,
            deposit,
            ..
        } if [payer, payee].contains(&account.id()) => {
            let mut stream = Open {
                payer: payer.into(),
                payee: payee.into(),
                ledger: Ledger::new(format!("stream #{}", changed.stream), token),
            };
            stream.enter(event, "deposit", payer.into(), signed(deposit));
            open.insert(changed.stream, stream);
        }
        Change::ToppedUp { amount } => {
            if let Some(stream) = open.get_mut(&changed.stream) {
                let payer = stream.payer;
                stream.enter(event, "deposit", payer, signed(amount));
            }
        }
        // What the chain refused to move is still there.
        Change::Stopped { earned, rest, .. } => {
            if rest.sent {
                went_back(open, event, changed.stream, rest.amount);
            }
            if earned.sent {
                came_in(open, event, changed.stream, earned.amount);
            }
        }
        _ => {}
    }
}

fn came_in(open: &mut BTreeMap<StreamId, Open>, event: &Event, stream: StreamId, amount: Balance) {
    if let Some(stream) = open.get_mut(&stream) {
        let payee = stream.payee;
        stream.enter(event, "claim", payee, -signed(amount));
    }
}

fn went_back(
    open: &mut BTreeMap<StreamId, Open>,
    event: &Event,
    stream: StreamId,
    amount: Balance,
) {
    if let Some(stream) = open.get_mut(&stream) {
        let payer = stream.payer;
        stream.enter(event, "rest", payer, -signed(amount));
    }
}
