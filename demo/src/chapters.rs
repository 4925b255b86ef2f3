//! The chapters of the demo's story, one file each.

mod music;
mod ride;
mod sale;
