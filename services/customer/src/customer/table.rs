//! The tables `customer` and `customer_key`. Each party has a key of its own for a customer: the reader of a
//! customer gets its own key, never another party's. [`csp_service::Call::party_key`] names the owner.

use csp_policy::boundaries::CreateCustomer;
use csp_policy::{Country, Day};
use csp_proto::r#type::v1::{Attestation, Cloud, Contact, PostalAddress};
use csp_service::{Accepted, Encoded, Stored};
use csp_store::{Change, Connection, Error, Save, Select, Statement, Tx, Word, sql, table};
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
        /// The reader's own key for the customer, from the table `customer_key`.
        external_id: Option<String>,
        /// The first domain, which no other customer has.
        domain: String,
        further_domains: Stored<Vec<String>>,
        country: Stored<Country>,
        cloud: Stored<Cloud>,
        company_name: String,
        /// Company name and first domain, in lower case.
        search_text: String,
        billing_address: Option<Encoded<PostalAddress>>,
        billing_contact: Option<Encoded<Contact>>,
        registration_id: String,
        registration_id_attestation: Option<Encoded<Attestation>>,
        organization: Option<String>,
        /// Day and source of the evidence by which an operator set the organization.
        organization_date: Option<Day>,
        organization_source: Option<String>,
        creator: Option<String>,
        /// CSP tenant of the creator.
        creator_tenant: Option<String>,
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
           ( id,  tenant,  revision,  create_time,  update_time,  state,  operation,  domain,
             further_domains,  country,  cloud,  company_name,  search_text,  billing_address,
             billing_contact,  registration_id,  registration_id_attestation,  organization,  creator,
             creator_tenant,  setup_info_shown,  invitation,  evidence_date,  evidence_source)
    VALUES (:id, :tenant, :revision, :create_time, :update_time, :state, :operation, :domain,
            :further_domains, :country, :cloud, :company_name, :search_text, :billing_address,
            :billing_contact, :registration_id, :registration_id_attestation, :organization, :creator,
            :creator_tenant, :setup_info_shown, :invitation, :evidence_date, :evidence_source)
        ON CONFLICT (id) DO UPDATE
       SET tenant                      = excluded.tenant,
           revision                    = excluded.revision,
           create_time                 = excluded.create_time,
           update_time                 = excluded.update_time,
           state                       = excluded.state,
           operation                   = excluded.operation,
           domain                      = excluded.domain,
           further_domains             = excluded.further_domains,
           country                     = excluded.country,
           cloud                       = excluded.cloud,
           company_name                = excluded.company_name,
           search_text                 = excluded.search_text,
           billing_address             = excluded.billing_address,
           billing_contact             = excluded.billing_contact,
           registration_id             = excluded.registration_id,
           registration_id_attestation = excluded.registration_id_attestation,
           organization                = excluded.organization,
           creator                     = excluded.creator,
           creator_tenant              = excluded.creator_tenant,
           setup_info_shown            = excluded.setup_info_shown,
           invitation                  = excluded.invitation,
           evidence_date               = excluded.evidence_date,
           evidence_source             = excluded.evidence_source
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
       SET revision            = :revision,
           update_time         = :update_time,
           company_name        = :company_name,
           search_text         = :search_text,
           billing_address     = :billing_address,
           billing_contact     = :billing_contact,
           organization        = :organization,
           organization_date   = :organization_date,
           organization_source = :organization_source,
           setup_info_shown    = :setup_info_shown
     WHERE id = :id AND revision = :revision - 1 AND state = 'ACTIVE'",
);

macro_rules! customers {
    ($condition:literal) => {
        concat!(
            "
            SELECT * FROM customer LEFT JOIN customer_key
                ON customer_key.customer = customer.id AND customer_key.owner = $1
             WHERE ",
            $condition
        )
    };
}

const ACTIVE_BY_ID: Select<CustomerRow> = Select::new(customers!("id = $2 AND state = 'ACTIVE'"));

const BY_ID: Select<CustomerRow> = Select::new(customers!("id = $2"));

const OF_TENANT: Select<CustomerRow> = Select::new(customers!("tenant = $2 AND state = 'ACTIVE'"));

