//! The table `customer`.

use csp_policy::boundaries::CreateCustomer;
use csp_policy::{Country, Day};
use csp_proto::r#type::v1::{Cloud, Contact, PostalAddress};
use csp_service::{Accepted, Encoded, Stored};
use csp_store::{Connection, Error, Save, Select, Statement, Tx, Word, sql, table};
use jiff::Timestamp;

/// Maximum number of keys that one statement looks up.
pub(crate) const KEYS_MAX: usize = 50;

table! {
    pub(crate) struct CustomerRow in "customer" {
        id: String,
        /// The customer's tenant. A sharded database distributes the table by this column.
        tenant: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        state: State,
        /// Id of the operation that creates or created the customer.
        operation: Option<String>,
        /// Who gave `external_id`: a tenant, or a constant for operators and for invited customers.
        owner: String,
        external_id: Option<String>,
        domain: String,
        country: Stored<Country>,
        cloud: Stored<Cloud>,
        company_name: String,
        /// Company name and domain, in lower case.
        search_text: String,
        billing_address: Option<Encoded<PostalAddress>>,
        billing_contact: Option<Encoded<Contact>>,
        registration_id: String,
        registration_id_is_not_personal: bool,
        organization: Option<String>,
        creator: Option<String>,
        setup_info_shown: bool,
        invitation: Option<String>,
        evidence_date: Option<Day>,
        evidence_source: Option<String>,
    }
}

/// State of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// An operation is creating the customer.
    Reserved,
    /// The customer exists.
    Active,
    /// The customer's creation was undone.
    Abandoned,
}

impl Word for State {
    const WORDS: &'static [(State, &'static str)] =
        &[(State::Reserved, "RESERVED"), (State::Active, "ACTIVE"), (State::Abandoned, "ABANDONED")];
}

// Overwrites the row of an abandoned customer, whose id is free again. The write loses its race to a row in
// any other state.
const RESERVE: Save<CustomerRow> = Save::new(
    "
    INSERT INTO customer
           ( id,  tenant,  revision,  create_time,  update_time,  state,  operation,  owner,  external_id,
             domain,  country,  cloud,  company_name,  search_text,  billing_address,  billing_contact,
             registration_id,  registration_id_is_not_personal,  organization,  creator,  setup_info_shown,
             invitation,  evidence_date,  evidence_source)
    VALUES (:id, :tenant, :revision, :create_time, :update_time, :state, :operation, :owner, :external_id,
            :domain, :country, :cloud, :company_name, :search_text, :billing_address, :billing_contact,
            :registration_id, :registration_id_is_not_personal, :organization, :creator, :setup_info_shown,
            :invitation, :evidence_date, :evidence_source)
        ON CONFLICT (id) DO UPDATE
       SET tenant                          = excluded.tenant,
           revision                        = excluded.revision,
           create_time                     = excluded.create_time,
           update_time                     = excluded.update_time,
           state                           = excluded.state,
           operation                       = excluded.operation,
           owner                           = excluded.owner,
           external_id                     = excluded.external_id,
           domain                          = excluded.domain,
           country                         = excluded.country,
           cloud                           = excluded.cloud,
           company_name                    = excluded.company_name,
           search_text                     = excluded.search_text,
           billing_address                 = excluded.billing_address,
           billing_contact                 = excluded.billing_contact,
           registration_id                 = excluded.registration_id,
           registration_id_is_not_personal = excluded.registration_id_is_not_personal,
           organization                    = excluded.organization,
           creator                         = excluded.creator,
           setup_info_shown                = excluded.setup_info_shown,
           invitation                      = excluded.invitation,
           evidence_date                   = excluded.evidence_date,
           evidence_source                 = excluded.evidence_source
     WHERE customer.state = 'ABANDONED'",
);

const END_RESERVATION: Save<CustomerRow> = Save::new(
    "
    UPDATE customer
       SET state       = :state,
           update_time = :update_time
     WHERE id = :id AND operation = :operation AND state = 'RESERVED'",
);

const UPDATE: Save<CustomerRow> = Save::new(
    "
    UPDATE customer
       SET revision         = :revision,
           update_time      = :update_time,
           external_id      = :external_id,
           company_name     = :company_name,
           search_text      = :search_text,
           billing_address  = :billing_address,
           billing_contact  = :billing_contact,
           organization     = :organization,
           setup_info_shown = :setup_info_shown
     WHERE id = :id AND revision = :revision - 1 AND state = 'ACTIVE'",
);

const ACTIVE_BY_ID: Select<CustomerRow> =
    Select::new("SELECT * FROM customer WHERE id = $1 AND state = 'ACTIVE'");

