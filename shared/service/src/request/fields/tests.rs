use csp_proto::google::r#type::Money;
use csp_proto::relationship::v1::PartnershipState;
use csp_proto::r#type::v1::Cloud;

use super::party::STATES_MAX;
use super::*;
use crate::request::order_by::CreationOrder;

/// The description of the violation that the reader records; `None` when the reader accepts the value.
fn said<T>(read: impl FnOnce(&mut Fields) -> Option<T>) -> Option<String> {
    let mut fields = Fields::new();
    let value = read(&mut fields);
    let violation = fields.violations.pop();
    assert_eq!(value.is_none(), violation.is_some(), "a value is refused with a reason");
    assert!(fields.violations.is_empty(), "one reason is enough");
    violation.map(|violation| violation.description)
}

fn takes<T>(read: impl FnOnce(&mut Fields) -> Option<T>) -> bool {
    said(read).is_none()
}

#[test]
fn all_field_violations_are_reported_together() {
    let mut fields = Fields::new();
    let name = fields.text("partner.legal_name", "", 1..=200);
    let country = fields.country("partner.country", "de");
    let email = fields.email("partner.email", "a@contoso.example");
    let refused = fields.finish(|| Some((name?, country?, email?)));
    let Err(Fault::Invalid(violations)) = refused else { panic!("{refused:?}") };
    let told: Vec<_> = violations.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(told, ["partner.legal_name", "partner.country"]);
}

#[test]
fn the_violation_of_an_overlong_text_names_the_limit() {
    let refused = said(|fields| fields.text("name", &"é".repeat(201), 1..=200));
    assert_eq!(refused.unwrap(), "must have 1 to 200 characters, had 201");
    assert!(takes(|fields| fields.text("name", &"é".repeat(200), 1..=200)));
}

#[test]
fn a_text_has_no_control_characters_and_is_not_blank() {
    for bad in ["a\u{0}b", "a\nb", "\u{7f}", "   "] {
        assert!(!takes(|fields| fields.text("name", bad, 1..=200)), "{bad:?}");
    }
    assert!(takes(|fields| fields.lines("body", "a\nb", 1..=200)));
    assert!(!takes(|fields| fields.lines("body", "a\u{1b}b", 1..=200)));
    assert!(takes(|fields| fields.text("note", "", 0..=200)));
}

#[test]
fn a_resource_is_named_by_collection_and_id() {
    for (name, fits) in [
        ("partners/contoso", true),
        ("partners/contoso.eu_2-b", true),
        ("partners/", false),
        ("contoso", false),
        ("customers/contoso", false),
        ("partners/Contoso", false),
        ("partners/-contoso", false),
        ("partners/a/b", false),
    ] {
        assert_eq!(takes(|fields| fields.resource_name("provider", name, "partners")), fits, "{name}");
    }
    assert!(takes(|fields| fields.resource_id("id", &"x".repeat(63))));
    assert!(!takes(|fields| fields.resource_id("id", &"x".repeat(64))));
}

#[test]
fn a_violation_quotes_the_value_shortened_and_without_control_characters() {
    let refused = said(|fields| fields.country("country", &format!("\u{1b}{}", "x".repeat(100)))).unwrap();
    assert!(refused.ends_with(&format!("was `{}…`", "x".repeat(60))), "{refused}");
    assert!(said(|fields| fields.country("country", "")).unwrap().ends_with("was empty"));
}

#[test]
fn an_email_address_needs_a_local_part_and_a_domain() {
    for good in ["a.datum@contoso.example", "o'neil+csp@eu.contoso.example", "A@Contoso.Example"] {
        assert!(takes(|fields| fields.email("email", good)), "{good}");
    }
    for bad in [
        "",
        "a",
        "a@",
        "@contoso.example",
        "a@contoso",
        "a b@contoso.example",
        "a@b@contoso.example",
        "a@-contoso.example",
        "a\r\nbcc:x@contoso.example",
        "a@contoso..example",
    ] {
        assert!(!takes(|fields| fields.email("email", bad)), "{bad}");
    }
}

