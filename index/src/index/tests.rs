use super::*;
use crate::{
    testing::{block, making, stream, tips, told, Breaking, FIRST},
    Row, Value,
};
use farthing_node_tests::postgres::Postgres;
use std::{
    path::Path,
    sync::{atomic::AtomicU32, Arc},
};

fn identity(number: u8) -> Identity {
    Identity {
        genesis: [number; 32],
        life: None,
        contracts: Vec::new(),
        codes: Vec::new(),
    }
}

fn opened(place: &Place) -> Index {
    Index::open(place, identity(1), FIRST).unwrap()
}

/// What a chain tells in some blocks: tips to three creators, and streams that come and go.
fn blocks(numbers: std::ops::RangeInclusive<u32>, fork: u8) -> Vec<Told> {
    let blocks = numbers.map(|number| match number {
        FIRST => making(),
        number if number % 4 == 0 => told(number, fork, Vec::new()),
        number => {
            let amount = u128::from(number) * 1_000 + u128::from(fork);
            let mut events = vec![tips((number % 5) as u8, &[amount, amount + 1, amount + 2])];
            if fork == 0 && number % 9 == 1 {
                let numbered = u64::from(number / 9);
                events.extend((0..3).map(|step| stream(numbered, step)));
            }
            told(number, fork, events)
        }
    });
    blocks.collect()
}

/// Everything that is stored, but for versions of sums of which only the last counts.
fn content(index: &mut Index) -> Content {
    let tables = TABLES.iter().map(|table| (table.name, table.columns.len()));
    let tables = tables.chain([("blocks", 3)]);
    let tables: Vec<_> = tables.filter(|(name, _)| *name != "earnings").collect();
    let found = tables.into_iter().map(|(name, columns)| {
        let order: Vec<_> = (1..=columns).map(|column| column.to_string()).collect();
        let question = format!("SELECT * FROM {name} ORDER BY {}", order.join(", "));
        let rows = index.store.all(&question, &[], |row| Ok(row.clone()));
        (name, rows.unwrap())
    });
    found.collect()
}

type Content = Vec<(&'static str, Vec<Row>)>;

/// The first row that is in one and not in the other.
fn difference(one: &Content, other: &Content) -> Option<(&'static str, Row)> {
    let tables = one.iter().zip(other);
    let mut rows = tables.flat_map(|((name, one), (_, other))| {
        let missing = one.iter().filter(|row| !other.contains(row));
        let more = other.iter().filter(|row| !one.contains(row));
        missing.chain(more).map(move |row| (*name, row.clone()))
    });
    rows.next()
}

/// Creator, day, what is paid and how often, of the latest sums.
fn earnings(index: &mut Index) -> Vec<Row> {
    let latest = "SELECT creator, day, kind, number, payments, paid, fee FROM earnings t
WHERE seq = (SELECT MAX(seq) FROM earnings o WHERE o.creator = t.creator AND o.day = t.day)
ORDER BY creator, day, kind, number";
    index.store.all(latest, &[], |row| Ok(row.clone())).unwrap()
}

#[test]
fn what_was_added_is_there_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::File(folder.path().join("index"));
    let mut index = opened(&place);
    index.add(&blocks(FIRST..=40, 0), Certainty::Final).unwrap();
    index.add(&blocks(41..=45, 0), Certainty::Open).unwrap();
    let (status, rows) = (index.status(), content(&mut index));
    assert_eq!(status.last.unwrap().0, block(45, 0));
    assert_eq!((status.first, status.last_final), (FIRST, Some(40)));
    drop(index);
    let mut index = opened(&place);
    assert_eq!(index.status(), status);
    assert_eq!(difference(&content(&mut index), &rows), None);
    let other = Index::open(&place, identity(2), FIRST);
    assert!(matches!(other, Err(Error::OtherDeployment(_))));
}

