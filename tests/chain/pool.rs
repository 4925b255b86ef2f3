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
//! | `sharing` | news, and shares that move to other accounts |
//! | `rebuilt` | a pool as its events alone tell of it, for the random sequences |
//! | `model` | random sequences, against a model that keeps its own books |
//!
//! `world` holds what they share.

mod attacks;
mod creating;
mod donating;
mod ending;
mod model;
mod rebuilt;
mod sharing;
mod straight;
mod timing;
pub mod world;

use crate::encoded;
use farthing_chain::{Chain, DonationPool, UNIT};

#[test]
fn every_call_in_abi_is_read_by_the_pool() {
    let mut chain = Chain::new();
    let deployer = chain.account("deployer", 1_000 * UNIT);
    let pool = DonationPool::deploy(&mut chain, &deployer, world::keep_all(&deployer)).unwrap();
    encoded::check(&mut chain, "pool", &pool.id);
}
