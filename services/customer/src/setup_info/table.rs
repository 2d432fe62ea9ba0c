//! The table `setup_info`: a hash of what was shown, and nothing else.

use csp_policy::boundaries::RevealSetupInfo;
use csp_service::Accepted;
use csp_store::{Change, Statement, Tx, table};
use jiff::Timestamp;

table! {
    /// A row of the table.
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

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&DELETE];

/// Keeps the hash of what is about to be shown.
pub(crate) fn reveal(tx: &mut Tx, row: &SetupInfoRow, _: &Accepted<RevealSetupInfo>) {
    tx.put(Change::insert(row));
}

/// Makes what was shown void.
pub(crate) fn void(tx: &mut Tx, customer: &str) {
    tx.put(Change::new(DELETE).bind(customer));
}
