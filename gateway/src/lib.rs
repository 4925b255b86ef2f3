//! Paid HTTP, by voucher.
//!
//! A reader's program asks for a page, a song, an API call. The answer is `402 Payment Required`. The program
//! signs a voucher, and the next answer is the thing itself. Nothing touches the chain until the gateway claims.
//!
//! | module | holds |
//! |---|---|
//! | [`protocol`] | the bytes of both protocols, x402 and MPP: pure |
//! | [`accounting`] | what a channel's vouchers are good for, and what was served for them: pure |
//! | [`once`] | which answers must not be charged for again: pure |
//! | [`store`] | what survives a crash: the log of vouchers and charges |
//! | [`till`] | takes payments |
//! | [`config`] | the operator's one file |
//! | [`rules`] | what costs what: pure |
//! | [`payer`] | the other side: paying a gateway |
//! | [`serve`] | what answers requests |
//! | [`chain`] | what happens to the payee's channels, followed block by block |
//! | [`claims`] | has the chain pay what vouchers are worth |
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
pub mod till;
pub mod watchtower;
