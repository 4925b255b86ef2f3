//! A stream of what happens, as server-sent events.

mod id;

use super::{Body, Refusal, Shared};
use crate::{
    tables::{block_of, end_of},
    value::row,
    Index, Result,
};
use farthing_client::{Block, Event};
use farthing_types::Hash;
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    body::{Bytes, Frame},
    header::{self, HeaderValue},
    Response, StatusCode,
};
use id::Id;
use serde_json::json;
use std::{
    collections::{BTreeMap, VecDeque},
    ops::ControlFlow,
    sync::Arc,
    time::Duration,
};
use tokio::sync::OwnedSemaphorePermit;

/// How often the index is looked at.
const PAUSE: Duration = Duration::from_millis(400);
/// After how many looks at nothing new a word is said, so that the line is not thought to be dead.
const QUIET: u32 = 40;
/// How many events are told at once.
const BATCH: usize = 256;
/// How many blocks are remembered that can be undone.
const REMEMBERED: usize = 512;

/// A client that is told what happens, and how much it was told.
struct Listener {
    shared: Arc<Shared>,
    seen: Seen,
    /// Whether all that was told after the last certain block is to be taken back first.
    is_anew: bool,
    quiet: u32,
    /// A place among all listeners, and one among those that its address can have.
    _permits: (OwnedSemaphorePermit, Option<OwnedSemaphorePermit>),
}

/// What a listener has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    /// The place up to which all is seen.
    after: i64,
    /// The last block that was final when all that is seen was still so.
    certain: u32,
    open: Open,
}

/// Blocks that were seen, and were not final then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Open {
    blocks: VecDeque<Seeing>,
    /// The last one that is not remembered any more, because there were too many.
    forgotten: Option<u32>,
}

/// A block, and whether anything happened in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seeing {
    block: Block,
    has_events: bool,
}

/// What a listener is told of blocks that were undone.
#[derive(Debug, PartialEq, Eq)]
enum Undone {
    /// This one, and those after it.
    From(Block),
    /// Perhaps others before that are not remembered: all that is not final.
    Anew,
}

impl Open {
    fn see(&mut self, seeing: Seeing) {
        self.blocks.push_back(seeing);
        if self.blocks.len() > REMEMBERED {
            let first = self.blocks.pop_front();
            self.forgotten = first.map(|first| first.block.number);
        }
    }

    fn last(&self) -> Option<Block> {
        self.blocks.back().map(|seeing| seeing.block)
    }

    fn finalised(&mut self, last: u32) {
        self.blocks.retain(|open| open.block.number > last);
        self.forgotten = self.forgotten.filter(|forgotten| *forgotten > last);
    }

    /// Returns the first block that was undone, if any was: `there` is what the index has now, up to a last final
    /// block. Of final blocks it keeps only those in which something happened: an empty one may be missing.
    fn first_undone(&self, there: &BTreeMap<u32, Hash>, last_final: Option<u32>) -> Option<Block> {
        let undone = self.blocks.iter().find(|open| {
            let Block { number, hash } = open.block;
            match there.get(&number) {
                Some(found) => *found != hash,
                None => open.has_events || last_final.is_none_or(|last| number > last),
            }
        });
        undone.map(|open| open.block)
    }

    /// Takes out a block that was undone, and those after it.
    fn undone(&mut self, block: Block) -> Undone {
        // If blocks before were undone, so were all that are remembered.
        let is_first = self.blocks.front().map(|open| open.block) == Some(block);
        self.blocks.retain(|open| open.block.number < block.number);
        match self.forgotten.take() {
            Some(_) if is_first => Undone::Anew,
            forgotten => {
                self.forgotten = forgotten;
                Undone::From(block)
            }
        }
    }
}

