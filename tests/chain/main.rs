//! Tests of the contracts' release Wasm on the embedded chain.
//!
//! | module | tests |
//! |---|---|
//! | `sale` | the registry and the storefront |
//! | `channels` | payment channels and their vouchers |
//! | `streams` | use billed by time |
//! | `pool`, `pool_factory` | donation pools, and what makes them |
//! | `matching_round` | rounds of matching over many pools |
//! | `encoded` | the calls in `abi/calls.json` |
//! | `costs` | what each message costs, against `costs.*.json` |
//!
//! Each contract has tests of its messages and errors, of attacks, and a model that random sequences are
//! compared with. `calls` holds how contracts are called, `sequences` what the
//! models share.

// Each file here is one: a new contract's tests need no line.
automod::dir!("chain");
