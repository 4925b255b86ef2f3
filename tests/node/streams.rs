//! Streams: earning by the milliseconds that really pass.

use crate::{
    costs,
    receipt::Receipt,
    world::{Account, Deployed, World, UNIT},
};
use farthing_contracts::streams::{
    error::Error,
    events::{Change, Claimed, Payment, Rest, StreamChanged, StreamsCleared},
    stream::{Party, BILLIONTHS, MIN_KEPT},
    StreamsRef,
};
use farthing_types::{Balance, StreamId, DAY};
use ink::codegen::TraitCallBuilder;

/// What a millisecond earns, and the rate that is.
const EACH: Balance = UNIT / 1_000_000;
const RATE: u128 = EACH * BILLIONTHS;

/// Money that arrived.
fn sent(amount: Balance) -> Payment {
    Payment { amount, sent: true }
}

struct Streams {
    w: World,
    at: Deployed<StreamsRef>,
    ada: Account,
    bob: Account,
}

impl Streams {
    async fn new() -> Self {
        let mut w = World::new().await;
        let [deployer, ada, bob] = w.accounts(100 * UNIT).await;
        let constructor = StreamsRef::new(Some(deployer.id()));
        let at = w.deploy("streams", &deployer, constructor).await;
        costs::check_new("streams.new", &at);
        Self { w, at, ada, bob }
    }

    /// The contract's messages.
    fn to(&mut self) -> &mut <StreamsRef as TraitCallBuilder>::Builder {
        self.at.contract.call_mut()
    }

    /// Ada opens a stream to bob.
    async fn open(&mut self, deposit: Balance) -> (StreamId, Receipt) {
        let (ada, bob) = (self.ada.clone(), self.bob.id());
        let message = self.to().open(bob, RATE);
        let (stream, receipt) = self.w.call(&ada, message, deposit).await;
        let opened = Change::Opened {
            payer: ada.id(),
            payee: bob,
            rate: RATE,
            deposit,
        };
        assert_eq!(self.change(&receipt, stream), opened);
        (stream, receipt)
    }

    /// Bob claims, has what the event says, and is told how much that was.
    async fn claim(&mut self, stream: StreamId) -> (Balance, Receipt) {
        let bob = self.bob.clone();
        let before = self.w.free(&bob.id()).await;
        let message = self.to().claim(stream);
        let (_, receipt) = self.w.call(&bob, message, 0).await;
        let claimed = receipt.event::<Claimed>(&self.at.id);
        assert_eq!((claimed.stream, claimed.payee), (stream, bob.id()));
        let after = self.w.free(&bob.id()).await;
        assert_eq!(after, before + claimed.amount - receipt.fee);
        (claimed.amount, receipt)
    }

    fn change(&self, receipt: &Receipt, stream: StreamId) -> Change {
        let event = receipt.event::<StreamChanged>(&self.at.id);
        assert_eq!(event.stream, stream);
        event.change
    }

    /// Time passes.
    async fn wait(&mut self, millis: u64) {
        let now = self.w.now().await;
        self.w.wait_until(now + millis).await;
    }

