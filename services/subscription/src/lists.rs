//! The queries behind the lists of carts, orders and subscriptions, by the time of their creation.
//!
//! Each query walks one index in the order of the list. The list of a partner merges the entries of the two
//! partners that an entry has, for example seller and reseller of record. The list for one customer walks the
//! entries of that customer.

use csp_service::{CreationOrder, Result};
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
    /// The partner with this CSP tenant was hired by the customer whose entries are listed, and sees them
    /// all.
    Hired(String),
    /// The customer with this tenant sees its own entries.
    Customer(String),
}

/// Prefix of a seller in [`PageQuery::sellers`]. No name has it.
pub(crate) const AS_CONTACT: &str = "contact ";

/// One page of a list: who reads, and where the page begins.
#[derive(Debug, Clone)]
pub(crate) struct PageQuery {
    pub(crate) reader: Reader,
    /// Only entries of this customer; `None` for entries of all customers.
    pub(crate) customer: Option<String>,
    /// The sellers through which the reader serves `customer` as reseller: their entries are shown too. After
    /// [`AS_CONTACT`], the sellers whose entries are shown if they name the reader as support contact.
    pub(crate) sellers: Vec<String>,
    pub(crate) order: CreationOrder,
    /// Creation time, in microseconds, of the last entry of the previous page.
    pub(crate) after_time: i64,
    /// Id of that entry, and the customer among whose entries the id is unique.
    pub(crate) after_id: String,
    pub(crate) after_customer: String,
    pub(crate) limit: i64,
}

/// A query whose bound values live for `'q`.
pub(crate) type Question<'q, T> = QueryAs<'q, Db, T, <Db as Database>::Arguments>;

/// The list queries of one table: see [`lists!`].
pub(crate) struct Lists<T: 'static> {
    pub(crate) newest_first: Queries<T>,
    pub(crate) oldest_first: Queries<T>,
    /// Number of filter parameters.
    pub(crate) filters: usize,
}

/// The list queries of one table in one order. Parameters: `$1` tenant of the reader, `$2`, `$3` and `$4`
/// time, id and customer of the last entry of the previous page, `$5` limit, `$6` external id, then the other
/// filters. `of_customer` has more after the filters: the customer, the kind of reader, and the `:list` of
/// sellers.
pub(crate) struct Queries<T: 'static> {
    pub(crate) all: Select<T>,
    pub(crate) of_partner: Select<T>,
    pub(crate) of_customer_tenant: Select<T>,
    pub(crate) of_customer: Select<T>,
}

