//! `csp token`: prints a development credential.

use std::net::SocketAddr;

use clap::{Args, ValueEnum};
use csp_policy::Role;
use csp_proto::customer::v1::GetCustomerRequest;
use csp_proto::customer::v1::customer_service_client::CustomerServiceClient;
use csp_proto::partner_registry::v1::GetPartnerRequest;
use csp_proto::partner_registry::v1::partner_registry_service_client::PartnerRegistryServiceClient;
use csp_service::DevelopmentToken;

use crate::command::client;
use crate::config::LISTEN_DEFAULT;
use crate::failure::Failure;

/// The arguments of `csp token`.
#[derive(Debug, Args)]
pub struct Token {
    /// The caller: `operator`, `partners/{id}`, `customers/{id}`, or the tenant of a partner
    #[arg(long = "as", value_name = "WHO")]
    pub party: String,
    /// A role of a partner's user; repeat for several. Left out: every role
    #[arg(long = "role", value_name = "ROLE")]
    pub roles: Vec<RoleName>,
    /// The person's name in the journal
    #[arg(long, default_value = "developer")]
    pub subject: String,
    /// Treat a tenant given to --as as a customer's tenant
    #[arg(long)]
    pub customer: bool,
    /// The suite that looks up the tenant of a partner or customer
    #[arg(long, default_value = LISTEN_DEFAULT)]
    pub server: SocketAddr,
}

/// A role as a value of `--role`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Signs agreements and accepts invitations
    GlobalAdmin,
    /// Manages users
    UserAdmin,
    /// Manages customers, orders and partnerships
    AdminAgent,
    /// Sells
    SalesAgent,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::GlobalAdmin => Role::GlobalAdmin,
            RoleName::UserAdmin => Role::UserAdmin,
            RoleName::AdminAgent => Role::AdminAgent,
            RoleName::SalesAgent => Role::SalesAgent,
        }
    }
}

const ALL_ROLES: [Role; 4] = [Role::GlobalAdmin, Role::UserAdmin, Role::AdminAgent, Role::SalesAgent];

/// Returns the credential. For a resource name, the running suite is asked for its tenant.
///
/// # Errors
/// [`Failure::Usage`] for an unknown kind of caller; [`Failure::NotRunning`] and [`Failure::Refused`] when
/// the tenant cannot be looked up.
pub async fn run(asked: Token) -> Result<String, Failure> {
    let roles: Vec<Role> = if asked.roles.is_empty() {
        ALL_ROLES.to_vec()
    } else {
        asked.roles.iter().copied().map(Role::from).collect()
    };
    let token = match asked.party.split_once('/') {
        None if asked.party == "operator" => DevelopmentToken::operator(),
        None if asked.customer => DevelopmentToken::customer(&asked.party),
        None => DevelopmentToken::partner(&asked.party, &roles),
        Some(("partners", _)) => DevelopmentToken::partner(&partner_tenant(&asked).await?, &roles),
        Some(("customers", _)) => DevelopmentToken::customer(&customer_tenant(&asked).await?),
        Some(_) => {
            let problem = format!(
                "`{}` is nobody who can call; use `operator`, `partners/{{id}}`, `customers/{{id}}` or a tenant",
                asked.party
            );
            return Err(Failure::Usage(problem));
        }
    };
    Ok(token.with_subject(&asked.subject).encode())
}

async fn partner_tenant(asked: &Token) -> Result<String, Failure> {
    let mut registry = PartnerRegistryServiceClient::new(client::open(asked.server).await?);
    let request = client::by_operator(GetPartnerRequest { name: asked.party.clone() });
    let answer =
        registry.get_partner(request).await.map_err(|status| Failure::of_call(asked.server, status))?;
    let tenant = answer.into_inner().partner.and_then(|partner| partner.profile?.tenant);
    Ok(tenant.unwrap_or_default().tenant_id)
}

async fn customer_tenant(asked: &Token) -> Result<String, Failure> {
    let mut customers = CustomerServiceClient::new(client::open(asked.server).await?);
    let request = client::by_operator(GetCustomerRequest { name: asked.party.clone() });
    let answer =
        customers.get_customer(request).await.map_err(|status| Failure::of_call(asked.server, status))?;
    Ok(answer
        .into_inner()
        .customer
        .and_then(|customer| customer.profile?.tenant)
        .unwrap_or_default()
        .tenant_id)
}
