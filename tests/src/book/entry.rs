//! A row of the book, and what should come of it.

use std::collections::HashSet;
use std::fmt;

/// What should come of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    /// It breaks nothing.
    Accepted,
    /// It breaks these: `RULE:REASON`, with `-` for an error of the protocol.
    Refused(Vec<&'static str>),
    /// It names a row that is refused.
    DependsOnRefused,
}

impl fmt::Display for Label {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Label::Accepted => out.write_str("accepted"),
            Label::Refused(breaches) => write!(out, "refused:{}", breaches.join(" ")),
            Label::DependsOnRefused => out.write_str("depends-on-refused"),
        }
    }
}

/// A row of the book.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its file, without `.csv`.
    pub file: &'static str,
    /// What it is known by within its file.
    pub id: String,
    /// Its cells by column; a column that is not there is empty.
    pub cells: Vec<(&'static str, String)>,
    /// What it names, as `file/id`.
    pub names: Vec<String>,
    /// What others name it by, as `file/id`.
    pub named: String,
    /// What should come of it.
    pub label: Label,
}

impl Entry {
    /// Sets a cell.
    pub(crate) fn set(&mut self, column: &'static str, value: impl Into<String>) {
        let value = value.into();
        match self.cells.iter_mut().find(|(name, _)| *name == column) {
            Some(cell) => cell.1 = value,
            None => self.cells.push((column, value)),
        }
    }
}

/// The entries in the order of import, those labelled that name a refused one.
pub(crate) fn with_dependents(entries: Vec<Entry>) -> Vec<Entry> {
    let mut sorted = Vec::new();
    let mut missing: HashSet<String> = HashSet::new();
    for file in super::write::FILES {
        let mut rows: Vec<Entry> = entries.iter().filter(|entry| entry.file == file.0).cloned().collect();
        for row in &mut rows {
            if row.names.iter().any(|name| missing.contains(name)) {
                row.label = Label::DependsOnRefused;
            }
        }
        let (there, absent): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.label == Label::Accepted);
        missing.extend(absent.iter().map(|row| row.named.clone()));
        for row in there {
            missing.remove(&row.named);
        }
        sorted.append(&mut rows);
    }
    sorted
}
