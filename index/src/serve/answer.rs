//! Answers to what is asked for.

use super::{
    listings::{Listing, Shown, LISTINGS},
    Refusal,
};
use crate::{
    kinds::{
        ChannelKind, GiftKind, ItemKind, LedgerKind, LineKind, PaymentKind, ReleaseKind, RoundKind,
        StreamKind,
    },
    tables::block_of,
    value::{row, Amount, Read, Row, Signed},
    words::{after, words},
    Index, Result, Value,
};
use farthing_client::Account;
use serde_json::{json, Map, Value as Json};

/// How many there are on a page if nobody says, and at most.
const PAGE: u32 = 50;
const MAX_PAGE: u32 = 200;

/// Returns how far the index is, and what the chain's token is called.
pub fn status(index: &Index, symbol: &str, decimals: u8) -> Result<Json, Refusal> {
    let status = index.status();
    let last = status.last;
    Ok(json!({
        "first": status.first,
        "block": last.map(|(block, _)| block.number),
        "hash": last.map(|(block, _)| format!("0x{}", hex::encode(block.hash))),
        "time": last.map(|(_, time)| time),
        "final": status.last_final,
        "token": { "symbol": symbol, "decimals": decimals },
    }))
}

/// Returns a parameter of a question, as it was given.
pub fn parameter(query: &str, name: &str) -> Option<String> {
    let mut parts = query.split('&').filter_map(|part| part.split_once('='));
    let found = parts.find(|(found, _)| *found == name);
    found.map(|(_, value)| value.to_string())
}

/// Returns the list or thing at an address.
pub fn listed(index: &mut Index, path: &str, query: &str) -> Result<Json, Refusal> {
    let found = LISTINGS
        .iter()
        .find_map(|one| Some((one, matched(one.path, path)?)));
    let (listing, about) = found.ok_or_else(Refusal::nothing)?;
    known(listing, query)?;
    let limit = limit(query)?;
    let cursor = cursor(listing, parameter(query, "after"))?;
    let mut arguments = Vec::new();
    let mut filter = listing.filter.to_string();
    for (name, text) in about {
        if name == "words" {
            searched(text, &mut filter, &mut arguments)?;
            continue;
        }
        let value = asked(index, name, text)?;
        arguments.push(value);
        let place = format!("${}", arguments.len());
        filter = filter.replace(&format!("{{{name}}}"), &place);
    }
    ranged(listing, query, &mut filter, &mut arguments)?;
    let question = question(listing, &filter, arguments.len());
    arguments.extend(cursor.into_iter().map(Value::Int));
    // One more tells whether there are more.
    arguments.extend(row![limit + 1]);
    let last_final = index.status().last_final;
    let keys = listing.order.len();
    let rows = index
        .store
        .all(&question, &arguments, |row| Ok(row.clone()))?;
    let page = rows.iter().take(limit as usize);
    let page: Vec<Json> = page
        .map(|row| object(listing, row, last_final))
        .collect::<Result<_>>()?;
    if listing.is_one {
        return page.into_iter().next().ok_or_else(Refusal::nothing);
    }
    let next = match rows.len() > limit as usize {
        true => Some(cursor_after(&rows[limit as usize - 1], keys)?),
        false => None,
    };
    Ok(json!({ "items": page, "next": next }))
}

/// Refuses parameters that a list does not have.
fn known(listing: &Listing, query: &str) -> Result<(), Refusal> {
    let mut names = vec!["after", "limit"];
    if listing.range.is_some() {
        names.extend(["from", "until"]);
    }
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let name = part.split('=').next().unwrap_or_default();
        if !names.contains(&name) {
            let names = names.join(", ");
            let reason = format!("there is no parameter \"{}\", but {names}", shown(name));
            return Err(Refusal::bad(reason));
        }
    }
    Ok(())
}

/// Leaves out what is not between two numbers.
fn ranged(
    listing: &Listing,
    query: &str,
    filter: &mut String,
    arguments: &mut Vec<Value>,
) -> Result<(), Refusal> {
    let Some(column) = listing.range else {
        return Ok(());
    };
    for (name, compare) in [("from", ">="), ("until", "<=")] {
        let Some(text) = parameter(query, name) else {
            continue;
        };
        let number = text.parse::<u32>();
        let number = number.map_err(|_| Refusal::bad(format!("{name} is the number of a day")))?;
        arguments.extend(row![number]);
        *filter += &format!(" AND {column} {compare} ${}", arguments.len());
    }
    Ok(())
}

