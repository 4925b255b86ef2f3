//! A line to the node that counts what the node answers, and can be a long one.

use serde_json::Value;
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc::channel,
        Arc,
    },
    thread,
    time::{Duration, Instant},
};

/// The line.
pub struct Relay {
    pub url: String,
    answers: Arc<AtomicUsize>,
}

impl Relay {
    /// A line on which everything takes so long, each way.
    pub fn to(node: &str, delay: Duration) -> Self {
        let node = node.trim_start_matches("ws://").to_string();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("ws://{}", listener.local_addr().unwrap());
        let answers = Arc::new(AtomicUsize::new(0));
        let counted = answers.clone();
        thread::spawn(move || {
            for program in listener.incoming().flatten() {
                let node = TcpStream::connect(&node).unwrap();
                let _ = (program.set_nodelay(true), node.set_nodelay(true));
                carry(
                    program.try_clone().unwrap(),
                    node.try_clone().unwrap(),
                    delay,
                    None,
                );
                carry(node, program, delay, Some(Counter::new(counted.clone())));
            }
        });
        Self { url, answers }
    }

    /// How many answers came through since this was last asked. What a node tells by itself, such as a new
    /// block, is no answer.
    pub fn answers(&self) -> usize {
        self.answers.swap(0, Ordering::SeqCst)
    }
}

/// Carries what comes to where it goes, a while later, in threads of their own.
fn carry(mut from: TcpStream, mut to: TcpStream, delay: Duration, mut counter: Option<Counter>) {
    let (sender, late) = channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        for (due, bytes) in late {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Both);
    });
    thread::spawn(move || {
        let mut bytes = vec![0; 1 << 16];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            let part = &bytes[..count];
            // Before it is passed on: who has an answer finds it counted.
            if let Some(counter) = &mut counter {
                counter.take(part);
            }
            if sender
                .send((Instant::now() + delay, part.to_vec()))
                .is_err()
            {
                break;
            }
        }
    });
}

/// Reads the node's frames, which come after the end of its answer to an HTTP request.
struct Counter {
    answers: Arc<AtomicUsize>,
    bytes: Vec<u8>,
    is_open: bool,
    message: Vec<u8>,
}

impl Counter {
    fn new(answers: Arc<AtomicUsize>) -> Self {
        Self {
            answers,
            bytes: Vec::new(),
            is_open: false,
            message: Vec::new(),
        }
    }

    fn take(&mut self, part: &[u8]) {
        self.bytes.extend(part);
        if !self.is_open {
            let end = self.bytes.windows(4).position(|four| four == b"\r\n\r\n");
            let Some(end) = end else { return };
            self.bytes.drain(..end + 4);
            self.is_open = true;
        }
        while let Some((header, length)) = frame(&self.bytes) {
            if self.bytes.len() < header + length {
                return;
            }
            let (first, content) = (self.bytes[0], &self.bytes[header..header + length]);
            // Only texts, and what goes on with one, are messages.
            if first & 0x0f <= 1 {
                self.message.extend(content);
                if first & 0x80 != 0 {
                    let message = std::mem::take(&mut self.message);
                    self.answers
                        .fetch_add(answers_in(&message), Ordering::SeqCst);
                }
            }
            self.bytes.drain(..header + length);
        }
    }
}

/// How long the head and the content of a frame are, once that has come.
fn frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let number = |range: std::ops::Range<usize>| {
        let bytes = bytes.get(range)?;
        Some(
            bytes
                .iter()
                .fold(0, |sum, byte| (sum << 8) | usize::from(*byte)),
        )
    };
    match bytes.get(1)? & 0x7f {
        126 => Some((4, number(2..4)?)),
        127 => Some((10, number(2..10)?)),
        short => Some((2, short.into())),
    }
}

fn answers_in(message: &[u8]) -> usize {
    let is_answer = |message: &Value| usize::from(!message["id"].is_null());
    match serde_json::from_slice(message).unwrap_or_default() {
        Value::Array(batch) => batch.iter().map(is_answer).sum(),
        message => is_answer(&message),
    }
}

#[test]
fn relay_counts_answers_and_nothing_else() {
    let answers = Arc::new(AtomicUsize::new(0));
    let mut counter = Counter::new(answers.clone());
    let long = format!(r#"{{"id":2,"result":"{}"}}"#, "x".repeat(300));
    let mut bytes = b"HTTP/1.1 101 Switching\r\n\r\n".to_vec();
    for text in [
        r#"{"id":1,"result":null}"#,
        r#"{"method":"news","params":[]}"#,
        r#"[{"id":3},{"id":4}]"#,
    ] {
        bytes.extend([0x81, u8::try_from(text.len()).unwrap()]);
        bytes.extend(text.as_bytes());
    }
    bytes.extend([0x81, 126]);
    bytes.extend(u16::try_from(long.len()).unwrap().to_be_bytes());
    bytes.extend(long.as_bytes());
    // However they are cut.
    bytes.chunks(7).for_each(|part| counter.take(part));
    assert_eq!(answers.load(Ordering::SeqCst), 4);
}
