//! The till: what takes payments. It knows the channels of one payee, checks vouchers, charges, and has charge and
//! voucher written down before it says that something was paid.
//!
//! What a payment goes through, in this order: its transaction is submitted if it brings one; the channel is looked
//! for, in memory and then on the chain; the voucher's signature is checked; and then, under one lock, the account
//! changes and what is to be written is queued, so that a channel's records stand in the log in the order in which
//! they happened. The lock is not held while the disk writes.
//!
//! A voucher that raises nothing must be signed all the same: it says who spends the credit. A payment without a
//! voucher spends nothing.

mod books;
mod chain;
mod checking;
mod fixed;
mod meeting;
mod recent;
pub(crate) mod shared;
mod terms;
#[cfg(test)]
mod tests;

pub(crate) use self::{books::MAX_REMEMBERED, recent::Recent};
pub use self::{
    books::{Claimable, Summary, Wanted},
    chain::{Answer, Chain, Looked, Seen, Unanswered},
    fixed::Fixed,
    terms::{Accepts, ChargeId, Charged, Declined},
};
/// The time, in milliseconds.
pub(crate) use farthing_client::wallet::clock as now;

use crate::{
    accounting::Hold,
    locked,
    once::{Binding, Key},
    protocol::{challenge::Correction, Action, Named, Payment, Signed},
    store::{log::Log, record::Entry, Failed, Store, Unusable},
    watchtower::Feed,
};
use books::{Books, Taking};
use checking::Checking;
use farthing_client::Account;
use farthing_types::commitment::blake2_256;
use meeting::Meeting;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::oneshot;

/// Takes payments; clones are the same till.
#[derive(Clone)]
pub struct Till(Arc<Inner>);

struct Inner {
    accepts: Accepts,
    books: Mutex<Books>,
    chain: Arc<dyn Chain>,
    meeting: Meeting,
    checking: Checking,
    store: Store,
}

impl Till {
    /// Opens a till that remembers nothing when it ends.
    pub fn in_memory(accepts: Accepts, chain: Arc<dyn Chain>) -> Self {
        Self::with(accepts, chain, Store::Memory, Books::default())
    }

    fn with(accepts: Accepts, chain: Arc<dyn Chain>, store: Store, mut books: Books) -> Self {
        books.accepts(&accepts);
        Self(Arc::new(Inner {
            accepts,
            books: Mutex::new(books),
            chain,
            meeting: Meeting::default(),
            checking: Checking::default(),
            store,
        }))
    }

