//! Carts and their lines.

use csp_policy::boundaries::{CreateCart, SubmitOrder};
use csp_service::Accepted;
use csp_store::{Change, Tx};

use crate::schema::{Answer, Conn};

macro_rules! columns {
    () => {
        "id, revision, create_time, update_time, external_id, customer, customer_tenant, creator, \
         creator_tenant, seller, seller_tenant, reseller_mpn_id, state, order_name"
    };
}

const LINE_COLUMNS: usize = 8;

const BY_ID: &str = concat!("SELECT ", columns!(), " FROM cart WHERE id = $1");
const BY_EXTERNAL_ID: &str =
    concat!("SELECT ", columns!(), " FROM cart WHERE creator_tenant = $1 AND external_id = $2");
const LINES: &str = "SELECT cart, position, customer_tenant, offer, quantity, term, billing_cycle, external_id \
     FROM cart_line WHERE cart = $1 ORDER BY position";
const INSERT: &str = concat!(
    "INSERT INTO cart (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
);
const INSERT_LINES: &str = "INSERT INTO cart_line (cart, position, customer_tenant, offer, quantity, term, \
     billing_cycle, external_id) VALUES";
const UPDATE: &str = "UPDATE cart SET revision = revision + 1, update_time = $1, state = $2, order_name = $3 \
     WHERE id = $4 AND revision = $5";

/// A row of `cart`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct CartRow {
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) external_id: Option<String>,
    pub(crate) customer: String,
    pub(crate) customer_tenant: String,
    pub(crate) creator: String,
    pub(crate) creator_tenant: String,
    pub(crate) seller: String,
    pub(crate) seller_tenant: String,
    pub(crate) reseller_mpn_id: String,
    pub(crate) state: String,
    pub(crate) order_name: String,
}

/// A row of `cart_line`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct CartLineRow {
    pub(crate) cart: String,
    pub(crate) position: i64,
    pub(crate) customer_tenant: String,
    pub(crate) offer: String,
    pub(crate) quantity: i64,
    pub(crate) term: String,
    pub(crate) billing_cycle: String,
    pub(crate) external_id: String,
}

/// The cart with that id and its lines in order.
pub(crate) async fn by_id(conn: Conn<'_>, id: &str) -> Answer<Option<(CartRow, Vec<CartLineRow>)>> {
    let Some(cart) = sqlx::query_as(BY_ID).bind(id).fetch_optional(&mut *conn).await? else {
        return Ok(None);
    };
    let lines = sqlx::query_as(LINES).bind(id).fetch_all(conn).await?;
    Ok(Some((cart, lines)))
}

/// The cart to which its creator gave that key.
pub(crate) async fn by_external_id(
    conn: Conn<'_>,
    creator_tenant: &str,
    external_id: &str,
) -> Answer<Option<CartRow>> {
    Ok(sqlx::query_as(BY_EXTERNAL_ID).bind(creator_tenant).bind(external_id).fetch_optional(conn).await?)
}

/// Stores a new cart.
pub(crate) fn insert(tx: &mut Tx, row: &CartRow, lines: &[CartLineRow], _allowed: &Accepted<CreateCart>) {
    let cart = Change::new(INSERT)
        .bind(row.id.as_str())
        .bind(row.revision)
        .bind(row.create_time)
        .bind(row.update_time)
        .bind(row.external_id.as_deref())
        .bind(row.customer.as_str())
        .bind(row.customer_tenant.as_str())
        .bind(row.creator.as_str())
        .bind(row.creator_tenant.as_str())
        .bind(row.seller.as_str())
        .bind(row.seller_tenant.as_str())
        .bind(row.reseller_mpn_id.as_str())
        .bind(row.state.as_str())
        .bind(row.order_name.as_str());
    tx.put(cart);
    let mut insert = Change::of_rows(INSERT_LINES, LINE_COLUMNS, lines.len(), "");
    for line in lines {
        insert = insert
            .bind(line.cart.as_str())
            .bind(line.position)
            .bind(line.customer_tenant.as_str())
            .bind(line.offer.as_str())
            .bind(line.quantity)
            .bind(line.term.as_str())
            .bind(line.billing_cycle.as_str())
            .bind(line.external_id.as_str());
    }
    tx.put(insert);
}

/// Stores that a cart became an order.
pub(crate) fn submit(tx: &mut Tx, after: &CartRow, _allowed: &Accepted<SubmitOrder>) {
    update(tx, after);
}

/// Stores that a cart was called off: nothing is sold, so no rule guards it.
pub(crate) fn cancel(tx: &mut Tx, after: &CartRow) {
    update(tx, after);
}

/// Swaps the revision before `after`'s.
fn update(tx: &mut Tx, after: &CartRow) {
    let update = Change::new(UPDATE).bind(after.update_time).bind(after.state.as_str());
    let update = update.bind(after.order_name.as_str()).bind(after.id.as_str()).bind(after.revision - 1);
    tx.put(update.must_meet(1));
}
