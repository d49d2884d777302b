//! A moment, as it is written in seed files and compared in the database.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// A moment in the years 0 to 9999, to the second.
///
/// It is written in one way, `2026-12-01T09:00:00Z`, so that texts of moments are in the order of
/// the moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcTime(i64);

impl UtcTime {
    /// The last there is.
    const LAST: i64 = 253_402_300_799;
    /// The first.
    const FIRST: i64 = -62_167_219_200;

    /// Reads a time with its offset from UTC (RFC 3339), or a day, which means its first moment in
    /// UTC. Parts of a second are left out.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let whole;
        let text = if text.contains(['T', 't', ' ']) {
            text
        } else {
            whole = format!("{text}T00:00:00Z");
            &whole
        };
        // TOML and RFC 3339 take a space, or a small letter, for the T.
        let text = text.replacen(' ', "T", 1).to_ascii_uppercase();
        let time = OffsetDateTime::parse(&text, &Rfc3339).ok()?;
        Some(Self(time.unix_timestamp()))
            .filter(|time| (Self::FIRST..=Self::LAST).contains(&time.0))
    }

    /// The moment so many seconds after 1970 began; the nearest there is.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(Self::FIRST, Self::LAST))
    }

    /// Seconds since 1970 began.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0
    }

    /// What the clock of this machine says.
    #[must_use]
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::from_unix(i64::try_from(since.as_secs()).unwrap_or(Self::LAST))
    }
}

impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Every value there is can be written.
        let time = OffsetDateTime::from_unix_timestamp(self.0).map_err(|_| fmt::Error)?;
        let time = time.to_offset(UtcOffset::UTC).format(&Rfc3339).map_err(|_| fmt::Error)?;
        f.write_str(&time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_one_way() {
        for (text, written) in [
            ("2026-12-01T09:00:00Z", Some("2026-12-01T09:00:00Z")),
            ("2026-12-01", Some("2026-12-01T00:00:00Z")),
            ("2026-12-01T09:00:00+08:00", Some("2026-12-01T01:00:00Z")),
            ("2026-12-01 00:30:00.75+01:00", Some("2026-11-30T23:30:00Z")),
            ("1969-12-31T23:59:59Z", Some("1969-12-31T23:59:59Z")),
            ("2026-12-01T09:00:00", None), // where?
            ("0000-01-01T00:00:00+01:00", None),
            ("2026-02-29", None),
            ("tomorrow", None),
            ("", None),
        ] {
            let time = UtcTime::parse(text).map(|time| time.to_string());
            assert_eq!(time.as_deref(), written, "{text}");
        }
    }
}
