//! By which right a partner reads and manages a subscription that another partner sold.

use crate::Standing;

/// The administrative roles with which a partner manages subscriptions for a customer (rule MUL-06).
const MANAGING_ROLES: [&str; 3] = ["global-administrator", "billing-administrator", "license-administrator"];

/// A delegated admin grant that is live: neither revoked nor expired, under an active relationship (rule
/// CUS-08).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Resource name.
    pub name: String,
    /// Whether the customer itself gave the grant; a grant that was set up with the customer's creation
    /// opens less (rule MUL-06).
    pub given_by_customer: bool,
    /// Resource name of the provider through which its holder serves the customer; `None` without one.
    pub provider: Option<String>,
    /// Names of the administrative roles.
    pub roles: Vec<String>,
}

impl Grant {
    /// Whether one of its roles manages subscriptions.
    pub fn manages(&self) -> bool {
        self.roles.iter().any(|role| is_managing_role(role))
    }

    /// Whether it opens the subscriptions that `seller` sold to the customer.
    fn reaches(&self, seller: &str) -> bool {
        self.given_by_customer || self.provider.as_deref() == Some(seller)
    }
}

/// What connects a partner with a customer at one instant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// One entry for each active relationship of the partner with the customer: the resource name of the
    /// provider through which the partner serves, or `None`.
    pub serves: Vec<Option<String>>,
    /// Resource names of the providers with which the partner, as reseller, has an active partnership.
    pub partnered: Vec<String>,
    /// The live grants.
    pub grants: Vec<Grant>,
    /// Standing of the account; `None` when the partner has none.
    pub standing: Option<Standing>,
}

/// By which rights a partner reads or manages a subscription that it did not sell (rules SUB-06, SUB-15 and
/// MUL-06).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Footing {
    /// Whether it is the reseller of record.
    pub of_record: bool,
    /// Whether the seller serves the customer through it.
    pub designated: bool,
    /// Whether the customer hired it: an active relationship, and a live grant that the customer gave.
    pub hired: bool,
    /// Name of the live grant with a managing role that reaches the subscription; `None` without one.
    pub managing_grant: Option<String>,
    /// Whether one of the grants that the customer gave has a managing role.
    pub hired_to_manage: bool,
    /// Whether it has an active relationship with the customer, through whichever provider.
    pub serves_customer: bool,
    /// Whether it is the seller's reseller by an active partnership.
    pub partnered: bool,
}

impl Footing {
    /// Whether it may be the support contact (rule SUB-06).
    pub fn may_be_contact(&self) -> bool {
        self.hired_to_manage || (self.partnered && (self.serves_customer || self.of_record))
    }
}

/// Whether a grant with this directory role lets its partner manage subscriptions (rule MUL-06).
pub fn is_managing_role(role: &str) -> bool {
    MANAGING_ROLES.contains(&role)
}

/// Whether the grants of a partner in this standing sleep (rule CUS-08); those of an unknown partner do.
pub fn grants_sleep(standing: Option<Standing>) -> bool {
    matches!(standing, Some(Standing::Suspended | Standing::Deauthorized) | None)
}

impl Ties {
    /// Whether the partner has an active relationship with the customer.
    pub fn serves_customer(&self) -> bool {
        !self.serves.is_empty()
    }

    /// Whether the customer hired the partner: an active relationship, and a live grant that the customer
    /// gave (rule MUL-06).
    pub fn is_hired(&self) -> bool {
        self.awake().any(|grant| grant.given_by_customer)
    }

    /// The grants that have effect: those of a suspended or deauthorized partner sleep (rule CUS-08).
    fn awake(&self) -> impl Iterator<Item = &Grant> {
        let have_effect = !grants_sleep(self.standing) && self.serves_customer();
        self.grants.iter().filter(move |_| have_effect)
    }

    /// The rights on a subscription that `seller` sold.
    pub fn footing(&self, seller: &str, of_record: bool) -> Footing {
        let live = || self.awake().filter(|grant| grant.reaches(seller));
        Footing {
            of_record,
            designated: self.serves.iter().flatten().any(|provider| provider == seller),
            hired: self.is_hired(),
            hired_to_manage: live().any(|grant| grant.given_by_customer && grant.manages()),
            managing_grant: live().find(|grant| grant.manages()).map(|grant| grant.name.clone()),
            serves_customer: self.serves_customer(),
            partnered: self.partnered.iter().any(|provider| provider == seller),
        }
    }
}
