//! An operator records a relationship that was established elsewhere: `RecordResellerRelationship`.

use csp_policy::boundaries::AcceptInvitation;
use csp_policy::{Act, Day, Partner, PartnerKind};
use csp_proto::relationship::v1 as pb;
use csp_service::peers::{Query, buyer};
use csp_service::{Call, Evidence, Fault, Fields, Result};
use jiff::Timestamp;

use super::{Origin, ResellerRelationship, TYPE, name_of, table};
use crate::RelationshipService;
use crate::admin_grant::{AdminAccess, AdminGrant};
use crate::customer_edges::{ExistingEdges, NewEdges};
use crate::peers::{self, KnownCustomer};
use csp_service::wire::{self, day_of};

/// The parsed request.
struct Command {
    id: Option<String>,
    partner: String,
    provider: Option<String>,
    customer: String,
    admin_access: Option<AdminAccess>,
    evidence: Evidence,
}

impl Command {
    fn read(request: &pb::RecordResellerRelationshipRequest, today: Day) -> Result<Self> {
        let mut fields = Fields::new();
        let id = fields.chosen_id("reseller_relationship_id", &request.reseller_relationship_id);
        let partner = fields.resource_name("partner", &request.partner, "partners");
        let provider = fields.optional_name("provider", &request.provider, "partners");
        let customer = fields.resource_name("parent", &request.parent, "customers");
        let admin_access = AdminAccess::read(&mut fields, request.admin_access.as_ref());
        let evidence = fields.evidence(request.evidence.as_ref(), today);
        fields.finish(|| {
            Some(Command {
                id: id?,
                partner: partner?,
                provider: provider?,
                customer: customer?,
                admin_access: admin_access?,
                evidence: evidence?,
            })
        })
    }
}

pub(crate) async fn record(
    service: &RelationshipService,
    call: &Call,
    request: pb::RecordResellerRelationshipRequest,
) -> Result<pb::RecordResellerRelationshipResponse> {
    let command = Command::read(&request, day_of(service.book.now()))?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let id = command.id.clone().unwrap_or_else(|| service.book.next_id());
        let (facts, past) = gather(service, call, &command, now).await?;
        must_be_new(service, &command, &id).await?;
        let relationship = relationship(&command, id, &facts, now);
        let permit = run.decide(facts)?;
        let origin = Origin::Recorded(command.evidence.clone());
        let grant = command
            .admin_access
            .as_ref()
            .map(|access| AdminGrant::give(service.book.next_id(), &relationship, access, &origin, now));

        let mut write = run.write();
        let accepted = write.accept(permit, &relationship.name())?;
        let rendered = Some(relationship.render());
        let edges = NewEdges::of(relationship, grant).decided_by_the_past(past);
        let created = edges.save(&mut write, &accepted, now)?;
        write.tell_all(created);
        let (admin_grant, decision) = (edges.render_grant(now), Some(accepted.decision()));
        let response =
            pb::RecordResellerRelationshipResponse { relationship: rendered, admin_grant, decision };
        write.conclude(response).await
    })
    .await
}

/// The relationship to record: a reseller's through its provider, or a seller's own.
fn relationship(
    command: &Command,
    id: String,
    facts: &AcceptInvitation,
    now: Timestamp,
) -> ResellerRelationship {
    let (partner, provider) = match &facts.reseller {
        Some(reseller) => (reseller, Some(&facts.seller)),
        None => (&facts.seller, None),
    };
    let customer = KnownCustomer { name: facts.buyer.name.clone(), tenant: facts.buyer.tenant.clone() };
    ResellerRelationship::begin(
        id,
        partner,
        provider,
        &customer,
        Origin::Recorded(command.evidence.clone()),
        now,
    )
}

/// The facts as of the evidence's day, and whether a partnership of the past is one of them.
async fn gather(
    service: &RelationshipService,
    call: &Call,
    command: &Command,
    now: Timestamp,
) -> Result<(AcceptInvitation, bool)> {
    let customer = service.customers.by_name(call, &command.customer).await?;
    // The creation may still be undone, and this service would not learn of it here: the customer counts as
    // absent.
    let customer = customer.filter(|customer| !customer.being_created);
    let customer = customer.ok_or_else(|| Fault::not_found("customer", &command.customer))?;
    let partners = command.provider.iter().chain([&command.partner]).cloned().collect();
    let mut query = Query { partners, recorded: true, ..Query::default() };
    query.of_buyer(&(&customer).into());
    let facts = service.registry.facts(call, command.evidence.day, query).await?;
    let partner = peers::partner(&facts, &command.partner)?;
    let provider = command.provider.as_deref().map(|name| peers::partner(&facts, name)).transpose()?;
    let (seller, reseller) = chain(partner, provider)?;
    let past = Some(command.evidence.day).filter(|day| *day < day_of(now));
    let edges = ExistingEdges::of(service, &seller, reseller.as_ref(), Some(&customer.tenant), past).await?;
    let mut revisions = facts.revisions();
    revisions.extend(customer.revisions());
    revisions.extend(edges.revisions());
    let subject = name_of(&customer.name, wire::subject_id(command.id.as_deref()));
    let facts = AcceptInvitation {
        act: Act { at: now, day: command.evidence.day, subject, revisions },
        recorded: true,
        caller: call.caller.clone(),
        invitation: None,
        seller,
        reseller,
        partnership_active: edges.partnership_is_active,
        other_edge: edges.other_edge_name(call),
        buyer: buyer(&customer, &facts)?,
        registration: None,
    };
    Ok((facts, edges.are_of_the_past()))
}

/// Seller and reseller: only a reseller serves through a provider.
fn chain(partner: Partner, provider: Option<Partner>) -> Result<(Partner, Option<Partner>)> {
    match provider {
        None => Ok((partner, None)),
        Some(provider) if partner.kind == PartnerKind::IndirectReseller => Ok((provider, Some(partner))),
        Some(_) => {
            let must = format!("must be empty, since `{}` is no indirect reseller", partner.name);
            Err(Fault::field("provider", must))
        }
    }
}

/// [`Fault::AlreadyExists`] unless the id is free and the relationship is not active already.
async fn must_be_new(service: &RelationshipService, command: &Command, id: &str) -> Result<()> {
    let conn = &mut *service.book.store.read().await?;
    let provider = command.provider.as_deref().unwrap_or_default();
    let taken = table::by_id(conn, &command.customer, id).await?;
    let open = table::open(conn, &command.customer, &command.partner, provider).await?;
    match taken.or(open) {
        Some(row) => {
            let name = ResellerRelationship::from(row).name();
            Err(Fault::AlreadyExists { resource_type: TYPE, name })
        }
        None => Ok(()),
    }
}
