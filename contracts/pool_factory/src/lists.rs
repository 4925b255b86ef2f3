//! Lists that grow by the end, kept in pages, so that an entry does not cost an item of its own.

use ink::prelude::vec::Vec;

/// Entries of a page.
pub const PER_PAGE: u32 = 16;

/// Adds an entry to the `latest`, behind so many full `pages`. Returns the latest if that makes them a
/// full page, which is then to be stored with the number that `pages` had.
pub fn push<T>(pages: &mut u32, latest: &mut Vec<T>, entry: T) -> Option<Vec<T>> {
    latest.push(entry);
    if latest.len() < PER_PAGE as usize {
        return None;
    }
    *pages = pages.saturating_add(1);
    Some(core::mem::take(latest))
}

/// Returns how many entries there are.
pub fn count<T>(pages: u32, latest: &[T]) -> u32 {
    let latest = u32::try_from(latest.len()).unwrap_or(u32::MAX);
    pages.saturating_mul(PER_PAGE).saturating_add(latest)
}

/// Returns the page of the entry with this index, and its place there.
pub fn place(index: u32) -> (u32, usize) {
    let page = index.checked_div(PER_PAGE).unwrap_or(0);
    let place = index.checked_rem(PER_PAGE).unwrap_or(0);
    (page, place as usize)
}

/// Returns up to `most` entries, newest first, without the newest `skip`. Full pages come from `read`,
/// each once.
pub fn latest_first<T: Clone>(
    pages: u32,
    latest: &[T],
    skip: u32,
    most: u32,
    read: impl Fn(u32) -> Vec<T>,
) -> Vec<T> {
    let end = count(pages, latest).saturating_sub(skip);
    let start = end.saturating_sub(most);
    let mut found = Vec::new();
    let mut at: Option<(u32, Vec<T>)> = None;
    for index in (start..end).rev() {
        let (page, place) = place(index);
        let entry = if page == pages {
            latest.get(place)
        } else {
            if at.as_ref().is_none_or(|(number, _)| *number != page) {
                at = Some((page, read(page)));
            }
            at.as_ref().and_then(|(_, entries)| entries.get(place))
        };
        found.extend(entry.cloned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_whatever_page_they_are_on() {
        let (mut pages, mut latest) = (0, Vec::new());
        let mut stored: Vec<Vec<u32>> = Vec::new();
        let mut all: Vec<u32> = Vec::new();
        for entry in 0..40 {
            let number = pages;
            if let Some(page) = push(&mut pages, &mut latest, entry) {
                assert_eq!(number as usize, stored.len());
                stored.push(page);
            }
            all.insert(0, entry);
            assert_eq!(count(pages, &latest), entry + 1);
            for (skip, most) in [
                (0, 64),
                (0, 1),
                (3, 20),
                (17, 16),
                (39, 9),
                (40, 9),
                (u32::MAX, 9),
            ] {
                let found =
                    latest_first(pages, &latest, skip, most, |n| stored[n as usize].clone());
                let expected = all.iter().skip(skip as usize).take(most as usize);
                assert_eq!(
                    found,
                    expected.copied().collect::<Vec<_>>(),
                    "{entry}: {skip}, {most}"
                );
            }
        }
        assert_eq!(place(33), (2, 1));
    }
}
