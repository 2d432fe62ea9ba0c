//! The table `partner`.

use csp_policy::boundaries::{
    AssociateMpnId, EnrollPartner, ReviewEnrollment, UpdatePartner, VerifyContactEmail,
};
use csp_policy::{Cloud, Country, Day, Region};
use csp_proto::partner_registry::v1::{Capability, EnrollmentState, ReviewStep, Standing};
use csp_proto::r#type::v1::PartnerKind;
use csp_service::{Accepted, ExternalId, Result, Stored};
use csp_store::{Change, Connection, Save, Select, Statement, Tx, table};
use jiff::Timestamp;

table! {
    /// A partner account. `organization` is a resource name.
    pub(crate) struct PartnerRow in "partner" {
        id: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        tenant: String,
        tenant_domains: Stored<Vec<String>>,
        tenant_country: Stored<Country>,
        cloud: Stored<Cloud>,
        external_id: Option<ExternalId>,
        kind: Stored<PartnerKind>,
        organization: String,
        legal_name: String,
        country: Stored<Country>,
        /// The region on the day of the enrolment, or on the day of the evidence for a recorded account.
        region: Stored<Option<Region>>,
        /// The lines are separated by line feeds.
        address_lines: String,
        city: String,
        state: String,
        postal_code: String,
        contact_first_name: String,
        contact_last_name: String,
        contact_email: String,
        contact_phone: String,
        support_first_name: String,
        support_last_name: String,
        support_email: String,
        support_phone: String,
        capabilities: Stored<Vec<Capability>>,
        registration_id: String,
        registration_id_attested: bool,
        registration_id_text_version: String,
        /// Whether part of the profile comes from another account of the company.
        profile_reused: bool,
        enrollment_state: Stored<EnrollmentState>,
        /// Empty if no review is open.
        review_step: Stored<Option<ReviewStep>>,
        rejection_reason: String,
        appeal_statement: String,
        standing: Stored<Standing>,
        standing_reason: String,
        email_verified: bool,
        /// The generation of the only valid token; a new token has the next generation.
        email_generation: i64,
        email_token_expire_time: Timestamp,
        /// Numbers of the associated location MPN IDs.
        mpn_ids: Stored<Vec<String>>,
        evidence_date: Option<Day>,
        evidence_source: Option<String>,
    }
}

const BY_ID: Select<PartnerRow> = Select::new("SELECT * FROM partner WHERE id = $1");

const BY_TENANT: Select<PartnerRow> = Select::new("SELECT * FROM partner WHERE tenant = $1");

const BY_EXTERNAL_ID: Select<PartnerRow> = Select::new("SELECT * FROM partner WHERE external_id = $1");

const OF_ORGANIZATION: Select<PartnerRow> = Select::new(
    "
    SELECT * FROM partner
     WHERE organization = $1 AND enrollment_state <> 'REJECTED'
     ORDER BY create_time DESC, id DESC LIMIT $2",
);

const PAGE: Select<PartnerRow> = Select::new(
    "
    SELECT * FROM partner
     WHERE id > $1
       AND ($2 = '' OR kind = $2)
       AND ($3 = '' OR country = $3)
       AND $4 LIKE '%,' || enrollment_state || ',%'
     ORDER BY id LIMIT $5",
);

const PAGE_OF_ORGANIZATION: Select<PartnerRow> = Select::new(
    "
    SELECT * FROM partner
     WHERE organization = $1
       AND id > $2
       AND ($3 = '' OR kind = $3)
       AND ($4 = '' OR country = $4)
       AND $5 LIKE '%,' || enrollment_state || ',%'
     ORDER BY id LIMIT $6",
);

