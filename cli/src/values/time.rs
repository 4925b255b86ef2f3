//! Points and lengths of time.

use farthing_types::Millis;
use std::{
    str::FromStr,
    time::{Duration, UNIX_EPOCH},
};

/// A length of time, such as `30d` or `1h 30m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Millis);

impl Span {
    pub fn duration(self) -> Duration {
        Duration::from_millis(self.0)
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let span = humantime::parse_duration(text)
            .map_err(|_| format!("{text:?} is no length of time: write 30d, or 1h 30m"))?;
        let millis = Millis::try_from(span.as_millis());
        millis.map(Self).map_err(|_| format!("{text} is too long"))
    }
}

/// A length of time for people, with the two largest of its units: `2days 3h`.
pub fn span_text(millis: Millis) -> String {
    let whole = humantime::format_duration(Duration::from_millis(millis)).to_string();
    let largest: Vec<_> = whole.split(' ').take(2).collect();
    largest.join(" ")
}

/// A point in time: `2027-01-31`, `2027-01-31T12:00:00Z`, or from now on, such as `+30d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    At(Millis),
    After(Millis),
}

impl When {
    /// In milliseconds, if it is `now`.
    pub fn from(self, now: Millis) -> Millis {
        match self {
            Self::At(time) => time,
            Self::After(span) => now.saturating_add(span),
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(span) = text.strip_prefix('+') {
            return span.parse().map(|Span(span)| Self::After(span));
        }
        let padded = match text.len() {
            10 => format!("{text}T00:00:00Z"),
            _ => text.to_string(),
        };
        let time = humantime::parse_rfc3339_weak(&padded)
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .and_then(|time| Millis::try_from(time.as_millis()).ok());
        time.map(Self::At).ok_or_else(|| {
            format!("{text:?} is no time: write 2027-01-31 (its first moment, UTC), 2027-01-31T12:00:00Z or +30d")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!("30d".parse(), Ok(Span(30 * 86_400_000)));
        assert_eq!("1970-01-02".parse(), Ok(When::At(86_400_000)));
        assert_eq!("1970-01-01T00:00:01Z".parse(), Ok(When::At(1_000)));
        assert_eq!("+2h".parse(), Ok(When::After(7_200_000)));
        assert_eq!(When::After(5).from(10), 15);
        for bad in ["", "soon", "30", "+", "2027-13-01"] {
            assert!(bad.parse::<When>().is_err(), "{bad}");
        }
    }

    #[test]
    fn spans_are_shown_by_their_largest_units() {
        assert_eq!(span_text(86_400_000), "1day");
        assert_eq!(span_text(93_784_005), "1day 2h");
        assert_eq!(span_text(0), "0s");
    }
}
