//! Turns the cells of a row into the call that imports the row.

mod customers;
mod partnerships;
mod registry;
mod row;
mod subscriptions;

use super::cells::Cells;
pub(crate) use row::{Action, Row};

/// The row of `file` in these cells, which begins on `line`; `None` when a book has no such file.
pub(crate) fn of(file: &str, cells: &mut Cells<'_>, line: u64) -> Option<Row> {
    let row = match file {
        "organizations" => registry::organization(cells),
        "affiliations" => registry::affiliation(cells),
        "partners" => registry::partner(cells),
        "mpn_ids" => registry::mpn_id(cells),
        "partner_agreements" => registry::partner_agreement(cells),
        "users" => registry::user(cells),
        "partnerships" => partnerships::partnership(cells),
        "customers" => customers::customer(cells),
        "customer_agreements" => customers::customer_agreement(cells),
        "offers" => subscriptions::offer(cells),
        "subscriptions" => subscriptions::subscription(cells),
        "orders" => subscriptions::order(cells),
        _ => return None,
    };
    Some(Row { line, ..row })
}
