//! A line to the node that breaks.

use std::{
    io::{copy, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::mpsc::{channel, Receiver, Sender},
    thread,
};

/// What sends a transaction, and what tries a call out.
const SENDING: &[u8] = b"author_submitAndWatchExtrinsic";
const TRYING: &[u8] = b"ContractsApi_call";

/// When it breaks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Breaks {
    /// Before the node has the transaction.
    Before,
    /// When the node has it, and before its answer arrives.
    After,
    /// Before anything is signed: when the call is tried out.
    Early,
}

/// The line. The node's end of it stays open until it is dropped.
pub struct Wire {
    pub url: String,
    _node_ends: Receiver<TcpStream>,
}

impl Wire {
    pub fn to(node: &str, breaks: Breaks) -> Self {
        let node = node
            .trim_start_matches("ws://")
            .trim_end_matches('/')
            .to_string();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("ws://{}", listener.local_addr().unwrap());
        let (kept, _node_ends) = channel();
        thread::spawn(move || {
            for program in listener.incoming().flatten() {
                let node = TcpStream::connect(&node).unwrap();
                let kept = kept.clone();
                thread::spawn(move || carry(program, node, breaks, &kept));
            }
        });
        Self { url, _node_ends }
    }
}

fn carry(mut program: TcpStream, mut node: TcpStream, breaks: Breaks, kept: &Sender<TcpStream>) {
    let (mut from, mut to) = (node.try_clone().unwrap(), program.try_clone().unwrap());
    thread::spawn(move || copy(&mut from, &mut to));
    if handshake(&mut program, &mut node).is_none() {
        return;
    }
    while let Some((frame, text)) = next_frame(&mut program) {
        let says = |word: &[u8]| text.windows(word.len()).any(|part| part == word);
        let breaks_now = says(if breaks == Breaks::Early {
            TRYING
        } else {
            SENDING
        });
        if breaks_now && breaks != Breaks::After {
            break;
        }
        if breaks_now {
            // Nothing that the node answers may get through.
            let _ = program.shutdown(Shutdown::Both);
        }
        if node.write_all(&frame).is_err() {
            break;
        }
    }
    let _ = program.shutdown(Shutdown::Both);
    let _ = kept.send(node);
}

/// What comes before frames: an HTTP request, up to an empty line.
fn handshake(program: &mut TcpStream, node: &mut TcpStream) -> Option<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(read(program, 1)?[0]);
    }
    node.write_all(&request).ok()
}

/// A frame of the program's, and its content without the mask.
fn next_frame(program: &mut TcpStream) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut frame = read(program, 2)?;
    let length = match frame[1] & 0x7f {
        126 => {
            frame.extend(read(program, 2)?);
            usize::from(u16::from_be_bytes(frame[2..4].try_into().unwrap()))
        }
        127 => {
            frame.extend(read(program, 8)?);
            u64::from_be_bytes(frame[2..10].try_into().unwrap()) as usize
        }
        short => usize::from(short),
    };
    let mask = read(program, 4)?;
    let content = read(program, length)?;
    let text = content.iter().zip(mask.iter().cycle());
    let text = text.map(|(byte, mask)| byte ^ mask).collect();
    frame.extend(mask);
    frame.extend(content);
    Some((frame, text))
}

fn read(from: &mut TcpStream, count: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; count];
    from.read_exact(&mut bytes).ok()?;
    Some(bytes)
}
