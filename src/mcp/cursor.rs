//! Where a list goes on: opaque to whoever gets it, a page's number to us.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Tells our cursors from other texts, and from those of another form some day.
const MARK: &str = "page-";

/// Writes the cursor that leads to a page.
pub(super) fn write(page: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("{MARK}{page}"))
}

/// The page a cursor leads to; none where it is none of ours.
pub(super) fn read(cursor: &str) -> Option<usize> {
    // What is longer is no page's.
    if cursor.len() > 40 {
        return None;
    }
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let page: usize = text.strip_prefix(MARK)?.parse().ok()?;
    // Of each page there is one cursor.
    (page > 0 && write(page) == cursor).then_some(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_to_the_page_it_was_written_for() {
        for page in [1, 2, 100, usize::MAX] {
            assert_eq!(read(&write(page)), Some(page));
        }
        let long = "cGFnZS0x".repeat(20);
        for other in ["", "2", "page-2", "cGFnZS0", "cGFnZS0w", "cGFnZS0rMQ", "…", long.as_str()]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
