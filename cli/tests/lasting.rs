//! A chain that is no development chain: what everybody has the key of counts for nothing there.

use crate::world::{program, Ran, World, UNIT};
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

/// What a node says its chain is, and what it is to say instead, which is as long.
const SAID: &[u8] = b"\"Development\"";
const INSTEAD: &[u8] = b"\"LiveNetwork\"";

/// A line to a node on which it does not say that its chain is one for development.
fn disguised(node: &str) -> String {
    let node = node.trim_start_matches("ws://").to_string();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for program in listener.incoming().map_while(Result::ok) {
            let node = TcpStream::connect(&node).unwrap();
            let (asked, answered) = (program.try_clone().unwrap(), node.try_clone().unwrap());
            thread::spawn(move || carry(asked, node, |_| ()));
            thread::spawn(move || carry(answered, program, disguise));
        }
    });
    url
}

fn carry(mut from: TcpStream, mut to: TcpStream, change: impl Fn(&mut [u8])) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        change(&mut buffer[..length]);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}

fn disguise(bytes: &mut [u8]) {
    let found = bytes.windows(SAID.len()).position(|part| part == SAID);
    if let Some(place) = found {
        bytes[place..place + SAID.len()].copy_from_slice(INSTEAD);
    }
}

#[test]
fn keys_that_everybody_has_sign_nothing_on_a_chain_that_lasts() {
    let world = World::new();
    let (ada, handle) = world.creator("lasting");
    ada.ok(&["shop", "open", &handle]);
    let fan = world.rich();
    let url = disguised(&world.url);
    let before = world.money(ada.account).0;
    // A chain that lasts must say what its token is, and some nodes do not.
    let config = fan.state.path().join("token.toml");
    let token = "[networks.local]\ntoken = { symbol = \"UNIT\", decimals = 12 }\n";
    std::fs::write(&config, token).unwrap();
    let run = |secret: Option<&str>, words: &[&str]| {
        let mut command = program(&url, &world.deployments, fan.state.path());
        command.args(["--json", "--yes", "--fast"]).args(words);
        command.env("FARTHING_CONFIG", &config);
        Ran::of(
            command
                .envs(secret.map(|uri| ("FARTHING_SECRET", uri)))
                .output()
                .unwrap(),
        )
    };
    let tip = ["tip", &handle, "0.01"];
    let refused = run(None, &[&tip[..], &["--dev", "alice"]].concat()).refused(2, "usage");
    assert!(refused.contains("no development chain"), "{refused}");
    // The last is this test's own person, whose key anybody could make.
    for public in ["", " ", "//Alice", "//Alice//stash", "/soft", &fan.secret] {
        let ran = run(Some(public), &tip);
        ran.refused(2, "usage");
        let register = run(Some(public), &["creator", "register", "unset-var"]);
        register.refused(2, "usage");
    }
    for only_there in [&["fund", &handle][..], &["forward", "1h"]] {
        let refused = run(None, only_there).refused(2, "usage");
        assert_eq!(refused, "This is no development chain.");
    }
    assert_eq!(world.money(ada.account).0, before);

    // A key that only one person has signs there as everywhere.
    let phrase = farthing_client::new_phrase().unwrap();
    let phrase = farthing_client::ExposeSecret::expose_secret(&phrase);
    let own = farthing_client::Key::from_uri(phrase).unwrap().account();
    world.give(own, UNIT);
    run(Some(phrase), &tip).json();
    assert_eq!(world.money(ada.account).0, before + UNIT / 100);
    let status = run(None, &["status"]).json()["status"].clone();
    assert_eq!(status["development"], false);
}
