//! Pages in a browser on this machine, which reach loopback, too.

use crate::chain::Chain;
use std::{
    io::{Read, Write},
    net::TcpStream,
};

/// What is answered to a request with these headers.
fn ask(chain: &Chain, method: &str, headers: &str) -> String {
    let address = chain.url.trim_start_matches("ws://");
    let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":[]}}"#);
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST / HTTP/1.1\r\nContent-Type: application/json\r\nConnection: close\r\n{headers}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test]
async fn pages_of_other_sites_may_use_the_chain_and_not_what_is_for_developers() {
    let chain = Chain::start(&[]).await;
    let host = "Host: 127.0.0.1\r\n";
    for (origin, allowed) in [
        ("", true),
        ("Origin: http://localhost:8080\r\n", true),
        ("Origin: https://example.com\r\n", false),
        ("Origin: null\r\n", false),
    ] {
        let headers = format!("{host}{origin}");
        assert!(ask(&chain, "system_chain", &headers).contains("Development"));
        let made = ask(&chain, "dev_newBlock", &headers);
        assert_eq!(made.contains("\"number\""), allowed, "{origin}: {made}");
        assert_eq!(made.contains("-32001"), !allowed, "{made}");
    }
    assert_eq!(chain.best().await, 2);
}

#[tokio::test]
async fn a_name_that_is_not_this_machines_is_refused() {
    let chain = Chain::start(&[]).await;
    let answer = ask(&chain, "system_chain", "Host: example.com\r\n");
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}
