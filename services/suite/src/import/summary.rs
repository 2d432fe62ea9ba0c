//! The summary of an import: the number of rows by file and verdict, and of refused rows by rule.

use std::collections::BTreeMap;
use std::fmt;

use super::files::FILES;
use super::send_book::{Report, Verdict};

/// Numbers of rows by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that this import stored.
    pub accepted: usize,
    /// Rows that were stored before.
    pub already_there: usize,
    /// Refused rows.
    pub refused: usize,
    /// Rows that were not sent, because they depend on a refused row.
    pub dependent: usize,
}

impl Counts {
    fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Accepted => self.accepted += 1,
            Verdict::AlreadyThere => self.already_there += 1,
            Verdict::Refused(_) => self.refused += 1,
            Verdict::DependsOnRefused(_) => self.dependent += 1,
        }
    }
}

/// The results of a book in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// All rows.
    pub total: Counts,
    /// The rows of each file, in the order of import.
    pub by_file: Vec<(&'static str, Counts)>,
    /// Refused rows by rule and reason; a row that broke several rules counts for each. The rule is empty for
    /// an error that is not a refusal by the rules.
    pub by_rule: BTreeMap<(String, String), usize>,
}

impl Summary {
    /// Counts a report.
    pub fn of(report: &Report) -> Self {
        let mut summary = Summary::default();
        for file in FILES {
            let mut counts = Counts::default();
            let rows = report.rows.iter().filter(|row| row.file == file.name);
            rows.for_each(|row| counts.add(&row.verdict));
            if counts != Counts::default() {
                summary.by_file.push((file.name, counts));
            }
        }
        for row in &report.rows {
            summary.total.add(&row.verdict);
            let Verdict::Refused(breaches) = &row.verdict else { continue };
            // Two lines of an order may break the same rule; the row counts once.
            let mut broken: Vec<_> =
                breaches.iter().map(|breach| (breach.rule.clone(), breach.reason.clone())).collect();
            broken.sort();
            broken.dedup();
            for key in broken {
                *summary.by_rule.entry(key).or_default() += 1;
            }
        }
        summary
    }

    /// Whether every row is stored.
    pub fn is_clean(&self) -> bool {
        self.total.refused == 0 && self.total.dependent == 0
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "{:<22}{:>10}{:>15}{:>9}{:>11}",
            "file", "accepted", "already there", "refused", "dependent"
        )?;
        for (name, counts) in self.by_file.iter().chain([&("total", self.total)]) {
            let Counts { accepted, already_there, refused, dependent } = counts;
            writeln!(out, "{name:<22}{accepted:>10}{already_there:>15}{refused:>9}{dependent:>11}")?;
        }
        if !self.by_rule.is_empty() {
            writeln!(out, "\nrefused rows by rule")?;
        }
        for ((rule, reason), count) in &self.by_rule {
            let rule = if rule.is_empty() { "–" } else { rule };
            writeln!(out, "{count:>8}  {rule:<8}{reason}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Breach, Outcome};

    fn played(line: u64, verdict: Verdict) -> Outcome {
        Outcome { file: "orders", line, id: format!("o{line}"), verdict }
    }

    #[test]
    fn a_row_that_breaks_a_rule_twice_counts_once() {
        let breach = Breach {
            code: "FailedPrecondition".to_owned(),
            rule: "SUB-07".to_owned(),
            reason: "OFFER_NOT_IN_COUNTRY".to_owned(),
            message: String::new(),
            remedy: String::new(),
        };
        let rows = vec![
            played(2, Verdict::Accepted),
            played(3, Verdict::Refused(vec![breach.clone(), breach])),
            played(4, Verdict::DependsOnRefused("customers/c".to_owned())),
        ];
        let summary = Summary::of(&Report { rows });
        assert_eq!(summary.total, Counts { accepted: 1, already_there: 0, refused: 1, dependent: 1 });
        assert_eq!(summary.by_rule.values().copied().collect::<Vec<_>>(), [1]);
        assert!(!summary.is_clean());
        assert!(summary.to_string().contains("SUB-07  OFFER_NOT_IN_COUNTRY"), "{summary}");
    }
}
