//! Whether a value is as a schema says: as much of JSON Schema as this project's uses. A crate that knows all of
//! it brings dozens of others.

use super::infer::{is_text_of, place_of};
use serde_json::Value;

/// Says why a value is not as a schema has it.
pub fn why_not(value: &Value, schema: &Value, defs: &Value, at: &str) -> Result<(), String> {
    if let Some(to) = schema["$ref"].as_str() {
        let name = place_of(to);
        let known = defs.get(name).ok_or_else(|| format!("{at}: no {name}"))?;
        return match value.as_str() {
            Some(text) if is_text_of(name, text) => Ok(()),
            Some(text) => Err(format!("{at}: {text:?} is no {name}")),
            None => why_not(value, known, defs, at),
        };
    }
    if let Some(some) = schema["anyOf"].as_array() {
        let whys = some.iter().map(|one| why_not(value, one, defs, at));
        let whys: Vec<_> = whys.filter_map(Result::err).collect();
        return match whys.len() < some.len() {
            true => Ok(()),
            false => Err(whys.join("; or ")),
        };
    }
    let Some(expected) = schema["type"].as_str() else {
        return Ok(());
    };
    if expected != type_of(value) {
        return Err(format!("{at} is {value}, and not of type {expected}"));
    }
    match value {
        Value::Object(fields) => {
            let required = schema["required"].as_array().into_iter().flatten();
            for name in required.filter_map(Value::as_str) {
                if !fields.contains_key(name) {
                    return Err(format!("{at}/{name} is missing"));
                }
            }
            for (name, value) in fields {
                let more = &schema["additionalProperties"];
                let known = schema["properties"].get(name).unwrap_or(more);
                let at = format!("{at}/{name}");
                if !known.is_object() {
                    return Err(format!("{at} is not known"));
                }
                why_not(value, known, defs, &at)?;
            }
            Ok(())
        }
        Value::Array(items) => items
            .iter()
            .try_for_each(|item| why_not(item, &schema["items"], defs, &format!("{at}/*"))),
        _ => Ok(()),
    }
}

/// What JSON Schema calls the type of a value.
pub fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
