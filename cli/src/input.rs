//! What is read line by line.

use farthing_client::Error;

/// The lines of an input, with their numbers, but for empty ones. A line that is no UTF-8 is an error with its
/// number and the encoding that it seems to be in, and does not hide the others.
pub fn lines(bytes: &[u8]) -> Vec<(usize, Result<String, Error>)> {
    let encoding = encoding_of(bytes);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let numbered = (1..).zip(bytes.split(|byte| *byte == b'\n'));
    let read = numbered.filter_map(|(number, line)| match std::str::from_utf8(line) {
        Ok(text) if !text.contains('\0') => {
            let text = text.trim();
            (!text.is_empty()).then(|| (number, Ok(text.to_string())))
        }
        _ if line
            .iter()
            .all(|byte| *byte == 0 || byte.is_ascii_whitespace()) =>
        {
            None
        }
        _ => {
            let sentence = format!("Line {number} is not in UTF-8{encoding}.");
            Some((number, Err(Error::Input(sentence))))
        }
    });
    read.collect()
}

fn encoding_of(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            " but in UTF-16, as PowerShell's > writes it: use | Out-File -Encoding utf8"
        }
        _ if bytes.contains(&0) => ", and seems to be in UTF-16",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Result<String, String>> {
        let lines = lines(bytes).into_iter();
        lines
            .map(|(_, line)| line.map_err(|error| error.to_string()))
            .collect()
    }

    #[test]
    fn lines_are_read_however_they_end() {
        let expected = vec![Ok("a".to_string()), Ok("b".into()), Ok("c".into())];
        assert_eq!(read(b"a\nb\nc"), expected);
        assert_eq!(read(b"\xef\xbb\xbfa\r\n\r\n  b  \r\nc\r\n"), expected);
        assert_eq!(read(b""), []);
        let numbers = lines(b"a\n\n  b\r\n\xff").into_iter();
        let numbers: Vec<_> = numbers.map(|(number, _)| number).collect();
        assert_eq!(numbers, [1, 3, 4]);
    }

    #[test]
    fn bad_line_is_named_and_hides_no_other() {
        let lines = read(b"a\n\xff\xc3\nc");
        assert_eq!(lines[0], Ok("a".into()));
        assert_eq!(lines[1], Err("Line 2 is not in UTF-8.".into()));
        assert_eq!(lines[2], Ok("c".into()));
    }

    #[test]
    fn utf_16_is_told_from_nothing() {
        for mark in [&b"\xff\xfe"[..], b""] {
            let text = "one\ntwo\n".encode_utf16().flat_map(u16::to_le_bytes);
            let bytes: Vec<u8> = mark.iter().copied().chain(text).collect();
            let lines = read(&bytes);
            assert_eq!(lines.len(), 2);
            assert!(lines
                .iter()
                .all(|line| line.as_ref().is_err_and(|why| why.contains("UTF-16"))));
        }
    }
}
