//! What a command's words came to, beside what is signed.
//!
//! A transaction that was interrupted is known again by its bytes. Some of what goes into them is not in the
//! command's own words: the price of the moment, or the moment itself. Were it looked up again, the same
//! words would make another call, and pay once more. So it lies in the outbox beside the transaction, and is
//! used again until that is settled, and no longer.

use super::Session;
use farthing_client::Error;
use farthing_contracts::Contract;
use farthing_types::Millis;
use scale::{Decode, Encode};
use serde_json::Value;

impl Session {
    /// What these words came to, if a transaction is under way that is theirs.
    pub async fn recall<T: Decode + Encode>(&mut self, words: &str) -> Result<Option<T>, Error> {
        let key = self.memory_key(words)?;
        let Some(unfinished) = self.outbox().await?.unfinished()? else {
            return Ok(None);
        };
        let text = unfinished.memory.get(&key).and_then(Value::as_str);
        let bytes = text.and_then(|text| hex::decode(text).ok());
        let found = bytes.and_then(|bytes| T::decode(&mut &bytes[..]).ok());
        if let Some(found) = &found {
            self.remember(words, found)?;
        }
        Ok(found)
    }

    /// Keeps what these words came to beside what is signed next.
    pub fn remember<T: Encode>(&mut self, words: &str, what: &T) -> Result<(), Error> {
        let key = self.memory_key(words)?;
        self.memory.insert(key, hex::encode(what.encode()).into());
        Ok(())
    }

    fn memory_key(&self, words: &str) -> Result<String, Error> {
        let storefront = self.client.deployment.address(Contract::Storefront)?;
        Ok(format!("{} {words}", storefront.generic()))
    }

    /// What times from now on count from, for something that the signer makes: the moment when it was first
    /// asked for, as long as a transaction is under way that may be of these words.
    pub async fn moment(&mut self, words: &str) -> Result<Millis, Error> {
        if let Some(moment) = self.recall(words).await? {
            return Ok(moment);
        }
        self.freshen().await?;
        let now = self.client.chain.clock().await?;
        self.remember(words, &now)?;
        Ok(now)
    }

    /// The same by the time of the latest block, for what must not lie in the future when it is tried out.
    pub async fn block_moment(&mut self, words: &str) -> Result<Millis, Error> {
        match self.recall(words).await? {
            Some(moment) => Ok(moment),
            None => self.block_moment_anew(words).await,
        }
    }

    /// The same for something that is made anew.
    pub async fn block_moment_anew(&mut self, words: &str) -> Result<Millis, Error> {
        self.freshen().await?;
        let now = self.client.chain.block_time().await?;
        self.remember(words, &now)?;
        Ok(now)
    }

    /// Sees to it that what is tried out next is tried at about the present time; a dry run makes no block.
    async fn freshen(&self) -> Result<(), Error> {
        match self.settings.dry_run {
            true => Ok(()),
            false => self.client.chain.freshen().await,
        }
    }
}