/// Returns what the names in braces stand for; `None` if the address is not of this form.
fn matched<'a>(form: &'static str, path: &'a str) -> Option<Vec<(&'static str, &'a str)>> {
    let (mut forms, mut parts) = (form.split('/'), path.split('/'));
    let mut about = Vec::new();
    loop {
        match (forms.next(), parts.next()) {
            (None, None) => return Some(about),
            (Some(form), Some(part)) => {
                let name = form
                    .strip_prefix('{')
                    .and_then(|form| form.strip_suffix('}'));
                match name {
                    Some(name) => about.push((name, part)),
                    None if form == part => {}
                    None => return None,
                }
            }
            _ => return None,
        }
    }
}

fn limit(query: &str) -> Result<u32, Refusal> {
    match parameter(query, "limit") {
        None => Ok(PAGE),
        Some(text) => {
            let limit = text.parse().ok();
            let limit = limit.filter(|limit| (1..=MAX_PAGE).contains(limit));
            let reason = format!("limit is a number from 1 to {MAX_PAGE}");
            limit.ok_or_else(|| Refusal::bad(reason))
        }
    }
}

/// Reads the numbers that a page begins after; without any, it begins before the first row.
fn cursor(listing: &Listing, given: Option<String>) -> Result<Vec<i64>, Refusal> {
    let begin = if listing.is_falling {
        i64::MAX
    } else {
        i64::MIN
    };
    let Some(text) = given else {
        return Ok(vec![begin; listing.order.len()]);
    };
    let numbers = text.split('.').map(|number| number.parse().ok());
    let numbers: Option<Vec<i64>> = numbers.collect();
    let numbers = numbers.filter(|numbers| numbers.len() == listing.order.len());
    numbers.ok_or_else(|| Refusal::bad("after is what the page before gives as next"))
}

/// Writes what to ask with (`after`) for the page that begins after this row.
fn cursor_after(row: &Row, keys: usize) -> Result<String> {
    let numbers = (0..keys).map(|key| Ok(row.get::<i64>(key)?.to_string()));
    Ok(numbers.collect::<Result<Vec<_>>>()?.join("."))
}

/// Reads the value that a name in braces stands for. A handle is looked up.
fn asked(index: &mut Index, name: &str, text: &str) -> Result<Value, Refusal> {
    match name {
        "creator" => match text.parse::<u32>() {
            Ok(number) => Ok(number.into()),
            Err(_) => {
                // The latest who has the handle, if they still have it.
                let find = "SELECT t.creator FROM creators t WHERE t.handle = $1 AND t.seq = (SELECT MAX(o.seq) FROM creators o WHERE o.creator = t.creator) LIMIT 1";
                let found = index
                    .store
                    .first(find, &row![text], |row| row.get::<i64>(0))?;
                Ok(found.ok_or_else(Refusal::nothing)?.into())
            }
        },
        "ledger" => {
            let number = text.parse::<i64>();
            Ok(number
                .map_err(|_| Refusal::bad("a ledger is named by its number"))?
                .into())
        }
        _ => {
            let account = text.parse::<Account>();
            let account = account
                .map_err(|_| Refusal::bad(format!("\"{}\" is no account's address", shown(text))));
            Ok(account?.into())
        }
    }
}

/// Adds what a search takes: items that have, for each word, one that begins like it.
fn searched(text: &str, filter: &mut String, arguments: &mut Vec<Value>) -> Result<(), Refusal> {
    let search = words(&decoded(text));
    if search.is_empty() || search.len() > 8 {
        return Err(Refusal::bad("a search is of 1 to 8 words"));
    }
    for word in search {
        let end = after(&word);
        let n = arguments.len();
        arguments.extend(row![word, end]);
        // Words of earlier editions are there, too: those of the present one were entered with it.
        *filter += &format!(
            " AND EXISTS (SELECT 1 FROM words w WHERE w.word >= ${} AND w.word < ${} AND w.creator = t.creator AND w.item = t.item AND w.seq = (SELECT MAX(e.seq) FROM words e WHERE e.creator = t.creator AND e.item = t.item))",
            n + 1,
            n + 2
        );
    }
    Ok(())
}

