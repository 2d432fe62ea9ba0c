//! The tables `cart` and `cart_line`.

use csp_policy::boundaries::{CreateCart, SubmitOrder, UpdateCart};
use csp_proto::subscription::v1::{BillingCycle, Term};
use csp_service::{Accepted, ExternalId, Result, Stored};
use csp_store::{Change, Connection, Save, Select, Statement, Tx, Word, table};
use jiff::Timestamp;

use crate::lists::{PageQuery, Question, lists};
use crate::seats::Seats;

table! {
    /// A cart. Parties are resource names. Of `reseller_mpn_id` and `reseller`, the one that is not named is
    /// empty.
    pub(crate) struct CartRow in "cart" key [customer, id] {
        id: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        external_id: Option<ExternalId>,
        customer: String,
        customer_tenant: String,
        creator: String,
        creator_tenant: String,
        seller: String,
        seller_tenant: String,
        reseller_mpn_id: String,
        reseller: String,
        state: State,
        order_id: String,
    }
}

table! {
    /// A line of a cart, with the plan that was chosen from its offer.
    pub(crate) struct CartLineRow in "cart_line" key [customer, cart, position] {
        customer: String,
        cart: String,
        position: i64,
        customer_tenant: String,
        offer: String,
        quantity: Seats,
        term: Stored<Term>,
        billing_cycle: Stored<BillingCycle>,
        external_id: Option<ExternalId>,
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

const BY_ID: Select<CartRow> = Select::new("SELECT * FROM cart WHERE customer = $1 AND id = $2");

const BY_EXTERNAL_ID: Select<CartRow> = Select::new("SELECT * FROM cart WHERE external_id = $1");

const LINES: Select<CartLineRow> =
    Select::new("SELECT * FROM cart_line WHERE customer = $1 AND cart = $2 ORDER BY position");

const LINES_OF: Select<CartLineRow> = Select::new(
    "SELECT * FROM cart_line WHERE (customer, cart) IN (:pairs) ORDER BY customer, cart, position",
);

lists! {
    CartRow, "cart",
    partners: "creator_tenant", "seller_tenant",
    others: "FALSE",
    customers: "FALSE",
    filter: "$7 LIKE '% ' || CASE WHEN state = 'OPEN' AND create_time < $8 THEN 'EXPIRED' ELSE state END || ' %'
         AND ($9 = '' OR creator = $9) AND ($10 = '' OR seller = $10)", 4,
    customer: "$11", kind: "$12",
}

const UPDATE: Save<CartRow> = Save::new(
    "UPDATE cart
        SET revision        = :revision,
            update_time     = :update_time,
            reseller_mpn_id = :reseller_mpn_id,
            reseller        = :reseller,
            state           = :state,
            order_id        = :order_id
      WHERE customer = :customer AND id = :id AND revision = :revision - 1",
);

const CLEAR_LINES: &str = "DELETE FROM cart_line WHERE customer = $1 AND cart = $2";

/// Every statement besides those of the list.
pub(crate) const STATEMENTS: &[&dyn Statement] =
    &[&BY_ID, &BY_EXTERNAL_ID, &LINES, &LINES_OF, &UPDATE, &CLEAR_LINES];

/// Which carts a list shows.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    /// Stored words between spaces.
    pub(crate) states: String,
    /// Open carts that were created before have expired.
    pub(crate) expired_before: Timestamp,
    /// Empty for any.
    pub(crate) creator: String,
    /// Empty for any.
    pub(crate) seller: String,
    /// Empty for any.
    pub(crate) external_id: String,
}

/// The customer's cart with that id and its lines, by position.
pub(crate) async fn by_id(
    conn: &mut Connection,
    customer: &str,
    id: &str,
) -> Result<Option<(CartRow, Vec<CartLineRow>)>> {
    let Some(cart) = BY_ID.query().bind(customer).bind(id).fetch_optional(&mut *conn).await? else {
        return Ok(None);
    };
    Ok(Some((cart, LINES.query().bind(customer).bind(id).fetch_all(conn).await?)))
}

/// One page of carts.
pub(crate) async fn page<'q>(
    conn: &mut Connection,
    page: &'q PageQuery,
    filter: &'q Filter,
) -> Result<Vec<CartRow>> {
    let Filter { states, expired_before, creator, seller, external_id } = filter;
    let bind = |query: Question<'q, CartRow>| {
        let query = query.bind(states.as_str()).bind(expired_before.as_microsecond());
        query.bind(creator.as_str()).bind(seller.as_str())
    };
    LISTS.page(conn, page, external_id, bind).await
}

/// The lines of the carts, by position.
pub(crate) async fn lines(conn: &mut Connection, carts: &[CartRow]) -> Result<Vec<CartLineRow>> {
    if carts.is_empty() {
        return Ok(Vec::new());
    }
    let query = LINES_OF.query_pairs(1, carts.len());
    let bound =
        carts.iter().fold(query, |query, row| query.bind(row.customer.as_str()).bind(row.id.as_str()));
    Ok(bound.fetch_all(conn).await?)
}

/// The cart with that external id.
pub(crate) async fn by_external_id(conn: &mut Connection, id: &ExternalId) -> Result<Option<CartRow>> {
    Ok(BY_EXTERNAL_ID.query().bind(id.as_str()).fetch_optional(conn).await?)
}

/// Stores a new cart with its lines.
pub(crate) fn insert(tx: &mut Tx, row: &CartRow, lines: &[CartLineRow], _: &Accepted<CreateCart>) {
    tx.put(Change::insert(row));
    tx.put(Change::insert_all(lines));
}

/// Stores a changed cart, and its new lines if they changed.
pub(crate) async fn save_updated(
    tx: &mut Tx,
    after: &CartRow,
    lines: Option<&[CartLineRow]>,
    _: &Accepted<UpdateCart>,
) -> Result<()> {
    update(tx, after);
    if let Some(lines) = lines {
        tx.put(Change::new(CLEAR_LINES).bind(after.customer.as_str()).bind(after.id.as_str()));
        // The new lines have the positions of the old ones.
        tx.flush().await?;
        tx.put(Change::insert_all(lines));
    }
    Ok(())
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
