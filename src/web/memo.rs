//! What pages say whatever prompt they show: made once, and kept until the content changes.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use crate::catalog::{Locale, Reference};

/// Something made of everything but the prompts, in every language. Of the last content only: a
/// page of an older one makes its own.
#[derive(Debug)]
pub(super) struct Memo<T>(ArcSwapOption<Kept<T>>);

#[derive(Debug)]
struct Kept<T> {
    /// Held, so that no other content can ever have its address.
    reference: Arc<Reference>,
    made: [Arc<T>; Locale::ALL.len()],
}

impl<T> Memo<T> {
    /// Nothing is made yet.
    pub(super) fn new() -> Self {
        Self(ArcSwapOption::empty())
    }

    /// What `make` makes of this content in a language.
    pub(super) fn get(
        &self,
        reference: &Arc<Reference>,
        locale: Locale,
        make: impl Fn(&Reference, Locale) -> T,
    ) -> Arc<T> {
        let kept = self.0.load();
        let kept = kept.as_ref().filter(|kept| Arc::ptr_eq(&kept.reference, reference));
        let at = Locale::ALL.iter().position(|other| *other == locale);
        if let Some(made) = kept.and_then(|kept| kept.made.get(at?)) {
            return Arc::clone(made);
        }
        let made = Locale::ALL.map(|locale| Arc::new(make(reference, locale)));
        let wanted = at.and_then(|at| made.get(at)).cloned();
        self.0.store(Some(Arc::new(Kept { reference: Arc::clone(reference), made })));
        wanted.unwrap_or_else(|| Arc::new(make(reference, locale)))
    }
}