/// Opens a stream that begins after an event.
pub async fn open(
    shared: Arc<Shared>,
    after: Option<String>,
    of_address: Option<OwnedSemaphorePermit>,
) -> Result<Response<Body>, Refusal> {
    let permit = shared.streams.clone().try_acquire_owned().map_err(|_| {
        let reason = "too many listen already".to_string();
        Refusal(StatusCode::SERVICE_UNAVAILABLE, reason)
    })?;
    let after: Option<Id> = match after.map(|text| text.parse()) {
        Some(Ok(id)) => Some(id),
        Some(Err(())) => return Err(Refusal::bad("after is the id of an event")),
        None => None,
    };
    let begin = move |index: &mut Index| Ok(begin(index, after)?);
    let (seen, is_anew) = shared.clone().read(begin).await?;
    let listener = Listener {
        shared,
        seen,
        is_anew,
        quiet: 0,
        _permits: (permit, of_address),
    };
    let told = stream::unfold(listener, |mut listener| async {
        let text = listener.next().await?;
        Some((Ok(Frame::data(Bytes::from(text))), listener))
    });
    let mut response = Response::new(StreamBody::new(told).boxed());
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/event-stream");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Finds where a listener begins: after an event, or after all that is there. Returns also whether some of what they
/// were told did not happen, as the block of that event was undone while they were away.
fn begin(index: &mut Index, after: Option<Id>) -> Result<(Seen, bool)> {
    let (mut after, undone) = match after {
        None => (now(index), None),
        Some(id) => {
            let there = hash_of(index, block_of(id.place))?;
            (id.place, id.undone(there))
        }
    };
    if let Some(certain) = undone {
        after = end_of(certain);
    }
    let certain = undone.or(index.status().last_final).unwrap_or(0);
    let mut seen = Seen {
        after,
        certain,
        open: Open::default(),
    };
    let since = certain.saturating_add(1);
    for seeing in blocks_between(index, since, block_of(after))? {
        seen.open.see(seeing);
    }
    Ok((seen, undone.is_some()))
}

/// Returns the place after all that is there.
fn now(index: &Index) -> i64 {
    index
        .status()
        .last
        .map_or(-1, |(block, _)| end_of(block.number))
}

/// What a listener has not seen yet.
struct News {
    undone: Option<Block>,
    events: Vec<(i64, Event)>,
    /// Blocks that were not seen before, and can be undone: the latest of them.
    open: Vec<Seeing>,
    /// The place up to which all is told now.
    until: i64,
    last_final: Option<u32>,
}

impl Listener {
    /// Returns what is told next. `None` ends the stream, where the index cannot be read any more.
    async fn next(&mut self) -> Option<String> {
        if std::mem::take(&mut self.is_anew) {
            return Some(anew(self.seen.certain));
        }
        loop {
            let seen = self.seen.clone();
            let news = self
                .shared
                .clone()
                .read(move |index| Ok(news(index, &seen)?));
            let news = news.await.ok()?;
            let text = self.told(news);
            if !text.is_empty() {
                self.quiet = 0;
                return Some(text);
            }
            self.quiet += 1;
            if self.quiet % QUIET == 1 {
                return Some(": nothing new\n\n".into());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn told(&mut self, news: News) -> String {
        if let Some(block) = news.undone {
            return self.seen.undone(block);
        }
        let certain = news.last_final.unwrap_or(0).max(self.seen.certain);
        let mut text = String::new();
        for (seq, event) in &news.events {
            text += &self.shown(*seq, event, certain);
        }
        self.seen.went_on(&news, certain);
        text
    }

    fn shown(&self, seq: i64, event: &Event, certain: u32) -> String {
        let told = self.shared.client.told(event);
        let (name, fields) = told.unwrap_or_default();
        let is_final = event.block.number <= certain;
        let id = match is_final {
            true => Id::of_final(seq),
            false => Id::of_open(seq, certain, event.block.hash),
        };
        let data = json!({
            "block": event.block.number,
            "time": event.time,
            "final": is_final,
            "transaction": event.emitted.index,
            "contract": event.contract.name(),
            "address": event.emitted.contract,
            "event": name,
            "fields": fields,
        });
        format!("id: {id}\ndata: {data}\n\n")
    }
}

impl Seen {
    /// Goes back before a block that was undone, and says so.
    fn undone(&mut self, block: Block) -> String {
        match self.open.undone(block) {
            Undone::From(block) => {
                let before = block.number.saturating_sub(1);
                self.after = self.after.min(end_of(before));
                let last = self.open.last();
                // Who is cut off now has what was told before, and nothing else.
                let id = match last {
                    Some(last) => Id::of_open(end_of(last.number), self.certain, last.hash),
                    None => Id::of_final(end_of(self.certain)),
                };
                let hash = format!("0x{}", hex::encode(block.hash));
                let data = json!({ "block": block.number, "hash": hash });
                format!("id: {id}\nevent: undone\ndata: {data}\n\n")
            }
            Undone::Anew => {
                self.after = self.after.min(end_of(self.certain));
                anew(self.certain)
            }
        }
    }

    /// Takes note of what was told.
    fn went_on(&mut self, news: &News, certain: u32) {
        for seeing in &news.open {
            self.open.see(*seeing);
        }
        self.after = self.after.max(news.until);
        self.certain = certain;
        self.open.finalised(certain);
    }
}

/// Takes back all that was told after a block.
fn anew(certain: u32) -> String {
    let id = Id::of_final(end_of(certain));
    let data = json!({ "block": certain });
    format!("id: {id}\nevent: anew\ndata: {data}\n\n")
}

/// Returns the blocks that the index has from one to another, in order: the last of them, and one more than can be
/// remembered.
fn blocks_between(index: &mut Index, from: u32, until: u32) -> Result<Vec<Seeing>> {
    let blocks = "SELECT number, hash, CASE WHEN EXISTS (SELECT 1 FROM events e
WHERE e.seq >= number * 1048576 AND e.seq < (number + 1) * 1048576) THEN 1 ELSE 0 END
FROM blocks WHERE number >= $1 AND number <= $2 ORDER BY number DESC LIMIT $3";
    let most = REMEMBERED as u32 + 1;
    let mut found = index.store.all(blocks, &row![from, until, most], |row| {
        let block = Block {
            number: row.get(0)?,
            hash: row.get(1)?,
        };
        let has_events = row.get::<u32>(2)? == 1;
        Ok(Seeing { block, has_events })
    })?;
    found.reverse();
    Ok(found)
}

fn hash_of(index: &mut Index, number: u32) -> Result<Option<Hash>> {
    let there = "SELECT hash FROM blocks WHERE number = $1";
    index.store.first(there, &row![number], |row| row.get(0))
}

fn news(index: &mut Index, seen: &Seen) -> Result<News> {
    let status = index.status();
    let mut news = News {
        undone: undone(index, &seen.open)?,
        events: Vec::new(),
        open: Vec::new(),
        until: seen.after,
        last_final: status.last_final,
    };
    let Some((last, _)) = status.last.filter(|_| news.undone.is_none()) else {
        return Ok(news);
    };
    index.events_after(seen.after, &mut |seq, event| {
        news.events.push((seq, event));
        Ok(match news.events.len() < BATCH {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        })
    })?;
    news.until = match news.events.last() {
        Some((seq, _)) if news.events.len() == BATCH => *seq,
        _ => end_of(last.number),
    };
    let noted = seen.open.last().map_or(0, |last| last.number);
    let since = noted.max(status.last_final.unwrap_or(0)).saturating_add(1);
    news.open = blocks_between(index, since, block_of(news.until))?;
    Ok(news)
}

/// Returns the first block that was seen and undone. If the last one is still there, so are those before.
fn undone(index: &mut Index, open: &Open) -> Result<Option<Block>> {
    let (Some(first), Some(last)) = (open.blocks.front(), open.last()) else {
        return Ok(None);
    };
    if hash_of(index, last.number)? == Some(last.hash) {
        return Ok(None);
    }
    let there = blocks_between(index, first.block.number, last.number)?;
    let there = there.into_iter().map(|seeing| seeing.block);
    let there = there.map(|block| (block.number, block.hash));
    Ok(open.first_undone(&there.collect(), index.status().last_final))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        testing::{block, making, tips, told, FIRST},
        Certainty, Identity, Place,
    };

    fn seeing(number: u32, has_events: bool) -> Seeing {
        let block = block(number, 0);
        Seeing { block, has_events }
    }

    fn told_of(count: u32) -> Open {
        let mut open = Open::default();
        for number in 1..=count {
            open.see(seeing(number, true));
        }
        open
    }

    fn there(blocks: impl IntoIterator<Item = Block>) -> BTreeMap<u32, Hash> {
        let blocks = blocks.into_iter();
        blocks.map(|block| (block.number, block.hash)).collect()
    }

    #[test]
    fn block_that_is_remembered_is_undone_alone() {
        let mut open = told_of(REMEMBERED as u32);
        let undone = block(7, 0);
        assert_eq!(open.undone(undone), Undone::From(undone));
        assert_eq!(open.blocks.len(), 6);
        let first = block(1, 0);
        assert_eq!(open.undone(first), Undone::From(first));
    }

    #[test]
    fn listener_begins_anew_where_more_was_undone_than_is_remembered() {
        let mut open = told_of(REMEMBERED as u32 + 3);
        assert_eq!(open.undone(block(4, 0)), Undone::Anew);
        assert!(open.blocks.is_empty() && open.forgotten.is_none());
    }

    #[test]
    fn what_is_final_need_not_be_remembered() {
        let mut open = told_of(REMEMBERED as u32 + 3);
        let last = block(REMEMBERED as u32, 0);
        let mut other = open.clone();
        assert_eq!(other.undone(last), Undone::From(last));
        open.finalised(3);
        assert_eq!(open.undone(block(4, 0)), Undone::From(block(4, 0)));
    }

    #[test]
    fn first_of_the_blocks_that_are_others_now_was_undone() {
        let open = told_of(5);
        let same = (1..=5).map(|number| block(number, 0));
        assert_eq!(open.first_undone(&there(same), None), None);
        let others = (1..=5).map(|number| block(number, u8::from(number > 2)));
        assert_eq!(
            open.first_undone(&there(others), Some(5)),
            Some(block(3, 0))
        );
        let shorter = (1..=3).map(|number| block(number, 0));
        assert_eq!(
            open.first_undone(&there(shorter), Some(3)),
            Some(block(4, 0))
        );
    }

    /// The index keeps no final blocks in which nothing happened.
    #[test]
    fn block_of_which_nothing_was_told_may_be_missing_once_it_is_final() {
        let mut open = told_of(2);
        open.see(seeing(3, false));
        let two = || there((1..=2).map(|number| block(number, 0)));
        assert_eq!(open.first_undone(&two(), Some(3)), None);
        assert_eq!(open.first_undone(&two(), Some(2)), Some(block(3, 0)));
        open.blocks[2].has_events = true;
        assert_eq!(open.first_undone(&two(), Some(3)), Some(block(3, 0)));
    }

    /// What was final when it was told, and not what is by now.
    #[test]
    fn listener_begins_anew_after_the_block_that_was_final_before() {
        let mut seen = Seen {
            after: end_of(REMEMBERED as u32 + 3),
            certain: 2,
            open: told_of(REMEMBERED as u32 + 3),
        };
        let text = seen.undone(block(4, 0));
        assert!(text.contains("event: anew\ndata: {\"block\":2}"), "{text}");
        assert_eq!(seen.after, end_of(2));
    }

    /// Nothing was told of the block that was undone, but something is of the one in its place.
    #[test]
    fn what_happens_in_place_of_an_empty_block_is_told() {
        let mut index = Index::open(&Place::Memory, Identity::unnamed(), FIRST).unwrap();
        index.add(&[making()], Certainty::Final).unwrap();
        let (first, second) = (FIRST + 1, FIRST + 2);
        let empty = [told(first, 0, Vec::new()), told(second, 0, Vec::new())];
        index.add(&empty, Certainty::Open).unwrap();
        let (mut seen, is_anew) = begin(&mut index, None).unwrap();
        assert!(!is_anew);

        index.undo_from(first).unwrap();
        let instead = told(first, 1, vec![tips(1, &[7])]);
        index.add(&[instead], Certainty::Open).unwrap();
        let undone = news(&mut index, &seen).unwrap().undone;
        assert_eq!(undone, Some(block(first, 0)));
        seen.undone(undone.unwrap());
        let found = news(&mut index, &seen).unwrap();
        let blocks: Vec<_> = found.events.iter().map(|(_, event)| event.block).collect();
        assert_eq!((found.undone, blocks), (None, vec![block(first, 1)]));
        seen.went_on(&found, FIRST);
        let nothing = news(&mut index, &seen).unwrap();
        assert!(nothing.undone.is_none() && nothing.events.is_empty());
    }
}