const UPDATE: Save<PartnerRow> = Save::new(
    "
    UPDATE partner
       SET revision                = :revision,
           update_time             = :update_time,
           external_id             = :external_id,
           legal_name              = :legal_name,
           contact_first_name      = :contact_first_name,
           contact_last_name       = :contact_last_name,
           contact_email           = :contact_email,
           contact_phone           = :contact_phone,
           support_first_name      = :support_first_name,
           support_last_name       = :support_last_name,
           support_email           = :support_email,
           support_phone           = :support_phone,
           capabilities            = :capabilities,
           enrollment_state        = :enrollment_state,
           review_step             = :review_step,
           rejection_reason        = :rejection_reason,
           appeal_statement        = :appeal_statement,
           standing                = :standing,
           standing_reason         = :standing_reason,
           email_verified          = :email_verified,
           email_generation        = :email_generation,
           email_token_expire_time = :email_token_expire_time,
           mpn_ids                 = :mpn_ids
     WHERE id = :id AND revision = :revision - 1",
);

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] =
    &[&BY_ID, &BY_TENANT, &BY_EXTERNAL_ID, &OF_ORGANIZATION, &PAGE, &PAGE_OF_ORGANIZATION, &UPDATE];

/// Which accounts to list. An empty field does not filter, but for the states.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter<'a> {
    pub(crate) kind: &'a str,
    pub(crate) country: &'a str,
    /// Every state, each between two commas.
    pub(crate) states: &'a str,
}

pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Option<PartnerRow>> {
    Ok(BY_ID.query().bind(id).fetch_optional(conn).await?)
}

/// The account with this CSP tenant.
pub(crate) async fn by_tenant(conn: &mut Connection, tenant: &str) -> Result<Option<PartnerRow>> {
    Ok(BY_TENANT.query().bind(tenant).fetch_optional(conn).await?)
}

/// The account with this external id.
pub(crate) async fn by_external_id(conn: &mut Connection, id: &ExternalId) -> Result<Option<PartnerRow>> {
    Ok(BY_EXTERNAL_ID.query().bind(id.as_str()).fetch_optional(conn).await?)
}

/// The accounts of a company that are not rejected, newest first.
pub(crate) async fn of_organization(
    conn: &mut Connection,
    organization: &str,
    limit: i64,
) -> Result<Vec<PartnerRow>> {
    Ok(OF_ORGANIZATION.query().bind(organization).bind(limit).fetch_all(conn).await?)
}

/// One page of accounts in order of id, after the id `after`.
pub(crate) async fn page(
    conn: &mut Connection,
    filter: Filter<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<PartnerRow>> {
    let query =
        PAGE.query().bind(after).bind(filter.kind).bind(filter.country).bind(filter.states).bind(limit);
    Ok(query.fetch_all(conn).await?)
}

/// One page of a company's accounts in order of id, after the id `after`.
pub(crate) async fn page_of_organization(
    conn: &mut Connection,
    organization: &str,
    filter: Filter<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<PartnerRow>> {
    let query = PAGE_OF_ORGANIZATION
        .query()
        .bind(organization)
        .bind(after)
        .bind(filter.kind)
        .bind(filter.country)
        .bind(filter.states)
        .bind(limit);
    Ok(query.fetch_all(conn).await?)
}

pub(crate) fn insert(tx: &mut Tx, row: &PartnerRow, _: &Accepted<EnrollPartner>) {
    tx.put(Change::insert(row));
}

/// Saves a changed profile.
pub(crate) fn save_profile(tx: &mut Tx, row: &PartnerRow, _: &Accepted<UpdatePartner>) {
    update(tx, row);
}

/// Saves that the address of the primary contact is proved.
pub(crate) fn save_proof(tx: &mut Tx, row: &PartnerRow, _: &Accepted<VerifyContactEmail>) {
    update(tx, row);
}

/// Saves the outcome of a review step.
pub(crate) fn save_review(tx: &mut Tx, row: &PartnerRow, _: &Accepted<ReviewEnrollment>) {
    update(tx, row);
}

/// Saves the associated MPN IDs.
pub(crate) fn save_association(tx: &mut Tx, row: &PartnerRow, _: &Accepted<AssociateMpnId>) {
    update(tx, row);
}

/// Saves a change without a permit, because no programme rule applies to it: a new token, an appeal, a
/// standing.
pub(crate) fn save_unguarded(tx: &mut Tx, row: &PartnerRow) {
    update(tx, row);
}

/// Saves a transition; a stale revision is a lost race.
fn update(tx: &mut Tx, row: &PartnerRow) {
    tx.put(UPDATE.of(row).must_meet(1));
}
