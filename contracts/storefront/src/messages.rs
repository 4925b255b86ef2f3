//! What the messages do.

mod catalogue;
mod pausing;
mod paying;
mod releasing;
mod till;
