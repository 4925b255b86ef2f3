//! Text from strangers, so that it cannot act on the terminal.

use std::fmt::Write;

/// A text in which everything that acts on a terminal, or cannot be seen, is written out: control characters,
/// line breaks, and what changes the direction of text or hides in it.
pub fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            acts if acts.is_control() || is_invisible(acts) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(acts));
            }
            plain => shown.push(plain),
        }
    }
    shown
}

/// JSON in which the same is written in JSON's own way. It is one text's parts only that can hold any of it.
pub fn escaped_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_control() || is_invisible(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Unicode's marks of direction, joiners, separators of lines, tags, and other characters of no width.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_written_out() {
        let hostile = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m \u{202e}drawkcab\r\nowner: 5Mallory\u{7f}\u{200b}\u{2028}";
        let shown = escaped(hostile);
        assert_eq!(
            shown,
            "\\u{1b}[2J\\u{1b}]0;owned\\u{7}\\u{9b}31m \\u{202e}drawkcab\\r\\nowner: 5Mallory\\u{7f}\\u{200b}\\u{2028}"
        );
        assert!(!shown.chars().any(|c| c.is_control() || is_invisible(c)));
    }

    #[test]
    fn what_people_write_stays() {
        for text in ["A well for Žižkov", "学校 🎵", "50 % \"quoted\" \\ back"] {
            assert_eq!(escaped(text), text);
        }
    }

    #[test]
    fn escaped_json_means_the_same() {
        let value = serde_json::json!({"title": "\u{9b}31m\u{202e}\u{1b}\u{e0041}\u{7f} ä"});
        let shown = escaped_json(&value.to_string());
        assert!(!shown.chars().any(|c| c.is_control() || is_invisible(c)));
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
            value
        );
    }
}
