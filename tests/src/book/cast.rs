//! Partners, customers and their rows. Each function adds valid rows; a breach then changes cells of them.

use super::entry::{Entry, Label};

/// The source of the evidence that rows give.
const SOURCE: &str = "partner centre export 2026-10";
const NAMES: [&str; 20] = [
    "Contoso",
    "Fabrikam",
    "Tailspin",
    "Northwind",
    "Litware",
    "Proseware",
    "Woodgrove",
    "Wingtip",
    "Lucerne",
    "Trey",
    "Adatum",
    "Alpine",
    "Consolidated",
    "Fourth Coffee",
    "Graphic",
    "Humongous",
    "Margie",
    "Relecloud",
    "Southridge",
    "Wide World",
];
const TRADES: [&str; 10] = [
    "Systems",
    "Cloud",
    "Networks",
    "Consulting",
    "Software",
    "Data",
    "Partners",
    "Digital",
    "Media",
    "Foods",
];
const FIRST_NAMES: [&str; 8] = ["Ada", "Björn", "Chloé", "Dmitri", "Esi", "Farah", "Gustavo", "Hana"];
const LAST_NAMES: [&str; 8] = ["Núñez", "Okafor", "Petrov", "Quist", "Rossi", "Sato", "Tran", "Usman"];

/// A region of the programme. The countries have belonged to it since 2019 and require no registration id.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) countries: &'static [&'static str],
}

/// Eight regions. Poland belongs to the first region; it is not listed because it requires a registration id.
pub(crate) static REGIONS: [Region; 8] = [
    Region { countries: &["DE", "FR", "IT", "ES", "NL", "SE"] },
    Region { countries: &["US"] },
    Region { countries: &["SG", "MY", "HK", "PH"] },
    Region { countries: &["MX", "CL", "CO", "AR"] },
    Region { countries: &["GH", "NG", "KE", "TZ"] },
    Region { countries: &["IL", "JO", "KW", "MA"] },
    Region { countries: &["AU"] },
    Region { countries: &["CA"] },
];

/// A partner account.
#[derive(Debug, Clone)]
pub(crate) struct Partner {
    pub(crate) id: String,
    pub(crate) organization: String,
    pub(crate) tenant: String,
    pub(crate) country: &'static str,
    pub(crate) mpn_id: String,
    /// Index of the account's row.
    pub(crate) at: usize,
}

/// A customer.
#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) id: String,
    /// Index of the customer's row.
    pub(crate) at: usize,
}

/// Whether a partner account has an MPN ID and a signed agreement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Has {
    pub(crate) mpn_id: bool,
    pub(crate) agreement: bool,
}

/// Ready for new business: with MPN ID and agreement.
pub(crate) const READY: Has = Has { mpn_id: true, agreement: true };

/// The three kinds of account.
pub(crate) const PROVIDER: &str = "INDIRECT_PROVIDER";
/// See [`PROVIDER`].
pub(crate) const RESELLER: &str = "INDIRECT_RESELLER";
/// See [`PROVIDER`].
pub(crate) const DIRECT_BILL: &str = "DIRECT_BILL";

/// Collects the rows of the book.
pub(crate) struct Cast {
    pub(crate) rng: fastrand::Rng,
    entries: Vec<Entry>,
    numbered: u32,
}

impl Cast {
    pub(crate) fn new(seed: u64) -> Self {
        Cast { rng: fastrand::Rng::with_seed(seed), entries: Vec::new(), numbered: 0 }
    }

    pub(crate) fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// Sets a cell of the row with index `at`.
    pub(crate) fn set(&mut self, at: usize, column: &'static str, value: impl Into<String>) {
        self.entries[at].set(column, value);
    }

