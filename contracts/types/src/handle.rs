//! What a creator's handle may look like.

/// Fewest characters of a handle.
pub const MIN_LENGTH: usize = 3;
/// Most characters of a handle.
pub const MAX_LENGTH: usize = 32;

scale_type! {
    /// Why a text is no handle.
    #[derive(Copy)]
    pub enum HandleError {
        /// Shorter than [`MIN_LENGTH`] or longer than [`MAX_LENGTH`] bytes.
        Length,
        /// A character other than `a` to `z`, `0` to `9` and `-`.
        Character,
        /// A hyphen at the start, at the end, or next to another.
        Hyphen,
    }
}

/// Checks that `handle` has 3 to 32 characters of `a-z0-9-`, with no hyphen first, last or doubled.
pub fn check(handle: &str) -> Result<(), HandleError> {
    let bytes = handle.as_bytes();
    if bytes.len() < MIN_LENGTH || bytes.len() > MAX_LENGTH {
        return Err(HandleError::Length);
    }
    // A hyphen stands at the start as if another stood before it.
    let mut after_hyphen = true;
    for byte in bytes {
        let hyphen = *byte == b'-';
        if !(hyphen || byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            return Err(HandleError::Character);
        }
        if hyphen && after_hyphen {
            return Err(HandleError::Hyphen);
        }
        after_hyphen = hyphen;
    }
    if after_hyphen {
        return Err(HandleError::Hyphen);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn good_handles_pass() {
        let longest = "a".repeat(MAX_LENGTH);
        for handle in ["abc", "a-b", "alice-paints", "007", "a-1-b-2", &longest] {
            assert_eq!(check(handle), Ok(()), "{handle}");
        }
    }

    #[test]
    fn bad_lengths_characters_and_hyphens_are_told_apart() {
        let too_long = "a".repeat(MAX_LENGTH + 1);
        for handle in ["", "ab", "é", &too_long] {
            assert_eq!(check(handle), Err(HandleError::Length), "{handle}");
        }
        for handle in ["Alice", "a_b", "a b", "a.b", "ali\u{0441}e", "abc\0"] {
            assert_eq!(check(handle), Err(HandleError::Character), "{handle}");
        }
        for handle in ["-ab", "ab-", "a--b", "---"] {
            assert_eq!(check(handle), Err(HandleError::Hyphen), "{handle}");
        }
    }

    proptest! {
        #[test]
        fn check_agrees_with_the_rule_in_words(text in "[a-c0-1-]{0,36}|.{0,8}") {
            let allowed = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-');
            let good = (3..=32).contains(&text.len())
                && text.chars().all(allowed)
                && !text.starts_with('-')
                && !text.ends_with('-')
                && !text.contains("--");
            prop_assert_eq!(check(&text).is_ok(), good);
        }
    }
}
