//! Reading signatures.

use csp_service::Result;
use csp_store::Connection;

use super::{Agreement, table};

/// The signatures of the company named `organization`, oldest first.
pub(crate) async fn of_organization(conn: &mut Connection, organization: &str) -> Result<Vec<Agreement>> {
    let rows = table::of_organization(conn, organization).await?;
    Ok(rows.into_iter().map(Agreement::from).collect())
}
