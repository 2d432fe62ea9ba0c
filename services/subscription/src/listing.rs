//! Whose entries a list shows: lists of orders and of subscriptions, newest first.
//!
//! Each walks one index in the order of the list. A partner's list merges what it sold with what it is
//! reseller of record on; a list for one customer walks that customer's entries.

use csp_service::Result;
use csp_store::{Connection, Db, Row, Select, Table};
use sqlx::query::QueryAs;
use sqlx::{Database, FromRow};

/// On whose behalf a list is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Sees everything.
    Operator,
    /// The partner with this CSP tenant sees what it sold or is reseller of record on.
    Partner(String),
    /// The customer with this tenant sees what it has.
    Customer(String),
}

/// One page of a list.
#[derive(Debug, Clone)]
pub(crate) struct PageQuery {
    pub(crate) reader: Reader,
    /// Only entries of this customer; with the sellers through which the reader serves it as reseller.
    pub(crate) customer: Option<String>,
    pub(crate) designating_sellers: Vec<String>,
    pub(crate) after_time: i64,
    pub(crate) after_id: String,
    pub(crate) limit: i64,
}

/// A question whose values live for `'q`.
pub(crate) type Question<'q, T> = QueryAs<'q, Db, T, <Db as Database>::Arguments>;

/// The lists of one table. Parameters: `$1` tenant, `$2` and `$3` the last entry's time and id, `$4` limit, then the
/// filters; where one customer's entries are listed, then customer, kind of reader and `:list` of sellers.
pub(crate) struct Lists<T: 'static> {
    pub(crate) all: &'static Select<T>,
    pub(crate) of_partner: &'static Select<T>,
    pub(crate) of_customer_tenant: &'static Select<T>,
    pub(crate) of_customer: &'static Select<T>,
    /// How many filters there are.
    pub(crate) filters: usize,
}

impl<T> Lists<T>
where
    T: Table + for<'r> FromRow<'r, Row> + Send + Unpin,
{
    /// A page of the table; `filter` binds the filters.
    pub(crate) async fn page<'q>(
        &self,
        conn: &mut Connection,
        page: &'q PageQuery,
        filter: impl FnOnce(Question<'q, T>) -> Question<'q, T>,
    ) -> Result<Vec<T>> {
        let (kind, tenant) = match &page.reader {
            Reader::Operator => ("OPERATOR", ""),
            Reader::Partner(tenant) => ("PARTNER", tenant.as_str()),
            Reader::Customer(tenant) => ("CUSTOMER", tenant.as_str()),
        };
        let sellers = &page.designating_sellers;
        let query = match (&page.customer, &page.reader) {
            (Some(_), _) => self.of_customer.query_list(self.filters + 7, sellers.len()),
            (None, Reader::Operator) => self.all.query(),
            (None, Reader::Partner(_)) => self.of_partner.query(),
            (None, Reader::Customer(_)) => self.of_customer_tenant.query(),
        };
        let query = query.bind(tenant).bind(page.after_time).bind(page.after_id.as_str()).bind(page.limit);
        let mut query = filter(query);
        if let Some(customer) = &page.customer {
            query = query.bind(customer.as_str()).bind(kind);
            query = sellers.iter().fold(query, |query, seller| query.bind(seller.as_str()));
        }
        Ok(query.fetch_all(conn).await?)
    }
}
