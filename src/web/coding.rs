//! How an answer travels: plain, or packed in the best coding its reader takes.
//!
//! Brotli and gzip are all there is. Browsers that take zstd take Brotli as well, and Brotli is
//! smaller for what is sent here.

use std::io::Write as _;

use axum::http::header::ACCEPT_ENCODING;
use axum::http::{HeaderMap, HeaderValue};
use brotli::enc::BrotliEncoderParams;
use brotli::enc::backward_references::BrotliEncoderMode::BROTLI_MODE_TEXT;

/// A content coding (RFC 9110, section 8.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Coding {
    Brotli,
    Gzip,
    Identity,
}

/// How much time packing may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// While a reader waits: a few percent of what it takes to be as small as can be.
    Quick,
    /// For what is sent often. Smaller by a tenth.
    Best,
}

impl Coding {
    /// The coding a client likes best, the smallest of those it likes equally (RFC 9110, section
    /// 12.5.3). One that refuses everything gets what needs no unpacking.
    pub(super) fn best_for(headers: &HeaderMap) -> Self {
        let (mut brotli, mut gzip, mut identity, mut others) = (None, None, None, None);
        let values = headers.get_all(ACCEPT_ENCODING).iter();
        for part in values.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(','))
        {
            let (name, weight) = part.split_once(';').unwrap_or((part, ""));
            let Some(weight) = weight_of(weight.trim()) else { continue };
            let name = name.trim();
            if name.eq_ignore_ascii_case("br") {
                brotli = Some(weight);
            } else if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
                gzip = Some(weight);
            } else if name.eq_ignore_ascii_case("identity") {
                identity = Some(weight);
            } else if name == "*" {
                others = Some(weight);
            }
        }
        let mut best = (Self::Identity, identity.unwrap_or_default());
        for (coding, weight) in [(Self::Gzip, gzip), (Self::Brotli, brotli)] {
            let weight = weight.or(others).unwrap_or_default();
            if weight > 0.0 && weight >= best.1 {
                best = (coding, weight);
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
            Self::Brotli => brotli(plain, effort),
            Self::Gzip => gzip(plain, effort),
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
pub(super) fn weight_of(parameter: &str) -> Option<f32> {
    if parameter.is_empty() {
        return Some(1.0);
    }
    let (name, value) = parameter.split_once('=')?;
    let weight: f32 = value.trim().parse().ok()?;
    (name.trim().eq_ignore_ascii_case("q") && (0.0..=1.0).contains(&weight)).then_some(weight)
}

fn brotli(plain: &[u8], effort: Effort) -> std::io::Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        // The fifth step saves a tenth of a page over the fourth, the last one another tenth.
        quality: if effort == Effort::Quick { 5 } else { 11 },
        mode: BROTLI_MODE_TEXT,
        size_hint: plain.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &plain[..], &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(plain: &[u8], effort: Effort) -> std::io::Result<Vec<u8>> {
    let level = match effort {
        Effort::Quick => flate2::Compression::default(),
        Effort::Best => flate2::Compression::best(),
    };
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
    encoder.write_all(plain)?;
    encoder.finish()
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
