//! All that a call says, line by line, for whoever is asked to sign it.
//!
//! It is made of the bytes that are signed, read with the contract's metadata, so that no command can forget
//! a part of it. What a number means is known by the name of its field: metadata has no types for that.

use crate::values::{a_day, parts_text, percent, span_text};
use farthing_client::{time, Described, Token};
use farthing_types::{split::PARTS, Balance};
use serde_json::{Map, Value};

const AMOUNTS: [&str; 11] = [
    "amount",
    "cap",
    "cumulative",
    "goal",
    "least_sponsorship",
    "max_price",
    "minimum",
    "paid",
    "per_donor",
    "price",
    "reserve",
];
const TIMES: [&str; 10] = [
    "at", "chosen", "closes", "deadline", "divides", "epoch", "expires", "from", "opens", "until",
];
const SPANS: [&str; 4] = ["delay", "duration", "millis", "period"];
/// In ten-thousandths.
const POINTS: [&str; 4] = ["fee", "max_share", "points", "referral"];
/// What people wrote, which stands in quotation marks so that it is not taken for anything else.
const TEXTS: [&str; 4] = ["handle", "reserved", "title", "uri"];

/// How long bytes are that are shown whole: as long as a hash.
const WHOLE: usize = 66;

/// The lines of a call's arguments.
pub fn lines(what: &Described, token: &Token) -> Vec<String> {
    let mut lines = Vec::new();
    add_fields(&what.arguments, token, &mut lines);
    lines
}

fn add_fields(fields: &Map<String, Value>, token: &Token, lines: &mut Vec<String>) {
    for (name, value) in fields {
        add(name, value, token, lines);
    }
}

fn add(name: &str, value: &Value, token: &Token, lines: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some((variant, of_it)) = variant(fields) {
                lines.push(format!("{}: {}", label(name), words(variant)));
                return add(name, of_it, token, lines);
            }
            add_fields(fields, token, lines);
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for item in items {
                lines.push(format!("{}: {}", label(name), in_line(item, token)));
            }
        }
        plain => lines.push(format!("{}: {}", label(name), text(name, plain, token))),
    }
}

/// Something with several fields, in one line.
fn in_line(item: &Value, token: &Token) -> String {
    let mut parts = Vec::new();
    add("", item, token, &mut parts);
    parts.join(", ")
}

/// The name of an enum's variant, which begins with a capital letter as no field's does, and what is in it.
fn variant(fields: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, value) = fields.iter().next()?;
    let is_one = fields.len() == 1 && name.starts_with(|first: char| first.is_uppercase());
    is_one.then_some((name.as_str(), value))
}

/// A field's name, in words.
fn label(name: &str) -> String {
    match name {
        "seen" => "only at version".into(),
        "tell" => "contracts that are told".into(),
        name => name.replace('_', " "),
    }
}

/// A variant's name, in words.
fn words(variant: &str) -> String {
    let mut words = String::new();
    for letter in variant.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

fn text(name: &str, value: &Value, token: &Token) -> String {
    match value {
        Value::Null => absent(name).into(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Number(number) => match number.as_u64() {
            Some(number) => number_text(name, number),
            None => number.to_string(),
        },
        Value::String(text) => string_text(name, text, token),
        Value::Array(items) if items.is_empty() => "none".into(),
        Value::Array(items) => {
            let items = items.iter().map(|item| text(name, item, token));
            items.collect::<Vec<_>>().join(", ")
        }
        Value::Object(_) => in_line(value, token),
    }
}

/// What it means that something is left out.
fn absent(name: &str) -> &'static str {
    match name {
        "closes" => "never",
        "copies" => "without a limit",
        "period" => "for ever",
        "seen" => "any",
        _ => "none",
    }
}

fn number_text(name: &str, number: u64) -> String {
    let small = u32::try_from(number).ok();
    match name {
        "creator" => format!("#{number}"),
        name if TIMES.contains(&name) => time(number),
        name if SPANS.contains(&name) => span_text(number),
        "parts" => small.map_or(number.to_string(), |parts| parts_text(parts, PARTS)),
        "ratio" => small.map_or(number.to_string(), |points| parts_text(points, 10_000)),
        name if POINTS.contains(&name) => u16::try_from(number).map_or(number.to_string(), percent),
        _ => number.to_string(),
    }
}

fn string_text(name: &str, text: &str, token: &Token) -> String {
    if TEXTS.contains(&name) {
        return format!("{text:?}");
    }
    if name == "memo" {
        return memo_text(text);
    }
    if let Ok(number) = text.parse::<Balance>() {
        return match name {
            "rate" => format!("{} a day", token.unit(a_day(number))),
            name if AMOUNTS.contains(&name) => token.unit(number),
            _ => text.into(),
        };
    }
    shortened(text)
}

/// What everybody can read of a memo. Some messages take its hash only, which is no text.
fn memo_text(hex: &str) -> String {
    let bytes = hex::decode(hex.trim_start_matches("0x")).unwrap_or_default();
    match String::from_utf8(bytes) {
        Ok(text) if text.is_empty() => "none".into(),
        Ok(text) => format!("{text:?}"),
        Err(_) => hex.into(),
    }
}

/// Bytes of which nobody compares more than their ends, such as a signature.
fn shortened(text: &str) -> String {
    let is_long = text.starts_with("0x") && text.len() > WHOLE && text.is_ascii();
    match is_long {
        true => format!("{}…{}", &text[..10], &text[text.len() - 8..]),
        false => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(arguments: Value) -> Vec<String> {
        let what = Described {
            contract: "storefront".into(),
            message: "publish".into(),
            arguments: arguments.as_object().unwrap().clone(),
        };
        lines(&what, &Token::default())
    }

    #[test]
    fn each_argument_is_a_line_with_its_unit() {
        let listing = json!({
            "creator": 7,
            "listing": {"price": "250000000000", "referral": 250, "period": null, "copies": 12},
            "content": {"title": "1000000000000", "uri": ""},
        });
        let mut seen = of(listing);
        seen.sort();
        assert_eq!(
            seen,
            [
                "copies: 12",
                "creator: #7",
                "period: for ever",
                "price: 0.25 UNIT",
                "referral: 2.5 %",
                "title: \"1000000000000\"",
                "uri: \"\"",
            ]
        );
    }

    #[test]
    fn variants_and_lists_say_what_is_in_them() {
        let mode = json!({"AllOrNothing": {"goal": "1000000000000", "deadline": 0}});
        assert_eq!(
            of(json!({ "mode": mode })),
            [
                "mode: all or nothing",
                "deadline: 1970-01-01T00:00:00Z",
                "goal: 1 UNIT"
            ]
        );
        let recipients =
            json!([{"account": "5A", "parts": 600_000}, {"account": "5B", "parts": 400_000}]);
        assert_eq!(
            of(json!({ "recipients": recipients })),
            [
                "recipients: account: 5A, parts: 60 %",
                "recipients: account: 5B, parts: 40 %"
            ]
        );
        let rate = (2_000_000_000_000u128 * 1_000_000_000 / 3_600_000).to_string();
        assert_eq!(of(json!({ "rate": rate })), ["rate: 48 UNIT a day"]);
        assert_eq!(
            of(json!({ "memo": "0x7468616e6b73" })),
            ["memo: \"thanks\""]
        );
    }
}
