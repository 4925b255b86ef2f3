//! What commands print for programs is what `docs/json-schema.json` says: everything that a test sees is held
//! against it. `UPDATE_SCHEMA=1` has it take in what tests see:
//!
//! ```text
//! UPDATE_SCHEMA=1 ./scripts/test --only-node
//! ```
//!
//! Types are inferred, and only ever become wider; `description`s that people wrote stay. Where names of
//! properties are data, such as those of rounds, write `additionalProperties` with a schema: names are not taken
//! in there, and of themselves where they are numbers. `x-unseen` marks what no test has seen: a command that is only
//! ever refused, or a list without items; and `x-null` what was only ever null. Both can be anything.

mod infer;
mod valid;

use crate::parser::{command_of, commands};
use serde_json::{json, Map, Value};
use std::{
    path::PathBuf,
    sync::{Mutex, OnceLock},
};
use valid::why_not;

/// What the definition of errors is called, and that of lines that `watch` prints.
const ERROR: &str = "error";
const LINE: &str = "watch-line";

struct Schema {
    all: Value,
    is_updated: bool,
}

fn path() -> PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/json-schema.json").into()
}

fn schema() -> &'static Mutex<Schema> {
    static SCHEMA: OnceLock<Mutex<Schema>> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let is_updated = std::env::var_os("UPDATE_SCHEMA").is_some_and(|set| set == "1");
        let text = std::fs::read_to_string(path());
        let all = match text {
            Ok(text) => serde_json::from_str(&text).unwrap(),
            Err(_) if is_updated => json!({}),
            Err(error) => panic!("docs/json-schema.json: {error}"),
        };
        Mutex::new(Schema { all, is_updated })
    })
}

/// Checks, or takes in, what a command printed.
pub fn see(arguments: &[String], stdout: &str) {
    let values = stdout.lines().map(serde_json::from_str::<Value>);
    let Ok(values) = values.collect::<Result<Vec<_>, _>>() else {
        return;
    };
    let Some(command) = command_of(arguments) else {
        return;
    };
    if !arguments.iter().any(|word| word == "--json") {
        return;
    }
    for value in values {
        see_one(&schema_name(&command), value);
    }
}

/// What the definition of a command's object is called; what `watch` prints is lines.
fn schema_name(command: &str) -> String {
    match command {
        "watch" => LINE.into(),
        _ => command.replace(' ', "-"),
    }
}

fn see_one(name: &str, value: Value) {
    let mut schema = schema().lock().unwrap_or_else(|broken| broken.into_inner());
    if schema.is_updated {
        return schema.take_in(name, value);
    }
    let (rest, error) = parted(value);
    for (name, value) in [(name, rest), (ERROR, error)] {
        let Some(value) = value else { continue };
        if let Err(why) = schema.check(name, &value) {
            panic!(
                "docs/json-schema.json says otherwise of {name:?}: {why}. Is it meant? Then run the tests with \
                 UPDATE_SCHEMA=1."
            );
        }
    }
}

/// What a command printed, and the error in it. What was found out before an error may be a part of it only.
fn parted(mut value: Value) -> (Option<Value>, Option<Value>) {
    match value
        .as_object_mut()
        .and_then(|object| object.remove(ERROR))
    {
        Some(error) => (None, Some(error)),
        None => (Some(value), None),
    }
}

impl Schema {
    fn check(&self, name: &str, value: &Value) -> Result<(), String> {
        let known = self.all["$defs"].get(name).ok_or("it is not there")?;
        why_not(value, known, &self.all["$defs"], "")
    }

    fn take_in(&mut self, name: &str, value: Value) {
        let before = self.all.clone();
        let all = self.all.as_object_mut().expect("it is an object");
        all.insert(
            "$schema".into(),
            "https://json-schema.org/draft/2020-12/schema".into(),
        );
        all.insert("title".into(), "What farthing prints with --json".into());
        let defs = all.entry("$defs").or_insert_with(|| json!({}));
        let defs = defs.as_object_mut().expect("they are an object");
        infer::texts(defs);
        for command in commands() {
            let unseen = || json!({"x-unseen": true});
            defs.entry(schema_name(&command)).or_insert_with(unseen);
        }
        let (rest, error) = parted(value);
        for (name, value) in [(name, rest), (ERROR, error)] {
            let Some(value) = value else { continue };
            infer::widen(
                defs.entry(name)
                    .or_insert_with(|| json!({"x-unseen": true})),
                &value,
            );
        }
        let outcomes: Vec<_> = defs
            .keys()
            .filter(|name| *name != ERROR && !infer::is_text(name))
            .map(|name| json!({"$ref": format!("#/$defs/{name}")}))
            .chain([json!({
                "type": "object",
                "required": [ERROR],
                "properties": {ERROR: {"$ref": "#/$defs/error"}},
            })])
            .collect();
        all.insert("anyOf".into(), outcomes.into());
        if self.all != before {
            let text = serde_json::to_string_pretty(&self.all).unwrap() + "\n";
            std::fs::write(path(), text).unwrap();
        }
    }
}

