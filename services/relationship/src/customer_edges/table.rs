//! Queries on edges of both kinds for the other services, one statement each.

use csp_policy::Day;
use csp_service::{Result, wire};
use csp_store::{Connection, Select, Statement, Word, sql, table};
use sqlx::{AssertSqlSafe, FromRow as _, Row as _};

use crate::reseller_relationship::table::ResellerRelationshipRow;

/// Maximum number of relationships of one tenant with one customer that a query returns.
pub(crate) const OWN_RELATIONSHIPS_MAX: i64 = 100;

table! {
    /// One edge between the queried parties. Of several edges of one kind, this is the one in force on the
    /// queried day, otherwise the newest that had begun by then, otherwise the present one: the active edge,
    /// or the newest without an active one.
    pub(crate) struct EdgeRow in "edges" key [kind, id] {
        kind: EdgeKind,
        id: String,
        revision: i64,
        state: EdgeState,
        admin_access: bool,
        /// Of a partnership the reseller, of a relationship the partner that serves the customer.
        partner: String,
        /// Empty for a relationship through no provider.
        provider: String,
        /// Whether the edge had begun by the queried day. False for a query about the present.
        dated: bool,
        /// Whether the edge had ended by the queried day; an end belongs to the time after the edge.
        ended: bool,
    }
}

table! {
    /// A customer that a partner serves or served.
    pub(crate) struct ServedRow in "reseller_relationship" {
        customer: String,
        /// Whether no relationship of the partner with the customer is active.
        past: bool,
    }
}

impl EdgeRow {
    /// Whether the edge was in force on the queried day; of an edge that begins later, whether it is in force
    /// at present.
    pub(crate) fn is_active(&self) -> bool {
        if self.dated { !self.ended } else { self.state == EdgeState::Active }
    }
}

/// The kind of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EdgeKind {
    /// The partnership of provider and reseller.
    Partnership,
    /// The partnership by which the customer's tenant is the provider's reseller.
    TenantPartnership,
    /// A reseller relationship with the customer.
    Relationship,
}

impl Word for EdgeKind {
    const WORDS: &'static [(EdgeKind, &'static str)] = &[
        (EdgeKind::Partnership, "PARTNERSHIP"),
        (EdgeKind::TenantPartnership, "TENANT_PARTNERSHIP"),
        (EdgeKind::Relationship, "RELATIONSHIP"),
    ];
}

/// The state of an edge of any kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EdgeState {
    Pending,
    Active,
    Declined,
    Withdrawn,
    Expired,
    Removed,
    Ended,
}

impl Word for EdgeState {
    const WORDS: &'static [(EdgeState, &'static str)] = &[
        (EdgeState::Pending, "PENDING"),
        (EdgeState::Active, "ACTIVE"),
        (EdgeState::Declined, "DECLINED"),
        (EdgeState::Withdrawn, "WITHDRAWN"),
        (EdgeState::Expired, "EXPIRED"),
        (EdgeState::Removed, "REMOVED"),
        (EdgeState::Ended, "ENDED"),
    ];
}

/// Whether an edge had begun by day `$4`, and whether it had ended by then. `$5` is the first instant after
/// that day, in microseconds UTC. A recorded edge began on the day of its evidence. For the present `$4` is
/// empty and `$5` is 0: nothing had begun by then.
macro_rules! on_day {
    ($start:literal, $end:literal) => {
        concat!(
            "CAST(CASE WHEN COALESCE(evidence_date <= $4, ",
            $start,
            " < $5) THEN 1 ELSE 0 END AS BIGINT) AS dated, CAST(CASE WHEN ",
            $end,
            " < $5 THEN 1 ELSE 0 END AS BIGINT) AS ended"
        )
    };
}

/// The order in which the edges of two parties answer for a day: in force on it, begun before it, active at
/// present, newest.
macro_rules! first {
    () => {
        "dated DESC, ended, CASE state WHEN 'ACTIVE' THEN 0 ELSE 1 END, create_time DESC, id DESC"
    };
}

/// Relationships of the condition, with the columns of an [`EdgeRow`] and their time of creation.
macro_rules! relationships {
    ($condition:literal) => {
        concat!(
            "SELECT 'RELATIONSHIP' AS kind, id, revision, state, CAST(0 AS BIGINT) AS admin_access, partner, \
             provider, create_time, ",
            on_day!("create_time", "end_time"),
            " FROM reseller_relationship WHERE ",
            $condition
        )
    };
}

