//! `farthing watch`: through what a node goes through, and in words.

use crate::world::{ask, Person, World};
use farthing_node_tests::node::Node;
use serde_json::{json, Value};
use std::{
    io::{BufRead, BufReader, Lines},
    net::{Shutdown, TcpListener, TcpStream},
    process::{Child, ChildStdout, Stdio},
    sync::{Arc, Mutex},
    thread,
};

struct Watching(Child, Lines<BufReader<ChildStdout>>);

impl Watching {
    fn by(person: &Person, arguments: &[&str]) -> Self {
        let arguments = [&["watch"], arguments].concat();
        let mut child = person
            .command(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self(child, lines)
    }

    fn next(&mut self) -> Value {
        serde_json::from_str(&self.1.next().unwrap().unwrap()).unwrap()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn events_are_told_in_words_with_amounts_and_memos() {
    let world = World::new();
    let (ada, handle) = world.creator("words");
    ada.ok(&["shop", "open", &handle]);
    let fan = world.rich();
    let from = ask_best(&world) + 1;
    fan.ok(&["tip", &handle, "0.01", "--memo", "thank you"]);
    let from = from.to_string();
    let mut command = fan.plain(&["watch", "--from", &from, "--once", "--fast"]);
    let shown = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let who = fan.account.to_string();
    let line = shown.lines().find(|line| line.contains(&who)).unwrap();
    assert!(line.contains(&format!(" tipped {handle} (#")), "{line}");
    assert!(line.ends_with("0.01 UNIT: \"thank you\""), "{line}");
}

#[test]
fn what_has_a_title_is_told_by_it_and_what_was_made_is_told_too() {
    let node = Node::own(&[]);
    let world = World::on(&node.url);
    let (ada, handle) = world.creator("titled");
    ada.ok(&["shop", "open", &handle]);
    let file = ada.state.path().join("song.ogg");
    std::fs::write(&file, "la la la").unwrap();
    let file = file.to_str().unwrap();
    ada.ok(&[
        "shop", "publish", &handle, file, "--price", "0.1", "--title", "Song",
    ]);
    let to = format!("{}=100", ada.account);
    let pool = ada.ok(&["pool", "create", "Wells", "--to", &to])["pool"].clone();
    let fan = world.rich();
    fan.ok(&["buy", &handle, "0"]);
    fan.ok(&["pool", "donate", pool.as_str().unwrap(), "0.1"]);
    // What it is called later changes nothing of what was told of it before.
    ada.ok(&["shop", "revise", &handle, "0", file, "--title", "Song II"]);
    let shown = |from: &str| {
        let output = fan
            .plain(&["watch", "--from", from, "--once", "--fast"])
            .output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let (all, who) = (shown("1"), fan.account);
    assert!(!all.contains("something else"), "{all}");
    for made in [
        "registry",
        "storefront",
        "channels contract",
        "streams contract",
        "pool factory",
    ] {
        assert!(
            all.contains(&format!("  the {made} was made")),
            "{made}: {all}"
        );
    }
    let bought = format!("{who} bought item 0, \"Song\" of {handle} (#0) for 0.1 UNIT");
    assert!(all.contains(&bought), "{bought}: {all}");
    let pool = pool.as_str().unwrap();
    let gave = format!("{who} gave 0.1 UNIT to pool \"Wells\" ({pool})");
    assert!(all.contains(&gave), "{gave}: {all}");
}

fn ask_best(world: &World) -> u32 {
    crate::world::block_on(world.chain_best())
}

#[test]
fn what_happens_in_place_of_what_was_undone_is_told_and_nothing_twice() {
    let node = Node::own(&[]);
    let world = World::on(&node.url);
    let person = world.rich();
    let (me, well) = world.well(&person);
    ask(&node, "dev_setFinality", json!(["held"]));
    let from = (ask_best(&world) + 1).to_string();
    let mut watching = Watching::by(&person, &["--from", &from]);
    person.ok(&["channel", "top-up", &me, "0.1", "--of", &well]);
    let first = watching.next();
    assert_eq!(first["event"], "ChannelsChanged");
    ask(&node, "dev_reorg", json!([1]));
    let undone = watching.next();
    assert_eq!(undone["undone"], first["block"]);
    person.ok(&["channel", "top-up", &me, "0.2", "--of", &well]);
    let second = watching.next();
    assert_eq!(second["event"], "ChannelsChanged");
    assert_ne!(second["fields"], first["fields"]);
}

/// An address behind which nodes come and go.
pub struct Door {
    pub url: String,
    behind: Arc<Mutex<Option<String>>>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Door {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let door = Self {
            url: format!("ws://{}", listener.local_addr().unwrap()),
            behind: Arc::default(),
            open: Arc::default(),
        };
        let (behind, open) = (door.behind.clone(), door.open.clone());
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let node = behind.lock().unwrap().clone();
                let Some(Ok(node)) = node.map(TcpStream::connect) else {
                    continue;
                };
                for (from, to) in [(&client, &node), (&node, &client)] {
                    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    thread::spawn(move || std::io::copy(&mut from, &mut to));
                }
                open.lock().unwrap().extend([client, node]);
            }
        });
        door
    }

    /// From now on there is this node, or none; nobody is connected any more.
    pub fn set(&self, node: Option<&Node>) {
        let address = node.map(|node| node.url.trim_start_matches("ws://").to_string());
        *self.behind.lock().unwrap() = address;
        for connection in self.open.lock().unwrap().drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

#[test]
fn watching_goes_on_after_the_node_was_started_anew() {
    let folder = tempfile::tempdir().unwrap();
    let state = format!("--state={}", folder.path().join("chain").display());
    let (door, node) = (Door::new(), Node::own(&[&state]));
    door.set(Some(&node));
    let world = World::on(&door.url);
    let person = world.rich();
    let (me, well) = world.well(&person);
    let from = (ask_best(&world) + 1).to_string();
    let mut watching = Watching::by(&person, &["--from", &from]);
    person.ok(&["channel", "top-up", &me, "0.1", "--of", &well]);
    let first = watching.next();
    door.set(None);
    drop(node);
    let node = Node::own(&[&state]);
    door.set(Some(&node));
    person.ok(&["channel", "top-up", &me, "0.2", "--of", &well]);
    let second = watching.next();
    assert!(
        second["block"].as_u64() > first["block"].as_u64(),
        "{second}"
    );
    assert_ne!(second["fields"], first["fields"]);
}
