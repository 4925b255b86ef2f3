//! The tables of the schema that rows are added to, and what their columns hold.

use crate::store::{Kind, Table};

macro_rules! tables {
    ($($which:ident $name:literal: $($column:ident $kind:ident),*;)*) => {
        /// A table of the schema.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Which { $(#[doc = concat!("The table `", $name, "`.")] $which),* }

        /// All of them, in the order of [`Which`].
        pub static TABLES: &[Table] = &[$(Table {
            name: $name,
            columns: &[$((stringify!($column), Kind::$kind)),*],
        }),*];
    };
}

tables! {
    Events "events": seq Int, contract Int, address Bytes, transaction_index Int, topics Bytes, data Bytes;
    Contracts "contracts": seq Int, address Bytes, contract Int;
    Terms "terms": seq Int, fee Int, treasury Bytes;
    Creators "creators": seq Int, creator Int, owner Bytes, handle Text, commitment Bytes, uri Text;
    Items "items": seq Int, creator Int, item Int, price Bytes, any_price Int, period Int, referral Int, tier Int,
        copies Int, retired Int, edition Int, commitment Bytes, title Text, uri Text;
    Words "words": seq Int, word Text, creator Int, item Int;
    Tiers "tiers": seq Int, creator Int, tier Int, price Bytes;
    Payments "payments": seq Int, place Int, kind Int, payer Bytes, creator Int, number Int, owner Bytes,
        referrer Bytes, paid Bytes, fee Bytes, referral Bytes, note Bytes, bought Int, begins Int, period Int;
    Refunds "refunds": seq Int, place Int, creator Int, owner Bytes, payer Bytes, item Int, paid Bytes,
        bought Int, payment Int, payment_place Int;
    Earnings "earnings": seq Int, creator Int, day Int, kind Int, number Int, payments Int, paid Bytes, fee Bytes,
        referral Bytes;
    Pools "pools": seq Int, pool Bytes, number Int, listed Int, creator Int, maker Bytes, title Text, uri Text,
        description Bytes, goal Bytes, closes Int, terms Bytes;
    Progress "progress": seq Int, pool Bytes, gifts Int, donors Int, donated Bytes, matched Bytes, granted Bytes,
        sponsored Bytes, refunded Bytes, paid Bytes, final Int;
    Gifts "gifts": seq Int, place Int, kind Int, pool Bytes, account Bytes, payer Bytes, amount Bytes,
        matched Bytes, total Bytes, note Bytes;
    Releases "releases": seq Int, place Int, kind Int, pool Bytes, account Bytes, amount Bytes, number Int,
        commitment Bytes, uri Text;
    Rounds "rounds": seq Int, round Bytes, title Text, uri Text, description Bytes, organiser Bytes, chosen Int,
        opens Int, closes Int, divides Int, terms Bytes;
    RoundMoves "round_moves": seq Int, place Int, kind Int, round Bytes, account Bytes, pool Bytes, amount Bytes,
        counted Bytes;
    Channels "channels": seq Int, place Int, kind Int, payer Bytes, payee Bytes, lane Int, epoch Int, amount Bytes,
        paid Bytes, root Bytes;
    Streams "streams": seq Int, place Int, kind Int, stream Int, payer Bytes, payee Bytes, amount Bytes, rate Bytes;
    Ledgers "ledgers": seq Int, ledger Int, kind Int, number Int, address Bytes, account Bytes;
    Lines "lines": ledger Int, seq Int, place Int, time Int, transaction_index Int, kind Int, other Bytes,
        item_kind Int, item Int, note Bytes, amount Bytes, balance Bytes;
}

/// How many places a block has for its events.
const PLACES: i64 = 1 << 20;

/// Returns the first place in a block.
pub fn start_of(block: u32) -> i64 {
    i64::from(block) * PLACES
}

/// Returns the last place in a block, where sums stand that are of the whole block.
pub fn end_of(block: u32) -> i64 {
    start_of(block) + PLACES - 1
}

/// Returns the number of the block that a place is in.
pub fn block_of(seq: i64) -> u32 {
    u32::try_from(seq / PLACES).unwrap_or(u32::MAX)
}

/// Returns the place of a block's event; `None` if there are more than a block can have.
pub fn place_of(block: u32, event: usize) -> Option<i64> {
    let event = i64::try_from(event).ok()?;
    (event < PLACES - 1).then(|| start_of(block) + event)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_rise_with_blocks_and_events() {
        let last = place_of(7, (1 << 20) - 2).unwrap();
        assert!(start_of(7) < last && last < end_of(7) && end_of(7) < start_of(8));
        assert_eq!(place_of(7, (1 << 20) - 1), None);
        for block in [0, 7, u32::MAX] {
            assert_eq!(block_of(start_of(block)), block);
            assert_eq!(block_of(end_of(block)), block);
        }
    }

    #[test]
    fn tables_are_those_of_the_schema() {
        let schema = include_str!("../migrations/1.sql");
        for table in TABLES {
            let begin = format!("CREATE TABLE {} (", table.name);
            let rest = schema.split(&begin).nth(1).expect(table.name);
            let body = rest.split("\n)").next().unwrap();
            let named = body
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty() && !line.starts_with("PRIMARY"));
            let named = named.map(|line| {
                let mut words = line.split([' ', ',']);
                let kind = |name| match name {
                    "BIGINT" => Kind::Int,
                    "BYTEA" => Kind::Bytes,
                    "TEXT" => Kind::Text,
                    other => panic!("{other}"),
                };
                (words.next().unwrap(), kind(words.next().unwrap()))
            });
            let mut named: Vec<_> = named.collect();
            let mut columns = table.columns.to_vec();
            named.sort_by_key(|(name, _)| *name);
            columns.sort_by_key(|(name, _)| *name);
            assert_eq!(columns, named, "{}", table.name);
        }
    }
}
