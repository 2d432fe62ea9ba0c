//! `SetSupportContact`: sets the support contact of a subscription (rule SUB-06).

use csp_policy::boundaries::SetSupportContact;
use csp_proto::subscription::v1 as pb;
use csp_service::peers::{Edges, EdgesQuery, Query};
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
    let between = EdgesQuery {
        provider: row.seller.clone(),
        reseller: contact.clone(),
        customer: row.customer.clone(),
        customer_tenant: row.customer_tenant.clone(),
        as_of: None,
    };
    let edges = async {
        // The seller may always be the support contact, so no edges are read.
        if *contact == row.seller {
            Ok(Edges::default())
        } else {
            service.relationships.edges(call, between).await
        }
    };
    let (registry, edges) = tokio::try_join!(service.registry.facts(call, amendment.day(), query), edges)?;
    let known = registry.partner(contact).cloned();
    Ok(SetSupportContact {
        act: amendment.act(registry.revisions().into_iter().chain(edges.revisions())),
        caller: call.caller.clone(),
        seller: amendment.seller_among(&registry)?,
        designated: amendment.caller_role.is_designated(),
        contact: known.ok_or_else(|| Fault::not_found("partner", contact))?,
        partnership_active: edges.partnership_is_active(),
        contact_serves_customer: edges.reseller_relationship.is_some_and(|edge| edge.active),
    })
}
