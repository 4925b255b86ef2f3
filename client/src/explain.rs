//! Contracts' errors in sentences that say what to do.

mod channels;
mod registry;
mod shared;

pub use shared::time;

/// An error that can be put into one clear sentence.
pub trait Explain {
    /// The sentence.
    fn explain(&self) -> String;
}
