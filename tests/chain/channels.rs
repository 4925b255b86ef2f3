//! Payment channels.

pub mod world;
