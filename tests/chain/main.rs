//! Tests of the contracts' release Wasm on the embedded chain.
//!
//! | module | tests |
//! |---|---|
//! | `registry`, `storefront` | what each message does, and every error |
//! | `attacks` | what someone would try |
//! | `model` | random sequences, against a model that keeps its own books |
//! | `costs` | what each message costs, against `costs.json` |

mod costs;
mod model;
