//! Pages: many streams in one call.

use super::stage::*;
use scale::Encode;

/// What fits into ink!'s buffer.
const BUFFER: usize = 16_384;

/// A stage with one more stream than a page shows.
fn stage_with_a_page() -> Stage {
    let mut s = Stage::new();
    for _ in 0..=MAX_PAGE {
        s.open(ONE, UNIT);
    }
    s
}

#[test]
fn a_page_is_one_call_and_fits_into_the_buffer() {
    let mut s = stage_with_a_page();
    s.chain.advance(100_000);
    let page = s.read(s.to().streams(0, MAX_PAGE as StreamId));
    assert_eq!(page.len(), MAX_PAGE);
    for (stream, shown) in (0..).zip(&page) {
        let shown = shown.clone().expect("it is there");
        assert_eq!(Some(shown.stream), s.record(stream));
        assert_eq!((shown.due.payee, shown.due.payer), s.due(stream));
        assert!(shown.due.payee > 0 && shown.due.dry_at.is_some());
    }
    let size = 1 + page.encoded_size();
    assert!(size * 10 <= BUFFER * 8, "{size} bytes");
    let all = (0..MAX_PAGE as StreamId).collect();
    assert_eq!(s.read(s.to().streams_listed(all)), page);
    s.assert_solvent();
}

#[test]
fn pages_are_capped_and_end_with_the_last_stream() {
    let mut s = stage_with_a_page();
    let last = MAX_PAGE as StreamId;
    let mut read = |first, count| s.read(s.to().streams(first, count));
    let page = read(0, last);
    assert_eq!(read(0, StreamId::MAX), page);
    assert_eq!(read(last - 1, 2).len(), 2);
    assert_eq!(read(last, StreamId::MAX).len(), 1);
    assert_eq!(read(1, last), [&page[1..], &read(last, 1)].concat());
    for (first, count) in [(last + 1, 1), (0, 0), (StreamId::MAX, StreamId::MAX)] {
        assert_eq!(read(first, count), []);
    }
    let longer = (0..=last).collect();
    assert_eq!(s.read(s.to().streams_listed(longer)), page);
    s.assert_solvent();
}

#[test]
fn what_is_not_there_is_none_in_a_page() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    for _ in 0..3 {
        s.open(ONE, UNIT);
    }
    s.grow_old();
    s.done(&ann, s.to().stop(1), 0);
    let is = |page: Vec<Option<StreamNow>>| page.iter().map(Option::is_some).collect::<Vec<_>>();
    assert_eq!(is(s.read(s.to().streams(0, 3))), [true, false, true]);
    let listed = s.to().streams_listed(vec![2, 1, 3, 2]);
    assert_eq!(is(s.read(listed)), [true, false, false, true]);
    s.assert_solvent();
}