#[test]
fn it_makes_no_difference_in_what_batches_blocks_come() {
    let mut at_once = opened(&Place::Memory);
    at_once
        .add(&blocks(FIRST..=90, 0), Certainty::Final)
        .unwrap();
    for size in [1, 7, 30] {
        let mut index = opened(&Place::Memory);
        for part in blocks(FIRST..=60, 0).chunks(size) {
            index.add(part, Certainty::Final).unwrap();
        }
        for part in blocks(61..=90, 0).chunks(size) {
            index.add(part, Certainty::Open).unwrap();
        }
        index.finalise(90).unwrap();
        assert_eq!(
            difference(&content(&mut index), &content(&mut at_once)),
            None
        );
        assert_eq!(earnings(&mut index), earnings(&mut at_once));
        // Of sums, the latest alone are left.
        let count = index
            .store
            .first("SELECT COUNT(*) FROM earnings", &[], |row| row.get(0));
        assert_eq!(count.unwrap(), Some(earnings(&mut at_once).len()));
    }
}

#[test]
fn what_is_undone_is_as_if_it_had_never_been() {
    let mut fresh = opened(&Place::Memory);
    fresh.add(&blocks(FIRST..=50, 0), Certainty::Final).unwrap();
    fresh.add(&blocks(51..=55, 0), Certainty::Open).unwrap();
    fresh.add(&blocks(56..=70, 3), Certainty::Open).unwrap();
    let mut index = opened(&Place::Memory);
    index.add(&blocks(FIRST..=50, 0), Certainty::Final).unwrap();
    for (from, fork) in [(51, 0), (56, 1), (60, 2), (56, 3)] {
        index.undo_from(from).unwrap();
        assert_eq!(index.next(), from);
        index
            .add(&blocks(from..=70, fork), Certainty::Open)
            .unwrap();
    }
    assert_eq!(difference(&content(&mut index), &content(&mut fresh)), None);
    assert_eq!(earnings(&mut index), earnings(&mut fresh));
    let open: Vec<_> = (51..=70)
        .rev()
        .map(|number| block(number, if number < 56 { 0 } else { 3 }))
        .collect();
    assert_eq!(index.open_blocks().unwrap(), open);
    let error = index.undo_from(50).unwrap_err();
    assert!(matches!(error, Error::FinalUndone { block: found } if found == block(50, 0)));
}

#[test]
fn everything_follows_from_the_events() {
    let mut index = opened(&Place::Memory);
    index.add(&blocks(FIRST..=60, 0), Certainty::Final).unwrap();
    index.add(&blocks(61..=70, 0), Certainty::Open).unwrap();
    let (rows, sums) = (content(&mut index), earnings(&mut index));
    index.store.change("DELETE FROM lines", &[]).unwrap();
    index
        .store
        .change(
            "UPDATE payments SET paid = $1",
            &[Value::Bytes(vec![0; 16])],
        )
        .unwrap();
    index.rebuild().unwrap();
    assert_eq!(difference(&content(&mut index), &rows), None);
    assert_eq!(earnings(&mut index), sums);
}

/// The store does so many things more and no other, and is opened again, as after a kill: wherever that was, it
/// goes on, and what comes of it is the same.
#[test]
fn killed_at_any_write_it_goes_on_where_it_was() {
    let mut whole = opened(&Place::Memory);
    steps(&mut whole).unwrap();
    let (expected, sums) = (content(&mut whole), earnings(&mut whole));
    let folder = tempfile::tempdir().unwrap();
    let mut killed = 0;
    for writes in 1.. {
        let path = folder.path().join(format!("{writes}"));
        let place = Place::File(path.clone());
        drop(opened(&place));
        let mut broken = breaking(&path, writes);
        let ended = steps(&mut broken);
        drop(broken);
        let mut index = opened(&place);
        consistent(&mut index);
        steps(&mut index).unwrap();
        assert_eq!(
            difference(&content(&mut index), &expected),
            None,
            "{writes}"
        );
        assert_eq!(earnings(&mut index), sums, "{writes}");
        if ended.is_ok() {
            break;
        }
        killed += 1;
    }
    assert!(killed > 60, "{killed}");
}

/// Follows a chain from wherever the index is: final blocks, open ones, and some that are undone.
fn steps(index: &mut Index) -> Result<()> {
    let is_of = |index: &mut Index, number: u32, fork| {
        index
            .last_until(number)
            .map(|found| found == Some(block(number, fork)))
    };
    if index.next() <= 20 {
        index.add(&blocks(index.next()..=20, 0), Certainty::Final)?;
    }
    if index.next() <= 24 {
        index.add(&blocks(index.next()..=24, 0), Certainty::Open)?;
    }
    if is_of(index, 24, 0)? {
        index.undo_from(22)?;
    }
    if index.next() <= 30 {
        index.add(&blocks(index.next()..=30, 1), Certainty::Open)?;
    }
    index.finalise(28)
}

