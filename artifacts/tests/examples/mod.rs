//! Calls of every message with arguments that somebody chooses: in JSON, as a client writes them, and encoded by an
//! implementation of SCALE that reads the metadata.

use scale_info::{form::PortableForm, PortableRegistry, TypeDef, TypeDefPrimitive};
use scale_value::Value;
use serde_json::{json, Map, Value as Json};

/// Chooses arguments.
pub trait Choose {
    /// A byte, for bytes and parts of texts.
    fn byte(&mut self) -> u8;
    /// A whole number of so many bits.
    fn number(&mut self, bits: u32) -> u128;
    fn truth(&mut self) -> bool;
    fn text(&mut self) -> String;
    /// The bytes of a list of bytes.
    fn bytes(&mut self, length: Option<u32>) -> Vec<u8>;
    /// How many there are of a list.
    fn length(&mut self) -> u32;
    /// One of so many variants.
    fn variant(&mut self, count: usize) -> usize;
}

/// An argument as JSON shows it, and as the encoder takes it.
struct Example {
    shown: Json,
    value: Value,
}

struct Examples<'a, C> {
    types: &'a PortableRegistry,
    choice: &'a mut C,
}

impl<C: Choose> Examples<'_, C> {
    /// A value of this type.
    fn of(&mut self, id: u32) -> Example {
        let kind = self.types.resolve(id).expect("the metadata has all types");
        match &kind.type_def {
            TypeDef::Primitive(primitive) => self.primitive(primitive),
            TypeDef::Composite(composite) => self.fields(&composite.fields),
            TypeDef::Variant(variants) => {
                let chosen = self.choice.variant(variants.variants.len());
                let chosen = &variants.variants[chosen];
                let inner = self.fields(&chosen.fields);
                let shown = match chosen.fields.is_empty() {
                    true => json!(chosen.name),
                    false => json!({ chosen.name.as_str(): inner.shown }),
                };
                let scale_value::ValueDef::Composite(fields) = inner.value.value else {
                    unreachable!("fields are a composite")
                };
                let value = Value::variant(chosen.name.clone(), fields);
                Example { shown, value }
            }
            TypeDef::Sequence(list) => self.list(list.type_param.id, None),
            TypeDef::Array(list) => self.list(list.type_param.id, Some(list.len)),
            TypeDef::Tuple(parts) => {
                let parts = parts.fields.iter().map(|part| self.of(part.id)).collect();
                unnamed(parts)
            }
            TypeDef::Compact(inner) => self.of(inner.type_param.id),
            TypeDef::BitSequence(_) => panic!("a message takes bits: give it an example here"),
        }
    }

    fn primitive(&mut self, primitive: &TypeDefPrimitive) -> Example {
        match primitive {
            TypeDefPrimitive::Bool => {
                let truth = self.choice.truth();
                Example {
                    shown: json!(truth),
                    value: Value::bool(truth),
                }
            }
            TypeDefPrimitive::Str => {
                let text = self.choice.text();
                Example {
                    shown: json!(text),
                    value: Value::string(text),
                }
            }
            TypeDefPrimitive::U8 => self.number(8),
            TypeDefPrimitive::U16 => self.number(16),
            TypeDefPrimitive::U32 => self.number(32),
            TypeDefPrimitive::U64 => self.number(64),
            TypeDefPrimitive::U128 => self.number(128),
            other => panic!("a message takes {other:?}: give it an example here"),
        }
    }

    fn number(&mut self, bits: u32) -> Example {
        let number = self.choice.number(bits);
        // JSON's numbers are too small for what larger ones can hold.
        let shown = match u32::try_from(number) {
            Ok(small) if bits <= 32 => json!(small),
            _ => json!(number.to_string()),
        };
        Example {
            shown,
            value: Value::u128(number),
        }
    }

    fn list(&mut self, id: u32, length: Option<u32>) -> Example {
        let kind = self.types.resolve(id).map(|kind| &kind.type_def);
        if let Some(TypeDef::Primitive(TypeDefPrimitive::U8)) = kind {
            let bytes = self.choice.bytes(length);
            let shown = json!(format!("0x{}", hex::encode(&bytes)));
            return Example {
                shown,
                value: Value::from_bytes(bytes),
            };
        }
        let length = length.unwrap_or_else(|| self.choice.length());
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

/// The constructors and messages of a contract's metadata: in which part each is, its name, and a call of it.
pub fn calls<C: Choose>(
    metadata: &Json,
    mut choice: impl FnMut(&str) -> C,
) -> Vec<(&'static str, String, Json)> {
    let types: PortableRegistry =
        serde_json::from_value(json!({ "types": metadata["types"] })).unwrap();
    let mut found = Vec::new();
    for part in ["constructors", "messages"] {
        for one in metadata["spec"][part].as_array().unwrap() {
            let label = one["label"].as_str().unwrap();
            let call = call(&types, one, &mut choice(label));
            found.push((part, label.to_owned(), call));
        }
    }
    found
}

fn call<C: Choose>(types: &PortableRegistry, message: &Json, choice: &mut C) -> Json {
    let mut examples = Examples { types, choice };
    let mut arguments = Map::new();
    let mut call = hex::decode(&message["selector"].as_str().unwrap()[2..]).unwrap();
    for argument in message["args"].as_array().unwrap() {
        let id = argument["type"]["type"].as_u64().unwrap() as u32;
        let example = examples.of(id);
        scale_value::scale::encode_as_type(&example.value, id, types, &mut call).unwrap();
        arguments.insert(argument["label"].as_str().unwrap().into(), example.shown);
    }
    json!({ "arguments": arguments, "call": format!("0x{}", hex::encode(call)) })
}
