//! Parses an order and its lines: one parser for every request that contains an order.

use std::collections::BTreeMap;

use csp_policy::Capacity;
use csp_proto::google::r#type::Money;
use csp_proto::subscription::v1::order_draft::Content as PbContent;
use csp_proto::subscription::v1::{self as pb, BillingCycle, Term};

use crate::request::fields::{CustomersResource, Fields};
use crate::request::wire;

/// Maximum number of lines of a cart or an order.
pub const LINES_MAX: usize = 50;
/// Collection in the resource names of offers.
pub const OFFERS: &str = "offers";
/// Collection in the resource names of carts.
pub const CARTS: &str = "carts";
/// Collection in the resource names of orders.
pub const ORDERS: &str = "orders";

/// A well-formed order. The command decides later whether the order may be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What is bought.
    pub content: Content,
    /// The reseller of record; `None` when the order names none.
    pub reseller: Option<Reseller>,
    /// The role that the partner attests for the purchase: with a reseller (indirect) or without (direct).
    /// `None` when not attested.
    pub capacity: Option<Capacity>,
}

/// What an order buys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The content of this cart.
    Cart(CustomersResource),
    /// These lines.
    Lines(Vec<OrderLine>),
}

/// A well-formed line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Resource name of the offer.
    pub offer: String,
    /// Number of units (seats).
    pub quantity: u32,
    /// The term; `None` for the first term of the offer.
    pub term: Option<Term>,
    /// The billing cycle; `None` for the first cycle that the offer has for the term.
    pub billing_cycle: Option<BillingCycle>,
    /// The caller's own key for the line; empty when not given.
    pub external_id: String,
}

/// The reseller of record, as a request names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reseller {
    /// By the number of an MPN ID.
    MpnId(String),
    /// By the resource name of its account (rule PSH-13).
    Account(String),
}

macro_rules! reseller_of_record {
    ($($message:ident,)*) => {
        $(impl From<pb::$message::ResellerOfRecord> for Reseller {
            fn from(sent: pb::$message::ResellerOfRecord) -> Self {
                match sent {
                    pb::$message::ResellerOfRecord::ResellerMpnId(number) => Reseller::MpnId(number),
                    pb::$message::ResellerOfRecord::Reseller(account) => Reseller::Account(account),
                }
            }
        }

        impl From<Reseller> for pb::$message::ResellerOfRecord {
            fn from(reseller: Reseller) -> Self {
                match reseller {
                    Reseller::MpnId(number) => pb::$message::ResellerOfRecord::ResellerMpnId(number),
                    Reseller::Account(account) => pb::$message::ResellerOfRecord::Reseller(account),
                }
            }
        })*
    };
}

// The contract has the same choice in each of these messages.
reseller_of_record! {
    associate_reseller_request,
    cart,
    create_cart_request,
    order_draft,
    record_subscription_request,
}

impl Reseller {
    /// Reads the reseller of record; `Some(None)` when the message names none. `prefix` is put before the
    /// names of the fields in violations.
    pub fn read<R: Into<Reseller>>(
        fields: &mut Fields,
        prefix: &str,
        sent: Option<R>,
    ) -> Option<Option<Reseller>> {
        let read = match sent.map(R::into) {
            None => return Some(None),
            Some(Reseller::MpnId(number)) => {
                fields.mpn_number(&format!("{prefix}reseller_mpn_id"), &number).map(Reseller::MpnId)
            }
            Some(Reseller::Account(name)) => {
                fields.resource_name(&format!("{prefix}reseller"), &name, "partners").map(Reseller::Account)
            }
        };
        read.map(Some)
    }

    /// The request's field that names the reseller.
    pub fn field(&self) -> &'static str {
        match self {
            Reseller::MpnId(_) => "reseller_mpn_id",
            Reseller::Account(_) => "reseller",
        }
    }
}

impl Order {
    /// Reads an order; `path` is the order's field path, used in violations.
    pub fn read(fields: &mut Fields, path: &str, draft: &pb::OrderDraft) -> Option<Order> {
        let reseller = Reseller::read(fields, &format!("{path}."), draft.reseller_of_record.clone());
        let capacity = capacity(fields, &format!("{path}.attested_capacity"), draft.attested_capacity);
        let content = match &draft.content {
            None => {
                fields.refuse(&format!("{path}.lines"), "must be set, or `cart`");
                None
            }
            Some(PbContent::Cart(name)) => {
                fields.customers_resource(&format!("{path}.cart"), name, CARTS).map(Content::Cart)
            }
            Some(PbContent::Lines(sent)) => {
                lines(fields, &format!("{path}.lines.lines"), &sent.lines).map(Content::Lines)
            }
        };
        Some(Order { content: content?, reseller: reseller?, capacity: capacity? })
    }

