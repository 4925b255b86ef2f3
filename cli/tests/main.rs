//! Tests that run `farthing` itself, as people and scripts do, on a chain that runs.
//!
//! `world` starts the node, with all contracts deployed by the program, and gives people money.

mod asked;
mod book;
mod broken;
mod channel;
mod creator;
mod deploy;
mod deposits;
mod forks;
mod index;
mod interrupted;
mod keys;
mod killed;
mod mine;
mod pool;
mod reach;
mod round;
mod shop;
mod stream;
mod watch;
mod wire;
mod world;
