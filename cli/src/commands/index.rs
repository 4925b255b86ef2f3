//! `farthing index`: what happened, in a database, followed as it happens.

mod following;
mod verifying;

use crate::{
    indexed::{named, place_of, told, usual},
    outcome::Outcome,
    session::Session,
};
use clap::{Args, Subcommand, ValueHint};
use farthing_client::{files::Lock, Error};
use farthing_index::{snapshot, store::Held, Follower, Identity, Index as Store, Place};
use serde_json::json;
use std::path::PathBuf;

/// Follow what happens at this deployment's contracts, pools and rounds, in a database from which it is told in
/// milliseconds; ends with Ctrl-C.
///
/// The database is made if there is none, and goes on where it was. What is not final yet is told apart, and taken
/// out again if it is undone. A node that restarts or does not answer is asked again until it does.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Index {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    following: following::Following,
    #[command(flatten)]
    place: Kept,
}

/// Where the index is.
#[derive(Args)]
struct Kept {
    /// The database: a file of SQLite's, or the URL of a Postgres database, such as
    /// postgres://farthing@127.0.0.1/farthing [default: `store` under `[index]` in the configuration file, or else a
    /// file in the state folder].
    #[arg(long, global = true, value_name = "FILE|URL")]
    store: Option<String>,
}

#[derive(Subcommand)]
enum What {
    /// Check that every ledger comes to what the contracts say, and name the first block in which one does not.
    Verify(verifying::Verify),
    /// Show how far the index goes.
    Show,
    /// Write what happened in all final blocks into a file, from which others can begin.
    Export {
        /// The file, which must not be there yet.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Begin the index with a file, and check all books against the chain. `verify --events` checks the rest.
    Import {
        /// The file.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Rebuild everything that follows from the events.
    Rebuild,
}

impl Index {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let place = self.place.place(session).await?;
        match self.what {
            None => self.following.run(session, &place).await,
            Some(What::Verify(verify)) => verify.run(session, &place).await,
            Some(What::Show) => {
                show(session, &opened(session, &place).await?);
                Ok(())
            }
            Some(What::Export { file }) => {
                let mut index = opened(session, &place).await?;
                let written = snapshot::export(&session.client, &mut index, &file).await;
                let last = written.map_err(|error| told(&place, error))?;
                let words = format!("Written up to block {}.", last.number);
                session.output.say(words);
                session
                    .output
                    .field("exported", json!({ "block": last.number }));
                Ok(())
            }
            Some(What::Import { file }) => import(session, &place, &file).await,
            Some(What::Rebuild) => {
                let _alone = alone(&place)?;
                let mut index = opened(session, &place).await?;
                index.rebuild().map_err(|error| told(&place, error))?;
                show(session, &index);
                Ok(())
            }
        }
    }
}

impl Kept {
    async fn place(&self, session: &Session) -> Result<Place, Error> {
        match &self.store {
            Some(store) => Ok(place_of(store)),
            None => usual(session).await,
        }
    }
}

async fn import(session: &Session, place: &Place, file: &std::path::Path) -> Outcome {
    let _alone = alone(place)?;
    let follower = Follower::open(session.client.clone(), place).await;
    let follower = follower.map_err(|error| told(place, error))?;
    let imported = {
        let mut index = follower.index().await;
        snapshot::import(&session.client, &mut index, file).await
    };
    let (block, checked) = imported.map_err(|error| told(place, error))?;
    verifying::tell_books(session, block.number, checked);
    Ok(())
}

/// The index, to be read.
async fn opened(session: &Session, place: &Place) -> Result<Store, Error> {
    let identity = Identity::of(&session.client).await;
    let opened = identity.and_then(|identity| Store::open_existing(place, identity));
    opened.map_err(|error| told(place, error))
}

/// What keeps others from writing the index as long as it is there.
struct Alone {
    _lock: Option<Lock>,
    _held: Option<Held>,
}

/// Keeps others from writing the index.
fn alone(place: &Place) -> Result<Alone, Error> {
    let (mut lock, mut held) = (None, None);
    let is_alone = match place {
        Place::File(path) => {
            lock = Lock::take(&path.with_extension("lock"))?;
            lock.is_some()
        }
        Place::Server(url) => {
            held = Held::take(url).map_err(|error| told(place, error))?;
            held.is_some()
        }
        Place::Memory => true,
    };
    match is_alone {
        true => Ok(Alone {
            _lock: lock,
            _held: held,
        }),
        false => Err(Error::file(
            named(place).as_ref(),
            "another program is writing it",
        )),
    }
}

fn show(session: &Session, index: &Store) {
    let status = index.status();
    let line = match status.last {
        None => format!(
            "The index begins with block {}, and has none yet.",
            status.first
        ),
        Some((last, _)) => format!(
            "The index has blocks {} to {}; {}.",
            status.first,
            last.number,
            match status.last_final {
                Some(known) if known >= last.number => "all of them are final".into(),
                Some(known) => format!("they are final up to {known}"),
                None => "none of them is final yet".to_string(),
            }
        ),
    };
    session.output.say(line);
    let last = status.last;
    session.output.field(
        "index",
        json!({
            "first": status.first,
            "block": last.map(|(block, _)| block.number),
            "hash": last.map(|(block, _)| format!("0x{}", hex::encode(block.hash))),
            "time": last.map(|(_, time)| time),
            "final": status.last_final,
        }),
    );
}
