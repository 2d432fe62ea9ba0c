//! The table `setup_info`: the salted hash of a customer's shown password, never the password itself.

use csp_policy::boundaries::RevealSetupInfo;
use csp_service::Accepted;
use csp_store::{Change, Statement, Tx, table};
use jiff::Timestamp;

table! {
    pub(crate) struct SetupInfoRow in "setup_info" {
        /// Id of the customer.
        customer: String,
        tenant: String,
        reveal_time: Timestamp,
        salt: Vec<u8>,
        password_hash: Vec<u8>,
    }
}

const DELETE: &str = "DELETE FROM setup_info WHERE customer = $1";

/// Every SQL statement on the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&DELETE];

/// Stores the hash of the password that is about to be shown.
pub(crate) fn reveal(tx: &mut Tx, row: &SetupInfoRow, _: &Accepted<RevealSetupInfo>) {
    tx.put(Change::insert(row));
}

/// Deletes the hash of a password that is made void.
pub(crate) fn void(tx: &mut Tx, customer: &str) {
    tx.put(Change::new(DELETE).bind(customer));
}
