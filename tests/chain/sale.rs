//! The registry and the storefront.
//!
//! | module | tests |
//! |---|---|
//! | `registry`, `storefront`, `storefront_offering`, `storefront_buying`, `storefront_releasing`, `storefront_refunding` | what each message does, and every error |
//! | `attacks`, `attacks_money` | what someone would try, to get a name or a right, or to get money |
//! | `deposits` | who pays which storage deposit, and who gets it back |
//! | `limits` | the largest batches, pages and histories there can be |
//! | `model` | random sequences, against a model that keeps its own books |
//!
//! `world` holds what they share.

mod attacks;
mod attacks_money;
mod deposits;
mod limits;
mod model;
mod registry;
mod storefront;
mod storefront_buying;
mod storefront_offering;
mod storefront_refunding;
mod storefront_releasing;
pub mod world;

use crate::encoded;
use farthing_chain::Farthing;

#[test]
fn every_call_in_abi_is_read_by_the_registry_and_the_storefront() {
    let mut farthing = Farthing::default();
    let [registry, storefront] = [&farthing.registry_id, &farthing.storefront_id].map(Clone::clone);
    encoded::check(&mut farthing.chain, "registry", &registry);
    encoded::check(&mut farthing.chain, "storefront", &storefront);
}
