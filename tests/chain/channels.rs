//! Payment channels.

mod model;
pub mod world;
