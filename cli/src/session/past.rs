//! What happened, as far as it is kept on this machine or the node still tells it.

use super::Session;
use farthing_client::{
    history::{Keeping, Read},
    Block, Certainty, Error, Event, History,
};
use std::path::{Path, PathBuf};

/// How many blocks are read without anybody having asked for history: a second's worth.
const AT_HAND: u32 = 512;

impl Session {
    /// The latest block that counts: one that is final, unless blocks are taken as they are.
    pub async fn head(&self) -> Result<Block, Error> {
        let chain = &self.client.chain;
        match self.settings.certainty() {
            Certainty::Final => chain.finalised().await,
            Certainty::Block => chain.best().await,
        }
    }

    /// All that happened up to a block: what is kept, in a file if one is named, and what is new.
    pub async fn history(&self, file: Option<&Path>, last: Block) -> Result<History, Error> {
        let mut history = self.kept(file).await?;
        self.read_on(&mut history, last).await?;
        Ok(history)
    }

    /// What is kept, and what is new if that is little: for what can do without. Returns the last block of it,
    /// if there is any.
    pub async fn at_hand(&self, last: Block) -> Result<(History, Option<Block>), Error> {
        let mut history = self.kept(None).await?;
        let until = history.kept_until();
        let next = until.map_or(self.client.deployment.block, |block| block.number);
        if last.number.saturating_sub(next) > AT_HAND {
            return Ok((history, until));
        }
        match self.read_on(&mut history, last).await {
            Ok(()) => Ok((history, Some(last))),
            // What is kept is true nevertheless.
            Err(Error::Forgotten { .. }) => {
                let until = history.kept_until();
                Ok((history, until))
            }
            Err(error) => Err(error),
        }
    }

    async fn kept(&self, file: Option<&Path>) -> Result<History, Error> {
        let keeping = match file {
            Some(file) => Keeping::File(file.into()),
            None => match self.history_folder().await {
                Some(folder) => Keeping::Folder(folder),
                None => Keeping::Nowhere,
            },
        };
        History::open(&self.client, keeping).await
    }

    async fn history_folder(&self) -> Option<PathBuf> {
        let state = self.state().await.ok()?;
        Some(state.join("history"))
    }

    async fn read_on(&self, history: &mut History, last: Block) -> Result<(), Error> {
        let output = self.output.clone();
        let mut reading = move |Read { done, of }| {
            if done < of {
                output.working(format!("Reading what happened: block {done} of {of}."));
            }
        };
        history.update(&self.client, last, &mut reading).await?;
        if let Some(error) = history.unwritten() {
            self.output.note(format!(
                "What was read is not kept for the next time. {error}"
            ));
        }
        Ok(())
    }
}

/// All events of a history up to a block that something is found in.
pub fn collect<T>(
    history: &History,
    last: u32,
    mut find: impl FnMut(&Event) -> Option<T>,
) -> Result<Vec<T>, Error> {
    let mut found = Vec::new();
    history.each(last, |event| found.extend(find(event)))?;
    Ok(found)
}