    /// The end of every test: everything that the contract holds is owed, since nothing was forced in.
    async fn assert_solvent(&mut self) {
        let message = self.at.contract.call().solvency();
        let (owed, held) = self.w.read(message).await;
        assert_eq!(owed, held);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_earns_every_millisecond_until_the_payer_stops_it() {
    let mut s = Streams::new().await;
    let (ada, bob) = (s.ada.clone(), s.bob.clone());
    let (stream, receipt) = s.open(UNIT).await;
    costs::check("streams.open", &receipt);
    let start = s.w.now().await;
    s.wait(2_000).await;
    let (first, receipt) = s.claim(stream).await;
    costs::check("streams.claim", &receipt);
    assert_eq!(first, Balance::from(s.w.now().await - start) * EACH);
    s.wait(1_000).await;
    let (second, receipt) = s.claim(stream).await;
    costs::check("streams.claim, repeated", &receipt);
    assert_eq!(
        first + second,
        Balance::from(s.w.now().await - start) * EACH
    );

    // Both have what is theirs at once.
    s.wait(1_000).await;
    let before = s.w.free(&ada.id()).await;
    let bobs = s.w.free(&bob.id()).await;
    let message = s.to().stop(stream);
    let (_, receipt) = s.w.call(&ada, message, 0).await;
    let all = Balance::from(s.w.now().await - start) * EACH;
    let stopped = Change::Stopped {
        by: Party::Payer,
        earned: sent(all - first - second),
        rest: sent(UNIT - all),
        freed: false,
    };
    assert_eq!(s.change(&receipt, stream), stopped);
    let after = s.w.free(&ada.id()).await;
    assert_eq!(after, before + UNIT - all - receipt.fee);
    assert_eq!(s.w.free(&bob.id()).await, bobs + all - first - second);
    let message = s.to().claim(stream);
    assert_eq!(
        s.w.refused(&bob, message, 0).await,
        Error::NothingDue(stream)
    );
    let message = s.to().clear(vec![stream]);
    assert_eq!(
        s.w.refused(&ada, message.clone(), 0).await,
        Error::NotBefore(stream, start + MIN_KEPT)
    );
    if s.w.forward(MIN_KEPT).await {
        let (_, receipt) = s.w.call(&ada, message, 0).await;
        assert!(receipt.deposit < 0);
    }
    s.assert_solvent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_runs_dry_and_the_payee_ends_it() {
    let mut s = Streams::new().await;
    let (ada, bob) = (s.ada.clone(), s.bob.clone());
    let deposit = 1_500 * EACH;
    let (stream, opened) = s.open(deposit).await;
    let message = s.at.contract.call().due(stream);
    let due = s.w.read(message).await.unwrap();
    assert_eq!(due.dry_at, Some(s.w.now().await + 1_500));
    s.w.wait_until(due.dry_at.unwrap() + 500).await;
    let (amount, _) = s.claim(stream).await;
    assert_eq!(amount, deposit);

    let message = s.to().top_up(stream);
    let (_, receipt) = s.w.call(&ada, message, deposit).await;
    let amount = deposit;
    assert_eq!(s.change(&receipt, stream), Change::ToppedUp { amount });
    let message = s.to().pause_stream(stream);
    let (_, receipt) = s.w.call(&ada, message, 0).await;
    assert_eq!(s.change(&receipt, stream), Change::Paused);
    let message = s.at.contract.call().due(stream);
    let before = s.w.read(message.clone()).await.unwrap();
    s.wait(1_000).await;
    assert_eq!(s.w.read(message).await.unwrap(), before);

    let message = s.to().stop(stream);
    let (_, receipt) = s.w.call(&bob, message, 0).await;
    let stopped = Change::Stopped {
        by: Party::Payee,
        earned: sent(before.payee),
        rest: sent(before.payer),
        freed: false,
    };
    assert_eq!(s.change(&receipt, stream), stopped);
    if s.w.forward(MIN_KEPT).await {
        let message = s.to().clear(vec![stream]);
        let (_, receipt) = s.w.call(&ada, message, 0).await;
        receipt.assert_event(
            &s.at.id,
            StreamsCleared {
                payer: ada.id(),
                streams: vec![Rest { stream, amount: 0 }],
            },
        );
        receipt.assert_gives_back(&opened);
    }
    let message = s.at.contract.call().solvency();
    assert_eq!(s.w.read(message).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_days_pays_every_millisecond_of_them() {
    let mut s = Streams::new().await;
    let (stream, _) = s.open(UNIT).await;
    let start = s.w.now().await;
    let message = s.to().set_rate(stream, RATE / 10_000);
    let ada = s.ada.clone();
    let (_, receipt) = s.w.call(&ada, message, 0).await;
    let rate = RATE / 10_000;
    assert_eq!(s.change(&receipt, stream), Change::RateSet { rate });
    let changed = s.w.now().await;
    s.w.forward(30 * DAY).await;
    s.wait(500).await;
    let (amount, _) = s.claim(stream).await;
    let [before, after] = [changed - start, s.w.now().await - changed].map(u128::from);
    assert_eq!(amount, before * EACH + after * rate / BILLIONTHS);
    s.assert_solvent().await;
}
