//! A Postgres server, which several gateways share.
//!
//! What it has is what the log would have, by name: the newest account of each channel, charges with their
//! identifiers, and what is set aside. A payment locks its channel's row, reads what is there, and goes through the same
//! accounting as in memory; what that comes to is written in the same transaction. So two gateways never take the same
//! credit, and one that is killed leaves nothing half done. Payments that wait are taken together: each statement is for
//! all of them, and they wait for the server's disk once. Rows are locked in the order of their keys, so that
//! gateways never wait for each other in a circle.
//!
//! The line to the server is not encrypted: it is on the same machine, or reached by a line that is safe.

mod changes;
mod rows;
mod session;
mod tables;

use super::{record::Record, Failed, Owner};
use crate::till::shared::{Asked, Told};
use postgres::{Client, Error, NoTls};
use rows::{record_of, CHANNEL};
use session::Session;
use std::{
    sync::mpsc::{sync_channel, Receiver, SyncSender, TrySendError},
    time::{Duration, SystemTime},
};
use tokio::sync::oneshot;

/// The most payments that wait.
const MAX_WAITING: usize = 16 * 1024;
/// The most of one transaction.
const MAX_BATCH: usize = 512;

/// Why a server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The server's or the system's word.
    #[error("the database cannot be used: {0}")]
    Server(#[from] postgres::Error),
    /// It is of another chain, contract or payee.
    #[error("the database is of another chain, contract or payee")]
    Foreign,
}

struct Job {
    asked: Asked,
    tell: oneshot::Sender<Result<Told, Failed>>,
}

/// A server that is connected to.
pub struct Postgres {
    jobs: SyncSender<Job>,
}

impl Postgres {
    /// Connects to the server at `url`, such as `postgres://farthing@localhost/farthing`, and makes its tables if there
    /// are none.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn connect(url: &str, owner: &Owner) -> Result<Self, Unusable> {
        let (url, owner) = (url.to_string(), *owner);
        let (jobs, waiting) = sync_channel(MAX_WAITING);
        let (tell, told) = sync_channel(1);
        // The library waits in a way that is not allowed where asynchronous work is done.
        std::thread::spawn(move || {
            let opened = tables::open(&url, &owner);
            let opened = opened.and_then(|client| Ok(Session::new(client)?));
            match opened {
                Ok(session) => {
                    let _ = tell.send(Ok(()));
                    work(session, &url, &waiting);
                }
                Err(error) => drop(tell.send(Err(error))),
            }
        });
        told.recv().unwrap_or(Err(Unusable::Foreign))?;
        Ok(Self { jobs })
    }

    /// Does something to a channel; it is on the server's disk when this returns.
    pub(crate) async fn ask(&self, asked: Asked) -> Result<Told, Failed> {
        let (tell, told) = oneshot::channel();
        match self.jobs.try_send(Job { asked, tell }) {
            Ok(()) => (),
            Err(TrySendError::Full(_)) => return Err(Failed::Busy),
            Err(TrySendError::Disconnected(_)) => {
                return Err(Failed::Disk("the database's thread has stopped".into()))
            }
        }
        let stopped = |_| Err(Failed::Disk("the database's thread has stopped".into()));
        told.await.unwrap_or_else(stopped)
    }
}

/// Does what is asked, until nobody can ask any more. A connection that breaks is made anew.
fn work(session: Session, url: &str, waiting: &Receiver<Job>) {
    let mut session = Some(session);
    while let Ok(first) = waiting.recv() {
        let mut jobs = vec![first];
        jobs.extend(waiting.try_iter().take(MAX_BATCH - 1));
        let open = session.take().filter(|session| !session.is_closed());
        let asked: Vec<_> = jobs.iter().map(|job| &job.asked).collect();
        let done = open.map_or_else(|| connect(url), Ok).and_then(|open| {
            let open = session.insert(open);
            open.together(&asked)
        });
        match done {
            Ok(all) => {
                for (job, told) in jobs.into_iter().zip(all) {
                    // Whoever asked may be gone.
                    let _ = job.tell.send(Ok(told));
                }
            }
            Err(error) => {
                let why = said(&error);
                for job in jobs {
                    let _ = job.tell.send(Err(Failed::Disk(why.clone())));
                }
            }
        }
    }
}

fn connect(url: &str) -> Result<Session, Error> {
    Session::new(Client::connect(url, NoTls)?)
}

/// Returns what the server says, or the library if it does not say anything.
fn said(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => said.message().into(),
        None => error.to_string(),
    }
}

/// Reads accounts that have changed.
pub struct Watching {
    client: Option<Client>,
    url: String,
    since: SystemTime,
}

/// How far a server's clock and the order of its transactions may be apart.
const SLACK: Duration = Duration::from_secs(10);

impl Watching {
    /// Begins with all that there are.
    pub fn new(url: &str) -> Self {
        Self {
            client: None,
            url: url.into(),
            since: SystemTime::UNIX_EPOCH,
        }
    }

    /// Returns the accounts that have changed since the last time; some more than once.
    ///
    /// # Errors
    /// The server's or the system's word.
    pub fn changed(&mut self) -> Result<Vec<Record>, postgres::Error> {
        let mut client = match self.client.take() {
            Some(client) if !client.is_closed() => client,
            _ => Client::connect(&self.url, NoTls)?,
        };
        let rows = client.query(
            &format!("SELECT {CHANNEL}, changed FROM farthing_channel WHERE changed >= $1"),
            &[&self.since],
        )?;
        if let Some(last) = rows.iter().map(|row| row.get("changed")).max() {
            self.since = SystemTime::checked_sub(&last, SLACK).unwrap_or(last);
        }
        self.client = Some(client);
        Ok(rows.iter().filter_map(record_of).collect())
    }
}
