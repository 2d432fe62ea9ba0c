//! The caller's identity: [`Credentials`] reads [`Claims`] from the headers of a call. A real identity
//! provider becomes one more variant of [`Credentials`].

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use csp_policy::{Caller, Party, Role};
use csp_proto::r#type::v1 as pb;
use csp_proto::r#type::v1::actor::Kind;
use http::HeaderMap;
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, Result};
use crate::request::fields;

/// Header with a client's credential.
pub const CREDENTIAL_HEADER: &str = "authorization";
/// Header in which a service passes on the original caller's claims.
pub const CALLER_HEADER: &str = "csp-caller-bin";
/// Maximum length of a credential, in bytes; a longer credential is refused unread.
pub const CREDENTIAL_BYTES_MAX: usize = 4096;
/// Maximum length of a subject, in characters.
pub const SUBJECT_CHARS_MAX: usize = 200;

/// The part of an admin grant's name between its customer and its id.
const GRANTS_UNDER_CUSTOMER: &str = "/adminGrants/";
const BEARER: &str = "Bearer ";
const DEVELOPMENT_PREFIX: &str = "csp-dev.";

/// Which credentials a listener accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// Tokens that anybody can create ([`DevelopmentToken`]): for a loopback listener only.
    Development,
    /// The original caller's claims, passed on by another service: for a listener that only services can
    /// reach.
    Internal,
}

/// The statements of a credential about the caller: kind of party, tenant, roles and subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    party: PartyKind,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    tenant: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<RoleName>,
    subject: String,
    /// Name of the admin grant by which the caller acted; only in a stored caller, never in a credential.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    grant: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PartyKind {
    Partner,
    Customer,
    Operator,
    Service,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RoleName {
    GlobalAdmin,
    UserAdmin,
    AdminAgent,
    SalesAgent,
}

/// A credential of development mode. The token is not signed, so it proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevelopmentToken {
    claims: Claims,
}

impl DevelopmentToken {
    /// A token for a user of the partner with this CSP tenant.
    pub fn partner(tenant: &str, roles: &[Role]) -> Self {
        Self::new(PartyKind::Partner, tenant, roles)
    }

    /// A token for a global admin of the customer with this tenant.
    pub fn customer(tenant: &str) -> Self {
        Self::new(PartyKind::Customer, tenant, &[Role::GlobalAdmin])
    }

    /// A token for a user of the customer with this tenant; the user holds no role.
    pub fn customer_user(tenant: &str) -> Self {
        Self::new(PartyKind::Customer, tenant, &[])
    }

    /// A token for an operator of the suite.
    pub fn operator() -> Self {
        Self::new(PartyKind::Operator, "", &[])
    }

    /// This token with another subject.
    #[must_use]
    pub fn with_subject(mut self, subject: &str) -> Self {
        subject.clone_into(&mut self.claims.subject);
        self
    }

    /// The encoded token, without the prefix `Bearer`.
    pub fn encode(&self) -> String {
        format!("{DEVELOPMENT_PREFIX}{}", URL_SAFE_NO_PAD.encode(self.claims.encode()))
    }

    fn new(party: PartyKind, tenant: &str, roles: &[Role]) -> Self {
        let roles = roles.iter().copied().map(RoleName::from).collect();
        let subject = "developer".to_owned();
        let (tenant, grant) = (tenant.to_owned(), String::new());
        DevelopmentToken { claims: Claims { party, tenant, roles, subject, grant } }
    }
}

