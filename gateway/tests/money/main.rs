//! The till, the follower and the claims against a chain: payers who exit while nobody looks, a chain that stands
//! still, blocks that are undone. Each test ends by asking the contract whether it can pay all that it owes.

mod claiming;
mod forks;
mod scene;
mod silent;
#[path = "../../../client/tests/ledgers/world.rs"]
#[allow(dead_code, reason = "other tests do more in it")]
mod world;
