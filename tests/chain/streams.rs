//! The streams contract.
//!
//! | module | tests |
//! |---|---|
//! | `messages` | what each message does and tells |
//! | `errors` | every error of every message |
//! | `attacks` | what someone would try, to get money or to keep it from those whose it is |
//! | `deposits` | who pays storage deposits and gets them back |
//! | `reading` | pages: many streams in one call |
//! | `model` | random sequences, against a model that keeps its own books |
//!
//! `stage` holds what they share.

mod attacks;
mod deposits;
mod errors;
mod messages;
mod model;
mod reading;
mod stage;

use crate::encoded;
use farthing_chain::{Chain, Streams, UNIT};

#[test]
fn every_call_in_abi_is_read_by_the_streams() {
    let mut chain = Chain::new();
    let deployer = chain.account("deployer", 1_000 * UNIT);
    let streams = Streams::deploy(&mut chain, &deployer, None);
    encoded::check(&mut chain, "streams", &streams.id);
}