impl Credentials {
    /// Reads the credential in the headers.
    ///
    /// # Errors
    /// [`Fault::CredentialMissing`] without the header; [`Fault::CredentialInvalid`] for a credential that
    /// does not decode, or whose tenant or subject is malformed.
    pub fn read(self, headers: &HeaderMap) -> Result<Claims> {
        let header = match self {
            Credentials::Development => CREDENTIAL_HEADER,
            Credentials::Internal => CALLER_HEADER,
        };
        let sent = headers.get(header).ok_or(Fault::CredentialMissing { header })?;
        let text = sent.to_str().ok().filter(|text| text.len() <= CREDENTIAL_BYTES_MAX);
        let json = text.and_then(|text| match self {
            Credentials::Development => {
                URL_SAFE_NO_PAD.decode(text.strip_prefix(BEARER)?.strip_prefix(DEVELOPMENT_PREFIX)?).ok()
            }
            Credentials::Internal => STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok(),
        });
        let claims = json.and_then(|json| serde_json::from_slice::<Claims>(&json).ok());
        // Only the internal listener accepts services as callers: a client must not claim to be a service.
        claims
            .filter(|claims| claims.is_sound())
            .filter(|claims| self == Credentials::Internal || claims.party != PartyKind::Service)
            .ok_or(Fault::CredentialInvalid { header })
    }
}

impl Claims {
    /// The claims as JSON, as tokens and the header [`CALLER_HEADER`] carry them.
    pub(crate) fn encode(&self) -> Vec<u8> {
        // Strings and unit variants always serialize, so the default is never used.
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub(crate) fn caller(&self) -> Caller {
        let tenant = self.tenant.clone();
        let party = match self.party {
            PartyKind::Partner => Party::Partner { tenant },
            PartyKind::Customer => Party::Customer { tenant },
            PartyKind::Operator => Party::Operator,
            PartyKind::Service => Party::Service,
        };
        Caller { party, roles: self.roles.iter().copied().map(Role::from).collect() }
    }

    /// The claims that were stored as [`Claims::encode`] wrote them.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the text does not decode.
    pub(crate) fn stored(text: &str) -> Result<Self> {
        serde_json::from_str(text)
            .map_err(|error| Fault::internal(format!("a stored caller does not decode: {error}")))
    }

    /// The caller as the contract tells it.
    pub(crate) fn actor(&self) -> pb::Actor {
        let (kind, subject) = match self.party {
            PartyKind::Partner => (Kind::Partner, self.subject.clone()),
            PartyKind::Customer => (Kind::Customer, self.subject.clone()),
            PartyKind::Operator => (Kind::Operator, self.subject.clone()),
            PartyKind::Service => (Kind::Service, String::new()),
        };
        // A grant is named under its customer. No credential names an application yet.
        let customer = self.grant.split_once(GRANTS_UNDER_CUSTOMER).map(|(customer, _)| customer);
        pb::Actor {
            kind: kind.into(),
            tenant_id: self.tenant.clone(),
            subject,
            on_behalf_of: customer.unwrap_or_default().to_owned(),
            admin_grant: self.grant.clone(),
            ..pb::Actor::default()
        }
    }

    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    pub(crate) fn of(caller: &Caller, subject: &str) -> Self {
        let (party, tenant) = match &caller.party {
            Party::Partner { tenant } => (PartyKind::Partner, tenant.as_str()),
            Party::Customer { tenant } => (PartyKind::Customer, tenant.as_str()),
            Party::Operator => (PartyKind::Operator, ""),
            Party::Service => (PartyKind::Service, ""),
        };
        let roles = caller.roles.iter().copied().map(RoleName::from).collect();
        let (tenant, subject) = (tenant.to_owned(), subject.to_owned());
        Claims { party, tenant, roles, subject, grant: String::new() }
    }

    /// These claims, with the admin grant of that name.
    pub(crate) fn under(self, grant: Option<&str>) -> Self {
        Claims { grant: grant.unwrap_or_default().to_owned(), ..self }
    }

    fn is_sound(&self) -> bool {
        let needs_tenant = matches!(self.party, PartyKind::Partner | PartyKind::Customer);
        let tenant_fits = if needs_tenant { fields::is_tenant(&self.tenant) } else { self.tenant.is_empty() };
        let subject_fits = (1..=SUBJECT_CHARS_MAX).contains(&self.subject.chars().count())
            && !self.subject.chars().any(char::is_control);
        tenant_fits && subject_fits && self.grant.is_empty()
    }
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::GlobalAdmin => RoleName::GlobalAdmin,
            Role::UserAdmin => RoleName::UserAdmin,
            Role::AdminAgent => RoleName::AdminAgent,
            Role::SalesAgent => RoleName::SalesAgent,
        }
    }
}

