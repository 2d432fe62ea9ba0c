//! Rows of setup information: a hash of what was shown, and nothing else.

use csp_policy::boundaries::RevealSetupInfo;
use csp_service::Accepted;
use csp_store::{Connection, Error};

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
pub(crate) async fn reveal(
    conn: &mut Connection,
    _allowed: &Accepted<RevealSetupInfo>,
    row: &SetupInfoRow,
) -> Result<(), Error> {
    sqlx::query(INSERT)
        .bind(row.customer.as_str())
        .bind(row.tenant.as_str())
        .bind(row.reveal_time)
        .bind(row.salt.as_slice())
        .bind(row.password_hash.as_slice())
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes what was shown void.
pub(crate) async fn void(conn: &mut Connection, customer: &str) -> Result<(), Error> {
    sqlx::query(DELETE).bind(customer).execute(conn).await?;
    Ok(())
}
