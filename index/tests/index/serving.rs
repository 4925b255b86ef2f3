//! The server: every list, page by page, and what happens as it happens.

use crate::{
    adding_up::one_of_each,
    steps::{steps, Scene},
    tip,
    world::{account, block_on, World, UNIT},
};
use farthing_index::{
    serve::{HeaderName, Limits, Server},
    Follower, Place,
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, TestRunner},
};
use serde_json::{json, Value};
use std::{net::SocketAddr, num::NonZeroU32};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// An answer: status, headers and body.
pub struct Answer {
    status: u16,
    headers: String,
    body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let lines = self
            .headers
            .lines()
            .filter_map(|line| line.split_once(": "));
        let mut found = lines.filter(|(found, _)| found.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value)
    }
}

async fn ask(server: SocketAddr, method: &str, path: &str, headers: &str) -> Answer {
    let mut line = TcpStream::connect(server).await.unwrap();
    let question =
        format!("{method} {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{headers}\r\n");
    line.write_all(question.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    line.read_to_end(&mut bytes).await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        headers: head.into(),
        body: body.into(),
    }
}

pub async fn get(server: SocketAddr, path: &str) -> Answer {
    ask(server, "GET", path, "").await
}

pub async fn serve(world: &World, place: Place) -> SocketAddr {
    let any = "127.0.0.1:0".parse().unwrap();
    let server = Server::listen(world.client.clone(), place, any)
        .await
        .unwrap();
    let address = server.address().unwrap();
    tokio::spawn(server.run());
    address
}

async fn followed(world: &World) -> (Follower, Place) {
    let place = Place::File(world.folder.path().join("served.sqlite"));
    let mut follower = Follower::open(world.client.clone(), &place).await.unwrap();
    follower.catch_up(&mut |_| ()).await.unwrap();
    (follower, place)
}

/// All items of a list, read page by page.
pub async fn all(server: SocketAddr, path: &str, limit: u32) -> Vec<Value> {
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = get(server, &format!("{path}?limit={limit}{after}"))
            .await
            .json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit as usize);
        found.extend(items.iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return found,
        }
    }
}

/// Asks for all that the description says can be asked for.
pub async fn every_listing_is_answered(world: &World, place: Place) {
    let server = serve(world, place).await;
    let document = get(server, "/v1/openapi.json").await.json();
    let (bob, alice) = (account("Bob").to_string(), account("Alice").to_string());
    let pools = all(server, "/v1/pools", 50).await;
    let pool = pools
        .first()
        .map_or(alice.clone(), |pool| pool["pool"].as_str().unwrap().into());
    for path in document["paths"].as_object().unwrap().keys() {
        if path == "/v1/stream" {
            continue;
        }
        let there = path.replace("{creator}", "ada").replace("{account}", &bob);
        let there = there.replace("{pool}", &pool).replace("{round}", &alice);
        let there = there.replace("{ledger}", "1").replace("{words}", "item");
        let answer = get(server, &there).await;
        let missing = path.ends_with("{round}") || (path.ends_with("{pool}") && pools.is_empty());
        assert_eq!(
            answer.status,
            if missing { 404 } else { 200 },
            "{path}: {}",
            answer.body
        );
    }
}