impl From<RoleName> for Role {
    fn from(role: RoleName) -> Self {
        match role {
            RoleName::GlobalAdmin => Role::GlobalAdmin,
            RoleName::UserAdmin => Role::UserAdmin,
            RoleName::AdminAgent => Role::AdminAgent,
            RoleName::SalesAgent => Role::SalesAgent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(credentials: Credentials, header: &'static str, value: &str) -> Result<Claims> {
        credentials.read(&HeaderMap::from_iter([(header.parse().unwrap(), value.parse().unwrap())]))
    }

    fn read_token(token: &DevelopmentToken) -> Result<Claims> {
        read(Credentials::Development, CREDENTIAL_HEADER, &format!("Bearer {}", token.encode()))
    }

    #[test]
    fn a_development_token_carries_party_roles_and_subject() {
        let token = DevelopmentToken::partner("contoso.example", &[Role::AdminAgent]).with_subject("ana");
        let claims = read_token(&token).unwrap();
        assert_eq!(claims.caller().party, Party::Partner { tenant: "contoso.example".to_owned() });
        assert!(claims.caller().holds(Role::AdminAgent) && !claims.caller().holds(Role::GlobalAdmin));
        assert_eq!(claims.subject(), "ana");
        assert!(read_token(&DevelopmentToken::operator()).unwrap().caller().is_operator());
        let customer = read_token(&DevelopmentToken::customer("tailspin.example")).unwrap().caller();
        assert!(customer.is_customer("tailspin.example") && customer.holds(Role::GlobalAdmin));
        let user = read_token(&DevelopmentToken::customer_user("tailspin.example")).unwrap().caller();
        assert!(user.is_customer("tailspin.example") && user.roles.is_empty());
    }

    #[test]
    fn a_missing_credential_and_a_malformed_one_are_different_faults() {
        let missing = Credentials::Development.read(&HeaderMap::new());
        assert!(matches!(missing, Err(Fault::CredentialMissing { header: CREDENTIAL_HEADER })));
        for bad in ["", "Bearer", "Bearer x", "Basic csp-dev.e30", "Bearer csp-dev.e30", "Bearer csp-dev.%%%"]
        {
            let refused = read(Credentials::Development, CREDENTIAL_HEADER, bad);
            assert!(matches!(refused, Err(Fault::CredentialInvalid { .. })), "{bad}");
        }
    }

    #[test]
    fn a_token_with_a_malformed_tenant_or_subject_is_refused() {
        for token in [
            DevelopmentToken::partner("", &[]),
            DevelopmentToken::partner("Contoso/x", &[]),
            DevelopmentToken::operator().with_subject(""),
            DevelopmentToken::operator().with_subject("a\nb"),
            DevelopmentToken::operator().with_subject(&"x".repeat(SUBJECT_CHARS_MAX + 1)),
        ] {
            assert!(read_token(&token).is_err(), "{token:?}");
        }
    }

    #[test]
    fn a_stored_caller_names_the_grant_by_which_it_acted_and_no_credential_does() {
        let grant = "customers/tailspin/adminGrants/g";
        let token = DevelopmentToken::partner("litware.example", &[]);
        let claims = token.claims.under(Some(grant));
        let stored = Claims::stored(&String::from_utf8(claims.encode()).unwrap()).unwrap();
        let actor = stored.actor();
        assert_eq!((actor.on_behalf_of.as_str(), actor.admin_grant.as_str()), ("customers/tailspin", grant));
        assert!(read_token(&DevelopmentToken { claims }).is_err());
        assert_eq!(DevelopmentToken::operator().claims.actor().on_behalf_of, "");
    }

    #[test]
    fn only_the_internal_listener_accepts_a_service_as_caller() {
        let service = Caller { party: Party::Service, roles: Vec::new() };
        let claims = Claims::of(&service, "subscription");
        let token = DevelopmentToken { claims: claims.clone() };
        assert!(read_token(&token).is_err());
        let passed_on = STANDARD_NO_PAD.encode(claims.encode());
        assert_eq!(read(Credentials::Internal, CALLER_HEADER, &passed_on).unwrap(), claims);
    }
}
