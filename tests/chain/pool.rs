//! The contract of one pool.
//!
//! | module | tests |
//! |---|---|
//! | `creating` | the rules a pool can have |
//! | `donating` | money in: donations, batches, grants, sponsors |
//! | `ending` | money out: finalising, refunds, payouts, notes, sponsors' money, records |
//! | `timing` | every deadline, to the millisecond |
//! | `attacks` | what someone would try to get money |
//! | `straight` | money that goes straight on, and money that comes by other roads |
//! | `model` | random sequences, against a model that keeps its own books |
//!
//! `world` holds what they share.

mod attacks;
mod creating;
mod donating;
mod ending;
mod model;
mod straight;
mod timing;
pub mod world;
