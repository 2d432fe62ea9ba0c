//! Reading accounts: `GetPartner`, `BatchGetPartners`, `ListPartners`.

use csp_policy::Country;
use csp_proto::partner_registry::v1::{self as pb, EnrollmentState};
use csp_proto::r#type::v1::PartnerKind;
use csp_service::wire;
use csp_service::{Call, Fault, Fields, Page, Result, Storable as _};
use csp_store::Connection;

use super::table::{self, Filter};
use super::{COLLECTION, Partner, TYPE, View};
use crate::visibility::Viewer;
use crate::{PartnerRegistryService, organization};

/// Maximum number of names in one batch.
const BATCH_NAMES_MAX: usize = 100;
/// Maximum number of accounts of one company: one for each of 3 kinds and 64 regions. Fewer regions exist.
const ACCOUNTS_OF_COMPANY_MAX: i64 = 3 * 64;

/// An account that the caller sees, and the part of it that the caller sees.
#[derive(Debug)]
pub(crate) struct Visible {
    pub(crate) viewer: Viewer,
    pub(crate) partner: Partner,
    pub(crate) view: View,
}

/// The account named `name`.
pub(crate) async fn by_name(conn: &mut Connection, name: &str) -> Result<Option<Partner>> {
    Ok(table::by_id(conn, wire::id_of(name)).await?.map(Partner::from))
}

/// The account with this CSP tenant.
pub(crate) async fn by_tenant(conn: &mut Connection, tenant: &str) -> Result<Option<Partner>> {
    Ok(table::by_tenant(conn, tenant).await?.map(Partner::from))
}

/// The company's accounts, newest first, without the rejected ones: nobody proved that a rejected account
/// belongs to the company.
pub(crate) async fn of_organization(conn: &mut Connection, organization: &str) -> Result<Vec<Partner>> {
    let rows = table::of_organization(conn, organization, ACCOUNTS_OF_COMPANY_MAX).await?;
    Ok(rows.into_iter().map(Partner::from).collect())
}

/// The account named `name`, if the caller sees it at least in part; otherwise NOT_FOUND.
pub(crate) async fn visible(conn: &mut Connection, call: &Call, name: &str) -> Result<Visible> {
    let viewer = Viewer::of(conn, call).await?;
    let partner = by_name(conn, name).await?;
    partner
        .and_then(|partner| viewer.sees(&partner).map(|view| (partner, view)))
        .map(|(partner, view)| Visible { viewer, partner, view })
        .ok_or_else(|| Fault::not_found(TYPE, name))
}

/// The account named `name`, if it is the caller's own or the caller is an operator; otherwise NOT_FOUND.
pub(crate) async fn own(conn: &mut Connection, call: &Call, name: &str) -> Result<Visible> {
    let visible = visible(conn, call, name).await?;
    if visible.view == View::Part { Err(Fault::not_found(TYPE, name)) } else { Ok(visible) }
}

/// Reads the name of an account from a request that has no other field to check.
pub(crate) fn name(name: &str) -> Result<String> {
    Fields::only(|fields| fields.resource_name("name", name, COLLECTION))
}

/// The parsed request: which accounts to list.
struct Query {
    kind: Option<PartnerKind>,
    country: Option<Country>,
    enrollment_state: Option<EnrollmentState>,
    organization: Option<String>,
    external_id: Option<String>,
}

impl TryFrom<&pb::ListPartnersRequest> for Query {
    type Error = Fault;

    fn try_from(request: &pb::ListPartnersRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let kind = optional_enum(&mut fields, "kind", request.kind);
        let enrollment_state = optional_enum(&mut fields, "enrollment_state", request.enrollment_state);
        let country = fields.optional(&request.country, |fields, value| fields.country("country", value));
        let organization =
            fields.optional_name("organization", &request.organization, organization::COLLECTION);
        let external_id = fields.external_id("external_id", &request.external_id);
        fields.finish(|| {
            Some(Query {
                kind: kind?,
                country: country?,
                enrollment_state: enrollment_state?,
                organization: organization?,
                external_id: external_id?,
            })
        })
    }
}

impl Query {
    /// Whether the query filters by a field that only operators and the account's own users see.
    fn is_private(&self) -> bool {
        self.organization.is_some() || self.external_id.is_some()
    }

