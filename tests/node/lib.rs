//! Starting a node: what tests that need one share. The rest of this package is its tests.

pub mod node;
