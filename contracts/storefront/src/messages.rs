//! What the messages do.

mod catalogue;
mod paying;
mod releasing;
mod till;
