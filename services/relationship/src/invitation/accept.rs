//! A customer accepts a partner's invitation: `AcceptInvitation`.
//!
//! A tenant that the customer service does not know is judged by the description in the request. Once the
//! policy has allowed the act, and before the write begins, the tenant is registered at the customer service.
//! To register a tenant twice gives the same customer, and a customer without edges is visible only to
//! itself. A `validate_only` request registers nothing.

use csp_policy::boundaries::AcceptInvitation;
use csp_policy::{Act, Cloud, Country};
use csp_proto::relationship::v1 as pb;
use csp_service::peers::{CustomerFact, InvitedTenant, Query, Registered, buyer};
use csp_service::{Call, Fault, Fields, Result};
use jiff::Timestamp;

use super::{Invitation, draft, table};
use crate::customer_edges::{ExistingEdges, NewEdges, servers};
use crate::peers::KnownCustomer;
use crate::reseller_relationship::Origin;
use crate::{RelationshipService, draft_mail, peers};
use csp_service::wire::day_of;

/// Maximum length of a company name, in characters.
const COMPANY_NAME_CHARS_MAX: usize = 200;

/// The parsed request.
struct Command {
    token: String,
    tenant: Option<TenantForm>,
}

/// The customer's description of its tenant.
#[derive(Clone)]
struct TenantForm {
    customer_id: Option<String>,
    company_name: String,
    domain: String,
    country: Country,
    cloud: Cloud,
    organization: Option<String>,
}

/// The facts of the decision, and the customer that accepts.
struct Gathered {
    facts: AcceptInvitation,
    customer: CustomerFact,
    /// The tenant to register first; `None` for a known customer.
    unknown: Option<InvitedTenant>,
}

impl TryFrom<&pb::AcceptInvitationRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::AcceptInvitationRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let token = draft_mail::read_token(&mut fields, &request.link_token);
        let tenant = match &request.tenant {
            Some(tenant) => read_tenant(&mut fields, tenant).map(Some),
            None => Some(None),
        };
        fields.finish(|| Some(Command { token: token?, tenant: tenant? }))
    }
}

fn read_tenant(fields: &mut Fields, tenant: &pb::InvitedTenant) -> Option<TenantForm> {
    let customer_id = fields.chosen_id("tenant.customer_id", &tenant.customer_id);
    let company_name = fields.text("tenant.company_name", &tenant.company_name, 1..=COMPANY_NAME_CHARS_MAX);
    let domain = fields.domain("tenant.domain", &tenant.domain);
    let country = fields.country("tenant.country", &tenant.country);
    let cloud = fields.cloud("tenant.cloud", tenant.cloud);
    let organization = fields.optional_name("tenant.organization", &tenant.organization, "organizations");
    Some(TenantForm {
        customer_id: customer_id?,
        company_name: company_name?,
        domain: domain?,
        country: country?,
        cloud: cloud?,
        organization: organization?,
    })
}

pub(crate) async fn accept(
    service: &RelationshipService,
    call: &Call,
    request: pb::AcceptInvitationRequest,
) -> Result<pb::AcceptInvitationResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let before = draft::answered(service, call, &command.token).await?;
        let Gathered { facts, customer, unknown } = gather(service, call, &command, &before, now).await?;
        let (seller, reseller) = (facts.seller.clone(), facts.reseller.clone());
        let permit = run.decide(facts)?;
        let customer = match unknown {
            Some(tenant) if !run.is_dry() => register(service, call, tenant, &customer).await?,
            _ => KnownCustomer { name: customer.name, tenant: customer.tenant },
        };
        let (servers, access) = (servers(&seller, reseller.as_ref()), before.admin_access());
        let origin = &Origin::Invited;
        let edges = NewEdges::plan(&service.book, &servers, &customer, origin, access.as_ref(), now).await?;
        let mut invitation = before.clone();
        invitation.accept(customer, now)?;

        let mut write = run.write();
        let accepted = write.accept(permit, &invitation.name())?;
        table::save_accepted(&mut write, invitation.row(), &accepted);
        write.tell(invitation.effect(&before, now)?);
        let created = edges.save(&mut write, &accepted, now)?;
        write.tell_all(created);
        let response = pb::AcceptInvitationResponse {
            invitation: Some(invitation.render(now)),
            relationships: edges.render(),
            admin_grant: edges.render_grant(now),
            decision: Some(accepted.decision()),
        };
        write.conclude(response).await
    })
    .await
}

