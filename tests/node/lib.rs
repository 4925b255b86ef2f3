//! Starting a node, or a database server: what tests that need one share. The rest of this package is its tests.

pub mod node;
#[cfg(unix)]
pub mod postgres;
