//! What clients read of a contract: ink!'s metadata, with what does not belong there taken out.
//!
//! ink! lists the events of every crate that is linked, and no client can tell whose an anonymous event
//! is. Here a contract has its own events only, and the types that these and its messages need.
//!
//! [`for_the_web`] makes a second version of it, for client libraries that drop the names of variants'
//! fields.

use anyhow::{Context, Result};
use serde_json::{json, Map, Value};
use std::collections::BTreeSet;

/// Takes out of `metadata` whatever is not the contract's own, and how its builder was told to build.
///
/// The latter names the machine's compiler, and settings of contract-build that are not all there is to
/// this build.
pub fn tidy(metadata: &mut Value) -> Result<()> {
    let name = text(metadata, &["contract", "name"])?.to_owned();
    if let Some(source) = metadata["source"].as_object_mut() {
        source.remove("build_info");
    }
    let events = array(metadata, &["spec", "events"])?;
    events.retain(|event| is_of(&name, event["module_path"].as_str().unwrap_or_default()));
    drop_unused_types(metadata)
}

/// Returns metadata of the same encoding in which every variant with named fields has one field without a
/// name: a composite type with these names.
pub fn for_the_web(metadata: &Value) -> Result<Value> {
    let mut web = metadata.clone();
    let types = array(&mut web, &["types"])?;
    let mut composites = Vec::new();
    let known = types.len();
    for entry in types.iter_mut() {
        let path = entry["type"]["path"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let variants = entry.pointer_mut("/type/def/variant/variants");
        for variant in variants.and_then(Value::as_array_mut).into_iter().flatten() {
            if !names_its_fields(variant) {
                continue;
            }
            let mut path = path.clone();
            path.push(variant["name"].clone());
            let id = known.saturating_add(composites.len());
            composites.push(json!({
                "id": id,
                "type": {
                    "def": { "composite": { "fields": variant["fields"].take() } },
                    "docs": variant.get("docs").cloned().unwrap_or_else(|| json!([])),
                    "path": path,
                },
            }));
            variant["fields"] = json!([{ "type": id, "typeName": variant["name"] }]);
        }
    }
    types.extend(composites);
    Ok(web)
}

fn names_its_fields(variant: &Value) -> bool {
    let first = variant["fields"].get(0);
    first.is_some_and(|field| field["name"].is_string())
}

/// Whether a module is in this crate.
fn is_of(name: &str, module_path: &str) -> bool {
    module_path.split("::").next() == Some(name)
}

/// Leaves the types that the specification and the storage layout need, and numbers them anew.
fn drop_unused_types(metadata: &mut Value) -> Result<()> {
    let mut types = std::mem::take(array(metadata, &["types"])?);
    let mut used = BTreeSet::new();
    let mut unread = Vec::new();
    let mut note = |unread: &mut Vec<u64>, id: u64| {
        if used.insert(id) {
            unread.push(id);
        }
    };
    references(metadata, &mut |id| note(&mut unread, *id));
    while let Some(id) = unread.pop() {
        let index = usize::try_from(id)?;
        let entry = types
            .get_mut(index)
            .context("the metadata names a type that it lacks")?;
        references(entry, &mut |id| note(&mut unread, *id));
    }
    let renumber = |id: &mut u64| *id = used.range(..*id).count() as u64;
    types.retain(|entry| entry["id"].as_u64().is_some_and(|id| used.contains(&id)));
    for (id, entry) in types.iter_mut().enumerate() {
        entry["id"] = json!(id);
        references(entry, &mut |id| renumber(id));
    }
    references(metadata, &mut |id| renumber(id));
    *array(metadata, &["types"])? = types;
    Ok(())
}

/// Shows `see` every reference to a type in `value`, and takes over what it makes of it.
fn references(value: &mut Value, see: &mut impl FnMut(&mut u64)) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| references(value, see)),
        Value::Object(fields) => references_of_fields(fields, see),
        _ => {}
    }
}

fn references_of_fields(fields: &mut Map<String, Value>, see: &mut impl FnMut(&mut u64)) {
    for (name, value) in fields {
        match (name.as_str(), &mut *value) {
            ("type" | "ty", Value::Number(_)) => refer(value, see),
            ("tuple", Value::Array(parts)) => parts.iter_mut().for_each(|part| refer(part, see)),
            _ => references(value, see),
        }
    }
}

