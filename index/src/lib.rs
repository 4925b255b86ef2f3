//! An index of everything that happened in a deployment's contracts.
//!
//! Only events say what an account was paid, by whom, when and for what, and reading every block for them
//! takes hours. An [`Index`] has read them, and answers in milliseconds. It keeps the events themselves, and
//! what they mean: the catalogue, payments, pools, rounds, channels, streams, and everybody's ledgers line by
//! line.
//!
//! It checks whatever can be checked: every ledger agrees with what the contracts say.

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
