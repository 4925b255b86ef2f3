//! Puts the contracts' errors into sentences that say what to do.

// One file for each contract, and what they share.
automod::dir!("src/explain");

pub use shared::time;

use crate::Token;

/// An error that can be put into one clear sentence.
pub trait Explain {
    /// Returns the sentence, with amounts in the chain's token.
    fn explain(&self, token: &Token) -> String;
}
