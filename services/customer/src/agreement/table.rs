//! Rows of customers' agreements.

use csp_policy::boundaries::ConfirmCustomerAgreement;
use csp_service::Accepted;
use csp_store::{Change, Connection, Error, Tx};

/// An acceptance as the database has it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct AgreementRow {
    pub(crate) id: String,
    pub(crate) tenant: String,
    /// Id of the customer.
    pub(crate) customer: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) source: String,
    pub(crate) attester: Option<String>,
    /// A contact of the contract, encoded.
    pub(crate) signer: Vec<u8>,
    pub(crate) accept_date: String,
    pub(crate) evidence_source: Option<String>,
}

macro_rules! columns {
    () => {
        "id, tenant, customer, revision, create_time, update_time, source, attester, signer, accept_date, \
         evidence_source"
    };
}

const INSERT: &str = concat!(
    "INSERT INTO customer_agreement (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
);
const DELETE: &str = "DELETE FROM customer_agreement WHERE customer = $1";
const OF_CUSTOMER: &str = concat!("SELECT ", columns!(), " FROM customer_agreement WHERE customer = $1");

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[INSERT, DELETE, OF_CUSTOMER];

/// Adds an acceptance that is allowed; a customer has one.
pub(crate) fn confirm(tx: &mut Tx, _allowed: &Accepted<ConfirmCustomerAgreement>, row: &AgreementRow) {
    tx.put(
        Change::new(INSERT)
            .bind(row.id.as_str())
            .bind(row.tenant.as_str())
            .bind(row.customer.as_str())
            .bind(row.revision)
            .bind(row.create_time)
            .bind(row.update_time)
            .bind(row.source.as_str())
            .bind(row.attester.as_deref())
            .bind(row.signer.as_slice())
            .bind(row.accept_date.as_str())
            .bind(row.evidence_source.as_deref()),
    );
}

/// Takes back the acceptance of a customer that will not be.
pub(crate) fn delete(tx: &mut Tx, customer: &str) {
    tx.put(Change::new(DELETE).bind(customer));
}

/// The acceptance of the customer with this id.
pub(crate) async fn of_customer(
    conn: &mut Connection,
    customer: &str,
) -> Result<Option<AgreementRow>, Error> {
    Ok(sqlx::query_as(OF_CUSTOMER).bind(customer).fetch_optional(conn).await?)
}
