//! A line to a node on which answers are changed.

use serde_json::Value;
use std::{
    collections::HashMap,
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc, Mutex,
    },
    thread,
};

/// Changes an answer; it is given the question, too.
type Change = dyn Fn(&Value, Value) -> Value + Send + Sync;

/// The line.
pub struct Relay {
    pub url: String,
}

/// Cuts the line, and mends it.
pub struct Switch {
    is_cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Switch {
    pub fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        for end in self.open.lock().unwrap().drain(..) {
            let _ = end.shutdown(Shutdown::Both);
        }
    }

    pub fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }
}

impl Relay {
    /// A line to a node whose answers `change` changes.
    pub fn to(
        node: &str,
        change: impl Fn(&Value, Value) -> Value + Send + Sync + 'static,
    ) -> (Self, Switch) {
        let node = node.trim_start_matches("ws://").to_string();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("ws://{}", listener.local_addr().unwrap());
        let switch = Switch {
            is_cut: Arc::default(),
            open: Arc::default(),
        };
        let (is_cut, open) = (switch.is_cut.clone(), switch.open.clone());
        let change: Arc<Change> = Arc::new(change);
        thread::spawn(move || {
            for program in listener.incoming().flatten() {
                if is_cut.load(Ordering::SeqCst) {
                    continue;
                }
                let node = TcpStream::connect(&node).unwrap();
                open.lock().unwrap().push(program.try_clone().unwrap());
                carry(program, node, change.clone());
            }
        });
        (Self { url }, switch)
    }
}

/// Carries both directions, each in a thread of its own.
fn carry(program: TcpStream, node: TcpStream, change: Arc<Change>) {
    let asked = Arc::new(Mutex::new(HashMap::<String, Value>::new()));
    let (mut from, mut to) = (program.try_clone().unwrap(), node.try_clone().unwrap());
    let noted = asked.clone();
    thread::spawn(move || {
        let _ = handshake(&mut from, &mut to);
        while let Some(frame) = Frame::read(&mut from) {
            if let Ok(question) = serde_json::from_slice::<Value>(&frame.content) {
                noted
                    .lock()
                    .unwrap()
                    .insert(question["id"].to_string(), question);
            }
            if frame.write(&mut to).is_none() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
    let (mut from, mut to) = (node, program);
    thread::spawn(move || {
        let _ = handshake(&mut from, &mut to);
        while let Some(mut frame) = Frame::read(&mut from) {
            if let Ok(answer) = serde_json::from_slice::<Value>(&frame.content) {
                let question = asked.lock().unwrap().remove(&answer["id"].to_string());
                if let Some(question) = question {
                    frame.content = change(&question, answer).to_string().into_bytes();
                }
            }
            if frame.write(&mut to).is_none() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}

/// What comes before frames, up to an empty line.
fn handshake(from: &mut TcpStream, to: &mut TcpStream) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(read(from, 1)?[0]);
    }
    to.write_all(&head).ok()
}

/// A frame of a websocket: its first byte, whether it is masked, and its content without the mask.
struct Frame {
    kind: u8,
    is_masked: bool,
    content: Vec<u8>,
}

impl Frame {
    fn read(from: &mut TcpStream) -> Option<Self> {
        let head = read(from, 2)?;
        let length = match head[1] & 0x7f {
            126 => u16::from_be_bytes(read(from, 2)?.try_into().unwrap()).into(),
            127 => u64::from_be_bytes(read(from, 8)?.try_into().unwrap()) as usize,
            short => usize::from(short),
        };
        let is_masked = head[1] & 0x80 != 0;
        let mask = match is_masked {
            true => read(from, 4)?,
            false => vec![0; 4],
        };
        let content = read(from, length)?;
        let content = content.iter().zip(mask.iter().cycle());
        Some(Self {
            kind: head[0],
            is_masked,
            content: content.map(|(byte, mask)| byte ^ mask).collect(),
        })
    }

    /// Writes it, with a mask of zeros if it needs one.
    fn write(&self, to: &mut TcpStream) -> Option<()> {
        let masked = if self.is_masked { 0x80 } else { 0 };
        let mut bytes = vec![self.kind];
        match self.content.len() {
            short @ ..126 => bytes.push(masked | short as u8),
            long => {
                bytes.push(masked | 127);
                bytes.extend((long as u64).to_be_bytes());
            }
        }
        if self.is_masked {
            bytes.extend([0; 4]);
        }
        bytes.extend(&self.content);
        to.write_all(&bytes).ok()
    }
}

fn read(from: &mut TcpStream, count: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; count];
    from.read_exact(&mut bytes).ok()?;
    Some(bytes)
}
