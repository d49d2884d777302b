//! Originals that know too much, that are broken, and that are nothing we know.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageEncoder as _, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;
use tempfile::TempDir;

use super::recording::{Clean, clean};
use super::*;

/// An image whose left half is red and whose right half is blue.
fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) }
    })
}

fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// EXIF that says the picture is to be turned by a quarter to the right, which camera took it,
/// and where.
fn exif() -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x03\0".to_vec();
    let mut entry = |tag: u16, kind: u16, count: u32, value: u32| {
        exif.extend(tag.to_le_bytes());
        exif.extend(kind.to_le_bytes());
        exif.extend(count.to_le_bytes());
        exif.extend(value.to_le_bytes());
    };
    entry(0x010f, 2, 12, 50); // the maker's name, at 50
    entry(0x0112, 3, 1, 6); // turned
    entry(0x8825, 4, 1, 62); // GPS, at 62
    exif.extend([0; 4]);
    exif.extend(b"SecretCamera");
    exif.extend(b"\x01\0\x02\0\x05\0\x03\0\0\0\x50\0\0\0\0\0\0\0GPSATHOME");
    exif
}

fn jpeg_that_knows_too_much(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.set_exif_metadata(exif()).unwrap();
    encoder
        .write_image(image, image.width(), image.height(), image::ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

fn made(original: &[u8]) -> (Picture, Vec<Product>) {
    picture::make(String::from("record.json"), original).unwrap()
}

fn refused(original: &[u8]) -> String {
    picture::make(String::new(), original).unwrap_err().to_string()
}

#[test]
fn a_picture_forgets_camera_and_place_and_stands_upright() {
    let original = jpeg_that_knows_too_much(&halves(400, 200));
    for secret in [&b"Exif"[..], b"SecretCamera", b"GPSATHOME"] {
        assert!(holds(&original, secret), "the test's own photograph says too little");
    }
    let (picture, products) = made(&original);
    for product in &products {
        for secret in [&b"Exif"[..], b"EXIF", b"SecretCamera", b"GPSATHOME", b"XMP", b"ICCP"] {
            assert!(!holds(&product.bytes, secret), "{}", product.name);
        }
        let image = image::load_from_memory(&product.bytes).unwrap().into_rgb8();
        assert_eq!((image.width(), image.height()), (200, 400), "{}", product.name);
        // What was on the left is above.
        assert!(image.get_pixel(100, 50).0[0] > 150, "{}", product.name);
        assert!(image.get_pixel(100, 350).0[2] > 150, "{}", product.name);
    }
    assert_eq!((picture.largest().width, picture.largest().height), (200, 400));
}

#[test]
fn a_picture_comes_in_sizes_up_to_its_own_with_one_for_older_programs() {
    let (picture, products) = made(&png(halves(1200, 800)));
    let sizes: Vec<(u32, u32)> =
        picture.renditions.iter().map(|size| (size.width, size.height)).collect();
    assert_eq!(sizes, [(320, 213), (640, 427), (960, 640), (1200, 800)]);
    assert!(picture.renditions.iter().all(|size| size.file.ends_with(".webp")));
    assert_eq!((picture.fallback.width, picture.fallback.height), (960, 640));
    assert!(picture.fallback.file.ends_with(".jpg"));
    assert_eq!(products.len(), 5);
    for product in &products {
        let image = image::load_from_memory(&product.bytes).unwrap();
        let named = picture.renditions.iter().chain([&picture.fallback]);
        let size = named.clone().find(|size| size.file == product.name).unwrap();
        assert_eq!((image.width(), image.height()), (size.width, size.height));
    }
    let colour = picture.colour.unwrap();
    let channel = |at: usize| u8::from_str_radix(&colour[at..at + 2], 16).unwrap();
    assert!(channel(1).abs_diff(120) < 8 && channel(5).abs_diff(120) < 8, "{colour}");
    assert!(channel(3) < 40, "{colour}");
}

#[test]
fn what_shows_through_still_does_and_has_no_colour_of_its_own() {
    let image =
        RgbaImage::from_fn(400, 400, |x, _| Rgba([200, 30, 30, if x < 200 { 255 } else { 0 }]));
    let (picture, products) = made(&png(image));
    assert_eq!(picture.colour, None);
    assert!(picture.fallback.file.ends_with(".png"));
    for product in &products {
        let image = image::load_from_memory(&product.bytes).unwrap().into_rgba8();
        let (left, right) = (image.get_pixel(20, 20).0, image.get_pixel(image.width() - 20, 20).0);
        assert_eq!((left[3], right[3]), (255, 0), "{}", product.name);
    }
    let opaque = RgbaImage::from_pixel(400, 400, Rgba([200, 30, 30, 255]));
    assert!(made(&png(opaque)).0.fallback.file.ends_with(".jpg"));
}

#[test]
fn colours_of_another_space_are_brought_to_srgb() {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(moxcms::ColorProfile::new_display_p3().encode().unwrap()).unwrap();
    let image = RgbImage::from_pixel(64, 64, Rgb([180, 120, 60]));
    encoder.write_image(&image, 64, 64, image::ExtendedColorType::Rgb8).unwrap();
    let colour = made(&bytes).0.colour.unwrap();
    let red = u8::from_str_radix(&colour[1..3], 16).unwrap();
    assert!(red > 184, "{colour} is as in the original");
}

#[test]
fn what_is_no_image_we_know_is_refused_by_its_name() {
    for (bytes, name) in [
        (&b"GIF89a\x01\0\x01\0"[..], "a GIF image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG image"),
        (b"\0\0\0\x1cftypavif", "an AVIF image"),
        (b"%PDF-1.7", "a PDF document"),
        (b"ID3\x04\0\0\0\0\0\0", "an MP3 sound"),
        (b"version https://git-lfs.github.com/spec/v1", "a pointer of Git LFS"),
        (b"", "empty"),
        (b"hello", "of no type we know"),
    ] {
        let message = refused(bytes);
        assert!(message.starts_with(&format!("is {name}")), "{message}");
        assert!(message.ends_with("an image is PNG, JPEG or WebP"), "{message}");
    }
}

#[test]
fn an_image_that_is_too_small_too_long_too_large_or_cut_off_is_refused() {
    let message = refused(&png(halves(31, 100)));
    assert!(message.contains("31 × 100") && message.contains("at least 32"), "{message}");
    let message = refused(&png(halves(700, 40)));
    assert!(message.contains("at most 10 times as long"), "{message}");
    let whole = png(halves(100, 100));
    let message = refused(&whole[..whole.len() / 2]);
    assert!(message.contains("cannot be decoded"), "{message}");
    // A head that claims a hundred thousand pixels a side; nothing of that size is ever made.
    let mut large = whole;
    large[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
    let sum = crc(&large[12..29]);
    large[29..33].copy_from_slice(&sum.to_be_bytes());
    let message = refused(&large);
    assert!(message.contains("million") || message.contains("cannot be decoded"), "{message}");
}

/// The check sum of a part of a PNG.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 }
        })
    })
}

