//! Who gets which part of something.

use super::Part;
use std::str::FromStr;

/// A recipient's share.
#[derive(Clone)]
pub struct Share {
    pub name: String,
    pub part: Part,
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || {
            format!("{text:?} is no share: write an account and its part, such as ada=60, ada=12.5% or ada=1/3")
        };
        let (name, percent) = text.rsplit_once('=').ok_or_else(bad)?;
        Ok(Self {
            name: name.into(),
            part: percent.parse()?,
        })
    }
}
