//! The parties to an act: the caller, partners, organisations, customers. Each service fills these structs
//! from its own rows and from its peers' answers.

use crate::{Country, Day, RegistrationId, is_unnamed};
use std::fmt;

/// The caller, as the verified credential states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The party on whose behalf the call is made.
    pub party: Party,
    /// The roles that the caller holds inside that party.
    pub roles: Vec<Role>,
}

/// The party on whose behalf a call is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// A partner, identified by its CSP tenant.
    Partner {
        /// The partner's CSP tenant.
        tenant: String,
    },
    /// A customer, identified by its tenant.
    Customer {
        /// The customer's tenant.
        tenant: String,
    },
    /// The organisation that runs the suite.
    Operator,
    /// A service of the suite, on its own behalf.
    Service,
}

/// A role of a person inside its party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Signs agreements and accepts invitations; holds every other right of its party.
    GlobalAdmin,
    /// Manages users.
    UserAdmin,
    /// Manages customers, orders and partnerships.
    AdminAgent,
    /// Sells to customers: manages customers, orders and partnerships.
    SalesAgent,
}

/// Whether a user is a global admin of its account before and after an act (rule ENR-12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adminship {
    /// Whether the user holds the role before the act; false for a new user.
    pub before: bool,
    /// Whether the user holds the role after the act; false for a deleted user.
    pub after: bool,
    /// Whether another user of the account holds the role.
    pub others: bool,
}

impl Caller {
    /// The operator as caller, without any role.
    pub fn operator() -> Self {
        Caller { party: Party::Operator, roles: Vec::new() }
    }

    /// Whether the caller is the operator.
    pub fn is_operator(&self) -> bool {
        self.party == Party::Operator
    }

    /// Whether the call is made on behalf of the partner with this CSP tenant.
    pub fn is_partner(&self, csp_tenant: &str) -> bool {
        matches!(&self.party, Party::Partner { tenant } if tenant == csp_tenant)
    }

    /// Whether the call is made on behalf of the customer with this tenant.
    pub fn is_customer(&self, customer_tenant: &str) -> bool {
        matches!(&self.party, Party::Customer { tenant } if tenant == customer_tenant)
    }

    /// Whether the caller holds `role` inside its party.
    pub fn holds(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// The three ways to take part in the programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartnerKind {
    /// Indirect provider (distributor): buys from Microsoft, sells through resellers.
    IndirectProvider,
    /// Indirect reseller: sells to customers what a provider buys.
    IndirectReseller,
    /// Direct-bill partner: buys from Microsoft, sells to customers.
    DirectBill,
}

impl fmt::Display for PartnerKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            PartnerKind::IndirectProvider => "indirect provider",
            PartnerKind::IndirectReseller => "indirect reseller",
            PartnerKind::DirectBill => "direct-bill partner",
        })
    }
}

/// The state of a partner's enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Enrollment {
    /// Under review.
    Pending,
    /// Approved: the account has a [`Standing`].
    Authorized,
    /// Refused; an appeal sets the enrolment back to pending.
    Rejected,
}

impl fmt::Display for Enrollment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Enrollment::Pending => "pending",
            Enrollment::Authorized => "authorized",
            Enrollment::Rejected => "rejected",
        })
    }
}

/// The standing of an authorized account; only an active account starts new business (rule ENR-14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// In good standing.
    Active,
    /// Keeps managing existing business only.
    Restricted,
    /// Keeps managing existing business only, until the suspension is lifted.
    Suspended,
    /// Removed from the programme; keeps managing existing business only.
    Deauthorized,
}

/// The Microsoft cloud of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cloud {
    /// The worldwide public cloud.
    Global,
    /// Microsoft Cloud for US Government.
    UsGovernment,
    /// Microsoft Cloud Germany.
    Germany,
    /// Microsoft Azure operated by 21Vianet in China.
    China,
}

impl fmt::Display for Cloud {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Cloud::Global => "Global",
            Cloud::UsGovernment => "US Government",
            Cloud::Germany => "Germany",
            Cloud::China => "China (21Vianet)",
        })
    }
}

