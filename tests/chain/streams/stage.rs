//! A chain with a streams contract, a small cast, and short words for what the tests do all the time.

pub use farthing_chain::{
    existential_deposit, Account, AsInk, Balance, Chain, Failure, Message, Receipt, Streams, UNIT,
};
pub use farthing_contracts::streams::{
    events::{
        Change, Claimed, Deployed, PausedUntil, Payment, Rest, StreamChanged, StreamsCleared,
    },
    reading::{Due, StreamNow, MAX_PAGE},
    stream::{Party, Stream, BILLIONTHS, MIN_KEPT},
    Error,
};
pub use farthing_types::{Millis, StreamId, DAY};

pub use crate::calls::only;

use crate::calls;
use farthing_contracts::streams::StreamsRef;
use ink::{codegen::TraitCallBuilder, env::call::FromAccountId};
use scale::{Decode, Encode};
use std::fmt::Debug;

type Messages = <StreamsRef as TraitCallBuilder>::Builder;

/// One unit of the smallest in a millisecond.
pub const ONE: u128 = BILLIONTHS;

/// The cast: ann, who pays; ben, who is paid; eve, who has no part in it; and the guardian.
pub struct Stage {
    pub chain: Chain,
    pub streams: Streams,
    pub ann: Account,
    pub ben: Account,
    pub eve: Account,
    pub guardian: Account,
}

impl Stage {
    pub fn new() -> Self {
        let mut chain = Chain::new();
        let [deployer, ann, ben, eve, guardian] = ["deployer", "ann", "ben", "eve", "guardian"]
            .map(|name| chain.account(name, 1_000 * UNIT));
        let streams = Streams::deploy(&mut chain, &deployer, Some(&guardian.id()));
        Self {
            chain,
            streams,
            ann,
            ben,
            eve,
            guardian,
        }
    }

    /// The contract's messages.
    pub fn to(&self) -> Messages {
        messages(&self.streams)
    }

    pub fn read<Args: Encode, R: Decode>(&mut self, message: Message<Args, R>) -> R {
        self.chain.read(message)
    }

    /// Calls a message that must go through; what it answers is of no interest.
    pub fn done<Args: Encode, T: Decode>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, Error>>,
        value: Balance,
    ) -> Receipt {
        calls::done(&mut self.chain, signer, message, value)
    }

    /// Has a message refused; see [`calls::refuse`].
    pub fn refuse<Args: Encode + Clone, T: Decode + Debug>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, Error>>,
        value: Balance,
    ) -> Error {
        let contracts = [self.streams.id.clone()];
        calls::refuse(&mut self.chain, &contracts, signer, message, value)
    }

    /// Opens a stream from ann to ben. Returns its number and the time it earns from.
    pub fn open(&mut self, rate: u128, deposit: Balance) -> (StreamId, Millis) {
        let payee = self.ben.id().ink();
        self.open_to(payee, rate, deposit)
    }

    /// Opens a stream from ann to `payee`. Returns its number and the time it earns from.
    pub fn open_to(
        &mut self,
        payee: ink::primitives::AccountId,
        rate: u128,
        deposit: Balance,
    ) -> (StreamId, Millis) {
        let from = self.chain.now();
        let message = self.to().open(payee, rate);
        let (stream, _) = self.chain.call(&self.ann, message, deposit).unwrap();
        (stream, from)
    }

    /// Lets the time pass in which a record cannot be freed.
    pub fn grow_old(&mut self) {
        self.chain.advance(MIN_KEPT);
    }

    /// What a call moved to ann and to ben besides ann's fee and storage deposit, with ann calling.
    pub fn ann_does<Args: Encode, T: Decode>(
        &mut self,
        message: Message<Args, Result<T, Error>>,
    ) -> (Balance, Balance, Receipt) {
        let (ann, ben) = (self.ann.clone(), self.ben.id());
        let before = self.chain.balance(&ben);
        let (got, receipt) = self.got(&ann, message);
        (got, self.chain.balance(&ben) - before, receipt)
    }

    /// What payee and payer could take out of a stream now.
    pub fn due(&mut self, stream: StreamId) -> (Balance, Balance) {
        let due = self.read(self.to().due(stream)).expect("the stream exists");
        (due.payee, due.payer)
    }

    pub fn record(&mut self, stream: StreamId) -> Option<Stream> {
        self.read(self.to().stream(stream))
    }

    /// Claims as ben. Returns how much it was, as told and as it arrived.
    pub fn claim(&mut self, stream: StreamId) -> Balance {
        let ben = self.ben.clone();
        let before = self.chain.balance(&ben.id());
        let receipt = self.done(&ben, self.to().claim(stream), 0);
        let arrived = self.chain.balance(&ben.id()) + receipt.fee - before;
        assert_eq!(claims(&receipt), [(stream, ben.id().ink(), arrived)]);
        arrived
    }

    /// Calls a message that must go through. Returns what came in to the signer besides fee and storage
    /// deposit, and the receipt.
    pub fn got<Args: Encode, T: Decode>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, Error>>,
    ) -> (Balance, Receipt) {
        let before = self.chain.balance(&signer.id());
        let receipt = self.done(signer, message, 0);
        let now = self.chain.balance(&signer.id()) + receipt.fee;
        let now = now.checked_add_signed(receipt.deposit).unwrap();
        (now - before, receipt)
    }

    pub fn solvency(&mut self) -> (Balance, Balance) {
        self.streams.solvency(&mut self.chain)
    }

    /// The end of every test.
    pub fn assert_solvent(&mut self) {
        self.streams.assert_solvent(&mut self.chain);
    }
}

/// A contract's messages.
pub fn messages(streams: &Streams) -> Messages {
    Messages::from_account_id(streams.id.ink())
}

/// Money that arrived.
pub fn sent(amount: Balance) -> Payment {
    Payment { amount, sent: true }
}

/// Money that the chain refused to move.
pub fn kept(amount: Balance) -> Payment {
    Payment {
        amount,
        sent: false,
    }
}

/// The only event of a call: what happened to which stream.
pub fn changes(receipt: &Receipt) -> Vec<(StreamId, Change)> {
    only::<StreamChanged>(receipt)
        .into_iter()
        .map(|event| (event.stream, event.change))
        .collect()
}

/// The only event of a call: who claimed what.
pub fn claims(receipt: &Receipt) -> Vec<(StreamId, ink::primitives::AccountId, Balance)> {
    only::<Claimed>(receipt)
        .into_iter()
        .map(|event| (event.stream, event.payee, event.amount))
        .collect()
}

/// The only event of a call: who cleared which streams.
pub fn clearings(receipt: &Receipt) -> Vec<(ink::primitives::AccountId, Vec<Rest>)> {
    only::<StreamsCleared>(receipt)
        .into_iter()
        .map(|event| (event.payer, event.streams))
        .collect()
}
