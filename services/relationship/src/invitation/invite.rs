//! A partner, alone or jointly with another, asks an existing customer for a reseller relationship:
//! `InviteCustomer`.

use csp_policy::boundaries::InviteCustomer;
use csp_policy::{Act, Partner, PartnerKind};
use csp_proto::relationship::v1 as pb;
use csp_service::peers::{CustomerFact, Query, buyer};
use csp_service::wire;
use csp_service::{Call, ExternalId, Fault, Fields, Result, Run};
use jiff::Timestamp;

use super::{Asking, COLLECTION, Invitation, Letter, TYPE, draft, read, table};
use crate::admin_grant::AdminAccess;
use crate::customer_edges::ExistingEdges;
use crate::draft_mail::NOTE_CHARS_MAX;
use crate::peers::KnownCustomer;
use crate::{RelationshipService, customer_edges, peers};
use csp_service::wire::day_of;

/// The parsed request.
struct Command {
    id: Option<String>,
    external_id: Option<String>,
    customer_email: String,
    customer: Option<String>,
    joint_partner: Option<String>,
    admin_access: Option<AdminAccess>,
    note: String,
}

/// The facts of the decision, and the parties of the invitation.
struct Gathered {
    facts: InviteCustomer,
    asking: Asking,
    customer: Option<KnownCustomer>,
}

impl TryFrom<&pb::InviteCustomerRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::InviteCustomerRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let id = fields.chosen_id("invitation_id", &request.invitation_id);
        let external_id = fields.external_id("external_id", &request.external_id);
        let customer_email = fields.email("customer_email", &request.customer_email);
        let customer = fields.optional_name("customer", &request.customer, "customers");
        let joint_partner = fields.optional_name("joint_partner", &request.joint_partner, "partners");
        let admin_access = AdminAccess::read(&mut fields, request.admin_access.as_ref());
        let note = fields.lines("note", &request.note, 0..=NOTE_CHARS_MAX);
        fields.finish(|| {
            Some(Command {
                id: id?,
                external_id: external_id?,
                customer_email: customer_email?,
                customer: customer?,
                joint_partner: joint_partner?,
                admin_access: admin_access?,
                note: note?,
            })
        })
    }
}

pub(crate) async fn invite(
    service: &RelationshipService,
    call: &Call,
    request: pb::InviteCustomerRequest,
) -> Result<pb::InviteCustomerResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    let act = || async {
        let now = service.book.now();
        let id = command.id.clone().unwrap_or_else(|| service.book.next_id());
        let Gathered { facts, asking, customer } = gather(service, call, &command, &run, now).await?;
        let external_id = call.external_id(command.external_id.clone());
        must_be_new(service, &id, external_id.as_ref()).await?;
        let permit = run.decide(facts)?;
        let letter = Letter {
            id,
            external_id,
            customer_email: command.customer_email.clone(),
            admin_access: command.admin_access.clone(),
            note: command.note.clone(),
        };
        let invitation = Invitation::send(letter, &asking, customer, now);

        let mut write = run.write();
        let accepted = write.accept(permit, &invitation.name())?;
        table::insert(&mut write, invitation.row(), &accepted);
        write.tell(invitation.creation(now)?);
        let response = pb::InviteCustomerResponse {
            invitation: Some(invitation.render(now, &call.caller)),
            draft: None,
            decision: Some(accepted.decision()),
        };
        let mut response = write.conclude(response).await?;
        response.draft = (!run.is_dry()).then(|| draft::draft(&service.links, &invitation));
        Ok(response)
    };
    let mut response = run.settle(act).await?;
    if response.draft.is_none() && !run.is_dry() {
        response.draft = draft_again(service, response.invitation.as_ref()).await?;
    }
    Ok(response)
}

