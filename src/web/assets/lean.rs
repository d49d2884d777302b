//! What is sent of a style sheet and a script: they without what only authors need.
//!
//! `build.rs` has this file as a module, too, and makes of `static/` what is embedded; so nothing
//! else of the crate may be used here.

/// What is sent of a style sheet.
pub(super) fn style(text: &str) -> String {
    tight(&lean(text, None))
}

/// What is sent of a script.
pub(super) fn script(text: &str) -> String {
    lean(text, Some("//"))
}

/// A style sheet or a script without indentation, blank lines, and comments that have their
/// lines to themselves. Lines stay lines, so that no statement runs into another; a literal over
/// more than one line would be changed, and may not be in them.
fn lean(text: &str, line_comment: Option<&str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_comment = false;
    for line in text.lines().map(str::trim) {
        if !in_comment && line.starts_with("/*") {
            in_comment = true;
        }
        if in_comment {
            let Some((_, after)) = line.split_once("*/") else { continue };
            in_comment = false;
            out.push_str(after);
        } else if !line_comment.is_some_and(|mark| line.starts_with(mark)) {
            out.push_str(line);
        }
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}

/// What a lean style sheet can do without, and what is left of it.
const AIR: [(&str, &str); 8] = [
    ("\n", ""),
    (" {", "{"),
    ("{ ", "{"),
    ("; ", ";"),
    (";}", "}"),
    (" }", "}"),
    (": ", ":"),
    (", ", ","),
];

/// A lean style sheet without the white space between its parts. None of it may stand in a string.
fn tight(sheet: &str) -> String {
    AIR.iter().fold(sheet.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_authors_need_is_left_out() {
        let script = "// A comment.\n\n/** A block\n * over lines. */\n/* whole */\nfunction f() {\n  \
                      const a = \"// text\"; // stays\n  return a /* stays */;\n}\n/* before */ f();";
        assert_eq!(
            lean(script, Some("//")),
            "function f() {\nconst a = \"// text\"; // stays\nreturn a /* stays */;\n}\n f();\n"
        );
        assert_eq!(lean("a {\n  // no comment\n}\n", None), "a {\n// no comment\n}\n");
    }

    #[test]
    fn a_style_sheet_has_no_white_space_that_means_nothing() {
        let sheet = "@media (width < 4rem) {\n.a :is(b, c) { color: red; margin: 0 1px; }\n}\n";
        assert_eq!(tight(sheet), "@media (width < 4rem){.a :is(b,c){color:red;margin:0 1px}}");
        for line in include_str!("../../../static/style.css").lines() {
            for string in line.split('"').skip(1).step_by(2) {
                let air = AIR.iter().find(|(air, _)| string.contains(air));
                assert!(air.is_none(), "{air:?} in \"{string}\"");
            }
        }
    }

    #[test]
    fn no_literal_runs_over_a_line_end() {
        for text in [
            include_str!("../../../static/gallery.js"),
            include_str!("../../../static/finder.js"),
            include_str!("../../../static/style.css"),
            include_str!("../../../static/embed.css"),
        ] {
            for line in text.lines() {
                assert!(line.matches('`').count().is_multiple_of(2), "{line}");
                assert!(!line.ends_with('\\'), "{line}");
            }
        }
    }
}
