//! Who takes part in an act: the caller, partners, organisations, customers – as facts, in the
//! programme's words. Every service fills these from its own rows and from its peers' answers.

use crate::{Country, Day};
use std::fmt;

/// Who calls, as the verified credential says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// On whose behalf the call is made.
    pub party: Party,
    /// The roles that the subject holds inside that party.
    pub roles: Vec<Role>,
}

/// The party on whose behalf a call is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// A partner, known by the tenant it signs in with.
    Partner {
        /// The partner's CSP tenant.
        tenant: String,
    },
    /// A customer, known by its tenant.
    Customer {
        /// The customer's tenant.
        tenant: String,
    },
    /// Whoever runs the suite.
    Operator,
    /// Another service of the suite, acting for itself.
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
    /// Sells: customers, orders and partnerships.
    SalesAgent,
}

impl Caller {
    /// The operator, who holds no partner role.
    pub fn operator() -> Self {
        Caller { party: Party::Operator, roles: Vec::new() }
    }

    /// Whether the operator calls.
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

    /// Whether the subject holds `role`.
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

/// How far a partner's enrolment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Enrollment {
    /// Under review.
    Pending,
    /// Qualified: the account is active.
    Authorized,
    /// Turned down; an appeal puts it back to pending.
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

/// Standing of an authorized account.
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

/// The world that a tenant lives in.
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

/// A company, and the group of affiliates that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Resource name, for example `organizations/contoso-group`.
    pub name: String,
    /// The group of affiliated organisations on the day of the decision; `None` outside any.
    pub affiliation: Option<String>,
}

impl Organization {
    /// Whether both are different companies of one group of affiliates.
    pub fn is_affiliate_of(&self, other: &Organization) -> bool {
        self.name != other.name && self.affiliation.is_some() && self.affiliation == other.affiliation
    }
}

/// A partner account, as the registry answers for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Resource name, for example `partners/fabrikam`.
    pub name: String,
    /// How it takes part in the programme.
    pub kind: PartnerKind,
    /// Its CSP tenant.
    pub tenant: String,
    /// The cloud of that tenant.
    pub cloud: Cloud,
    /// The country of its legal business, which decides its region.
    pub country: Country,
    /// The company that holds the account.
    pub organization: Organization,
    /// How far its enrolment has come.
    pub enrollment: Enrollment,
    /// Its standing once authorized.
    pub standing: Standing,
    /// Whether its partner-network membership is in the registry: a location MPN ID is associated.
    pub onboarded: bool,
    /// The day since which a signed partner agreement covers it in its region; `None` without one.
    pub agreement_since: Option<Day>,
}

impl Partner {
    /// Whether a signed partner agreement covers it on `day`.
    pub fn has_signed_by(&self, day: Day) -> bool {
        self.agreement_since.is_some_and(|since| since <= day)
    }
}

/// The buyer: a tenant, what it is, and the company behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    /// Resource name, for example `customers/tailspin`; the name to be for a customer that is being created.
    pub name: String,
    /// Its tenant.
    pub tenant: String,
    /// The cloud of that tenant.
    pub cloud: Cloud,
    /// The country set in that tenant, which decides its region.
    pub country: Country,
    /// The company that it belongs to; `None` when nothing was declared.
    pub organization: Option<Organization>,
    /// Whether that company holds a partner account of the programme: a partner that buys for its own use.
    pub is_partner: bool,
    /// The partner account whose CSP tenant this tenant is; `None` for a tenant of type Customer.
    pub csp_tenant_of: Option<String>,
}

/// An MPN ID as the registry knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MpnId {
    /// The number, as text.
    pub id: String,
    /// Whether it belongs to a location or to the company's headquarters.
    pub kind: MpnKind,
    /// The partner account that it is associated with; `None` before association.
    pub partner: Option<String>,
}

/// The two kinds of MPN ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MpnKind {
    /// The company's headquarters; never transacts.
    Global,
    /// A partner location account; transacts and earns incentives.
    Location,
}
