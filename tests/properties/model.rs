//! The model: a second, independent statement of some of the programme's rules.

use std::collections::{BTreeMap, BTreeSet};

use crate::properties::command::Command;

/// A partner of the model.
pub(crate) struct SellerOf {
    /// Id of the partner, and of the company that holds its account.
    pub(crate) id: &'static str,
    /// The country of its legal business.
    pub(crate) country: &'static str,
    /// Kind of partner: `p` for provider, `r` for reseller, `d` for direct-bill partner.
    pub(crate) kind: char,
}

/// Every partner. Each account is held by a company of its own.
pub(crate) const SELLERS: [SellerOf; 6] = [
    SellerOf { id: "p0", country: "DE", kind: 'p' },
    SellerOf { id: "p1", country: "FR", kind: 'p' },
    SellerOf { id: "r0", country: "FR", kind: 'r' },
    SellerOf { id: "r1", country: "IT", kind: 'r' },
    SellerOf { id: "r2", country: "US", kind: 'r' },
    SellerOf { id: "d0", country: "DE", kind: 'd' },
];

/// Tenants of customers. The last two are CSP tenants.
pub(crate) const TENANTS: [&str; 6] =
    ["t0.tenant", "t1.tenant", "t2.tenant", "t3.tenant", "r0.example", "d0.example"];

/// Countries of customers.
pub(crate) const COUNTRIES: [&str; 2] = ["ES", "US"];

/// Companies that a customer may belong to: none, one without a partner account, and three that hold a
/// partner account.
pub(crate) const COMPANIES: [&str; 5] = ["", "stranger", "d0", "r0", "p0"];

/// The effects of the accepted commands so far.
#[derive(Default)]
pub(crate) struct Model {
    /// Active partnerships: provider and reseller.
    pub(crate) partnerships: BTreeSet<(usize, usize)>,
    /// Country and company of each customer, by tenant.
    pub(crate) customers: BTreeMap<usize, (usize, usize)>,
    /// Active reseller relationships: partner and tenant.
    pub(crate) relationships: BTreeSet<(usize, usize)>,
    /// Companies in the group of affiliates.
    pub(crate) family: BTreeSet<usize>,
    /// Number of subscriptions sold.
    pub(crate) sold: usize,
}

impl Model {
    /// Fails with the rule that forbids the command.
    pub(crate) fn must_allow(&self, command: &Command) -> Result<(), String> {
        let broken = match command {
            Command::Partner { provider, reseller } => self.partnership(*provider, *reseller),
            Command::Create { seller, reseller, tenant, country, company } => {
                self.sale(&chain(*seller, *reseller), *tenant, *country, *company)
            }
            Command::Order { seller, reseller, tenant } => {
                let (country, company) = self.customers[tenant];
                self.sale(&chain(*seller, *reseller), *tenant, country, company)
            }
            Command::Invite { partner, tenant } => {
                let (country, company) = self.customers[tenant];
                self.sale(&[*partner], *tenant, country, company)
            }
            Command::Part { .. } | Command::Affiliate { .. } => None,
        };
        broken.map_or(Ok(()), |rule| Err(format!("{command:?} was accepted although {rule} forbids it")))
    }

    /// Adds the effect of an accepted command.
    pub(crate) fn apply(&mut self, command: &Command) {
        match command {
            Command::Partner { provider, reseller } => {
                self.partnerships.insert((*provider, *reseller));
            }
            Command::Part { provider, reseller } => {
                self.partnerships.remove(&(*provider, *reseller));
            }
            Command::Create { seller, reseller, tenant, country, company } => {
                self.customers.insert(*tenant, (*country, *company));
                self.relationships
                    .extend(chain(*seller, *reseller).into_iter().map(|partner| (partner, *tenant)));
            }
            Command::Invite { partner, tenant } => {
                self.relationships.insert((*partner, *tenant));
            }
            Command::Order { .. } => self.sold += 1,
            Command::Affiliate { company } => {
                self.family.insert(*company);
            }
        }
    }

    fn partnership(&self, provider: usize, reseller: usize) -> Option<&'static str> {
        let csp_tenant = format!("{}.example", SELLERS[reseller].id);
        let is_customer =
            |(partner, tenant): &(usize, usize)| *partner == provider && TENANTS[*tenant] == csp_tenant;
        if region(SELLERS[provider].country) != region(SELLERS[reseller].country) {
            Some("RGN-01")
        } else if self.relationships.iter().any(is_customer) {
            Some("PSH-11")
        } else {
            None
        }
    }

    fn sale(&self, chain: &[usize], tenant: usize, country: usize, company: usize) -> Option<&'static str> {
        let buys = COMPANIES[company];
        let own = |seller: &usize| !buys.is_empty() && SELLERS[*seller].id == buys;
        let affiliated = |seller: &usize| {
            let sells = COMPANIES.iter().position(|held| *held == SELLERS[*seller].id);
            self.family.contains(&company)
                && sells.is_some_and(|sells| self.family.contains(&sells) && sells != company)
        };
        let elsewhere = |seller: &usize| region(SELLERS[*seller].country) != region(COUNTRIES[country]);
        let reseller_of = |(provider, reseller): &(usize, usize)| {
            chain.contains(provider) && TENANTS[tenant] == format!("{}.example", SELLERS[*reseller].id)
        };
        if TENANTS[tenant].ends_with(".example") {
            Some("SAL-03")
        } else if chain.iter().any(own) {
            Some("SAL-04")
        } else if chain.iter().any(affiliated) {
            Some("SAL-05")
        } else if chain.iter().any(elsewhere) {
            Some("RGN-02")
        } else if self.partnerships.iter().any(reseller_of) {
            Some("PSH-11")
        } else {
            None
        }
    }
}

/// The partners between Microsoft and the customer.
fn chain(seller: usize, reseller: Option<usize>) -> Vec<usize> {
    std::iter::once(seller).chain(reseller).collect()
}

fn region(country: &str) -> &'static str {
    if country == "US" { "United States" } else { "Europe" }
}
