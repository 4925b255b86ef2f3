//! Tests of the contracts' release Wasm on a real node: deployed and used as people do it, through the
//! node's RPC, with blocks, fees and a clock that are not the tests' own.
//!
//! `node` says which node; each test has it to itself. What the contracts do in every corner is tested
//! on the embedded chain (`tests/chain`): here it is whether all of it is so on a node, too.

mod baskets;
mod channels;
mod collected;
mod costs;
mod creators;
mod in_place;
mod load;
mod pool;
mod receipt;
mod round;
mod sale;
mod streams;
mod world;
