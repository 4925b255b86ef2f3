//! Payers' and payees' wallets against a chain: whatever is done to them, in whatever order.

mod adding_up;
mod deeds;
mod scene;
mod steps;
#[path = "../ledgers/world.rs"]
#[allow(dead_code, reason = "other tests do more in it")]
mod world;
