//! What other services ask about customers: each question one statement, and none without keys.

use csp_store::{Connection, Error, sql};

macro_rules! facts {
    () => {
        "SELECT customer.id AS id, customer.revision AS revision, customer.tenant AS tenant, cloud, country, \
         COALESCE(organization, '') AS organization, company_name, COALESCE(accept_date, '') AS agreement_date, \
         CAST(COALESCE(customer_agreement.revision, 0) AS BIGINT) AS agreement_revision, state FROM customer \
         LEFT JOIN customer_agreement ON customer_agreement.customer = customer.id WHERE "
    };
}

/// What exists, and what a running operation is about to create.
const BY_ID: &str = concat!(
    facts!(),
    "(state = 'ACTIVE' OR (state = 'RESERVED' AND EXISTS (SELECT operation.id FROM operation \
     WHERE operation.id = customer.operation AND operation.state = 'RUNNING' \
     AND operation.step IN ('ESTABLISH_EDGES', 'PLACE_ORDER')))) AND customer.id IN"
);
/// An invitation is accepted by tenant: an edge from it would keep a creation under way from being taken back.
const BY_TENANT: &str = concat!(facts!(), "state = 'ACTIVE' AND customer.tenant IN");

/// A customer with its agreement.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct FactsRow {
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) tenant: String,
    pub(crate) cloud: String,
    pub(crate) country: String,
    /// Empty when nothing was declared.
    pub(crate) organization: String,
    pub(crate) company_name: String,
    /// Empty before it is accepted.
    pub(crate) agreement_date: String,
    pub(crate) agreement_revision: i64,
    pub(crate) state: String,
}

/// The customers with these ids, in no order.
pub(crate) async fn by_id(conn: &mut Connection, ids: &[&str]) -> Result<Vec<FactsRow>, Error> {
    looked_up(conn, BY_ID, ids).await
}

/// Existing customers with these tenants, in no order.
pub(crate) async fn by_tenant(conn: &mut Connection, tenants: &[&str]) -> Result<Vec<FactsRow>, Error> {
    looked_up(conn, BY_TENANT, tenants).await
}

async fn looked_up(conn: &mut Connection, head: &'static str, keys: &[&str]) -> Result<Vec<FactsRow>, Error> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let keys = sql::padded(keys, keys.len().next_power_of_two());
    let query = sqlx::query_as(sql::list(head, 1, keys.len(), ""));
    Ok(keys.iter().fold(query, |query, key| query.bind(*key)).fetch_all(conn).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{KEYS_MAX, MIGRATIONS};
    use csp_store::{Config, Store};

    #[tokio::test]
    async fn every_number_of_keys_fits_the_schema() {
        let folder = tempfile::tempdir().unwrap();
        let store =
            Store::open(Config::sqlite(folder.path().join("c.db")), crate::NAME, MIGRATIONS).await.unwrap();
        let mut reader = store.read_once().await.unwrap();
        for keys in [vec![], vec!["tailspin"], vec!["nobody"; KEYS_MAX]] {
            assert_eq!(by_id(&mut reader, &keys).await.unwrap(), []);
            assert_eq!(by_tenant(&mut reader, &keys).await.unwrap(), []);
        }
    }
}
