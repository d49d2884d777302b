//! What can be configured: one value per setting, read from flags and environment.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

/// Where the gallery's data lies.
#[derive(Clone, Debug, Args)]
pub struct DataConfig {
    /// The SQLite file; created when missing
    #[arg(
        long,
        env = "GALLERY_DATABASE",
        default_value = "data/gallery.db",
        value_name = "FILE",
        global = true
    )]
    pub database: PathBuf,

    /// The folder of seed files
    #[arg(long, env = "GALLERY_SEEDS", default_value = "seeds", value_name = "DIR", global = true)]
    pub seeds: PathBuf,

    /// A folder of further SQL migrations, applied after the built-in ones
    #[arg(long, env = "GALLERY_MIGRATIONS", value_name = "DIR", global = true)]
    pub migrations: Option<PathBuf>,

    /// Where the search index is: in memory, in a folder beside the database, or, for more
    /// than 20,000 prompts, the latter
    #[arg(
        long,
        env = "GALLERY_INDEX",
        default_value = "auto",
        value_name = "PLACE",
        global = true
    )]
    pub index: IndexPlace,
}

/// A terabyte.
const GREATEST_CACHE: i64 = 1 << 20;

/// How the server listens and what it calls itself.
#[derive(Clone, Debug, Args)]
pub struct ServeConfig {
    /// The address to listen on; port 0 takes any free one
    #[arg(long, env = "GALLERY_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: SocketAddr,

    /// The address visitors know the site by, for canonical and absolute links
    /// [default: http:// and the listening address]
    #[arg(long, env = "GALLERY_PUBLIC_URL", value_name = "URL", value_parser = parse_public_url)]
    pub public_url: Option<PublicUrl>,

    /// How much memory answers may take that are kept ready, in MiB; 0 keeps none
    #[arg(
        long,
        env = "GALLERY_CACHE",
        default_value_t = 32,
        value_name = "MIB",
        value_parser = clap::value_parser!(u32).range(..=GREATEST_CACHE),
    )]
    pub cache: u32,

    /// Serve what the database holds, without reading the seed files first
    #[arg(long)]
    pub no_seed: bool,

    /// How much is taken on at once, and how long is waited.
    #[command(flatten)]
    pub limits: Limits,
}

/// How much the server takes on at once, and how long it waits for whom.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct Limits {
    /// The most connections open at once; others wait until one is free
    #[arg(
        long,
        env = "GALLERY_MAX_CONNECTIONS",
        default_value = "1024",
        value_name = "COUNT",
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    pub max_connections: u32,

    /// The most requests in work at once; others are answered 503 right away
    #[arg(
        long,
        env = "GALLERY_MAX_REQUESTS",
        default_value = "512",
        value_name = "COUNT",
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    pub max_requests: u32,

    /// The longest head of a request, which is its address and its headers, in bytes
    #[arg(
        long,
        env = "GALLERY_MAX_HEAD",
        default_value = "98304",
        value_name = "BYTES",
        value_parser = clap::value_parser!(u32).range(8_192..=1_048_576)
    )]
    pub max_head: u32,

    /// How long the head of a request may take, the first one counted from the connecting
    #[arg(long, env = "GALLERY_HEAD_TIMEOUT", default_value = "10", value_name = "SECONDS", value_parser = parse_seconds)]
    pub head_timeout: Duration,

    /// How long the answer to a request may take to begin; then it is 503
    #[arg(long, env = "GALLERY_REQUEST_TIMEOUT", default_value = "15", value_name = "SECONDS", value_parser = parse_seconds)]
    pub request_timeout: Duration,

    /// How long a visitor may take nothing of an answer that is being sent
    #[arg(long, env = "GALLERY_WRITE_TIMEOUT", default_value = "30", value_name = "SECONDS", value_parser = parse_seconds)]
    pub write_timeout: Duration,

    /// How long a connection is kept for a next request; more than any proxy in front keeps it
    #[arg(long, env = "GALLERY_IDLE_TIMEOUT", default_value = "75", value_name = "SECONDS", value_parser = parse_seconds)]
    pub idle_timeout: Duration,

    /// How long answers under way may take once the server was told to stop
    #[arg(long, env = "GALLERY_STOP_TIMEOUT", default_value = "10", value_name = "SECONDS", value_parser = parse_seconds)]
    pub stop_timeout: Duration,
}

/// Where a gallery's search index is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum IndexPlace {
    /// In memory for a small gallery, in a folder for a large one.
    #[default]
    Auto,
    /// In memory, made anew at every start.
    Memory,
    /// In a folder beside the database.
    Disk,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One readable line an event.
    Human,
    /// One JSON object an event.
    Json,
}

/// Scheme and host, without a path or a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Takes `https://host` or `http://host:port`; a trailing slash is dropped.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = text.trim_end_matches('/');
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let is_host = |host: &str| {
            !host.is_empty()
                && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b))
        };
        if host.is_some_and(is_host) {
            Ok(Self(url.to_owned()))
        } else {
            Err(String::from("must be like https://gallery.example, without a path"))
        }
    }

    /// The URL, without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads a time in seconds, with or without a fraction.
fn parse_seconds(text: &str) -> Result<Duration, String> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match text.parse::<f64>() {
        Ok(seconds) if is_number && (0.01..=86_400.0).contains(&seconds) => {
            Ok(Duration::from_secs_f64(seconds))
        }
        _ => Err(String::from("must be seconds from 0.01 to 86400, like 10 or 0.5")),
    }
}

fn parse_public_url(text: &str) -> Result<PublicUrl, String> {
    PublicUrl::parse(text)
}

#[cfg(test)]
mod tests {
    use super::{PublicUrl, parse_seconds};
    use std::time::Duration;

    #[test]
    fn a_time_is_a_number_of_seconds_within_a_day() {
        assert_eq!(parse_seconds("10"), Ok(Duration::from_secs(10)));
        assert_eq!(parse_seconds("0.25"), Ok(Duration::from_millis(250)));
        for bad in ["", "0", "0.001", "-1", "10s", "1e3", "inf", "NaN", "86401", "1.2.3"] {
            assert!(parse_seconds(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_public_url_is_a_scheme_and_a_host() {
        let parsed = |text| PublicUrl::parse(text).map(|url| url.as_str().to_owned());
        assert_eq!(parsed("https://gallery.example/").as_deref(), Ok("https://gallery.example"));
        assert_eq!(parsed("http://127.0.0.1:8080").as_deref(), Ok("http://127.0.0.1:8080"));
        for bad in ["gallery.example", "https://", "https://a/b", "ftp://a", "https://a\"b"] {
            assert!(parsed(bad).is_err(), "{bad}");
        }
    }
}
