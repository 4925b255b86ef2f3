//! Files of a folder. What a file costs is asked only once it is there: nobody pays for a 404.

mod places;

pub use self::places::Places;

use self::places::{Content, SMALL};
use super::body::{self, refuse, Body, BodyError, Stop};
use crate::rules::{mime_of, Path, INDEX};
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    body::{Bytes, Frame},
    header::{self, HeaderMap, HeaderValue},
    Method, Response, StatusCode,
};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    ops::Range,
    path::{Path as FilePath, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

/// How many bytes are read at once.
const PIECE: u64 = 64 * 1024;

/// A file that is there.
pub struct Found {
    content: Content,
    length: u64,
    modified: SystemTime,
    mime: &'static str,
    /// The bytes of the file that are asked for; `None` for all.
    range: Option<Range<u64>>,
}

/// Finds the file at a path, and what is asked for of it. In the thread that answers: handing it to
/// another, which may wait for the disk, costs more than the opening itself.
pub fn find(
    (folder, places): (&FilePath, &Places),
    path: &Path,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Found, Stop> {
    if *method != Method::GET && *method != Method::HEAD {
        return Err(refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            "Files can be read only.",
        ));
    }
    let missing = || refuse(StatusCode::NOT_FOUND, "There is no such file.");
    let is_hidden = |part: &String| part.starts_with('.');
    if path.parts().iter().any(is_hidden) {
        return Err(missing());
    }
    let asked = asked_for(folder, path.parts());
    let opened = places.open(folder, asked).ok_or_else(missing)?;
    let name = opened.path.file_name().and_then(|name| name.to_str());
    let mut found = Found {
        length: opened.about.len(),
        modified: opened.about.modified().unwrap_or(UNIX_EPOCH),
        mime: mime_of(name.ok_or_else(missing)?),
        content: opened.content,
        range: None,
    };
    if found.is_known(headers) {
        return Err(Box::new(found.empty(StatusCode::NOT_MODIFIED)));
    }
    found.range = found.asked_range(headers)?;
    Ok(found)
}

/// Returns the path in a folder that an address names.
fn asked_for(folder: &FilePath, parts: &[String]) -> PathBuf {
    let mut path = folder.to_owned();
    path.extend(parts.iter().filter(|part| !part.is_empty()));
    if parts.last().is_none_or(String::is_empty) {
        path.push(INDEX);
    }
    path
}

impl Found {
    /// Leaves only what is within the first bytes, or says that this is not asked for.
    pub fn cut(&mut self, preview: u64) -> bool {
        let range = self.range.clone().unwrap_or(0..self.length);
        let end = range.end.min(preview.min(self.length));
        self.range = Some(range.start..end);
        range.start < end
    }

    /// Answers with the file, or the part of it that is asked for.
    pub fn answer(self, method: &Method) -> Response<Body> {
        let status = match self.range {
            Some(_) => StatusCode::PARTIAL_CONTENT,
            None => StatusCode::OK,
        };
        let mut response = self.empty(status);
        let range = self.range.clone().unwrap_or(0..self.length);
        let headers = response.headers_mut();
        if self.range.is_some() {
            let told = format!(
                "bytes {}-{}/{}",
                range.start,
                range.end.saturating_sub(1),
                self.length
            );
            super::ask::insert(headers, "content-range", &told);
        }
        let length = range.end - range.start;
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        if *method != Method::HEAD {
            *response.body_mut() = read(self.content, range);
        }
        response
    }

    fn empty(&self, status: StatusCode) -> Response<Body> {
        let mut response = Response::new(body::full(""));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        let mime = HeaderValue::from_static(self.mime);
        headers.insert(header::CONTENT_TYPE, mime);
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        let nosniff = HeaderValue::from_static("nosniff");
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
        super::ask::insert(headers, "etag", &self.etag());
        response
    }

    fn etag(&self) -> String {
        let since = self.modified.duration_since(UNIX_EPOCH);
        let nanos = since.unwrap_or_default().as_nanos();
        format!("\"{:x}-{:x}\"", nanos, self.length)
    }

    fn is_known(&self, headers: &HeaderMap) -> bool {
        let known = headers.get(header::IF_NONE_MATCH);
        let known = known.and_then(|value| value.to_str().ok());
        known.is_some_and(|tags| {
            let mut tags = tags
                .split(',')
                .map(|tag| tag.trim().trim_start_matches("W/"));
            tags.any(|tag| tag == self.etag())
        })
    }

    fn asked_range(&self, headers: &HeaderMap) -> Result<Option<Range<u64>>, Stop> {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        let is_changed = text(header::IF_RANGE).is_some_and(|tag| tag != self.etag());
        let Some(asked) = text(header::RANGE).filter(|_| !is_changed) else {
            return Ok(None);
        };
        match range(asked, self.length) {
            Asked::Range(range) => Ok(Some(range)),
            // Whoever asks for several gets all, which is allowed.
            Asked::Other => Ok(None),
            Asked::Outside => {
                let mut stop = refuse(
                    StatusCode::RANGE_NOT_SATISFIABLE,
                    "The file has no such part.",
                );
                let told = format!("bytes */{}", self.length);
                super::ask::insert(stop.headers_mut(), "content-range", &told);
                Err(stop)
            }
        }
    }
}

/// What a `Range` comes to.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Range(Range<u64>),
    Outside,
    Other,
}