/// The active partnership by which tenant `$3` is the reseller of provider `$1`, whatever the day.
macro_rules! of_tenant {
    () => {
        "
    SELECT kind, id, revision, state, admin_access, partner, provider, dated, ended
      FROM (SELECT 'TENANT_PARTNERSHIP' AS kind, id, revision, state, admin_access, reseller AS partner, provider,
                   CAST(0 AS BIGINT) AS dated, CAST(0 AS BIGINT) AS ended
              FROM partnership
             WHERE provider = $1 AND reseller_tenant = $3 AND state = 'ACTIVE'
             ORDER BY id LIMIT 1) AS of_tenant"
    };
}

/// Edges between provider `$1` and customer `$2` with tenant `$3` on day `$4`, for a query that names no
/// reseller.
const EDGES_OF_PROVIDER: Select<EdgeRow> = Select::new(concat!(
    of_tenant!(),
    "
    UNION ALL
    SELECT kind, id, revision, state, admin_access, partner, provider, dated, ended
      FROM (",
    relationships!("customer = $2 AND partner = $1 AND provider = ''"),
    " ORDER BY ",
    first!(),
    " LIMIT 1) AS of_provider",
));

/// Edges between provider `$1`, reseller `$6` and customer `$2` with tenant `$3` on day `$4`. One index scan
/// over the customer's relationships finds the relationships of both partners, own and joint.
const EDGES: Select<EdgeRow> = Select::new(concat!(
    of_tenant!(),
    "
    UNION ALL
    SELECT kind, id, revision, state, admin_access, partner, provider, dated, ended
      FROM (SELECT 'PARTNERSHIP' AS kind, id, revision, state, admin_access, reseller AS partner, provider, ",
    on_day!("accept_time", "remove_time"),
    "
              FROM partnership
             WHERE provider = $1 AND reseller = $6
             ORDER BY ",
    first!(),
    " LIMIT 1) AS of_partners
    UNION ALL
    SELECT kind, id, revision, state, admin_access, partner, provider, dated, ended
      FROM (SELECT of_day.*, ROW_NUMBER() OVER (PARTITION BY partner, provider ORDER BY ",
    first!(),
    ") AS place
              FROM (",
    relationships!("customer = $2 AND partner IN ($1, $6) AND provider IN ('', $1)"),
    ") AS of_day) AS of_customer
     WHERE place = 1",
));

/// The own relationships of the partner with tenant `$2`, or with name `$3`, first; then the active
/// relationships through it as provider.
const OF_PARTNER: Select<ResellerRelationshipRow> = Select::new(
    "
    SELECT * FROM reseller_relationship
     WHERE customer = $1
       AND (partner_tenant = $2 OR partner = $3
            OR (provider <> '' AND (provider_tenant = $2 OR provider = $3) AND state = 'ACTIVE'))
     ORDER BY CASE WHEN partner_tenant = $2 OR partner = $3 THEN 0 ELSE 1 END,
              CASE state WHEN 'ACTIVE' THEN 0 ELSE 1 END, create_time DESC, id DESC LIMIT $4",
);

/// The customers that a query selects, each with whether it is a past one of the tenant `$1`.
macro_rules! served {
    ($customers:literal) => {
        concat!(
            "SELECT customer,
                    CAST(CASE WHEN EXISTS (
                        SELECT 1 FROM reseller_relationship AS present
                         WHERE present.customer = named.customer
                           AND present.state = 'ACTIVE'
                           AND (present.partner_tenant = $1 OR present.provider_tenant = $1))
                        THEN 0 ELSE 1 END AS BIGINT) AS past
               FROM (",
            $customers,
            ") AS named ORDER BY customer"
        )
    };
}

const SERVED: Select<ServedRow> = Select::new(served!(
    "
    SELECT customer
      FROM (SELECT DISTINCT customer FROM reseller_relationship
             WHERE partner_tenant = $1 AND customer > $2
             ORDER BY customer LIMIT $3) AS own
    UNION
    SELECT customer
      FROM (SELECT DISTINCT customer FROM reseller_relationship
             WHERE provider_tenant = $1 AND customer > $2 AND state = 'ACTIVE'
             ORDER BY customer LIMIT $3) AS through_resellers
     ORDER BY customer LIMIT $3"
));

const SERVED_WITH: Select<ServedRow> = Select::new(served!(
    "
    SELECT customer
      FROM (SELECT DISTINCT customer FROM reseller_relationship
             WHERE partner_tenant = $1 AND provider = $2 AND customer > $3
             ORDER BY customer LIMIT $4) AS under_provider
    UNION
    SELECT customer
      FROM (SELECT DISTINCT customer FROM reseller_relationship
             WHERE provider_tenant = $1 AND partner = $2 AND customer > $3 AND state = 'ACTIVE'
             ORDER BY customer LIMIT $4) AS through_reseller
     ORDER BY customer LIMIT $4"
));

const SERVED_BY_ANYBODY: Select<ServedRow> = Select::new(
    "
    SELECT DISTINCT customer, CAST(0 AS BIGINT) AS past FROM reseller_relationship
     WHERE customer > $1
     ORDER BY customer LIMIT $2",
);

const SERVED_BY: Select<ServedRow> = Select::new(
    "
    SELECT DISTINCT customer, CAST(0 AS BIGINT) AS past FROM reseller_relationship
     WHERE (partner = $1 OR provider = $1) AND customer > $2
     ORDER BY customer LIMIT $3",
);

/// Every statement about edges of both kinds.
pub(crate) const STATEMENTS: &[&dyn Statement] =
    &[&EDGES_OF_PROVIDER, &EDGES, &OF_PARTNER, &SERVED, &SERVED_WITH, &SERVED_BY_ANYBODY, &SERVED_BY];

/// The parties whose edges are read, and the day. An empty name has no edges.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parties<'p> {
    pub(crate) provider: &'p str,
    pub(crate) reseller: &'p str,
    pub(crate) customer: &'p str,
    pub(crate) customer_tenant: &'p str,
    /// `None` for the present.
    pub(crate) as_of: Option<Day>,
}

impl Parties<'_> {
    /// The day, and the first instant after it in microseconds UTC; empty and 0 for the present.
    fn day(&self) -> (String, i64) {
        let Some(day) = self.as_of else { return (String::new(), 0) };
        let after = wire::start_of(day.tomorrow().unwrap_or(Day::MAX));
        (day.to_string(), after.as_microsecond())
    }
}

/// The edges between the parties.
pub(crate) async fn between(conn: &mut Connection, parties: Parties<'_>) -> Result<Vec<EdgeRow>> {
    let Parties { provider, reseller, customer, customer_tenant, .. } = parties;
    let (day, after) = parties.day();
    let statement = if reseller.is_empty() { EDGES_OF_PROVIDER } else { EDGES };
    let query = statement.query().bind(provider).bind(customer).bind(customer_tenant).bind(day).bind(after);
    let query = if reseller.is_empty() { query } else { query.bind(reseller) };
    Ok(query.fetch_all(conn).await?)
}

/// The edges of each question, in the order of `questions`, all from one snapshot.
pub(crate) async fn between_each(
    conn: &mut Connection,
    questions: &[Parties<'_>],
) -> Result<Vec<Vec<EdgeRow>>> {
    // Padded to a power of two: with few distinct statements, a connection usually has the statement
    // prepared.
    let count = questions.len().next_power_of_two();
    let asked = sql::padded(questions, count);
    let query = asked.iter().fold(sqlx::query(edges_of_each(count)), |query, it| {
        let (day, after) = it.day();
        let query = query.bind(it.provider).bind(it.customer).bind(it.customer_tenant);
        query.bind(day).bind(after).bind(it.reseller)
    });
    let mut found = vec![Vec::new(); questions.len()];
    for row in query.fetch_all(conn).await? {
        let question: i64 = row.try_get("question")?;
        if let Some(rows) = usize::try_from(question).ok().and_then(|at| found.get_mut(at)) {
            rows.push(EdgeRow::from_row(&row)?);
        }
    }
    Ok(found)
}

/// Number of placeholders of [`EDGES`].
const PLACEHOLDERS: usize = 6;

/// [`EDGES`] `count` times, each copy with placeholders of its own and with the index of its question.
fn edges_of_each(count: usize) -> AssertSqlSafe<String> {
    let one = |question: usize| {
        let edges = (1..=PLACEHOLDERS).rev().fold(EDGES.sql(), |text, placeholder| {
            text.replace(
                &format!("${placeholder}"),
                &format!("${{{}}}", placeholder + question * PLACEHOLDERS),
            )
        });
        let edges = edges.replace("${", "$").replace('}', "");
        format!("SELECT CAST({question} AS BIGINT) AS question, of_question.* FROM ({edges}) AS of_question")
    };
    AssertSqlSafe((0..count).map(one).collect::<Vec<_>>().join(" UNION ALL "))
}

/// A partner, by its CSP tenant or by its resource name; the other one is empty, which is nobody's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whose<'p> {
    pub(crate) tenant: &'p str,
    pub(crate) partner: &'p str,
}

/// The relationships that let the partner see the customer: its own, active ones first, then the active ones
/// of resellers through it. The list is cut at [`OWN_RELATIONSHIPS_MAX`].
pub(crate) async fn of_partner(
    conn: &mut Connection,
    customer: &str,
    whose: Whose<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    let query = OF_PARTNER.query().bind(customer).bind(whose.tenant).bind(whose.partner);
    let query = query.bind(OWN_RELATIONSHIPS_MAX);
    Ok(query.fetch_all(conn).await?)
}

/// Customers that the tenant may see, by name: the tenant serves or served them, or a reseller serves them
/// through the tenant.
pub(crate) async fn served(
    conn: &mut Connection,
    tenant: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<ServedRow>> {
    Ok(SERVED.query().bind(tenant).bind(after).bind(limit).fetch_all(conn).await?)
}

/// Customers that the tenant serves or served through the provider `counterpart`, and customers that the
/// reseller `counterpart` serves through the tenant, by name.
pub(crate) async fn served_with(
    conn: &mut Connection,
    tenant: &str,
    counterpart: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<ServedRow>> {
    let query = SERVED_WITH.query().bind(tenant).bind(counterpart).bind(after).bind(limit);
    Ok(query.fetch_all(conn).await?)
}

/// All customers that any partner serves or served, by name.
pub(crate) async fn served_by_anybody(
    conn: &mut Connection,
    after: &str,
    limit: i64,
) -> Result<Vec<ServedRow>> {
    Ok(SERVED_BY_ANYBODY.query().bind(after).bind(limit).fetch_all(conn).await?)
}

/// Customers with a relationship, active or ended, whose partner or provider is `partner`, by name. Only
/// operators ask for this list: the statement reads every customer.
pub(crate) async fn served_by(
    conn: &mut Connection,
    partner: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<ServedRow>> {
    Ok(SERVED_BY.query().bind(partner).bind(after).bind(limit).fetch_all(conn).await?)
}

#[cfg(test)]
mod tests {
    use csp_store::{Config, Store};
    use sqlx::{AssertSqlSafe, Row as _};

    use super::*;

    const BY_NO_INDEX: &str = "SELECT id FROM reseller_relationship WHERE end_reason = $1";

    /// Tables that the statement scans in full.
    async fn scanned(conn: &mut Connection, sql: &str) -> Vec<String> {
        let query = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
        let query = (0..sql.matches('$').count()).fold(query, |query, _| query.bind("any"));
        let steps = query.fetch_all(conn).await.unwrap();
        let steps = steps.iter().map(|row| row.get::<String, _>("detail"));
        steps.filter(|step| step.starts_with("SCAN partnership") || step.starts_with("SCAN resel")).collect()
    }

    #[tokio::test]
    async fn edges_of_one_customer_are_found_by_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::sqlite(folder.path().join("relationship.db"));
        let store = Store::open(config, crate::NAME, crate::SCHEMA).await.unwrap();
        let mut reader = store.read_once().await.unwrap();
        for sql in [
            EDGES_OF_PROVIDER.sql(),
            EDGES.sql(),
            OF_PARTNER.sql(),
            SERVED.sql(),
            SERVED_WITH.sql(),
            edges_of_each(2).0,
        ] {
            assert_eq!(scanned(&mut reader, &sql).await, [""; 0], "{sql}");
        }
        assert_eq!(scanned(&mut reader, BY_NO_INDEX).await, ["SCAN reseller_relationship"]);
    }
}
