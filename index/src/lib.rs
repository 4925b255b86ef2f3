//! An index of what happened at a deployment's contracts.
//!
//! What an account was paid, by whom, when and for what can only be told from events, and to read every block
//! for it takes hours. An [`Index`] has read them, and answers in milliseconds. It keeps the events themselves,
//! and what they mean: the catalogue, payments, pools, rounds, channels, streams, and everybody's ledgers line
//! by line.
//!
//! It believes nothing that it can check: every ledger comes to what the contracts say.

pub mod book;
mod derive;
mod error;
pub mod follow;
mod index;
pub mod kinds;
mod past;
pub mod serve;
pub mod snapshot;
pub mod store;
pub mod tables;
#[cfg(test)]
mod testing;
mod value;
pub mod verify;
mod words;

pub use error::{Error, Result};
pub use follow::Follower;
pub use index::{Certainty, Identity, Index, Status};
pub use past::Past;
pub use store::{Place, Store};
pub use value::{Amount, Read, Row, Signed, Value};
