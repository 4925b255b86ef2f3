//! A schema, made of what was seen.

use super::valid::type_of;
use farthing_client::Account;
use serde_json::{json, Map, Value};

/// Texts that are of a certain form: name, pattern, and what it is. The first that fits is taken.
const TEXTS: [(&str, &str, &str); 6] = [
    (
        "amount",
        "^[0-9]+$",
        "An amount in the chain's smallest unit.",
    ),
    (
        "signed-amount",
        "^-?[0-9]+$",
        "An amount in the chain's smallest unit; negative if it is given back.",
    ),
    ("hash", "^0x[0-9a-f]{64}$", "32 bytes in hexadecimal."),
    ("bytes", "^0x[0-9a-f]*$", "Bytes in hexadecimal."),
    (
        "account",
        "^[1-9A-HJ-NP-Za-km-z]{46,50}$",
        "The address of an account or a contract, as SS58.",
    ),
    (
        "time",
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$",
        "A moment, as RFC 3339.",
    ),
];

/// Those that are a special case of another.
const WIDER: [(&str, &str); 2] = [("amount", "signed-amount"), ("hash", "bytes")];

/// Marks what was only ever seen to be null.
const NULL: &str = "x-null";

/// Defines the texts.
pub fn texts(defs: &mut Map<String, Value>) {
    for (name, pattern, description) in TEXTS {
        let text = json!({"type": "string", "pattern": pattern, "description": description});
        defs.entry(name).or_insert(text);
    }
}

pub fn is_text(name: &str) -> bool {
    TEXTS.iter().any(|(known, ..)| *known == name)
}

