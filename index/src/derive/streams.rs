//! Derives what happened to streams.

use super::{Seen, Writer};
use crate::{
    kinds::StreamKind,
    tables::Which,
    value::{row, Amount},
    Result,
};
use farthing_client::{
    ops::streams::{moves, Move},
    Account,
};
use farthing_contracts::streams::events::{Change, StreamChanged};
use farthing_types::{Balance, StreamId};

impl Writer<'_> {
    pub(super) fn streams(&mut self, seen: Seen) -> Result<()> {
        let changed = seen.decode::<StreamChanged>().map(|changed| {
            let (kind, rate) = match changed.change {
                Change::Opened { rate, .. } => (None, Some(rate)),
                Change::RateSet { rate } => (Some(StreamKind::RateSet), Some(rate)),
                Change::Paused => (Some(StreamKind::Paused), None),
                Change::Resumed => (Some(StreamKind::Resumed), None),
                Change::ToppedUp { .. } | Change::Stopped { .. } => (None, None),
            };
            (changed.stream, kind, rate)
        });
        let rate = changed.and_then(|(_, _, rate)| rate);
        for (place, (stream, one)) in (0u32..).zip(moves(seen.event)) {
            let (kind, parties, amount) = match one {
                Move::Opened {
                    payer,
                    payee,
                    deposit,
                } => (StreamKind::Opened, Some((payer, payee)), deposit),
                Move::Added(amount) => (StreamKind::Added, None, amount),
                Move::Returned(amount) => (StreamKind::Returned, None, amount),
                Move::Paid(amount) => (StreamKind::Paid, None, amount),
                Move::Stopped => (StreamKind::Stopped, None, 0),
            };
            match parties {
                Some(parties) => self.memory.ledgers.open_stream(stream, parties),
                None if self.parties_of(stream)?.is_none() => return Err(unknown(seen, stream)),
                None => {}
            }
            let rate = rate.filter(|_| kind == StreamKind::Opened);
            self.put_stream(seen, (place, kind, stream), parties, amount, rate);
        }
        if let Some((stream, Some(kind), rate)) = changed {
            if self.parties_of(stream)?.is_none() {
                return Err(unknown(seen, stream));
            }
            self.put_stream(seen, (0, kind, stream), None, 0, rate);
        }
        Ok(())
    }

    fn put_stream(
        &mut self,
        seen: Seen,
        (place, kind, stream): (u32, StreamKind, StreamId),
        parties: Option<(Account, Account)>,
        amount: Balance,
        rate: Option<u128>,
    ) {
        let row = row![
            seen.seq,
            place,
            kind,
            stream,
            parties.map(|(payer, _)| payer),
            parties.map(|(_, payee)| payee),
            Amount(amount),
            rate.map(Amount),
        ];
        self.put(Which::Streams, row);
    }
}

fn unknown(seen: Seen, stream: StreamId) -> crate::Error {
    seen.impossible(format!("stream #{stream} changes, and there is none"))
}
