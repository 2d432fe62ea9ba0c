//! Writes a generated book, imports it, and compares the verdicts on its rows with the expected ones.

use std::collections::BTreeMap;

use csp_suite::import::{self, Outcome, Report, Verdict};
use csp_tests::Running;
use csp_tests::book::{GeneratedBook, Label, Size};

/// Maximum number of mismatches that a failure shows.
const SHOWN_MAX: usize = 40;

/// Verdicts, found or expected, by file and id of the row.
pub(crate) type Verdicts = BTreeMap<(String, String), String>;

/// A generated book and the folder of its files.
pub(crate) struct Written {
    pub(crate) book: GeneratedBook,
    pub(crate) folder: tempfile::TempDir,
}

/// Generates a book of that size and writes its files into a temporary folder.
pub(crate) fn written(size: Size) -> Written {
    let book = GeneratedBook::generate(size, 7);
    let folder = tempfile::tempdir().unwrap();
    book.write(folder.path()).unwrap();
    Written { book, folder }
}

impl Written {
    /// The book as the import reads it from the files.
    pub(crate) fn read(&self) -> import::ImportedBook {
        import::read(self.folder.path()).unwrap_or_else(|flaws| panic!("{flaws}"))
    }

    /// Imports the whole book into the suite.
    pub(crate) async fn play(&self, suite: &Running) -> Report {
        import::send_book(self.read(), suite.channel(), |_| {}).await.unwrap()
    }

    /// The expected verdicts of a first import.
    pub(crate) fn expected(&self) -> Verdicts {
        let verdict = |label: &Label| match label {
            Label::Refused(breaches) => {
                let mut breaches = breaches.clone();
                breaches.sort_unstable();
                format!("refused:{}", breaches.join(" "))
            }
            other => other.to_string(),
        };
        let key = |file: &str, id: &str| (file.to_owned(), id.to_owned());
        self.book.entries().iter().map(|row| (key(row.file, &row.id), verdict(&row.label))).collect()
    }

    /// The expected verdicts of a repeated import: every accepted row is stored already.
    pub(crate) fn expected_again(&self) -> Verdicts {
        let again =
            |verdict: String| if verdict == "accepted" { "already there".to_owned() } else { verdict };
        self.expected().into_iter().map(|(key, verdict)| (key, again(verdict))).collect()
    }
}

/// The verdict on each row, written like a [`Label`].
pub(crate) fn verdicts(report: &Report) -> Verdicts {
    report.rows.iter().map(|row| ((row.file.to_owned(), row.id.clone()), verdict(row))).collect()
}

fn verdict(row: &Outcome) -> String {
    match &row.verdict {
        Verdict::Accepted => "accepted".to_owned(),
        Verdict::AlreadyThere => "already there".to_owned(),
        Verdict::DependsOnRefused(_) => "depends-on-refused".to_owned(),
        Verdict::Refused(breaches) => {
            let rule = |rule: &str| if rule.is_empty() { "-".to_owned() } else { rule.to_owned() };
            let mut broken: Vec<_> =
                breaches.iter().map(|breach| format!("{}:{}", rule(&breach.rule), breach.reason)).collect();
            broken.sort();
            broken.dedup();
            format!("refused:{}", broken.join(" "))
        }
    }
}

/// Every row must have the expected verdict.
#[track_caller]
pub(crate) fn must_match(found: &Verdicts, expected: &Verdicts) {
    let wrong: Vec<String> = expected
        .iter()
        .filter(|(key, verdict)| found.get(*key) != Some(*verdict))
        .map(|(key, verdict)| format!("{key:?}: expected {verdict}, found {:?}", found.get(key)))
        .collect();
    let shown = wrong.iter().take(SHOWN_MAX).cloned().collect::<Vec<_>>().join("\n");
    assert!(
        wrong.is_empty(),
        "{} of {} rows have an unexpected verdict:\n{shown}",
        wrong.len(),
        expected.len()
    );
    assert_eq!(found.len(), expected.len());
}
