//! `abi/calls.json`: a call of every message and constructor, with its arguments and its encoding, for
//! whoever writes an encoder.
//!
//! Made of the metadata, as `UPDATE_ABI=1 ./scripts/test abi` does, and checked: the encoding is what
//! another implementation of SCALE, which reads the metadata, makes of the arguments.

use farthing_artifacts::{artefact, build_if_stale, contracts, root};
use scale_info::{form::PortableForm, PortableRegistry, TypeDef, TypeDefPrimitive};
use scale_value::Value;
use serde_json::{json, Map, Value as Json};
use std::{env, fs};

/// An argument as JSON shows it, and as the encoder takes it.
struct Example {
    shown: Json,
    value: Value,
}

/// Gives arguments that differ: each takes the next number.
struct Examples<'a> {
    types: &'a PortableRegistry,
    next: u8,
}

impl Examples<'_> {
    fn number(&mut self) -> u8 {
        self.next = self.next % 250 + 1;
        self.next
    }

    /// A value of this type: lists of two, options that are there, and of other choices the last.
    fn of(&mut self, id: u32) -> Example {
        let kind = self.types.resolve(id).expect("the metadata has all types");
        match &kind.type_def {
            TypeDef::Primitive(primitive) => self.primitive(primitive),
            TypeDef::Composite(composite) => self.fields(&composite.fields),
            TypeDef::Variant(variants) => {
                let last = variants.variants.last().expect("a choice of something");
                let inner = self.fields(&last.fields);
                let shown = match last.fields.is_empty() {
                    true => json!(last.name),
                    false => json!({ last.name.as_str(): inner.shown }),
                };
                let scale_value::ValueDef::Composite(fields) = inner.value.value else {
                    unreachable!("fields are a composite")
                };
                let value = Value::variant(last.name.clone(), fields);
                Example { shown, value }
            }
            TypeDef::Sequence(list) => self.list(list.type_param.id, 2),
            TypeDef::Array(list) => self.list(list.type_param.id, list.len),
            TypeDef::Tuple(parts) => {
                let parts = parts.fields.iter().map(|part| self.of(part.id)).collect();
                unnamed(parts)
            }
            TypeDef::Compact(inner) => self.of(inner.type_param.id),
            TypeDef::BitSequence(_) => panic!("a message takes bits: give it an example here"),
        }
    }

    fn primitive(&mut self, primitive: &TypeDefPrimitive) -> Example {
        let number = self.number();
        let unsigned = |shown: Json| Example {
            shown,
            value: Value::u128(number.into()),
        };
        match primitive {
            TypeDefPrimitive::Bool => Example {
                shown: json!(true),
                value: Value::bool(true),
            },
            TypeDefPrimitive::Str => {
                let text = format!("text-{number}");
                Example {
                    shown: json!(text),
                    value: Value::string(text),
                }
            }
            TypeDefPrimitive::U8 | TypeDefPrimitive::U16 | TypeDefPrimitive::U32 => {
                unsigned(json!(number))
            }
            // JSON's numbers are too small for what these can hold.
            TypeDefPrimitive::U64 | TypeDefPrimitive::U128 => unsigned(json!(number.to_string())),
            other => panic!("a message takes {other:?}: give it an example here"),
        }
    }

    fn list(&mut self, id: u32, length: u32) -> Example {
        let kind = self.types.resolve(id).map(|kind| &kind.type_def);
        if let Some(TypeDef::Primitive(TypeDefPrimitive::U8)) = kind {
            let bytes = vec![self.number(); length as usize];
            let shown = json!(format!("0x{}", hex::encode(&bytes)));
            return Example {
                shown,
                value: Value::from_bytes(bytes),
            };
        }
        unnamed((0..length).map(|_| self.of(id)).collect())
    }

    fn fields(&mut self, fields: &[scale_info::Field<PortableForm>]) -> Example {
        if let [only] = fields {
            if only.name.is_none() {
                // JSON shows it as what it holds.
                let Example { shown, value } = self.of(only.ty.id);
                let value = Value::unnamed_composite([value]);
                return Example { shown, value };
            }
        }
        if fields.iter().all(|field| field.name.is_none()) {
            let parts = fields.iter().map(|field| self.of(field.ty.id)).collect();
            return unnamed(parts);
        }
        let (mut shown, mut values) = (Map::new(), Vec::new());
        for field in fields {
            let name = field.name.clone().unwrap_or_default();
            let example = self.of(field.ty.id);
            shown.insert(name.clone(), example.shown);
            values.push((name, example.value));
        }
        Example {
            shown: shown.into(),
            value: Value::named_composite(values),
        }
    }
}

fn unnamed(parts: Vec<Example>) -> Example {
    let shown = parts.iter().map(|part| part.shown.clone()).collect();
    let value = Value::unnamed_composite(parts.into_iter().map(|part| part.value));
    Example { shown, value }
}

/// The calls of a contract, by name.
fn calls(name: &str) -> Json {
    let metadata: Json =
        serde_json::from_slice(&fs::read(artefact(name, "json")).unwrap()).unwrap();
    let types: PortableRegistry =
        serde_json::from_value(json!({ "types": metadata["types"] })).unwrap();
    let mut calls = Map::new();
    for part in ["constructors", "messages"] {
        let mut found = Map::new();
        for one in metadata["spec"][part].as_array().unwrap() {
            let mut examples = Examples {
                types: &types,
                next: 0,
            };
            let mut arguments = Map::new();
            let mut call = hex::decode(&one["selector"].as_str().unwrap()[2..]).unwrap();
            for argument in one["args"].as_array().unwrap() {
                let id = argument["type"]["type"].as_u64().unwrap() as u32;
                let example = examples.of(id);
                scale_value::scale::encode_as_type(&example.value, id, &types, &mut call).unwrap();
                arguments.insert(argument["label"].as_str().unwrap().into(), example.shown);
            }
            let shown =
                json!({ "arguments": arguments, "call": format!("0x{}", hex::encode(call)) });
            found.insert(one["label"].as_str().unwrap().into(), shown);
        }
        calls.insert(part.into(), found.into());
    }
    calls.into()
}

#[test]
fn calls_in_abi_are_those_of_the_metadata() {
    let names = contracts().unwrap();
    build_if_stale().unwrap();
    let made: Map<_, _> = names
        .iter()
        .map(|name| (name.clone(), calls(name)))
        .collect();
    let made = Json::from(made);
    let path = root().join("abi/calls.json");
    if env::var_os("UPDATE_ABI").is_some() {
        fs::write(&path, serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
    }
    let there: Json = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert!(
        there == made,
        "abi/calls.json differs: run UPDATE_ABI=1 ./scripts/test abi"
    );
}
