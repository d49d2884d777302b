use proptest::prelude::*;
use resvg::tiny_skia::{Pixmap, PremultipliedColorU8};

use super::face::face;
use super::setting::set;
use super::*;

const COLUMN: f32 = 512.0;

fn preview(title: &str, is_chinese: bool) -> Preview {
    Preview {
        place: "Prompt Gallery".into(),
        title: Title { text: title.into(), plain: "north window".into(), is_chinese },
        notes: vec!["人像".into(), "gpt-image-2".into()],
        drawings: vec![Drawing {
            shapes: "<path d=\"M0 0h9v9H0z\"/>".into(),
            width: 480,
            height: 360,
        }],
        hue: Some(3),
    }
}

fn png(title: &str) -> Vec<u8> {
    preview(title, false).png().unwrap()
}

/// How many lines a title has, and whether any is too wide.
fn lines(title: &str, is_chinese: bool) -> (usize, bool) {
    let set = set(face().unwrap(), title, is_chinese, &sheet::TITLE_SIZES, (COLUMN, 3));
    (set.lines.len(), set.lines.iter().any(|line| line.width * set.size > COLUMN + 0.5))
}

fn legible(text: &str) -> Option<String> {
    face().unwrap().legible(text)
}

#[test]
fn a_picture_is_as_large_as_it_says_and_shows_its_title() {
    let linen = png("Linen and north light");
    let canvas = Pixmap::decode_png(&linen).unwrap();
    assert_eq!((canvas.width(), canvas.height()), (WIDTH, HEIGHT));
    assert!(canvas.pixels().iter().all(PremultipliedColorU8::is_opaque));
    assert_eq!(linen, png("Linen and north light"));
    assert_ne!(linen, png("Linen and north nights"));
    // Ink where the title is, and none just right of it.
    let dark = |from: u32, to: u32| {
        let across = (from..to).flat_map(|x| (160..480).map(move |y| (x, y)));
        across.filter(|(x, y)| canvas.pixel(*x, *y).unwrap().red() < 100).count()
    };
    assert!(dark(64, 576) > 3_000, "{}", dark(64, 576));
    assert_eq!(dark(590, 620), 0);
}

#[test]
fn a_long_title_is_cut_and_a_short_one_is_large() {
    assert_eq!(lines("Linen", false), (1, false));
    assert_eq!(lines("Linen and north light", false), (2, false));
    assert_eq!(lines(&"Linen and north light ".repeat(9), false), (3, false));
    assert_eq!(lines(&"Donaudampfschifffahrtsgesellschaft".repeat(4), false), (3, false));
    assert_eq!(lines(&"很长的标题".repeat(27), true), (3, false));
    assert_eq!(lines("", false).0, 0);
}

#[test]
fn one_line_less_is_worth_a_smaller_size() {
    let key = |sizes| set(face().unwrap(), "A key without a door", false, sizes, (COLUMN, 3));
    let [large, either] = [key(&[84.0]), key(&[84.0, 72.0])];
    assert_eq!((large.lines.len(), large.size), (3, 84.0));
    assert_eq!((either.lines.len(), either.size), (2, 72.0));
}

#[test]
fn no_line_of_chinese_begins_with_punctuation_that_closes() {
    // At a width of six characters the comma would be the seventh.
    let face = face().unwrap();
    let text = "山坡上的小屋，灯还亮着";
    let set = set(face, text, true, &[10.0], (60.0, 3));
    let width = |text: &str| face.line(text, true).width;
    assert_eq!(set.lines.len(), 2);
    assert!((set.lines[0].width - width("山坡上的小")).abs() < 0.01, "{:?}", set.lines[0].width);
}

#[test]
fn lines_of_chinese_rather_end_where_the_text_pauses() {
    let face = face().unwrap();
    let set = set(face, "潮汐磨坊，七拍", true, &[84.0], (COLUMN, 3));
    let width = |text: &str| face.line(text, true).width;
    assert!((set.lines[0].width - width("潮汐磨坊，")).abs() < 0.01);
}

#[test]
fn what_the_face_lacks_is_left_out_or_told() {
    assert_eq!(legible("Night 🌃 market 👩‍👩‍👧 🇨🇳").as_deref(), Some("Night market"));
    assert_eq!(legible("a\tb\r\n c\u{0}d\u{FFFE}").as_deref(), Some("a b c d"));
    assert_eq!(legible("𝐀 ﬁne ﾃｽﾄ").as_deref(), Some("A fine テスト"));
    assert_eq!(legible("A street in القاهرة at noon").as_deref(), Some("A street in … at noon"));
    assert_eq!(legible("القاهرة"), None);
    assert_eq!(legible("🌃"), None);
    assert_eq!(png("القاهرة"), png("north window"));
}

#[test]
fn marks_of_both_scripts_are_as_wide_as_their_language_has_them() {
    let width = |text, is_chinese| face().unwrap().line(text, is_chinese).width;
    assert!(width("“a”", false) < 1.5);
    assert!(width("“一”", true) > 2.0);
    assert!(width("一Don’t", true) < width("一Don”t", true));
    // The quotation mark at the start of a line takes its own half only.
    assert!((width("《一", true) - 1.5).abs() < 0.01);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_title_has_its_place(title in "\\PC{0,60}|[ -~]{0,90}|[一-龥，。《》a-z ]{0,60}", is_chinese: bool) {
        let title = legible(&title).unwrap_or_default();
        let (lines, is_wide) = lines(&title, is_chinese);
        prop_assert!(lines <= 3 && !is_wide, "{title:?}: {lines}");
    }

    #[test]
    fn whatever_a_title_holds_there_is_a_document(title in ".{0,40}", note in ".{0,20}") {
        let mut preview = preview(&title, false);
        preview.notes.push(note);
        let svg = sheet::svg(&preview, face().unwrap());
        prop_assert!(usvg::Tree::from_str(&svg, &usvg::Options::default()).is_ok());
    }
}
