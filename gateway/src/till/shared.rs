//! Several gateways on one database: an account is read from there, changed as in memory, and written back, within
//! one transaction. What this gateway has in memory is a copy then, for corrections, sums, and what is to be claimed.

use super::{
    books::{Books, Taking},
    now, Accepts, ChargeId, Charged, Declined, Inner, Seen, Till, Wanted,
};
use crate::{
    accounting::{public::Public, OnChain},
    once::Key,
    protocol::{Named, Signed},
    store::{
        postgres::{Postgres, Unusable, Watching},
        record::{Entry, Record},
        Store,
    },
};
use farthing_client::Account;
use std::{
    sync::{Arc, Weak},
    time::Duration,
};

/// How often it is looked for what other gateways did.
const EVERY: Duration = Duration::from_secs(1);

/// What is to be done to a channel's account, with all that this depends on.
pub(crate) struct Asked {
    accepts: Accepts,
    /// What the chain says of it.
    seen: Seen,
    /// Which of its vouchers everybody may have.
    public: Public,
    /// When the chain was last seen, in milliseconds since the Unix epoch.
    last_seen: u64,
    named: Named,
    what: What,
}

enum What {
    Take(Option<Signed>, Taking),
    GiveBack(ChargeId, u128),
}

/// What came of that, and the account after it.
pub(crate) enum Told {
    /// It was done, or why not; and the account after it.
    Taken(Box<Result<Charged, Declined>>, Option<Record>),
    /// So much was given back.
    GivenBack(u128, Option<Record>),
    /// There was nothing to be done.
    Nothing,
}

impl Asked {
    /// Returns the channel that is on the chain.
    pub fn channel(&self) -> Named {
        Named {
            epoch: self.seen.on_chain.epoch,
            ..self.named
        }
    }

    /// Returns the channel, and what the chain says of it.
    pub fn seen(&self) -> ((Account, u32), OnChain) {
        (self.lane(), self.seen.on_chain)
    }

    fn lane(&self) -> (Account, u32) {
        (self.named.payer, self.named.lane)
    }

    /// Returns the charge that it is about.
    pub fn charge(&self) -> Option<ChargeId> {
        match &self.what {
            What::GiveBack(id, _) => Some(*id),
            What::Take(..) => None,
        }
    }

    /// Returns the identifier that it is under.
    pub fn key(&self) -> Option<Key> {
        match &self.what {
            What::Take(_, Taking::Hold(hold)) => Some(Key(hold.id)),
            What::Take(_, taking) => taking.once().map(|(key, _)| key),
            What::GiveBack(..) => None,
        }
    }

    /// Does it, and adds what is to be written down then.
    fn answer(&self, books: &mut Books, written: &mut Vec<Entry>) -> Told {
        let lane = self.lane();
        books.accepts(&self.accepts);
        books.see(self.last_seen);
        written.extend(books.learn(lane.0, lane.1, Some(self.seen), now()));
        books.set_public(&lane, self.public.clone());
        match &self.what {
            What::Take(voucher, taking) => {
                let result = self.take(books, voucher.as_ref(), taking, written);
                Told::Taken(Box::new(result), books.record(&lane))
            }
            What::GiveBack(id, amount) => match books.give_back(id, *amount) {
                Some((given, entries)) => {
                    written.extend(entries);
                    Told::GivenBack(given, books.record(&lane))
                }
                None => Told::Nothing,
            },
        }
    }

    fn take(
        &self,
        books: &mut Books,
        voucher: Option<&Signed>,
        taking: &Taking,
        written: &mut Vec<Entry>,
    ) -> Result<Charged, Declined> {
        let taken = books.take(&self.accepts, &self.named, voucher, taking.clone(), now());
        match taken {
            Ok(taken) => {
                written.extend(taken.entries);
                // What comes after it in the same transaction is not written down unless this is.
                if let Some(running) = taken.running {
                    books.finish(running, true);
                }
                Ok(taken.charged)
            }
            Err((declined, entries)) => {
                written.extend(entries);
                Err(declined)
            }
        }
    }
}

/// Does all that is asked, one after the other, to what was written down; and returns what is to be written down then.
pub(crate) fn answer_all(all: &[&Asked], entries: Vec<Entry>) -> (Vec<Told>, Vec<Entry>) {
    let (mut books, mut written) = (Books::default(), Vec::new());
    entries.into_iter().for_each(|entry| books.replay(entry));
    let told = all
        .iter()
        .map(|asked| asked.answer(&mut books, &mut written))
        .collect();
    (told, written)
}

impl Till {
    /// Opens a till that shares a database with others; see [`Postgres::connect`].
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn open_shared(
        accepts: Accepts,
        chain: Arc<dyn super::Chain>,
        url: &str,
        wanted: Wanted,
    ) -> Result<Self, Unusable> {
        let server = Postgres::connect(url, &accepts.owner())?;
        let mut books = Books::default();
        books.want(wanted);
        let till = Self::with(accepts, chain, Store::Postgres(server), books);
        let (weak, watching) = (Arc::downgrade(&till.0), Watching::new(url));
        std::thread::spawn(move || watch(&weak, watching));
        Ok(till)
    }

    /// Has the database change an account.
    pub(super) async fn take_shared(
        &self,
        server: &Postgres,
        channel: &Named,
        voucher: Option<&Signed>,
        taking: Taking,
    ) -> Result<Charged, Declined> {
        let what = What::Take(voucher.copied(), taking);
        match self.ask(server, channel, what).await? {
            Told::Taken(result, record) => {
                self.adopt(record);
                if let Ok(charged) = result.as_ref() {
                    self.books().remember_charge(charged);
                }
                *result
            }
            Told::GivenBack(..) | Told::Nothing => Err(Declined::NoChannel),
        }
    }

    /// Has the database give a charge back.
    pub(super) async fn give_back_shared(
        &self,
        server: &Postgres,
        channel: &Named,
        id: &ChargeId,
        amount: u128,
    ) -> Result<u128, Declined> {
        let what = What::GiveBack(*id, amount);
        match self.ask(server, channel, what).await? {
            Told::GivenBack(given, record) => {
                self.adopt(record);
                Ok(given)
            }
            Told::Taken(..) | Told::Nothing => Ok(0),
        }
    }

    async fn ask(&self, server: &Postgres, named: &Named, what: What) -> Result<Told, Declined> {
        let (seen, public) = {
            let books = self.books();
            let seen = books.seen(named).ok_or(Declined::NoChannel)?;
            let public = books.public(&(named.payer, named.lane));
            (seen, public.unwrap_or_default())
        };
        let asked = Asked {
            accepts: self.0.accepts.clone(),
            seen,
            public,
            last_seen: self.0.chain.last_seen(),
            named: *named,
            what,
        };
        server.ask(asked).await.map_err(|failed| match failed {
            crate::store::Failed::Busy => Declined::Busy,
            failed => Declined::Store(failed),
        })
    }

    fn adopt(&self, record: Option<Record>) {
        if let Some(record) = record {
            self.books().adopt(&record, now());
        }
    }
}

/// Takes over what other gateways did, until the till is gone.
fn watch(till: &Weak<Inner>, mut watching: Watching) {
    loop {
        // While the server does not answer, nothing is sold either.
        let changed = watching.changed().unwrap_or_default();
        let Some(till) = till.upgrade().map(Till) else {
            return;
        };
        for record in changed {
            till.adopt(Some(record));
        }
        drop(till);
        std::thread::sleep(EVERY);
    }
}