fn refer(value: &mut Value, see: &mut impl FnMut(&mut u64)) {
    if let Some(mut id) = value.as_u64() {
        see(&mut id);
        *value = json!(id);
    }
}

fn text<'a>(value: &'a Value, path: &[&str]) -> Result<&'a str> {
    let found = path.iter().fold(value, |value, key| &value[key]);
    found
        .as_str()
        .with_context(|| format!("the metadata lacks {}", path.join(".")))
}

fn array<'a>(value: &'a mut Value, path: &[&str]) -> Result<&'a mut Vec<Value>> {
    let found = path.iter().fold(value, |value, key| &mut value[key]);
    found
        .as_array_mut()
        .with_context(|| format!("the metadata lacks {}", path.join(".")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A contract with an event of its own and one of another crate's. Type 1 is the other's alone; type
    /// 3 is reached through type 2 only.
    fn metadata() -> Value {
        json!({
            "contract": { "name": "shop" },
            "source": { "hash": "0x", "build_info": { "rust_toolchain": "a machine's" } },
            "spec": {
                "events": [
                    { "label": "Other", "module_path": "shopping::events", "args": [{ "type": { "type": 1 } }] },
                    { "label": "Own", "module_path": "shop::events", "args": [{ "type": { "type": 2 } }] },
                ],
                "messages": [],
            },
            "storage": { "root": { "layout": { "leaf": { "key": "0x", "ty": 0 } } } },
            "types": [
                { "id": 0, "type": { "def": { "primitive": "u8" } } },
                { "id": 1, "type": { "def": { "sequence": { "type": 0 } } } },
                { "id": 2, "type": { "path": ["shop", "Way"], "def": { "variant": { "variants": [
                    { "name": "Out", "index": 0, "docs": ["Leaves."], "fields": [{ "name": "by", "type": 3 }] },
                    { "name": "In", "index": 1, "fields": [{ "type": 3 }] },
                    { "name": "Stay", "index": 2 },
                ] } } } },
                { "id": 3, "type": { "def": { "tuple": [0, 0] } } },
            ],
        })
    }

    #[test]
    fn own_events_and_their_types_stay_and_nothing_else() {
        let mut tidied = metadata();
        tidy(&mut tidied).unwrap();
        assert_eq!(tidied["spec"]["events"].as_array().map(Vec::len), Some(1));
        assert_eq!(tidied["spec"]["events"][0]["label"], "Own");
        assert_eq!(tidied["spec"]["events"][0]["args"][0]["type"]["type"], 1);
        assert_eq!(tidied["types"].as_array().map(Vec::len), Some(3));
        assert_eq!(tidied["types"][1]["id"], 1);
        assert_eq!(tidied["types"][1]["type"]["path"][1], "Way");
        let way = &tidied["types"][1]["type"]["def"]["variant"]["variants"];
        assert_eq!(
            (&way[0]["fields"][0]["type"], &way[1]["fields"][0]["type"]),
            (&json!(2), &json!(2))
        );
        assert_eq!(tidied["types"][2]["type"]["def"]["tuple"], json!([0, 0]));
        assert_eq!(tidied["storage"]["root"]["layout"]["leaf"]["ty"], 0);
        assert_eq!(tidied["source"], json!({ "hash": "0x" }));
    }

    #[test]
    fn named_fields_of_a_variant_move_into_a_type_of_their_own() {
        let web = for_the_web(&metadata()).unwrap();
        let way = &web["types"][2]["type"]["def"]["variant"]["variants"];
        assert_eq!(way[0]["fields"], json!([{ "type": 4, "typeName": "Out" }]));
        let out = &web["types"][4];
        assert_eq!(
            (&out["id"], &out["type"]["path"]),
            (&json!(4), &json!(["shop", "Way", "Out"]))
        );
        assert_eq!(
            out["type"]["def"]["composite"]["fields"],
            json!([{ "name": "by", "type": 3 }])
        );
        assert_eq!(out["type"]["docs"], json!(["Leaves."]));
        // Those without names stay as they are.
        let before = metadata();
        let before = &before["types"][2]["type"]["def"]["variant"]["variants"];
        assert_eq!((&way[1], &way[2]), (&before[1], &before[2]));
    }

    #[test]
    fn a_reference_to_no_type_is_an_error() {
        let mut broken = metadata();
        broken["spec"]["events"][1]["args"][0]["type"]["type"] = json!(9);
        assert!(tidy(&mut broken).is_err());
    }
}
