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
    /// Blocks of which something was told, and that were not final then.
    open: VecDeque<Block>,
    quiet: u32,
    _permit: OwnedSemaphorePermit,
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
        open: VecDeque::new(),
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
            let (after, open) = (self.after, self.open.clone());
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
            self.open.retain(|open| open.number < block.number);
            self.after = self.after.min(end_of(block.number.saturating_sub(1)));
            let hash = format!("0x{}", hex::encode(block.hash));
            let data = json!({ "block": block.number, "hash": hash });
            text += &format!("id: {}\nevent: undone\ndata: {data}\n\n", self.after);
            return text;
        }
        for (seq, event) in &news.events {
            let number = event.block.number;
            self.after = *seq;
            let is_final = news.last_final.is_some_and(|last| number <= last);
            if !is_final && self.open.back() != Some(&event.block) {
                self.open.push_back(event.block);
                if self.open.len() > REMEMBERED {
                    self.open.pop_front();
                }
            }
            text += &self.shown(event, is_final);
        }
        if let Some(last) = news.last_final {
            self.open.retain(|open| open.number > last);
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
