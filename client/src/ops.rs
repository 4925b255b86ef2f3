//! Operations that every client needs and that take more than a single message.

pub mod blinded;
pub mod handles;
pub mod ledger;
pub mod own;
pub mod refund;
pub mod streams;