/// A company, with its group of affiliates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Resource name, for example `organizations/contoso-group`.
    pub name: String,
    /// Resource name of the company's group of affiliates on the day of the decision; `None` without a group.
    pub affiliation: Option<String>,
}

impl Organization {
    /// Whether both are different companies of the same group of affiliates.
    pub fn is_affiliate_of(&self, other: &Organization) -> bool {
        self.name != other.name && self.affiliation.is_some() && self.affiliation == other.affiliation
    }
}

/// A partner account, as the registry reports the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Resource name, for example `partners/fabrikam`.
    pub name: String,
    /// How the partner takes part in the programme.
    pub kind: PartnerKind,
    /// The partner's CSP tenant.
    pub tenant: String,
    /// The cloud of the CSP tenant.
    pub cloud: Cloud,
    /// The country of the partner's legal business, which decides the partner's region.
    pub country: Country,
    /// The company that holds the account.
    pub organization: Organization,
    /// The state of the partner's enrolment.
    pub enrollment: Enrollment,
    /// The standing of the account; without meaning before the enrolment is authorized.
    pub standing: Standing,
    /// Whether the partner is onboarded: the registry associates a location MPN ID with the account.
    pub onboarded: bool,
    /// First day on which a signed partner agreement covers the partner in its region; `None` without a
    /// signature.
    pub agreement_since: Option<Day>,
}

impl Partner {
    /// Whether a signed partner agreement covers the partner on `day`.
    pub fn has_signed_by(&self, day: Day) -> bool {
        self.agreement_since.is_some_and(|since| since <= day)
    }
}

/// The customer of a sale: a tenant, and the company behind the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    /// Resource name, for example `customers/tailspin`; for a customer that is being created, its future
    /// name, with the id [`crate::UNNAMED`] when the caller chose none.
    pub name: String,
    /// The customer's tenant.
    pub tenant: String,
    /// The cloud of the tenant.
    pub cloud: Cloud,
    /// The country that is set in the tenant, which decides the customer's region.
    pub country: Country,
    /// The company behind the tenant; `None` when no company was declared.
    pub organization: Option<Organization>,
    /// Whether the company holds a partner account of the programme, so that a partner buys for its own use.
    pub is_partner: bool,
    /// Resource name of the partner account whose CSP tenant is this tenant; `None` for a tenant of type
    /// Customer.
    pub csp_tenant_of: Option<String>,
    /// The buyer's domains, and its registration id, that companies of the registry have too.
    pub identifiers: Vec<Identifier>,
}

/// A domain or registration id of a customer that companies of the registry have too (rule CUS-13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// Whether it is a domain or a registration id.
    pub kind: IdentifierKind,
    /// The value, as the customer gives it.
    pub value: String,
    /// Resource names of the companies that have it.
    pub holders: Vec<String>,
}

/// What identifies a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentifierKind {
    /// A domain of a tenant.
    Domain,
    /// The registration id, in the country of the customer's tenant.
    RegistrationId,
}

/// What a tenant that the suite does not know yet says about itself when it becomes a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// The registration id of its company.
    pub registration_id: RegistrationId,
    /// Whether it declares its company, or that it belongs to none of the programme's.
    pub organization_declared: bool,
}

impl Buyer {
    /// The buyer in a message: its name, or the tenant when it has no id yet.
    pub fn told(&self) -> &str {
        if is_unnamed(&self.name) { &self.tenant } else { &self.name }
    }
}

/// An MPN ID as the registry knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MpnId {
    /// The number, as text.
    pub id: String,
    /// Whether the MPN ID belongs to a location or to the company's headquarters.
    pub kind: MpnKind,
    /// Resource name of the partner account that the MPN ID is associated with; `None` before association.
    pub partner: Option<String>,
}

/// The two kinds of MPN ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MpnKind {
    /// The MPN ID of a company's headquarters; never transacts.
    Global,
    /// The MPN ID of a partner location account; transacts and earns incentives.
    Location,
}
