//! The chapters of the demo's story, one file each.

mod causes;
mod music;
mod ride;
mod round;
mod sale;
#[cfg(feature = "gateway")]
mod web;
