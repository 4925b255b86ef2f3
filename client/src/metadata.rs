//! Metadata of contracts: what their messages, answers and events look like.
//!
//! Before a call is signed, it is decoded again with the metadata of the deployed contract. So a program
//! never signs for a contract that understands the call differently.

use crate::{account::Account, Error};
use farthing_types::Hash;
use ink_metadata::{InkProject, MessageParamSpec};
use scale_info::{form::PortableForm, PortableRegistry};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::path::Path;
use subxt::ext::scale_value::{self, Composite, Primitive, ValueDef, Variant};

/// A contract's metadata.
pub struct Metadata {
    /// The contract's name.
    pub name: String,
    /// The version of the sources that it was built from.
    pub version: String,
    /// The hash of the contract's code.
    pub code_hash: Hash,
    project: InkProject,
}

/// A call of a contract, for people and programs to read.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Described {
    /// The contract's name.
    pub contract: String,
    /// The message's name.
    pub message: String,
    /// The message's arguments, by name.
    pub arguments: Map<String, Value>,
}

#[derive(Deserialize)]
struct File {
    source: Source,
    contract: Named,
}

#[derive(Deserialize)]
struct Source {
    hash: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    version: String,
}

impl Metadata {
    /// Reads the metadata in a file that was made with the contract.
    ///
    /// # Errors
    /// [`Error::File`] if there is no such file, or if it is not metadata.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
        let file: File = serde_json::from_str(&text).map_err(|e| Error::file(path, e))?;
        let project = serde_json::from_str(&text).map_err(|e| Error::file(path, e))?;
        let hash = file.source.hash.trim_start_matches("0x");
        let hash = hex::decode(hash).ok().and_then(|hash| hash.try_into().ok());
        Ok(Self {
            name: file.contract.name,
            version: file.contract.version,
            code_hash: hash.ok_or_else(|| Error::file(path, "its code hash is none"))?,
            project,
        })
    }

    /// Decodes a call from its bytes.
    ///
    /// # Errors
    /// [`Error::Disagree`] if the contract has no such message, or the message has other arguments.
    pub fn describe(&self, input: &[u8]) -> Result<Described, Error> {
        let spec = self.project.spec();
        let selector = input.get(..4).unwrap_or_default();
        let message = spec.messages().iter().find_map(|message| {
            let found = message.selector().to_bytes() == selector;
            found.then(|| (message.label(), message.args()))
        });
        let constructor = || {
            spec.constructors().iter().find_map(|constructor| {
                let found = constructor.selector().to_bytes() == selector;
                found.then(|| (constructor.label(), constructor.args()))
            })
        };
        let (label, arguments) = message.or_else(constructor).ok_or_else(|| {
            self.disagree(format!("it has no message 0x{}", hex::encode(selector)))
        })?;
        Ok(Described {
            contract: self.name.clone(),
            message: label.clone(),
            arguments: self.arguments(label, arguments, &input[4..])?,
        })
    }

    fn arguments(
        &self,
        message: &str,
        specs: &[MessageParamSpec<PortableForm>],
        mut bytes: &[u8],
    ) -> Result<Map<String, Value>, Error> {
        let mut arguments = Map::new();
        for spec in specs {
            let value = self.value(&mut bytes, spec.ty().ty().id)?;
            arguments.insert(spec.label().clone(), value);
        }
        match bytes {
            [] => Ok(arguments),
            _ => Err(self.disagree(format!("its message {message} takes other arguments"))),
        }
    }

    /// Decodes the answer of a message, without what ink! wraps around it.
    ///
    /// # Errors
    /// [`Error::Disagree`] if the contract has no such message, or the bytes are not its answer.
    pub fn answer(&self, message: &str, mut bytes: &[u8]) -> Result<Value, Error> {
        let spec = self.project.spec();
        let messages = spec.messages().iter();
        let messages = messages.map(|spec| (spec.label(), spec.return_type()));
        let constructors = spec.constructors().iter();
        let constructors = constructors.map(|spec| (spec.label(), spec.return_type()));
        let mut all = messages.chain(constructors);
        let found = all.find(|(label, _)| *label == message);
        let (_, of) = found.ok_or_else(|| self.disagree(format!("it has no message {message}")))?;
        let value = self.value(&mut bytes, of.ret_type().ty().id)?;
        // What ink! wraps around it, and then the contract, unless it is a refusal.
        Ok(unwrapped(unwrapped(value)))
    }

    /// Gives the refusal of this contract's constructor its error's name; whoever makes a contract may not have
    /// its metadata. Other errors stay as they are.
    #[must_use]
    pub fn named(&self, error: Error) -> Error {
        let Error::Refused(mut refusal) = error else {
            return error;
        };
        // What ink! wraps around an error.
        let returned = [&[0, 1], &refusal.bytes[..]].concat();
        if let Ok(answer) = self.answer(&refusal.message, &returned) {
            refusal.error = answer.get("Err").cloned().unwrap_or(answer);
        }
        Error::Refused(refusal)
    }

    /// Returns the name and fields of an event; `None` if this contract has no such event. An event without
    /// topics is taken to be the contract's one anonymous type.
    pub fn event(&self, topics: &[Hash], mut bytes: &[u8]) -> Option<(String, Value)> {
        let specs = self.project.spec().events();
        let mut specs = specs.iter().filter(|spec| match spec.signature_topic() {
            Some(signature) => topics
                .first()
                .is_some_and(|topic| topic == signature.as_bytes()),
            None => topics.is_empty(),
        });
        let spec = specs.next()?;
        let mut fields = Map::new();
        for argument in spec.args() {
            let value = self.value(&mut bytes, argument.ty().ty().id).ok()?;
            fields.insert(argument.label().clone(), value);
        }
        bytes
            .is_empty()
            .then(|| (spec.label().clone(), Value::Object(fields)))
    }

    /// Returns the names of all messages.
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        let messages = self.project.spec().messages().iter();
        messages.map(|message| message.label().as_str())
    }

    fn value(&self, bytes: &mut &[u8], type_id: u32) -> Result<Value, Error> {
        let types = self.project.registry();
        let value = scale_value::scale::decode_as_type(bytes, type_id, types)
            .map_err(|error| self.disagree(error.to_string()))?;
        Ok(json(&value, types))
    }

    fn disagree(&self, reason: String) -> Error {
        Error::Disagree {
            contract: self.name.clone(),
            reason: crate::error::plain(&reason),
        }
    }
}

