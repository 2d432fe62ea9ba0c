//! Table `partner`: the accounts.

use csp_policy::boundaries::{
    AssociateMpnId, EnrollPartner, ReviewEnrollment, UpdatePartner, VerifyContactEmail,
};
use csp_service::Accepted;
use csp_store::{Change, Connection, Error, Tx};

macro_rules! columns {
    () => {
        "id, revision, create_time, update_time, tenant, cloud, external_id, kind, organization, legal_name, \
         country, region, address_lines, city, state, postal_code, contact_first_name, contact_last_name, \
         contact_email, contact_phone, support_first_name, support_last_name, support_email, support_phone, \
         capabilities, registration_id, profile_reused, enrollment_state, review_step, rejection_reason, \
         appeal_statement, standing, standing_reason, email_verified, email_generation, \
         email_token_expire_time, mpn_ids, evidence_date, evidence_source, tenant_country"
    };
}

const BY_ID: &str = concat!("SELECT ", columns!(), " FROM partner WHERE id = $1");
const BY_TENANT: &str = concat!("SELECT ", columns!(), " FROM partner WHERE tenant = $1");
const BY_EXTERNAL_ID: &str = concat!("SELECT ", columns!(), " FROM partner WHERE external_id = $1");
const OF_ORGANIZATION: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM partner WHERE organization = $1 AND enrollment_state <> 'REJECTED' \
     ORDER BY create_time DESC, id DESC LIMIT $2"
);
const PAGE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM partner WHERE id > $1 AND ($2 = '' OR kind = $2) AND ($3 = '' OR country = $3) \
     AND ($4 = '' OR enrollment_state = $4) ORDER BY id LIMIT $5"
);
const PAGE_OF_ORGANIZATION: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM partner WHERE organization = $1 AND id > $2 AND ($3 = '' OR kind = $3) AND ($4 = '' OR country = $4) \
     AND ($5 = '' OR enrollment_state = $5) ORDER BY id LIMIT $6"
);
const INSERT: &str = concat!(
    "INSERT INTO partner (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
     $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40)"
);
const UPDATE: &str = "UPDATE partner SET revision = $1, update_time = $2, external_id = $3, legal_name = $4, \
     contact_first_name = $5, contact_last_name = $6, contact_email = $7, contact_phone = $8, \
     support_first_name = $9, support_last_name = $10, support_email = $11, support_phone = $12, \
     capabilities = $13, enrollment_state = $14, review_step = $15, rejection_reason = $16, \
     appeal_statement = $17, standing = $18, standing_reason = $19, email_verified = $20, \
     email_generation = $21, email_token_expire_time = $22, mpn_ids = $23 WHERE id = $24 AND revision = $25";

/// A row of `partner`. Lists are separated by commas, lines of the address by line feeds.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct PartnerRow {
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) tenant: String,
    pub(crate) cloud: String,
    pub(crate) external_id: Option<String>,
    pub(crate) kind: String,
    pub(crate) organization: String,
    pub(crate) legal_name: String,
    pub(crate) country: String,
    /// The region on the day of the enrolment.
    pub(crate) region: String,
    pub(crate) address_lines: String,
    pub(crate) city: String,
    pub(crate) state: String,
    pub(crate) postal_code: String,
    pub(crate) contact_first_name: String,
    pub(crate) contact_last_name: String,
    pub(crate) contact_email: String,
    pub(crate) contact_phone: String,
    pub(crate) support_first_name: String,
    pub(crate) support_last_name: String,
    pub(crate) support_email: String,
    pub(crate) support_phone: String,
    pub(crate) capabilities: String,
    pub(crate) registration_id: String,
    /// Whether part of the profile was taken from another account of the company.
    pub(crate) profile_reused: i64,
    pub(crate) enrollment_state: String,
    /// Empty when no review is going on.
    pub(crate) review_step: String,
    pub(crate) rejection_reason: String,
    pub(crate) appeal_statement: String,
    pub(crate) standing: String,
    pub(crate) standing_reason: String,
    pub(crate) email_verified: i64,
    /// Which of the tokens that were sent is good.
    pub(crate) email_generation: i64,
    pub(crate) email_token_expire_time: i64,
    /// Numbers of the associated location MPN IDs.
    pub(crate) mpn_ids: String,
    pub(crate) evidence_date: Option<String>,
    pub(crate) evidence_source: Option<String>,
    /// Empty in accounts from before it was asked for.
    pub(crate) tenant_country: String,
}

/// Which accounts to list; what is empty is not asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter<'a> {
    pub(crate) kind: &'a str,
    pub(crate) country: &'a str,
    pub(crate) enrollment_state: &'a str,
}

/// The account with this id.
pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Option<PartnerRow>, Error> {
    Ok(sqlx::query_as(BY_ID).bind(id).fetch_optional(conn).await?)
}

/// The account whose CSP tenant this is.
pub(crate) async fn by_tenant(conn: &mut Connection, tenant: &str) -> Result<Option<PartnerRow>, Error> {
    Ok(sqlx::query_as(BY_TENANT).bind(tenant).fetch_optional(conn).await?)
}