fn mp4_box(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(content.len() + 8).unwrap().to_be_bytes().to_vec();
    bytes.extend(name);
    bytes.extend(content);
    bytes
}

fn track(handler: &[u8; 4], codec: &[u8; 4]) -> Vec<u8> {
    let entry = mp4_box(codec, &[0; 20]);
    let stsd = mp4_box(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1], &entry[..]].concat());
    let stbl = mp4_box(b"stbl", &[stsd, mp4_box(b"stts", &[0; 8])].concat());
    let minf = mp4_box(b"minf", &[mp4_box(b"dinf", &[]), stbl].concat());
    let hdlr = mp4_box(b"hdlr", &[&[0; 8], &handler[..], &[0; 13]].concat());
    let mdia = mp4_box(b"mdia", &[mp4_box(b"mdhd", &[9; 24]), hdlr, minf].concat());
    let udta = mp4_box(b"udta", b"\xa9xyzHOME");
    mp4_box(b"trak", &[mp4_box(b"tkhd", &[0; 84]), mdia, udta].concat())
}

/// A recording that says where, with what and when it was made.
fn mp4(tracks: &[Vec<u8>]) -> Vec<u8> {
    let mvhd = mp4_box(b"mvhd", &[&[0; 4], &b"WHENWHEN"[..], &[1; 88]].concat());
    let meta = mp4_box(b"meta", b"com.apple.location HOME");
    let moov = mp4_box(b"moov", &[mvhd, tracks.concat(), meta].concat());
    [
        mp4_box(b"ftyp", b"isom\0\0\x02\0isomavc1"),
        mp4_box(b"uuid", b"HOME by SecretCamera"),
        moov,
        mp4_box(b"mdat", b"the samples"),
        mp4_box(b"free", b"SecretCamera"),
    ]
    .concat()
}

