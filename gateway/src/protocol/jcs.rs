//! JSON as RFC 8785 writes it, so that the same value always has the same bytes.

use serde_json::Value;

/// Writes a value canonically; `None` if it has a number that is no integer of at most 53 bits, since those
/// are all that we write.
pub fn canonical(value: &Value) -> Option<String> {
    let mut text = String::new();
    write(value, &mut text)?;
    Some(text)
}

fn write(value: &Value, to: &mut String) -> Option<()> {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            // The order is that of UTF-16, which is not that of UTF-8.
            fields.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            list('{', '}', fields, to, |(name, value), to| {
                to.push_str(&serde_json::to_string(name).ok()?);
                to.push(':');
                write(value, to)
            })
        }
        Value::Array(entries) => list('[', ']', entries, to, write),
        Value::Number(number) => {
            let integer = number.as_i64()?;
            (integer.unsigned_abs() < 1 << 53).then(|| to.push_str(&integer.to_string()))
        }
        // Strings, truth values and null are written alike in both.
        other => {
            to.push_str(&serde_json::to_string(other).ok()?);
            Some(())
        }
    }
}

fn list<T>(
    open: char,
    close: char,
    entries: impl IntoIterator<Item = T>,
    to: &mut String,
    mut each: impl FnMut(T, &mut String) -> Option<()>,
) -> Option<()> {
    to.push(open);
    for (place, entry) in entries.into_iter().enumerate() {
        if place > 0 {
            to.push(',');
        }
        each(entry, to)?;
    }
    to.push(close);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_stand_in_the_order_of_utf_16_and_nothing_is_escaped_needlessly() {
        let value = json!({"\u{fb33}": 1, "\u{1f600}": 2, "b": [true, null, "\u{7}/é\n"], "a": {"d": -3, "c": ""}});
        let text = canonical(&value).unwrap();
        assert_eq!(
            text,
            "{\"a\":{\"c\":\"\",\"d\":-3},\"b\":[true,null,\"\\u0007/é\\n\"],\"\u{1f600}\":2,\"\u{fb33}\":1}"
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn numbers_that_are_not_the_same_everywhere_are_not_written() {
        for number in [json!(1.5), json!(1u64 << 53), json!(u64::MAX)] {
            assert_eq!(canonical(&json!([number])), None, "{number}");
        }
        assert_eq!(
            canonical(&json!((1u64 << 53) - 1)).unwrap(),
            "9007199254740991"
        );
    }
}