/// The account with this key.
pub(crate) async fn by_external_id(conn: &mut Connection, key: &str) -> Result<Option<PartnerRow>, Error> {
    Ok(sqlx::query_as(BY_EXTERNAL_ID).bind(key).fetch_optional(conn).await?)
}

/// Accounts of a company that were not turned down, newest first.
pub(crate) async fn of_organization(
    conn: &mut Connection,
    organization: &str,
    limit: i64,
) -> Result<Vec<PartnerRow>, Error> {
    Ok(sqlx::query_as(OF_ORGANIZATION).bind(organization).bind(limit).fetch_all(conn).await?)
}

/// Accounts by id, after `after`.
pub(crate) async fn page(
    conn: &mut Connection,
    filter: Filter<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<PartnerRow>, Error> {
    let query = sqlx::query_as(PAGE)
        .bind(after)
        .bind(filter.kind)
        .bind(filter.country)
        .bind(filter.enrollment_state)
        .bind(limit);
    Ok(query.fetch_all(conn).await?)
}

/// Accounts of a company by id, after `after`.
pub(crate) async fn page_of_organization(
    conn: &mut Connection,
    organization: &str,
    filter: Filter<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<PartnerRow>, Error> {
    let query = sqlx::query_as(PAGE_OF_ORGANIZATION)
        .bind(organization)
        .bind(after)
        .bind(filter.kind)
        .bind(filter.country)
        .bind(filter.enrollment_state)
        .bind(limit);
    Ok(query.fetch_all(conn).await?)
}

/// Stores a new account.
pub(crate) fn insert(tx: &mut Tx, _accepted: &Accepted<EnrollPartner>, row: &PartnerRow) {
    tx.put(
        Change::new(INSERT)
            .bind(&row.id)
            .bind(row.revision)
            .bind(row.create_time)
            .bind(row.update_time)
            .bind(&row.tenant)
            .bind(&row.cloud)
            .bind(&row.external_id)
            .bind(&row.kind)
            .bind(&row.organization)
            .bind(&row.legal_name)
            .bind(&row.country)
            .bind(&row.region)
            .bind(&row.address_lines)
            .bind(&row.city)
            .bind(&row.state)
            .bind(&row.postal_code)
            .bind(&row.contact_first_name)
            .bind(&row.contact_last_name)
            .bind(&row.contact_email)
            .bind(&row.contact_phone)
            .bind(&row.support_first_name)
            .bind(&row.support_last_name)
            .bind(&row.support_email)
            .bind(&row.support_phone)
            .bind(&row.capabilities)
            .bind(&row.registration_id)
            .bind(row.profile_reused)
            .bind(&row.enrollment_state)
            .bind(&row.review_step)
            .bind(&row.rejection_reason)
            .bind(&row.appeal_statement)
            .bind(&row.standing)
            .bind(&row.standing_reason)
            .bind(row.email_verified)
            .bind(row.email_generation)
            .bind(row.email_token_expire_time)
            .bind(&row.mpn_ids)
            .bind(&row.evidence_date)
            .bind(&row.evidence_source)
            .bind(&row.tenant_country),
    );
}

/// Stores contacts, names and the like.
pub(crate) fn save_profile(tx: &mut Tx, _accepted: &Accepted<UpdatePartner>, row: &PartnerRow) {
    update(tx, row);
}

/// Stores that the address of the primary contact is proved.
pub(crate) fn save_proof(tx: &mut Tx, _accepted: &Accepted<VerifyContactEmail>, row: &PartnerRow) {
    update(tx, row);
}

/// Stores how far a review has come.
pub(crate) fn save_review(tx: &mut Tx, _accepted: &Accepted<ReviewEnrollment>, row: &PartnerRow) {
    update(tx, row);
}

/// Stores the associated MPN IDs.
pub(crate) fn save_association(tx: &mut Tx, _accepted: &Accepted<AssociateMpnId>, row: &PartnerRow) {
    update(tx, row);
}

/// Stores a change that no rule guards: a new token, an appeal, a standing.
pub(crate) fn save_unguarded(tx: &mut Tx, row: &PartnerRow) {
    update(tx, row);
}

fn update(tx: &mut Tx, row: &PartnerRow) {
    tx.put(
        Change::new(UPDATE)
            .bind(row.revision)
            .bind(row.update_time)
            .bind(&row.external_id)
            .bind(&row.legal_name)
            .bind(&row.contact_first_name)
            .bind(&row.contact_last_name)
            .bind(&row.contact_email)
            .bind(&row.contact_phone)
            .bind(&row.support_first_name)
            .bind(&row.support_last_name)
            .bind(&row.support_email)
            .bind(&row.support_phone)
            .bind(&row.capabilities)
            .bind(&row.enrollment_state)
            .bind(&row.review_step)
            .bind(&row.rejection_reason)
            .bind(&row.appeal_statement)
            .bind(&row.standing)
            .bind(&row.standing_reason)
            .bind(row.email_verified)
            .bind(row.email_generation)
            .bind(row.email_token_expire_time)
            .bind(&row.mpn_ids)
            .bind(&row.id)
            .bind(row.revision - 1)
            .must_meet(1),
    );
}
