//! Every statement of the service's tables, in one list.

use crate::{agreement, creation, customer, setup_info};

/// Every statement of the service's tables, as the database gets it: for the test that prepares each.
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
