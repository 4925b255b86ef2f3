//! `abi/` is what the sources make, and fit to be read by clients in every language.
//!
//! `UPDATE_ABI=1 ./scripts/test abi` writes it anew.

use farthing_artifacts::{
    artefact, build_if_stale, code_hash, compiled_by_debian, contracts, made_of, root,
};
use serde_json::{Map, Value};
use std::{env, fs, path::PathBuf, sync::OnceLock};

/// The kinds of artefact that are kept in the repository; a bundle is made of two of them.
const KEPT: [&str; 3] = ["json", "web.json", "wasm"];
const HASHES: &str = "code-hashes.json";
const MADE_OF: &str = "made-of";

fn kept(file: &str) -> PathBuf {
    root().join("abi").join(file)
}

/// Builds what is stale, whatever there is in `abi/`, and returns all contracts.
fn built() -> Vec<String> {
    // What failed is not tried again by each test.
    static BUILT: OnceLock<Result<(), String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| build_if_stale().map_err(|error| format!("{error:#}")));
    built.as_ref().unwrap();
    contracts().unwrap()
}

fn wasm(name: &str) -> Vec<u8> {
    read(artefact(name, "wasm"))
}

fn read(path: PathBuf) -> Vec<u8> {
    fs::read(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

fn json(path: PathBuf) -> Value {
    serde_json::from_slice(&read(path)).unwrap()
}

fn metadata(name: &str) -> Value {
    json(artefact(name, "json"))
}

/// The types of a contract's metadata that this project defines, each with its path.
fn own_types(metadata: &Value) -> Vec<(String, &Value)> {
    let ours = contracts().unwrap();
    let own = |path: &str| ours.iter().any(|name| name == path) || path == "farthing_types";
    let types = metadata["types"].as_array().unwrap().iter();
    types
        .filter_map(|entry| {
            let path: Vec<_> = entry["type"]["path"]
                .as_array()?
                .iter()
                .map(|part| part.as_str().unwrap())
                .collect();
            own(path[0]).then(|| (path.join("::"), &entry["type"]["def"]))
        })
        .collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Another compiler makes other bytes of the same sources, so that only the hash differs.
fn without_hash(mut metadata: Value) -> Value {
    metadata["source"]["hash"].take();
    metadata
}

#[test]
fn abi_is_what_the_sources_make() {
    let names = built();
    let hashes: Map<_, _> = names
        .iter()
        .map(|name| {
            (
                name.clone(),
                format!("0x{}", hex::encode(code_hash(&wasm(name)))).into(),
            )
        })
        .collect();
    let exact = !compiled_by_debian();
    if env::var_os("UPDATE_ABI").is_some() {
        assert!(exact, "abi/ is made with rustup's compiler");
        for name in &names {
            for kind in KEPT {
                fs::copy(artefact(name, kind), kept(&format!("{name}.{kind}"))).unwrap();
            }
        }
        fs::write(
            kept(HASHES),
            serde_json::to_string_pretty(&hashes).unwrap() + "\n",
        )
        .unwrap();
        fs::write(kept(MADE_OF), made_of(root()).unwrap()).unwrap();
    }
    let again = "differs from what the sources make: run UPDATE_ABI=1 ./scripts/test abi";
    for name in &names {
        for kind in ["json", "web.json"] {
            let file = format!("{name}.{kind}");
            let (made, there) = (json(artefact(name, kind)), json(kept(&file)));
            let same = match exact {
                true => made == there,
                false => without_hash(made) == without_hash(there),
            };
            assert!(same, "abi/{file} {again}");
        }
        let there = read(kept(&format!("{name}.wasm")));
        assert!(!exact || wasm(name) == there, "abi/{name}.wasm {again}");
        let hash = format!("0x{}", hex::encode(code_hash(&there)));
        assert_eq!(json(kept(HASHES))[name], hash, "abi/{HASHES} {again}");
        assert_eq!(json(kept(&format!("{name}.json")))["source"]["hash"], hash);
    }
    let sources = fs::read_to_string(kept(MADE_OF)).unwrap_or_default();
    assert_eq!(sources, made_of(root()).unwrap(), "abi/{MADE_OF} {again}");
}

#[test]
fn a_contract_has_its_own_events_only_and_at_most_one_without_a_signature() {
    for name in built() {
        let metadata = metadata(&name);
        let events: Vec<_> = list(&metadata["spec"]["events"]).collect();
        assert!(!events.is_empty(), "{name}");
        for event in &events {
            let module = event["module_path"].as_str().unwrap();
            assert!(module.starts_with(&format!("{name}::")), "{name}: {module}");
        }
        let anonymous = events
            .iter()
            .filter(|event| event["signature_topic"].is_null());
        assert!(anonymous.count() <= 1, "{name}");
    }
}

#[test]
fn every_message_event_error_and_field_has_its_sentence() {
    let mut bare = Vec::new();
    for name in built() {
        let metadata = metadata(&name);
        let mut check = |what: String, value: &Value| {
            let first = value["docs"][0].as_str().unwrap_or_default();
            if first.trim().split(' ').count() < 2 {
                bare.push(what);
            }
        };
        for part in ["constructors", "messages", "events"] {
            for one in list(&metadata["spec"][part]) {
                check(format!("{name}.{}", one["label"]), one);
                for argument in list(&one["args"]).filter(|_| part == "events") {
                    check(
                        format!("{name}.{}.{}", one["label"], argument["label"]),
                        argument,
                    );
                }
            }
        }
        // What a contract stores, and how one calls another, is not for clients.
        let inside = |path: &str| {
            path.matches("::").count() == 2 && path.starts_with(&format!("{name}::{name}::"))
        };
        for (path, def) in own_types(&metadata) {
            let ours =
                path.starts_with(&format!("{name}::")) || path.starts_with("farthing_types::");
            if !ours || inside(&path) && is_storage(&metadata, &path) {
                continue;
            }
            for field in list(&def["composite"]["fields"]).filter(|field| field["name"].is_string())
            {
                check(format!("{path}.{}", field["name"]), field);
            }
            for variant in list(&def["variant"]["variants"]) {
                check(format!("{path}::{}", variant["name"]), variant);
                for field in list(&variant["fields"]).filter(|field| field["name"].is_string()) {
                    check(
                        format!("{path}::{}.{}", variant["name"], field["name"]),
                        field,
                    );
                }
            }
        }
    }
    assert!(bare.is_empty(), "without a sentence: {bare:#?}");
}

/// Whether a type is the contract's own root item.
fn is_storage(metadata: &Value, path: &str) -> bool {
    let root = &metadata["storage"]["root"]["layout"]["struct"]["name"];
    root.as_str() == path.rsplit("::").next()
}

#[test]
fn metadata_for_the_web_names_the_fields_of_every_variant_in_a_type() {
    let mut renamed = 0;
    for name in built() {
        let web = json(artefact(&name, "web.json"));
        for (number, entry) in list(&web["types"]).enumerate() {
            assert_eq!(entry["id"], number, "{name}");
        }
        let before = metadata(&name);
        for (path, def) in own_types(&web) {
            for variant in list(&def["variant"]["variants"]) {
                let named = list(&variant["fields"]).any(|field| field["name"].is_string());
                assert!(!named, "{name}: {path}::{}", variant["name"]);
            }
        }
        for (path, def) in own_types(&before) {
            for variant in list(&def["variant"]["variants"]) {
                let Some(fields) = variant["fields"]
                    .as_array()
                    .filter(|fields| fields[0]["name"].is_string())
                else {
                    continue;
                };
                let moved = format!("{path}::{}", variant["name"].as_str().unwrap());
                let types = own_types(&web);
                let found = types.iter().find(|(path, _)| path == &moved);
                let (_, def) = found.unwrap_or_else(|| panic!("{name}: no {moved}"));
                assert_eq!(
                    def["composite"]["fields"].as_array(),
                    Some(fields),
                    "{name}: {moved}"
                );
                renamed += 1;
            }
        }
    }
    assert!(renamed > 0);
}
