//! Whether the index is right.
//!
//! **Books.** What every ledger comes to in a block is compared with what the contracts themselves say in that
//! block, and how many creators, items, streams and pools there are. Where they differ, the first block in which
//! they do is looked for by halving. So is all that went through pools and rounds, gift by gift, with what they say of
//! themselves: a gift that went straight through is in no ledger.
//!
//! **Changes.** The same in every block in which something happened, for what was told there: that takes some
//! questions for each.
//!
//! **Events.** A tip that goes straight through leaves nothing in any contract's books: if it were left out, or
//! invented, no sum would tell. So the events of blocks are compared with what the blocks' own hashes prove.

mod books;
mod changes;
mod events;
mod pools;
mod rounds;

pub use books::{check_books, check_ledgers, Checked};
pub use changes::check_changes;
pub use events::{check_events, Proving};
pub use pools::{Difference, PoolFlow};
pub use rounds::{Entered, RoundFlow};
