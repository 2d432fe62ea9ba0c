//! Accounts as they are read: `GetPartner`, `BatchGetPartners`, `ListPartners`.

use csp_policy::Country;
use csp_proto::partner_registry::v1::{self as pb, EnrollmentState};
use csp_proto::r#type::v1::PartnerKind;
use csp_service::{Call, Fault, Fields, Page, Result};
use csp_store::Connection;

use crate::PartnerRegistry;
use crate::names::{ORGANIZATIONS, PARTNERS};
use crate::partner::Partner;
use crate::partner::application::EXTERNAL_ID_CHARS_MAX;
use crate::store::partner::Filter;
use crate::visibility::Viewer;
use crate::words::Word;
use crate::{read, store, visibility};

/// Names of one batch, at most.
const BATCH_NAMES_MAX: usize = 100;

/// Which accounts a caller wants listed, well formed.
struct Query {
    kind: PartnerKind,
    country: Option<Country>,
    enrollment_state: EnrollmentState,
    organization: Option<String>,
    external_id: String,
}

impl TryFrom<&pb::ListPartnersRequest> for Query {
    type Error = Fault;

    fn try_from(request: &pb::ListPartnersRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let kind = optional_enum(&mut fields, "kind", request.kind);
        let enrollment_state = optional_enum(&mut fields, "enrollment_state", request.enrollment_state);
        let country = fields.optional(&request.country, |fields, value| fields.country("country", value));
        let organization = fields.optional(&request.organization, |fields, value| {
            fields.resource_name("organization", value, ORGANIZATIONS)
        });
        let external_id = fields.text("external_id", &request.external_id, 0..=EXTERNAL_ID_CHARS_MAX);
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
    fn country(&self) -> &str {
        self.country.as_ref().map_or("", Country::as_str)
    }

    /// Whether it asks for what only the account's own people and operators know.
    fn is_private(&self) -> bool {
        self.organization.is_some() || !self.external_id.is_empty()
    }

    fn fits(&self, partner: &Partner) -> bool {
        let row = partner.row();
        let fits = |wanted: &str, held: &str| wanted.is_empty() || wanted == held;
        fits(self.kind.word(), &row.kind)
            && fits(self.country(), &row.country)
            && fits(self.enrollment_state.word(), &row.enrollment_state)
            && self.organization.as_ref().is_none_or(|organization| *organization == row.organization)
            && (self.external_id.is_empty() || row.external_id.as_ref() == Some(&self.external_id))
    }
}

/// Reads one account.
pub(crate) async fn get(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::GetPartnerRequest,
) -> Result<pb::GetPartnerResponse> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", &request.name, PARTNERS);
    let name = fields.finish(|| name)?;
    let mut reader = service.book.store.read().await?;
    let seen = visibility::seen(reader.conn(), call, &name).await?;
    let partner = seen.partner.render(seen.view, service.book.clock.today());
    Ok(pb::GetPartnerResponse { partner: Some(partner) })
}

/// Reads several accounts; those that the caller does not see are left out.
pub(crate) async fn batch_get(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::BatchGetPartnersRequest,
) -> Result<pb::BatchGetPartnersResponse> {
    let mut fields = Fields::new();
    if fields.number("names", request.names.len(), 0..=BATCH_NAMES_MAX).is_some() {
        for name in &request.names {
            fields.resource_name("names", name, PARTNERS);
        }
    }
    fields.finish(|| Some(()))?;
    let today = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let viewer = Viewer::of(reader.conn(), call).await?;
    let mut partners = Vec::new();
    for name in &request.names {
        if let Some(partner) = read::partner(reader.conn(), name).await?
            && let Some(view) = viewer.sees(&partner)
        {
            partners.push(partner.render(view, today));
        }
    }
    Ok(pb::BatchGetPartnersResponse { partners })
}

/// Lists the accounts that the caller sees, by id.
pub(crate) async fn list(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::ListPartnersRequest,
) -> Result<pb::ListPartnersResponse> {
    let query = Query::try_from(&request)?;
    let filters = [
        query.kind.word(),
        query.country(),
        query.enrollment_state.word(),
        request.organization.as_str(),
        request.external_id.as_str(),
    ];
    let page = Page::of(call, &filters, request.page_size, &request.page_token)?;
    let today = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let viewer = Viewer::of(reader.conn(), call).await?;
    let mut partners = found(reader.conn(), &viewer, &query, &page).await?;
    let next_page_token = page.cut(&mut partners, |partner| vec![partner.row().id.clone()]);
    let seen = partners.iter().filter_map(|partner| Some(partner.render(viewer.sees(partner)?, today)));
    Ok(pb::ListPartnersResponse { partners: seen.collect(), next_page_token })
}

/// One page of accounts, and one more when another page follows.
async fn found(conn: &mut Connection, viewer: &Viewer, query: &Query, page: &Page) -> Result<Vec<Partner>> {
    let sees_others = viewer.is_operator() || viewer.enrolled_account().is_some();
    // Of others only enrolled accounts are listed. The caller's own is one of them, or it sees no others.
    let lists_state = viewer.is_operator()
        || matches!(query.enrollment_state, EnrollmentState::Unspecified | EnrollmentState::Authorized);
    let sees_private = viewer.is_operator();
    let mut candidates = if !sees_others || !lists_state || (query.is_private() && !sees_private) {
        viewer.account().cloned().into_iter().collect()
    } else if !query.external_id.is_empty() {
        let row = store::partner::by_external_id(conn, &query.external_id).await?;
        row.map(Partner::from).into_iter().collect()
    } else {
        let state = if viewer.is_operator() { query.enrollment_state } else { EnrollmentState::Authorized };
        let filter =
            Filter { kind: query.kind.word(), country: query.country(), enrollment_state: state.word() };
        let (after, limit) = (page.after(0), page.limit());
        let rows = match &query.organization {
            None => store::partner::page(conn, filter, after, limit).await?,
            Some(name) => store::partner::page_of_organization(conn, name, filter, after, limit).await?,
        };
        rows.into_iter().map(Partner::from).collect::<Vec<_>>()
    };
    candidates.retain(|partner| query.fits(partner) && partner.row().id.as_str() > page.after(0));
    candidates.sort_by(|one, other| one.row().id.cmp(&other.row().id));
    candidates.truncate(page.size() + 1);
    Ok(candidates)
}

/// A value that may be left out.
fn optional_enum<E: TryFrom<i32> + Default>(fields: &mut Fields, field: &str, value: i32) -> Option<E> {
    if value == 0 { Some(E::default()) } else { fields.enum_value(field, value) }
}
