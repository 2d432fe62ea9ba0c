//! A rejected applicant appeals, and the review starts again: `AppealEnrollment`. No programme rule applies.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fault, Fields, Result, etag};

use super::enrollment::place_must_be_free;
use super::read::{self, Visible};
use super::{COLLECTION, mail, table};
use crate::PartnerRegistryService;

const STATEMENT_CHARS_MAX: usize = 2000;

struct Command {
    name: String,
    etag: String,
    statement: String,
}

impl TryFrom<&pb::AppealEnrollmentRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::AppealEnrollmentRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, COLLECTION);
        let statement = fields.lines("statement", &request.statement, 1..=STATEMENT_CHARS_MAX);
        let etag = request.etag.clone();
        fields.finish(|| Some(Command { name: name?, etag, statement: statement? }))
    }
}

pub(crate) async fn appeal(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::AppealEnrollmentRequest,
) -> Result<pb::AppealEnrollmentResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let today = service.book.clock.today();
        let mut reader = service.book.store.read().await?;
        let Visible { partner: before, view, .. } = read::own(reader.conn(), call, &command.name).await?;
        let accounts = read::of_organization(reader.conn(), &before.row().organization).await?;
        drop(reader);
        etag::check(&command.name, &command.etag, before.row().revision)?;
        let mut partner = before.clone();
        partner.appeal(command.statement.clone(), service.book.now())?;
        // While the account was rejected, another account of the company may have taken its kind and region.
        place_must_be_free(&accounts, &partner)?;

        let mut write = run.write();
        table::save_unguarded(&mut write, partner.row());
        partner.keep_status(&mut write, today);
        mail::put_status(service, &mut write, &partner);
        write.tell(partner.effect(&before, today)?);
        let partner = Some(partner.render(view, today, &call.caller));
        write.conclude(pb::AppealEnrollmentResponse { partner }).await
    })
    .await
}
