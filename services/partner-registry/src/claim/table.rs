//! Table `claim`: every tenant and every domain is claimed here, once a kind.

use csp_policy::boundaries::EnrollPartner;
use csp_service::Accepted;
use csp_store::{Change, Connection, Error, Tx};
use sqlx::Row as _;

const HOLDER: &str = "SELECT holder FROM claim WHERE value = $1 AND kind = $2";
const CLAIM: &str = "INSERT INTO claim (kind, value, holder) VALUES ($1, $2, $3)";
const RELEASE: &str = "DELETE FROM claim WHERE holder = $1";

/// What is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A tenant with which a partner transacts. It may stand beside a customer's older claim.
    CspTenant,
    /// A tenant that is served as a customer.
    CustomerTenant,
    /// A customer's domain.
    Domain,
}

impl Kind {
    /// The word that the table has.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::CspTenant => "CSP_TENANT",
            Kind::CustomerTenant => "CUSTOMER_TENANT",
            Kind::Domain => "DOMAIN",
        }
    }
}

/// Who claimed the value: a resource name.
pub(crate) async fn holder(conn: &mut Connection, kind: Kind, value: &str) -> Result<Option<String>, Error> {
    let row = sqlx::query(HOLDER).bind(value).bind(kind.word()).fetch_optional(conn).await?;
    Ok(row.map(|row| row.try_get("holder")).transpose()?)
}

/// Claims the tenant of a partner account.
pub(crate) fn claim_csp_tenant(tx: &mut Tx, accepted: &Accepted<EnrollPartner>, tenant: &str) {
    claim(tx, Kind::CspTenant, tenant, accepted.permit().subject());
}

/// Claims something for a customer.
pub(crate) fn claim_for_customer(tx: &mut Tx, kind: Kind, value: &str, customer: &str) {
    claim(tx, kind, value, customer);
}

/// Gives up everything that the customer holds.
pub(crate) fn release_customer(tx: &mut Tx, customer: &str) {
    tx.put(Change::new(RELEASE).bind(customer));
}

fn claim(tx: &mut Tx, kind: Kind, value: &str, holder: &str) {
    tx.put(Change::new(CLAIM).bind(kind.word()).bind(value).bind(holder));
}