async fn gather(
    service: &RelationshipService,
    call: &Call,
    command: &Command,
    invitation: &Invitation,
    now: Timestamp,
) -> Result<Gathered> {
    let day = day_of(now);
    let tenant = call.tenant().unwrap_or_default();
    let known = service.customers.by_tenant(call, tenant).await?;
    let unknown = match known {
        Some(_) => None,
        None => Some(described(service, command, invitation, tenant)?),
    };
    let customer = known.or_else(|| unknown.as_ref().map(as_customer)).ok_or(Fault::LinkInvalid)?;
    let query = Query {
        partners: [Some(invitation.seller()), invitation.joint_reseller()]
            .into_iter()
            .flatten()
            .map(str::to_owned)
            .collect(),
        tenants: vec![tenant.to_owned()],
        organizations: customer.organization.iter().cloned().collect(),
        ..Query::default()
    };
    let facts = service.registry.facts(call, day, query).await?;
    let buyer = buyer(&customer, &facts)?;
    let seller = peers::partner(&facts, invitation.seller())?;
    let reseller = invitation.joint_reseller().map(|name| peers::partner(&facts, name)).transpose()?;
    let edges = ExistingEdges::of(service, &seller, reseller.as_ref(), Some(tenant)).await?;
    let mut revisions = facts.revisions();
    revisions.push(invitation.revision());
    revisions.extend(edges.revisions(call));
    revisions.extend(unknown.is_none().then(|| customer.revisions()).into_iter().flatten());
    let facts = AcceptInvitation {
        act: Act { day, subject: invitation.name(), revisions },
        recorded: false,
        caller: call.caller.clone(),
        now,
        invitation: Some(invitation.fact()),
        seller,
        reseller,
        partnership_active: edges.partnership_is_active(),
        other_edge: edges.other_edge_name(call),
        buyer,
    };
    Ok(Gathered { facts, customer, unknown })
}

/// The unknown tenant as the request describes it; a field violation when the request does not.
fn described(
    service: &RelationshipService,
    command: &Command,
    invitation: &Invitation,
    tenant: &str,
) -> Result<InvitedTenant> {
    let Some(form) = command.tenant.clone() else {
        return Err(Fault::field("tenant", format!("must be set, since tenant `{tenant}` is not known yet")));
    };
    Ok(InvitedTenant {
        customer_id: Some(form.customer_id.unwrap_or_else(|| service.book.next_id())),
        tenant: tenant.to_owned(),
        domain: form.domain,
        country: form.country,
        cloud: form.cloud,
        company_name: form.company_name,
        organization: form.organization,
        invitation: invitation.name(),
    })
}

/// The customer that the tenant becomes by its registration.
fn as_customer(tenant: &InvitedTenant) -> CustomerFact {
    CustomerFact {
        name: format!("customers/{}", tenant.customer_id.as_deref().unwrap_or_default()),
        revision: 0,
        tenant: tenant.tenant.clone(),
        cloud: tenant.cloud,
        country: tenant.country,
        organization: tenant.organization.clone(),
        agreement_since: None,
        agreement_revision: 0,
        company_name: tenant.company_name.clone(),
        being_created: true,
    }
}

/// Registers the tenant. The race is lost when the tenant was registered meanwhile with other facts than the
/// policy judged, or as a CSP tenant.
async fn register(
    service: &RelationshipService,
    call: &Call,
    tenant: InvitedTenant,
    judged: &CustomerFact,
) -> Result<KnownCustomer> {
    let domain = tenant.domain.clone();
    match service.customers.register_invited(call, tenant).await? {
        Registered::Customer(found)
            if (&found.tenant, found.cloud, found.country, &found.organization)
                == (&judged.tenant, judged.cloud, judged.country, &judged.organization) =>
        {
            Ok(KnownCustomer { name: found.name, tenant: found.tenant })
        }
        Registered::Customer(_) | Registered::CspTenant(_) => Err(Fault::lost_race(&judged.name)),
        Registered::DomainTaken(_) => {
            Err(Fault::AlreadyExists { resource_type: "customer domain", name: domain })
        }
    }
}