/// Defines `LISTS`, the list queries of a table, and `LIST_STATEMENTS`, all of them. Each argument is SQL:
/// - `partners`: the columns with the tenants of the two partners of an entry.
/// - `others`: which further partners see an entry in the list for one customer; `:list` stands for
///   [`PageQuery::sellers`].
/// - `customers`: whether the customer sees the entry.
/// - `filter`, with its number of parameters: from `$7` on, so that `customer` and `kind` are the next two.
macro_rules! lists {
    (
        $row:ty, $table:literal,
        partners: $first:literal, $second:literal,
        others: $others:literal,
        customers: $customers:literal,
        filter: $filter:literal, $filters:literal,
        customer: $customer:literal, kind: $kind:literal,
    ) => {
        pub(crate) const LISTS: &$crate::lists::Lists<$row> = &$crate::lists::Lists {
            newest_first: $crate::lists::lists!(@queries "<", "DESC", $table, $first, $second,
                $others, $customers, $filter, $customer, $kind),
            oldest_first: $crate::lists::lists!(@queries ">", "ASC", $table, $first, $second,
                $others, $customers, $filter, $customer, $kind),
            filters: $filters,
        };

        pub(crate) const LIST_STATEMENTS: &[&dyn csp_store::Statement] = &[
            &LISTS.newest_first.all,
            &LISTS.newest_first.of_partner,
            &LISTS.newest_first.of_customer_tenant,
            &LISTS.newest_first.of_customer,
            &LISTS.oldest_first.all,
            &LISTS.oldest_first.of_partner,
            &LISTS.oldest_first.of_customer_tenant,
            &LISTS.oldest_first.of_customer,
        ];
    };

    (
        @queries $after:literal, $direction:literal, $table:literal, $first:literal, $second:literal,
        $others:literal, $customers:literal, $filter:literal, $customer:literal, $kind:literal
    ) => {
        $crate::lists::Queries {
            all: $crate::lists::lists!(@query $after, $direction, $table, $filter, "$1 = ''"),
            of_partner: csp_store::Select::new(concat!(
                "SELECT * FROM (SELECT * FROM (",
                $crate::lists::lists!(@text $after, $direction, $table, $filter, $first, " = $1"),
                ") AS first_partner UNION ALL SELECT * FROM (",
                $crate::lists::lists!(@text $after, $direction, $table, $filter,
                    $second, " = $1 AND ", $first, " <> $1"),
                ") AS second_partner) AS seen ORDER BY create_time ", $direction, ", id ", $direction,
                ", customer ", $direction, " LIMIT $5",
            )),
            of_customer_tenant: $crate::lists::lists!(@query $after, $direction, $table, $filter,
                "customer_tenant = $1 AND ", $customers),
            of_customer: $crate::lists::lists!(@query $after, $direction, $table, $filter,
                "customer = ", $customer, " AND (",
                $kind, " IN ('OPERATOR', 'HIRED') OR (", $kind, " = 'CUSTOMER' AND customer_tenant = $1 AND ", $customers,
                ") OR (", $kind, " = 'PARTNER' AND (", $first, " = $1 OR ", $second, " = $1 OR ", $others, ")))"),
        }
    };

    (@query $($part:tt),+) => { csp_store::Select::new($crate::lists::lists!(@text $($part),+)) };

    (@text $after:literal, $direction:literal, $table:literal, $filter:literal, $($whose:literal),+) => {
        concat!(
            "SELECT * FROM ", $table, " WHERE (", $($whose,)+ ") AND (create_time, id, customer) ", $after,
            " ($2, $3, $4) AND ($6 = '' OR external_id = $6) AND ", $filter,
            " ORDER BY create_time ", $direction, ", id ", $direction, ", customer ", $direction, " LIMIT $5",
        )
    };
}
pub(crate) use lists;

impl<T> Lists<T>
where
    T: Table + for<'r> FromRow<'r, Row> + Send + Unpin,
{
    /// Reads one page. `external_id` is empty for any; `filter` binds the other filter parameters.
    pub(crate) async fn page<'q>(
        &self,
        conn: &mut Connection,
        page: &'q PageQuery,
        external_id: &'q str,
        filter: impl FnOnce(Question<'q, T>) -> Question<'q, T>,
    ) -> Result<Vec<T>> {
        let (kind, tenant) = match &page.reader {
            Reader::Operator => ("OPERATOR", ""),
            Reader::Partner(tenant) => ("PARTNER", tenant.as_str()),
            Reader::Hired(tenant) => ("HIRED", tenant.as_str()),
            Reader::Customer(tenant) => ("CUSTOMER", tenant.as_str()),
        };
        let queries = match page.order {
            CreationOrder::NewestFirst => &self.newest_first,
            CreationOrder::OldestFirst => &self.oldest_first,
        };
        let sellers = &page.sellers;
        let query = match (&page.customer, &page.reader) {
            (Some(_), _) => queries.of_customer.query_list(self.filters + 9, sellers.len()),
            (None, Reader::Operator) => queries.all.query(),
            (None, Reader::Partner(_) | Reader::Hired(_)) => queries.of_partner.query(),
            (None, Reader::Customer(_)) => queries.of_customer_tenant.query(),
        };
        let query = query.bind(tenant).bind(page.after_time).bind(page.after_id.as_str());
        let query = query.bind(page.after_customer.as_str()).bind(page.limit).bind(external_id);
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
