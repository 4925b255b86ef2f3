//! The development chain as its users meet it: the program itself, over its RPC.

mod chain;
mod finality;
mod forks;
mod kept;
mod model;
mod pages;
mod people;
mod sealing;
mod snapshots;
mod time;
mod traces;