/// Nothing is there by halves: each block's events have their rows.
fn consistent(index: &mut Index) {
    let tips = "SELECT COUNT(*) FROM events e WHERE e.contract = 2 AND (SELECT COUNT(*) FROM payments p WHERE p.seq = e.seq) NOT IN (0, 3)";
    assert_eq!(
        index.store.first(tips, &[], |row| row.get(0)).unwrap(),
        Some(0u64)
    );
    let without_block =
        "SELECT COUNT(*) FROM events WHERE seq / 1048576 NOT IN (SELECT number FROM blocks)";
    assert_eq!(
        index
            .store
            .first(without_block, &[], |row| row.get(0))
            .unwrap(),
        Some(0u64)
    );
}

fn breaking(path: &Path, writes: u32) -> Index {
    let left = Arc::new(AtomicU32::new(writes));
    let store = Store::wrapped(&Place::File(path.into()), |database| {
        Box::new(Breaking { database, left })
    });
    Index::with(store.unwrap(), identity(1)).unwrap()
}

#[test]
fn event_before_the_making_of_its_contract_is_refused_and_nothing_of_its_batch_stays() {
    let mut index = opened(&Place::Memory);
    let early = index.add(&blocks(FIRST + 1..=9, 0), Certainty::Final);
    let Err(Error::Unmade {
        contract,
        block,
        first,
    }) = early
    else {
        panic!("{early:?}");
    };
    assert_eq!(
        (contract, block, first),
        (Contract::Storefront, FIRST + 1, FIRST)
    );
    assert!(content(&mut index).iter().all(|(_, rows)| rows.is_empty()));
    index.add(&blocks(FIRST..=9, 0), Certainty::Final).unwrap();
}

#[test]
fn change_of_a_stream_that_was_never_opened_is_refused() {
    let mut index = opened(&Place::Memory);
    index.add(&blocks(FIRST..=9, 0), Certainty::Final).unwrap();
    let before = content(&mut index);
    let invented = told(10, 0, vec![tips(1, &[5]), stream(77, 1)]);
    let error = index.add(&[invented], Certainty::Final).unwrap_err();
    assert!(
        matches!(error, Error::Impossible { block: 10, .. }),
        "{error}"
    );
    assert_eq!(difference(&content(&mut index), &before), None);
}

#[test]
fn amounts_that_no_chain_has_are_refused_and_not_cut() {
    let mut index = opened(&Place::Memory);
    index.add(&blocks(FIRST..=9, 0), Certainty::Final).unwrap();
    let most = told(10, 0, vec![tips(1, &[u128::MAX, u128::MAX])]);
    let error = index.add(&[most], Certainty::Final).unwrap_err();
    assert!(matches!(error, Error::Impossible { .. }), "{error}");
}

#[test]
fn both_kinds_of_store_come_to_the_same() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let mut here = opened(&Place::Memory);
    steps(&mut here).unwrap();
    let place = Place::Server(server.url());
    let mut there = opened(&place);
    steps(&mut there).unwrap();
    assert_eq!(difference(&content(&mut there), &content(&mut here)), None);
    assert_eq!(earnings(&mut there), earnings(&mut here));
    assert_eq!(there.status(), here.status());
    drop(there);
    let mut again = Index::read_only(&place, identity(1)).unwrap();
    assert_eq!(difference(&content(&mut again), &content(&mut here)), None);
    let written = again.store.change("DELETE FROM blocks", &[]);
    assert!(matches!(written, Err(Error::Store { .. })), "{written:?}");
    let mut again = opened(&place);
    again.rebuild().unwrap();
    assert_eq!(difference(&content(&mut again), &content(&mut here)), None);
    let refused = again.add(&[told(31, 1, vec![stream(77, 1)])], Certainty::Open);
    assert!(
        matches!(refused, Err(Error::Impossible { .. })),
        "{refused:?}"
    );
    assert_eq!(difference(&content(&mut again), &content(&mut here)), None);
}
