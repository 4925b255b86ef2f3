//! Tests of the contracts' release Wasm on the embedded chain.
//!
//! | module | tests |
//! |---|---|
//! | `registry`, `storefront`, `storefront_buying`, `storefront_releasing` | what each message does, and every error |
//! | `channels` | payment channels: messages, attacks, a model of their own |
//! | `attacks`, `attacks_money` | what someone would try, to get a name or a right, or to get money |
//! | `deposits` | who pays which storage deposit, and who gets it back |
//! | `limits` | the largest batches, pages and histories there can be |
//! | `pool` | all of that for the contract of one pool |
//! | `pool_factory` | the same for the factory that makes pools |
//! | `model` | random sequences, against a model that keeps its own books |
//! | `streams` | the streams contract: messages, errors, attacks, deposits, and a model of its own |
//! | `costs` | what each message costs, against `costs.*.json` |
//!
//! `world` holds what they share, `sequences` what the models do.

mod attacks;
mod attacks_money;
mod channels;
mod costs;
mod deposits;
mod limits;
mod model;
mod pool;
mod pool_factory;
mod registry;
mod sequences;
mod storefront;
mod storefront_buying;
mod storefront_releasing;
mod streams;
mod world;
