//! Contracts' errors in sentences that say what to do.

mod channels;
mod matching_round;
mod pool;
mod pool_factory;
mod registry;
mod shared;
mod storefront;
mod streams;

pub use shared::time;

/// An error that can be put into one clear sentence.
pub trait Explain {
    /// The sentence.
    fn explain(&self) -> String;
}
