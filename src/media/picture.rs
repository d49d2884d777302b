//! Pictures: decoded, turned upright, brought to sRGB, and written anew in several sizes.
//!
//! Nothing of an original gets into what is written but its pixels.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::imageops::FilterType;
use image::{
    DynamicImage, GenericImageView as _, ImageDecoder, ImageFormat, ImageReader, Limits, Rgba,
};
use moxcms::{ColorProfile, Layout, TransformOptions};

use super::{Fault, FileType, Product};
use crate::catalog::{Picture, Rendition};

/// The most bytes of an image file.
pub(super) const MOST_BYTES: u64 = 20 << 20;

/// The most pixels of an image.
const MOST_PIXELS: u64 = 50_000_000;

/// The most memory decoding may take, in bytes: eight for each pixel, and some for the decoder.
const MOST_MEMORY: u64 = 512 << 20;

/// The least a side has, in pixels.
const SHORTEST: u32 = 32;

/// How many times as long as the other a side may be.
const LONGEST: u32 = 10;

/// The widths pages choose from.
const WIDTHS: [u32; 4] = [320, 640, 960, 1440];

/// The width of what older programs get.
const FALLBACK_WIDTH: u32 = 960;

/// How well WebP and JPEG are to look, of 100.
const QUALITY: u8 = 82;

/// How an image is scaled.
const FILTER: FilterType = FilterType::Lanczos3;

/// Makes a picture of the bytes of an image file.
pub(super) fn make(record: String, bytes: &[u8]) -> Result<(Picture, Vec<Product>), Fault> {
    let mut image = decode(bytes)?;
    let original = image.dimensions();
    let mut products = Vec::new();
    let mut renditions = Vec::new();
    let mut fallback = None;
    // Each is made of the next larger one, which looks the same and takes a fraction of the time.
    for width in widths(image.width()).into_iter().rev() {
        image = resized(image, width, height_at(width, original));
        renditions.push(keep(&image, webp(&image)?, "webp", &mut products));
        if fallback.is_none() && width <= FALLBACK_WIDTH {
            let (bytes, extension) = legacy(&image)?;
            fallback = Some(keep(&image, bytes, extension, &mut products));
        }
    }
    renditions.reverse();
    let colour = average(&image);
    let fallback = fallback.ok_or_else(|| Fault::new("has no width we know; scale it"))?;
    Ok((Picture { record, colour, renditions, fallback }, products))
}

fn keep(
    image: &DynamicImage,
    bytes: Vec<u8>,
    extension: &str,
    products: &mut Vec<Product>,
) -> Rendition {
    let product = Product::new(bytes, extension);
    let file = product.name.clone();
    products.push(product);
    Rendition { file, width: image.width(), height: image.height() }
}

/// The pixels of an image, upright, as sRGB with eight bits a colour; with transparency only
/// where there is some.
fn decode(bytes: &[u8]) -> Result<DynamicImage, Fault> {
    let broken = |error: image::ImageError| {
        Fault::new(format!("cannot be decoded: {error}; export it again"))
    };
    let still = |moves: bool| {
        if moves { Err(Fault::new("moves; make it a video, or one still image")) } else { Ok(()) }
    };
    let format = match FileType::of(bytes) {
        FileType::Png => {
            let decoder = PngDecoder::new(Cursor::new(bytes)).map_err(broken)?;
            still(decoder.is_apng().map_err(broken)?)?;
            ImageFormat::Png
        }
        FileType::WebP => {
            still(WebPDecoder::new(Cursor::new(bytes)).map_err(broken)?.has_animation())?;
            ImageFormat::WebP
        }
        FileType::Jpeg => ImageFormat::Jpeg,
        other => {
            let name = other.name();
            return Err(Fault::new(format!("is {name}; an image is PNG, JPEG or WebP")));
        }
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let (shorter, longer) = (width.min(height), width.max(height));
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Fault::new(format!(
            "has {width} × {height} pixels, the most is {} million; make it smaller",
            MOST_PIXELS / 1_000_000
        )));
    }
    if shorter < SHORTEST {
        return Err(Fault::new(format!(
            "has {width} × {height} pixels, a side has at least {SHORTEST}; take a larger one"
        )));
    }
    if longer > shorter.saturating_mul(LONGEST) {
        return Err(Fault::new(format!(
            "has {width} × {height} pixels, a side is at most {LONGEST} times as long as the \
             other; crop it"
        )));
    }
    let orientation = decoder.orientation().map_err(broken)?;
    let profile = decoder.icc_profile().map_err(broken)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    image.apply_orientation(orientation);
    let shows_through =
        image.color().has_alpha() && image.pixels().any(|(_, _, pixel)| pixel.0[3] < u8::MAX);
    let mut image = if shows_through {
        DynamicImage::ImageRgba8(image.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(image.into_rgb8())
    };
    if let Some(profile) = profile {
        to_srgb(&mut image, &profile);
    }
    Ok(image)
}