#[test]
fn a_video_forgets_camera_place_and_time_and_keeps_every_byte_where_it_was() {
    let original = mp4(&[track(b"vide", b"avc1"), track(b"soun", b"mp4a")]);
    let Clean { bytes: cleaned, extension, kind, .. } = clean(&original, Modality::Video).unwrap();
    assert_eq!((extension, kind), ("mp4", Modality::Video));
    for secret in [&b"HOME"[..], b"SecretCamera", b"WHEN", b"udta", b"uuid", b"meta"] {
        assert!(holds(&original, secret));
        assert!(!holds(&cleaned, secret), "{}", String::from_utf8_lossy(secret));
    }
    assert_eq!(cleaned.len(), original.len());
    let at = |bytes: &[u8]| bytes.windows(11).position(|part| part == b"the samples");
    assert_eq!(at(&cleaned), at(&original));
    assert_eq!(clean(&cleaned, Modality::Video).unwrap().bytes, cleaned, "cleaning again");
    let sound = mp4(&[track(b"soun", b"mp4a")]);
    assert_eq!(clean(&sound, Modality::Audio).unwrap().extension, "m4a");
}

#[test]
fn a_recording_browsers_do_not_play_is_refused_with_what_to_do() {
    let refused = |bytes: &[u8], kind| clean(bytes, kind).unwrap_err().to_string();
    let hevc = mp4(&[track(b"vide", b"hvc1")]);
    assert!(refused(&hevc, Modality::Video).contains("\"hvc1\"; export it with H.264 or AV1"));
    let gps = mp4(&[track(b"vide", b"avc1"), track(b"meta", b"gpmd")]);
    assert!(refused(&gps, Modality::Video).contains("a track of type \"meta\""));
    let nothing = mp4(&[]);
    assert!(refused(&nothing, Modality::Video).contains("nothing to play"));
    let whole = mp4(&[track(b"vide", b"avc1")]);
    assert!(refused(&whole[..whole.len() - 3], Modality::Video).contains("ends too early"));
    let webm = b"\x1a\x45\xdf\xa3";
    assert_eq!(
        refused(webm, Modality::Video),
        "is a WebM or Matroska video; a video is MP4 with H.264 or AV1"
    );
    assert_eq!(refused(b"OggS", Modality::Audio), "is an Ogg file; a sound is MP3, M4A or WAV");
}

#[test]
fn a_recording_of_another_kind_than_is_said_is_refused() {
    let bytes = mp4(&[track(b"soun", b"mp4a")]);
    let message = recording::make(String::new(), &bytes, Modality::Video).unwrap_err().to_string();
    assert!(message.contains("write kind = \"audio\""), "{message}");
}

/// Three frames of MPEG 1, layer III, 128 kbit/s, 44.1 kHz.
fn frames() -> Vec<u8> {
    let frame = [&[0xff, 0xfb, 0x90, 0][..], &[7; 413]].concat();
    frame.repeat(3)
}

#[test]
fn an_mp3_forgets_its_tags_and_keeps_its_frames() {
    let mut tag = b"ID3\x04\0\0\0\0\0\x14".to_vec();
    tag.extend(b"TPE1 Secret Singer..");
    let ape = [&b"APETAGEX"[..], b"Secret Singer"].concat();
    let mut end = b"TAGSecret Singer".to_vec();
    end.resize(128, 0);
    let original = [tag, frames(), ape, end].concat();
    let Clean { bytes: cleaned, extension, .. } = clean(&original, Modality::Audio).unwrap();
    assert_eq!((cleaned, extension), (frames(), "mp3"));
    let junk = [frames(), b"and now something else".to_vec()].concat();
    let message = clean(&junk, Modality::Audio).unwrap_err().to_string();
    assert!(message.contains("no sound from byte 1251 on"), "{message}");
}

fn wav(parts: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WAVE".to_vec();
    for (name, content) in parts {
        body.extend(*name);
        body.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        body.extend(*content);
        body.extend(vec![0; content.len() % 2]);
    }
    [&b"RIFF"[..], &u32::try_from(body.len()).unwrap().to_le_bytes(), &body].concat()
}

const PCM: &[u8] = &[1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 8, 0];

