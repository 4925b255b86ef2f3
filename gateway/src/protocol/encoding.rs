//! JSON in headers: x402 has standard base64, MPP the one for URLs. Padding may be there or not.

use super::{Malformed, MAX_HEADER};
use base64::{
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    Engine,
};
use serde::{de::DeserializeOwned, Serialize};

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
/// The base64 of x402's headers.
pub const X402: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
/// MPP's base64, which is written without padding.
pub const MPP: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT.with_encode_padding(false));

/// The longest explanation that is sent back: it can quote what the client wrote.
const MAX_PROBLEM: usize = 160;

/// Reads a header's JSON.
pub fn read<T: DeserializeOwned>(
    header: &'static str,
    base64: &GeneralPurpose,
    text: &str,
) -> Result<T, Malformed> {
    if text.len() > MAX_HEADER {
        return Err(malformed(header, format!("more than {MAX_HEADER} bytes")));
    }
    let json = base64
        .decode(text)
        .map_err(|error| malformed(header, format!("not the right base64: {error}")))?;
    serde_json::from_slice(&json)
        .map_err(|error| malformed(header, format!("not the right JSON: {error}")))
}

/// Writes a header's JSON.
pub fn write<T: Serialize>(base64: &GeneralPurpose, value: &T) -> String {
    base64.encode(serde_json::to_vec(value).expect("our own types have no keys but strings"))
}

/// Says what is wrong with a header, briefly.
pub fn malformed(header: &'static str, problem: String) -> Malformed {
    Malformed {
        header,
        problem: problem.chars().take(MAX_PROBLEM).collect(),
    }
}
