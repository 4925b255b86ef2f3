//! Paying a gateway: what a program that buys over HTTP needs.
//!
//! Nothing that a 402 says is trusted: [`Offer::choose`] takes only what is for the chain and the contract that the
//! payer names, the [`Purse`] decides whom it pays and how much, and a [`Correction`](crate::protocol::challenge::Correction)
//! counts as far as the payer's own signature shows it. It stands here and not in `farthing-client`, since it speaks
//! the protocol that this crate has.

mod fetch;
mod http;
mod offer;
mod purse;

pub use fetch::{fetch, Fetched};
pub use http::{Failed, Request};
pub use offer::{Offer, Untrusted};
pub use purse::{Channel, Purse, Showing};

use farthing_client::wallet;

/// Why something is not fetched.
#[derive(Debug)]
pub enum Error {
    /// The server cannot be talked to. A voucher may have been handed out: the wallet knows of it.
    Http(Failed),
    /// The server asks for something that is not paid here.
    Untrusted(Untrusted),
    /// The server takes no payment, and says why.
    Declined(String),
    /// The payer's wallet refuses to promise this.
    Wallet(Box<wallet::Error>),
    /// The purse's owner says no, or cannot say.
    Purse(Box<dyn std::error::Error + Send + Sync>),
}

impl std::fmt::Display for Error {
    fn fmt(&self, to: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::Http(failed) => failed.fmt(to),
            Self::Untrusted(why) => why.fmt(to),
            Self::Declined(why) => write!(to, "the server took no payment: {why}"),
            Self::Wallet(why) => why.fmt(to),
            Self::Purse(why) => why.fmt(to),
        }
    }
}

impl std::error::Error for Error {}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        Self::Http(failed)
    }
}

impl From<Untrusted> for Error {
    fn from(why: Untrusted) -> Self {
        Self::Untrusted(why)
    }
}

impl From<wallet::Error> for Error {
    fn from(error: wallet::Error) -> Self {
        Self::Wallet(Box::new(error))
    }
}
