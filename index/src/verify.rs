//! Whether the index is right.
//!
//! **Books.** What every ledger comes to in a block is compared with what the contracts themselves say in that
//! block, and how many creators, items, streams and pools there are. Where they differ, the first block in which
//! they do is looked for by halving.
//!
//! **Events.** A tip that goes straight through leaves nothing in any contract's books: if it were left out, or
//! invented, no sum would tell. So the events of blocks are compared with what the blocks' own hashes prove.

mod books;
mod events;

pub use books::{check_books, check_ledgers, Checked};
pub use events::{check_events, Proving};
