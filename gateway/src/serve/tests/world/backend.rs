//! Backends for tests.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A backend that remembers what came to it, and answers by a function of the request's head.
pub struct Backend {
    pub address: SocketAddr,
    pub came: Arc<Mutex<Vec<String>>>,
}

impl Backend {
    /// Starts one that answers each request with these bytes, and ends the connection.
    pub async fn new(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let came = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (came.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (log, answer) = (log.clone(), answer.clone());
                tokio::spawn(async move {
                    let request = read_request(&mut stream).await;
                    let reply = answer(&request);
                    log.lock().unwrap().push(request);
                    let _ = stream.write_all(&reply).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { address, came }
    }

    /// Starts one that says `hello`.
    pub async fn hello() -> Self {
        Self::new(|_| ok("hello")).await
    }

    pub fn came(&self) -> Vec<String> {
        self.came.lock().unwrap().clone()
    }
}

/// Reads what is there: the head, and a body whose length is known.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let n = stream.read(&mut piece).await.unwrap_or(0);
        read.extend(&piece[..n]);
        let text = String::from_utf8_lossy(&read).to_ascii_lowercase();
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
            let chunked = head.contains("chunked") && !body.contains("0\r\n\r\n");
            body.len() >= length.unwrap_or(0) && !chunked
        });
        if n == 0 || whole {
            return String::from_utf8_lossy(&read).into();
        }
    }
}

/// An answer of a backend.
pub fn ok(body: &str) -> Vec<u8> {
    reply("200 OK", "", body)
}

pub fn reply(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n{body}").into_bytes()
}
