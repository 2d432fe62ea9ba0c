//! The list of refused rows as CSV, for the person who corrects the book.

use std::io::Write;

use super::send_book::{Report, Verdict};

const HEADER: [&str; 8] = ["file", "line", "id", "code", "rule", "reason", "message", "remedy"];
/// The reason of a row that was not sent because it depends on a refused row.
const DEPENDS_ON_REFUSED: &str = "DEPENDS_ON_REFUSED";

/// Writes the refusals as CSV: one line for each broken rule of a row, and one line for each row that depends
/// on a refused row.
///
/// # Errors
/// [`csv::Error`] when `to` cannot be written.
pub fn write_refusals(report: &Report, to: impl Write) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(HEADER)?;
    for row in &report.rows {
        let (file, line) = (format!("{}.csv", row.file), row.line.to_string());
        let mut write = |cells: [&str; 5]| {
            let place = [file.as_str(), line.as_str(), row.id.as_str()];
            writer.write_record(place.into_iter().chain(cells))
        };
        match &row.verdict {
            Verdict::Accepted | Verdict::AlreadyThere => {}
            Verdict::Refused(breaches) => {
                for breach in breaches {
                    write([&breach.code, &breach.rule, &breach.reason, &breach.message, &breach.remedy])?;
                }
            }
            Verdict::DependsOnRefused(name) => {
                let message = format!("the row depends on `{name}`, which was refused; the row was not sent");
                write(["", "", DEPENDS_ON_REFUSED, &message, "Mend that row and import again."])?;
            }
        }
    }
    writer.flush()?;
    Ok(())
}