async fn gather(
    service: &RelationshipService,
    call: &Call,
    command: &Command,
    run: &Run<'_, pb::InviteCustomerRequest>,
    now: Timestamp,
) -> Result<Gathered> {
    let (day, subject) = (day_of(now), format!("{COLLECTION}/{}", wire::subject_id(command.id.as_deref())));
    let customer = match &command.customer {
        Some(name) => Some(named_customer(service, call, name).await?),
        None => None,
    };
    let customer_tenant = customer.as_ref().map(|customer| customer.tenant.clone());
    let mut query = Query {
        partners: command.joint_partner.iter().cloned().collect(),
        tenants: call.tenant().map(str::to_owned).into_iter().collect(),
        ..Query::default()
    };
    customer.iter().for_each(|customer| query.of_buyer(&customer.into()));
    let facts = service.registry.facts(call, day, query).await?;
    let sender = run.acting(&facts, now, &subject)?;
    let joint = command.joint_partner.as_deref().map(|name| peers::partner(&facts, name)).transpose()?;
    let asking = asking(sender, joint);
    let (seller, reseller) = asking.chain();
    let edges =
        ExistingEdges::of(service, &seller, reseller.as_ref(), customer_tenant.as_deref(), None).await?;
    let mut revisions = facts.revisions();
    revisions.extend(customer.iter().flat_map(CustomerFact::revisions));
    revisions.extend(edges.revisions());
    let facts = InviteCustomer {
        act: Act { at: now, day, subject, revisions },
        seller,
        reseller,
        partnership_active: edges.partnership_is_active,
        other_edge: edges.other_edge_name(call),
        buyer: customer.as_ref().map(|customer| buyer(customer, &facts)).transpose()?,
    };
    let customer = customer.map(|customer| KnownCustomer { name: customer.name, tenant: customer.tenant });
    Ok(Gathered { facts, asking, customer })
}

/// The customer that the sender names; [`Fault::NotFound`] unless the sender may see the customer.
async fn named_customer(service: &RelationshipService, call: &Call, name: &str) -> Result<CustomerFact> {
    let absent = || Fault::not_found("customer", name);
    let tenant = call.tenant().ok_or_else(absent)?;
    if !customer_edges::customer_access(service, name, tenant).await?.visible {
        return Err(absent());
    }
    service.customers.by_name(call, name).await?.ok_or_else(absent)
}

/// The partners that the customer is asked to authorise. A sender that is an indirect reseller is the
/// reseller, and the joint partner is the provider. Every other sender is the provider, and the joint partner
/// is the reseller.
fn asking(sender: Partner, joint: Option<Partner>) -> Asking {
    if sender.kind == PartnerKind::IndirectReseller {
        Asking { provider: joint, reseller: Some(sender.clone()), sender }
    } else {
        Asking { provider: Some(sender.clone()), reseller: joint, sender }
    }
}

/// [`Fault::AlreadyExists`] unless the id and the external id are free.
async fn must_be_new(
    service: &RelationshipService,
    id: &str,
    external_id: Option<&ExternalId>,
) -> Result<()> {
    let conn = &mut *service.book.store.read().await?;
    let exists = |name: String| Err(Fault::AlreadyExists { resource_type: TYPE, name });
    if table::by_id(conn, id).await?.is_some() {
        return exists(format!("{COLLECTION}/{id}"));
    }
    if let Some(external_id) = external_id
        && let Some(holder) = table::by_external_id(conn, external_id).await?
    {
        return exists(Invitation::from(holder).name());
    }
    Ok(())
}

/// Composes the draft of the invitation mail again for a repeat. The stored answer has no draft, because a
/// draft contains the link, and links are never stored.
async fn draft_again(
    service: &RelationshipService,
    sent: Option<&pb::Invitation>,
) -> Result<Option<pb::InvitationDraft>> {
    let Some(sent) = sent else { return Ok(None) };
    let found = read::by_id(service, wire::id_of(&sent.name)).await?;
    Ok(found.map(|found| draft::draft(&service.links, &found)))
}
