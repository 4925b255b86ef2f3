//! What a command had made of its arguments, for when it is run again.
//!
//! A transaction that was interrupted is known again by its bytes. Some of what goes into them is not in
//! the command's own words: the price of the moment, say. Were it looked up again, the same words would
//! make another call, and pay once more. So it is written down before anything is signed, and used again
//! for as long as the outbox has something whose fate was not told.

use crate::session::{Outcome, Session};
use farthing_client::{files, Error};
use farthing_contracts::Contract;
use scale::{Decode, Encode};
use std::collections::BTreeMap;

/// By the words, in the deployment that they were for; in hexadecimal, as it may hold large numbers.
type Memory = BTreeMap<String, String>;

/// What these words came to, if a transaction is under way that may be theirs.
pub async fn recall<T: Decode>(session: &mut Session, words: &str) -> Outcome<Option<T>> {
    if session.open_outbox().await?.unfinished()?.is_none() {
        return Ok(None);
    }
    let path = session.file("arguments").await?;
    let memory: Memory = files::read_json(&path)?.unwrap_or_default();
    let Some(text) = memory.get(&key(session, words)?) else {
        return Ok(None);
    };
    let found = hex::decode(text)
        .ok()
        .and_then(|bytes| T::decode(&mut &bytes[..]).ok());
    let found = found.ok_or_else(|| Error::file(&path, "another version of this program wrote it"));
    Ok(Some(found?))
}

/// Writes down what these words came to. What others came to is forgotten, unless it may still be needed.
pub async fn remember<T: Encode>(session: &mut Session, words: &str, what: &T) -> Outcome {
    let under_way = session.open_outbox().await?.unfinished()?.is_some();
    let path = session.file("arguments").await?;
    let mut memory: Memory = match under_way {
        true => files::read_json(&path)?.unwrap_or_default(),
        false => Memory::new(),
    };
    memory.insert(key(session, words)?, hex::encode(what.encode()));
    Ok(files::write_json(&path, &memory)?)
}

fn key(session: &Session, words: &str) -> Result<String, Error> {
    let storefront = session.client.deployment.address(Contract::Storefront)?;
    Ok(format!("{storefront} {words}"))
}