#[test]
fn lists_are_what_happened_however_they_are_paged() {
    block_on(async {
        let world = World::new().await;
        let mut scene = Scene::new(&world).await;
        scene.renew(1).await;
        let mut runner = TestRunner::new(Config::default());
        for step in steps().new_tree(&mut runner).unwrap().current() {
            scene.run(step).await;
        }
        for step in one_of_each() {
            scene.run(step).await;
        }
        let (follower, place) = followed(&world).await;
        every_listing_is_answered(&world, place.clone()).await;
        let server = serve(&world, place).await;
        let document = get(server, "/v1/openapi.json").await.json();
        let bob = account("Bob").to_string();
        for path in document["paths"].as_object().unwrap().keys() {
            let there = path.replace("{creator}", "0").replace("{account}", &bob);
            let there = there.replace("{pool}", &scene.open_pool.to_string());
            let there = there.replace("{ledger}", "1").replace("{words}", "item");
            let is_list = !document["paths"][path]["get"]["responses"]["200"]["content"]
                ["application/json"]["schema"]["properties"]["items"]
                .is_null();
            if is_list && !there.contains('{') {
                let whole = all(server, &there, 200).await;
                assert_eq!(all(server, &there, 1).await, whole, "{there}");
                assert_eq!(all(server, &there, 7).await, whole, "{there}");
            }
        }

        let tips = all(server, "/v1/creators/ada/tips", 50).await;
        let sum = |tips: &[Value]| -> u128 {
            let amounts = tips
                .iter()
                .map(|tip| tip["paid"].as_str().unwrap().parse::<u128>());
            amounts.map(Result::unwrap).sum()
        };
        assert_eq!(sum(&tips), scene.tips.values().sum::<u128>());
        let earned = all(server, "/v1/creators/0/earnings", 50).await;
        let paid = all(server, "/v1/creators/0/payments", 50).await;
        assert_eq!(sum(&earned), sum(&paid));
        let days: Vec<_> = earned
            .iter()
            .map(|one| one["day"].as_u64().unwrap())
            .collect();
        let day = days[days.len() / 2];
        let within = |from: u64, until: u64| {
            days.iter()
                .filter(|day| (from..=until).contains(day))
                .count()
        };
        for (from, until) in [(day, day), (0, day), (day + 1, 99_999), (day, day - 1)] {
            let path = format!("/v1/creators/0/earnings?limit=200&from={from}&until={until}");
            let found = get(server, &path).await.json()["items"]
                .as_array()
                .unwrap()
                .len();
            assert_eq!(found, within(from, until).min(200), "{from} to {until}");
        }
        let path = "/v1/creators/0/earnings?from=yesterday";
        assert_eq!(get(server, path).await.status, 400);
        assert_eq!(
            get(server, "/v1/creators/0/payments?from=1").await.status,
            400
        );
        let found = all(server, "/v1/search/ite%6D%201", 50).await;
        assert_eq!(found.len(), 1);
        assert_eq!(
            (&found[0]["title"], &found[0]["item"]),
            (&json!("Item 1"), &json!(1))
        );

        // A ledger's lines, and what it comes to, are those of the book.
        for ledger in all(server, &format!("/v1/accounts/{bob}/ledgers"), 50).await {
            let lines = all(
                server,
                &format!("/v1/ledgers/{}/lines", ledger["ledger"]),
                50,
            )
            .await;
            assert_eq!(lines.last().unwrap()["balance"], ledger["balance"]);
        }
        given_back_is_what_the_ledger_says(server).await;
        let status = get(server, "/v1/status").await.json();
        let known = follower.index().await.status();
        assert_eq!(status["block"], known.last.unwrap().0.number);
        assert_eq!(status["token"]["symbol"], "UNIT");
    });
}

/// A creator's refunds are those lines of the creator's ledger, the latest first.
async fn given_back_is_what_the_ledger_says(server: SocketAddr) {
    let alice = account("Alice");
    let ledgers = all(server, &format!("/v1/accounts/{alice}/ledgers"), 50).await;
    let ledger = ledgers.iter().find(|one| one["kind"] == "creator").unwrap();
    let path = format!("/v1/ledgers/{}/lines", ledger["ledger"]);
    let lines = all(server, &path, 50).await.into_iter().rev();
    let expected: Vec<_> = lines
        .filter(|line| line["kind"] == "refund")
        .map(|line| json!([line["with"], line["number"], line["amount"], line["block"]]))
        .collect();
    let given = all(server, "/v1/creators/ada/refunds", 50).await;
    let given: Vec<_> = given
        .iter()
        .map(|one| json!([one["to"], one["number"], one["amount"], one["block"]]))
        .collect();
    assert!(!given.is_empty());
    assert_eq!(given, expected);
    let nobody = all(server, "/v1/creators/1/refunds", 50).await;
    assert!(nobody.is_empty());
}

