//! Whether other partners have signed the agreement: `GetAgreementStatus` (rule AGR-07).

use csp_policy::{Day, Region};
use csp_proto::partner_registry::v1::{self as pb, AgreementStatus, EnrollmentState};
use csp_proto::r#type::v1::PartnerKind;
use csp_service::{Call, Fields, Result};
use csp_store::Connection;

use super::{covering, read};
use crate::PartnerRegistryService;
use crate::partner::Partner;
use crate::partner::reference::Reference;
use crate::partner::status::On;
use crate::visibility::Viewer;

pub(crate) async fn get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::GetAgreementStatusRequest,
) -> Result<pb::GetAgreementStatusResponse> {
    let today = service.book.clock.today();
    let mut fields = Fields::new();
    let named = Reference::read_all(&mut fields, &request.partners);
    let on = On::read(&mut fields, &request.as_of_date, today);
    let (named, on) = fields.finish(|| named.zip(on))?;
    let mut reader = service.book.store.read().await?;
    let asker = Asker::of(&Viewer::of(reader.conn(), call).await?, on.day);
    let mut answers = Vec::with_capacity(named.len());
    for (named, sent) in named.iter().zip(request.partners) {
        let partner = named.find(reader.conn()).await?;
        let answer = asker.answer(reader.conn(), partner.as_ref(), on).await?;
        answers.push(pb::AgreementAnswer { partner: Some(sent), ..answer });
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
    fn of(viewer: &Viewer, day: Day) -> Self {
        match viewer.enrolled_account() {
            _ if viewer.is_operator() => Asker::Operator,
            Some(account) => Asker::Partner(account.region(day)),
            None => Asker::Outsider,
        }
    }

    /// The answer about one partner, without its reference.
    async fn answer(
        &self,
        conn: &mut Connection,
        partner: Option<&Partner>,
        on: On,
    ) -> Result<pb::AgreementAnswer> {
        let unknown = pb::AgreementAnswer { status: AgreementStatus::UnknownId.into(), ..Default::default() };
        let Some(partner) = partner.filter(|_| !matches!(self, Asker::Outsider)) else { return Ok(unknown) };
        let enrolled = partner.status_on(conn, on.past()).await?;
        if enrolled.enrollment_state != EnrollmentState::Authorized {
            return Ok(unknown);
        }
        let (status, sign_date) = self.signed(conn, partner, on.day).await?;
        let present = on.past().is_some() && !enrolled.dated;
        Ok(pb::AgreementAnswer { status: status.into(), sign_date, present, partner: None })
    }

    /// The status of an enrolled partner on a day, with the day of its signature.
    async fn signed(
        &self,
        conn: &mut Connection,
        partner: &Partner,
        day: Day,
    ) -> Result<(AgreementStatus, String)> {
        let is_elsewhere = match self {
            Asker::Operator => false,
            Asker::Partner(region) => region.is_none() || partner.region(day) != *region,
            Asker::Outsider => return Ok((AgreementStatus::UnknownId, String::new())),
        };
        if is_elsewhere {
            return Ok((AgreementStatus::OtherRegion, String::new()));
        }
        if partner.kind() != PartnerKind::IndirectReseller {
            return Ok((AgreementStatus::NotAReseller, String::new()));
        }
        let signatures = read::of_organization(conn, &partner.row().organization).await?;
        let signature = covering(&signatures, partner.country(), day).filter(|it| it.sign_date() <= day);
        Ok(match signature {
            None => (AgreementStatus::Unsigned, String::new()),
            Some(signature) => (AgreementStatus::Signed, signature.sign_date().to_string()),
        })
    }
}
