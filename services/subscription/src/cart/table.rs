//! The tables `cart` and `cart_line`.

use csp_policy::boundaries::{CreateCart, SubmitOrder};
use csp_proto::subscription::v1::{BillingCycle, Term};
use csp_service::{Accepted, Result, Stored};
use csp_store::{Change, Connection, Save, Select, Statement, Tx, Word, table};
use jiff::Timestamp;

use crate::seats::Seats;

table! {
    /// A cart. Parties are resource names.
    pub(crate) struct CartRow in "cart" {
        id: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        external_id: Option<String>,
        customer: String,
        customer_tenant: String,
        creator: String,
        creator_tenant: String,
        seller: String,
        seller_tenant: String,
        reseller_mpn_id: String,
        state: State,
        order_name: String,
    }
}

table! {
    /// A line of a cart, with the plan that was chosen from its offer.
    pub(crate) struct CartLineRow in "cart_line" key [cart, position] {
        cart: String,
        position: i64,
        customer_tenant: String,
        offer: String,
        quantity: Seats,
        term: Stored<Term>,
        billing_cycle: Stored<BillingCycle>,
        external_id: String,
    }
}

/// The stored state of a cart. EXPIRED is not stored: it is computed from the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Submitted,
    Cancelled,
}

impl Word for State {
    const WORDS: &'static [(State, &'static str)] =
        &[(State::Open, "OPEN"), (State::Submitted, "SUBMITTED"), (State::Cancelled, "CANCELLED")];
}

const BY_ID: Select<CartRow> = Select::new("SELECT * FROM cart WHERE id = $1");

const BY_EXTERNAL_ID: Select<CartRow> =
    Select::new("SELECT * FROM cart WHERE creator_tenant = $1 AND external_id = $2");

const LINES: Select<CartLineRow> = Select::new("SELECT * FROM cart_line WHERE cart = $1 ORDER BY position");

const UPDATE: Save<CartRow> = Save::new(
    "UPDATE cart
        SET revision    = :revision,
            update_time = :update_time,
            state       = :state,
            order_name  = :order_name
      WHERE id = :id AND revision = :revision - 1",
);

/// Every statement of the tables.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&BY_ID, &BY_EXTERNAL_ID, &LINES, &UPDATE];

/// The cart with that id and its lines, by position.
pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Option<(CartRow, Vec<CartLineRow>)>> {
    let Some(cart) = BY_ID.query().bind(id).fetch_optional(&mut *conn).await? else {
        return Ok(None);
    };
    Ok(Some((cart, LINES.query().bind(id).fetch_all(conn).await?)))
}

/// The cart with that external id of the creator.
pub(crate) async fn by_external_id(
    conn: &mut Connection,
    creator_tenant: &str,
    external_id: &str,
) -> Result<Option<CartRow>> {
    Ok(BY_EXTERNAL_ID.query().bind(creator_tenant).bind(external_id).fetch_optional(conn).await?)
}

/// Stores a new cart with its lines.
pub(crate) fn insert(tx: &mut Tx, row: &CartRow, lines: &[CartLineRow], _: &Accepted<CreateCart>) {
    tx.put(Change::insert(row));
    tx.put(Change::insert_all(lines));
}

/// Stores a cart that was submitted.
pub(crate) fn save_submitted(tx: &mut Tx, after: &CartRow, _: &Accepted<SubmitOrder>) {
    update(tx, after);
}

/// Stores a cart that was cancelled. Nothing is sold, so no decision is needed.
pub(crate) fn save_cancelled(tx: &mut Tx, after: &CartRow) {
    update(tx, after);
}

/// Compare-and-swap: the write loses its race unless the stored revision is the one before `after`.
fn update(tx: &mut Tx, after: &CartRow) {
    tx.put(UPDATE.of(after).must_meet(1));
}
