//! How often a node is asked by each command: `answers.json` has what came back when a command was run for the
//! first time and when it was repeated, in a small world that is always the same. Any change fails the test, to
//! more or to less, until the file is written anew on purpose:
//!
//! ```text
//! UPDATE_ANSWERS=1 ./scripts/test --only-node answers
//! ```
//!
//! What the program keeps of the chain's metadata is kept from the first command on. A code beside the answers is
//! that of a command which ends otherwise than with success here.

mod scene;

use crate::{
    parser::commands,
    relay::Relay,
    world::{ask, Person, World},
};
use farthing_node_tests::node::Node;
use scene::SCENE;
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

/// What a command came to, the first time and again.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Twice {
    first: usize,
    again: usize,
    #[serde(default, skip_serializing_if = "is_success")]
    codes: [i32; 2],
}

/// A key that is taken over, and its password.
const KEYSTORE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keystores/sr25519.json");
const PASSWORD: &str = "correct-horse-7";

fn is_success(codes: &[i32; 2]) -> bool {
    *codes == [0, 0]
}

/// By command.
type Answers = BTreeMap<String, Twice>;

fn path() -> PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/answers.json").into()
}

/// A world with a line to its node that counts.
struct Counted {
    node: Node,
    relay: Relay,
    people: BTreeMap<&'static str, Person>,
    /// What words in braces stand for.
    names: BTreeMap<String, String>,
    cache: tempfile::TempDir,
}

impl Counted {
    fn new() -> Self {
        let node = Node::own(&[]);
        let relay = Relay::to(&node.url, Duration::ZERO);
        let world = World::on(&node.url);
        let gus = world.rich();
        let by = gus.account.to_string();
        // Another deployment, which somebody can pause.
        let world = World::with(
            &node.url,
            &["--guardian", &by, "--treasury", &by, "--fee", "1%"],
        );
        let mut people = BTreeMap::from([("gus", gus)]);
        for name in ["ada", "bob", "eve"] {
            people.insert(name, world.rich());
        }
        let deployments = world.deployments.clone();
        let file = deployments.join("song.ogg");
        fs::write(&file, "la la la").unwrap();
        let mut names = BTreeMap::from([("file".into(), file.display().to_string())]);
        for (name, person) in &people {
            names.insert((*name).into(), person.account.to_string());
        }
        for name in ["out", "backup"] {
            let path = deployments.join(name).display().to_string();
            names.insert(name.into(), path);
        }
        names.insert("keystore".into(), KEYSTORE.into());
        let list = deployments.join("list.txt");
        fs::write(&list, people["bob"].account.to_string()).unwrap();
        names.insert("list".into(), list.display().to_string());
        let soon = SystemTime::now() + Duration::from_secs(300 * 24 * 60 * 60);
        let soon = humantime::format_rfc3339_seconds(soon).to_string();
        names.insert("soon".into(), soon[..10].into());
        let people = people.into_iter();
        let people = people.map(|(name, person)| (name, person.at(&relay.url).with(&deployments)));
        std::mem::forget(world);
        Self {
            people: people.collect(),
            relay,
            node,
            names,
            cache: tempfile::tempdir().unwrap(),
        }
    }

    /// Runs a line of the scene, and returns what came of it: answers, exit code, and the object.
    fn run(&self, line: &str, n: usize) -> (usize, i32, Value) {
        let (who, words) = line.split_once(": ").unwrap();
        let words: Vec<_> = words.split(' ').map(|word| self.meant(word, n)).collect();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        // So that the latest block is not old, which would be one more question.
        ask(&self.node, "dev_newBlock", json!([1]));
        let mut command = self.people[who].command(&words);
        command
            .env("XDG_CACHE_HOME", self.cache.path())
            .env("FARTHING_PASSWORD", PASSWORD);
        self.relay.answers();
        let output = command.output().unwrap();
        let answers = self.relay.answers();
        let arguments = command.get_args();
        let arguments: Vec<_> = arguments
            .map(|word| word.to_string_lossy().into())
            .collect();
        crate::schema::see(&arguments, &String::from_utf8_lossy(&output.stdout));
        let object = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (answers, output.status.code().unwrap(), object)
    }

    fn meant(&self, word: &str, n: usize) -> String {
        let mut meant = word.replace("{n}", &n.to_string());
        for (name, stands_for) in &self.names {
            meant = meant.replace(&format!("{{{name}}}"), stands_for);
        }
        meant
    }

    fn play(&mut self) -> Answers {
        let mut all = Answers::new();
        // The metadata, once.
        self.run("bob: account", 0);
        for line in SCENE.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(millis) = line.strip_prefix("wait ") {
                let millis: u64 = millis.parse().unwrap();
                ask(&self.node, "dev_forward", json!([millis]));
                continue;
            }
            // For what follows.
            if let Some(line) = line.strip_prefix("also ") {
                self.run(line, 1);
                continue;
            }
            let (line, names) = match line.split_once(" -> ") {
                Some((line, names)) => (line, Some(names)),
                None => (line, None),
            };
            let (first, code, object) = self.run(line, 1);
            if let Some(names) = names {
                for pair in names.split(", ") {
                    let (name, place) = pair.split_once(' ').unwrap();
                    let found = object.pointer(place).cloned().unwrap_or_default();
                    let found = found.as_str().map_or(found.to_string(), Into::into);
                    assert_ne!(found, "null", "{line}: {object}");
                    self.names.insert(name.into(), found);
                }
            }
            let (again, code_again, object_again) = self.run(line, 2);
            let words: Vec<_> = line.split(' ').skip(1).map(Into::into).collect();
            let command = crate::parser::command_of(&words).unwrap_or_else(|| panic!("{line}"));
            if (code, code_again) != (0, 0) && std::env::var_os("SHOW_ANSWERS").is_some() {
                eprintln!("{line}: {code} {object} {code_again} {object_again}");
            }
            let codes = [code, code_again];
            // The first line of a command counts; others are there for what follows.
            all.entry(command).or_insert(Twice {
                first,
                again,
                codes,
            });
        }
        all
    }
}

#[test]
fn answers_of_each_command_are_as_many_as_the_file_says() {
    let found = Counted::new().play();
    let missing: Vec<_> = commands()
        .into_iter()
        .filter(|command| command != "deploy" && !found.contains_key(command))
        .collect();
    assert!(
        missing.is_empty(),
        "cli/tests/answers/scene.rs lacks {missing:?}"
    );
    if std::env::var_os("UPDATE_ANSWERS").is_some_and(|set| set == "1") {
        let lines = found.iter().map(|(name, twice)| {
            format!(
                "  {}: {}",
                json!(name),
                serde_json::to_string(twice).unwrap()
            )
        });
        let text = format!("{{\n{}\n}}\n", lines.collect::<Vec<_>>().join(",\n"));
        fs::write(path(), text).unwrap();
        return;
    }
    let known: Answers = serde_json::from_slice(&fs::read(path()).unwrap()).unwrap();
    let mut differences = Vec::new();
    for name in found.keys().chain(known.keys()) {
        let (found, known) = (found.get(name), known.get(name));
        if found != known {
            differences.push(format!("{name}: {found:?}, and the file has {known:?}"));
        }
    }
    differences.dedup();
    assert!(
        differences.is_empty(),
        "{}\nIs it meant? Then run this with UPDATE_ANSWERS=1.",
        differences.join("\n")
    );
}