    /// The message of the contract.
    pub fn render(&self) -> pb::OrderDraft {
        let content = match &self.content {
            Content::Cart(cart) => PbContent::Cart(cart.name(CARTS)),
            Content::Lines(lines) => {
                PbContent::Lines(pb::OrderLines { lines: lines.iter().map(OrderLine::render).collect() })
            }
        };
        pb::OrderDraft {
            content: Some(content),
            reseller_of_record: self.reseller.clone().map(Into::into),
            attested_capacity: self.capacity.map_or(pb::Capacity::Unspecified, told).into(),
        }
    }
}

impl OrderLine {
    /// Reads one line; `prefix` is put before the names of its fields in violations.
    pub fn read(fields: &mut Fields, prefix: &str, line: &pb::OrderLine) -> Option<OrderLine> {
        let at = |field: &str| format!("{prefix}{field}");
        let offer = fields.resource_name(&at("offer"), &line.offer, OFFERS);
        let quantity = fields.number(&at("quantity"), line.quantity, 0..=i32::MAX);
        let term = fields.optional_enum(&at("term"), line.term);
        let billing_cycle = fields.optional_enum(&at("billing_cycle"), line.billing_cycle);
        let external_id = fields.external_id(&at("external_id"), &line.external_id);
        Some(OrderLine {
            offer: offer?,
            quantity: u32::try_from(quantity?).ok()?,
            term: term?,
            billing_cycle: billing_cycle?,
            external_id: external_id?.unwrap_or_default(),
        })
    }

    /// The message of the contract.
    pub fn render(&self) -> pb::OrderLine {
        pb::OrderLine {
            offer: self.offer.clone(),
            quantity: i32::try_from(self.quantity).unwrap_or(i32::MAX),
            term: self.term.unwrap_or_default().into(),
            billing_cycle: self.billing_cycle.unwrap_or_default().into(),
            external_id: self.external_id.clone(),
        }
    }
}

/// Reads the lines of a cart or an order: 1 to [`LINES_MAX`].
pub fn lines(fields: &mut Fields, path: &str, lines: &[pb::OrderLine]) -> Option<Vec<OrderLine>> {
    fields.number(path, lines.len(), 1..=LINES_MAX)?;
    let lines = lines.iter().enumerate();
    // Read all lines before collecting, so that the violations of every line are reported.
    let read: Vec<_> =
        lines.map(|(at, line)| OrderLine::read(fields, &format!("{path}[{at}]."), line)).collect();
    read.into_iter().collect()
}

/// Reads an attested capacity; `Some(None)` when the request has none.
pub fn capacity(fields: &mut Fields, path: &str, capacity: i32) -> Option<Option<Capacity>> {
    fields.optional_enum(path, capacity).map(|capacity| match capacity? {
        pb::Capacity::Unspecified => None,
        pb::Capacity::Direct => Some(Capacity::Direct),
        pb::Capacity::Indirect => Some(Capacity::Indirect),
    })
}

/// The contract's value for an attested capacity.
pub fn told(capacity: Capacity) -> pb::Capacity {
    match capacity {
        Capacity::Direct => pb::Capacity::Direct,
        Capacity::Indirect => pb::Capacity::Indirect,
    }
}

