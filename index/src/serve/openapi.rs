//! The server's description in OpenAPI, made of the same table as its answers.

use super::listings::{Listing, Shown, LISTINGS};
use serde_json::{json, Map, Value};

/// Returns the description.
pub fn document() -> Value {
    let mut paths = Map::new();
    let status = object(&[
        ("first", json!({ "type": "integer" })),
        ("block", nullable("integer")),
        ("hash", nullable("string")),
        ("time", nullable("integer")),
        ("final", nullable("integer")),
        ("token", json!({ "type": "object" })),
    ]);
    let about = "How far the index goes, and what amounts are of.";
    paths.insert("/v1/status".into(), operation(about, Vec::new(), status));
    let about = "What happens, event by event, as server-sent events. Each has an id, after which it goes on. An event \"undone\" says that what was told of a block, and of those after it, did not happen. An event \"anew\" says so of all that was told after its block, which was final: too many blocks were open to be remembered, or who comes back with an id was away when its block was undone.";
    let after = parameter(
        "after",
        "query",
        "The id after which it begins; now, if it is left out.",
    );
    let stream = json!({ "get": {
        "summary": about,
        "parameters": [after],
        "responses": {
            "200": { "description": "The stream.", "content": { "text/event-stream": {} } },
            "429": too_much(),
        },
    }});
    paths.insert("/v1/stream".into(), stream);
    for listing in LISTINGS {
        paths.insert(listing.path.into(), of_listing(listing));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Farthing's index",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What happened at Farthing's contracts. It is only read. Amounts are in the chain's smallest unit, as text; times in milliseconds since the Unix epoch. Each answer has an ETag, which changes when the index does. What is not final can still be undone.",
        },
        "paths": paths,
    })
}

fn of_listing(listing: &Listing) -> Value {
    let mut properties = vec![
        ("block", json!({ "type": "integer" })),
        ("time", nullable("integer")),
        ("final", json!({ "type": "boolean" })),
    ];
    properties.extend(
        listing
            .columns
            .iter()
            .map(|(name, _, shown)| (*name, schema(*shown))),
    );
    let one = object(&properties);
    let names = listing
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<_> = names
        .map(|name| parameter(name, "path", about(name)))
        .collect();
    if listing.is_one {
        return operation(listing.about, parameters, one);
    }
    parameters.push(parameter(
        "after",
        "query",
        "The `next` of the page before.",
    ));
    parameters.push(parameter(
        "limit",
        "query",
        "How many at most: 1 to 200; 50, if it is left out.",
    ));
    if listing.range.is_some() {
        let about = "The first day, since 1970, in UTC.";
        parameters.push(parameter("from", "query", about));
        let about = "The last day.";
        parameters.push(parameter("until", "query", about));
    }
    let page = object(&[
        ("items", json!({ "type": "array", "items": one })),
        ("next", nullable("string")),
    ]);
    operation(listing.about, parameters, page)
}

fn about(name: &str) -> &'static str {
    match name {
        "creator" => "A creator's number or handle.",
        "ledger" => "A ledger's number.",
        "words" => "One to eight words, or their beginnings.",
        _ => "An account's address, in SS58 or hexadecimal.",
    }
}

fn schema(shown: Shown) -> Value {
    match shown {
        Shown::Number => nullable("integer"),
        Shown::Flag => nullable("boolean"),
        _ => nullable("string"),
    }
}

fn nullable(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

fn object(properties: &[(&str, Value)]) -> Value {
    let properties: Map<_, _> = properties
        .iter()
        .map(|(name, schema)| ((*name).to_string(), schema.clone()))
        .collect();
    json!({ "type": "object", "properties": properties })
}

fn parameter(name: &str, place: &str, about: &str) -> Value {
    json!({
        "name": name,
        "in": place,
        "required": place == "path",
        "description": about,
        "schema": { "type": "string" },
    })
}

fn too_much() -> Value {
    let wait =
        json!({ "description": "For how many seconds to wait.", "schema": { "type": "integer" } });
    let refusal = object(&[("error", json!({ "type": "string" }))]);
    json!({
        "description": "This address asks too much, or listens to too many streams.",
        "headers": { "Retry-After": wait },
        "content": { "application/json": { "schema": refusal } },
    })
}

fn operation(about: &str, parameters: Vec<Value>, answer: Value) -> Value {
    let refusal = object(&[("error", json!({ "type": "string" }))]);
    let content = |schema: Value| json!({ "application/json": { "schema": schema } });
    json!({ "get": {
        "summary": about,
        "parameters": parameters,
        "responses": {
            "200": { "description": "The answer.", "content": content(answer) },
            "304": { "description": "Nothing is new since the answer with the given ETag." },
            "400": { "description": "The question makes no sense.", "content": content(refusal.clone()) },
            "404": { "description": "There is no such thing.", "content": content(refusal.clone()) },
            "429": too_much(),
            "503": { "description": "The index cannot be read at the moment.", "content": content(refusal) },
        },
    }})
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    #[test]
    fn committed_description_is_that_of_the_server() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
        let text = serde_json::to_string_pretty(&document()).unwrap() + "\n";
        if std::env::var_os("UPDATE_OPENAPI").is_some() {
            fs::write(&path, &text).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == text,
            "index/openapi.json is not up to date: UPDATE_OPENAPI=1 writes it"
        );
    }
}
