//! A request that no service could act on is refused as malformed, with and without `validate_only`, before
//! an operation begins.

use csp_proto::relationship::v1::AdminAccess;
use csp_proto::subscription::v1::order_draft::ResellerOfRecord;

use super::*;

type Spoil = fn(&mut pb::AddCustomerWithOrderRequest);

/// Ways to spoil a request, each with the field that the refusal names.
const SPOILT: &[(&str, Spoil)] = &[
    ("customer_id", |it| it.customer_id = "Not An Id".to_owned()),
    ("external_id", |it| it.external_id = "k".repeat(129)),
    ("order", |it| it.order = None),
    ("order.lines", |it| order(it).content = None),
    ("order.cart", |it| order(it).content = Some(Content::Cart("customers/tailspin/carts/c".to_owned()))),
    ("order.lines.lines", |it| lines(it).clear()),
    ("order.lines.lines", |it| *lines(it) = vec![line(it).clone(); 51]),
    ("order.lines.lines[0].offer", |it| line(it).offer = "o".to_owned()),
    ("order.lines.lines[0].quantity", |it| line(it).quantity = -5),
    ("order.lines.lines[0].term", |it| line(it).term = 99),
    ("order.lines.lines[0].billing_cycle", |it| line(it).billing_cycle = 99),
    ("order.lines.lines[0].external_id", |it| line(it).external_id = "k".repeat(129)),
    ("order.reseller_mpn_id", |it| order(it).reseller_of_record = number("mpnIds/4711")),
    ("order.reseller_mpn_id", |it| order(it).reseller_of_record = number("")),
    ("order.attested_capacity", |it| order(it).attested_capacity = 99),
    ("admin_access.roles", |it| it.admin_access = access(&[], 30)),
    ("admin_access.roles[0]", |it| it.admin_access = access(&["Global Reader"], 30)),
    ("admin_access.duration_days", |it| it.admin_access = access(&["global-reader"], 731)),
];

fn order(request: &mut pb::AddCustomerWithOrderRequest) -> &mut OrderDraft {
    request.order.as_mut().unwrap()
}

fn lines(request: &mut pb::AddCustomerWithOrderRequest) -> &mut Vec<OrderLine> {
    match &mut order(request).content {
        Some(Content::Lines(lines)) => &mut lines.lines,
        other => panic!("{other:?}"),
    }
}

fn line(request: &mut pb::AddCustomerWithOrderRequest) -> &mut OrderLine {
    &mut lines(request)[0]
}

fn number(sent: &str) -> Option<ResellerOfRecord> {
    Some(ResellerOfRecord::ResellerMpnId(sent.to_owned()))
}

fn access(roles: &[&str], duration_days: i32) -> Option<AdminAccess> {
    Some(AdminAccess { roles: roles.iter().map(|role| (*role).to_owned()).collect(), duration_days })
}

#[tokio::test]
async fn a_malformed_creation_is_refused_with_and_without_validate_only() {
    let scene = Scene::set().await;
    for (field, spoil) in SPOILT {
        for validate_only in [true, false] {
            let mut request = addition("r");
            request.validate_only = validate_only;
            spoil(&mut request);
            let refused = scene.add(request).await.expect_err(field);
            let Fault::Invalid(violations) = refused else { panic!("{field}: {refused:?}") };
            let fields: Vec<&str> = violations.iter().map(|violation| violation.field.as_str()).collect();
            assert_eq!(fields, [*field]);
        }
    }
    scene.nothing_is_left();
    assert_eq!(scene.peers.state().released, Vec::<String>::new(), "no operation was started");
}