#[test]
fn answers_are_tagged_until_something_happens() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let (mut follower, place) = followed(&world).await;
        let server = serve(&world, place).await;
        let first = get(server, "/v1/creators").await;
        let tag = first.header("etag").unwrap().to_string();
        let known = format!("If-None-Match: {tag}\r\n");
        let same = ask(server, "GET", "/v1/creators", &known).await;
        assert_eq!((same.status, same.body.as_str()), (304, ""));
        assert_eq!(same.header("access-control-allow-origin"), Some("*"));
        let other = ask(server, "GET", "/v1/pools", &known).await;
        assert_eq!(other.status, 200);
        tip(&world, "Bob", UNIT).await;
        follower.catch_up(&mut |_| ()).await.unwrap();
        let new = ask(server, "GET", "/v1/creators", &known).await;
        assert_eq!(new.status, 200);
        let head = ask(server, "HEAD", "/v1/creators", "").await;
        assert_eq!((head.status, head.body.as_str()), (200, ""));
        assert_eq!(ask(server, "OPTIONS", "/v1/creators", "").await.status, 204);
    });
}

#[test]
fn questions_that_make_no_sense_are_refused_and_harm_nothing() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let (_follower, place) = followed(&world).await;
        let server = serve(&world, place).await;
        for (path, status) in [
            ("/", 404),
            ("/v1/creators/nobody", 404),
            ("/v1/creators/77", 404),
            ("/v1/creators/4294967296", 404),
            ("/v1/accounts/nobody/library", 400),
            ("/v1/accounts/'%20OR%201=1/library", 400),
            ("/v1/ledgers/one/lines", 400),
            ("/v1/creators?limit=0", 400),
            ("/v1/creators?limit=201", 400),
            ("/v1/creators?after=x", 400),
            ("/v1/creators?after=1.2", 400),
            ("/v1/creators?order=none", 400),
            ("/v1/search/%20", 400),
            ("/v1/search/a%20b%20c%20d%20e%20f%20g%20h%20i", 400),
            ("/v1/stream?after=x", 400),
        ] {
            let answer = get(server, path).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.body);
            let reason: Value = serde_json::from_str(&answer.body).unwrap();
            assert!(reason["error"].is_string(), "{path}");
        }
        assert_eq!(ask(server, "POST", "/v1/creators", "").await.status, 405);
        let long = format!("/v1/search/{}", "x".repeat(3_000));
        assert_eq!(get(server, &long).await.status, 414);
        assert_eq!(get(server, "/v1/creators/ada").await.json()["creator"], 0);
    });
}

/// Reads a stream up to an event in which a text is.
async fn until(line: &mut TcpStream, text: &str) -> String {
    let mut seen = String::new();
    let mut buffer = [0; 4_096];
    while !seen.contains(text) {
        let read = line.read(&mut buffer);
        let read = tokio::time::timeout(std::time::Duration::from_secs(30), read).await;
        let read = read
            .unwrap_or_else(|_| panic!("{text} does not come: {seen}"))
            .unwrap();
        assert!(read > 0, "{seen}");
        seen += &String::from_utf8_lossy(&buffer[..read]);
    }
    seen
}

