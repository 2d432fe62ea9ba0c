//! Decides whether a customer may be created as planned: reads the facts of the registry and of the edges,
//! asks the subscription service what it would decide about the first order, then applies the rules. A
//! refusal has the violations of the customer, its agreement and the order (rule CUS-04).

use csp_policy::boundaries::{ConfirmCustomerAgreement, CreateCustomer};
use csp_policy::{Act, Attester, Boundary, Day, Partner, Permit, Revision, decide_both};
use csp_proto::customer::v1 as pb;
use csp_proto::internal::customer::v1::{AcceptanceFacts, CustomerFacts};
use csp_proto::internal::subscription::v1::PreviewOrderRequest;
use csp_proto::policy::v1::Verdict;
use csp_service::peers::{self, BuyingTenant, Edges, EdgesQuery, PreviewedOrder, Query, RegistryFacts};
use csp_service::{Attempt, Call, Fault, Result, is_guarded_by, wire};
use jiff::Timestamp;

use super::plan::{FirstOrder, Plan, Seller};
use crate::CustomerService;
use crate::agreement;
use crate::customer::profile::Profile;
use crate::customer::{self, Customer, KIND};

/// An allowed creation.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) creation: Permit<CreateCustomer>,
    /// The permit of the agreement that the first order needs.
    pub(crate) agreement: Option<Permit<ConfirmCustomerAgreement>>,
    /// The first order, which its rules allow.
    pub(crate) order: Option<PreviewedOrder>,
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
    let company = match &plan.profile.organization {
        Some(declared) => registry.company(declared)?,
        None => None,
    };
    let subject = plan.subject();
    let buying = buying(plan, &subject, company.as_deref());
    let query = EdgesQuery {
        provider: seller.name.clone(),
        reseller: plan.reseller.clone().unwrap_or_default(),
        customer: String::new(),
        customer_tenant: plan.profile.tenant.id.clone(),
        as_of: plan.evidence().map(|evidence| evidence.day).filter(|day| *day < wire::day_of(now)),
    };
    let (edges, order) = tokio::try_join!(
        service.relationships.edges(call, query),
        preview(service, call, plan, &seller, &buying, day),
    )?;
    tenant_must_not_be_a_customer(plan, &registry, name)?;
    let mut facts = creation(plan, &registry, &edges, seller.clone(), (name, buying), now)?;
    facts.act.revisions.extend(domain_holder(service, plan, &registry).await?);
    let act = facts.act.clone();
    let tenant = &plan.profile.tenant.id;
    let agreement = plan.first_order.as_ref().map(|order| confirmation(order, &seller, &act, tenant));
    let own = decide_both(facts, agreement);
    let refused_order =
        order.as_ref().map(|order| &order.decision).filter(|it| it.verdict() == Verdict::Refused);
    match (own, refused_order) {
        (Ok((creation, agreement)), None) => Ok(Judged { creation, agreement, order, seller }),
        (Ok((creation, _)), Some(refused)) => {
            Err(book.refuse_with_peer(call, attempt, Box::new(creation.decision()), refused.clone()))
        }
        (Err(own), Some(refused)) => Err(book.refuse_with_peer(call, attempt, own, refused.clone())),
        (Err(own), None) => Err(book.refuse(call, attempt, own)),
    }
}

/// What the subscription service would decide about the first order.
async fn preview(
    service: &CustomerService,
    call: &Call,
    plan: &Plan,
    seller: &Partner,
    buying: &BuyingTenant<'_>,
    day: Day,
) -> Result<Option<PreviewedOrder>> {
    let Some(first) = &plan.first_order else { return Ok(None) };
    // Nothing contradicts a declaration that is missing.
    let (domains, registration_id) = match plan.profile.organization {
        Some(_) => (buying.domains.to_vec(), buying.registration_id.to_owned()),
        None => (Vec::new(), String::new()),
    };
    let customer = CustomerFacts {
        name: buying.name.to_owned(),
        revision: 0,
        tenant_id: buying.tenant.to_owned(),
        cloud: wire::cloud(buying.cloud).into(),
        country: buying.country.to_string(),
        organization: buying.organization.unwrap_or_default().to_owned(),
        acceptances: vec![AcceptanceFacts {
            attester: seller.name.clone(),
            // A rule of the confirmation refuses a later day: it is no violation of the order too.
            since_date: first.agreement.accept_date.min(day).to_string(),
        }],
        agreement_revision: 0,
        company_name: plan.profile.company_name.clone(),
        being_created: true,
        domains,
        registration_id,
    };
    let request = PreviewOrderRequest {
        order: Some(first.order.render()),
        seller: seller.name.clone(),
        customer: Some(customer),
        reseller: plan.reseller.clone().unwrap_or_default(),
    };
    service.subscriptions.preview_order(call, request).await.map(Some)
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

/// The customer that has the domain, if any, at its revision.
async fn domain_holder(
    service: &CustomerService,
    plan: &Plan,
    registry: &RegistryFacts,
) -> Result<Option<Revision>> {
    let Some(holder) = registry.domain_customer(plan.profile.domain()) else { return Ok(None) };
    let mut reader = service.book.store.read_once().await?;
    let row = customer::table::by_id(&mut reader, "", wire::id_of(holder)).await?;
    Ok(row.map(|row| Customer::from(row).revision()))
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
    (name, buying): (&str, BuyingTenant<'_>),
    now: Timestamp,
) -> Result<CreateCustomer> {
    let profile = &plan.profile;
    let reseller = plan.reseller.as_deref().map(|reseller| known_partner(registry, reseller)).transpose()?;
    Ok(CreateCustomer {
        act: Act {
            at: now,
            day: plan.day(wire::day_of(now)),
            subject: buying.name.to_owned(),
            revisions: registry.revisions().into_iter().chain(edges.revisions()).collect(),
        },
        seller,
        reseller,
        partnership_active: edges.partnership_is_active(),
        other_edge: edges.tenant_partnership.as_ref().map(|edge| edge.name.clone()),
        buyer: peers::buyer(buying, registry)?,
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
