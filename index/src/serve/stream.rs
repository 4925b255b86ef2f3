//! A stream of what happens, as server-sent events.

use super::{Body, Refusal, Shared};
use crate::{tables::end_of, value::row, Index, Result};
use farthing_client::{Block, Event};
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    body::{Bytes, Frame},
    header::{self, HeaderValue},
    Response, StatusCode,
};
use serde_json::json;
use std::{collections::VecDeque, ops::ControlFlow, sync::Arc, time::Duration};
use tokio::sync::OwnedSemaphorePermit;

/// How often the index is looked at.
const PAUSE: Duration = Duration::from_millis(400);
/// After how many looks at nothing new a word is said, so that the line is not thought to be dead.
const QUIET: u32 = 40;
/// How many events are told at once.
const BATCH: usize = 256;
/// How many blocks are remembered that can be undone.
const REMEMBERED: usize = 512;

/// Where a listener is.
struct Listener {
    shared: Arc<Shared>,
    /// The place of the last event that was told.
    after: i64,
    open: Open,
    quiet: u32,
    _permit: OwnedSemaphorePermit,
}

/// Blocks of which something was told, and that were not final then.
#[derive(Clone, Default)]
struct Open {
    blocks: VecDeque<Block>,
    /// The last one that is not remembered any more, because there were too many.
    forgotten: Option<u32>,
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
    fn told_of(&mut self, block: Block) {
        if self.blocks.back() == Some(&block) {
            return;
        }
        self.blocks.push_back(block);
        if self.blocks.len() > REMEMBERED {
            let first = self.blocks.pop_front();
            self.forgotten = first.map(|first| first.number);
        }
    }

    fn finalised(&mut self, last: u32) {
        self.blocks.retain(|open| open.number > last);
        self.forgotten = self.forgotten.filter(|forgotten| *forgotten > last);
    }

    /// Takes out a block that was undone, and those after it.
    fn undone(&mut self, block: Block) -> Undone {
        // If blocks before were undone, so were all that are remembered.
        let is_first = self.blocks.front() == Some(&block);
        self.blocks.retain(|open| open.number < block.number);
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
pub async fn open(shared: Arc<Shared>, after: Option<String>) -> Result<Response<Body>, Refusal> {
    let permit = shared.streams.clone().try_acquire_owned().map_err(|_| {
        let reason = "too many listen already".to_string();
        Refusal(StatusCode::SERVICE_UNAVAILABLE, reason)
    })?;
    let after = match after {
        Some(text) => {
            let place = text.parse();
            place.map_err(|_| Refusal::bad("after is the id of an event"))?
        }
        None => shared.clone().read(|index| Ok(now(index))).await?,
    };
    let listener = Listener {
        shared,
        after,
        open: Open::default(),
        quiet: 0,
        _permit: permit,
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

/// The place after all that is there.
fn now(index: &Index) -> i64 {
    index
        .status()
        .last
        .map_or(-1, |(block, _)| end_of(block.number))
}

/// What is new.
struct News {
    undone: Option<Block>,
    events: Vec<(i64, Event)>,
    last_final: Option<u32>,
}

impl Listener {
    /// What is told next. `None` ends the stream, where the index cannot be read any more.
    async fn next(&mut self) -> Option<String> {
        loop {
            let (after, open) = (self.after, self.open.blocks.clone());
            let news = self
                .shared
                .clone()
                .read(move |index| Ok(news(index, after, &open)?));
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
        let mut text = String::new();
        if let Some(block) = news.undone {
            let (name, last, data) = match self.open.undone(block) {
                Undone::From(block) => {
                    let hash = format!("0x{}", hex::encode(block.hash));
                    let data = json!({ "block": block.number, "hash": hash });
                    ("undone", block.number.saturating_sub(1), data)
                }
                Undone::Anew => {
                    let last = news.last_final.unwrap_or(0);
                    ("anew", last, json!({ "block": last }))
                }
            };
            self.after = self.after.min(end_of(last));
            text += &format!("id: {}\nevent: {name}\ndata: {data}\n\n", self.after);
            return text;
        }
        for (seq, event) in &news.events {
            let number = event.block.number;
            self.after = *seq;
            let is_final = news.last_final.is_some_and(|last| number <= last);
            if !is_final {
                self.open.told_of(event.block);
            }
            text += &self.shown(event, is_final);
        }
        if let Some(last) = news.last_final {
            self.open.finalised(last);
        }
        text
    }

    fn shown(&self, event: &Event, is_final: bool) -> String {
        let told = self.shared.client.told(event);
        let (name, fields) = told.unwrap_or_default();
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
        format!("id: {}\ndata: {data}\n\n", self.after)
    }
}

fn news(index: &mut Index, after: i64, open: &VecDeque<Block>) -> Result<News> {
    let last_final = index.status().last_final;
    for block in open {
        let there = "SELECT hash FROM blocks WHERE number = $1";
        let hash = index
            .store
            .first(there, &row![block.number], |row| row.get(0))?;
        if hash != Some(block.hash) {
            return Ok(News {
                undone: Some(*block),
                events: Vec::new(),
                last_final,
            });
        }
    }
    let mut events = Vec::new();
    index.events_after(after, &mut |seq, event| {
        events.push((seq, event));
        Ok(match events.len() < BATCH {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        })
    })?;
    Ok(News {
        undone: None,
        events,
        last_final,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::block;

    fn told_of(count: u32) -> Open {
        let mut open = Open::default();
        for number in 1..=count {
            open.told_of(block(number, 0));
            open.told_of(block(number, 0));
        }
        open
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
}
