//! How an answer travels: plain, or packed in the best coding its reader takes.
//!
//! Brotli and gzip are all there is. Browsers that take zstd take Brotli as well, and Brotli is
//! smaller for what is sent here.

mod pack;

use std::io::Write as _;

use axum::http::header::ACCEPT_ENCODING;
use axum::http::{HeaderMap, HeaderValue};

pub(super) use pack::Effort;

/// A content coding (RFC 9110, section 8.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Coding {
    Brotli,
    Gzip,
    Identity,
}

/// What browsers say, over TLS and without: so much that reading it anew would be felt.
const USUAL: [(&str, Coding); 3] = [
    ("gzip, deflate, br, zstd", Coding::Brotli),
    ("gzip, deflate, br", Coding::Brotli),
    ("gzip, deflate", Coding::Gzip),
];

impl Coding {
    /// The coding a client likes best, the smallest of those it likes equally (RFC 9110, section
    /// 12.5.3). One that refuses everything gets what needs no unpacking.
    pub(super) fn best_for(headers: &HeaderMap) -> Self {
        Self::best_of(&[Self::Gzip, Self::Brotli], headers)
    }

    /// The same of some codings, the smallest last.
    pub(super) fn best_of(codings: &[Self], headers: &HeaderMap) -> Self {
        let values = headers.get_all(ACCEPT_ENCODING);
        let mut few = values.iter();
        if let (Some(only), None) = (few.next(), few.next())
            && let Some((_, best)) = USUAL.iter().find(|(usual, _)| only == usual)
        {
            return *best;
        }
        let values = values.iter();
        let (mut brotli, mut gzip, mut identity, mut others) = (None, None, None, None);
        for part in values.flat_map(|value| value.as_bytes().split(|byte| *byte == b',')) {
            let mut halves = part.splitn(2, |byte| *byte == b';');
            let name = halves.next().unwrap_or_default().trim_ascii();
            let Some(weight) = halves.next().map_or(Some(1.0), weight_of) else { continue };
            if name.eq_ignore_ascii_case(b"br") {
                brotli = Some(weight);
            } else if name.eq_ignore_ascii_case(b"gzip") || name.eq_ignore_ascii_case(b"x-gzip") {
                gzip = Some(weight);
            } else if name.eq_ignore_ascii_case(b"identity") {
                identity = Some(weight);
            } else if name == b"*" {
                others = Some(weight);
            }
        }
        let mut best = (Self::Identity, identity.unwrap_or_default());
        for coding in codings {
            let weight = match coding {
                Self::Brotli => brotli,
                Self::Gzip => gzip,
                Self::Identity => None,
            };
            let weight = weight.or(others).unwrap_or_default();
            if weight > 0.0 && weight >= best.1 {
                best = (*coding, weight);
            }
        }
        best.0
    }

    /// Its name in `Content-Encoding`.
    pub(super) const fn header(self) -> Option<HeaderValue> {
        match self {
            Self::Brotli => Some(HeaderValue::from_static("br")),
            Self::Gzip => Some(HeaderValue::from_static("gzip")),
            Self::Identity => None,
        }
    }

    /// Packs; none where that makes nothing smaller.
    pub(super) fn pack(self, plain: &[u8], effort: Effort) -> Option<Vec<u8>> {
        let packed = match self {
            Self::Brotli => pack::brotli(plain, effort),
            Self::Gzip => pack::gzip(plain, effort),
            Self::Identity => return None,
        };
        packed.ok().filter(|packed| packed.len() < plain.len())
    }

    /// The bytes that were packed.
    pub(super) fn unpack(self, packed: &[u8]) -> Option<Vec<u8>> {
        let mut plain = Vec::new();
        match self {
            Self::Brotli => brotli::BrotliDecompress(&mut &packed[..], &mut plain).ok()?,
            Self::Gzip => {
                let mut decoder = flate2::write::GzDecoder::new(&mut plain);
                decoder.write_all(packed).and_then(|()| decoder.try_finish()).ok()?;
            }
            Self::Identity => plain.extend_from_slice(packed),
        }
        Some(plain)
    }
}

/// A quality value; one is meant where nothing is said, and nothing where it cannot be read.
pub(super) fn weight_of(parameter: &[u8]) -> Option<f32> {
    let parameter = str::from_utf8(parameter).ok()?.trim();
    if parameter.is_empty() {
        return Some(1.0);
    }
    let (name, value) = parameter.split_once('=')?;
    let weight: f32 = value.trim().parse().ok()?;
    (name.trim().eq_ignore_ascii_case("q") && (0.0..=1.0).contains(&weight)).then_some(weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best_for(accepted: &str) -> Coding {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(accepted).unwrap());
        Coding::best_for(&headers)
    }

    #[test]
    fn a_client_gets_the_coding_it_likes_best() {
        for (accepted, best) in [
            ("gzip, deflate, br, zstd", Coding::Brotli),
            ("br;q=0.1, gzip;q=0.9", Coding::Gzip),
            ("gzip;q=0.1, br;q=0.9", Coding::Brotli),
            ("gzip;q=1.0, BR ; Q=0.0", Coding::Gzip),
            ("gzip, identity;q=0.5", Coding::Gzip),
            ("identity, br;q=0.5", Coding::Identity),
            ("x-gzip", Coding::Gzip),
            ("*", Coding::Brotli),
            ("*, br;q=0", Coding::Gzip),
            ("br, *;q=0", Coding::Brotli),
        ] {
            assert_eq!(best_for(accepted), best, "{accepted}");
        }
    }

    #[test]
    fn what_browsers_say_means_what_it_says() {
        for (usual, best) in USUAL {
            assert_eq!(best_for(usual), best, "{usual}");
            let spelt_otherwise = format!("{usual},");
            assert_eq!(best_for(&spelt_otherwise), best, "{usual}");
        }
    }

    #[test]
    fn what_is_refused_or_cannot_be_read_is_not_used() {
        for accepted in [
            "",
            "deflate",
            "zstd",
            "gzip;q=0, br;q=0.000",
            "*;q=0",
            "identity;q=0",
            "br;q=2",
            "br;q=nan",
            "br;level=5",
            ";;,,;q=",
        ] {
            assert_eq!(best_for(accepted), Coding::Identity, "{accepted}");
        }
        assert_eq!(Coding::best_for(&HeaderMap::new()), Coding::Identity);
    }

    #[test]
    fn packed_bytes_are_what_was_packed() {
        let plain = "A quiet harbour before sunrise. 雨后的石桥。\n".repeat(50).into_bytes();
        for coding in [Coding::Brotli, Coding::Gzip] {
            let [quick, best] = [Effort::Quick, Effort::Best].map(|effort| {
                let packed = coding.pack(&plain, effort).unwrap();
                assert!(coding.unpack(&packed).unwrap() == plain, "{coding:?} {effort:?}");
                packed.len()
            });
            assert!(best <= quick, "{coding:?}: {best} of {quick}");
            assert_eq!(coding.pack(b"ab", Effort::Quick), None, "{coding:?}");
        }
    }
}
