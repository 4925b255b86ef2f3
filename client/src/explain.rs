//! Contracts' errors in sentences that say what to do.

// One file for each contract, and what they share.
automod::dir!("src/explain");

pub use shared::time;

/// An error that can be put into one clear sentence.
pub trait Explain {
    /// The sentence.
    fn explain(&self) -> String;
}
