//! What may happen, as data.

use proptest::prelude::*;

/// One command; parties, tenants, countries and companies by their index in the model's tables.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    /// A provider asks for a partnership and the reseller accepts.
    Partner { provider: usize, reseller: usize },
    /// The provider removes it.
    Part { provider: usize, reseller: usize },
    /// A partner creates a customer.
    Create { seller: usize, reseller: Option<usize>, tenant: usize, country: usize, company: usize },
    /// A partner invites the customer of this tenant, which accepts.
    Invite { partner: usize, tenant: usize },
    /// A partner orders one line for the customer of this tenant.
    Order { seller: usize, reseller: Option<usize>, tenant: usize },
    /// A company joins the one group of affiliates.
    Affiliate { company: usize },
}

impl Command {
    /// A word for it.
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

/// Any command.
pub(crate) fn command() -> impl Strategy<Value = Command> {
    let party = 0..6_usize;
    let named = prop::option::weighted(0.7, 2..5_usize);
    prop_oneof![
        3 => (0..2_usize, 2..5_usize).prop_map(|(provider, reseller)| Command::Partner { provider, reseller }),
        1 => (0..2_usize, 2..5_usize).prop_map(|(provider, reseller)| Command::Part { provider, reseller }),
        4 => (party.clone(), named.clone(), 0..6_usize, 0..2_usize, 0..5_usize).prop_map(
            |(seller, reseller, tenant, country, company)| Command::Create { seller, reseller, tenant, country, company }
        ),
        2 => (party.clone(), 0..6_usize).prop_map(|(partner, tenant)| Command::Invite { partner, tenant }),
        4 => (party, named, 0..6_usize)
            .prop_map(|(seller, reseller, tenant)| Command::Order { seller, reseller, tenant }),
        1 => (1..5_usize).prop_map(|company| Command::Affiliate { company }),
    ]
}
