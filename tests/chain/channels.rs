//! Payment channels.
//!
//! | module | tests |
//! |---|---|
//! | `opening` | what names a channel, reopening, lanes, gifts |
//! | `paying` | what payers do, who pays which storage deposit, the pause, and limits |
//! | `claiming` | what vouchers are worth, and why they are skipped |
//! | `leaving` | the ways a channel ends, to the millisecond |
//! | `reading` | pages: many channels in one call |
//! | `attacks` | what someone would try, to get money or to keep it |
//! | `model` | random sequences, against a model that keeps its own books |

mod attacks;
mod claiming;
mod leaving;
mod model;
mod opening;
mod paying;
mod reading;
pub mod world;

use crate::encoded;
use farthing_chain::{Chain, Channels, UNIT};

#[test]
fn every_call_in_abi_is_read_by_the_channels() {
    let mut chain = Chain::new();
    let deployer = chain.account("deployer", 1_000 * UNIT);
    let channels = Channels::deploy(&mut chain, &deployer, None);
    encoded::check(&mut chain, "channels", &channels.id);
}