#[test]
fn stream_tells_what_happens_and_what_was_undone() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let chain = &world.client.chain;
        chain
            .request("dev_setFinality", json!(["held"]))
            .await
            .unwrap();
        let (mut follower, place) = followed(&world).await;
        let server = serve(&world, place).await;
        let mut line = TcpStream::connect(server).await.unwrap();
        let question = "GET /v1/stream HTTP/1.1\r\nHost: here\r\n\r\n";
        line.write_all(question.as_bytes()).await.unwrap();
        until(&mut line, "text/event-stream").await;
        tip(&world, "Bob", 12_345).await;
        follower.catch_up(&mut |_| ()).await.unwrap();
        let told = until(&mut line, "12345").await;
        assert!(told.contains("\"final\":false"), "{told}");
        let id = told
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix("id: "))
            .unwrap();

        chain.request("dev_reorg", json!([1])).await.unwrap();
        tip(&world, "Charlie", 54_321).await;
        follower.catch_up(&mut |_| ()).await.unwrap();
        let told = until(&mut line, "54321").await;
        assert!(told.contains("event: undone"), "{told}");
        assert!(told.find("undone") < told.find("54321"));
        assert!(!told.contains("12345"));

        // Whoever was cut off goes on after what they have.
        let place = id.split('-').next().unwrap().parse::<i64>().unwrap();
        let before = place - (1 << 20);
        let mut line = TcpStream::connect(server).await.unwrap();
        let question =
            format!("GET /v1/stream HTTP/1.1\r\nHost: here\r\nLast-Event-ID: {before}\r\n\r\n");
        line.write_all(question.as_bytes()).await.unwrap();
        let id = last_id(&until(&mut line, "54321").await);
        // A browser asks at the address that it asked at first, and says what it has since.
        let mut line = TcpStream::connect(server).await.unwrap();
        let question = format!(
            "GET /v1/stream?after={before} HTTP/1.1\r\nHost: here\r\nLast-Event-ID: {id}\r\n\r\n"
        );
        line.write_all(question.as_bytes()).await.unwrap();
        tip(&world, "Charlie", 98_765).await;
        follower.catch_up(&mut |_| ()).await.unwrap();
        let told = until(&mut line, "98765").await;
        assert!(!told.contains("54321"), "{told}");
    });
}

/// Listens after an event, or from now on.
async fn listen(server: SocketAddr, after: Option<&str>) -> TcpStream {
    let mut line = TcpStream::connect(server).await.unwrap();
    let header = after.map_or(String::new(), |id| format!("Last-Event-ID: {id}\r\n"));
    let question = format!("GET /v1/stream HTTP/1.1\r\nHost: here\r\n{header}\r\n");
    line.write_all(question.as_bytes()).await.unwrap();
    line
}

/// The id of the last event that was told.
fn last_id(told: &str) -> String {
    let mut ids = told.lines().rev();
    let id = ids.find_map(|line| line.strip_prefix("id: "));
    id.unwrap().into()
}

#[test]
fn listener_who_was_away_is_told_what_was_undone() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let chain = &world.client.chain;
        chain
            .request("dev_setFinality", json!(["held"]))
            .await
            .unwrap();
        let (mut follower, place) = followed(&world).await;
        let certain = follower.index().await.status().last_final.unwrap();
        let server = serve(&world, place).await;
        let mut line = listen(server, None).await;
        until(&mut line, "nothing new").await;
        tip(&world, "Bob", 12_345).await;
        tip(&world, "Bob", 23_456).await;
        follower.catch_up(&mut |_| ()).await.unwrap();
        let id = last_id(&until(&mut line, "23456").await);
        drop(line);

        // Nothing is undone: it goes on.
        tip(&world, "Bob", 34_567).await;
        follower.catch_up(&mut |_| ()).await.unwrap();
        let told = until(&mut listen(server, Some(&id)).await, "34567").await;
        assert!(!told.contains("event: "), "{told}");
        assert!(!told.contains("23456"), "{told}");
        let id = last_id(&told);

        // The last two are.
        chain.request("dev_reorg", json!([2])).await.unwrap();
        tip(&world, "Charlie", 54_321).await;
        follower.catch_up(&mut |_| ()).await.unwrap();
        // It makes no difference how long they were away.
        for finality in ["held", "instant"] {
            let params = json!([finality]);
            chain.request("dev_setFinality", params).await.unwrap();
            chain.request("dev_newBlock", json!([])).await.unwrap();
            follower.catch_up(&mut |_| ()).await.unwrap();
            let told = until(&mut listen(server, Some(&id)).await, "54321").await;
            let anew = format!("event: anew\ndata: {{\"block\":{certain}}}");
            assert!(told.contains(&anew), "{told}");
            assert!(told.find("anew") < told.find("12345"), "{told}");
            assert!(!told.contains("23456") && !told.contains("34567"), "{told}");
        }
    });
}