#[test]
fn every_command_has_a_schema() {
    let schema = schema().lock().unwrap_or_else(|broken| broken.into_inner());
    if schema.is_updated {
        return;
    }
    let defs = schema.all["$defs"].as_object().unwrap();
    let mut all: Vec<_> = commands().iter().map(|name| schema_name(name)).collect();
    all.push(ERROR.into());
    let missing: Vec<_> = all
        .iter()
        .filter(|name| !defs.contains_key(*name))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/json-schema.json lacks {missing:?}"
    );
    let unknown = |name: &&String| !all.contains(name) && !infer::is_text(name);
    let gone: Vec<_> = defs.keys().filter(unknown).collect();
    assert!(
        gone.is_empty(),
        "docs/json-schema.json has {gone:?}, which nothing prints"
    );
}

#[test]
fn objects_with_more_or_less_than_the_schema_says_are_refused() {
    let mut defs = Map::new();
    infer::texts(&mut defs);
    let mut known = json!({"x-unseen": true});
    let seen = json!({"sum": "12", "list": [{"a": 1}, {"a": null, "b": true}], "who": "//x"});
    infer::widen(&mut known, &seen);
    let defs = Value::Object(defs);
    let check = |value: Value| why_not(&value, &known, &defs, "");
    check(seen).unwrap();
    assert!(check(json!({"sum": "12", "list": []}))
        .unwrap_err()
        .contains("who"));
    assert!(check(json!({"sum": 12, "list": [], "who": ""}))
        .unwrap_err()
        .contains("sum"));
    assert!(check(json!({"sum": "1.2", "list": [], "who": ""}))
        .unwrap_err()
        .contains("sum"));
    assert!(check(json!({"sum": "1", "list": [{"c": 1, "a": 1}], "who": ""})).is_err());
    assert!(check(json!({"sum": "1", "list": [], "who": "", "more": 1})).is_err());
}

#[test]
fn what_is_taken_in_widens_and_keeps_what_people_wrote() {
    let mut known = json!({"x-unseen": true});
    infer::widen(&mut known, &json!({"a": "12", "rounds": {}}));
    known["description"] = "Mine.".into();
    known["properties"]["rounds"] =
        json!({"type": "object", "additionalProperties": {"x-unseen": true}});
    infer::widen(
        &mut known,
        &json!({"a": "some text", "rounds": {"autumn": "7"}}),
    );
    assert_eq!(known["description"], "Mine.");
    assert_eq!(known["properties"]["a"], json!({"type": "string"}));
    let rounds = &known["properties"]["rounds"]["additionalProperties"];
    assert_eq!(*rounds, json!({"$ref": "#/$defs/amount"}));
    infer::widen(&mut known, &json!({"rounds": {}}));
    assert_eq!(known["required"], json!(["rounds"]));
}

#[test]
fn what_was_only_null_can_be_more_and_numbers_name_whatever_there_is() {
    let mut known = json!({"x-unseen": true});
    infer::widen(
        &mut known,
        &json!({"until": null, "tiers": {"3": "12"}, "deposit": "5"}),
    );
    let mut defs = Map::new();
    infer::texts(&mut defs);
    let defs = Value::Object(defs);
    let later = json!({"until": 17, "tiers": {"4": "7", "9": "1"}, "deposit": "-5"});
    why_not(&later, &known, &defs, "").unwrap();
    let word = json!({"until": null, "tiers": {"4": "seven"}, "deposit": "5"});
    assert!(why_not(&word, &known, &defs, "").is_err());
    infer::widen(&mut known, &later);
    let either = json!([{"type": "integer"}, {"type": "null"}]);
    assert_eq!(known["properties"]["until"], json!({"anyOf": either}));
    let mut known = json!({"x-unseen": true});
    infer::widen(&mut known, &json!(17));
    infer::widen(&mut known, &Value::Null);
    assert_eq!(known, json!({"anyOf": either}));
}
