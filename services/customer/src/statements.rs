//! The list of every SQL statement on the service's tables.

use crate::{agreement, creation, customer, setup_info};

/// Every SQL statement on the service's tables, as the database gets it. A test prepares each one.
pub fn statements() -> Vec<String> {
    let tables = [
        customer::table::STATEMENTS,
        customer::facts::STATEMENTS,
        agreement::table::STATEMENTS,
        setup_info::table::STATEMENTS,
        creation::table::STATEMENTS,
    ];
    tables.concat().iter().map(|statement| statement.sql()).collect()
}
