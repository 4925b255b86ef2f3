//! `farthing index`: what happened, in a database, whatever happens to the program and the node.

use crate::{
    watch::Door,
    world::{ask, Person, Ran, World},
};
use farthing_node_tests::{node::Node, postgres::Postgres};
use serde_json::{json, Value};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

/// A deployment of one's own with a creator who was tipped.
fn tipped(node: &Node) -> (World, Person, String) {
    let world = World::on(&node.url);
    let (ada, handle) = world.creator("indexed");
    ada.ok(&["shop", "open", &handle]);
    let fan = world.rich();
    for amount in ["0.01", "0.02", "0.03"] {
        fan.ok(&["tip", &handle, amount, "--memo", "thank you"]);
    }
    (world, fan, handle)
}

#[test]
fn index_is_made_verified_and_passed_on() {
    let node = Node::own(&[]);
    let (world, fan, _) = tipped(&node);
    let best = ask(&node, "dev_status", json!([]))["best"]["number"].clone();
    let index = fan.ok(&["index", "--once"]);
    assert_eq!(index["index"]["block"], best);
    assert_eq!(index["index"]["final"], best);
    assert_eq!(fan.ok(&["index", "show"]), index);
    let verified = fan.ok(&["index", "verify", "--every-block", "--events"]);
    assert_eq!(verified["verified"]["creators"], 1);
    assert!(verified["compared"]["blocks"].as_u64().unwrap() > 5);
    assert!(verified["proved"]["events"].as_u64().unwrap() > 10);
    assert_eq!(fan.ok(&["index", "rebuild"]), index);

    let file = fan.state.path().join("snapshot");
    let file = file.to_str().unwrap();
    assert_eq!(
        fan.ok(&["index", "export", file])["exported"]["block"],
        best
    );
    let other = world.rich();
    let missing = other.run(&["index", "verify"]).refused(1, "other");
    assert!(missing.contains("there is no index yet"), "{missing}");
    let imported = other.ok(&["index", "import", file]);
    assert_eq!(imported["verified"]["block"], best);
    let refused = other.run(&["index", "import", file]).refused(1, "other");
    assert!(refused.contains("begun already"), "{refused}");
    assert!(other.ok(&["index", "--once"])["index"]["block"].as_u64() >= best.as_u64());
    other.ok(&["index", "verify", "--events"]);
}

#[test]
fn blocks_that_are_not_there_are_not_verified() {
    let node = Node::own(&[]);
    let (_world, fan, _) = tipped(&node);
    fan.ok(&["index", "--once"]);
    let sentence = fan
        .run(&["index", "verify", "--at", "999999"])
        .refused(2, "usage");
    assert!(sentence.contains("not block 999999"), "{sentence}");
    let sentence = fan
        .run(&["index", "verify", "--from", "1"])
        .refused(2, "usage");
    assert!(sentence.contains("--every-block"), "{sentence}");
}

#[test]
fn index_is_where_the_configuration_file_says() {
    let node = Node::own(&[]);
    let (_world, fan, handle) = tipped(&node);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let config = folder.join("index.toml");
    std::fs::write(&config, "[index]\nstore = \"own.sqlite\"\n").unwrap();
    let config = config.to_str().unwrap();
    let with = |rest: &[&str]| fan.ok(&[&["--config", config], rest].concat());
    with(&["index", "--once"]);
    assert!(folder.join("own.sqlite").exists());
    assert_eq!(with(&["mine"]), fan.ok(&["mine"]));
    let book = with(&["book", &handle]);
    assert_eq!(book, fan.ok(&["book", &handle]));
    // Nothing was made where it is otherwise.
    let missing = fan.run(&["index", "show"]).refused(1, "other");
    assert!(missing.contains("there is no index yet"), "{missing}");
}