fn unwrapped(value: Value) -> Value {
    match value {
        Value::Object(mut wrapped) if wrapped.len() == 1 && wrapped.contains_key("Ok") => {
            wrapped.remove("Ok").unwrap_or_default()
        }
        other => other,
    }
}

/// Returns a value as JSON: amounts (which have 128 bits) as text, accounts as addresses, bytes in
/// hexadecimal.
fn json(value: &scale_value::Value<u32>, types: &PortableRegistry) -> Value {
    match &value.value {
        ValueDef::Primitive(primitive) => of_primitive(primitive, is_wide(value.context, types)),
        ValueDef::Variant(variant) => of_variant(variant, types),
        ValueDef::BitSequence(bits) => bits.iter().collect::<Vec<bool>>().into(),
        ValueDef::Composite(fields) => match bytes(fields, value.context, types) {
            Some(bytes) if is_account(value.context, types) => <[u8; 32]>::try_from(bytes)
                .map_or(Value::Null, |bytes| Account(bytes).to_string().into()),
            Some(bytes) => format!("0x{}", hex::encode(bytes)).into(),
            None => of_fields(fields, is_list(value.context, types), types),
        },
    }
}

fn of_primitive(primitive: &Primitive, wide: bool) -> Value {
    match primitive {
        Primitive::Bool(bool) => (*bool).into(),
        Primitive::Char(char) => char.to_string().into(),
        Primitive::String(text) => text.clone().into(),
        Primitive::U128(number) if wide => number.to_string().into(),
        Primitive::U128(number) => {
            u64::try_from(*number).map_or_else(|_| number.to_string().into(), Value::from)
        }
        Primitive::I128(number) => {
            i64::try_from(*number).map_or_else(|_| number.to_string().into(), Value::from)
        }
        Primitive::U256(bytes) | Primitive::I256(bytes) => {
            format!("0x{}", hex::encode(bytes)).into()
        }
    }
}

fn of_variant(variant: &Variant<u32>, types: &PortableRegistry) -> Value {
    match (variant.name.as_str(), variant.values.len()) {
        ("None", 0) => Value::Null,
        (name, 0) => name.into(),
        ("Some", 1) => of_fields(&variant.values, false, types),
        (name, _) => {
            let fields = of_fields(&variant.values, false, types);
            Value::Object(Map::from_iter([(name.to_string(), fields)]))
        }
    }
}

/// Returns fields as JSON. A list stays a list; a single field without a name is what it holds.
fn of_fields(fields: &Composite<u32>, list: bool, types: &PortableRegistry) -> Value {
    match fields {
        Composite::Named(fields) => {
            let fields = fields.iter();
            Value::Object(
                fields
                    .map(|(name, v)| (name.clone(), json(v, types)))
                    .collect(),
            )
        }
        Composite::Unnamed(fields) if fields.is_empty() && !list => Value::Null,
        Composite::Unnamed(fields) if fields.len() == 1 && !list => json(&fields[0], types),
        Composite::Unnamed(fields) => fields.iter().map(|v| json(v, types)).collect(),
    }
}

/// Returns the bytes of a list of bytes, or of a type that holds nothing else.
fn bytes(fields: &Composite<u32>, type_id: u32, types: &PortableRegistry) -> Option<Vec<u8>> {
    use scale_info::{TypeDef, TypeDefPrimitive::U8};
    let definition = |id| types.resolve(id).map(|ty| &ty.type_def);
    let element = match definition(type_id)? {
        TypeDef::Array(array) => array.type_param.id,
        TypeDef::Sequence(sequence) => sequence.type_param.id,
        TypeDef::Composite(_) => match fields {
            Composite::Unnamed(inner) => match &inner[..] {
                [one] => match &one.value {
                    ValueDef::Composite(fields) => return bytes(fields, one.context, types),
                    _ => return None,
                },
                _ => return None,
            },
            Composite::Named(_) => return None,
        },
        _ => return None,
    };
    let TypeDef::Primitive(U8) = definition(element)? else {
        return None;
    };
    let values = fields.values().map(|value| match value.value {
        ValueDef::Primitive(Primitive::U128(byte)) => u8::try_from(byte).ok(),
        _ => None,
    });
    values.collect()
}

fn is_account(type_id: u32, types: &PortableRegistry) -> bool {
    let path = types.resolve(type_id).map(|ty| ty.path.segments.clone());
    path.is_some_and(|path| path.last().is_some_and(|name| name == "AccountId"))
}

fn is_wide(type_id: u32, types: &PortableRegistry) -> bool {
    use scale_info::{TypeDef, TypeDefPrimitive::U128};
    let definition = types.resolve(type_id).map(|ty| &ty.type_def);
    matches!(definition, Some(TypeDef::Primitive(U128)))
}

fn is_list(type_id: u32, types: &PortableRegistry) -> bool {
    use scale_info::TypeDef::{Array, Sequence};
    let definition = types.resolve(type_id).map(|ty| &ty.type_def);
    matches!(definition, Some(Array(_) | Sequence(_)))
}