#[test]
fn address_that_asks_too_much_is_told_when_to_come_back() {
    block_on(async {
        let world = World::new().await;
        let (_follower, place) = followed(&world).await;
        // Behind a proxy, whoever it names is counted.
        let behind = limited(&world, place.clone(), Some("x-forwarded-for")).await;
        for _ in 0..5 {
            assert_eq!(ask_as(behind, "192.0.2.1").await.status, 200);
        }
        let refused = ask_as(behind, "192.0.2.9, 192.0.2.1").await;
        assert_eq!(refused.status, 429, "{}", refused.body);
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(refused.header("access-control-allow-origin"), Some("*"));
        assert_eq!(ask_as(behind, "192.0.2.2").await.status, 200);

        // Without one, anybody could write the header: it is not believed.
        let open = limited(&world, place, None).await;
        for number in 1..=5 {
            let who = format!("192.0.2.{number}");
            assert_eq!(ask_as(open, &who).await.status, 200);
        }
        assert_eq!(ask_as(open, "192.0.2.6").await.status, 429);
    });
}

#[test]
fn address_that_has_too_many_connections_is_not_answered_on_more() {
    block_on(async {
        let world = World::new().await;
        let (_follower, place) = followed(&world).await;
        let server = limited(&world, place.clone(), None).await;
        let idle = connections(server, 32).await;
        let mut another = TcpStream::connect(server).await.unwrap();
        // It is closed; where something was written to it, perhaps with an error.
        assert_eq!(another.read(&mut [0; 1]).await.unwrap_or(0), 0);
        drop(idle);
        // The server hears of it a moment later.
        while ask_at(server, "/v1/status").await.is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }

        // All who come through a proxy have its address.
        let behind = limited(&world, place, Some("x-forwarded-for")).await;
        let _idle = connections(behind, 40).await;
        assert_eq!(ask_as(behind, "192.0.2.1").await.status, 200);
    });
}

/// Connections that ask nothing.
async fn connections(server: SocketAddr, count: usize) -> Vec<TcpStream> {
    let mut open = Vec::new();
    for _ in 0..count {
        open.push(TcpStream::connect(server).await.unwrap());
    }
    open
}

/// The first bytes of an answer; `None` if the server closed the connection.
async fn ask_at(server: SocketAddr, path: &str) -> Option<[u8; 8]> {
    let mut line = TcpStream::connect(server).await.ok()?;
    let question = format!("GET {path} HTTP/1.1\r\nHost: index\r\n\r\n");
    line.write_all(question.as_bytes()).await.ok()?;
    let mut answer = [0; 8];
    line.read_exact(&mut answer).await.ok()?;
    Some(answer)
}

/// A server that answers five questions of an address in a minute.
async fn limited(world: &World, place: Place, header: Option<&'static str>) -> SocketAddr {
    let any = "127.0.0.1:0".parse().unwrap();
    let server = Server::listen(world.client.clone(), place, any);
    let server = server.await.unwrap().limited(Limits {
        per_minute: NonZeroU32::new(5).unwrap(),
        header: header.map(HeaderName::from_static),
    });
    let address = server.address().unwrap();
    tokio::spawn(server.run());
    address
}

async fn ask_as(server: SocketAddr, who: &str) -> Answer {
    let header = format!("X-Forwarded-For: {who}\r\n");
    ask(server, "GET", "/v1/status", &header).await
}