const BY_ID: Select<CustomerRow> = Select::new("SELECT * FROM customer WHERE id = $1");

const OF_TENANT: Select<CustomerRow> =
    Select::new("SELECT * FROM customer WHERE tenant = $1 AND state = 'ACTIVE'");

const OF_EXTERNAL_ID: Select<CustomerRow> =
    Select::new("SELECT * FROM customer WHERE owner = $1 AND external_id = $2 AND state <> 'ABANDONED'");

const BATCH: Select<CustomerRow> =
    Select::new("SELECT * FROM customer WHERE state = 'ACTIVE' AND id IN :list");

const PAGE: Select<CustomerRow> =
    Select::new("SELECT * FROM customer WHERE id > $1 AND state = 'ACTIVE' ORDER BY id LIMIT $2");

const PAGE_OF_EXTERNAL_ID: Select<CustomerRow> = Select::new(
    "
    SELECT * FROM customer
     WHERE external_id = $1 AND id > $2 AND state = 'ACTIVE'
     ORDER BY id LIMIT $3",
);

/// Every SQL statement on the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[
    &RESERVE,
    &END_RESERVATION,
    &UPDATE,
    &ACTIVE_BY_ID,
    &BY_ID,
    &OF_TENANT,
    &OF_EXTERNAL_ID,
    &BATCH,
    &PAGE,
    &PAGE_OF_EXTERNAL_ID,
];

/// Reserves a customer whose creation is allowed.
pub(crate) fn reserve(tx: &mut Tx, row: &CustomerRow, _: &Accepted<CreateCustomer>) {
    tx.put(RESERVE.of(row).must_meet(1));
}

/// Reserves a customer that accepts an invitation. No permit is needed here: the relationship service decides
/// the acceptance under a permit of its own.
pub(crate) fn register(tx: &mut Tx, row: &CustomerRow) {
    tx.put(RESERVE.of(row).must_meet(1));
}

/// Ends a reservation: the customer becomes active or abandoned. The write loses its race when the
/// reservation has ended.
pub(crate) fn end_reservation(tx: &mut Tx, row: &CustomerRow) {
    tx.put(END_RESERVATION.of(row).must_meet(1));
}

/// Saves a changed customer. Optimistic lock: the write loses its race unless the stored revision is the one
/// before.
pub(crate) fn update(tx: &mut Tx, row: &CustomerRow) {
    tx.put(UPDATE.of(row).must_meet(1));
}

/// The active customer with this id.
pub(crate) async fn active_by_id(conn: &mut Connection, id: &str) -> Result<Option<CustomerRow>, Error> {
    Ok(ACTIVE_BY_ID.query().bind(id).fetch_optional(conn).await?)
}

/// The customer with this id, in any state.
pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Option<CustomerRow>, Error> {
    Ok(BY_ID.query().bind(id).fetch_optional(conn).await?)
}

/// The active customer with this tenant.
pub(crate) async fn of_tenant(conn: &mut Connection, tenant: &str) -> Result<Option<CustomerRow>, Error> {
    Ok(OF_TENANT.query().bind(tenant).fetch_optional(conn).await?)
}

/// The active or reserved customer to which this owner gave the external id.
pub(crate) async fn of_external_id(
    conn: &mut Connection,
    owner: &str,
    external_id: &str,
) -> Result<Option<CustomerRow>, Error> {
    let query = OF_EXTERNAL_ID.query().bind(owner).bind(external_id);
    Ok(query.fetch_optional(conn).await?)
}

/// Active customers with these ids, in no particular order.
pub(crate) async fn batch(conn: &mut Connection, ids: &[&str]) -> Result<Vec<CustomerRow>, Error> {
    let mut rows = Vec::new();
    for ids in ids.chunks(KEYS_MAX) {
        let ids = sql::padded(ids, ids.len().next_power_of_two());
        let query = BATCH.query_list(1, ids.len());
        let query = ids.into_iter().fold(query, |query, id| query.bind(id));
        rows.extend(query.fetch_all(&mut *conn).await?);
    }
    Ok(rows)
}

/// Active customers with an id after `after`, in order of their ids.
pub(crate) async fn page(conn: &mut Connection, after: &str, limit: i64) -> Result<Vec<CustomerRow>, Error> {
    Ok(PAGE.query().bind(after).bind(limit).fetch_all(conn).await?)
}

/// Active customers with this external id, from any owner, with an id after `after`, in order of their ids.
pub(crate) async fn page_of_external_id(
    conn: &mut Connection,
    external_id: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<CustomerRow>, Error> {
    let query = PAGE_OF_EXTERNAL_ID.query().bind(external_id).bind(after);
    Ok(query.bind(limit).fetch_all(conn).await?)
}
