use super::world::*;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// A backend that sends a chunk of this text every so often, so many times.
async fn drip(kind: &'static str, text: &'static str, times: usize, every: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n"
                );
                let _ = stream.write_all(head.as_bytes()).await;
                for _ in 0..times {
                    let chunk = format!("{:x}\r\n{text}\r\n", text.len());
                    if stream.write_all(chunk.as_bytes()).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(every).await;
                }
                let _ = stream.write_all(b"0\r\n\r\n").await;
            });
        }
    });
    address
}

async fn shop(backend: SocketAddr, rule: &str) -> World {
    let site = format!(
        "[[site]]\nurl = 'https://ada.example'\nproxy = 'http://{backend}'\n[[site.rule]]\npaths = ['/s']\n{rule}"
    );
    World::new(&site).await
}

/// Opens a stream that is paid for so far.
async fn open(world: &World, payer: &Payer, cumulative: u128) -> TcpStream {
    let signature = payer.x402(&world.get("/s").await.requirements(), cumulative);
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    let request = format!(
        "GET /s HTTP/1.1\r\nHost: ada.example\r\nConnection: close\r\nPAYMENT-SIGNATURE: {signature}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Reads until this text has come.
async fn read_until(stream: &mut TcpStream, text: &str, so_far: &mut String) {
    let read = timeout(Duration::from_secs(10), async {
        while !so_far.contains(text) {
            let mut piece = [0; 4096];
            let n = stream.read(&mut piece).await.unwrap();
            assert!(n > 0, "it ended before {text}: {so_far}");
            so_far.push_str(&String::from_utf8_lossy(&piece[..n]));
        }
    });
    read.await
        .unwrap_or_else(|_| panic!("no {text} in {so_far}"));
}

#[tokio::test]
async fn stream_comes_as_it_flows() {
    let every = Duration::from_millis(300);
    let world = shop(
        drip("text/plain", "0123456789", 5, every).await,
        "price = 5",
    )
    .await;
    let started = std::time::Instant::now();
    let mut stream = open(&world, &Payer::new(1), 5).await;
    read_until(&mut stream, "0123456789", &mut String::new()).await;
    assert!(started.elapsed() < every * 3, "{:?}", started.elapsed());
}

#[tokio::test]
async fn each_step_is_paid_for_before_it_flows() {
    let backend = drip("text/plain", "0123456789", 10, Duration::ZERO).await;
    let world = shop(backend, "price = 5\nunit = 'byte'\nper = 25\nwait = '1s'").await;
    let payer = Payer::new(1);
    // 100 bytes are four steps.
    let answer = world.buy(&payer, "/s", 20).await;
    assert_eq!((answer.status, answer.body.len()), (200, 100));
    assert_eq!(world.spent(&payer), 20);
    // Two steps, and nobody brings a third: the answer must not look whole.
    let mut stream = open(&world, &payer, 30).await;
    let mut read = Vec::new();
    let _ = stream.read_to_end(&mut read).await;
    let answer = Answer::read(&read);
    assert_eq!(answer.body.len(), 50);
    assert!(!read.ends_with(b"0\r\n\r\n"));
    assert_eq!(world.spent(&payer), 30);
    world.assert_solvent();
}

#[tokio::test]
async fn reader_of_events_is_told_that_a_voucher_is_needed_and_the_stream_goes_on() {
    let backend = drip(
        "text/event-stream",
        "data: 0123456789\n\n",
        3,
        Duration::ZERO,
    )
    .await;
    let world = shop(backend, "price = 5\nunit = 'byte'\nper = 18\nwait = '5s'").await;
    let payer = Payer::new(1);
    let mut stream = open(&world, &payer, 5).await;
    let mut read = String::new();
    read_until(&mut stream, "event: payment-need-voucher", &mut read).await;
    read_until(&mut stream, "\"requiredCumulative\":\"10\"", &mut read).await;
    assert_eq!(read.matches("data: 0123456789").count(), 1);
    assert_eq!(
        world.buy_by("HEAD", &payer, "/s", 10, &[]).await.status,
        200
    );
    read_until(&mut stream, "\"requiredCumulative\":\"15\"", &mut read).await;
    assert_eq!(read.matches("data: 0123456789").count(), 2);
    // It may come from any connection, in the other protocol as well.
    let challenge = world.get("/s").await.challenge();
    let paid = payer.mpp(&challenge, 15);
    assert_eq!(
        world
            .ask("HEAD", "/s", &[("Authorization", &paid)])
            .await
            .status,
        200
    );
    read_until(&mut stream, "0\r\n\r\n", &mut read).await;
    assert_eq!(read.matches("data: 0123456789").count(), 3);
    assert_eq!(world.spent(&payer), 15);
    world.assert_solvent();
}

#[tokio::test]
async fn time_is_paid_for_whether_something_comes_or_not() {
    let backend = drip(
        "text/event-stream",
        "data: x\n\n",
        2,
        Duration::from_millis(1500),
    )
    .await;
    let world = shop(backend, "price = 5\nunit = 'second'\nwait = '1s'").await;
    let payer = Payer::new(1);
    let answer = world.buy(&payer, "/s", 1000).await;
    assert_eq!(answer.text().matches("data: x").count(), 2);
    let steps = world.spent(&payer) / 5;
    assert!((3..=5).contains(&steps), "{steps}");
    world.assert_solvent();
}

#[tokio::test]
async fn stream_that_nobody_pays_for_ends_as_events_do() {
    let backend = drip("text/event-stream", "data: x\n\n", 9, Duration::ZERO).await;
    let world = shop(backend, "price = 5\nunit = 'byte'\nper = 9\nwait = '300ms'").await;
    let answer = world.buy(&Payer::new(1), "/s", 10).await;
    let text = answer.text();
    assert_eq!(text.matches("data: x").count(), 2, "{text}");
    assert!(text.contains("event: payment-ended"), "{text}");
    world.assert_solvent();
}

#[tokio::test]
async fn stream_that_has_begun_ends_by_the_file_that_it_began_with() {
    let every = Duration::from_millis(300);
    let backend = drip("text/plain", "0123456789", 5, every).await;
    let rule = |price| format!("price = {price}\nunit = 'byte'\nper = 10\nwait = '1s'");
    let world = shop(backend, &rule(5)).await;
    let payer = Payer::new(1);
    let mut stream = open(&world, &payer, 25).await;
    let mut read = String::new();
    read_until(&mut stream, "0123456789", &mut read).await;
    let site = |rule: String| {
        format!("[[site]]\nurl = 'https://ada.example'\nproxy = 'http://{backend}'\n[[site.rule]]\npaths = ['/s']\n{rule}")
    };
    let next = file(&site(rule(7)));
    world
        .gateway
        .reload(&next, &seller(), "/".as_ref())
        .unwrap();
    assert_eq!(world.get("/s").await.requirements().amount.0, 7);
    read_until(&mut stream, "0\r\n\r\n", &mut read).await;
    assert_eq!(read.matches("0123456789").count(), 5);
    assert_eq!(world.spent(&payer), 25);
    world.assert_solvent();
}

#[tokio::test]
async fn reader_who_goes_away_pays_for_no_more_than_has_begun() {
    let every = Duration::from_millis(100);
    let backend = drip("text/plain", "0123456789", 50, every).await;
    let world = shop(backend, "price = 5\nunit = 'byte'\nper = 10").await;
    let payer = Payer::new(1);
    let mut stream = open(&world, &payer, 1000).await;
    read_until(&mut stream, "0123456789", &mut String::new()).await;
    drop(stream);
    tokio::time::sleep(every * 8).await;
    let spent = world.spent(&payer);
    tokio::time::sleep(every * 5).await;
    assert_eq!(world.spent(&payer), spent, "it goes on");
    assert!(spent <= 50, "{spent}");
    world.assert_solvent();
}
