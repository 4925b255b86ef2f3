//! Paid HTTP, by voucher.
//!
//! A reader's program asks for a page, a song or an API call. The gateway answers `402 Payment Required`. The
//! program signs a voucher, and the next answer is the thing itself. Nothing touches the chain until the
//! gateway claims.
//!
//! | module | does |
//! |---|---|
//! | [`protocol`] | encodes and decodes both protocols, x402 and MPP: pure |
//! | [`accounting`] | works out what a channel's vouchers are good for, and what was served for them: pure |
//! | [`once`] | says which answers must not be charged for again: pure |
//! | [`store`] | keeps what must survive a crash: the log of vouchers and charges |
//! | [`till`] | takes payments |
//! | [`config`] | reads the operator's one file |
//! | [`rules`] | says what costs how much: pure |
//! | [`payer`] | is the other side: it pays a gateway |
//! | [`serve`] | answers requests |
//! | [`chain`] | follows the payee's channels block by block |
//! | [`claims`] | claims on the chain what vouchers are worth |
//! | [`watchtower`] | claims for a gateway that is down |
#![deny(missing_docs)]

pub mod accounting;
pub mod chain;
pub mod claims;
pub mod config;
pub mod once;
pub mod payer;
pub mod protocol;
pub mod rules;
pub mod serve;
pub mod store;
#[cfg(test)]
mod testing;
pub mod till;
pub mod watchtower;

/// Locks a mutex, also after a thread that held it has panicked.
pub(crate) fn locked<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|broken| broken.into_inner())
}
