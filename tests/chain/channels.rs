//! Payment channels.
//!
//! | module | tests |
//! |---|---|
//! | `paying` | what payers do: deposits, reserves, topping up, and every error of theirs |
//! | `claiming` | what vouchers are worth, and why they are skipped |
//! | `leaving` | the ways a channel ends, to the millisecond |
//! | `attacks` | what someone would try, to get money or to keep it |
//! | `model` | random sequences, against a model that keeps its own books |

mod attacks;
mod claiming;
mod leaving;
mod model;
mod paying;
pub mod world;