#[test]
fn a_domain_is_lower_case_with_a_dot() {
    assert!(takes(|fields| fields.domain("domain", "eu.contoso.example")));
    for bad in ["contoso", "Contoso.example", ".example", "contoso.", "con toso.example"] {
        assert!(!takes(|fields| fields.domain("domain", bad)), "{bad}");
    }
}

#[test]
fn a_tenant_is_a_guid_or_a_domain() {
    assert!(takes(|fields| fields.tenant("tenant", "4f5e3a1c-0d3b-4c1e-9a55-0a1b2c3d4e5f")));
    assert!(takes(|fields| fields.tenant("tenant", "contoso.onmicrosoft.example")));
    assert!(!takes(|fields| fields.tenant("tenant", "Contoso")));
    assert!(!takes(|fields| fields.tenant("tenant", "contoso/x")));
}

#[test]
fn an_mpn_id_has_1_to_10_digits() {
    assert!(takes(|fields| fields.mpn_number("mpn_id", "4711")));
    for bad in ["", "abc", "47 11", "12345678901", "٤٧"] {
        assert!(!takes(|fields| fields.mpn_number("mpn_id", bad)), "{bad}");
    }
}

#[test]
fn money_is_read_in_whole_millionths_of_one_sign() {
    let money = |units, nanos| Money { currency_code: "EUR".to_owned(), units, nanos };
    let refused = |sent: &Money| {
        let mut fields = Fields::new();
        let read = fields.money("price", Some(sent), 0..=12_500_000);
        match fields.finish(|| read) {
            Err(Fault::Invalid(violations)) => violations[0].field.clone(),
            read => format!("{:?}", read.unwrap()),
        }
    };
    assert_eq!(refused(&money(12, 500_000_000)), "(\"EUR\", 12500000)");
    for (sent, field) in [
        (Money { currency_code: "euro".to_owned(), ..money(1, 0) }, "price.currency_code"),
        (money(1, 1), "price.nanos"),
        (money(1, -1_000), "price.nanos"),
        (money(0, 1_000_000_000), "price.nanos"),
        (money(12, 500_001_000), "price.units"),
        (money(-1, 0), "price.units"),
        (money(i64::MAX, 0), "price.units"),
    ] {
        assert_eq!(refused(&sent), field);
    }
}

#[test]
fn days_instants_and_enums_are_read_strictly() {
    assert!(takes(|fields| fields.day("date", "2020-02-29")));
    for bad in ["2021-02-29", "2020-2-9", "20200229", "2020-02-29T00:00", ""] {
        assert!(!takes(|fields| fields.day("date", bad)), "{bad}");
    }
    assert!(!takes(|fields| fields.instant("time", None)));
    assert!(takes(|fields| fields.instant("time", Some(&prost_types::Timestamp { seconds: 1, nanos: 0 }))));
    assert!(takes(|fields| fields.enum_value::<Cloud>("cloud", 1)));
    assert!(!takes(|fields| fields.enum_value::<Cloud>("cloud", 0)));
    assert!(!takes(|fields| fields.enum_value::<Cloud>("cloud", 99)));
}

#[test]
fn the_violation_of_a_number_names_the_range() {
    assert!(takes(|fields| fields.number("quantity", 300_i64, 1..=300)));
    let refused = said(|fields| fields.number("quantity", 301_i64, 1..=300));
    assert_eq!(refused.unwrap(), "must be between 1 and 300, was `301`");
}

#[test]
fn an_optional_value_is_read_only_when_it_is_present() {
    let mut fields = Fields::new();
    let absent = fields.optional("", |fields, value| fields.country("country", value));
    let present = fields.optional("DE", |fields, value| fields.country("country", value));
    let (absent, present) = fields.finish(|| Some((absent?, present?))).unwrap();
    assert_eq!((absent, present.map(|country| country.to_string())), (None, Some("DE".to_owned())));
}

