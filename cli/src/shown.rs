//! What is read of contracts, in lines.

use crate::session::Session;
use farthing_client::Token;
use serde_json::Value;

impl Session {
    /// Shows what was read under a name.
    pub fn show_read(&self, name: &str, value: Value) {
        for line in lines(&value, self.token()) {
            self.output.say(line);
        }
        self.output.field(name, value);
    }
}

/// A JSON value in lines for people: amounts, which are text there, in the token; names of fields as words.
pub fn lines(value: &Value, token: &Token) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, token, 0, &mut found);
    found
}

fn collect(value: &Value, token: &Token, depth: usize, found: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.replace('_', " ");
                match short(value, token) {
                    Some(text) => found.push(format!("{indent}{name}: {text}")),
                    None => {
                        found.push(format!("{indent}{name}:"));
                        collect(value, token, depth + 1, found);
                    }
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                match short(value, token) {
                    Some(text) => found.push(format!("{indent}{text}")),
                    None => {
                        found.push(format!("{indent}-"));
                        collect(value, token, depth + 1, found);
                    }
                }
            }
        }
        other => found.extend(short(other, token).map(|text| format!("{indent}{text}"))),
    }
}

/// What fits into a line.
fn short(value: &Value, token: &Token) -> Option<String> {
    match value {
        Value::Null => Some("none".into()),
        Value::Bool(true) => Some("yes".into()),
        Value::Bool(false) => Some("no".into()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(match text.parse::<u128>() {
            Ok(amount) => token.unit(amount),
            Err(_) => text.clone(),
        }),
        Value::Array(values) if values.is_empty() => Some("none".into()),
        Value::Object(fields) if fields.is_empty() => Some("none".into()),
        _ => None,
    }
}