/// Brings colours from another space to sRGB. A profile nobody can use says nothing, and the
/// colours are taken for sRGB, as browsers do.
fn to_srgb(image: &mut DynamicImage, profile: &[u8]) {
    let Ok(from) = ColorProfile::new_from_slice(profile) else { return };
    let (pixels, layout): (&mut [u8], _) = match image {
        DynamicImage::ImageRgb8(image) => (image, Layout::Rgb),
        DynamicImage::ImageRgba8(image) => (image, Layout::Rgba),
        _ => return,
    };
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let Ok(transform) = from.create_transform_8bit(layout, &srgb, layout, options) else { return };
    let mut converted = vec![0; pixels.len()];
    if transform.transform(pixels, &mut converted).is_ok() {
        pixels.copy_from_slice(&converted);
    }
}

/// The widths an image is written in: never more than its own, which is one of them unless it
/// is too large or hardly differs from another.
fn widths(own: u32) -> Vec<u32> {
    let mut widths: Vec<u32> = WIDTHS.into_iter().filter(|width| *width <= own).collect();
    let last = widths.last().copied().unwrap_or(0);
    if WIDTHS.last().is_some_and(|widest| own < *widest) && own > last + last / 8 {
        widths.push(own);
    }
    widths
}

/// The height an image has at a width, by what it had at first.
fn height_at(width: u32, (own_width, own_height): (u32, u32)) -> u32 {
    let (own_width, own_height) = (u64::from(own_width).max(1), u64::from(own_height));
    let height = (own_height * u64::from(width) + own_width / 2) / own_width;
    u32::try_from(height).unwrap_or(u32::MAX).max(1)
}

fn resized(image: DynamicImage, width: u32, height: u32) -> DynamicImage {
    if width == image.width() {
        return image;
    }
    // What cannot be seen has a colour as well, which must not get into its neighbours.
    match image {
        DynamicImage::ImageRgba8(mut image) => {
            for Rgba([red, green, blue, alpha]) in image.pixels_mut() {
                for value in [red, green, blue] {
                    *value = scaled(*value, *alpha, u8::MAX);
                }
            }
            let image = DynamicImage::ImageRgba8(image).resize_exact(width, height, FILTER);
            let mut image = image.into_rgba8();
            for Rgba([red, green, blue, alpha]) in image.pixels_mut() {
                for value in [red, green, blue] {
                    *value = scaled(*value, u8::MAX, *alpha);
                }
            }
            DynamicImage::ImageRgba8(image)
        }
        image => image.resize_exact(width, height, FILTER),
    }
}

/// A value times one number by another.
fn scaled(value: u8, times: u8, by: u8) -> u8 {
    let by = u16::from(by).max(1);
    let product = (u16::from(value) * u16::from(times) + by / 2) / by;
    u8::try_from(product).unwrap_or(u8::MAX)
}

fn webp(image: &DynamicImage) -> Result<Vec<u8>, Fault> {
    let failed = |what: String| Fault::new(format!("cannot be written as WebP: {what}"));
    let (width, height) = image.dimensions();
    let bytes = image.as_bytes();
    let encoder = if image.color().has_alpha() {
        webp::Encoder::from_rgba(bytes, width, height)
    } else {
        webp::Encoder::from_rgb(bytes, width, height)
    };
    let mut config =
        webp::WebPConfig::new().map_err(|()| failed("its encoder does not start".into()))?;
    config.quality = QUALITY.into();
    let memory = encoder.encode_advanced(&config).map_err(|error| failed(format!("{error:?}")))?;
    Ok(memory.to_vec())
}

fn legacy(image: &DynamicImage) -> Result<(Vec<u8>, &'static str), Fault> {
    let mut bytes = Cursor::new(Vec::new());
    let (result, extension) = if image.color().has_alpha() {
        (image.write_to(&mut bytes, ImageFormat::Png), "png")
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        (image.write_with_encoder(encoder), "jpg")
    };
    result.map_err(|error| Fault::new(format!("cannot be written again: {error}")))?;
    Ok((bytes.into_inner(), extension))
}

/// The average colour of an image nothing shows through.
fn average(image: &DynamicImage) -> Option<String> {
    let image = image.as_rgb8()?;
    let count = u64::from(image.width()) * u64::from(image.height());
    let mut sums = [0_u64; 3];
    for pixel in image.pixels() {
        for (sum, value) in sums.iter_mut().zip(pixel.0) {
            *sum += u64::from(value);
        }
    }
    let [red, green, blue] = sums.map(|sum| sum / count.max(1));
    Some(format!("#{red:02x}{green:02x}{blue:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_never_made_larger() {
        assert_eq!(widths(200), [200]);
        assert_eq!(widths(320), [320]);
        assert_eq!(widths(340), [320]);
        assert_eq!(widths(500), [320, 500]);
        assert_eq!(widths(1000), [320, 640, 960]);
        assert_eq!(widths(1200), [320, 640, 960, 1200]);
        assert_eq!(widths(1440), WIDTHS);
        assert_eq!(widths(9000), WIDTHS);
    }
}
