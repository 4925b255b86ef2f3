//! The gateway over sockets, with a backend that says what came to it.

mod attacks;
mod deliveries;
mod modes;
mod money;
mod servers;
mod strangers;
mod streams;
mod thieves;
mod unasked;
mod world;
