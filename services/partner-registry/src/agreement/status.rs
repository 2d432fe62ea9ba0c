//! Whether other partners have signed the agreement: `GetAgreementStatus` (rule AGR-07).

use csp_policy::{Day, Region};
use csp_proto::partner_registry::v1::{self as pb, AgreementStatus};
use csp_proto::r#type::v1::PartnerKind;
use csp_service::{Call, Result};
use csp_store::Connection;

use super::{covering, read};
use crate::PartnerRegistryService;
use crate::partner::Partner;
use crate::partner::reference::Reference;
use crate::visibility::Viewer;

pub(crate) async fn get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::GetAgreementStatusRequest,
) -> Result<pb::GetAgreementStatusResponse> {
    let named = Reference::read_all(&request.partners)?;
    let today = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let asker = Asker::of(&Viewer::of(reader.conn(), call).await?, today);
    let mut answers = Vec::with_capacity(named.len());
    for (named, sent) in named.iter().zip(request.partners) {
        let partner = named.find(reader.conn()).await?;
        let (status, sign_date) = asker.answer(reader.conn(), partner.as_ref(), today).await?;
        answers.push(pb::AgreementAnswer { partner: Some(sent), status: status.into(), sign_date });
    }
    Ok(pb::GetAgreementStatusResponse { answers })
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
