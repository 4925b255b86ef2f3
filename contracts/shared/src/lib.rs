//! What Farthing's contracts share on the ink! side: asking other contracts, sending money, a guardian's
//! pause, and ending a message.
//!
//! Whatever needs no ink! is in `farthing-types` instead, where it can be tested without a chain.
//!
//! | module | holds |
//! |---|---|
//! | [`mod@ask`] | calls into contracts that somebody else chose, bounded in all that they can take |
//! | [`guardian`] | stopping money from coming in, for a while |
//! | [`send`] | sending money to an account, whatever the chain says to it |
//! | [`host`] | what hot messages ask of the chain, by the shortest way |
//! | [`fixed`] | records of a fixed length, read at once |
//! | [`ending`] | answering a call without writing the root item |
//! | [`entry`] | a short way for a contract's hot messages, past ink!'s dispatcher |
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

pub mod ask;
pub mod ending;
pub mod entry;
pub mod fixed;
pub mod guardian;
pub mod host;
pub mod send;

pub use self::{
    ask::{ask, ask_within, Question},
    ending::end_without_root,
    send::try_send,
};
