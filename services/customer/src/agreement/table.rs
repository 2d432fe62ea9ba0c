//! The table `customer_agreement`.

use csp_policy::Day;
use csp_policy::boundaries::ConfirmCustomerAgreement;
use csp_proto::customer::v1::CustomerAgreementSource;
use csp_proto::r#type::v1::Contact;
use csp_service::{Accepted, Encoded, Stored};
use csp_store::{Change, Connection, Error, Select, Statement, Tx, table};
use jiff::Timestamp;

table! {
    pub(crate) struct AgreementRow in "customer_agreement" {
        /// Id of the customer.
        customer: String,
        tenant: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        source: Stored<CustomerAgreementSource>,
        attester: Option<String>,
        signer: Encoded<Contact>,
        accept_date: Day,
        evidence_source: Option<String>,
    }
}

const DELETE: &str = "DELETE FROM customer_agreement WHERE customer = $1";

const OF_CUSTOMER: Select<AgreementRow> = Select::new("SELECT * FROM customer_agreement WHERE customer = $1");

/// Every SQL statement on the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&DELETE, &OF_CUSTOMER];

/// Adds an allowed acceptance. The key limits each customer to one.
pub(crate) fn confirm(tx: &mut Tx, row: &AgreementRow, _: &Accepted<ConfirmCustomerAgreement>) {
    tx.put(Change::insert(row));
}

/// Deletes the acceptance of a customer whose creation is undone.
pub(crate) fn delete(tx: &mut Tx, customer: &str) {
    tx.put(Change::new(DELETE).bind(customer));
}

/// The acceptance of the customer with this id.
pub(crate) async fn of_customer(
    conn: &mut Connection,
    customer: &str,
) -> Result<Option<AgreementRow>, Error> {
    Ok(OF_CUSTOMER.query().bind(customer).fetch_optional(conn).await?)
}
