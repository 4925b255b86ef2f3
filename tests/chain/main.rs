//! Tests of the contracts' release Wasm on the embedded chain.
//!
//! | module | tests |
//! |---|---|
//! | `registry`, `storefront`, `storefront_buying`, `storefront_releasing` | what each message does, and every error |
//! | `attacks`, `attacks_money` | what someone would try, to get a name or a right, or to get money |
//! | `deposits` | who pays which storage deposit, and who gets it back |
//! | `limits` | the largest batches, pages and histories there can be |
//! | `matching_round` | all of that for a round of matching over many pools |
//! | `pool` | all of that for the contract of one pool |
//! | `pool_factory` | the same for the factory that makes pools |
//! | `model` | random sequences, against a model that keeps its own books |
//! | `costs` | what each message costs, against `costs.*.json` |
//!
//! `world` holds what they share.

mod attacks;
mod attacks_money;
mod costs;
mod deposits;
mod limits;
mod matching_round;
mod model;
mod pool;
mod pool_factory;
mod registry;
mod storefront;
mod storefront_buying;
mod storefront_releasing;
mod world;
