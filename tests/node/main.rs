//! Tests of the contracts' release Wasm on a real node: deployed and used as people do it, through the
//! node's RPC, with blocks, fees and a clock that are not the tests' own.
//!
//! `node` says which node; each test has it to itself. What the contracts do in every corner is tested
//! on the embedded chain (`tests/chain`): here it is whether all of it is so on a node, too.
//!
//! When a test ends, the index is made of all that happened on its chain, and every account's ledger must come to what
//! the contracts say in every block: see `indexed`.

mod baskets;
mod channels;
mod collected;
mod costs;
mod creators;
mod in_place;
mod indexed;
mod load;
mod pool;
mod receipt;
// The line to a node that the index is tested with.
#[path = "../../index/tests/index/relay.rs"]
#[allow(dead_code)]
mod relay;
mod round;
mod sale;
mod streams;
mod world;