fn range(asked: &str, length: u64) -> Asked {
    let Some((first, last)) = asked
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Asked::Other;
    };
    let number = |text: &str| match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse::<u64>().ok(),
        false => None,
    };
    let range = match (first.trim(), last.trim()) {
        ("", last) => number(last).map(|last| length.saturating_sub(last)..length),
        (first, "") => number(first).map(|first| first..length),
        (first, last) => match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => {
                Some(first..last.saturating_add(1).min(length))
            }
            _ => None,
        },
    };
    match range {
        Some(range) if range.start < range.end => Asked::Range(range),
        Some(_) => Asked::Outside,
        None => Asked::Other,
    }
}

/// Reads a part of a file.
fn read(content: Content, range: Range<u64>) -> Body {
    let mut file = match content {
        Content::Read(bytes) => return body::full(part(&bytes, &range)),
        Content::Unread(file) => file,
    };
    let begun = match range.start {
        0 => Ok(0),
        start => file.seek(SeekFrom::Start(start)),
    };
    let is_small = range.end - range.start <= SMALL;
    match begun {
        Ok(_) if is_small => match piece(file, range) {
            Ok((bytes, _)) => body::full(bytes),
            Err(error) => broken(error),
        },
        Ok(_) => flow(file, range),
        Err(error) => broken(error),
    }
}

fn part(bytes: &Bytes, range: &Range<u64>) -> Bytes {
    let place = |at: u64| usize::try_from(at).map_or(bytes.len(), |at| at.min(bytes.len()));
    let end = place(range.end);
    bytes.slice(place(range.start).min(end)..end)
}

/// A body that breaks off before it begins.
fn broken(error: std::io::Error) -> Body {
    let error: BodyError = error.into();
    StreamBody::new(stream::iter([Err(error)])).boxed_unsync()
}

/// Reads a part of a file from where it is, as fast as it is taken, in threads that may wait for the disk.
fn flow(file: File, range: Range<u64>) -> Body {
    let pieces = stream::unfold(Some((file, range)), |reading| async {
        let (file, range) = reading?;
        if range.is_empty() {
            return None;
        }
        let read = tokio::task::spawn_blocking(move || piece(file, range)).await;
        let read = read
            .map_err(BodyError::from)
            .and_then(|read| read.map_err(Into::into));
        match read {
            Ok((bytes, rest)) => Some((Ok(Frame::data(bytes)), Some(rest))),
            Err(error) => Some((Err(error), None)),
        }
    });
    StreamBody::new(pieces).boxed_unsync()
}

fn piece(mut file: File, range: Range<u64>) -> std::io::Result<(Bytes, (File, Range<u64>))> {
    let length = (range.end - range.start).min(PIECE);
    let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
    file.read_exact(&mut bytes)?;
    Ok((bytes.into(), (file, range.start + length..range.end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_within_the_file() {
        for (asked, found) in [
            ("bytes=0-", Asked::Range(0..10)),
            ("bytes=0-3", Asked::Range(0..4)),
            ("bytes=3-99", Asked::Range(3..10)),
            ("bytes=-3", Asked::Range(7..10)),
            ("bytes=-99", Asked::Range(0..10)),
            ("bytes=9-18446744073709551615", Asked::Range(9..10)),
            ("bytes=10-", Asked::Outside),
            ("bytes=-0", Asked::Outside),
            ("bytes=3-2", Asked::Other),
            ("bytes=0-1,3-4", Asked::Other),
            ("bytes=a-b", Asked::Other),
            ("bytes=+1-2", Asked::Other),
            ("lines=1-2", Asked::Other),
        ] {
            assert_eq!(range(asked, 10), found, "{asked}");
        }
        assert_eq!(range("bytes=0-", 0), Asked::Outside);
    }
}