    /// Labels the row with index `at` as refused, with these breaches as `RULE:REASON`.
    pub(crate) fn breaks(&mut self, at: usize, breaches: &[&'static str]) {
        self.entries[at].label = Label::Refused(breaches.to_vec());
    }

    /// A random element.
    pub(crate) fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.rng.usize(..of.len())]
    }

    /// A random country of the region.
    pub(crate) fn country(&mut self, region: &'static Region) -> &'static str {
        self.one_of(region.countries)
    }

    /// A random day of the year.
    pub(crate) fn day(&mut self, year: u32) -> String {
        format!("{year}-{:02}-{:02}", self.rng.u32(1..=12), self.rng.u32(1..=28))
    }

    /// A company; returns its id.
    pub(crate) fn organization(&mut self, country: &str) -> String {
        let id = self.next("org");
        let name = format!("{} {}", self.one_of(&NAMES), self.one_of(&TRADES));
        self.push(
            "organizations",
            &id,
            &[],
            [("organization_id", &id), ("legal_name", &name), ("country", country)],
        );
        id
    }

    /// A company joins a group of affiliates, or leaves its group if `group` is empty.
    pub(crate) fn affiliation(&mut self, organization: &str, group: &str, since: &str) -> usize {
        let id = format!("{organization}/{since}");
        let names = [format!("organizations/{organization}")];
        self.push(
            "affiliations",
            &id,
            &names,
            [("organization", organization), ("group", group), ("since", since)],
        )
    }

    /// A partner account of a new company: see [`Cast::account`].
    pub(crate) fn partner(&mut self, kind: &'static str, country: &'static str, has: Has) -> Partner {
        let organization = self.organization(country);
        self.account(kind, country, &organization, has)
    }

    /// A partner account of the company, with a user, and with the MPN ID and agreement that `has` asks for.
    pub(crate) fn account(
        &mut self,
        kind: &'static str,
        country: &'static str,
        organization: &str,
        has: Has,
    ) -> Partner {
        let id = self.next("p");
        let tenant = format!("{id}.example");
        let at = self.account_row(kind, country, organization, &id, &tenant);
        let mpn_id = self.numbered.to_string();
        let partner = Partner { id, organization: organization.to_owned(), tenant, country, mpn_id, at };
        if has.mpn_id {
            self.mpn_id(&partner);
        }
        if has.agreement {
            self.agreement(&partner);
        }
        self.user(&partner);
        partner
    }

    fn account_row(
        &mut self,
        kind: &str,
        country: &str,
        organization: &str,
        id: &str,
        tenant: &str,
    ) -> usize {
        let names = [format!("organizations/{organization}")];
        let email = format!("owner@{id}.example");
        let support = format!("help@{id}.example");
        let date = self.day(2019);
        let (first, last) = (self.one_of(&FIRST_NAMES), self.one_of(&LAST_NAMES));
        let capabilities =
            if kind == DIRECT_BILL { "API_INTEGRATION;BILLING;SUPPORT;MANAGED_SERVICES" } else { "SUPPORT" };
        let name = format!("{} {} Ltd", self.one_of(&NAMES), self.one_of(&TRADES));
        self.push(
            "partners",
            id,
            &names,
            [
                ("partner_id", id),
                ("organization", organization),
                ("tenant", tenant),
                ("kind", kind),
                ("legal_name", &name),
                ("country", country),
                ("street", "Main Street 1, \"Yard\""),
                ("city", "Town"),
                ("contact_first_name", first),
                ("contact_last_name", last),
                ("contact_email", &email),
                ("support_email", &support),
                ("capabilities", capabilities),
                ("date", &date),
                ("source", SOURCE),
            ],
        )
    }

    /// The account's location MPN ID.
    pub(crate) fn mpn_id(&mut self, partner: &Partner) -> usize {
        let (number, organization) = (partner.mpn_id.as_str(), partner.organization.as_str());
        let names = [format!("organizations/{organization}"), format!("partners/{}", partner.id)];
        let id = format!("{number}/{}", partner.id);
        let at = self.push(
            "mpn_ids",
            &id,
            &names,
            [
                ("number", number),
                ("organization", organization),
                ("kind", "LOCATION"),
                ("country", partner.country),
                ("partner", &partner.id),
            ],
        );
        self.entries[at].named = format!("mpn_ids/{number}");
        at
    }

    /// The company's global MPN ID; returns its number.
    pub(crate) fn global_mpn_id(&mut self, partner: &Partner) -> String {
        self.numbered += 1;
        let (number, organization) = (self.numbered.to_string(), partner.organization.as_str());
        let names = [format!("organizations/{organization}")];
        self.push(
            "mpn_ids",
            &number,
            &names,
            [
                ("number", &number),
                ("organization", organization),
                ("kind", "GLOBAL"),
                ("country", partner.country),
            ],
        );
        number
    }

    /// The account's signature of the partner agreement.
    pub(crate) fn agreement(&mut self, partner: &Partner) -> usize {
        let names = [format!("partners/{}", partner.id)];
        let date = self.day(2020);
        let signer = format!("{} {}", self.one_of(&FIRST_NAMES), self.one_of(&LAST_NAMES));
        self.push(
            "partner_agreements",
            &partner.id,
            &names,
            [
                ("partner", partner.id.as_str()),
                ("text_version", "2020"),
                ("signer_name", &signer),
                ("date", &date),
                ("source", SOURCE),
            ],
        )
    }

    /// A user of the account.
    pub(crate) fn user(&mut self, partner: &Partner) -> usize {
        let user = self.next("u");
        let names = [format!("partners/{}", partner.id)];
        let (subject, email) = (format!("{user}@idp"), format!("{user}@{}", partner.tenant));
        let name = format!("{} {}", self.one_of(&FIRST_NAMES), self.one_of(&LAST_NAMES));
        let roles = self.one_of(&["GLOBAL_ADMIN", "GLOBAL_ADMIN;USER_ADMIN", "ADMIN_AGENT;SALES_AGENT", ""]);
        self.push(
            "users",
            &format!("{}/{user}", partner.id),
            &names,
            [
                ("user_id", user.as_str()),
                ("partner", &partner.id),
                ("subject", &subject),
                ("display_name", &name),
                ("email", &email),
                ("roles", roles),
            ],
        )
    }

    /// An active partnership.
    pub(crate) fn partnership(&mut self, provider: &Partner, reseller: &Partner) -> usize {
        let id = self.next("ps");
        let names = [format!("partners/{}", provider.id), format!("partners/{}", reseller.id)];
        let (date, access) = (self.day(2022), self.one_of(&["", "", "yes", "no"]));
        self.push(
            "partnerships",
            &id,
            &names,
            [
                ("partnership_id", id.as_str()),
                ("provider", &provider.id),
                ("reseller", &reseller.id),
                ("provider_admin_access", access),
                ("date", &date),
                ("source", SOURCE),
            ],
        )
    }

    /// A customer that accepted the customer agreement.
    pub(crate) fn customer(
        &mut self,
        seller: &Partner,
        reseller: Option<&Partner>,
        country: &str,
    ) -> Customer {
        let customer = self.customer_without_agreement(seller, reseller, country);
        self.acceptance(&customer);
        customer
    }

    /// A customer that has not accepted the customer agreement.
    pub(crate) fn customer_without_agreement(
        &mut self,
        seller: &Partner,
        reseller: Option<&Partner>,
        country: &str,
    ) -> Customer {
        let id = self.next("c");
        let sellers = [Some(seller), reseller].into_iter().flatten();
        let names: Vec<_> = sellers.map(|partner| format!("partners/{}", partner.id)).collect();
        let (domain, billing) = (format!("{id}.example"), format!("billing@{id}.example"));
        let name = format!("{} {}", self.one_of(&NAMES), self.one_of(&TRADES));
        let date = self.day(2024);
        let at = self.push(
            "customers",
            &id,
            &names,
            [
                ("customer_id", id.as_str()),
                ("seller", &seller.id),
                ("reseller", reseller.map_or("", |reseller| reseller.id.as_str())),
                ("tenant", &domain),
                ("domain", &domain),
                ("country", country),
                ("company_name", &name),
                ("organization", "none"),
                ("street", "Market Square 2"),
                ("city", "Village"),
                ("billing_email", &billing),
                ("date", &date),
                ("source", SOURCE),
            ],
        );
        Customer { id, at }
    }

    /// Makes the company the customer's organization.
    pub(crate) fn belongs_to(&mut self, customer: &Customer, organization: &str) {
        self.set(customer.at, "organization", organization);
        self.entries[customer.at].names.push(format!("organizations/{organization}"));
    }

    /// The customer's acceptance of the customer agreement.
    pub(crate) fn acceptance(&mut self, customer: &Customer) -> usize {
        let names = [format!("customers/{}", customer.id)];
        let (first, last) = (self.one_of(&FIRST_NAMES), self.one_of(&LAST_NAMES));
        let (email, date) = (format!("cfo@{}.example", customer.id), self.day(2025));
        self.push(
            "customer_agreements",
            &customer.id,
            &names,
            [
                ("customer", customer.id.as_str()),
                ("signer_first_name", first),
                ("signer_last_name", last),
                ("signer_email", &email),
                ("date", &date),
                ("source", SOURCE),
            ],
        )
    }

    /// A subscription of February 2026, after every customer's acceptance; it may lack a reseller.
    pub(crate) fn subscription(
        &mut self,
        seller: &Partner,
        reseller: Option<&Partner>,
        customer: &Customer,
        offer: &str,
        quantity: u32,
    ) -> usize {
        let id = format!("older-{}-{offer}", customer.id);
        let mut names = [format!("offers/{offer}"), format!("partners/{}", seller.id)].to_vec();
        names.push(format!("customers/{}", customer.id));
        names.extend(reseller.map(|reseller| format!("mpn_ids/{}", reseller.mpn_id)));
        self.push(
            "subscriptions",
            &id,
            &names,
            [
                ("subscription_id", id.as_str()),
                ("seller", &seller.id),
                ("customer", &customer.id),
                ("reseller_mpn_id", reseller.map_or("", |reseller| reseller.mpn_id.as_str())),
                ("offer", offer),
                ("quantity", &quantity.to_string()),
                ("date", "2026-02-01"),
                ("source", SOURCE),
            ],
        )
    }

    /// An order. `lines` is the cell of the file: `offer:quantity` with optional term and billing cycle,
    /// joined by `;`.
    pub(crate) fn order(
        &mut self,
        seller: &Partner,
        reseller: Option<&Partner>,
        customer: &Customer,
        lines: &str,
    ) -> usize {
        let id = self.next("o");
        let offers = lines.split(';').filter_map(|line| line.split(':').next());
        let mut names: Vec<_> = offers.map(|offer| format!("offers/{offer}")).collect();
        names.push(format!("partners/{}", seller.id));
        names.push(format!("customers/{}", customer.id));
        names.extend(reseller.map(|reseller| format!("mpn_ids/{}", reseller.mpn_id)));
        self.push(
            "orders",
            &id,
            &names,
            [
                ("order_id", id.as_str()),
                ("seller", &seller.id),
                ("customer", &customer.id),
                ("reseller_mpn_id", reseller.map_or("", |reseller| reseller.mpn_id.as_str())),
                ("attested_capacity", if reseller.is_some() { "INDIRECT" } else { "DIRECT" }),
                ("lines", lines),
            ],
        )
    }

    /// A new id that begins with `of`.
    pub(crate) fn next(&mut self, of: &str) -> String {
        self.numbered += 1;
        format!("{of}-{:05}", self.numbered)
    }

    /// Adds a row that breaks nothing; returns its index.
    pub(crate) fn push<const N: usize>(
        &mut self,
        file: &'static str,
        id: &str,
        names: &[String],
        cells: [(&'static str, &str); N],
    ) -> usize {
        let cells = cells.into_iter().map(|(column, value)| (column, value.to_owned())).collect();
        self.entries.push(Entry {
            file,
            id: id.to_owned(),
            cells,
            names: names.to_vec(),
            named: format!("{file}/{id}"),
            label: Label::Accepted,
        });
        self.entries.len() - 1
    }
}
