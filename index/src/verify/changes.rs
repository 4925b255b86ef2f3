//! The contracts' own books in every block, beside what the index has.

use super::{books::check_block, Proving};
use crate::{
    index::next_block,
    tables::{end_of, start_of},
    Index, Result,
};
use farthing_client::Client;
use std::ops::RangeInclusive;

/// Compares, in each of some blocks in which something happened, all books that it changed with what the contracts say
/// in that block. Returns how many blocks that are. What is said of nowhere is found by
/// [`check_books`](super::check_books) in the last of them.
///
/// # Errors
/// Those of [`check_books`](super::check_books).
pub async fn check_changes(
    client: &Client,
    index: &mut Index,
    numbers: RangeInclusive<u32>,
    tell: &mut (dyn FnMut(Proving) + Send),
) -> Result<u32> {
    let (first, last) = numbers.into_inner();
    let of = last.saturating_add(1).saturating_sub(first);
    let (mut after, mut checked) = (start_of(first) - 1, 0);
    while let Some(number) = next_block(&mut index.store, after)?.filter(|found| *found <= last) {
        let block = client.chain.block(number).await?;
        check_block(client, index, block).await?;
        let done = number.saturating_add(1).saturating_sub(first);
        tell(Proving { done, of });
        after = end_of(number);
        checked += 1;
    }
    Ok(checked)
}
