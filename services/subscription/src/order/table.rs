//! Orders and their lines.

use csp_policy::boundaries::SubmitOrder;
use csp_service::Accepted;
use csp_store::{Change, Tx};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row as _};

use crate::listing::{self as lists, Listing, Statements, Value};
use crate::schema::{Answer, Conn, sql};

macro_rules! columns {
    () => {
        "id, create_time, external_id, customer, customer_tenant, seller, seller_tenant, reseller, \
         reseller_tenant, reseller_mpn_id, attested_capacity, decision_id"
    };
}

macro_rules! line_columns {
    () => {
        "order_id, position, customer_tenant, offer, offer_revision, quantity, term, billing_cycle, \
         external_id, currency, unit_price, subscription"
    };
}

const LINE_COLUMNS: usize = 12;

const BY_ID: &str = concat!("SELECT ", columns!(), " FROM orders WHERE id = $1");
/// Each line with the order: columns that both have are the order's.
const WHOLE: &str = concat!(
    "SELECT ",
    columns!(),
    ", position, offer, offer_revision, quantity, term, billing_cycle, line_external_id, currency, unit_price, \
     subscription FROM orders LEFT JOIN (SELECT order_id, position, offer, offer_revision, quantity, term, \
       billing_cycle, external_id AS line_external_id, currency, unit_price, subscription FROM order_line) AS line \
     ON line.order_id = orders.id WHERE orders.id = $1 ORDER BY position"
);
const BY_EXTERNAL_ID: &str =
    concat!("SELECT ", columns!(), " FROM orders WHERE external_id = $1 AND seller_tenant = $2");
const LINES: &str = concat!("SELECT ", line_columns!(), " FROM order_line WHERE order_id IN");
const INSERT: &str = concat!(
    "INSERT INTO orders (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
);
const INSERT_LINES: &str = concat!("INSERT INTO order_line (", line_columns!(), ") VALUES");
/// The filter is the key that a seller gave its order; empty for any.
const LISTS: Statements = lists::statements!(
    "orders",
    columns,
    "seller_tenant = $1 OR reseller_tenant = $1",
    "($5 = '' OR external_id = $5)",
    "$6",
    "$7"
);

/// A row of `orders`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct OrderRow {
    pub(crate) id: String,
    pub(crate) create_time: i64,
    pub(crate) external_id: Option<String>,
    pub(crate) customer: String,
    pub(crate) customer_tenant: String,
    pub(crate) seller: String,
    pub(crate) seller_tenant: String,
    pub(crate) reseller: String,
    pub(crate) reseller_tenant: String,
    pub(crate) reseller_mpn_id: String,
    pub(crate) attested_capacity: String,
    pub(crate) decision_id: String,
}

/// A row of `order_line`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct OrderLineRow {
    pub(crate) order_id: String,
    pub(crate) position: i64,
    pub(crate) customer_tenant: String,
    pub(crate) offer: String,
    pub(crate) offer_revision: i64,
    pub(crate) quantity: i64,
    pub(crate) term: String,
    pub(crate) billing_cycle: String,
    pub(crate) external_id: String,
    pub(crate) currency: String,
    pub(crate) unit_price: i64,
    pub(crate) subscription: String,
}

/// An order with one of its lines.
struct WithLine {
    order: OrderRow,
    line: Option<OrderLineRow>,
}

impl FromRow<'_, AnyRow> for WithLine {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let order = OrderRow::from_row(row)?;
        let Some(position) = row.try_get("position")? else { return Ok(WithLine { order, line: None }) };
        let line = OrderLineRow {
            order_id: order.id.clone(),
            position,
            customer_tenant: order.customer_tenant.clone(),
            offer: row.try_get("offer")?,
            offer_revision: row.try_get("offer_revision")?,
            quantity: row.try_get("quantity")?,
            term: row.try_get("term")?,
            billing_cycle: row.try_get("billing_cycle")?,
            external_id: row.try_get("line_external_id")?,
            currency: row.try_get("currency")?,
            unit_price: row.try_get("unit_price")?,
            subscription: row.try_get("subscription")?,
        };
        Ok(WithLine { order, line: Some(line) })
    }
}

/// The order with that id and its lines, in order.
pub(crate) async fn whole(conn: Conn<'_>, id: &str) -> Answer<Option<(OrderRow, Vec<OrderLineRow>)>> {
    let rows: Vec<WithLine> = sqlx::query_as(WHOLE).bind(id).fetch_all(conn).await?;
    let (orders, lines): (Vec<_>, Vec<_>) = rows.into_iter().map(|row| (row.order, row.line)).unzip();
    Ok(orders.into_iter().next().map(|order| (order, lines.into_iter().flatten().collect())))
}

/// The order with that id, without its lines.
pub(crate) async fn by_id(conn: Conn<'_>, id: &str) -> Answer<Option<OrderRow>> {
    Ok(sqlx::query_as(BY_ID).bind(id).fetch_optional(conn).await?)
}

/// The order to which its seller gave that key.
pub(crate) async fn by_external_id(
    conn: Conn<'_>,
    seller_tenant: &str,
    external_id: &str,
) -> Answer<Option<OrderRow>> {
    Ok(sqlx::query_as(BY_EXTERNAL_ID).bind(external_id).bind(seller_tenant).fetch_optional(conn).await?)
}

/// The lines of those orders, in order.
pub(crate) async fn lines(conn: Conn<'_>, orders: &[&str]) -> Answer<Vec<OrderLineRow>> {
    let mut query = sqlx::query_as(sql::list(LINES, 1, orders.len(), "ORDER BY order_id, position"));
    for order in orders {
        query = query.bind(*order);
    }
    Ok(query.fetch_all(conn).await?)
}

/// A page of orders; an empty `external_id` is any.
pub(crate) async fn page(conn: Conn<'_>, listing: &Listing, external_id: &str) -> Answer<Vec<OrderRow>> {
    lists::page(conn, &LISTS, listing, &[Value::Text(external_id)]).await
}

/// Stores a new order with its lines.
pub(crate) fn insert(tx: &mut Tx, row: &OrderRow, lines: &[OrderLineRow], _allowed: &Accepted<SubmitOrder>) {
    let order = Change::new(INSERT)
        .bind(row.id.as_str())
        .bind(row.create_time)
        .bind(row.external_id.as_deref())
        .bind(row.customer.as_str())
        .bind(row.customer_tenant.as_str())
        .bind(row.seller.as_str())
        .bind(row.seller_tenant.as_str())
        .bind(row.reseller.as_str())
        .bind(row.reseller_tenant.as_str())
        .bind(row.reseller_mpn_id.as_str())
        .bind(row.attested_capacity.as_str())
        .bind(row.decision_id.as_str());
    tx.put(order);
    let mut insert = Change::of_rows(INSERT_LINES, LINE_COLUMNS, lines.len(), "");
    for line in lines {
        insert = insert
            .bind(line.order_id.as_str())
            .bind(line.position)
            .bind(line.customer_tenant.as_str())
            .bind(line.offer.as_str())
            .bind(line.offer_revision)
            .bind(line.quantity)
            .bind(line.term.as_str())
            .bind(line.billing_cycle.as_str())
            .bind(line.external_id.as_str())
            .bind(line.currency.as_str())
            .bind(line.unit_price)
            .bind(line.subscription.as_str());
    }
    tx.put(insert);
}
