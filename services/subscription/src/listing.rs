//! Whose entries a list shows: statements for lists of orders and of subscriptions, newest first.
//!
//! Each walks one index in the order of the list. A partner's list merges what it sold with what it is
//! reseller of record on; a list for one customer walks that customer's entries.

use csp_store::Db;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, FromRow};

use crate::schema::{Answer, Conn, sql};

/// On whose behalf a list is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Viewer {
    /// Sees everything.
    Operator,
    /// The partner with this CSP tenant sees what it sold or is reseller of record on.
    Partner(String),
    /// The customer with this tenant sees what it has.
    Customer(String),
}

/// One page of a list.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    pub(crate) viewer: Viewer,
    /// Only entries of this customer; with the sellers through which the viewer serves it as reseller.
    pub(crate) customer: Option<String>,
    pub(crate) designating_sellers: Vec<String>,
    pub(crate) after_time: i64,
    pub(crate) after_id: String,
    pub(crate) limit: i64,
}

/// The statements of one table. Parameters: `$1` tenant, `$2` and `$3` the last entry's time and id, `$4` limit,
/// then the filters, then customer, party and sellers where these choose.
pub(crate) struct Statements {
    pub(crate) all: &'static str,
    pub(crate) of_partner: &'static str,
    pub(crate) of_customer_tenant: &'static str,
    /// Up to the list of sellers, which the viewer may see as reseller; then what follows it.
    pub(crate) of_customer: (&'static str, &'static str),
}

/// A parameter of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'v> {
    Text(&'v str),
    Number(i64),
}

/// `$named` says which entries name the partner `$1`; `$filter` uses parameters from `$5` on; `$customer` and
/// `$party` are the two after it.
macro_rules! statements {
    ($table:literal, $columns:ident, $named:literal, $filter:literal, $customer:literal, $party:literal) => {
        $crate::listing::Statements {
            all: concat!(
                "SELECT ",
                $columns!(),
                " FROM ",
                $table,
                " WHERE $1 = '' AND (create_time, id) < ($2, $3) AND ",
                $filter,
                " ORDER BY create_time DESC, id DESC LIMIT $4"
            ),
            of_partner: concat!(
                "SELECT ",
                $columns!(),
                " FROM (SELECT ",
                $columns!(),
                " FROM ",
                $table,
                " WHERE seller_tenant = $1 AND (create_time, id) < ($2, $3) AND ",
                $filter,
                " ORDER BY create_time DESC, id DESC LIMIT $4) AS sold UNION ALL SELECT ",
                $columns!(),
                " FROM (SELECT ",
                $columns!(),
                " FROM ",
                $table,
                " WHERE reseller_tenant = $1 AND seller_tenant <> $1 AND (create_time, id) < ($2, $3) AND ",
                $filter,
                " ORDER BY create_time DESC, id DESC LIMIT $4) AS resold \
                 ORDER BY create_time DESC, id DESC LIMIT $4"
            ),
            of_customer_tenant: concat!(
                "SELECT ",
                $columns!(),
                " FROM ",
                $table,
                " WHERE customer_tenant = $1 AND (create_time, id) < ($2, $3) AND ",
                $filter,
                " ORDER BY create_time DESC, id DESC LIMIT $4"
            ),
            of_customer: (
                concat!(
                    "SELECT ",
                    $columns!(),
                    " FROM ",
                    $table,
                    " WHERE customer = ",
                    $customer,
                    " AND (create_time, id) < ($2, $3) AND ",
                    $filter,
                    " AND (",
                    $party,
                    " = 'OPERATOR' OR (",
                    $party,
                    " = 'CUSTOMER' AND customer_tenant = $1) OR (",
                    $party,
                    " = 'PARTNER' AND (",
                    $named,
                    " OR seller IN"
                ),
                "))) ORDER BY create_time DESC, id DESC LIMIT $4",
            ),
        }
    };
}
pub(crate) use statements;

/// A page of the table with those statements.
pub(crate) async fn page<R>(
    conn: Conn<'_>,
    statements: &Statements,
    listing: &Listing,
    filters: &[Value<'_>],
) -> Answer<Vec<R>>
where
    R: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
{
    let (statement, values) = chosen(statements, listing, filters);
    let mut query = sqlx::query_as::<Db, R>(statement);
    for value in values {
        query = match value {
            Value::Text(text) => query.bind(text),
            Value::Number(number) => query.bind(number),
        };
    }
    Ok(query.fetch_all(conn).await?)
}

fn chosen<'v>(
    statements: &Statements,
    listing: &'v Listing,
    filters: &[Value<'v>],
) -> (AssertSqlSafe<String>, Vec<Value<'v>>) {
    let (party, tenant) = match &listing.viewer {
        Viewer::Operator => ("OPERATOR", ""),
        Viewer::Partner(tenant) => ("PARTNER", tenant.as_str()),
        Viewer::Customer(tenant) => ("CUSTOMER", tenant.as_str()),
    };
    let mut values = vec![
        Value::Text(tenant),
        Value::Number(listing.after_time),
        Value::Text(&listing.after_id),
        Value::Number(listing.limit),
    ];
    values.extend(filters);
    let Some(customer) = &listing.customer else {
        let statement = match listing.viewer {
            Viewer::Operator => statements.all,
            Viewer::Partner(_) => statements.of_partner,
            Viewer::Customer(_) => statements.of_customer_tenant,
        };
        return (AssertSqlSafe(statement.to_owned()), values);
    };
    values.extend([Value::Text(customer), Value::Text(party)]);
    let (head, tail) = statements.of_customer;
    let sellers = &listing.designating_sellers;
    let statement = sql::list(head, values.len() + 1, sellers.len(), tail);
    values.extend(sellers.iter().map(|seller| Value::Text(seller)));
    (statement, values)
}
