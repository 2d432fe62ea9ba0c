//! The tables `orders` and `order_line`. An order never changes.

use csp_policy::boundaries::SubmitOrder;
use csp_proto::subscription::v1::{BillingCycle, Capacity, Term};
use csp_service::{Accepted, ExternalId, Result, Stored};
use csp_store::{Change, Connection, Row, Select, Statement, Table, Tx, Value, cell, table};
use jiff::Timestamp;
use sqlx::{FromRow, Row as _};

use crate::lists::{PageQuery, Question, lists};
use crate::seats::Seats;

table! {
    /// An order. Parties are resource names; empty strings for an absent reseller.
    pub(crate) struct OrderRow in "orders" key [customer, id] {
        id: String,
        create_time: Timestamp,
        external_id: Option<ExternalId>,
        customer: String,
        customer_tenant: String,
        seller: String,
        seller_tenant: String,
        reseller: String,
        reseller_tenant: String,
        reseller_mpn_id: String,
        attested_capacity: Stored<Capacity>,
        decision_id: String,
    }
}

table! {
    /// A line of an order.
    pub(crate) struct OrderLineRow in "order_line" key [customer, order_id, position] {
        customer: String,
        order_id: String,
        position: i64,
        customer_tenant: String,
        offer: String,
        offer_revision: i64,
        quantity: Seats,
        term: Stored<Term>,
        billing_cycle: Stored<BillingCycle>,
        external_id: Option<ExternalId>,
        currency: String,
        unit_price: i64,
        subscription_id: String,
    }
}

const BY_ID: Select<OrderRow> = Select::new("SELECT * FROM orders WHERE customer = $1 AND id = $2");

const BY_EXTERNAL_ID: Select<OrderRow> = Select::new("SELECT * FROM orders WHERE external_id = $1");

const LINES: Select<OrderLineRow> = Select::new(
    "SELECT * FROM order_line
      WHERE (customer, order_id) IN (:pairs)
      ORDER BY customer, order_id, position",
);

/// An order joined with its lines, one row a line. Columns that both tables have are the order's.
const WHOLE: Select<WithLine> = Select::new(
    "SELECT *, position, offer, offer_revision, quantity, term, billing_cycle, line_external_id, currency,
            unit_price, subscription_id
       FROM orders
       LEFT JOIN (SELECT customer AS line_customer, order_id, position, offer, offer_revision, quantity, term,
                         billing_cycle, external_id AS line_external_id, currency, unit_price, subscription_id
                    FROM order_line) AS line
         ON line.line_customer = orders.customer AND line.order_id = orders.id
      WHERE orders.customer = $1 AND orders.id = $2 ORDER BY position",
);

lists! {
    OrderRow, "orders",
    partners: "seller_tenant", "reseller_tenant",
    others: "seller IN :list",
    customers: "TRUE",
    filter: "($7 = '' OR seller = $7) AND ($8 = '' OR reseller = $8)", 2,
    customer: "$9", kind: "$10",
}

/// Which orders a list shows. An empty text matches any.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    pub(crate) seller: String,
    pub(crate) reseller: String,
    pub(crate) external_id: String,
}

/// Every statement besides those of the list.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&BY_ID, &BY_EXTERNAL_ID, &LINES, &WHOLE];

/// The customer's order with that id and its lines, by position.
pub(crate) async fn whole(
    conn: &mut Connection,
    customer: &str,
    id: &str,
) -> Result<Option<(OrderRow, Vec<OrderLineRow>)>> {
    let rows = WHOLE.query().bind(customer).bind(id).fetch_all(conn).await?;
    let (orders, lines): (Vec<_>, Vec<_>) = rows.into_iter().map(|row| (row.order, row.line)).unzip();
    Ok(orders.into_iter().next().map(|order| (order, lines.into_iter().flatten().collect())))
}

/// The customer's order with that id, without its lines.
pub(crate) async fn by_id(conn: &mut Connection, customer: &str, id: &str) -> Result<Option<OrderRow>> {
    Ok(BY_ID.query().bind(customer).bind(id).fetch_optional(conn).await?)
}

/// The order with that external id.
pub(crate) async fn by_external_id(conn: &mut Connection, id: &ExternalId) -> Result<Option<OrderRow>> {
    Ok(BY_EXTERNAL_ID.query().bind(id.as_str()).fetch_optional(conn).await?)
}

/// The lines of the orders, by position.
pub(crate) async fn lines(conn: &mut Connection, orders: &[OrderRow]) -> Result<Vec<OrderLineRow>> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let query = LINES.query_pairs(1, orders.len());
    let bound =
        orders.iter().fold(query, |query, row| query.bind(row.customer.as_str()).bind(row.id.as_str()));
    Ok(bound.fetch_all(conn).await?)
}

/// One page of orders.
pub(crate) async fn page<'q>(
    conn: &mut Connection,
    page: &'q PageQuery,
    filter: &'q Filter,
) -> Result<Vec<OrderRow>> {
    let Filter { seller, reseller, external_id } = filter;
    let bind = |query: Question<'q, OrderRow>| query.bind(seller.as_str()).bind(reseller.as_str());
    LISTS.page(conn, page, external_id, bind).await
}

/// Stores a new order with its lines.
pub(crate) fn insert(tx: &mut Tx, row: &OrderRow, lines: &[OrderLineRow], _: &Accepted<SubmitOrder>) {
    tx.put(Change::insert(row));
    tx.put(Change::insert_all(lines));
}

/// An order with one of its lines; `None` for an order without lines.
struct WithLine {
    order: OrderRow,
    line: Option<OrderLineRow>,
}

impl<'r> FromRow<'r, Row> for WithLine {
    fn from_row(row: &'r Row) -> sqlx::Result<Self> {
        let order = OrderRow::from_row(row)?;
        let Some(position) = row.try_get("position")? else { return Ok(WithLine { order, line: None }) };
        let line = OrderLineRow {
            customer: order.customer.clone(),
            order_id: order.id.clone(),
            position,
            customer_tenant: order.customer_tenant.clone(),
            offer: cell::<OrderLineRow, _>(row, "offer")?,
            offer_revision: cell::<OrderLineRow, _>(row, "offer_revision")?,
            quantity: cell::<OrderLineRow, _>(row, "quantity")?,
            term: cell::<OrderLineRow, _>(row, "term")?,
            billing_cycle: cell::<OrderLineRow, _>(row, "billing_cycle")?,
            external_id: cell::<OrderLineRow, _>(row, "line_external_id")?,
            currency: cell::<OrderLineRow, _>(row, "currency")?,
            unit_price: cell::<OrderLineRow, _>(row, "unit_price")?,
            subscription_id: cell::<OrderLineRow, _>(row, "subscription_id")?,
        };
        Ok(WithLine { order, line: Some(line) })
    }
}

/// The `*` of the statement stands for the columns of `orders`.
impl Table for WithLine {
    const NAME: &'static str = OrderRow::NAME;
    const COLUMNS: &'static [&'static str] = OrderRow::COLUMNS;
    const KEY: &'static [&'static str] = OrderRow::KEY;

    fn values(&self) -> Vec<Value> {
        self.order.values()
    }
}
