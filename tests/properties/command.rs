//! The commands of the property test, as data.

use proptest::prelude::*;

/// One command. Parties, tenants, countries and companies are indices into the tables of the model.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    /// A provider requests a partnership and the reseller accepts.
    Partner { provider: usize, reseller: usize },
    /// The provider removes the partnership.
    Part { provider: usize, reseller: usize },
    /// A partner creates a customer.
    Create { seller: usize, reseller: Option<usize>, tenant: usize, country: usize, company: usize },
    /// A partner invites the customer of this tenant, and the customer accepts.
    Invite { partner: usize, tenant: usize },
    /// A partner orders one line for the customer of this tenant.
    Order { seller: usize, reseller: Option<usize>, tenant: usize },
    /// A company joins the one group of affiliates.
    Affiliate { company: usize },
}

impl Command {
    /// Name of the variant.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Command::Partner { .. } => "Partner",
            Command::Part { .. } => "Part",
            Command::Create { .. } => "Create",
            Command::Invite { .. } => "Invite",
            Command::Order { .. } => "Order",
            Command::Affiliate { .. } => "Affiliate",
        }
    }
}

/// Generates any command. The weights favour commands that the rules may accept.
pub(crate) fn command() -> impl Strategy<Value = Command> {
    let party = prop_oneof![3 => Just(5_usize), 2 => 0..2_usize, 1 => 2..5_usize];
    let named = prop::option::weighted(0.4, 2..5_usize);
    let tenant = prop_oneof![5 => 0..2_usize, 2 => 2..6_usize];
    let country = prop_oneof![5 => Just(0_usize), 1 => Just(1_usize)];
    let company = prop_oneof![3 => Just(0_usize), 2 => 1..5_usize];
    prop_oneof![
        3 => (0..2_usize, 2..5_usize).prop_map(|(provider, reseller)| Command::Partner { provider, reseller }),
        1 => (0..2_usize, 2..5_usize).prop_map(|(provider, reseller)| Command::Part { provider, reseller }),
        4 => (party.clone(), named.clone(), tenant.clone(), country, company).prop_map(
            |(seller, reseller, tenant, country, company)| Command::Create {
                seller,
                reseller,
                tenant,
                country,
                company,
            }
        ),
        2 => (party.clone(), tenant.clone()).prop_map(|(partner, tenant)| Command::Invite { partner, tenant }),
        5 => (party, named, tenant)
            .prop_map(|(seller, reseller, tenant)| Command::Order { seller, reseller, tenant }),
        1 => (1..5_usize).prop_map(|company| Command::Affiliate { company }),
    ]
}