/// Whether a text has the form of this name.
pub fn is_text_of(name: &str, text: &str) -> bool {
    let hex = |text: &str| {
        text.bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let bytes = text.strip_prefix("0x").filter(|text| hex(text));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match name {
        "amount" => digits(text),
        "signed-amount" => digits(text.strip_prefix('-').unwrap_or(text)),
        "hash" => bytes.is_some_and(|bytes| bytes.len() == 64),
        "bytes" => bytes.is_some(),
        "account" => text.len() >= 46 && text.parse::<Account>().is_ok(),
        "time" => {
            text.len() >= 20
                && text.as_bytes()[10] == b'T'
                && text.ends_with('Z')
                && digits(&text[..4])
        }
        _ => false,
    }
}

/// The name that a reference to a definition has.
pub fn place_of(reference: &str) -> &str {
    reference.trim_start_matches("#/$defs/")
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

/// Widens a schema so that a value fits. `x-unseen` marks one that nothing was seen of.
pub fn widen(schema: &mut Value, value: &Value) {
    if schema.get("x-unseen").is_some() {
        let written = schema.get("description").cloned();
        *schema = of(value);
        if let Some(written) = written {
            schema["description"] = written;
        }
        return;
    }
    if schema.get(NULL).is_some() {
        return widen_null(schema, value);
    }
    let is_open = ["type", "$ref", "anyOf"]
        .iter()
        .all(|key| schema.get(key).is_none());
    if is_open {
        return;
    }
    if let Some(some) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        match some.iter_mut().find(|one| is_for(one, value)) {
            Some(one) => widen(one, value),
            None => some.push(of_one(value)),
        }
        some.sort_by_key(|one| one.to_string());
        return;
    }
    if !is_for(schema, value) {
        let written = schema
            .as_object_mut()
            .and_then(|schema| schema.remove("description"));
        let mut some = [schema.clone(), of_one(value)];
        some.sort_by_key(|one| one.to_string());
        *schema = json!({"anyOf": some});
        if let Some(written) = written {
            schema["description"] = written;
        }
        return;
    }
    match value {
        Value::Object(fields) => widen_object(schema, fields),
        Value::Array(items) => items
            .iter()
            .for_each(|item| widen(&mut schema["items"], item)),
        Value::String(text) => widen_text(schema, text),
        _ => {}
    }
}

/// Takes in what else is there than null. Until then it could be anything: it is left out now and then, and no
/// test happened to have it.
fn widen_null(schema: &mut Value, value: &Value) {
    if value.is_null() {
        return;
    }
    let written = schema.get("description").cloned();
    let mut some = [json!({"type": "null"}), of(value)];
    some.sort_by_key(|one| one.to_string());
    *schema = json!({"anyOf": some});
    if let Some(written) = written {
        schema["description"] = written;
    }
}

/// Whether a schema is for values of this type.
fn is_for(schema: &Value, value: &Value) -> bool {
    match schema.get("type") {
        Some(known) => known == type_of(value),
        None => value.is_string(),
    }
}

/// The schema of one of several: null beside others is nothing but that.
fn of_one(value: &Value) -> Value {
    match value {
        Value::Null => json!({"type": "null"}),
        value => of(value),
    }
}

/// The schema of what a single value shows.
fn of(value: &Value) -> Value {
    match value {
        Value::Null => json!({NULL: true}),
        Value::Object(fields) if is_map(fields) => {
            let mut schema = json!({"x-unseen": true});
            fields.values().for_each(|value| widen(&mut schema, value));
            json!({"type": "object", "additionalProperties": schema})
        }
        Value::Object(fields) => {
            let required: Vec<_> = fields.keys().collect();
            let properties: Map<_, _> = fields
                .iter()
                .map(|(name, value)| (name.clone(), of_named(name, value)))
                .collect();
            json!({
                "type": "object",
                "additionalProperties": false,
                "required": required,
                "properties": properties,
            })
        }
        Value::Array(items) => {
            let mut schema = json!({"x-unseen": true});
            items.iter().for_each(|item| widen(&mut schema, item));
            json!({"type": "array", "items": schema})
        }
        Value::String(text) => match TEXTS.iter().find(|(name, ..)| is_text_of(name, text)) {
            Some((name, ..)) => reference(name),
            None => json!({"type": "string"}),
        },
        other => json!({"type": type_of(other)}),
    }
}

/// Whether an object's names are data: numbers.
fn is_map(fields: &Map<String, Value>) -> bool {
    let is_number = |name: &String| name.bytes().all(|byte| byte.is_ascii_digit());
    !fields.is_empty() && fields.keys().all(is_number)
}

/// The schema of a field. Each deposit can be given back, wherever one was seen.
fn of_named(name: &str, value: &Value) -> Value {
    match value {
        Value::String(text) if name == "deposit" && is_text_of("signed-amount", text) => {
            reference("signed-amount")
        }
        _ => of(value),
    }
}

fn widen_object(schema: &mut Value, fields: &Map<String, Value>) {
    if schema["additionalProperties"].is_object() {
        let of_all = &mut schema["additionalProperties"];
        fields.values().for_each(|value| widen(of_all, value));
        return;
    }
    if let Some(required) = schema["required"].as_array_mut() {
        required.retain(|name| name.as_str().is_some_and(|name| fields.contains_key(name)));
    }
    let properties = schema["properties"]
        .as_object_mut()
        .expect("an object has properties");
    for (name, value) in fields {
        let known = properties
            .entry(name)
            .or_insert_with(|| of_named(name, value));
        widen(known, value);
    }
}

fn widen_text(schema: &mut Value, text: &str) {
    let Some(known) = schema["$ref"].as_str() else {
        return;
    };
    let known = place_of(known).to_string();
    if is_text_of(&known, text) {
        return;
    }
    let wider = WIDER
        .iter()
        .find(|(narrow, wide)| *narrow == known && is_text_of(wide, text));
    let written = schema.get("description").cloned();
    *schema = match wider {
        Some((_, wide)) => reference(wide),
        None => json!({"type": "string"}),
    };
    if let Some(written) = written {
        schema["description"] = written;
    }
}
