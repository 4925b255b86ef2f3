//! Text that strangers wrote: titles, addresses of profiles and descriptions, notes.
//!
//! Such text ends up in terminals and pages beside addresses and sums. What could move the cursor, begin
//! another line, or turn the direction of writing could forge what stands around it, and is refused.

scale_type! {
    /// Why a text is refused.
    #[derive(Copy)]
    pub enum TextError {
        /// It has more bytes than there is room for.
        TooLong,
        /// It is no UTF-8.
        NotUtf8,
        /// It has a control character, a line break, or a character that is not seen but changes how
        /// what follows is shown.
        Unprintable,
    }
}

/// Checks that `bytes` are UTF-8 of at most `max` bytes without control characters, line breaks,
/// direction overrides and other characters that cannot be seen.
///
/// # Errors
/// [`TextError::TooLong`], [`TextError::NotUtf8`], [`TextError::Unprintable`], in this order.
pub fn check(bytes: &[u8], max: usize) -> Result<(), TextError> {
    if bytes.len() > max {
        return Err(TextError::TooLong);
    }
    let text = core::str::from_utf8(bytes).map_err(|_| TextError::NotUtf8)?;
    match text.chars().any(is_unprintable) {
        true => Err(TextError::Unprintable),
        false => Ok(()),
    }
}

/// Returns whether a character must not stand in a stranger's text.
///
/// These are Unicode's control characters (Cc), line and paragraph separators (Zl, Zp), and of its format
/// characters (Cf) those that set the direction of writing, join lines of markup, or stand for nothing.
/// The joiners U+200C and U+200D stay: scripts and emoji need them.
pub fn is_unprintable(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0001}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinary_text_of_many_scripts_passes() {
        for text in [
            "",
            "Ada's paintings, 2026",
            "水彩画",
            "لوحات",
            "नमस्ते",
            "👩‍🎨 ok",
        ] {
            assert_eq!(check(text.as_bytes(), 64), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_could_forge_its_surroundings_is_refused() {
        for text in [
            "a\nb",
            "a\rb",
            "\u{1b}[2J",
            "\u{9b}2J",
            "\u{7f}",
            "\u{202e}abc",
            "\u{2066}abc",
            "\u{2028}",
            "\u{85}",
            "\u{200b}",
            "\u{feff}a",
            "\u{e0041}",
            "tab\there",
        ] {
            assert_eq!(
                check(text.as_bytes(), 64),
                Err(TextError::Unprintable),
                "{text:?}"
            );
        }
    }

    #[test]
    fn length_is_in_bytes_and_comes_first() {
        assert_eq!(check("ää".as_bytes(), 4), Ok(()));
        assert_eq!(check("ää".as_bytes(), 3), Err(TextError::TooLong));
        assert_eq!(check(&[0xff; 9], 8), Err(TextError::TooLong));
        assert_eq!(check(&[0xff; 8], 8), Err(TextError::NotUtf8));
    }

    proptest! {
        #[test]
        fn no_control_character_passes_anywhere(before in ".{0,8}", after in ".{0,8}", at in 0u32..0x20) {
            let text = format!("{before}{}{after}", char::from_u32(at).unwrap());
            prop_assert_eq!(check(text.as_bytes(), 256), Err(TextError::Unprintable));
        }
    }
}
