//! A partner asks an existing customer for a reseller relationship, alone or jointly: `InviteCustomer`.

use csp_policy::boundaries::InviteCustomer;
use csp_policy::{Act, Partner, PartnerKind, decide};
use csp_proto::relationship::v1 as pb;
use csp_service::peers::{CustomerFact, Query, buyer};
use csp_service::{Attempt, Call, Fault, Fields, Result};
use csp_store::Connection;
use jiff::Timestamp;

use crate::admin_grant::AdminAccess;
use crate::invitation::draft;
use crate::invitation::{Asking, COLLECTION, Invitation, KnownCustomer, Letter, TYPE};
use crate::time::day_of;
use crate::{Relationship, customer_edges, invitation, peers};

/// What the sender wants, well formed.
struct Command {
    id: Option<String>,
    external_id: Option<String>,
    customer_email: String,
    customer: Option<String>,
    joint_partner: Option<String>,
    admin_access: Option<AdminAccess>,
    note: String,
}

/// The facts, and what of them goes into the invitation.
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
        let customer = fields
            .optional(&request.customer, |fields, name| fields.resource_name("customer", name, "customers"));
        let joint_partner = fields.optional(&request.joint_partner, |fields, name| {
            fields.resource_name("joint_partner", name, "partners")
        });
        let admin_access = AdminAccess::read(&mut fields, request.admin_access.as_ref());
        let note = fields.lines("note", &request.note, 0..=draft::NOTE_CHARS_MAX);
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

pub(crate) async fn invite_customer(
    service: &Relationship,
    call: &Call,
    request: pb::InviteCustomerRequest,
) -> Result<pb::InviteCustomerResponse> {
    let command = Command::try_from(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &command, &attempt)).await
}

async fn run(
    service: &Relationship,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::InviteCustomerResponse> {
    let book = &service.book;
    if let Some(mut answer) = book.first_answer::<pb::InviteCustomerResponse>(attempt).await? {
        // The link is derived, never stored: the remembered answer came without it.
        answer.draft = service.invitation_draft_again(answer.invitation.as_ref()).await?;
        return Ok(answer);
    }
    let now = book.now();
    let id = command.id.clone().unwrap_or_else(|| book.next_id());
    let Gathered { facts, asking, customer } = gather(service, call, command, attempt, &id, now).await?;
    must_be_new(&mut *book.store.read().await?, &id, command.external_id.as_deref(), &asking.sender).await?;
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    let letter = Letter {
        id,
        external_id: command.external_id.clone(),
        customer_email: command.customer_email.clone(),
        admin_access: command.admin_access.clone(),
        note: command.note.clone(),
    };
    let invitation = Invitation::send(letter, &asking, customer, now);
    let mut response = pb::InviteCustomerResponse {
        invitation: Some(invitation.render(now)),
        draft: None,
        decision: Some(book.preview(&permit)),
    };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let accepted = book.accept(&mut tx, call, attempt, permit, &invitation.name())?;
    invitation::table::insert(&mut tx, invitation.row(), &accepted);
    response.decision = Some(accepted.decision());
    let effects = vec![invitation.creation(now)?];
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    response.draft = Some(draft::of_invitation(&service.links, &invitation));
    Ok(response)
}

async fn gather(
    service: &Relationship,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
    id: &str,
    now: Timestamp,
) -> Result<Gathered> {
    let (day, subject) = (day_of(now), format!("{COLLECTION}/{id}"));
    let customer = match &command.customer {
        Some(name) => Some(named_customer(service, call, name).await?),
        None => None,
    };
    let customer_tenant = customer.as_ref().map(|customer| customer.tenant.clone());
    let query = Query {
        partners: command.joint_partner.iter().cloned().collect(),
        tenants: call.tenant().map(str::to_owned).into_iter().chain(customer_tenant.clone()).collect(),
        organizations: customer.iter().filter_map(|customer| customer.organization.clone()).collect(),
        ..Query::default()
    };
    let facts = service.registry.facts(call, day, query).await?;
    let sender = peers::acting::<InviteCustomer>(call, &facts, day, &subject);
    let sender = sender.map_err(|refused| service.book.refuse(call, attempt, refused))?;
    let joint = match &command.joint_partner {
        Some(name) => Some(peers::partner(&facts, name)?),
        None => None,
    };
    let asking = asking(sender, joint);
    let (seller, reseller) = match (&asking.provider, &asking.reseller) {
        (Some(provider), reseller) => (provider.clone(), reseller.clone()),
        (None, _) => (asking.sender.clone(), None),
    };
    let mut reader = service.book.store.read().await?;
    let edges =
        customer_edges::selling(&mut reader, &seller, reseller.as_ref(), customer_tenant.as_deref()).await?;
    let mut revisions = facts.revisions();
    revisions.extend(customer.iter().flat_map(CustomerFact::revisions));
    revisions.extend(edges.revisions(call));
    let facts = InviteCustomer {
        act: Act { day, subject, revisions },
        seller,
        reseller,
        partnership_active: edges.partnership_is_active(),
        other_edge: edges.other_edge_name(call),
        buyer: customer.as_ref().map(|customer| buyer(customer, &facts)).transpose()?,
    };
    let customer = customer.map(|customer| KnownCustomer { name: customer.name, tenant: customer.tenant });
    Ok(Gathered { facts, asking, customer })
}

/// The customer that the sender names, if it exists for the sender.
async fn named_customer(service: &Relationship, call: &Call, name: &str) -> Result<CustomerFact> {
    let absent = || Fault::not_found("customer", name);
    let tenant = call.tenant().ok_or_else(absent)?;
    if !customer_edges::read::customer_access(service, name, tenant).await?.visible {
        return Err(absent());
    }
    service.customers.by_name(call, name).await?.ok_or_else(absent)
}

/// Whom the customer is asked to authorise: a reseller that sends stands behind the other partner, everybody
/// else before it.
fn asking(sender: Partner, joint: Option<Partner>) -> Asking {
    if sender.kind == PartnerKind::IndirectReseller {
        Asking { provider: joint, reseller: Some(sender.clone()), sender }
    } else {
        Asking { provider: Some(sender.clone()), reseller: joint, sender }
    }
}

/// An invitation needs a free id and key.
async fn must_be_new(
    conn: &mut Connection,
    id: &str,
    external_id: Option<&str>,
    sender: &Partner,
) -> Result<()> {
    let exists = |name: String| Err(Fault::AlreadyExists { resource_type: TYPE, name });
    if invitation::table::by_id(conn, id).await?.is_some() {
        return exists(format!("{COLLECTION}/{id}"));
    }
    if let Some(key) = external_id
        && let Some(holder) = invitation::table::by_external_id(conn, &sender.tenant, key).await?
    {
        return exists(Invitation::from(holder).name());
    }
    Ok(())
}
