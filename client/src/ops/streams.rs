//! What the streams contract's events say of money, and how streams stand.

use crate::{history::Event, Account, Block, Client, Error};
use farthing_contracts::streams::{
    events::{Change, Claimed, StreamChanged, StreamsCleared},
    reading::{StreamNow, MAX_PAGE},
    StreamsRef,
};
use farthing_contracts::Contract;
use farthing_types::{Balance, StreamId};
use ink::codegen::TraitCallBuilder;

/// What happened to a stream's money.
pub enum Move {
    /// It was opened, with this deposit.
    Opened {
        payer: Account,
        payee: Account,
        deposit: Balance,
    },
    /// This was added to its deposit.
    Added(Balance),
    /// This went back to the payer.
    Returned(Balance),
    /// This went to the payee.
    Paid(Balance),
    /// It was stopped, for good.
    Stopped,
}

/// Returns what an event says, in order. What the chain refused to move is still there, and no move.
pub fn moves(event: &Event) -> Vec<(StreamId, Move)> {
    if event.contract != Contract::Streams {
        return Vec::new();
    }
    let emitted = &event.emitted;
    if let Some(changed) = emitted.decode::<StreamChanged>() {
        let stream = changed.stream;
        let moves = of_change(changed.change).into_iter();
        return moves.map(|one| (stream, one)).collect();
    }
    if let Some(claimed) = emitted.decode::<Claimed>() {
        return vec![(claimed.stream, Move::Paid(claimed.amount))];
    }
    let cleared = emitted.decode::<StreamsCleared>();
    let rests = cleared.into_iter().flat_map(|cleared| cleared.streams);
    rests
        .map(|rest| (rest.stream, Move::Returned(rest.amount)))
        .collect()
}

fn of_change(change: Change) -> Vec<Move> {
    match change {
        Change::Opened {
            payer,
            payee,
            deposit,
            ..
        } => vec![Move::Opened {
            payer: payer.into(),
            payee: payee.into(),
            deposit,
        }],
        Change::ToppedUp { amount } => vec![Move::Added(amount)],
        Change::Stopped { earned, rest, .. } => {
            let returned = rest.sent.then_some(Move::Returned(rest.amount));
            let paid = earned.sent.then_some(Move::Paid(earned.amount));
            let moves = returned.into_iter().chain(paid);
            moves.chain([Move::Stopped]).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns how streams stand in a block, in their order; `None` where a record is gone.
pub async fn standing(
    client: &Client,
    block: Block,
    streams: impl IntoIterator<Item = StreamId>,
) -> Result<Vec<Option<StreamNow>>, Error> {
    let contract: StreamsRef = client.contract()?;
    let numbers: Vec<_> = streams.into_iter().collect();
    let pages = numbers
        .chunks(MAX_PAGE)
        .map(|page| contract.call().streams_listed(page.to_vec()));
    let found = client.read_all_at(block, pages).await?;
    Ok(found.into_iter().flatten().collect())
}
