//! `SetSupportContact`: sets the support contact of a subscription (rule SUB-06).

use csp_policy::boundaries::SetSupportContact;
use csp_proto::subscription::v1 as pb;
use csp_service::peers::{CustomerRights, Query, RightsOf};
use csp_service::{Call, CustomersResource, Fault, Fields, Result};

use super::COLLECTION;
use super::amendment::Amendment;
use crate::{SubscriptionService, peers};

/// The parsed request. With an empty contact, the seller becomes the support contact.
struct Command {
    name: CustomersResource,
    etag: String,
    contact: Option<String>,
}

impl TryFrom<&pb::SetSupportContactRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::SetSupportContactRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.customers_resource("name", &request.name, COLLECTION);
        let contact = fields.required("support_contact", request.support_contact.as_ref());
        let contact = contact.and_then(|name| fields.optional_name("support_contact", name, peers::PARTNERS));
        fields.finish(|| Some(Command { name: name?, etag: request.etag.clone(), contact: contact? }))
    }
}

pub(crate) async fn set_support_contact(
    service: &SubscriptionService,
    call: &Call,
    request: pb::SetSupportContactRequest,
) -> Result<pb::SetSupportContactResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let mut amendment = Amendment::of(service, call, &command.name, &command.etag).await?;
        let permit = run.decide(gather(service, call, &command, &amendment).await?)?;
        amendment.after.set_support_contact(&permit.facts().contact, amendment.now);
        let respond = |subscription, decision| pb::SetSupportContactResponse {
            subscription: Some(subscription),
            decision: Some(decision),
        };
        amendment.conclude(service, &run, permit, respond).await
    })
    .await
}

async fn gather(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    amendment: &Amendment,
) -> Result<SetSupportContact> {
    let row = amendment.before.row();
    let contact = command.contact.as_ref().unwrap_or(&row.seller);
    let query = Query { partners: vec![row.seller.clone(), contact.clone()], ..Query::default() };
    let rights = async {
        // The seller may always be the support contact, so no rights are read.
        if *contact == row.seller {
            return Ok(CustomerRights::default());
        }
        let whose = RightsOf::Partner { name: contact, provider: &row.seller };
        service.relationships.customer_rights(call, &row.customer, whose).await
    };
    let registry = service.registry.facts(call, amendment.day(), query);
    let (registry, rights) = tokio::try_join!(registry, rights)?;
    let known = registry.authorized(contact).cloned().ok_or_else(|| Fault::not_found("partner", contact))?;
    let of_record = !row.reseller.is_empty() && *contact == row.reseller;
    let contact_footing = rights.ties(Some(known.standing)).footing(&row.seller, of_record);
    Ok(SetSupportContact {
        act: amendment.act(registry.revisions().into_iter().chain(rights.revisions())),
        caller: call.caller.clone(),
        seller: amendment.seller_among(&registry)?,
        footing: amendment.caller_role.footing(),
        contact: known,
        contact_footing,
    })
}
