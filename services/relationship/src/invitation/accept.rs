//! A customer accepts a partner's invitation: `AcceptInvitation`.
//!
//! A tenant that the customer service does not know is judged by the profile in the request. Once the
//! policy has allowed the act, and before the write begins, the tenant is registered at the customer service.
//! To register a tenant twice gives the same customer, and a customer without edges is visible only to
//! itself. A `validate_only` request registers nothing.

use csp_policy::boundaries::AcceptInvitation;
use csp_policy::{Act, Registration, RegistrationId};
use csp_proto::relationship::v1 as pb;
use csp_proto::r#type::v1::{self as pb_type, CustomerProfile};
use csp_service::company::{Company, declaration};
use csp_service::peers::{CustomerFact, InvitedTenant, Query, Registered, buyer};
use csp_service::{Call, Detail, Fault, Fields, Result, Tenant, attests};
use jiff::Timestamp;

use super::{Invitation, draft, table};
use crate::customer_edges::{ExistingEdges, NewEdges, servers};
use crate::peers::KnownCustomer;
use crate::reseller_relationship::Origin;
use crate::{RelationshipService, draft_mail, peers};
use csp_service::wire::{self, day_of};

/// Maximum length of a company name, in characters.
const COMPANY_NAME_CHARS_MAX: usize = 200;

/// The parsed request.
struct Command {
    token: String,
    customer_id: Option<String>,
    profile: Option<Profile>,
}

/// What the customer says about itself, as far as the decision and the registration need it.
struct Profile {
    tenant: Tenant,
    organization: Option<Company>,
    /// The whole profile, for the registration.
    sent: CustomerProfile,
}

/// The facts of the decision, and the customer that accepts.
struct Gathered {
    facts: AcceptInvitation,
    customer: CustomerFact,
    /// The tenant to register first; `None` for a known customer.
    unknown: Option<InvitedTenant>,
}

/// An unknown tenant as the request describes it.
struct Described {
    /// The customer that the tenant becomes by its registration.
    customer: CustomerFact,
    tenant: InvitedTenant,
    /// The declared company; `None` without a declaration.
    organization: Option<Company>,
    registration: Registration,
}

impl Command {
    /// Reads the request of a caller with the tenant `caller`.
    fn read(request: &pb::AcceptInvitationRequest, caller: &str) -> Result<Self> {
        let mut fields = Fields::new();
        let token = draft_mail::read_token(&mut fields, &request.link_token);
        let customer_id = fields.chosen_id("customer_id", &request.customer_id);
        let profile = match &request.profile {
            Some(profile) => Profile::read(&mut fields, profile, caller).map(Some),
            None => Some(None),
        };
        fields.finish(|| Some(Command { token: token?, customer_id: customer_id?, profile: profile? }))
    }
}

impl Profile {
    fn read(fields: &mut Fields, sent: &CustomerProfile, caller: &str) -> Option<Self> {
        let tenant = read_tenant(fields, sent.tenant.as_ref(), caller);
        fields.text("profile.company_name", &sent.company_name, 1..=COMPANY_NAME_CHARS_MAX);
        if let Some(address) = &sent.billing_address {
            fields.address("profile.billing_address", address, Detail::Required);
        }
        if let Some(contact) = &sent.billing_contact {
            fields.contact("profile.billing_contact", contact, Detail::AsGiven);
        }
        let organization = Company::read(fields, "profile.organization", sent.organization.as_ref());
        Some(Profile { tenant: tenant?, organization: organization?, sent: sent.clone() })
    }
}

/// Reads the tenant, which is the caller's: a customer accepts for itself only.
fn read_tenant(fields: &mut Fields, sent: Option<&pb_type::Tenant>, caller: &str) -> Option<Tenant> {
    const FIELD: &str = "profile.tenant";
    let mut tenant = fields.required(FIELD, sent)?.clone();
    if !tenant.tenant_id.is_empty() && tenant.tenant_id != caller {
        let must = format!("must be empty or `{caller}`, the tenant of your credential");
        fields.refuse(&format!("{FIELD}.tenant_id"), must);
    }
    caller.clone_into(&mut tenant.tenant_id);
    fields.tenant_details(FIELD, Some(&tenant), 1)
}