#[test]
fn a_wav_keeps_its_format_and_samples_and_nothing_else() {
    let original = wav(&[
        (b"LIST", b"INFOIARTSecret Singer"),
        (b"fmt ", PCM),
        (b"id3 ", b"Secret"),
        (b"data", b"odd"),
        (b"bext", b"Secret"),
    ]);
    let Clean { bytes: cleaned, extension, .. } = clean(&original, Modality::Audio).unwrap();
    assert_eq!((cleaned, extension), (wav(&[(b"fmt ", PCM), (b"data", b"odd")]), "wav"));
    for (bytes, part) in [
        (wav(&[(b"fmt ", &[0x55; 16]), (b"data", b"ab")]), "compressed"),
        (wav(&[(b"fmt ", PCM)]), "without sound"),
        (wav(&[(b"data", b"ab")]), "without sound"),
        (wav(&[(b"fmt ", PCM), (b"data", b"abcd")])[..46].to_vec(), "ends too early"),
    ] {
        let message = clean(&bytes, Modality::Audio).unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived(
        start in prop::sample::select(vec![
            &b"\0\0\0\x10ftypisom\0\0\0\0"[..], b"ID3\x04\0\x10\0\0\0\x02", b"\xff\xfb\x90\0",
            b"RIFF\0\0\0\0WAVE", b"",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let bytes = [start, &rest].concat();
        for kind in [Modality::Video, Modality::Audio] {
            if let Ok(Clean { bytes: cleaned, .. }) = clean(&bytes, kind) {
                prop_assert!(cleaned.len() <= bytes.len() + 1);
            }
        }
    }

    #[test]
    fn recordings_with_any_bytes_changed_are_survived(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
        of in 0..3_usize,
    ) {
        let mut bytes = match of {
            0 => mp4(&[track(b"vide", b"avc1"), track(b"soun", b"mp4a")]),
            1 => [b"ID3\x04\0\0\0\0\0\x02ab".to_vec(), frames()].concat(),
            _ => wav(&[(b"LIST", b"INFO"), (b"fmt ", PCM), (b"data", b"samples")]),
        };
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        bytes.truncate(cut.index(bytes.len() * 4));
        for kind in [Modality::Video, Modality::Audio] {
            if let Ok(Clean { bytes: cleaned, .. }) = clean(&bytes, kind) {
                prop_assert!(clean(&cleaned, kind).is_ok(), "what is clean is no longer understood");
            }
        }
    }

    #[test]
    fn images_with_any_bytes_changed_are_survived(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = jpeg_that_knows_too_much(&halves(64, 32));
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        // It may be a picture still, or not.
        let _ = picture::make(String::new(), &bytes);
    }
}

fn names(folder: &TempDir) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder.path().join("a.db-media")) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn gallery() -> (TempDir, Folder, PathBuf) {
    let folder = TempDir::new().unwrap();
    let original = folder.path().join("original.png");
    fs::write(&original, png(halves(400, 200))).unwrap();
    let media = Folder::beside(&folder.path().join("a.db"));
    (folder, media, original)
}

#[test]
fn an_original_is_worked_on_once_unless_something_of_it_is_gone() {
    let (folder, media, original) = gallery();
    let first = media.workshop(Mode::Keep).picture(&original).unwrap();
    let there = names(&folder);
    let record = folder.path().join("a.db-media").join(&first.record);
    // A record that says something else tells that it is read.
    let text = fs::read_to_string(&record).unwrap();
    let colour = first.colour.clone().unwrap();
    fs::write(&record, text.replace(&colour, "#123456")).unwrap();
    let again = media.workshop(Mode::Keep).picture(&original).unwrap();
    assert_eq!(again.colour.as_deref(), Some("#123456"));
    fs::write(folder.path().join("a.db-media").join(&first.fallback.file), b"cut off").unwrap();
    assert_eq!(media.workshop(Mode::Keep).picture(&original).unwrap(), first);
    fs::remove_dir_all(folder.path().join("a.db-media")).unwrap();
    assert_eq!(media.workshop(Mode::Keep).picture(&original).unwrap(), first);
    assert_eq!(names(&folder), there);
}

#[test]
fn what_is_discarded_is_never_written_and_says_the_same() {
    let (folder, media, original) = gallery();
    let discarded = media.workshop(Mode::Discard).picture(&original).unwrap();
    assert!(names(&folder).is_empty());
    assert_eq!(media.workshop(Mode::Keep).picture(&original).unwrap(), discarded);
}

#[test]
fn tidying_leaves_what_is_used_and_what_is_not_ours() {
    let (folder, media, original) = gallery();
    let mut workshop = media.workshop(Mode::Keep);
    let picture = workshop.picture(&original).unwrap();
    let used: HashSet<String> =
        crate::catalog::MediumContent::Image { picture }.files().map(str::to_owned).collect();
    let there = names(&folder);
    let old = "0".repeat(HASH);
    for name in [format!("{old}.webp"), format!("{old}.json.part"), "notes.txt".into()] {
        fs::write(folder.path().join("a.db-media").join(name), b"x").unwrap();
    }
    workshop.tidy(&used).unwrap();
    let left: Vec<String> = names(&folder).into_iter().filter(|name| name != "notes.txt").collect();
    assert_eq!(left, there);
    assert_eq!(names(&folder).len(), there.len() + 1);
}

#[test]
fn only_names_that_media_have_lead_to_files() {
    let folder = Folder::beside(Path::new("/data/gallery.db"));
    let hash = "0123456789abcdef0123456789abcdef";
    let file = folder.file(&format!("{hash}.mp4")).unwrap();
    assert_eq!(file.path, Path::new("/data/gallery.db-media").join(format!("{hash}.mp4")));
    assert_eq!((file.hash.as_str(), file.media_type), (hash, "video/mp4"));
    for name in [
        "lock",
        "",
        ".webp",
        "..",
        "../gallery.db",
        &format!("{hash}.json"),
        hash,
        &format!("{hash}.webp.part"),
        &format!("{}.webp", &hash[1..]),
        &format!("{hash}0.webp"),
        &format!("{}.webp", hash.to_uppercase()),
        &format!("{hash}.WEBP"),
        &format!("/{hash}.webp"),
    ] {
        assert!(folder.file(name).is_none(), "{name}");
    }
}

/// What is kept of captions, or why they are refused.
fn captions(text: &str) -> Result<String, String> {
    let product = super::captions::make(text.as_bytes()).map_err(|fault| fault.to_string())?;
    assert!(product.name.ends_with(".vtt"));
    Ok(String::from_utf8(product.bytes).unwrap())
}

#[test]
fn captions_keep_their_cues_and_lose_everything_else() {
    let written = "\u{feff}WEBVTT - by somebody\r\nKind: captions\r\n\r\nNOTE\r\nmade at home\r\n\r\n\
                   STYLE\r\n::cue { color: red }\r\n\r\n1\r\n00:01.000 --> 00:03.500 align:start\r\n\
                   <v Ada>Rain soon.\r\n[thunder]\r\n\r\n\r\n01:00:00.000 --> 01:00:01.000\r\n雨";
    let kept = "WEBVTT\n\n00:01.000 --> 00:03.500 align:start\n<v Ada>Rain soon.\n[thunder]\n\n\
                01:00:00.000 --> 01:00:01.000\n雨\n";
    assert_eq!(captions(written).as_deref(), Ok(kept));
    assert_eq!(captions(kept).as_deref(), Ok(kept), "once more");
}

#[test]
fn captions_that_are_none_say_what_is_wrong_and_where() {
    for (text, words) in [
        ("", "WEBVTT"),
        ("1\n00:00:01,000 --> 00:00:02,000\nSubRip", "WEBVTT"),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\na", "WEBVTT"),
        ("WEBVTT\n\nNOTE nothing", "no cues"),
        ("WEBVTT\n\n00:01.000 --> 00:02,000\na", "line 3: no times"),
        ("WEBVTT\n\n\nname\n00:61.000 --> 00:62.000\na", "line 5: no times"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\na", "line 3: the cue ends before"),
        (
            "WEBVTT\n\n00:02.000 --> 00:03.000\na\n\n00:01.000 --> 00:03.000\nb",
            "line 6: the cue begins",
        ),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n\0", "WEBVTT"),
    ] {
        let said = captions(text).unwrap_err();
        assert!(said.contains(words), "{text:?}: {said}");
    }
    assert!(super::captions::make(b"WEBVTT\n\n\xff").unwrap_err().to_string().contains("UTF-8"));
}

proptest! {
    #[test]
    fn any_text_makes_captions_that_make_themselves_again_or_none(
        blocks in prop::collection::vec("(NOTE|1|00:0[0-9].000 --> 00:1[0-9].500|-->|雨| |\\n|\\r|\0){0,6}", 0..6),
    ) {
        let text = format!("WEBVTT\n\n{}", blocks.join("\n\n"));
        if let Ok(kept) = captions(&text) {
            prop_assert_eq!(captions(&kept), Ok(kept.clone()));
        }
    }
}
