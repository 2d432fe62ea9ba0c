//! The facts that every act carries: instant, day, subject, revisions.

use crate::{Day, Instant};

/// The facts that every act carries, at every boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// The instant at which the act is judged. Windows and expiries are judged at this instant, and the
    /// decision bears it.
    pub at: Instant,
    /// The day for which the act is judged, UTC: the day of `at`, or an earlier day for an established fact
    /// that is recorded.
    pub day: Day,
    /// Name of the resource that the act would create or change. [`UNNAMED`] is the id of a resource that
    /// the act would create without an id chosen by the caller: a refusal names no resource that is not
    /// there.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
}

/// The id, in the name of a subject, of a resource that has no id yet. No resource has this id.
pub const UNNAMED: &str = "-";

impl Act {
    /// The subject in a message: its name, or, for a subject without an id, `written`, by which the caller
    /// knows it.
    pub fn told<'a>(&'a self, written: &'a str) -> &'a str {
        if is_unnamed(&self.subject) { written } else { &self.subject }
    }

    /// Whether the act may create or change the resource `name`: the subject, or, where the subject has no id
    /// yet, any resource of its collection.
    pub fn is_about(&self, name: &str) -> bool {
        let (mut subject, mut named) = (self.subject.split('/'), name.split('/'));
        let fit = std::iter::zip(&mut subject, &mut named).all(|(part, of)| part == of || part == UNNAMED);
        fit && subject.next().is_none() && named.next().is_none()
    }
}

/// Whether the name is that of a resource that has no id yet.
pub fn is_unnamed(name: &str) -> bool {
    name.split('/').any(|part| part == UNNAMED)
}

/// A resource that a decision depends on, with the revision at which it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Resource name, for example `partners/contoso`.
    pub resource: String,
    /// Revision of that resource when its facts were read; 0 when it did not exist.
    pub revision: i64,
    /// Whether the facts are those of the act's day. False for facts that are known of the present only: an
    /// act about an earlier day is judged by the present ones.
    pub dated: bool,
}

impl Revision {
    /// A resource of which only the present facts are known.
    pub fn undated(resource: impl Into<String>, revision: i64) -> Self {
        Revision { resource: resource.into(), revision, dated: false }
    }

    /// A resource whose facts are those of the act's day.
    pub fn dated(resource: impl Into<String>, revision: i64) -> Self {
        Revision { dated: true, ..Revision::undated(resource, revision) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(subject: &str) -> Act {
        let (at, day) = (Instant::UNIX_EPOCH, Day::constant(1970, 1, 1));
        Act { at, day, subject: subject.to_owned(), revisions: Vec::new() }
    }

    #[test]
    fn a_subject_without_an_id_stands_for_any_resource_of_its_collection_and_no_other() {
        for (subject, name, expected) in [
            ("customers/a", "customers/a", true),
            ("customers/a", "customers/b", false),
            ("customers/-", "customers/b", true),
            ("customers/-", "partners/b", false),
            ("customers/-", "customers/b/orders/c", false),
            ("customers/a/orders/-", "customers/a/orders/c", true),
            ("customers/a/orders/-", "customers/b/orders/c", false),
            ("customers/a/orders/-", "customers/a", false),
            ("customers/-/agreement", "customers/a/agreement", true),
        ] {
            assert_eq!(about(subject).is_about(name), expected, "{subject} {name}");
        }
    }

    #[test]
    fn a_subject_without_an_id_is_told_by_what_the_caller_wrote() {
        assert_eq!(about("customers/-").told("tailspin.example"), "tailspin.example");
        assert_eq!(about("customers/tailspin").told("tailspin.example"), "customers/tailspin");
    }
}
