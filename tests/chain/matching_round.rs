//! The contract of a round of quadratic matching.
//!
//! | module | tests |
//! |---|---|
//! | `entering` | the rules a round can have, pools, sponsors |
//! | `limiting` | what keeps a few accounts from taking what is meant for many |
//! | `objecting` | pools that are struck off, and the verifier's lists |
//! | `donating` | donations through the round, and what they count |
//! | `dividing` | division, shares, money back, records |
//! | `timing` | every deadline, to the millisecond |
//! | `attacks` | what someone would try, to get money or to keep it from others |
//! | `strangers` | factories and pools that are none: they lie, refuse, trap or keep silent |
//! | `limits` | 64 pools, the largest batch, and how much gas the end takes |
//! | `rebuilt` | a round as its events alone tell of it, for the random sequences |
//! | `model` | random sequences, against a model that keeps its own books and computes exactly |
//!
//! `world` holds what they share, `puppet` makes the strangers.

mod attacks;
mod dividing;
mod donating;
mod entering;
mod limiting;
mod limits;
mod model;
mod objecting;
pub(crate) mod puppet;
mod rebuilt;
mod strangers;
mod timing;
pub(crate) mod world;

use crate::encoded;

#[test]
fn every_call_in_abi_is_read_by_the_round_and_the_factory() {
    let mut round = world::World::open(1);
    encoded::check(&mut round.chain, "pool_factory", &round.factory.id);
    encoded::check(&mut round.chain, "matching_round", &round.at.id);
}
