//! "Did you mean": the nearest known name to a misspelt one.

/// The candidate most like `given`, if any is near enough to be meant.
///
/// Jaro-Winkler favours a shared beginning, which is how people misremember names;
/// below 0.8 a suggestion is more often wrong than right.
#[must_use]
pub fn did_you_mean<'a>(
    given: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let folded = given.to_lowercase().replace('-', "_");
    candidates
        .into_iter()
        .map(|candidate| {
            let other = candidate.to_lowercase().replace('-', "_");
            (strsim::jaro_winkler(&folded, &other), candidate)
        })
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn a_slip_finds_the_name_that_was_meant() {
        let names = ["text_to_image", "edit_image", "text_to_video"];
        assert_eq!(did_you_mean("txt_to_image", names), Some("text_to_image"));
        assert_eq!(did_you_mean("text-to-image", names), Some("text_to_image"));
        assert_eq!(did_you_mean("banana", names), None);
    }
}
