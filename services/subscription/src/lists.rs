//! The queries behind the lists of carts, orders and subscriptions, newest first.
//!
//! Each query walks one index in the order of the list. The list of a partner merges the entries that the
//! partner sold with the entries on which the partner is reseller of record. The list for one customer walks
//! the entries of that customer.

use csp_service::Result;
use csp_store::{Connection, Db, Row, Select, Table};
use jiff::Timestamp;
use sqlx::query::QueryAs;
use sqlx::{Database, FromRow};

/// The party for which a list is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Sees all entries.
    Operator,
    /// The partner with this CSP tenant sees entries that it sold or is reseller of record on.
    Partner(String),
    /// The customer with this tenant sees its own entries.
    Customer(String),
}

/// One page of a list: who reads, and where the page begins.
#[derive(Debug, Clone)]
pub(crate) struct PageQuery {
    pub(crate) reader: Reader,
    /// Only entries of this customer; `None` for entries of all customers.
    pub(crate) customer: Option<String>,
    /// The sellers through which the reader serves `customer` as reseller: their entries are shown too.
    pub(crate) designating_sellers: Vec<String>,
    /// Creation time, in microseconds, of the last entry of the previous page.
    pub(crate) after_time: i64,
    /// Id of that entry, and the customer among whose entries the id is unique.
    pub(crate) after_id: String,
    pub(crate) after_customer: String,
    pub(crate) limit: i64,
}

/// A query whose bound values live for `'q`.
pub(crate) type Question<'q, T> = QueryAs<'q, Db, T, <Db as Database>::Arguments>;

/// The list queries of one table. Parameters: `$1` tenant of the reader, `$2`, `$3` and `$4` time, id and
/// customer of the last entry of the previous page, `$5` limit, then the filters. `of_customer` has three
/// more: the customer, the kind of reader, and the `:list` of sellers.
pub(crate) struct Lists<T: 'static> {
    pub(crate) all: &'static Select<T>,
    pub(crate) of_partner: &'static Select<T>,
    pub(crate) of_customer_tenant: &'static Select<T>,
    pub(crate) of_customer: &'static Select<T>,
    /// Number of filter parameters.
    pub(crate) filters: usize,
}

impl<T> Lists<T>
where
    T: Table + for<'r> FromRow<'r, Row> + Send + Unpin,
{
    /// Reads one page. `filter` binds the filter parameters.
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
            (Some(_), _) => self.of_customer.query_list(self.filters + 8, sellers.len()),
            (None, Reader::Operator) => self.all.query(),
            (None, Reader::Partner(_)) => self.of_partner.query(),
            (None, Reader::Customer(_)) => self.of_customer_tenant.query(),
        };
        let query = query.bind(tenant).bind(page.after_time).bind(page.after_id.as_str());
        let query = query.bind(page.after_customer.as_str()).bind(page.limit);
        let mut query = filter(query);
        if let Some(customer) = &page.customer {
            query = query.bind(customer.as_str()).bind(kind);
            query = sellers.iter().fold(query, |query, seller| query.bind(seller.as_str()));
        }
        Ok(query.fetch_all(conn).await?)
    }
}

/// The key of an entry for the token of the next page.
pub(crate) fn page_key(time: Timestamp, id: &str, customer: &str) -> Vec<String> {
    vec![time.as_microsecond().to_string(), id.to_owned(), customer.to_owned()]
}

/// Stored words as one text, each between spaces, so that a statement can look for one of them.
pub(crate) fn spaced(words: &[String]) -> String {
    format!(" {} ", words.join(" "))
}
