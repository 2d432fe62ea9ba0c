//! The table `claim`: a tenant or a domain is claimed at most once for each [`Kind`].

use csp_policy::boundaries::EnrollPartner;
use csp_service::{Accepted, Result};
use csp_store::{Change, Connection, Select, Statement, Tx, Word, table};

table! {
    /// A claim. `holder` is a resource name.
    pub(crate) struct ClaimRow in "claim" key [kind, value] {
        kind: Kind,
        value: String,
        holder: String,
    }
}

/// The kind of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A tenant with which a partner transacts. The claim may stand beside a customer's older claim of the
    /// same tenant.
    CspTenant,
    /// A tenant that is served as a customer.
    CustomerTenant,
    /// A customer's domain.
    Domain,
}

impl Word for Kind {
    const WORDS: &'static [(Kind, &'static str)] = &[
        (Kind::CspTenant, "CSP_TENANT"),
        (Kind::CustomerTenant, "CUSTOMER_TENANT"),
        (Kind::Domain, "DOMAIN"),
    ];
}

const OF_VALUE: Select<ClaimRow> = Select::new("SELECT * FROM claim WHERE value = $1 AND kind = $2");

const RELEASE: &str = "DELETE FROM claim WHERE holder = $1";

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&OF_VALUE, &RELEASE];

/// The holder of a claim, as a resource name; `None` for a free value.
pub(crate) async fn holder(conn: &mut Connection, kind: Kind, value: &str) -> Result<Option<String>> {
    let row = OF_VALUE.query().bind(value).bind(kind.word()).fetch_optional(conn).await?;
    Ok(row.map(|row| row.holder))
}

/// Claims the tenant of a partner account.
pub(crate) fn claim_csp_tenant(tx: &mut Tx, tenant: &str, accepted: &Accepted<EnrollPartner>) {
    claim(tx, Kind::CspTenant, tenant, accepted.permit().subject());
}

/// Claims a tenant or a domain for a customer.
pub(crate) fn claim_for_customer(tx: &mut Tx, kind: Kind, value: &str, customer: &str) {
    claim(tx, kind, value, customer);
}

/// Releases every claim that the customer holds.
pub(crate) fn release_customer(tx: &mut Tx, customer: &str) {
    tx.put(Change::new(RELEASE).bind(customer));
}

fn claim(tx: &mut Tx, kind: Kind, value: &str, holder: &str) {
    tx.put(Change::insert(&ClaimRow { kind, value: value.to_owned(), holder: holder.to_owned() }));
}
