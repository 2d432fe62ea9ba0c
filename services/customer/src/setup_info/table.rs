//! Rows of setup information: a hash of what was shown, and nothing else.

use csp_policy::boundaries::RevealSetupInfo;
use csp_service::Accepted;
use csp_store::{Change, Tx};

/// What is kept of setup information that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SetupInfoRow {
    /// Id of the customer.
    pub(crate) customer: String,
    pub(crate) tenant: String,
    pub(crate) reveal_time: i64,
    pub(crate) salt: Vec<u8>,
    pub(crate) password_hash: Vec<u8>,
}

const INSERT: &str = "INSERT INTO setup_info (customer, tenant, reveal_time, salt, password_hash) \
     VALUES ($1, $2, $3, $4, $5)";
const DELETE: &str = "DELETE FROM setup_info WHERE customer = $1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[INSERT, DELETE];

/// Keeps the hash of what is about to be shown.
pub(crate) fn reveal(tx: &mut Tx, _allowed: &Accepted<RevealSetupInfo>, row: &SetupInfoRow) {
    tx.put(
        Change::new(INSERT)
            .bind(row.customer.as_str())
            .bind(row.tenant.as_str())
            .bind(row.reveal_time)
            .bind(row.salt.as_slice())
            .bind(row.password_hash.as_slice()),
    );
}

/// Makes what was shown void.
pub(crate) fn void(tx: &mut Tx, customer: &str) {
    tx.put(Change::new(DELETE).bind(customer));
}