    fn fits(&self, partner: &Partner) -> bool {
        let row = partner.row();
        self.kind.is_none_or(|kind| kind == row.kind.0)
            && self.country.is_none_or(|country| country == row.country.0)
            && self.enrollment_state.is_none_or(|state| state == row.enrollment_state.0)
            && self.organization.as_ref().is_none_or(|organization| *organization == row.organization)
            && (self.external_id.is_none() || self.external_id == row.external_id)
    }
}

pub(crate) async fn get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::GetPartnerRequest,
) -> Result<pb::GetPartnerResponse> {
    let name = name(&request.name)?;
    let Visible { partner, view, .. } = visible(service.book.store.read().await?.conn(), call, &name).await?;
    Ok(pb::GetPartnerResponse { partner: Some(partner.render(view, service.book.clock.today())) })
}

/// Reads several accounts. Accounts that the caller does not see are left out.
pub(crate) async fn batch_get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::BatchGetPartnersRequest,
) -> Result<pb::BatchGetPartnersResponse> {
    let mut fields = Fields::new();
    if fields.number("names", request.names.len(), 0..=BATCH_NAMES_MAX).is_some() {
        for name in &request.names {
            fields.resource_name("names", name, COLLECTION);
        }
    }
    fields.finish(|| Some(()))?;
    let today = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let viewer = Viewer::of(reader.conn(), call).await?;
    let mut partners = Vec::new();
    for name in &request.names {
        if let Some(partner) = by_name(reader.conn(), name).await?
            && let Some(view) = viewer.sees(&partner)
        {
            partners.push(partner.render(view, today));
        }
    }
    Ok(pb::BatchGetPartnersResponse { partners })
}

/// Lists the accounts that the caller sees, in order of id.
pub(crate) async fn list(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::ListPartnersRequest,
) -> Result<pb::ListPartnersResponse> {
    let query = Query::try_from(&request)?;
    let (kind, state) = (query.kind.text(), query.enrollment_state.text());
    let filters = [&kind, &request.country, &state, &request.organization, &request.external_id];
    let page = Page::of(call, &filters.map(String::as_str), request.page_size, &request.page_token)?;
    let today = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let viewer = Viewer::of(reader.conn(), call).await?;
    let mut partners = found(reader.conn(), &viewer, &query, &page).await?;
    let next_page_token = page.cut(&mut partners, |partner| vec![partner.row().id.clone()]);
    let seen = partners.iter().filter_map(|partner| Some(partner.render(viewer.sees(partner)?, today)));
    Ok(pb::ListPartnersResponse { partners: seen.collect(), next_page_token })
}

/// One page of accounts, plus one account if another page follows.
async fn found(conn: &mut Connection, viewer: &Viewer, query: &Query, page: &Page) -> Result<Vec<Partner>> {
    let sees_others = viewer.is_operator() || viewer.enrolled_account().is_some();
    // A partner is listed only the authorized accounts of others. Its own account is among them: a partner
    // without an authorized account sees no others.
    let lists_state =
        viewer.is_operator() || matches!(query.enrollment_state, None | Some(EnrollmentState::Authorized));
    let sees_private = viewer.is_operator();
    let mut candidates = if !sees_others || !lists_state || (query.is_private() && !sees_private) {
        viewer.account().cloned().into_iter().collect()
    } else if let Some(external_id) = &query.external_id {
        let row = table::by_external_id(conn, external_id).await?;
        row.map(Partner::from).into_iter().collect()
    } else {
        let state =
            if viewer.is_operator() { query.enrollment_state } else { Some(EnrollmentState::Authorized) };
        let filter = Filter {
            kind: &query.kind.text(),
            country: &query.country.text(),
            enrollment_state: &state.text(),
        };
        let (after, limit) = (page.after(0), page.limit());
        let rows = match &query.organization {
            None => table::page(conn, filter, after, limit).await?,
            Some(name) => table::page_of_organization(conn, name, filter, after, limit).await?,
        };
        rows.into_iter().map(Partner::from).collect::<Vec<_>>()
    };
    candidates.retain(|partner| query.fits(partner) && partner.row().id.as_str() > page.after(0));
    candidates.sort_by(|one, other| one.row().id.cmp(&other.row().id));
    candidates.truncate(page.size() + 1);
    Ok(candidates)
}

/// Reads an enum value that may be left out: `Some(None)` if it was left out, `None` if it is unknown.
fn optional_enum<E: TryFrom<i32>>(fields: &mut Fields, field: &str, value: i32) -> Option<Option<E>> {
    if value == 0 { Some(None) } else { fields.enum_value(field, value).map(Some) }
}
