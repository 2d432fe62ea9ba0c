//! The look-ups of customers for the other services. Each look-up is one statement; a look-up without keys
//! runs none.

use csp_policy::Country;
use csp_proto::customer::v1::CustomerAgreement;
use csp_proto::internal::customer::v1 as pb;
use csp_proto::r#type::v1::Cloud;
use csp_service::{Encoded, Result, Stored};
use csp_store::{Connection, Error, Select, Statement, sql, table};

use crate::agreement;
use crate::customer::name;
use crate::customer::table::State;

macro_rules! facts {
    ($condition:literal) => {
        concat!(
            "
            SELECT customer.id                 AS id,
                   customer.revision           AS revision,
                   customer.tenant             AS tenant,
                   cloud,
                   country,
                   organization,
                   company_name,
                   domain,
                   further_domains,
                   registration_id,
                   acceptances,
                   customer_agreement.revision AS agreement_revision,
                   state
              FROM customer LEFT JOIN customer_agreement ON customer_agreement.customer = customer.id
             WHERE ",
            $condition
        )
    };
}

/// Active customers, and reserved customers whose running operation has claimed the tenant and sets edges or
/// places the order.
const BY_ID: Select<FactsRow> = Select::new(facts!(
    "(state = 'ACTIVE'
              OR (state = 'RESERVED'
                  AND EXISTS (SELECT operation.id FROM operation
                               WHERE operation.id = customer.operation
                                 AND operation.state = 'RUNNING'
                                 AND operation.step IN ('ESTABLISH_EDGES', 'PLACE_ORDER'))))
               AND customer.id IN :list"
));

/// Active customers only, because `AcceptInvitation` looks up its tenant here. An edge that an acceptance set
/// on a reserved customer would keep the operation from undoing that customer.
const BY_TENANT: Select<FactsRow> = Select::new(facts!("state = 'ACTIVE' AND customer.tenant IN :list"));

/// Every SQL statement of this file.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&BY_ID, &BY_TENANT];

table! {
    /// A customer with its agreement.
    pub(crate) struct FactsRow in "customer" {
        id: String,
        revision: i64,
        tenant: String,
        cloud: Stored<Cloud>,
        country: Stored<Country>,
        organization: Option<String>,
        company_name: String,
        domain: String,
        further_domains: Stored<Vec<String>>,
        registration_id: String,
        acceptances: Option<Encoded<CustomerAgreement>>,
        agreement_revision: Option<i64>,
        state: State,
    }
}

impl FactsRow {
    /// The fact as the other services get it.
    pub(crate) fn render(self) -> pb::CustomerFacts {
        pb::CustomerFacts {
            name: name(&self.id),
            revision: self.revision,
            tenant_id: self.tenant,
            cloud: self.cloud.0.into(),
            country: self.country.0.to_string(),
            organization: self.organization.unwrap_or_default(),
            acceptances: self.acceptances.map(|stored| agreement::facts(&stored.0)).unwrap_or_default(),
            agreement_revision: self.agreement_revision.unwrap_or_default(),
            company_name: self.company_name,
            being_created: self.state == State::Reserved,
            domains: [self.domain].into_iter().chain(self.further_domains.0).collect(),
            registration_id: self.registration_id,
        }
    }
}

/// Customers with these ids, active or being created, in no particular order.
pub(crate) async fn by_id(conn: &mut Connection, ids: &[&str]) -> Result<Vec<FactsRow>, Error> {
    looked_up(conn, &BY_ID, ids).await
}

/// Active customers with these tenants, in no particular order.
pub(crate) async fn by_tenant(conn: &mut Connection, tenants: &[&str]) -> Result<Vec<FactsRow>, Error> {
    looked_up(conn, &BY_TENANT, tenants).await
}

async fn looked_up(
    conn: &mut Connection,
    question: &Select<FactsRow>,
    keys: &[&str],
) -> Result<Vec<FactsRow>, Error> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let keys = sql::padded(keys, keys.len().next_power_of_two());
    let query = question.query_list(1, keys.len());
    Ok(keys.into_iter().fold(query, |query, key| query.bind(key)).fetch_all(conn).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::table::KEYS_MAX;
    use crate::schema::MIGRATIONS;
    use csp_store::{Config, Store};

    #[tokio::test]
    async fn a_look_up_takes_no_key_one_key_or_the_maximum_number_of_keys() {
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