#[test]
fn a_resource_of_a_customer_is_named_below_the_customer() {
    let mut fields = Fields::new();
    let read = fields.customers_resource("name", "customers/tailspin/orders/o-1", "orders").unwrap();
    assert_eq!((read.customer.as_str(), read.id.as_str()), ("customers/tailspin", "o-1"));
    for wrong in ["", "orders/o-1", "customers/-/orders/o-1", "customers/t/carts/c", "customers/t/orders/o/x"]
    {
        assert_eq!(Fields::new().customers_resource("name", wrong, "orders"), None, "{wrong}");
    }
}

#[test]
fn the_name_of_a_singleton_tells_its_parent() {
    let parent = |name| Fields::new().singleton("name", name, "customers", "agreement");
    assert_eq!(parent("customers/tailspin/agreement").as_deref(), Some("customers/tailspin"));
    for wrong in ["", "agreement", "customers/agreement", "customers//agreement", "partners/p/agreement"] {
        assert_eq!(parent(wrong), None, "{wrong}");
    }
}

#[test]
fn a_dash_as_parent_stands_for_all_customers() {
    let parent = |value| Fields::new().customer_or_all("parent", value);
    assert_eq!(parent("customers/tailspin"), Some(Some("customers/tailspin".to_owned())));
    assert_eq!(parent("customers/-"), Some(None));
    assert_eq!((parent(""), parent("partners/-")), (None, None));
}

#[test]
fn a_tenant_is_read_with_its_domains_in_order() {
    let sent = csp_proto::r#type::v1::Tenant {
        tenant_id: "t-1".to_owned(),
        domains: vec!["b.example".to_owned(), "a.example".to_owned()],
        country: "DE".to_owned(),
        cloud: 0,
    };
    let read = Fields::new().tenant_details("tenant", Some(&sent), 1).unwrap();
    assert_eq!((read.id.as_str(), read.domains.as_slice()), ("t-1", sent.domains.as_slice()));
    assert_eq!(read.cloud, csp_policy::Cloud::Global);
}

#[test]
fn every_error_of_a_tenant_names_the_path_of_its_field() {
    let sent = csp_proto::r#type::v1::Tenant {
        tenant_id: "T".to_owned(),
        domains: vec!["a.example".to_owned(), "a.example".to_owned()],
        country: "de".to_owned(),
        cloud: 99,
    };
    let mut fields = Fields::new();
    assert_eq!(fields.tenant_details("profile.tenant", Some(&sent), 1), None);
    let paths: Vec<&str> = fields.violations.iter().map(|violation| violation.field.as_str()).collect();
    let expected =
        ["tenant_id", "country", "cloud", "domains"].map(|field| format!("profile.tenant.{field}"));
    assert_eq!(paths, expected);
}

#[test]
fn a_list_is_newest_first_unless_its_order_says_otherwise() {
    let order = |sent| Fields::new().creation_order(sent);
    for newest in ["", "create_time desc", " create_time  desc "] {
        assert_eq!(order(newest), Some(CreationOrder::NewestFirst), "{newest:?}");
    }
    assert_eq!(order("create_time"), Some(CreationOrder::OldestFirst));
    assert_eq!((order("update_time"), order("create_time up"), order("desc")), (None, None, None));
}

#[test]
fn a_filter_without_states_selects_what_lives() {
    let states = |sent: &[i32]| Fields::new().states("filter.states", sent, &[PartnershipState::Active]);
    assert_eq!(states(&[]), Some(vec!["ACTIVE".to_owned()]));
    assert_eq!(states(&[PartnershipState::Removed.into()]), Some(vec!["REMOVED".to_owned()]));
    assert_eq!((states(&[0]), states(&[99]), states(&[1; STATES_MAX + 1])), (None, None, None));
}