/// Decodes a part of an address.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let coded = after.get(..2).filter(|_| *first == b'%');
        let byte = coded.and_then(|coded| hex::decode(coded).ok());
        match byte.as_deref() {
            Some([byte]) => {
                bytes.push(*byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns the part of a stranger's text that can safely be shown: at most 64 visible ASCII characters.
fn shown(text: &str) -> String {
    let seen = text.chars().filter(|c| c.is_ascii_graphic());
    seen.take(64).collect()
}

fn question(listing: &Listing, filter: &str, before: usize) -> String {
    let columns = listing.columns.iter().map(|(_, column, _)| *column);
    let columns = columns.collect::<Vec<_>>().join(", ");
    let (order, compare) = match listing.is_falling {
        true => (" DESC", "<"),
        false => ("", ">"),
    };
    let keys = listing.order.join(", ");
    let sorted = listing.order.iter().map(|key| format!("{key}{order}"));
    let sorted = sorted.collect::<Vec<_>>().join(", ");
    let places = (1..=listing.order.len()).map(|key| format!("${}", before + key));
    let places = places.collect::<Vec<_>>().join(", ");
    let limit = before + listing.order.len() + 1;
    format!(
        "SELECT {keys}, t.seq, (SELECT b.time FROM blocks b WHERE b.number = t.seq / 1048576), {columns} FROM {} WHERE {filter} AND ({keys}) {compare} ({places}) ORDER BY {sorted} LIMIT ${limit}",
        listing.from
    )
}

fn object(listing: &Listing, row: &Row, last_final: Option<u32>) -> Result<Json> {
    let keys = listing.order.len();
    let block = block_of(row.get(keys)?);
    let mut object = Map::new();
    object.insert("block".into(), block.into());
    // Where sums stand, nothing may have happened since.
    object.insert("time".into(), json!(row.get::<Option<i64>>(keys + 1)?));
    object.insert(
        "final".into(),
        last_final.is_some_and(|last| block <= last).into(),
    );
    for (column, (name, _, shown)) in listing.columns.iter().enumerate() {
        let value = &row.0[keys + 2 + column];
        object.insert((*name).into(), json_of(value, *shown)?);
    }
    Ok(Json::Object(object))
}

fn json_of(value: &Value, shown: Shown) -> Result<Json> {
    if *value == Value::Null {
        return Ok(Json::Null);
    }
    let kind = |name: Option<&'static str>| name.map(Json::from);
    let found = match shown {
        Shown::Number => i64::read(value).map(Json::from),
        Shown::Flag => bool::read(value).map(Json::from),
        Shown::Amount => Amount::read(value).map(|amount| amount.0.to_string().into()),
        Shown::Signed => Signed::read(value).map(|amount| amount.0.to_string().into()),
        Shown::Account => match value {
            Value::Bytes(bytes) if bytes.is_empty() => Some(Json::Null),
            value => Account::read(value).map(|account| account.to_string().into()),
        },
        Shown::Bytes => Vec::<u8>::read(value).map(|bytes| hexadecimal(&bytes)),
        Shown::Memo => Vec::<u8>::read(value).map(|bytes| match String::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(error) => hexadecimal(error.as_bytes()),
        }),
        Shown::Text => String::read(value).map(Json::from),
        Shown::Payment => kind(PaymentKind::read(value).map(PaymentKind::name)),
        Shown::Gift => kind(GiftKind::read(value).map(GiftKind::name)),
        Shown::Release => kind(ReleaseKind::read(value).map(ReleaseKind::name)),
        Shown::Round => kind(RoundKind::read(value).map(RoundKind::name)),
        Shown::Channel => kind(ChannelKind::read(value).map(ChannelKind::name)),
        Shown::Stream => kind(StreamKind::read(value).map(StreamKind::name)),
        Shown::Ledger => kind(LedgerKind::read(value).map(LedgerKind::name)),
        Shown::Line => kind(LineKind::read(value).map(LineKind::name)),
        Shown::ItemKind => kind(ItemKind::read(value).map(ItemKind::name)),
    };
    found.ok_or_else(|| crate::Error::damaged("a column is not what it should be"))
}

fn hexadecimal(bytes: &[u8]) -> Json {
    format!("0x{}", hex::encode(bytes)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_matched_part_by_part() {
        let form = "/v1/creators/{creator}/tips";
        assert_eq!(
            matched(form, "/v1/creators/ada/tips"),
            Some(vec![("creator", "ada")])
        );
        for other in [
            "/v1/creators/ada",
            "/v1/creators/ada/tips/7",
            "/v1/pools/ada/tips",
        ] {
            assert_eq!(matched(form, other), None, "{other}");
        }
    }

    #[test]
    fn parts_of_addresses_are_decoded() {
        assert_eq!(decoded("the%20owl+and%C4%87"), "the owl andć");
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz"), "%zz");
    }

    #[test]
    fn what_is_asked_about_is_in_every_filter() {
        for listing in LISTINGS {
            let about = matched(listing.path, listing.path).unwrap();
            for (name, _) in about.into_iter().filter(|(name, _)| *name != "words") {
                assert!(
                    listing.filter.contains(&format!("{{{name}}}")),
                    "{}",
                    listing.path
                );
            }
        }
    }
}