pub(crate) async fn accept(
    service: &RelationshipService,
    call: &Call,
    request: pb::AcceptInvitationRequest,
) -> Result<pb::AcceptInvitationResponse> {
    let command = Command::read(&request, call.tenant().unwrap_or_default())?;
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
            invitation: Some(invitation.render(now, &call.caller)),
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
    let (mut customer, mut described) = match service.customers.by_tenant(call, tenant).await? {
        Some(known) => (known, None),
        None => {
            let described = described(service, command, invitation, tenant)?;
            (described.customer.clone(), Some(described))
        }
    };
    let partners = [Some(invitation.seller()), invitation.joint_reseller()];
    let partners = partners.into_iter().flatten().map(str::to_owned).collect();
    let mut query = Query { partners, ..Query::default() };
    query.of_buyer(&(&customer).into());
    let declared = described.as_ref().and_then(|it| it.organization.as_ref());
    declared.iter().for_each(|company| query.of_company(company));
    let facts = service.registry.facts(call, day, query).await?;
    if let Some(Described { tenant, organization: Some(company), .. }) = &mut described {
        customer.organization = facts.company(company)?;
        tenant.profile.organization = Some(declaration(customer.organization.clone()));
    }
    let mut buyer = buyer(&customer, &facts)?;
    if described.is_some() {
        buyer.name = format!("customers/{}", wire::subject_id(command.customer_id.as_deref()));
    }
    let seller = peers::partner(&facts, invitation.seller())?;
    let reseller = invitation.joint_reseller().map(|name| peers::partner(&facts, name)).transpose()?;
    let edges = ExistingEdges::of(service, &seller, reseller.as_ref(), Some(tenant), None).await?;
    let mut revisions = facts.revisions();
    revisions.push(invitation.revision());
    revisions.extend(edges.revisions());
    revisions.extend(described.is_none().then(|| customer.revisions()).into_iter().flatten());
    let facts = AcceptInvitation {
        act: Act { at: now, day, subject: invitation.name(), revisions },
        recorded: false,
        caller: call.caller.clone(),
        invitation: Some(invitation.fact()),
        seller,
        reseller,
        partnership_active: edges.partnership_is_active,
        other_edge: edges.other_edge_name(call),
        buyer,
        registration: described.as_ref().map(|it| it.registration.clone()),
    };
    Ok(Gathered { facts, customer, unknown: described.map(|it| it.tenant) })
}

/// The unknown tenant as the request describes it; a field violation when the request does not.
fn described(
    service: &RelationshipService,
    command: &Command,
    invitation: &Invitation,
    tenant: &str,
) -> Result<Described> {
    let Some(Profile { tenant: described, organization, sent }) = &command.profile else {
        return Err(Fault::field(
            "profile",
            format!("must be set, since tenant `{tenant}` is not known yet"),
        ));
    };
    let id = command.customer_id.clone().unwrap_or_else(|| service.book.next_id());
    let customer = CustomerFact {
        name: format!("customers/{id}"),
        revision: 0,
        tenant: tenant.to_owned(),
        cloud: described.cloud,
        country: described.country,
        organization: None,
        acceptances: Vec::new(),
        agreement_revision: 0,
        company_name: sent.company_name.clone(),
        domains: described.domains.clone(),
        registration_id: sent.registration_id.clone(),
        being_created: true,
    };
    let profile = CustomerProfile { tenant: Some(described.render()), ..sent.clone() };
    let registration_id = RegistrationId {
        id: sent.registration_id.clone(),
        is_not_personal: attests(sent.registration_id_attestation.as_ref()),
    };
    Ok(Described {
        customer,
        tenant: InvitedTenant { customer_id: Some(id), profile, invitation: invitation.name() },
        registration: Registration { registration_id, organization_declared: organization.is_some() },
        organization: organization.clone(),
    })
}

/// Registers the tenant. The race is lost when the tenant was registered meanwhile with other facts than the
/// policy judged, or as a CSP tenant.
async fn register(
    service: &RelationshipService,
    call: &Call,
    tenant: InvitedTenant,
    judged: &CustomerFact,
) -> Result<KnownCustomer> {
    let described = tenant.profile.tenant.clone().unwrap_or_default();
    let domain = described.domains.into_iter().next().unwrap_or_default();
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
