//! The files of a book, in the order of import: a row may name rows of earlier files.

use std::fmt::Write as _;

/// One file of a book.
#[derive(Debug)]
pub struct File {
    /// The file's name without `.csv`.
    pub name: &'static str,
    /// The meaning of a row, and the RPC that imports it; printed in `BOOK.md`.
    pub about: &'static str,
    /// The columns that make up the id of a row; reports name the row by this id.
    pub key: &'static [&'static str],
    /// The columns; a file may hold them in any order.
    pub columns: &'static [Column],
}

/// One column of a file.
#[derive(Debug)]
pub struct Column {
    /// The column's name in the header.
    pub name: &'static str,
    /// Whether every row needs a value; a column that is not required may be left out of the file.
    pub required: bool,
    /// The meaning of the column's values; printed in `BOOK.md`.
    pub about: &'static str,
}

impl File {
    /// The file's name in the folder.
    pub fn file_name(&self) -> String {
        format!("{}.csv", self.name)
    }

    /// The column called `name`.
    pub(crate) fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

const fn required(name: &'static str, about: &'static str) -> Column {
    Column { name, required: true, about }
}

const fn optional(name: &'static str, about: &'static str) -> Column {
    Column { name, required: false, about }
}

const DATE: Column = required(
    "date",
    "the day on which it was established, like `2019-06-30`; it is judged by the rules of that day",
);
const SOURCE: Column = required("source", "where it is on file, like `partner centre export 2026-10`");
const STREET: Column = optional("street", "street and number");
const CITY: Column = optional("city", "city");
const STATE: Column = optional("state", "state or province");
const POSTAL_CODE: Column = optional("postal_code", "postal code");
const CLOUD: Column =
    optional("cloud", "the tenant's cloud: `GLOBAL` (when empty), `US_GOVERNMENT`, `GERMANY` or `CHINA`");
const REGISTRATION_ID: Column =
    optional("registration_id", "registration id of the company, where its country asks for one (ENR-15)");
const NOT_PERSONAL: Column =
    optional("registration_id_is_not_personal", "`yes` states that the registration id is no personal id");

/// Every file, in the order of import.
pub static FILES: &[File] = &[
    File {
        name: "organizations",
        about: "Companies. A row becomes CreateOrganization.",
        key: &["organization_id"],
        columns: &[
            required("organization_id", "id of the company"),
            required("legal_name", "legal business name"),
            required("country", "country of registration, like `DE`"),
        ],
    },
    File {
        name: "affiliations",
        about: "Groups of affiliates (ENR-16). A row becomes SetAffiliation; the rows of one company are played \
                in the order of the file.",
        key: &["organization", "since"],
        columns: &[
            required("organization", "the company"),
            optional("group", "the group from that day on; empty takes the company out of its group"),
            required("since", "first day of the change"),
        ],
    },
    File {
        name: "partners",
        about: "Partner accounts that were established elsewhere. A row becomes RecordPartner; the rows of one \
                company are played in the order of the file.",
        key: &["partner_id"],
        columns: &[
            required("partner_id", "id of the account"),
            required("organization", "the company that holds it"),
            required("tenant", "its CSP tenant"),
            optional("domains", "domains of that tenant, the primary one first, with `;` between"),
            required("kind", "`INDIRECT_PROVIDER`, `INDIRECT_RESELLER` or `DIRECT_BILL`"),
            required("legal_name", "legal business name"),
            required("country", "country of the legal business; decides the region (RGN-03)"),
            optional(
                "tenant_country",
                "country set in the CSP tenant, in which its MPN IDs are (ENR-09); that of the legal business when empty",
            ),
            STREET,
            CITY,
            STATE,
            POSTAL_CODE,
            optional("contact_first_name", "given name of the primary contact"),
            optional("contact_last_name", "family name of the primary contact"),
            required("contact_email", "e-mail address of the primary contact; no web mail (ENR-06)"),
            optional("contact_phone", "telephone number of the primary contact"),
            optional("support_email", "e-mail address that its customers write to"),
            optional("support_phone", "telephone number that its customers call"),
            CLOUD,
            optional(
                "capabilities",
                "what it offers by itself: `API_INTEGRATION`, `BILLING`, `SUPPORT`, `MANAGED_SERVICES`, with `;` \
                 between; a direct-bill partner needs all four (ENR-03)",
            ),
            REGISTRATION_ID,
            NOT_PERSONAL,
            optional(
                "standing",
                "its standing today: `ACTIVE` (when empty), `RESTRICTED`, `SUSPENDED` or `DEAUTHORIZED`",
            ),
            DATE,
            SOURCE,
        ],
    },
    File {
        name: "mpn_ids",
        about: "Partner-network memberships. A row becomes RegisterMpnId, and AssociateMpnId where it names an \
                account; the rows of one number are played in the order of the file.",
        key: &["number", "partner"],
        columns: &[
            required("number", "the MPN ID, digits only"),
            required("organization", "the company whose profile it belongs to"),
            required("kind", "`LOCATION` or `GLOBAL`"),
            required("country", "country of the profile"),
            optional("active", "`no` for a profile that is out of use; empty means `yes`"),
            optional("partner", "the account with which a location is associated (ENR-09, ENR-10)"),
        ],
    },
    File {
        name: "partner_agreements",
        about: "Signatures of the Microsoft Partner Agreement. A row becomes RecordPartnerAgreement; a company that \
                has signed in the region is not signed again (AGR-06).",
        key: &["partner"],
        columns: &[
            required("partner", "the account that signed"),
            required("text_version", "version of the text"),
            required("signer_name", "name of the signer"),
            DATE,
            SOURCE,
        ],
    },
    File {
        name: "users",
        about: "People of partner accounts (ENR-12). A row becomes CreateUser.",
        key: &["partner", "user_id"],
        columns: &[
            required("user_id", "id of the person within the account"),
            required("partner", "the account"),
            required("subject", "the subject that the person's credential names"),
            required("display_name", "name for people"),
            required("email", "e-mail address"),
            optional("roles", "`GLOBAL_ADMIN`, `USER_ADMIN`, `ADMIN_AGENT`, `SALES_AGENT`, with `;` between"),
        ],
    },
    File {
        name: "partnerships",
        about: "Active partnerships of a provider and a reseller. A row becomes RecordPartnership.",
        key: &["partnership_id"],
        columns: &[
            required("partnership_id", "id of the partnership"),
            required("provider", "the provider's account"),
            required("reseller", "the reseller's account"),
            optional(
                "provider_admin_access",
                "`no` when the provider's administrator access was withdrawn since (PSH-07)",
            ),
            DATE,
            SOURCE,
        ],
    },
    File {
        name: "customers",
        about: "Customers with the partners that serve them. A row becomes RecordCustomer; the rows of one domain \
                are played in the order of the file.",
        key: &["customer_id"],
        columns: &[
            required("customer_id", "id of the customer"),
            required("seller", "the provider or direct-bill partner that serves it"),
            optional("reseller", "the reseller that serves it through that provider"),
            required("tenant", "its tenant, of type Customer"),
            required("domain", "the tenant's domain; no other customer has it (CUS-01)"),
            required("country", "country set in the tenant; decides who may sell to it (RGN-02)"),
            CLOUD,
            required("company_name", "company name"),
            required(
                "organization",
                "the company of `organizations.csv` that it belongs to, or `none` (CUS-13)",
            ),
            REGISTRATION_ID,
            NOT_PERSONAL,
            STREET,
            CITY,
            STATE,
            POSTAL_CODE,
            optional("billing_email", "e-mail address that gets invoices"),
            optional("admin_roles", "administrative roles that it delegated, with `;` between"),
            optional("admin_days", "how many days that grant lasts from the import on: 1 to 730"),
            DATE,
            SOURCE,
        ],
    },
    File {
        name: "customer_agreements",
        about: "Acceptances of the Microsoft Customer Agreement (CUS-10). A row becomes RecordCustomerAgreement.",
        key: &["customer"],
        columns: &[
            required("customer", "the customer"),
            required("signer_first_name", "given name of the signer"),
            required("signer_last_name", "family name of the signer"),
            required("signer_email", "e-mail address of the signer"),
            optional("signer_phone", "telephone number of the signer"),
            DATE,
            SOURCE,
        ],
    },
    File {
        name: "offers",
        about: "What can be subscribed to (SUB-01). A row becomes ImportOffers; an offer that differs from the stored \
                one becomes its next version and counts as accepted.",
        key: &["offer_id"],
        columns: &[
            required("offer_id", "id of the offer"),
            required("display_name", "name for people"),
            required("publisher", "who publishes it"),
            required("party", "`FIRST` for Microsoft's own, `THIRD` for another publisher's"),
            required("countries", "countries in which it is sold, with `;` between"),
            required("unit", "what is counted, like `license`"),
            required("seat_min", "minimum number of seats of a subscription"),
            required("seat_max", "maximum number of seats of a subscription"),
            optional(
                "customer_seats_max",
                "maximum number of seats of one customer; empty or 0 for no limit",
            ),
            optional("prerequisites", "offers of which the customer needs one, with `;` between"),
            required("plans", "term and billing cycle like `P1Y:MONTHLY`, with `;` between"),
            required("currency", "currency of the list price, like `EUR`"),
            required("list_price", "list price of a unit for a month, like `12.50`"),
            optional("upgrade_targets", "offers that it may be upgraded to, with `;` between"),
            optional("withdrawn", "`yes` when it is sold no more"),
        ],
    },
    File {
        name: "subscriptions",
        about: "Subscriptions that were sold elsewhere and run on. A row becomes RecordSubscription, which is judged as \
                the sale of that day; a provider's may lack a reseller (SAL-01). The rows of one customer are played \
                in the order of the file, so that what an add-on needs stands before it.",
        key: &["subscription_id"],
        columns: &[
            required("subscription_id", "id of the subscription"),
            required("seller", "the provider or direct-bill partner that sold it"),
            required("customer", "whose it is"),
            optional("reseller_mpn_id", "location MPN ID of the reseller of record (SUB-04)"),
            required("offer", "what was sold; it may be withdrawn by now"),
            required("quantity", "seats"),
            optional("term", "the term, like `P1Y`; the first of the offer's plans when empty"),
            optional(
                "billing_cycle",
                "the billing cycle, like `MONTHLY`; the first with that term when empty",
            ),
            optional("unit_price", "list price of a unit for a month, at purchase; the offer's when empty"),
            optional("currency", "currency of that price, like `EUR`"),
            optional("auto_renew", "`no` when it does not renew at the end of its term"),
            required(
                "date",
                "the day on which it was bought or last renewed; it is judged by the rules of that day",
            ),
            SOURCE,
        ],
    },
    File {
        name: "orders",
        about: "Orders, placed today by their sellers. A row becomes SubmitOrder; the rows of one customer are played \
                in the order of the file.",
        key: &["order_id"],
        columns: &[
            required("order_id", "id of the order"),
            required("seller", "the provider or direct-bill partner that orders"),
            required("customer", "for whom"),
            optional("reseller_mpn_id", "location MPN ID of the reseller of record (SUB-04)"),
            optional(
                "attested_capacity",
                "capacity in which the seller attests to act: `DIRECT` or `INDIRECT` (SUB-09)",
            ),
            required(
                "lines",
                "what is ordered: `offer:quantity`, or `offer:quantity:term:billing cycle` like \
                 `office:5:P1Y:MONTHLY`, with `;` between",
            ),
        ],
    },
];

/// The generated part of `BOOK.md`: all files with their columns, as Markdown.
pub fn documented() -> String {
    FILES.iter().fold(String::new(), |mut text, file| {
        let key: Vec<_> = file.key.iter().map(|column| format!("`{column}`")).collect();
        // Writing to a string cannot fail.
        let _infallible = write!(
            text,
            "\n## {}\n\n{}\nA row is known by {}.\n\n| column | required | what it holds |\n|---|---|---|\n",
            file.file_name(),
            file.about,
            key.join(" and "),
        );
        for column in file.columns {
            let required = if column.required { "yes" } else { "" };
            let _infallible = writeln!(text, "| `{}` | {required} | {} |", column.name, column.about);
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The heading of the generated part of `BOOK.md`.
    const GENERATED: &str = "\n# Files and columns\n";

    #[test]
    fn book_md_documents_every_file_and_column() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/BOOK.md");
        let text = std::fs::read_to_string(path).unwrap();
        let (written, _) = text.split_once(GENERATED).expect("BOOK.md has a generated part");
        let fresh = format!("{written}{GENERATED}{}", documented());
        if let Ok(value) = std::env::var("UPDATE_GOLDEN") {
            assert_eq!(value, "1", "UPDATE_GOLDEN must be 1");
            std::fs::write(path, &fresh).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap();
        assert!(committed == fresh, "BOOK.md is stale: review the change and run UPDATE_GOLDEN=1 tests/run");
    }

    #[test]
    fn every_key_column_is_a_column_of_its_file() {
        for file in FILES {
            assert!(file.key.iter().all(|name| file.column(name).is_some()), "{}", file.name);
        }
    }
}
