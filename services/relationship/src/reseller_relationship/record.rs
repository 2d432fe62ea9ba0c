//! An operator records a relationship that was established elsewhere: `RecordResellerRelationship`.

use csp_policy::boundaries::AcceptInvitation;
use csp_policy::{Act, Day, Partner, PartnerKind, decide};
use csp_proto::relationship::v1 as pb;
use csp_proto::r#type::v1::Evidence;
use csp_service::peers::{Query, buyer};
use csp_service::{Attempt, Call, Fault, Fields, Result};
use csp_store::Connection;
use jiff::Timestamp;

use crate::customer_edges::{self, NewEdges};
use crate::evidence::read_evidence;
use crate::invitation::KnownCustomer;
use crate::reseller_relationship::{COLLECTION, Origin, ResellerRelationship, TYPE};
use crate::time::day_of;
use crate::{Relationship, peers, reseller_relationship};

/// What the operator records, well formed.
struct Command {
    id: Option<String>,
    partner: String,
    provider: Option<String>,
    customer: String,
    day: Day,
    evidence: Evidence,
}

impl Command {
    fn read(request: &pb::RecordResellerRelationshipRequest, today: Day) -> Result<Self> {
        let mut fields = Fields::new();
        let id = fields.chosen_id("relationship_id", &request.relationship_id);
        let partner = fields.resource_name("partner", &request.partner, "partners");
        let provider = fields
            .optional(&request.provider, |fields, name| fields.resource_name("provider", name, "partners"));
        let customer = fields.resource_name("customer", &request.customer, "customers");
        let established = read_evidence(&mut fields, request.evidence.as_ref(), today);
        fields.finish(|| {
            let (day, evidence) = established?;
            Some(Command {
                id: id?,
                partner: partner?,
                provider: provider?,
                customer: customer?,
                day,
                evidence,
            })
        })
    }
}

pub(crate) async fn record_reseller_relationship(
    service: &Relationship,
    call: &Call,
    request: pb::RecordResellerRelationshipRequest,
) -> Result<pb::RecordResellerRelationshipResponse> {
    let command = Command::read(&request, day_of(service.book.now()))?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &command, &attempt)).await
}

async fn run(
    service: &Relationship,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::RecordResellerRelationshipResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let now = book.now();
    let id = command.id.clone().unwrap_or_else(|| book.next_id());
    let facts = gather(service, call, command, &id, now).await?;
    let relationship = {
        // Of a reseller through its provider, or of a seller itself.
        let (partner, provider) = match &facts.reseller {
            Some(reseller) => (reseller, Some(&facts.seller)),
            None => (&facts.seller, None),
        };
        must_be_new(&mut *book.store.read().await?, command, &id).await?;
        let customer = KnownCustomer { name: facts.buyer.name.clone(), tenant: facts.buyer.tenant.clone() };
        let origin = Origin::Recorded(command.evidence.clone());
        ResellerRelationship::begin(id, partner, provider, &customer, origin, now)
    };
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    let mut response = pb::RecordResellerRelationshipResponse {
        relationship: Some(relationship.render()),
        decision: Some(book.preview(&permit)),
    };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let accepted = book.accept(&mut tx, call, attempt, permit, &relationship.name())?;
    let effects = NewEdges::of(relationship).save(&mut tx, &accepted, now).await?;
    response.decision = Some(accepted.decision());
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}

/// The facts as of the day in the evidence.
async fn gather(
    service: &Relationship,
    call: &Call,
    command: &Command,
    id: &str,
    now: Timestamp,
) -> Result<AcceptInvitation> {
    let customer = service.customers.by_name(call, &command.customer).await?;
    // One that is being created may be taken back again, and nothing would say so here.
    let customer = customer.filter(|customer| !customer.being_created);
    let customer = customer.ok_or_else(|| Fault::not_found("customer", &command.customer))?;
    let query = Query {
        partners: command.provider.iter().chain([&command.partner]).cloned().collect(),
        tenants: vec![customer.tenant.clone()],
        organizations: customer.organization.iter().cloned().collect(),
        ..Query::default()
    };
    let facts = service.registry.facts(call, command.day, query).await?;
    let partner = peers::partner(&facts, &command.partner)?;
    let provider = command.provider.as_deref().map(|name| peers::partner(&facts, name)).transpose()?;
    let (seller, reseller) = chain(partner, provider)?;
    let mut reader = service.book.store.read().await?;
    let edges =
        customer_edges::selling(&mut reader, &seller, reseller.as_ref(), Some(&customer.tenant)).await?;
    let mut revisions = facts.revisions();
    revisions.extend(customer.revisions());
    revisions.extend(edges.revisions(call));
    Ok(AcceptInvitation {
        act: Act { day: command.day, subject: format!("{COLLECTION}/{id}"), revisions },
        recorded: true,
        caller: call.caller.clone(),
        now,
        invitation: None,
        seller,
        reseller,
        partnership_active: edges.partnership_is_active(),
        other_edge: edges.other_edge_name(call),
        buyer: buyer(&customer, &facts)?,
    })
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

/// A record needs a free id, and that the relationship is not in force already.
async fn must_be_new(conn: &mut Connection, command: &Command, id: &str) -> Result<()> {
    let provider = command.provider.as_deref().unwrap_or_default();
    let taken = reseller_relationship::table::by_id(conn, id).await?;
    let open =
        reseller_relationship::table::open(conn, &command.customer, &command.partner, provider).await?;
    match taken.or(open) {
        Some(row) => {
            let name = ResellerRelationship::from(row).name();
            Err(Fault::AlreadyExists { resource_type: TYPE, name })
        }
        None => Ok(()),
    }
}
