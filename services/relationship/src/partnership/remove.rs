//! A provider, or an operator for either side, ends a partnership: `RemovePartnership`.
//!
//! Nothing else changes (rule PSH-10): customers, their relationships and admin grants stay, and nobody is
//! notified. New business under the removed partnership is refused from then on, since every decision on new
//! business reads the partnership.

use csp_policy::boundaries::RemovePartnership;
use csp_policy::{Act, Day};
use csp_proto::relationship::v1 as pb;
use csp_service::{Call, Fields, Result, attests, etag};
use jiff::Timestamp;

use super::{COLLECTION, Partnership, Removal, read, table};
use crate::relationship_type::{self, Kind};
use crate::reseller_relationship::table::served_customers;
use crate::{RelationshipService, good_faith, peers};
use csp_service::wire::day_of;

/// The parsed request.
struct Command {
    name: String,
    etag: String,
    confirmed: bool,
    text_version: Option<String>,
    reason: String,
    legal_notice_date: Option<Day>,
}

impl Command {
    fn read(request: &pb::RemovePartnershipRequest, today: Day) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, COLLECTION);
        let text_version = good_faith::read(&mut fields, request.good_faith.as_ref());
        let reason = fields.text("reason", &request.reason, 1..=good_faith::REASON_CHARS_MAX);
        let legal_notice_date = fields.optional(&request.legal_notice_date, |fields, day| {
            fields.past_day("legal_notice_date", day, today)
        });
        fields.finish(|| {
            Some(Command {
                name: name?,
                etag: request.etag.clone(),
                confirmed: attests(request.confirmation.as_ref()),
                text_version: text_version?,
                reason: reason?,
                legal_notice_date: legal_notice_date?,
            })
        })
    }
}

pub(crate) async fn remove(
    service: &RelationshipService,
    call: &Call,
    request: pb::RemovePartnershipRequest,
) -> Result<pb::RemovePartnershipResponse> {
    let command = Command::read(&request, day_of(service.book.now()))?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let before = read::visible(service, call, &command.name).await?;
        etag::check(&command.name, &command.etag, before.row().revision)?;
        let (facts, left) =
            tokio::try_join!(gather(service, call, &command, &before, now), left(service, call, &before))?;
        let permit = run.decide(facts)?;
        let mut partnership = before.clone();
        let by_operator = call.caller.is_operator();
        let removal = Removal {
            remover: call.actor(),
            reason: command.reason.clone(),
            text_version: command.text_version.clone().filter(|_| !by_operator),
            legal_notice_date: command.legal_notice_date,
        };
        partnership.remove(removal, now)?;

        let mut write = run.write();
        let accepted = write.accept(permit, &partnership.name())?;
        let row = partnership.row();
        table::save_removed(&mut write, row, &accepted);
        relationship_type::take(&mut write, &row.provider, &row.reseller_tenant, Kind::Reseller, 1);
        write.tell(partnership.effect(&before, now)?);
        let (partnership, decision) =
            (Some(partnership.render(now, &call.caller)), Some(accepted.decision()));
        let Left { customers: customer_count, subscriptions: subscription_count } = left;
        let response =
            pb::RemovePartnershipResponse { partnership, decision, customer_count, subscription_count };
        write.conclude(response).await
    })
    .await
}

/// What names the reseller and stays when the partnership ends.
struct Left {
    customers: i32,
    subscriptions: i32,
}

async fn left(service: &RelationshipService, call: &Call, partnership: &Partnership) -> Result<Left> {
    let row = partnership.row();
    let customers = async {
        let mut reader = service.book.store.read_once().await?;
        served_customers(&mut reader, &row.provider_tenant, &row.reseller).await
    };
    let subscriptions = service.subscriptions.count_of_record(call, &row.provider, &row.reseller_tenant);
    let (customers, subscriptions) = tokio::try_join!(customers, subscriptions)?;
    Ok(Left { customers, subscriptions })
}

async fn gather(
    service: &RelationshipService,
    call: &Call,
    command: &Command,
    partnership: &Partnership,
    now: Timestamp,
) -> Result<RemovePartnership> {
    let provider = &partnership.row().provider;
    let facts = peers::partners(service, call, day_of(now), [provider]).await?;
    let mut revisions = facts.revisions();
    revisions.push(partnership.revision());
    Ok(RemovePartnership {
        act: Act { at: now, day: day_of(now), subject: partnership.name(), revisions },
        caller: call.caller.clone(),
        provider: peers::partner(&facts, provider)?,
        confirmed: command.confirmed,
        attested: command.text_version.is_some(),
    })
}
