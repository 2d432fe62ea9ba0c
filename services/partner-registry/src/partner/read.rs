//! Reading accounts: `GetPartner`, `BatchGetPartners`, `ListPartners`.

use std::collections::BTreeMap;

use csp_policy::{Country, Party};
use csp_proto::partner_registry::v1::{self as pb, EnrollmentState};
use csp_proto::r#type::v1::PartnerKind;
use csp_service::wire;
use csp_service::{Call, Fault, Fields, Page, Result, Storable as _};
use csp_store::Connection;

use super::table::{self, Filter};
use super::{COLLECTION, Partner, TYPE, View};
use crate::claim::table::Kind;
use crate::visibility::Viewer;
use crate::{PartnerRegistryService, claim, enum_set, organization};

/// Maximum number of states in a filter; three states exist.
const STATES_MAX: usize = 16;
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

/// The account named `name`, if it is the caller's own or the caller is an operator; PERMISSION_DENIED for an
/// account that the caller sees in part only.
pub(crate) async fn own(conn: &mut Connection, call: &Call, name: &str) -> Result<Visible> {
    let visible = visible(conn, call, name).await?;
    if visible.view == View::Part {
        Err(Fault::role_missing(call.method, "ACCOUNT_OWNER"))
    } else {
        Ok(visible)
    }
}

/// Reads the name of an account from a request that has no other field to check.
pub(crate) fn name(name: &str) -> Result<String> {
    Fields::only(|fields| fields.resource_name("name", name, COLLECTION))
}

/// The parsed filter: which accounts to list.
struct Query {
    /// Never empty.
    states: Vec<EnrollmentState>,
    kind: Option<PartnerKind>,
    country: Option<Country>,
    organization: Option<String>,
    external_id: Option<String>,
}

impl Query {
    /// The states of accounts that live: a list without a filter for states holds these.
    const LIVING: [EnrollmentState; 2] = [EnrollmentState::Pending, EnrollmentState::Authorized];

    fn read(sent: &pb::PartnerFilter) -> Result<Self> {
        let mut fields = Fields::new();
        let states = enum_set::read(&mut fields, "filter.states", &sent.states, STATES_MAX);
        let kind = fields.optional_enum("filter.kind", sent.kind);
        let country = fields.optional(&sent.country, |fields, value| fields.country("filter.country", value));
        let organization =
            fields.optional_name("filter.organization", &sent.organization, organization::COLLECTION);
        let external_id = fields.external_id("filter.external_id", &sent.external_id);
        fields.finish(|| {
            Some(Query {
                states: states.map(|set| if set.is_empty() { Query::LIVING.to_vec() } else { set })?,
                kind: kind?,
                country: country?,
                organization: organization?,
                external_id: external_id?,
            })
        })
    }

    /// The filter as texts, for the page token.
    fn texts(&self) -> [String; 5] {
        let of = |text: &Option<String>| text.clone().unwrap_or_default();
        let (states, kind, country) = (self.states.text(), self.kind.text(), self.country.text());
        [states, kind, country, of(&self.organization), of(&self.external_id)]
    }

    fn fits(&self, partner: &Partner) -> bool {
        let row = partner.row();
        self.kind.is_none_or(|kind| kind == row.kind.0)
            && self.country.is_none_or(|country| country == row.country.0)
            && self.states.contains(&row.enrollment_state.0)
            && self.organization.as_ref().is_none_or(|organization| *organization == row.organization)
    }
}

pub(crate) async fn get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::GetPartnerRequest,
) -> Result<pb::GetPartnerResponse> {
    let name = name(&request.name)?;
    let (partner, view) = match &call.caller.party {
        Party::Customer { tenant } => {
            let found = of_customer(service, call, tenant, vec![name.clone()]).await?.remove(&name);
            (found.ok_or_else(|| Fault::not_found(TYPE, &name))?, View::Served)
        }
        Party::Operator | Party::Partner { .. } | Party::Service => {
            let mut reader = service.book.store.read().await?;
            let Visible { partner, view, .. } = visible(reader.conn(), call, &name).await?;
            (partner, view)
        }
    };
    Ok(pb::GetPartnerResponse {
        partner: Some(partner.render(view, service.book.clock.today(), &call.caller)),
    })
}

