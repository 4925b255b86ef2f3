//! Tests that run `farthing` itself, as people and scripts do, on a chain that runs.
//!
//! `world` starts the node, with all contracts deployed by the program, and gives people money.

mod answers;
mod asked;
mod backup;
mod book;
mod broken;
mod channel;
mod creator;
mod deploy;
mod deposits;
mod eight_bytes;
mod examples;
mod forks;
mod growth;
mod index;
mod interrupted;
mod keyring;
mod keys;
mod killed;
mod lasting;
mod mine;
mod money;
mod parser;
mod pool;
mod reach;
mod receive;
mod relay;
mod round;
mod schema;
mod seldom;
mod shop;
mod stream;
mod sync;
mod unasked;
mod watch;
mod wire;
mod world;
