//! The table `customer_agreement`.

use csp_policy::boundaries::ConfirmCustomerAgreement;
use csp_proto::customer::v1::CustomerAgreement;
use csp_service::{Accepted, Encoded};
use csp_store::{Change, Connection, Error, Save, Select, Statement, Tx, table};
use jiff::Timestamp;

table! {
    pub(crate) struct AgreementRow in "customer_agreement" {
        /// Id of the customer.
        customer: String,
        tenant: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        /// The acceptances alone; the other fields of the message stay empty.
        acceptances: Encoded<CustomerAgreement>,
    }
}

const UPDATE: Save<AgreementRow> = Save::new(
    "UPDATE customer_agreement
        SET revision    = :revision,
            update_time = :update_time,
            acceptances = :acceptances
      WHERE customer = :customer AND revision = :revision - 1",
);

const DELETE: &str = "DELETE FROM customer_agreement WHERE customer = $1";

const OF_CUSTOMER: Select<AgreementRow> = Select::new("SELECT * FROM customer_agreement WHERE customer = $1");

/// Every SQL statement on the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&UPDATE, &DELETE, &OF_CUSTOMER];

/// Saves an agreement with an allowed acceptance.
pub(crate) fn confirm(tx: &mut Tx, row: &AgreementRow, _: &Accepted<ConfirmCustomerAgreement>) {
    save(tx, row);
}

/// Saves a changed agreement. Optimistic lock: the write loses its race unless the stored revision is the one
/// before.
pub(crate) fn save(tx: &mut Tx, row: &AgreementRow) {
    match row.revision {
        1 => tx.put(Change::insert(row)),
        _ => tx.put(UPDATE.of(row).must_meet(1)),
    }
}

/// Deletes the agreement of a customer whose creation is undone.
pub(crate) fn delete(tx: &mut Tx, customer: &str) {
    tx.put(Change::new(DELETE).bind(customer));
}

/// The agreement of the customer with this id.
pub(crate) async fn of_customer(
    conn: &mut Connection,
    customer: &str,
) -> Result<Option<AgreementRow>, Error> {
    Ok(OF_CUSTOMER.query().bind(customer).fetch_optional(conn).await?)
}
