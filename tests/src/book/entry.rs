//! A row of the book, with its expected verdict.

use std::collections::HashSet;
use std::fmt;

/// The expected verdict of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    /// The row breaks nothing.
    Accepted,
    /// The row breaks these rules, each as `RULE:REASON`. `-` stands for the rule in an error of the
    /// protocol.
    Refused(Vec<&'static str>),
    /// The row refers to a row that is refused.
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
    /// Name of the file, without `.csv`.
    pub file: &'static str,
    /// Identifies the row within its file.
    pub id: String,
    /// Cells by column. The cell of a missing column is empty.
    pub cells: Vec<(&'static str, String)>,
    /// The rows that this row refers to, each as `file/id`.
    pub names: Vec<String>,
    /// How other rows refer to this row, as `file/id`.
    pub named: String,
    /// The expected verdict.
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

/// Sorts the entries in the order of import, and labels those that refer to a refused entry.
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
