//! Rows in the nouns' words, and what the rule book wants to know of them.

use csp_policy::{self as policy, Country, Day, Revision};
use csp_service::{Fault, Result};
use csp_store::Connection;

use crate::agreement::{self, Agreement};
use crate::mpn_id::MpnId;
use crate::names::{self, MPN_IDS};
use crate::organization::Organization;
use crate::partner::Partner;
use crate::store;

/// The account of that name.
pub(crate) async fn partner(conn: &mut Connection, name: &str) -> Result<Option<Partner>> {
    Ok(store::partner::by_id(conn, names::id(name)).await?.map(Partner::from))
}

/// The account whose CSP tenant this is.
pub(crate) async fn account_of(conn: &mut Connection, tenant: &str) -> Result<Option<Partner>> {
    Ok(store::partner::by_tenant(conn, tenant).await?.map(Partner::from))
}

/// The company of that name.
pub(crate) async fn organization(conn: &mut Connection, name: &str) -> Result<Option<Organization>> {
    Ok(Organization::all(store::organization::by_id(conn, names::id(name)).await?).pop())
}

/// The company of that name; there must be one.
pub(crate) async fn existing_organization(conn: &mut Connection, name: &str) -> Result<Organization> {
    organization(conn, name).await?.ok_or_else(|| Fault::not_found("organization", name))
}

/// The MPN ID of that number.
pub(crate) async fn mpn_id(conn: &mut Connection, number: &str) -> Result<Option<MpnId>> {
    Ok(store::mpn_id::by_number(conn, number).await?.map(MpnId::from))
}

/// The MPN ID of that number; there must be one.
pub(crate) async fn existing_mpn_id(conn: &mut Connection, number: &str) -> Result<MpnId> {
    mpn_id(conn, number).await?.ok_or_else(|| Fault::not_found("mpn_id", names::name(MPN_IDS, number)))
}

/// The MPN ID of that number, for an applicant of `country`: whether there is one it does not learn.
pub(crate) async fn mpn_id_for_applicant(
    conn: &mut Connection,
    number: &str,
    country: Country,
) -> Result<MpnId> {
    Ok(mpn_id(conn, number).await?.unwrap_or_else(|| MpnId::of_nobody(number, country)))
}

/// The signatures of the company of that name.
pub(crate) async fn signatures(conn: &mut Connection, organization: &str) -> Result<Vec<Agreement>> {
    let rows = store::agreement::of_organization(conn, organization).await?;
    Ok(rows.into_iter().map(Agreement::from).collect())
}

/// Accounts of a company that are looked at, at most: one a kind and region.
const ACCOUNTS_OF_COMPANY_MAX: i64 = 3 * 64;

/// The accounts of the company of that name, newest first. Those that were turned down are left out: whether
/// they belong to it nobody found out.
pub(crate) async fn accounts(conn: &mut Connection, organization: &str) -> Result<Vec<Partner>> {
    let rows = store::partner::of_organization(conn, organization, ACCOUNTS_OF_COMPANY_MAX).await?;
    Ok(rows.into_iter().map(Partner::from).collect())
}

/// An account as the rule book judges it on a day, with what it was read from.
#[derive(Debug, Clone)]
pub(crate) struct PartnerFact {
    pub(crate) partner: policy::Partner,
    /// The signature that covers it.
    pub(crate) signature: Option<Agreement>,
    pub(crate) revisions: Vec<Revision>,
}

/// The account as a fact of `day`.
pub(crate) async fn fact(conn: &mut Connection, partner: &Partner, day: Day) -> Result<PartnerFact> {
    let company = &partner.row().organization;
    let organization = organization(conn, company)
        .await?
        .ok_or_else(|| Fault::internal(format!("`{}` has no organization", partner.name())))?;
    let signatures = signatures(conn, company).await?;
    let signature = agreement::covering(&signatures, partner.country()?, day).cloned();
    let since = signature.as_ref().and_then(Agreement::sign_date);
    Ok(PartnerFact {
        partner: partner.fact(organization.fact(day), since)?,
        revisions: vec![
            revision(partner.name(), partner.row().revision),
            revision(organization.name(), organization.row().revision),
        ],
        signature,
    })
}

/// A resource that a decision rests on.
pub(crate) fn revision(resource: String, revision: i64) -> Revision {
    Revision { resource, revision }
}