/// Those of the named accounts that are authorized and serve the customer with this tenant, or are named on
/// one of its subscriptions. The peer is asked once.
async fn of_customer(
    service: &PartnerRegistryService,
    call: &Call,
    tenant: &str,
    names: Vec<String>,
) -> Result<BTreeMap<String, Partner>> {
    let mut reader = service.book.store.read().await?;
    let mut found = BTreeMap::new();
    for name in names {
        let partner = by_name(reader.conn(), &name).await?.filter(Partner::is_authorized);
        found.extend(partner.map(|partner| (name, partner)));
    }
    let customer = claim::table::holder(reader.conn(), Kind::CustomerTenant, tenant).await?;
    // Returns the database connection before the call to the peer.
    drop(reader);
    let (Some(customer), false) = (customer, found.is_empty()) else { return Ok(BTreeMap::new()) };
    let connected = service.relationships.connected(call, &customer, found.keys().cloned().collect()).await?;
    found.retain(|name, _| connected.contains(name));
    Ok(found)
}

/// Reads several accounts, and tells those that the caller does not see.
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
    let seen = seen(service, call, &request.names).await?;
    let mut response = pb::BatchGetPartnersResponse::default();
    for name in request.names {
        match seen.get(&name) {
            Some((partner, view)) => response.partners.push(partner.render(*view, today, &call.caller)),
            None => response.missing.push(name),
        }
    }
    Ok(response)
}

/// Those of the named accounts that the caller sees, each with the part that the caller sees.
async fn seen(
    service: &PartnerRegistryService,
    call: &Call,
    names: &[String],
) -> Result<BTreeMap<String, (Partner, View)>> {
    if let Party::Customer { tenant } = &call.caller.party {
        let served = of_customer(service, call, tenant, names.to_vec()).await?;
        return Ok(served.into_iter().map(|(name, partner)| (name, (partner, View::Served))).collect());
    }
    let mut reader = service.book.store.read().await?;
    let viewer = Viewer::of(reader.conn(), call).await?;
    let mut seen = BTreeMap::new();
    for name in names {
        let partner = by_name(reader.conn(), name).await?;
        let found = partner.and_then(|partner| viewer.sees(&partner).map(|view| (partner, view)));
        seen.extend(found.map(|found| (name.clone(), found)));
    }
    Ok(seen)
}

/// Lists the accounts that the caller sees, in order of id.
pub(crate) async fn list(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::ListPartnersRequest,
) -> Result<pb::ListPartnersResponse> {
    let query = Query::read(&request.filter.unwrap_or_default())?;
    let texts = query.texts();
    let page = Page::of(call, &texts.each_ref().map(String::as_str), request.page_size, &request.page_token)?;
    let today = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let viewer = Viewer::of(reader.conn(), call).await?;
    let found = found(reader.conn(), &viewer, call, &query, &page).await?;
    let seen = found.iter().filter_map(|partner| Some((partner, viewer.sees(partner)?)));
    let key = |(partner, _): &(&Partner, _)| vec![partner.row().id.clone()];
    let (partners, next_page_token) =
        page.fill(seen, key, |(partner, sight)| partner.render(sight, today, &call.caller));
    Ok(pb::ListPartnersResponse { partners, next_page_token })
}

/// One page of accounts, plus one account if another page follows.
async fn found(
    conn: &mut Connection,
    viewer: &Viewer,
    call: &Call,
    query: &Query,
    page: &Page,
) -> Result<Vec<Partner>> {
    let is_operator = viewer.is_operator();
    let sees_others = is_operator || viewer.enrolled_account().is_some();
    // A partner is listed only the authorized accounts of others. Its own account is among them: a partner
    // without an authorized account sees no others.
    let lists_others = is_operator || query.states.contains(&EnrollmentState::Authorized);
    let is_private = query.organization.is_some() && !is_operator;
    let mut candidates = if let Some(external_id) = call.external_id(query.external_id.clone()) {
        let found = table::by_external_id(conn, &external_id).await?.map(Partner::from);
        found.filter(|partner| viewer.sees(partner).is_some()).into_iter().collect()
    } else if !sees_others || !lists_others || is_private {
        viewer.account().cloned().into_iter().collect()
    } else {
        let states = if is_operator { query.states.clone() } else { vec![EnrollmentState::Authorized] };
        let filter = Filter {
            kind: &query.kind.text(),
            country: &query.country.text(),
            states: &format!(",{},", states.text()),
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
