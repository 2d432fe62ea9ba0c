//! Writes and reads the files of a book.

use std::fs;
use std::io;
use std::path::Path;

use super::entry::Entry;

/// Every file with its columns, in the order of import.
pub(crate) const FILES: [(&str, &[&str]); 12] = [
    ("organizations", &["organization_id", "legal_name", "country"]),
    ("affiliations", &["organization", "group", "since"]),
    (
        "partners",
        &[
            "partner_id",
            "organization",
            "tenant",
            "kind",
            "legal_name",
            "country",
            "street",
            "city",
            "contact_first_name",
            "contact_last_name",
            "contact_email",
            "support_email",
            "cloud",
            "capabilities",
            "registration_id",
            "registration_id_is_not_personal",
            "standing",
            "date",
            "source",
        ],
    ),
    ("mpn_ids", &["number", "organization", "kind", "country", "active", "partner"]),
    ("partner_agreements", &["partner", "text_version", "signer_name", "date", "source"]),
    ("users", &["user_id", "partner", "subject", "display_name", "email", "roles"]),
    ("partnerships", &["partnership_id", "provider", "reseller", "provider_admin_access", "date", "source"]),
    (
        "customers",
        &[
            "customer_id",
            "seller",
            "reseller",
            "tenant",
            "domain",
            "country",
            "cloud",
            "company_name",
            "organization",
            "registration_id",
            "registration_id_is_not_personal",
            "street",
            "city",
            "billing_email",
            "date",
            "source",
        ],
    ),
    (
        "customer_agreements",
        &["customer", "signer_first_name", "signer_last_name", "signer_email", "date", "source"],
    ),
    (
        "offers",
        &[
            "offer_id",
            "display_name",
            "publisher",
            "party",
            "countries",
            "unit",
            "seat_min",
            "seat_max",
            "customer_seats_max",
            "prerequisites",
            "plans",
            "currency",
            "list_price",
        ],
    ),
    (
        "subscriptions",
        &[
            "subscription_id",
            "seller",
            "customer",
            "reseller_mpn_id",
            "offer",
            "quantity",
            "unit_price",
            "currency",
            "auto_renew",
            "date",
            "source",
        ],
    ),
    ("orders", &["order_id", "seller", "customer", "reseller_mpn_id", "attested_capacity", "lines"]),
];

pub(crate) fn files(entries: &[Entry], folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (file, columns) in FILES {
        let mut writer = csv::Writer::from_path(folder.join(format!("{file}.csv")))?;
        writer.write_record(columns)?;
        for entry in entries.iter().filter(|entry| entry.file == file) {
            let cell = |column: &&str| {
                entry.cells.iter().find(|(name, _)| name == column).map_or("", |(_, value)| value.as_str())
            };
            writer.write_record(columns.iter().map(cell))?;
        }
        writer.flush()?;
    }
    Ok(())
}

pub(crate) fn verdicts(entries: &[Entry], path: &Path) -> io::Result<()> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(["file", "id", "expected"])?;
    for entry in entries {
        writer.write_record([entry.file, &entry.id, &entry.label.to_string()])?;
    }
    writer.flush()
}

/// Reads the expected verdicts that [`super::GeneratedBook::write_expected`] wrote: file, id, verdict.
///
/// # Errors
/// When the file cannot be read.
pub fn expected(path: &Path) -> io::Result<Vec<(String, String, String)>> {
    let mut reader = csv::Reader::from_path(path)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        rows.push((record[0].to_owned(), record[1].to_owned(), record[2].to_owned()));
    }
    Ok(rows)
}
