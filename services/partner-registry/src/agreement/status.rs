//! Whether other partners have signed the agreement: `GetAgreementStatus` (rule AGR-07).

use csp_policy::{Day, Region};
use csp_proto::partner_registry::v1::agreement_query::Key;
use csp_proto::partner_registry::v1::{self as pb, AgreementStatus};
use csp_proto::r#type::v1::PartnerKind;
use csp_service::{Call, Fields, Result};
use csp_store::Connection;

use super::{covering, read};
use crate::partner::{self, Partner};
use crate::visibility::Viewer;
use crate::{PartnerRegistryService, mpn_id};

/// Maximum number of queries in one call.
const QUERIES_MAX: usize = 100;

/// The parsed key of a query.
enum Named {
    ByMpnId(String),
    ByTenant(String),
}

pub(crate) async fn get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::GetAgreementStatusRequest,
) -> Result<pb::GetAgreementStatusResponse> {
    let named = parse(&request)?;
    let today = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let asker = Asker::of(&Viewer::of(reader.conn(), call).await?, today);
    let mut answers = Vec::with_capacity(named.len());
    for (named, query) in named.iter().zip(request.queries) {
        let partner = find(reader.conn(), named).await?;
        let (status, sign_date) = asker.answer(reader.conn(), partner.as_ref(), today).await?;
        answers.push(pb::AgreementAnswer { query: Some(query), status: status.into(), sign_date });
    }
    Ok(pb::GetAgreementStatusResponse { answers })
}

fn parse(request: &pb::GetAgreementStatusRequest) -> Result<Vec<Named>> {
    let mut fields = Fields::new();
    fields.number("queries", request.queries.len(), 1..=QUERIES_MAX);
    let queries = request.queries.iter().take(QUERIES_MAX);
    let named: Vec<_> = queries.map(|query| read_query(&mut fields, query)).collect();
    fields.finish(|| named.into_iter().collect())
}

fn read_query(fields: &mut Fields, query: &pb::AgreementQuery) -> Option<Named> {
    match fields.required("queries.key", query.key.as_ref())? {
        Key::MpnId(name) => mpn_id::read_name(fields, "queries.mpn_id", name).map(Named::ByMpnId),
        Key::Tenant(tenant) => fields.tenant("queries.tenant", tenant).map(Named::ByTenant),
    }
}

/// The caller, classified by the partners whose status it may see.
enum Asker {
    /// Sees partners in every region.
    Operator,
    /// Sees partners in its own region; without a region it sees none.
    Partner(Option<Region>),
    /// Is not enrolled: every partner is unknown to the caller.
    Outsider,
}

impl Asker {
    fn of(viewer: &Viewer, today: Day) -> Self {
        match viewer.enrolled_account() {
            _ if viewer.is_operator() => Asker::Operator,
            Some(account) => Asker::Partner(account.region(today)),
            None => Asker::Outsider,
        }
    }

    async fn answer(
        &self,
        conn: &mut Connection,
        partner: Option<&Partner>,
        today: Day,
    ) -> Result<(AgreementStatus, String)> {
        let Some(partner) = partner.filter(|partner| partner.is_authorized()) else {
            return Ok((AgreementStatus::UnknownId, String::new()));
        };
        let is_elsewhere = match self {
            Asker::Outsider => return Ok((AgreementStatus::UnknownId, String::new())),
            Asker::Operator => false,
            Asker::Partner(region) => region.is_none() || partner.region(today) != *region,
        };
        if is_elsewhere {
            return Ok((AgreementStatus::OtherRegion, String::new()));
        }
        if partner.kind() != PartnerKind::IndirectReseller {
            return Ok((AgreementStatus::NotAReseller, String::new()));
        }
        let signatures = read::of_organization(conn, &partner.row().organization).await?;
        Ok(match covering(&signatures, partner.country(), today) {
            None => (AgreementStatus::Unsigned, String::new()),
            Some(signature) => (AgreementStatus::Signed, signature.sign_date().to_string()),
        })
    }
}

async fn find(conn: &mut Connection, named: &Named) -> Result<Option<Partner>> {
    let number = match named {
        Named::ByTenant(tenant) => return partner::read::by_tenant(conn, tenant).await,
        Named::ByMpnId(number) => number,
    };
    let mpn_id = mpn_id::read::by_number(conn, number).await?;
    match mpn_id.as_ref().and_then(|mpn_id| mpn_id.row().partner.as_ref()) {
        None => Ok(None),
        Some(holder) => partner::read::by_name(conn, holder).await,
    }
}
