//! Packing, in each coding there is.
//!
//! `build.rs` has this file as a module, too, and packs what is embedded; so nothing else of the
//! crate may be used here.

use std::io::{Result, Write as _};

use brotli::enc::BrotliEncoderParams;
use brotli::enc::backward_references::BrotliEncoderMode::BROTLI_MODE_TEXT;

/// How much time packing may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// While a reader waits: a few percent of what it takes to be as small as can be.
    Quick,
    /// For what is sent often. Smaller by a tenth.
    Best,
}

pub(super) fn brotli(plain: &[u8], effort: Effort) -> Result<Vec<u8>> {
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

pub(super) fn gzip(plain: &[u8], effort: Effort) -> Result<Vec<u8>> {
    let level = match effort {
        Effort::Quick => flate2::Compression::default(),
        Effort::Best => flate2::Compression::best(),
    };
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
    encoder.write_all(plain)?;
    encoder.finish()
}
