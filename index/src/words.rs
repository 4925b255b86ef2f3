//! Words of titles, as they are searched for.

use std::collections::BTreeSet;

/// How many characters of a word count at most.
const LONGEST: usize = 32;

/// Returns the words of a text, each once: runs of letters and digits, in lower case.
pub fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).map(|word| {
        let lower = word.chars().flat_map(char::to_lowercase);
        lower.take(LONGEST).collect()
    });
    words.collect()
}

/// Returns the first text that does not begin with another, of those that come after it.
pub fn after(begin: &str) -> String {
    format!("{begin}\u{10ffff}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_and_digits_in_lower_case() {
        let found = words("  The Owl, and the PUSSY-cat: Nº 2 / Ćao");
        let expected = ["2", "and", "cat", "nº", "owl", "pussy", "the", "ćao"];
        assert_eq!(found, expected.map(String::from).into());
        assert_eq!(words(" … "), BTreeSet::new());
    }

    #[test]
    fn words_that_begin_alike_are_between_a_beginning_and_what_comes_after_it() {
        let end = after("ow");
        assert!("owl" < end.as_str() && end.as_str() < "ox");
    }
}