/// Killed again and again while it works, it has all in the end, and nothing twice.
#[test]
fn index_that_is_killed_goes_on_where_it_was() {
    let node = Node::own(&[]);
    let (_world, fan, handle) = tipped(&node);
    ask(&node, "dev_newBlock", json!([3000]));
    fan.ok(&["tip", &handle, "0.04"]);
    let mut killed = 0;
    for millis in (1..30).map(|step| step * 40) {
        let mut child = fan.start(&["index"]);
        thread::sleep(Duration::from_millis(millis));
        if child.try_wait().unwrap().is_none() {
            killed += 1;
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(killed > 20, "{killed}");
    let index = fan.ok(&["index", "--once"])["index"].clone();
    let best = ask(&node, "dev_status", json!([]))["best"]["number"].clone();
    assert_eq!(index["block"], best);
    let verified = fan.ok(&["index", "verify", "--events"]);
    let proved = verified["proved"]["events"].clone();
    let other = fan.elsewhere();
    other.ok(&["index", "--once"]);
    assert_eq!(
        other.ok(&["index", "verify", "--events"])["proved"]["events"],
        proved
    );
}

/// Waits until the index has a block.
fn reaches(person: &Person, block: u64) {
    let start = Instant::now();
    loop {
        let ran = person.run(&["index", "show"]);
        if ran.code == Some(0) && ran.json()["index"]["block"].as_u64() >= Some(block) {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(120), "{ran:?}");
        thread::sleep(Duration::from_millis(200));
    }
}

fn best(node: &Node) -> u64 {
    ask(node, "dev_status", json!([]))["best"]["number"]
        .as_u64()
        .unwrap()
}

#[test]
fn node_that_restarts_is_followed_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let state = format!("--state={}", folder.path().join("chain").display());
    let (door, node) = (Door::new(), Node::own(&[&state]));
    door.set(Some(&node));
    let world = World::on(&door.url);
    let (ada, handle) = world.creator("restarted");
    ada.ok(&["shop", "open", &handle]);
    let fan = world.rich();
    let mut child = fan.start(&["index"]);
    reaches(&fan, best(&node));
    door.set(None);
    drop(node);
    thread::sleep(Duration::from_secs(1));
    let node = Node::own(&[&state]);
    door.set(Some(&node));
    fan.ok(&["tip", &handle, "0.05"]);
    reaches(&fan, best(&node));
    child.kill().unwrap();
    let ended = Ran::of(child.wait_with_output().unwrap());
    let told = "Indexing goes on when it is back";
    assert!(ended.stderr.contains(told), "{ended:?}");
    fan.ok(&["index", "verify", "--events"]);
}

#[test]
fn answers_are_the_same_with_an_index_and_say_when_it_is_behind() {
    let node = Node::own(&[]);
    let (_world, fan, handle) = tipped(&node);
    let book = |person: &Person| person.csv(&["book", &handle, "--csv"]);
    let mine = |person: &Person| person.run(&["mine"]);
    let from = (best(&node) - 2).to_string();
    let watch = |person: &Person| person.run(&["watch", "--from", &from, "--once"]);
    // As it is without an index.
    let (book_before, mine_before, watch_before) = (book(&fan), mine(&fan), watch(&fan));
    assert_eq!(book_before.code, Some(0), "{book_before:?}");
    fan.ok(&["index", "--once"]);
    let book_with = book(&fan);
    assert_eq!(book_with.stdout, book_before.stdout);
    assert!(!book_with.stderr.contains("behind"), "{book_with:?}");
    assert_eq!(mine(&fan).json(), mine_before.json());
    assert_eq!(watch(&fan).stdout, watch_before.stdout);

    fan.ok(&["tip", &handle, "0.04"]);
    let late = Ran::of(fan.plain(&["book", &handle, "--csv"]).output().unwrap());
    assert_eq!(late.stdout, book_before.stdout);
    let behind = format!("behind: it has final blocks up to {}", best(&node) - 1);
    assert!(late.stderr.contains(&behind), "{late:?}");
    assert!(watch(&fan).stdout.lines().count() > watch_before.stdout.lines().count());
    fan.ok(&["index", "--once"]);
    assert!(book(&fan).stdout.lines().count() > book_before.stdout.lines().count());
}

#[test]
fn purchase_is_refunded_by_what_the_index_has_and_what_came_since() {
    let node = Node::own(&[]);
    let world = World::on(&node.url);
    let (ada, handle) = world.creator("refunds");
    ada.ok(&["shop", "open", &handle]);
    let file = ada.state.path().join("pass");
    std::fs::write(&file, "a day").unwrap();
    let file = file.to_str().unwrap();
    ada.ok(&[
        "shop", "publish", &handle, file, "--price", "0.02", "--period", "1d",
    ]);
    let fan = world.rich();
    for _ in 0..3 {
        fan.ok(&["buy", &handle, "0"]);
    }
    ada.ok(&["index", "--once"]);
    fan.ok(&["buy", &handle, "0"]);
    // A refund of the latest needs what the index does not have yet.
    let me = fan.account.to_string();
    let refunded = ada.ok(&["shop", "refund", &handle, "0", &me, "--times", "2"]);
    assert_eq!(refunded["refunded"].as_array().unwrap().len(), 2);
    ada.ok(&["index", "--once"]);
    ada.ok(&["shop", "refund", &handle, "0", &me]);
    ada.ok(&["index", "--once"]);
    ada.ok(&["index", "verify", "--events"]);
}

#[test]
fn two_programs_do_not_write_one_index() {
    let node = Node::own(&[]);
    let (_world, fan, _) = tipped(&node);
    fan.ok(&["index", "--once"]);
    let mut child = fan.start(&["index"]);
    thread::sleep(Duration::from_millis(1_500));
    let refused = fan.run(&["index", "--once"]).refused(1, "other");
    assert!(
        refused.contains("another program is writing it"),
        "{refused}"
    );
    // Whoever reads it may.
    fan.ok(&["index", "verify"]);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn index_is_served_while_it_follows() {
    let node = Node::own(&[]);
    let (_world, fan, handle) = tipped(&node);
    let limits = ["--limit", "3000", "--client-header", "X-Forwarded-For"];
    let serve = [&["index", "--serve", "127.0.0.1:0"], &limits[..]].concat();
    let mut command = fan.plain(&serve);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let address = line.split("http://").nth(1).unwrap();
    let address = address.split('/').next().unwrap().to_string();
    let tips = || -> usize {
        let mut line = TcpStream::connect(&address).unwrap();
        let path = format!("/v1/creators/{handle}/tips");
        write!(
            line,
            "GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        let body = answer.split("\r\n\r\n").nth(1).unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        body["items"].as_array().map_or(0, Vec::len)
    };
    let start = Instant::now();
    let waits = |count| {
        while tips() < count {
            assert!(start.elapsed() < Duration::from_secs(60));
            thread::sleep(Duration::from_millis(100));
        }
    };
    waits(3);
    fan.ok(&["tip", &handle, "0.06"]);
    waits(4);
    child.kill().unwrap();
    child.wait().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = fan.run(&["index", "--serve", &address]).refused(1, "other");
    assert!(refused.contains(&address), "{refused}");
}

/// A person whose index is in a database on a server, by their configuration file.
struct OnServer {
    folder: tempfile::TempDir,
    person: Person,
}

impl OnServer {
    fn new(person: Person, server: &Postgres) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = format!("[index]\nstore = \"{}\"\n", server.url());
        std::fs::write(folder.path().join("index.toml"), config).unwrap();
        Self { folder, person }
    }

    fn words(&self, words: &[&str]) -> Vec<String> {
        let config = self.folder.path().join("index.toml");
        let config = config.to_str().unwrap();
        let words = [&["--config", config], words].concat();
        words.into_iter().map(String::from).collect()
    }

    fn run(&self, words: &[&str]) -> Ran {
        let words = self.words(words);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.person.run(&words)
    }

    fn ok(&self, words: &[&str]) -> Value {
        self.run(words).json()
    }

    fn start(&self, words: &[&str]) -> std::process::Child {
        let words = self.words(words);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.person.start(&words)
    }
}

#[test]
fn index_on_a_server_does_all_that_one_in_a_file_does() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let node = Node::own(&[]);
    let (world, fan, handle) = tipped(&node);
    let plain = fan.elsewhere();
    let fan = OnServer::new(fan, &server);
    let index = fan.ok(&["index", "--once"]);
    assert_eq!(index["index"]["final"], best(&node));
    assert_eq!(fan.ok(&["index", "show"]), index);
    let verified = fan.ok(&["index", "verify", "--every-block", "--events"]);
    assert_eq!(verified["verified"]["creators"], 1);
    assert_eq!(fan.ok(&["index", "rebuild"]), index);
    for words in [&["book", &handle][..], &["mine"]] {
        assert_eq!(fan.ok(words), plain.ok(words), "{words:?}");
    }

    // A file made of one begins the other.
    let file = fan.folder.path().join("snapshot");
    let file = file.to_str().unwrap();
    fan.ok(&["index", "export", file]);
    let other = world.rich();
    let imported = other.ok(&["index", "import", file]);
    assert_eq!(imported["verified"], verified["verified"]);

    // One at a time.
    let mut child = fan.start(&["index"]);
    thread::sleep(Duration::from_millis(1_500));
    let refused = fan.run(&["index", "--once"]).refused(1, "other");
    assert!(
        refused.contains("another program is writing it"),
        "{refused}"
    );
    fan.ok(&["index", "verify"]);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn index_on_a_server_goes_on_where_it_was_whoever_is_killed() {
    let Some(mut server) = Postgres::start() else {
        return;
    };
    let node = Node::own(&[]);
    let (_world, fan, handle) = tipped(&node);
    ask(&node, "dev_newBlock", json!([2000]));
    fan.ok(&["tip", &handle, "0.04"]);
    let plain = fan.elsewhere();
    let fan = OnServer::new(fan, &server);
    for step in 1..12 {
        let mut child = fan.start(&["index"]);
        thread::sleep(Duration::from_millis(step * 120));
        if step % 3 == 0 {
            server.crash();
            let ended = Ran::of(child.wait_with_output().unwrap());
            assert_ne!(ended.code, Some(0), "{ended:?}");
            server.run();
        } else {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
    server.crash();
    let words = ["index", "--once"];
    let gone = fan.run(&words).refused(1, "other");
    assert!(gone.contains("the database server"), "{gone}");
    server.run();
    // What a program that was killed held, the server lets go in its own time.
    let start = Instant::now();
    let index = loop {
        let ran = fan.run(&words);
        if ran.code == Some(0) {
            break ran.json();
        }
        assert!(start.elapsed() < Duration::from_secs(30), "{ran:?}");
        thread::sleep(Duration::from_millis(200));
    };
    assert_eq!(index["index"]["block"], best(&node));
    let proved = fan.ok(&["index", "verify", "--events"])["proved"].clone();
    plain.ok(&["index", "--once"]);
    assert_eq!(plain.ok(&["index", "verify", "--events"])["proved"], proved);
    for words in [&["book", &handle][..], &["mine"]] {
        assert_eq!(fan.ok(words), plain.ok(words), "{words:?}");
    }
}
