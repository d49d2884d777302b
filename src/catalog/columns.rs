//! How wide a text is where letters stand in columns.

/// The columns a text takes: East Asian wide characters and pictographs take two (Unicode
/// Standard Annex #11), everything else one, as formatters of code count them.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// Whether a text takes at most so many columns; no more of it is read than that takes.
#[must_use]
pub fn fits(text: &str, most: usize) -> bool {
    let mut columns = 0;
    text.chars().all(|character| {
        columns += columns_of(character);
        columns <= most
    })
}

/// The columns one character takes.
#[must_use]
pub(super) fn columns_of(character: char) -> usize {
    match character {
        // Nearly every character of an English text.
        '\0'..='\u{10ff}' => 1,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}
