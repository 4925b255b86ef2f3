//! What every client needs beyond single messages: what many of them come to.

pub mod blinded;
pub mod handles;
pub mod ledger;
pub mod own;
pub mod refund;
pub mod streams;