/// The prices of an order: its lines, and what they cost for a month in each currency.
pub fn quote(lines: Vec<pb::PricedLine>) -> pb::Quote {
    let mut totals: BTreeMap<String, i64> = BTreeMap::new();
    for Money { currency_code, units, nanos } in lines.iter().filter_map(|line| line.monthly_total.as_ref()) {
        let micros =
            units.saturating_mul(wire::MICROS).saturating_add(i64::from(nanos / wire::NANOS_IN_MICRO));
        let total = totals.entry(currency_code.clone()).or_default();
        *total = total.saturating_add(micros);
    }
    let monthly_totals = totals.iter().map(|(currency, micros)| wire::money(currency, *micros)).collect();
    pb::Quote { lines, monthly_totals, refund: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Fault;

    fn line() -> pb::OrderLine {
        pb::OrderLine { offer: "offers/mail".to_owned(), quantity: 5, ..Default::default() }
    }

    fn draft() -> pb::OrderDraft {
        ordered(vec![line(), pb::OrderLine { term: Term::P1y.into(), ..line() }])
    }

    fn ordered(lines: Vec<pb::OrderLine>) -> pb::OrderDraft {
        pb::OrderDraft {
            content: Some(PbContent::Lines(pb::OrderLines { lines })),
            reseller_of_record: Some(Reseller::MpnId("5551".to_owned()).into()),
            attested_capacity: pb::Capacity::Indirect.into(),
        }
    }

    fn read(draft: &pb::OrderDraft) -> crate::Result<Order> {
        Fields::only(|fields| Order::read(fields, "order", draft))
    }

    /// The refused fields with their descriptions.
    fn refused(draft: &pb::OrderDraft) -> Vec<(String, String)> {
        match read(draft) {
            Err(Fault::Invalid(violations)) => {
                violations.into_iter().map(|told| (told.field, told.description)).collect()
            }
            Ok(_) => Vec::new(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_order_is_rendered_as_it_was_read() {
        let cart = Some(PbContent::Cart("customers/tailspin/carts/c1".to_owned()));
        let reseller = Some(Reseller::Account("partners/fabrikam".to_owned()).into());
        let of_cart = pb::OrderDraft { content: cart, reseller_of_record: reseller, ..draft() };
        for draft in [draft(), of_cart] {
            assert_eq!(read(&draft).unwrap().render(), draft);
        }
    }

    #[test]
    fn every_malformed_field_is_reported_at_its_path() {
        let of = |spoil: fn(&mut pb::OrderLine)| {
            let mut wrong = line();
            spoil(&mut wrong);
            ordered(vec![line(), wrong])
        };
        let named =
            |reseller: Reseller| pb::OrderDraft { reseller_of_record: Some(reseller.into()), ..draft() };
        let cart = Some(PbContent::Cart("carts/c1".to_owned()));
        for (field, draft) in [
            ("order.lines", pb::OrderDraft { content: None, ..draft() }),
            ("order.cart", pb::OrderDraft { content: cart, ..draft() }),
            ("order.lines.lines", ordered(Vec::new())),
            ("order.lines.lines", ordered(vec![line(); LINES_MAX + 1])),
            ("order.lines.lines[1].offer", of(|line| line.offer = "mail".to_owned())),
            ("order.lines.lines[1].quantity", of(|line| line.quantity = -5)),
            ("order.lines.lines[1].term", of(|line| line.term = 99)),
            ("order.lines.lines[1].external_id", of(|line| line.external_id = "x".repeat(129))),
            ("order.lines.lines[1].external_id", of(|line| line.external_id = " ".to_owned())),
            ("order.reseller_mpn_id", named(Reseller::MpnId("one".to_owned()))),
            ("order.reseller_mpn_id", named(Reseller::MpnId(String::new()))),
            ("order.reseller", named(Reseller::Account("fabrikam".to_owned()))),
            ("order.attested_capacity", pb::OrderDraft { attested_capacity: 99, ..draft() }),
        ] {
            let told: Vec<_> = refused(&draft).into_iter().map(|(field, _)| field).collect();
            assert_eq!(told, [field]);
        }
        let said = "must be between 0 and 2147483647, was `-5`".to_owned();
        let told = refused(&of(|line| line.quantity = -5));
        assert_eq!(told, [("order.lines.lines[1].quantity".to_owned(), said)]);
    }

    #[test]
    fn a_quote_has_one_monthly_total_for_each_currency() {
        let line = |currency: &str, micros| pb::PricedLine {
            monthly_total: Some(wire::money(currency, micros)),
            ..Default::default()
        };
        let totals =
            quote(vec![line("EUR", 12_500_000), line("CHF", 1), line("EUR", 600_000)]).monthly_totals;
        assert_eq!(totals, [wire::money("CHF", 1), wire::money("EUR", 13_100_000)]);
        assert_eq!((totals[1].units, totals[1].nanos), (13, 100_000_000));
    }
}
