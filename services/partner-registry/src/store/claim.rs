//! Table `claim`: every tenant and every domain is claimed here, once a kind.

use csp_policy::boundaries::EnrollPartner;
use csp_service::Accepted;
use csp_store::{Connection, Error};
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
pub(crate) async fn claim_csp_tenant(
    conn: &mut Connection,
    accepted: &Accepted<EnrollPartner>,
    tenant: &str,
) -> Result<(), Error> {
    claim(conn, Kind::CspTenant, tenant, accepted.permit().subject()).await
}

/// Claims something for a customer.
pub(crate) async fn claim_for_customer(
    conn: &mut Connection,
    kind: Kind,
    value: &str,
    customer: &str,
) -> Result<(), Error> {
    claim(conn, kind, value, customer).await
}

/// Gives up everything that the customer holds.
pub(crate) async fn release_customer(conn: &mut Connection, customer: &str) -> Result<(), Error> {
    sqlx::query(RELEASE).bind(customer).execute(conn).await?;
    Ok(())
}

async fn claim(conn: &mut Connection, kind: Kind, value: &str, holder: &str) -> Result<(), Error> {
    sqlx::query(CLAIM).bind(kind.word()).bind(value).bind(holder).execute(conn).await?;
    Ok(())
}
