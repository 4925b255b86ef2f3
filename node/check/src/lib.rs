//! The node's clock, again, for its unit tests; the checks of the whole node are in `tests`.

#![allow(dead_code)]

#[path = "../../src/clock.rs"]
mod clock;
