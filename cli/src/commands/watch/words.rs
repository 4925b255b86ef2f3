//! Events in words.

mod channels;
mod pools;
mod registry;
mod rounds;
mod shop;
mod streams;

use super::names::Names;
use farthing_client::{time, Account, Event, Token};
use farthing_contracts::Contract;
use farthing_types::Millis;
use ink::primitives::AccountId;

/// What happened, in lines. What this program does not know is named.
pub fn of(event: &Event, names: &Names, token: &Token) -> Vec<String> {
    let words = Words { token, names };
    let lines = match event.contract {
        Contract::Storefront => words.of_shop(event),
        Contract::Registry => words.of_registry(event),
        Contract::Channels => words.of_channels(event),
        Contract::Streams => words.of_streams(event),
        Contract::PoolFactory => words.of_factory(event),
        Contract::Pool => words.of_pool(event),
        Contract::MatchingRound => words.of_round(event),
    };
    match lines {
        Some(lines) => lines,
        None => vec![format!("{}: something else changed", event.contract)],
    }
}

/// A memo for people: text if it is text, and hexadecimal if it is not.
pub fn memo(bytes: &[u8]) -> Option<String> {
    match std::str::from_utf8(bytes) {
        Ok("") => None,
        Ok(text) => Some(format!("\"{text}\"")),
        Err(_) => Some(format!("0x{}", hex::encode(bytes))),
    }
}

fn who(account: AccountId) -> Account {
    account.into()
}

/// Who can pause something, behind what was made.
fn guarded(guardian: Option<AccountId>, what: &str) -> String {
    match guardian {
        Some(guardian) => format!("; {} can pause {what}", who(guardian)),
        None => format!("; nobody can pause {what}"),
    }
}

/// How long something is paused, as of a time.
fn until(what: &str, until: Millis, now: Millis) -> String {
    match until > now {
        true => format!("{what} is paused until {}", time(until)),
        false => format!("{what} goes on"),
    }
}

/// Where a text is, behind what is said of it.
fn found_at(uri: &str) -> String {
    match uri {
        "" => String::new(),
        uri => format!(": {uri}"),
    }
}

struct Words<'a> {
    token: &'a Token,
    names: &'a Names,
}

impl Words<'_> {
    fn sum(&self, amount: u128) -> String {
        self.token.unit(amount)
    }
}

#[cfg(test)]
mod tests;
