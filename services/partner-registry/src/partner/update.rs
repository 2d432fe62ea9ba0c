//! A partner changes its profile: `UpdatePartner`.

use csp_policy::Act;
use csp_policy::boundaries::UpdatePartner;
use csp_proto::partner_registry::v1 as pb;
use csp_proto::r#type::v1::Contact;
use csp_service::{Call, Detail, Fault, Fields, Result, etag, wire};

use super::application::read_capabilities;
use super::read::{self, Visible};
use super::{COLLECTION, Changes, Partner, TYPE, mail, table};
use crate::PartnerRegistryService;
use crate::organization::LEGAL_NAME_CHARS_MAX;

/// Maximum number of paths in an update mask; five paths exist.
const MASK_PATHS_MAX: usize = 16;

struct Command {
    name: String,
    etag: String,
    changes: Changes,
}

fn parse(call: &Call, request: &pb::UpdatePartnerRequest) -> Result<Command> {
    let mut fields = Fields::new();
    let sent = fields.required("partner", request.partner.as_ref());
    let name = sent.and_then(|sent| fields.resource_name("partner.name", &sent.name, COLLECTION));
    let paths = request.update_mask.as_ref().map_or(&[][..], |mask| &mask.paths);
    fields.number("update_mask.paths", paths.len(), 1..=MASK_PATHS_MAX);
    let mut changes = Changes::default();
    if let Some(sent) = sent {
        for path in paths.iter().take(MASK_PATHS_MAX) {
            read_change(&mut fields, call, path, sent, &mut changes);
        }
    }
    fields.finish(|| Some(Command { name: name?, etag: request.etag.clone(), changes }))
}

fn read_change(fields: &mut Fields, call: &Call, path: &str, sent: &pb::Partner, changes: &mut Changes) {
    let profile = sent.profile.clone().unwrap_or_default();
    match path {
        "profile.legal_name" => {
            let field = "partner.profile.legal_name";
            changes.legal_name = fields.text(field, &profile.legal_name, 1..=LEGAL_NAME_CHARS_MAX);
        }
        "profile.primary_contact" => {
            let field = "partner.profile.primary_contact";
            changes.primary_contact = read_contact(fields, field, profile.primary_contact.as_ref());
        }
        "profile.support_contact" => {
            let field = "partner.profile.support_contact";
            changes.support_contact = read_contact(fields, field, profile.support_contact.as_ref());
        }
        "profile.capabilities" => {
            let field = "partner.profile.capabilities";
            changes.capabilities = read_capabilities(fields, field, &profile.capabilities);
        }
        "external_id" => {
            let key = fields.external_id("partner.external_id", &sent.external_id);
            changes.external_id = key.map(|key| call.external_id(key));
        }
        _ => fields.refuse(
            "update_mask.paths",
            "must be of `profile.legal_name`, `profile.primary_contact`, `profile.support_contact`, \
             `profile.capabilities`, `external_id`",
        ),
    }
}

fn read_contact(fields: &mut Fields, field: &str, sent: Option<&Contact>) -> Option<Contact> {
    let sent = fields.required(field, sent)?;
    fields.contact(field, sent, Detail::Required)
}

pub(crate) async fn update(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::UpdatePartnerRequest,
) -> Result<pb::UpdatePartnerResponse> {
    let command = parse(call, &request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let today = wire::day_of(now);
        let mut reader = service.book.store.read().await?;
        let Visible { partner: before, view, .. } = read::own(reader.conn(), call, &command.name).await?;
        etag::check(&command.name, &command.etag, before.row().revision)?;
        let mut partner = before.clone();
        let must_prove = partner.change(command.changes.clone(), &call.caller, now)?;
        let holder = match &partner.row().external_id {
            Some(external_id) => table::by_external_id(reader.conn(), external_id).await?,
            None => None,
        };
        drop(reader);
        let permit = run.decide(UpdatePartner {
            act: Act {
                at: now,
                day: today,
                subject: command.name.clone(),
                revisions: vec![before.revision()],
            },
            contact_email: must_prove.then(|| partner.row().contact_email.clone()),
        })?;
        key_must_be_free(holder.map(Partner::from), &partner)?;

        let mut write = run.write();
        let accepted = write.accept(permit, &command.name)?;
        table::save_profile(&mut write, partner.row(), &accepted);
        if must_prove {
            mail::put_email_token(service, &mut write, &partner);
        }
        write.tell(partner.effect(&before, today)?);
        let (partner, decision) =
            (Some(partner.render(view, today, &call.caller)), Some(accepted.decision()));
        write.conclude(pb::UpdatePartnerResponse { partner, decision }).await
    })
    .await
}

/// Refuses an external id that another account has.
fn key_must_be_free(holder: Option<Partner>, partner: &Partner) -> Result<()> {
    match (holder, &partner.row().external_id) {
        (Some(holder), Some(external_id)) if holder.row().id != partner.row().id => {
            Err(Fault::AlreadyExists { resource_type: TYPE, name: external_id.key().to_owned() })
        }
        _ => Ok(()),
    }
}
