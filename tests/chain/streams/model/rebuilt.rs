//! The contract as its events alone tell of it.

use crate::streams::stage::*;
use farthing_chain::ContractEvent;
use farthing_contracts::streams::{stream::State, streams::Overview};
use std::collections::BTreeMap;

/// Everything that the contract holds.
pub struct Rebuilt {
    guardian: Option<ink::primitives::AccountId>,
    paused_until: Millis,
    opened: StreamId,
    streams: BTreeMap<StreamId, Stream>,
}

impl Rebuilt {
    pub fn new(deployment: &Receipt) -> Self {
        let deployed: Deployed = only(deployment).remove(0);
        Self {
            guardian: deployed.guardian,
            paused_until: 0,
            opened: 0,
            streams: BTreeMap::new(),
        }
    }

    /// Takes in what a call told.
    pub fn follow(&mut self, receipt: &Receipt) {
        receipt.events.iter().for_each(|event| self.take(event));
    }

    fn take(&mut self, event: &ContractEvent) {
        if let Some(event) = event.decode::<StreamChanged>() {
            self.change(event);
        } else if let Some(event) = event.decode::<StreamsCleared>() {
            for rest in event.streams {
                let cleared = self.streams.remove(&rest.stream).expect("it was there");
                let expected = (event.payer, rest.amount, 0, State::Stopped);
                let is = (cleared.payer, cleared.rest, cleared.earned, cleared.state);
                assert_eq!(is, expected, "what was cleared");
            }
        } else if let Some(event) = event.decode::<PausedUntil>() {
            self.paused_until = event.until;
        } else {
            let event: Claimed = event.decode().expect("an event of no other kind");
            let stream = self.stream(event.stream, event.at);
            assert_eq!((stream.payee, stream.earned), (event.payee, event.amount));
            stream.earned = 0;
        }
    }

    fn change(&mut self, event: StreamChanged) {
        if let Change::Opened {
            payer,
            payee,
            rate,
            deposit,
        } = event.change
        {
            assert_eq!(event.stream, self.opened, "the next number");
            self.opened += 1;
            let stream = Stream {
                payer,
                payee,
                rate,
                rest: deposit,
                earned: 0,
                fraction: 0,
                since: event.at,
                state: State::Running,
                opened: event.at,
            };
            self.streams.insert(event.stream, stream);
            return;
        }
        let stream = self.stream(event.stream, event.at);
        match event.change {
            Change::Opened { .. } => unreachable!("seen above"),
            Change::ToppedUp { amount } => stream.rest += amount,
            Change::RateSet { rate } => stream.rate = rate,
            Change::Paused => stream.state = State::Paused,
            Change::Resumed => stream.state = State::Running,
            Change::Stopped {
                earned,
                rest,
                freed,
                ..
            } => {
                assert_eq!((stream.earned, stream.rest), (earned.amount, rest.amount));
                let kept = |payment: Payment| if payment.sent { 0 } else { payment.amount };
                (stream.earned, stream.rest) = (kept(earned), kept(rest));
                (stream.fraction, stream.state) = (0, State::Stopped);
                if freed {
                    self.streams.remove(&event.stream);
                }
            }
        }
    }

    /// A stream with all that it earned up to a time.
    fn stream(&mut self, stream: StreamId, at: Millis) -> &mut Stream {
        let stream = self.streams.get_mut(&stream).expect("it was opened");
        stream.accrue(at);
        stream
    }

    /// Compares it with what the contract says of itself, page by page.
    pub fn compare(&self, chain: &mut Chain, contract: &Streams) {
        let now = chain.now();
        let expected = Overview {
            guardian: self.guardian,
            paused_until: (now < self.paused_until).then_some(self.paused_until),
            opened: self.opened,
        };
        assert_eq!(chain.read(messages(contract).overview()), expected);
        let mut read = Vec::new();
        while read.len() < self.opened as usize {
            let first = read.len() as StreamId;
            read.extend(chain.read(messages(contract).streams(first, StreamId::MAX)));
        }
        let expected: Vec<_> = (0..self.opened)
            .map(|stream| self.now(stream, now))
            .collect();
        assert_eq!(read, expected, "all streams");
    }

    fn now(&self, stream: StreamId, now: Millis) -> Option<StreamNow> {
        let stream = self.streams.get(&stream)?.clone();
        let mut then = stream.clone();
        then.accrue(now);
        let due = Due {
            payee: then.earned,
            payer: then.rest,
            dry_at: stream.dry_at(),
        };
        Some(StreamNow { stream, due })
    }
}
