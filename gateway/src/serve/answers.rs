//! Answers that were paid for under an identifier, for whoever asks again. There is room for so many bytes; the
//! oldest are forgotten.

use super::{body, Body, BodyError};
use crate::{
    locked,
    once::{Binding, Key},
};
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    body::{Body as _, Bytes, Frame},
    header, HeaderMap, Response, StatusCode,
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

/// The longest answer that is kept.
const MAX_ANSWER: usize = 256 * 1024;
/// How many bytes are kept in all.
const MAX_ALL: usize = 64 * 1024 * 1024;
/// How many bytes an answer takes beside its body.
const OVERHEAD: usize = 2048;

/// The answers that are kept for requests with an identifier.
#[derive(Clone, Default)]
pub struct Answers(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    answers: HashMap<Key, Answer>,
    oldest: VecDeque<Key>,
    bytes: usize,
}

#[derive(Clone)]
struct Answer {
    binding: Binding,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answers {
    /// Returns the answer under an identifier to the same request, if it is kept.
    pub fn get(&self, key: &Key, binding: &Binding) -> Option<Response<Body>> {
        let state = self.state();
        let answer = state.answers.get(key);
        let answer = answer.filter(|answer| answer.binding == *binding)?.clone();
        drop(state);
        let mut response = Response::new(body::full(answer.body));
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        Some(response)
    }

    /// Keeps an answer once it has gone through whole. Nothing waits for it.
    pub fn keep(&self, key: Key, binding: Binding, response: Response<Body>) -> Response<Body> {
        let (parts, body) = response.into_parts();
        let copying = Copying {
            body,
            copy: Some(Vec::new()),
            answers: self.clone(),
            key,
            binding,
            status: parts.status,
            headers: parts.headers.clone(),
        };
        let frames = stream::unfold(copying, Copying::next);
        Response::from_parts(parts, StreamBody::new(frames).boxed_unsync())
    }

    fn insert(&self, key: Key, answer: Answer) {
        let mut state = self.state();
        if state.answers.contains_key(&key) {
            return;
        }
        state.bytes += answer.body.len() + OVERHEAD;
        state.answers.insert(key, answer);
        state.oldest.push_back(key);
        while state.bytes > MAX_ALL {
            let Some(oldest) = state.oldest.pop_front() else {
                return;
            };
            if let Some(answer) = state.answers.remove(&oldest) {
                state.bytes -= answer.body.len() + OVERHEAD;
            }
        }
    }

    fn state(&self) -> std::sync::MutexGuard<State> {
        locked(&self.0)
    }
}

struct Copying {
    body: Body,
    /// What has come so far; none once it is too much.
    copy: Option<Vec<u8>>,
    answers: Answers,
    key: Key,
    binding: Binding,
    status: StatusCode,
    headers: HeaderMap,
}

impl Copying {
    async fn next(mut self) -> Option<(Result<Frame<Bytes>, BodyError>, Self)> {
        let Some(frame) = self.body.frame().await else {
            self.finish();
            return None;
        };
        match &frame {
            Ok(frame) => self.copy(frame),
            Err(_) => self.copy = None,
        }
        // A body whose length is known is not asked for its end.
        if self.is_whole() {
            self.finish();
        }
        Some((frame, self))
    }

    fn copy(&mut self, frame: &Frame<Bytes>) {
        let Some(copy) = &mut self.copy else {
            return;
        };
        match frame.data_ref() {
            Some(data) if copy.len() + data.len() <= MAX_ANSWER => copy.extend_from_slice(data),
            _ => self.copy = None,
        }
    }

    fn is_whole(&self) -> bool {
        let length = self.headers.get(header::CONTENT_LENGTH);
        let length = length.and_then(|value| value.to_str().ok()?.parse().ok());
        let so_far = self.copy.as_ref().map(Vec::len);
        self.body.is_end_stream() || (length.is_some() && so_far == length)
    }

    fn finish(&mut self) {
        if let Some(copy) = self.copy.take() {
            let answer = Answer {
                binding: self.binding,
                status: self.status,
                headers: self.headers.clone(),
                body: copy.into(),
            };
            self.answers.insert(self.key, answer);
        }
    }
}
