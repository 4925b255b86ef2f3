//! The index of a deployment, where somebody keeps one on this machine: see `farthing index`.

use crate::{config::is_url, session::Session};
use farthing_client::{
    history::{self, Past},
    Account, Block, Error, Event,
};
use farthing_index::{Identity, Index, Place};
use std::ops::ControlFlow;

/// An index, and up to where what it says is final.
pub struct Indexed {
    pub index: Index,
    pub until: Block,
    place: Place,
}

impl Session {
    /// The index, if there is one with any final blocks that are this chain's. One that cannot be used is told, and
    /// done without.
    pub async fn indexed(&self) -> Result<Option<Indexed>, Error> {
        let place = usual(self).await?;
        if matches!(&place, Place::File(path) if !path.exists()) {
            return Ok(None);
        }
        match self.open_index(&place).await {
            Ok(found) => Ok(found),
            Err(error) => {
                self.output.note(format!("The index is not used. {error}"));
                Ok(None)
            }
        }
    }

    async fn open_index(&self, place: &Place) -> Result<Option<Indexed>, Error> {
        let told = |error| told(place, error);
        let identity = Identity::of(&self.client).await.map_err(told)?;
        let mut index = Index::read_only(place, identity).map_err(told)?;
        let until = match index.status().last_final {
            Some(last) => index.last_until(last).map_err(told)?,
            None => None,
        };
        let Some(until) = until else {
            return Ok(None);
        };
        match self.client.chain.has(until).await? {
            true => Ok(Some(Indexed {
                index,
                until,
                place: place.clone(),
            })),
            false => Err(Error::node("its blocks are not this chain's")),
        }
    }

    /// Says that an index is behind, if it is.
    pub fn tell_behind(&self, indexed: &Indexed, head: Block) {
        if indexed.until.number < head.number {
            self.output.note(format!(
                "The index is behind: it has final blocks up to {}, and the chain has {}.",
                indexed.until.number, head.number
            ));
        }
    }
}

impl Indexed {
    /// An error of the index's, as this program tells it.
    pub fn told(&self, error: farthing_index::Error) -> Error {
        told(&self.place, error)
    }

    /// The past of an account's: what the index has of it, and then what came since.
    pub async fn past(
        &mut self,
        session: &Session,
        account: Account,
        last: Block,
    ) -> Result<Since<'_>, Error> {
        let new = self.since(session, last).await?;
        Ok(Since {
            indexed: self.index.past(account),
            until: self.until.number,
            new,
        })
    }

    /// What happened since the index's last final block.
    pub async fn since(&self, session: &Session, last: Block) -> Result<Vec<Event>, Error> {
        let until = self.until.number;
        // It is a moment's work, or else it is good to know what takes the time.
        if last.number.saturating_sub(until) > AT_ONCE as u32 {
            session.tell_behind(self, last);
        }
        let numbers: Vec<u32> = (until + 1..=last.number).collect();
        let (mut new, mut origins) = (Vec::new(), history::Origins::default());
        for some in numbers.chunks(AT_ONCE) {
            let blocks = session.client.chain.blocks(some).await?;
            let told = session.client.told_in_all(&blocks, &mut origins).await?;
            new.extend(told.into_iter().flat_map(|told| told.events));
        }
        Ok(new)
    }
}

/// How many blocks are read at once.
const AT_ONCE: usize = 256;

/// What an index has, and what came since.
pub struct Since<'a> {
    indexed: farthing_index::Past<'a>,
    until: u32,
    new: Vec<Event>,
}

impl Past for Since<'_> {
    fn replay(
        &self,
        last: u32,
        see: &mut dyn FnMut(&Event) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let mut is_through = true;
        self.indexed.replay(last.min(self.until), &mut |event| {
            let seen = see(event);
            is_through = seen.is_continue();
            seen
        })?;
        if is_through {
            let new = self.new.iter().filter(|event| event.block.number <= last);
            // Whether it broke off makes no difference at the end.
            let _ = new.map(see).try_for_each(|seen| seen);
        }
        Ok(())
    }
}

/// The place that a store's name stands for.
pub fn place_of(store: &str) -> Place {
    match is_url(store) {
        true => Place::Server(store.into()),
        false => Place::File(store.into()),
    }
}

/// Where the index of a deployment is if the command line does not say: where the configuration file says, or else in
/// the state folder.
pub async fn usual(session: &Session) -> Result<Place, Error> {
    if let Some(store) = &session.settings.store {
        return Ok(place_of(store));
    }
    let identity = Identity::of(&session.client).await;
    let identity = identity.map_err(|error| told(&Place::Memory, error))?;
    let folder = session.state().await?.join("index");
    Ok(Place::File(folder.join(identity.file())))
}

/// What went wrong, as this program tells it.
pub fn told(place: &Place, error: farthing_index::Error) -> Error {
    use farthing_index::Error as Of;
    let sentence = error.to_string();
    match error {
        Of::Client(error) => error,
        Of::Unreconciled { .. }
        | Of::Flow { .. }
        | Of::Count { .. }
        | Of::Disproved { .. }
        | Of::Impossible { .. } => {
            let mut letters = sentence.chars();
            let first = letters
                .next()
                .map(|letter| letter.to_lowercase().to_string());
            Error::Node {
                reason: first.unwrap_or_default() + letters.as_str().trim_end_matches('.'),
                source: Some(error.into()),
            }
        }
        Of::OtherDeployment(_) | Of::FinalUndone { .. } | Of::Unmade { .. } | Of::Newer { .. } => {
            Error::Deployment(sentence)
        }
        Of::File { path, reason } => Error::file(path.as_ref(), reason),
        Of::Store { reason, .. } => Error::file(named(place).as_ref(), reason),
        Of::Damaged(reason) => Error::file(named(place).as_ref(), reason),
    }
}

/// A store's name, without what may be secret in it.
pub fn named(place: &Place) -> String {
    match place {
        Place::File(path) => path.display().to_string(),
        Place::Memory => "the memory".into(),
        Place::Server(_) => "the database server".into(),
    }
}
