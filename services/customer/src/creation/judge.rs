//! Decides whether a customer may be created as planned: reads the facts of the registry and of the edges,
//! then applies the rules.

use csp_policy::boundaries::{ConfirmCustomerAgreement, CreateCustomer};
use csp_policy::{Act, Attester, Boundary, Partner, Permit, decide};
use csp_proto::customer::v1 as pb;
use csp_service::peers::{self, BuyingTenant, Edges, EdgesQuery, Query, RegistryFacts};
use csp_service::{Attempt, Call, Fault, Result, is_guarded_by, wire};
use jiff::Timestamp;

use super::plan::{FirstOrder, Plan, Seller};
use crate::CustomerService;
use crate::agreement;
use crate::customer::KIND;
use crate::customer::profile::Profile;

/// An allowed creation.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) creation: Permit<CreateCustomer>,
    /// The permit of the agreement that the first order needs.
    pub(crate) agreement: Option<Permit<ConfirmCustomerAgreement>>,
    /// The partner that will serve the customer.
    pub(crate) seller: Partner,
}

// The saga decides without a `Run`, which would check the boundary. These assertions check it: the contract
// names this boundary for all three requests that begin the saga.
const _: () = assert!(is_guarded_by::<pb::CreateCustomerRequest, CreateCustomer>());
const _: () = assert!(is_guarded_by::<pb::RecordCustomerRequest, CreateCustomer>());
const _: () = assert!(is_guarded_by::<pb::AddCustomerWithOrderRequest, CreateCustomer>());

/// Judges the creation of the customer with this resource name.
pub(crate) async fn judge(
    service: &CustomerService,
    call: &Call,
    plan: &Plan,
    attempt: &Attempt,
    name: &str,
) -> Result<Judged> {
    let book = &service.book;
    let now = book.now();
    let day = plan.day(wire::day_of(now));
    let registry = service.registry.facts(call, day, query(call, plan)).await?;
    let seller = match &plan.seller {
        Seller::Recorded { partner, .. } => known_partner(&registry, partner)?,
        Seller::Caller => {
            book.acting(call, attempt, CreateCustomer::NAME, &registry, now, &plan.subject())?
        }
    };
    let query = EdgesQuery {
        provider: seller.name.clone(),
        reseller: plan.reseller.clone().unwrap_or_default(),
        customer: String::new(),
        customer_tenant: plan.profile.tenant.id.clone(),
        as_of: plan.evidence().map(|evidence| evidence.day).filter(|day| *day < wire::day_of(now)),
    };
    let edges = service.relationships.edges(call, query).await?;
    tenant_must_not_be_a_customer(plan, &registry, name)?;
    let facts = creation(plan, &registry, &edges, seller.clone(), name, now)?;
    let act = facts.act.clone();
    let creation = decide(facts).map_err(|decision| book.refuse(call, attempt, decision))?;
    let agreement = match &plan.first_order {
        Some(order) => {
            let facts = confirmation(order, &seller, &act, &plan.profile.tenant.id);
            Some(decide(facts).map_err(|decision| book.refuse(call, attempt, decision))?)
        }
        None => None,
    };
    Ok(Judged { creation, agreement, seller })
}

fn query(call: &Call, plan: &Plan) -> Query {
    let recorded = match &plan.seller {
        Seller::Recorded { partner, .. } => Some(partner.clone()),
        Seller::Caller => None,
    };
    let own_tenant = call.tenant().map(str::to_owned);
    let mut query = Query {
        partners: recorded.into_iter().chain(plan.reseller.clone()).collect(),
        tenants: own_tenant.into_iter().collect(),
        recorded: plan.evidence().is_some(),
        ..Query::default()
    };
    query.of_buyer(&buying(plan, "", None));
    plan.profile.organization.iter().for_each(|declared| query.of_company(declared));
    query
}

fn known_partner(registry: &RegistryFacts, name: &str) -> Result<Partner> {
    registry.partner(name).cloned().ok_or_else(|| Fault::not_found("partner", name))
}

fn tenant_must_not_be_a_customer(plan: &Plan, registry: &RegistryFacts, name: &str) -> Result<()> {
    let tenant = &plan.profile.tenant.id;
    match registry.tenant(tenant).customer {
        Some(holder) if holder != name => Err(tenant_taken(tenant)),
        _ => Ok(()),
    }
}

/// The fault of a tenant that belongs to another customer. It does not name that customer, which the caller
/// may not be allowed to see.
pub(crate) fn tenant_taken(tenant: &str) -> Fault {
    Fault::AlreadyExists { resource_type: KIND, name: tenant.to_owned() }
}

fn creation(
    plan: &Plan,
    registry: &RegistryFacts,
    edges: &Edges,
    seller: Partner,
    name: &str,
    now: Timestamp,
) -> Result<CreateCustomer> {
    let profile = &plan.profile;
    let reseller = plan.reseller.as_deref().map(|reseller| known_partner(registry, reseller)).transpose()?;
    let subject = plan.subject();
    let company = match &profile.organization {
        Some(declared) => registry.company(declared)?,
        None => None,
    };
    Ok(CreateCustomer {
        act: Act {
            at: now,
            day: plan.day(wire::day_of(now)),
            subject: subject.clone(),
            revisions: registry.revisions().into_iter().chain(edges.revisions()).collect(),
        },
        seller,
        reseller,
        partnership_active: edges.partnership_is_active(),
        other_edge: edges.tenant_partnership.as_ref().map(|edge| edge.name.clone()),
        buyer: peers::buyer(buying(plan, &subject, company.as_deref()), registry)?,
        domain: profile.domain().to_owned(),
        domain_taken: registry.domain_customer(profile.domain()).is_some_and(|holder| holder != name),
        registration: profile.about_company(),
    })
}

/// The tenant of the plan as buyer, which belongs to `organization`.
fn buying<'a>(plan: &'a Plan, name: &'a str, organization: Option<&'a str>) -> BuyingTenant<'a> {
    let Profile { tenant, registration_id, .. } = &plan.profile;
    BuyingTenant {
        name,
        tenant: &tenant.id,
        cloud: tenant.cloud,
        country: tenant.country,
        organization,
        domains: &tenant.domains,
        registration_id,
    }
}

/// The facts of the agreement that comes with the first order. `act` is that of the creation.
fn confirmation(order: &FirstOrder, seller: &Partner, act: &Act, tenant: &str) -> ConfirmCustomerAgreement {
    ConfirmCustomerAgreement {
        act: Act { subject: agreement::name(&act.subject), ..act.clone() },
        customer: act.told(tenant).to_owned(),
        attester: Some(Attester {
            partner: seller.clone(),
            // The creation sets the seller's relationship; without it neither customer nor agreement comes
            // into effect.
            transacts: true,
            signer_name: order.agreement.signer_name(),
            signer_email: order.agreement.signer.email.clone(),
        }),
        signed_on: order.agreement.accept_date,
        latest_day: agreement::latest_day(act.at),
    }
}
