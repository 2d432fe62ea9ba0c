//! An operator passes a step of an enrolment's review, or rejects the enrolment: `ReviewEnrollment`.

use csp_policy::Act;
use csp_policy::boundaries::ReviewEnrollment;
use csp_proto::partner_registry::v1::{self as pb, ReviewStep, ReviewVerdict};
use csp_service::{Call, Fault, Fields, Result, etag, wire};
use csp_store::Connection;

use super::{COLLECTION, Partner, View, mail, read, table};
use crate::PartnerRegistryService;
use crate::mpn_id::{self, MpnId};

const REASON_CHARS_MAX: usize = 500;

struct Command {
    name: String,
    etag: String,
    step: ReviewStep,
    /// The reason of a rejection; `None` passes the step.
    rejection: Option<String>,
}

impl TryFrom<&pb::ReviewEnrollmentRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::ReviewEnrollmentRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, COLLECTION);
        let step = fields.enum_value("step", request.step);
        let verdict = fields.enum_value("verdict", request.verdict);
        let rejects = verdict == Some(ReviewVerdict::Reject);
        let reason = fields.text("reason", &request.reason, usize::from(rejects)..=REASON_CHARS_MAX);
        let etag = request.etag.clone();
        fields.finish(|| {
            let rejection = reason.filter(|_| rejects);
            verdict.and(Some(Command { name: name?, etag, step: step?, rejection }))
        })
    }
}

pub(crate) async fn review(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::ReviewEnrollmentRequest,
) -> Result<pb::ReviewEnrollmentResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let today = wire::day_of(now);
        let mut reader = service.book.store.read().await?;
        let before = read::own(reader.conn(), call, &command.name).await?.partner;
        let freed = freed(reader.conn(), &command, &before).await?;
        drop(reader);
        etag::check(&command.name, &command.etag, before.row().revision)?;
        let mut partner = before.clone();
        match &command.rejection {
            None => partner.pass(command.step, now)?,
            Some(reason) => partner.reject(command.step, reason.clone(), now)?,
        }
        let permit = run.decide(ReviewEnrollment {
            act: Act {
                at: now,
                day: today,
                subject: command.name.clone(),
                revisions: vec![before.revision()],
            },
            goes_on: command.rejection.is_none(),
            contact_email_verified: before.email_is_verified(),
        })?;

        let mut write = run.write();
        let accepted = write.accept(permit, &command.name)?;
        table::save_review(&mut write, partner.row(), &accepted);
        if partner.status() != before.status() {
            partner.keep_status(&mut write, today);
        }
        mail::put_status(service, &mut write, &partner);
        write.tell(partner.effect(&before, today)?);
        for held in &freed {
            let mut mpn_id = held.clone();
            mpn_id.free(now);
            mpn_id::table::save_release(&mut write, mpn_id.row(), &accepted);
            write.tell(mpn_id.effect(held)?);
        }
        let (partner, decision) =
            (Some(partner.render(View::Whole, today, &call.caller)), Some(accepted.decision()));
        write.conclude(pb::ReviewEnrollmentResponse { partner, decision }).await
    })
    .await
}

/// The MPN IDs that a rejection frees: a rejected account does not keep an MPN ID of the company that it
/// named. One read for each is fast enough: an account has at most [`super::MPN_IDS_MAX`].
async fn freed(conn: &mut Connection, command: &Command, partner: &Partner) -> Result<Vec<MpnId>> {
    let mut freed = Vec::new();
    if command.rejection.is_some() {
        for number in partner.mpn_numbers() {
            freed.push(mpn_id::read::existing(conn, number).await?);
        }
    }
    Ok(freed)
}
