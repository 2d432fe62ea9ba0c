//! A partner changes its profile: `UpdatePartner`.

use csp_policy::boundaries;
use csp_policy::{Act, decide};
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result, etag};
use csp_store::Connection;

use crate::PartnerRegistry;
use crate::names::PARTNERS;
use crate::partner::application::{self, EXTERNAL_ID_CHARS_MAX, LEGAL_NAME_CHARS_MAX};
use crate::partner::{Changes, Partner, View};
use crate::{partner::mail, read, store, visibility};

/// Paths of a mask, at most; there are five.
const MASK_PATHS_MAX: usize = 16;

struct Command {
    name: String,
    etag: String,
    changes: Changes,
}

impl TryFrom<&pb::UpdatePartnerRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::UpdatePartnerRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let sent = fields.required("partner", request.partner.as_ref());
        let name = sent.and_then(|sent| fields.resource_name("partner.name", &sent.name, PARTNERS));
        let paths = request.update_mask.as_ref().map_or(&[][..], |mask| &mask.paths);
        fields.number("update_mask.paths", paths.len(), 1..=MASK_PATHS_MAX);
        let mut changes = Changes::default();
        if let Some(sent) = sent {
            for path in paths.iter().take(MASK_PATHS_MAX) {
                read_change(&mut fields, path, sent, &mut changes);
            }
        }
        fields.finish(|| Some(Command { name: name?, etag: request.etag.clone(), changes }))
    }
}

fn read_change(fields: &mut Fields, path: &str, sent: &pb::Partner, changes: &mut Changes) {
    match path {
        "legal_name" => {
            changes.legal_name =
                fields.text("partner.legal_name", &sent.legal_name, 1..=LEGAL_NAME_CHARS_MAX);
        }
        "primary_contact" => {
            let contact = fields.required("partner.primary_contact", sent.primary_contact.as_ref());
            changes.primary_contact = contact
                .and_then(|contact| application::read_contact(fields, "partner.primary_contact", contact));
        }
        "support_contact" => {
            let contact = fields.required("partner.support_contact", sent.support_contact.as_ref());
            changes.support_contact = contact
                .and_then(|contact| application::read_contact(fields, "partner.support_contact", contact));
        }
        "capabilities" => {
            changes.capabilities =
                application::read_capabilities(fields, "partner.capabilities", &sent.capabilities);
        }
        "external_id" => {
            changes.external_id = fields.optional(&sent.external_id, |fields, value| {
                fields.text("partner.external_id", value, 1..=EXTERNAL_ID_CHARS_MAX)
            });
        }
        _ => fields.refuse(
            "update_mask.paths",
            "must be of `legal_name`, `primary_contact`, `support_contact`, `capabilities`, `external_id`",
        ),
    }
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::UpdatePartnerRequest,
) -> Result<pb::UpdatePartnerResponse> {
    let command = Command::try_from(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || update(service, call, &command, &attempt)).await
}

async fn update(
    service: &PartnerRegistry,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::UpdatePartnerResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let mut reader = book.store.read().await?;
    let seen = visibility::own(reader.conn(), call, &command.name).await?;
    let before = seen.partner;
    etag::check(&command.name, &command.etag, before.row().revision)?;
    let (mut partner, today) = (before.clone(), book.clock.today());
    let must_prove = partner.change(command.changes.clone(), book.now())?;

    let facts = boundaries::UpdatePartner {
        act: Act {
            day: today,
            subject: command.name.clone(),
            revisions: vec![read::revision(command.name.clone(), before.row().revision)],
        },
        contact_email: must_prove.then(|| partner.row().contact_email.clone()),
    };
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    external_id_must_be_free(reader.conn(), &partner).await?;
    drop(reader);
    let mut response = pb::UpdatePartnerResponse {
        partner: Some(partner.render(seen.view, today)),
        decision: Some(book.preview(&permit)),
    };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let accepted = book.accept(&mut tx, call, attempt, permit, &command.name)?;
    store::partner::save_profile(&mut tx, &accepted, partner.row());
    if must_prove {
        mail::put_email_token(service, &mut tx, &partner);
    }
    response.decision = Some(accepted.decision());
    let [old, new] = [&before, &partner].map(|partner| partner.render(View::Whole, today));
    let effects = vec![Effect::changed(&command.name, partner.row().revision, &old, &new)?];
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}

async fn external_id_must_be_free(conn: &mut Connection, partner: &Partner) -> Result<()> {
    let Some(external_id) = &partner.row().external_id else { return Ok(()) };
    match store::partner::by_external_id(conn, external_id).await? {
        Some(holder) if holder.id != partner.row().id => {
            Err(Fault::AlreadyExists { resource_type: "partner", name: external_id.clone() })
        }
        _ => Ok(()),
    }
}
