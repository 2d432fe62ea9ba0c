//! The tenant of a customer that accepts an invitation is registered, so that edges can name it:
//! `RegisterInvited`.

use csp_policy::RegistrationId;
use csp_proto::customer::v1 as pb;
use csp_service::peers::Claim;
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result, races};

use crate::CustomerService;
use crate::customer::{Customer, id_of, name};
use crate::parts;
use crate::profile::{Profile, company_name};
use crate::store;

/// The tenant, well formed.
struct Command {
    customer_id: Option<String>,
    profile: Profile,
    invitation: String,
}

impl Command {
    fn read(request: &pb::RegisterInvitedRequest) -> Result<Command> {
        let mut fields = Fields::new();
        let customer_id = parts::chosen_id(&mut fields, "customer_id", &request.customer_id);
        let tenant = fields.tenant("tenant", &request.tenant);
        let domain = fields.domain("domain", &request.domain);
        let country = fields.country("country", &request.country);
        let cloud = parts::cloud(&mut fields, "cloud", request.cloud);
        let company_name = company_name(&mut fields, "company_name", &request.company_name);
        let organization = parts::named(&mut fields, "organization", &request.organization, "organizations");
        let invitation = fields.resource_name("invitation", &request.invitation, "invitations");
        fields.finish(|| {
            let profile = Profile {
                tenant: tenant?,
                domain: domain?,
                country: country?,
                cloud: cloud?,
                company_name: company_name?,
                billing_address: None,
                billing_contact: None,
                registration_id: RegistrationId::default(),
                organization: organization?,
            };
            Some(Command { customer_id: customer_id?, profile, invitation: invitation? })
        })
    }
}

pub(crate) async fn register_invited(
    service: &CustomerService,
    call: &Call,
    request: pb::RegisterInvitedRequest,
) -> Result<pb::RegisterInvitedResponse> {
    let command = Command::read(&request)?;
    races::bounded(call.deadline, || run(service, call, &command)).await
}

async fn run(
    service: &CustomerService,
    call: &Call,
    command: &Command,
) -> Result<pb::RegisterInvitedResponse> {
    let profile = &command.profile;
    let mut reader = service.book.store.read().await?;
    if let Some(row) = store::customer::of_tenant(&mut reader, &profile.tenant).await? {
        let agreement = store::agreement::of_customer(&mut reader, &row.id).await?;
        let facts = Customer::from(row).facts(agreement.as_ref());
        return Ok(pb::RegisterInvitedResponse { customer: Some(facts), ..Default::default() });
    }
    drop(reader);
    let id = command.customer_id.clone().unwrap_or_else(|| service.book.next_id());
    let wanted = name(&id);
    match service.registry.claim_customer(call, &wanted, &profile.tenant, &profile.domain).await? {
        Claim::TenantTaken(holder) => take_up(service, call, command, &holder).await,
        claim => answer(service, call, command, id, claim).await,
    }
}

/// Registers what is claimed, or says who has it.
async fn answer(
    service: &CustomerService,
    call: &Call,
    command: &Command,
    id: String,
    claim: Claim,
) -> Result<pb::RegisterInvitedResponse> {
    match claim {
        Claim::Held => register(service, call, command, id).await,
        Claim::TenantTaken(holder) => Err(Fault::lost_race(holder)),
        Claim::CspTenant(partner) => {
            Ok(pb::RegisterInvitedResponse { csp_tenant_of: partner, ..Default::default() })
        }
        Claim::DomainTaken(customer) => {
            Ok(pb::RegisterInvitedResponse { domain_customer: customer, ..Default::default() })
        }
    }
}

/// Another name holds the tenant. Unless a creation is under way under it, it is an earlier try of this
/// registration that ended between claim and row: its name is taken up.
async fn take_up(
    service: &CustomerService,
    call: &Call,
    command: &Command,
    holder: &str,
) -> Result<pb::RegisterInvitedResponse> {
    let id = id_of(holder);
    let mut reader = service.book.store.read_once().await?;
    let known = store::customer::get_any(&mut reader, id).await?;
    drop(reader);
    match known {
        Some(_) => Err(Fault::lost_race(holder)),
        None => {
            let Profile { tenant, domain, .. } = &command.profile;
            // Once more, under that name: the earlier try may have claimed another domain.
            let claim = service.registry.claim_customer(call, holder, tenant, domain).await?;
            answer(service, call, command, id.to_owned(), claim).await
        }
    }
}

/// Adds the customer, whose tenant and domain are claimed.
async fn register(
    service: &CustomerService,
    call: &Call,
    command: &Command,
    id: String,
) -> Result<pb::RegisterInvitedResponse> {
    let book = &service.book;
    let customer = Customer::register(id, &command.profile, command.invitation.clone(), book.now());
    let mut tx = book.store.begin().await?;
    store::customer::register(tx.conn(), customer.row()).await?;
    let effect = Effect::created(&customer.name(), 1, &customer.render(book.clock.today()))?;
    book.conclude(tx, call, &Attempt::of_work(call), None, vec![effect], &()).await?;
    Ok(pb::RegisterInvitedResponse { customer: Some(customer.facts(None)), ..Default::default() })
}
