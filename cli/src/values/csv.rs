//! Comma-separated values that a spreadsheet takes for what they are.

use std::borrow::Cow;

/// What a spreadsheet takes for the beginning of a formula; the wide forms, too.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A stranger's text as a cell: after an apostrophe if a spreadsheet would take it for a formula, and between
/// quotes if there is anything in it that ends a cell.
pub fn cell(text: &str) -> String {
    let first = text.trim_start_matches(' ').chars().next();
    let text: Cow<str> = match first {
        Some(first) if FORMULA.contains(&first) => format!("'{text}").into(),
        _ => text.into(),
    };
    match text.contains([',', '"', ';', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.into_owned(),
    }
}

/// A memo as a cell: text if it is text, and hexadecimal if it is not.
pub fn memo_cell(memo: &[u8]) -> String {
    match std::str::from_utf8(memo) {
        Ok(text) => cell(text),
        Err(_) => format!("0x{}", hex::encode(memo)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_a_formula_is_text() {
        for formula in ["=cmd()", "+1", "-1", "@x", "\tx", "\rx", " =x", "＝x"] {
            let cell = cell(formula);
            assert!(cell.trim_start_matches('"').starts_with('\''), "{cell}");
        }
        assert_eq!(cell("=a,\"b\""), "\"'=a,\"\"b\"\"\"");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        assert_eq!(cell("A roof"), "A roof");
        assert_eq!(cell("tea, please"), "\"tea, please\"");
        assert_eq!(memo_cell(b"thanks"), "thanks");
        assert_eq!(memo_cell(&[0xff, 0]), "0xff00");
        assert_eq!(memo_cell(b""), "");
    }
}
