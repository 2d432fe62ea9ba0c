//! Creates the edges of a customer that is being created: `EstablishCustomer`, a step of the customer
//! service's saga `CreateCustomer`.
//!
//! The customer service has allowed the creation. The edges get a decision of their own here, in the service
//! that stores them. A repeat for the same customer is recognised by the stored edges and returns them. A
//! call that arrives after its operation was dissolved is refused.
//!
//! The step does not use a `Run`, but `Attempt` and `Book` directly. Its idempotency key is the operation's
//! name, not a request id. The step is never part of a preview: a preview ends before the saga's first step.

use csp_policy::boundaries::EstablishEdges;
use csp_policy::{Act, Day, decide};
use csp_proto::internal::relationship::v1 as pb;
use csp_proto::r#type::v1::Evidence;
use csp_service::peers::Query;
use csp_service::wire::day_of;
use csp_service::{Attempt, Call, Fault, Fields, Result};
use csp_store::guard;
use jiff::Timestamp;

use super::{ExistingEdges, NewEdges, servers};
use crate::RelationshipService;
use crate::admin_grant::{self, AdminAccess, AdminGrant};
use crate::peers::{self, KnownCustomer};
use crate::reseller_relationship::{self, Origin, ResellerRelationship};

/// Collection of the operations that establish and dissolve edges.
pub(crate) const OPERATIONS: &str = "operations";

/// The parsed request.
struct Command {
    customer: KnownCustomer,
    seller: String,
    reseller: Option<String>,
    admin_access: Option<AdminAccess>,
    origin: Origin,
    day: Day,
    operation: String,
}

impl TryFrom<&pb::EstablishCustomerRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::EstablishCustomerRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("customer", &request.customer, "customers");
        let tenant = fields.tenant("customer_tenant_id", &request.customer_tenant_id);
        let seller = fields.resource_name("seller", &request.seller, "partners");
        let reseller = fields.optional_name("reseller", &request.reseller, "partners");
        let admin_access = AdminAccess::read(&mut fields, request.admin_access.as_ref());
        let day = fields.day("as_of_date", &request.as_of_date);
        let operation = fields.resource_name("operation", &request.operation, OPERATIONS);
        let evidence = read_evidence(&mut fields, request.evidence.as_ref());
        fields.finish(|| {
            Some(Command {
                customer: KnownCustomer { name: name?, tenant: tenant? },
                seller: seller?,
                reseller: reseller?,
                admin_access: admin_access?,
                origin: Origin::WithCustomer(evidence?),
                day: day?,
                operation: operation?,
            })
        })
    }
}

/// Reads the evidence, which the customer service has already judged: `Some(None)` when the request has none,
/// `None` after a field violation.
fn read_evidence(fields: &mut Fields, sent: Option<&Evidence>) -> Option<Option<csp_service::Evidence>> {
    let Some(sent) = sent else { return Some(None) };
    let day = fields.day("evidence.establish_date", &sent.establish_date)?;
    Some(Some(csp_service::Evidence { day, source: sent.source.clone() }))
}

pub(crate) async fn establish(
    service: &RelationshipService,
    call: &Call,
    request: pb::EstablishCustomerRequest,
) -> Result<pb::EstablishCustomerResponse> {
    let command = Command::try_from(&request)?;
    let attempt = Attempt::of_work(call);
    service.book.settle(&attempt, || run(service, call, &command, &attempt)).await
}

async fn run(
    service: &RelationshipService,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::EstablishCustomerResponse> {
    let book = &service.book;
    let now = book.now();
    if let Some(answer) = established(service, &command.customer.name, now).await? {
        return Ok(answer);
    }
    let (facts, past) = gather(service, call, command, now).await?;
    let (seller, reseller) = (facts.seller.clone(), facts.reseller.clone());
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    let (servers, access) = (servers(&seller, reseller.as_ref()), command.admin_access.as_ref());
    let edges = NewEdges::plan(book, &servers, &command.customer, &command.origin, access, now).await?;
    let edges = edges.decided_by_the_past(past);
    if edges.keeps_any() {
        // A concurrent repeat has committed these relationships since `established` read none: the next try
        // returns them.
        return Err(Fault::lost_race(&command.customer.name));
    }
    let response =
        pb::EstablishCustomerResponse { relationships: edges.render(), admin_grant: edges.render_grant(now) };

    // After this point only a lost race or a dissolved operation can refuse.
    let mut tx = book.store.write();
    if !guard::enter(tx.conn().await?, &command.operation, now.as_microsecond()).await? {
        return Err(Fault::taken_back(&command.operation));
    }
    let accepted = book.accept(&mut tx, call, attempt, permit, &command.customer.name)?;
    let effects = edges.save(&mut tx, &accepted, now)?;
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}

/// The edges that an earlier call established for the customer, if any.
async fn established(
    service: &RelationshipService,
    customer: &str,
    now: Timestamp,
) -> Result<Option<pb::EstablishCustomerResponse>> {
    let mut reader = service.book.store.read().await?;
    let rows = reseller_relationship::table::with_customer(&mut reader, customer).await?;
    let relationships: Vec<_> = rows.into_iter().map(ResellerRelationship::from).collect();
    let Some(last) = relationships.last() else { return Ok(None) };
    // This step creates its grant with the last relationship; grants of other commands are younger.
    let grants = admin_grant::table::of_relationship(&mut reader, last.row()).await?;
    let grant = grants.into_iter().map(AdminGrant::from).min_by_key(|grant| grant.row().create_time);
    Ok(Some(pb::EstablishCustomerResponse {
        relationships: relationships.iter().map(ResellerRelationship::render).collect(),
        admin_grant: grant.map(|grant| grant.render(now)),
    }))
}

/// The facts, and whether a partnership of the past is one of them.
async fn gather(
    service: &RelationshipService,
    call: &Call,
    command: &Command,
    now: Timestamp,
) -> Result<(EstablishEdges, bool)> {
    let recorded = command.origin.evidence().is_some();
    let past = recorded.then_some(command.day).filter(|day| *day < day_of(now));
    let partners = command.reseller.iter().chain([&command.seller]).cloned().collect();
    let query = Query { partners, recorded, ..Query::default() };
    let facts = service.registry.facts(call, command.day, query).await?;
    let seller = peers::partner(&facts, &command.seller)?;
    let reseller = command.reseller.as_deref().map(|name| peers::partner(&facts, name)).transpose()?;
    let customer = &command.customer;
    let edges = ExistingEdges::of(service, &seller, reseller.as_ref(), Some(&customer.tenant), past).await?;
    let mut revisions = facts.revisions();
    revisions.extend(edges.revisions());
    let past = edges.are_of_the_past();
    let facts = EstablishEdges {
        act: Act { at: now, day: command.day, subject: customer.name.clone(), revisions },
        seller,
        reseller,
        partnership_active: edges.partnership_is_active,
        customer_tenant: customer.tenant.clone(),
        other_edge: edges.other_edge_name(call),
    };
    Ok((facts, past))
}