    /// Opens a till whose log is in a folder.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn open(
        accepts: Accepts,
        chain: Arc<dyn Chain>,
        folder: &std::path::Path,
        wanted: Wanted,
    ) -> Result<Self, Unusable> {
        let owner = accepts.owner();
        let mut books = Books::default();
        let log = Log::open(folder, &owner, &mut |entry| books.replay(entry))?;
        books.want(wanted);
        Ok(Self::with(accepts, chain, Store::Log(log), books))
    }

    /// Takes note of when the chain was last seen.
    fn see(&self) {
        let last = self.0.chain.last_seen();
        self.books().see(last);
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        locked(&self.0.books)
    }

    /// Returns which channels are taken.
    pub fn accepts(&self) -> &Accepts {
        &self.0.accepts
    }

    /// Takes the payment's voucher and charges the price. It is on disk when this returns.
    pub async fn charge(
        &self,
        payment: &Payment,
        price: u128,
        once: Option<(Key, Binding)>,
    ) -> Result<Charged, Declined> {
        self.meet(payment).await?;
        let taking = Taking::Charge { price, once };
        let charged = self.take(&payment.channel, payment.voucher(), taking).await;
        // The payee's key is not here to close with; but what is owed is claimed.
        if matches!(payment.action, Action::Close(Some(_))) {
            self.books().claim_soon(&payment.channel);
        }
        charged
    }

    /// Submits the transaction that a payment brings, and makes its channel known. Nothing is charged.
    pub async fn bring(&self, payment: &Payment) -> Result<(), Declined> {
        self.meet(payment).await
    }

    /// Charges the price to credit that is there: for the steps of a stream, and for whoever has shown before that
    /// the channel is theirs.
    pub async fn draw(&self, channel: &Named, price: u128) -> Result<Charged, Declined> {
        self.known(channel).await?;
        self.take(channel, None, Taking::Draw { price }).await
    }

    /// Waits until the channel has credit for the price, or has ended.
    pub async fn wait_for_credit(&self, channel: &Named, price: u128) {
        loop {
            let Some(changed) = self.books().wait(channel, price) else {
                return;
            };
            // An error says that the channel has changed, too.
            let _ = changed.await;
        }
    }

    /// Takes the payment's voucher and sets an amount aside, until a time in milliseconds.
    pub async fn hold(&self, payment: &Payment, amount: u128, until: u64) -> Result<(), Declined> {
        self.meet(payment).await?;
        let hold = Hold {
            id: hold_id(payment),
            amount,
            until,
        };
        let taking = Taking::Hold(hold);
        self.take(&payment.channel, payment.voucher(), taking)
            .await?;
        Ok(())
    }

    /// Charges what was set aside for the payment, or less. If that is over, was lost or is not enough, it is charged anew
    /// if the payment's voucher covers it; and never twice.
    pub async fn settle(&self, payment: &Payment, amount: u128) -> Result<Charged, Declined> {
        self.meet(payment).await?;
        let id = hold_id(payment);
        let taking = Taking::Settle { id, amount };
        self.take(&payment.channel, payment.voucher(), taking).await
    }

    /// Gives back what was charged for something that was not served, or a part of it: once for each charge, and
    /// its identifier is charged for again then. Returns how much.
    pub async fn give_back(&self, charge: &ChargeId, amount: u128) -> Result<u128, Declined> {
        // Of several gateways, only the one that charged knows which channel it was.
        let charged = self.books().charged(charge);
        let Some(channel) = charged else {
            return Ok(0);
        };
        self.known(&channel).await?;
        if let Store::Postgres(server) = &self.0.store {
            let given = self.give_back_shared(server, &channel, charge, amount);
            return given.await;
        }
        let (given, written) = {
            let mut books = self.books();
            let Some((given, entries)) = books.give_back(charge, amount) else {
                return Ok(0);
            };
            (given, self.write(&entries, None)?)
        };
        written.wait().await?;
        Ok(given)
    }

    /// Takes a voucher for what a claim of it brings, and serves nothing for it. Returns whether it was new; it is on
    /// disk then.
    pub async fn keep(&self, channel: &Named, voucher: &Signed) -> Result<bool, Declined> {
        self.known(channel).await?;
        self.check_signature(channel, voucher).await?;
        let before = self.books().best(channel);
        let kept = self.take(channel, Some(voucher), Taking::Keep).await?;
        Ok(Some(kept.best) > before)
    }

    /// Returns the vouchers that came since a number, which the last answer names; 0 the first time.
    pub fn feed(&self, since: u64) -> Feed {
        self.books().feed(since)
    }

    /// Returns what a client that lost its state needs to go on.
    pub fn correction(&self, channel: &Named) -> Option<Correction> {
        self.books().correction(&self.0.accepts, channel)
    }

    /// Returns why nothing is sold any more: the disk failed, and what is on it is not known. `None` as long as all is
    /// well.
    pub fn broken(&self) -> Option<Failed> {
        match &self.0.store {
            Store::Log(log) => log.broken(),
            Store::Memory | Store::Postgres(_) => None,
        }
    }

    /// Returns what there is in all.
    pub fn summary(&self) -> Summary {
        self.see();
        self.books().summary()
    }

    /// Makes the channel of a payment known, with what the payment's transaction does to it, and checks the
    /// voucher's signature.
    async fn meet(&self, payment: &Payment) -> Result<(), Declined> {
        if let Some(extrinsic) = payment.action.extrinsic() {
            self.submit(payment, extrinsic).await?;
        }
        self.known(&payment.channel).await?;
        let Some(voucher) = payment.voucher() else {
            return Ok(());
        };
        self.check_signature(&payment.channel, voucher).await?;
        self.look_for_more(payment).await
    }

    async fn check_signature(&self, channel: &Named, voucher: &Signed) -> Result<(), Declined> {
        let (signer, is_newest) = {
            let books = self.books();
            let found = books.signer(channel, voucher);
            found.ok_or(Declined::NoChannel)?
        };
        // The newest one was checked when it came.
        if is_newest {
            return Ok(());
        }
        let (place, payee) = (&self.0.accepts.place, self.0.accepts.payee.0);
        let payload = voucher.payload(place, channel, payee);
        let checking = &self.0.checking;
        checking.check(&signer, payload, voucher.signature).await
    }

    /// Takes over what the chain says of a channel; that there is none if it says nothing.
    pub(crate) fn learn(&self, payer: Account, lane: u32, seen: Option<Seen>) {
        let mut books = self.books();
        let entries = books.learn(payer, lane, seen, now());
        // What is lost of it, the chain says again.
        let _ = self.write(&entries, None);
    }

    /// Returns all channels that are known, also those from before a start that were not looked for yet.
    pub(crate) fn lanes(&self) -> Vec<(Account, u32)> {
        self.books().lanes()
    }

    /// Returns the channels that were not looked for on the chain since another gateway told of them.
    pub(crate) fn unlooked(&self) -> Vec<(Account, u32)> {
        self.books().unlooked()
    }

    /// Returns whether a channel is known, or was before a start.
    pub(crate) fn has(&self, lane: &(Account, u32)) -> bool {
        self.books().has(lane)
    }

    /// Returns up to `max` vouchers that are to be claimed now: those of channels that end first.
    pub fn due(&self, now: u64, max: usize) -> Vec<Claimable> {
        self.books().due(now, max)
    }

    /// Takes note that a claim with these vouchers is about to be sent: they spend nothing from then on, whoever brings
    /// them.
    pub fn show(&self, claims: &[Claimable]) {
        self.books().show(claims);
    }

    /// Claims later what would cost more than it brings.
    pub fn put_off(&self, lanes: &[(Account, u32)], now: u64) {
        self.books().put_off(lanes, now);
    }

    /// Changes an account, and waits until that is written down.
    async fn take(
        &self,
        channel: &Named,
        voucher: Option<&Signed>,
        taking: Taking,
    ) -> Result<Charged, Declined> {
        if let Store::Postgres(server) = &self.0.store {
            return self.take_shared(server, channel, voucher, taking).await;
        }
        let (charged, written) = {
            let last = self.0.chain.last_seen();
            let mut books = self.books();
            books.see(last);
            let taken = books.take(&self.0.accepts, channel, voucher, taking, now());
            let taken = match taken {
                Ok(taken) => taken,
                Err((declined, entries)) => {
                    // The voucher is kept for whatever it is worth; nothing waits for that.
                    let _ = self.write(&entries, None);
                    return Err(declined);
                }
            };
            let written = self.write(&taken.entries, taken.running);
            match (&written, taken.running) {
                (Err(_), running) => books.undo(taken.before, &taken.charged, running),
                (Ok(Written(None)), Some(running)) => books.finish(running, true),
                (Ok(_), _) => (),
            }
            (taken.charged, written?)
        };
        written.wait().await?;
        Ok(charged)
    }

    /// Queues entries for the store. Whoever asked may go away while the disk writes, so what is known by then of
    /// an identifier is written down by whoever writes.
    fn write(
        &self,
        entries: &[Entry],
        running: Option<(Key, ChargeId)>,
    ) -> Result<Written, Declined> {
        if entries.is_empty() || !self.0.store.keeps() {
            return Ok(Written(None));
        }
        let (tell, told) = oneshot::channel();
        let till = running.map(|running| (self.clone(), running));
        let done = move |written: Result<(), Failed>| {
            if let Some((till, running)) = till {
                till.books().finish(running, written.is_ok());
            }
            // Nobody waits any more: that is fine.
            let _ = tell.send(written);
        };
        match self.0.store.append(entries, Box::new(done)) {
            Ok(()) => Ok(Written(Some(told))),
            Err(Failed::Busy) => Err(Declined::Busy),
            Err(failed) => Err(Declined::Store(failed)),
        }
    }
}

/// What is being written.
struct Written(Option<oneshot::Receiver<Result<(), Failed>>>);

impl Written {
    async fn wait(self) -> Result<(), Declined> {
        let Some(told) = self.0 else {
            return Ok(());
        };
        let stopped = |_| Err(Failed::Disk("the writer has stopped".into()));
        let written = told.await.unwrap_or_else(stopped);
        written.map_err(Declined::Store)
    }
}

/// Names what is set aside for a payment.
fn hold_id(payment: &Payment) -> [u8; 32] {
    let named = &payment.channel;
    let mut bytes = [
        &named.payer.0[..],
        &named.lane.to_le_bytes(),
        &named.epoch.to_le_bytes(),
    ]
    .concat();
    if let Some(voucher) = payment.voucher() {
        bytes.extend(voucher.cumulative.to_le_bytes());
        bytes.extend(voucher.root);
        bytes.extend(voucher.signature.bytes);
    }
    blake2_256(&bytes)
}