const OF_EXTERNAL_ID: Select<CustomerRow> = Select::new(customers!("customer_key.external_id = $2"));

const BATCH: Select<CustomerRow> = Select::new(customers!("state = 'ACTIVE' AND id IN :list"));

const PAGE: Select<CustomerRow> = Select::new(customers!(
    "id > $2 AND state = 'ACTIVE'
             ORDER BY id LIMIT $3"
));

const SET_KEY: &str = "
    INSERT INTO customer_key (customer, owner, customer_tenant, external_id)
    VALUES ($1, $2, $3, $4)
        ON CONFLICT (customer, owner) DO UPDATE SET external_id = excluded.external_id";

const CLEAR_KEY: &str = "DELETE FROM customer_key WHERE customer = $1 AND owner = $2";

const CLEAR_KEYS: &str = "DELETE FROM customer_key WHERE customer = $1";

/// Every SQL statement on the two tables.
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
    &SET_KEY,
    &CLEAR_KEY,
    &CLEAR_KEYS,
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

/// Saves the key that `owner` gives to the customer; no key clears the present one. A unique index lets each
/// owner give a key once.
pub(crate) fn set_key(tx: &mut Tx, row: &CustomerRow, owner: &str) {
    tx.put(match &row.external_id {
        Some(key) => Change::new(SET_KEY)
            .bind(row.id.as_str())
            .bind(owner)
            .bind(row.tenant.as_str())
            .bind(key.as_str()),
        None => Change::new(CLEAR_KEY).bind(row.id.as_str()).bind(owner),
    });
}

/// Deletes every party's key for a customer whose creation is undone.
pub(crate) fn clear_keys(tx: &mut Tx, id: &str) {
    tx.put(Change::new(CLEAR_KEYS).bind(id));
}

/// The active customer with this id, with the key of `owner`.
pub(crate) async fn active_by_id(
    conn: &mut Connection,
    owner: &str,
    id: &str,
) -> Result<Option<CustomerRow>, Error> {
    Ok(ACTIVE_BY_ID.query().bind(owner).bind(id).fetch_optional(conn).await?)
}

/// The customer with this id, in any state, with the key of `owner`.
pub(crate) async fn by_id(
    conn: &mut Connection,
    owner: &str,
    id: &str,
) -> Result<Option<CustomerRow>, Error> {
    Ok(BY_ID.query().bind(owner).bind(id).fetch_optional(conn).await?)
}

/// The active customer with this tenant, with the key of `owner`.
pub(crate) async fn of_tenant(
    conn: &mut Connection,
    owner: &str,
    tenant: &str,
) -> Result<Option<CustomerRow>, Error> {
    Ok(OF_TENANT.query().bind(owner).bind(tenant).fetch_optional(conn).await?)
}

/// The active or reserved customer to which `owner` gave the key.
pub(crate) async fn of_external_id(
    conn: &mut Connection,
    owner: &str,
    external_id: &str,
) -> Result<Option<CustomerRow>, Error> {
    Ok(OF_EXTERNAL_ID.query().bind(owner).bind(external_id).fetch_optional(conn).await?)
}

/// Active customers with these ids, in no particular order, each with the key of `owner`.
pub(crate) async fn batch(
    conn: &mut Connection,
    owner: &str,
    ids: &[&str],
) -> Result<Vec<CustomerRow>, Error> {
    let mut rows = Vec::new();
    for ids in ids.chunks(KEYS_MAX) {
        let ids = sql::padded(ids, ids.len().next_power_of_two());
        let query = BATCH.query_list(2, ids.len()).bind(owner);
        let query = ids.into_iter().fold(query, |query, id| query.bind(id));
        rows.extend(query.fetch_all(&mut *conn).await?);
    }
    Ok(rows)
}

/// Active customers with an id after `after`, in order of their ids, each with the key of `owner`.
pub(crate) async fn page(
    conn: &mut Connection,
    owner: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<CustomerRow>, Error> {
    Ok(PAGE.query().bind(owner).bind(after).bind(limit).fetch_all(conn).await?)
}
