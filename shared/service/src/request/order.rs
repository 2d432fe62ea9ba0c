//! Parses an order and its lines: one parser for every request that contains an order.

use csp_policy::Capacity;
use csp_proto::subscription::v1::{self as pb, BillingCycle, Term};

use crate::request::fields::Fields;

/// Maximum number of lines of a cart or an order.
pub const LINES_MAX: usize = 50;
/// Collection in the resource names of offers.
pub const OFFERS: &str = "offers";

/// A well-formed order. The command decides later whether the order may be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The lines; empty when the order is made from a cart, which holds the lines.
    pub lines: Vec<OrderLine>,
    /// Resource name of the MPN ID of the reseller of record.
    pub reseller_mpn_id: Option<String>,
    /// The role that the partner attests for the purchase: with a reseller (indirect) or without (direct).
    /// `None` when not attested.
    pub capacity: Option<Capacity>,
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

impl Order {
    /// Reads an order with lines; `path` is the order's field path, used in violations.
    pub fn read(fields: &mut Fields, path: &str, draft: &pb::OrderDraft) -> Option<Order> {
        let (reseller_mpn_id, capacity) = reseller_and_capacity(fields, path, draft);
        let lines = lines(fields, &format!("{path}.lines"), &draft.lines);
        Some(Order { lines: lines?, reseller_mpn_id: reseller_mpn_id?, capacity: capacity? })
    }

    /// Reads an order that is made from a cart. The cart holds the lines, so the draft must have none.
    pub fn read_beside_cart(fields: &mut Fields, path: &str, draft: &pb::OrderDraft) -> Option<Order> {
        let (reseller_mpn_id, capacity) = reseller_and_capacity(fields, path, draft);
        if !draft.lines.is_empty() {
            fields.refuse(&format!("{path}.lines"), "must be empty with a cart");
        }
        Some(Order { lines: Vec::new(), reseller_mpn_id: reseller_mpn_id?, capacity: capacity? })
    }

    /// The message of the contract.
    pub fn render(&self) -> pb::OrderDraft {
        pb::OrderDraft {
            lines: self.lines.iter().map(OrderLine::render).collect(),
            reseller_mpn_id: self.reseller_mpn_id.clone().unwrap_or_default(),
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

type ResellerAndCapacity = (Option<Option<String>>, Option<Option<Capacity>>);

fn reseller_and_capacity(fields: &mut Fields, path: &str, draft: &pb::OrderDraft) -> ResellerAndCapacity {
    let mpn_id = fields.optional_mpn_id(&format!("{path}.reseller_mpn_id"), &draft.reseller_mpn_id);
    (mpn_id, capacity(fields, &format!("{path}.attested_capacity"), draft.attested_capacity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Fault;

    fn line() -> pb::OrderLine {
        pb::OrderLine { offer: "offers/mail".to_owned(), quantity: 5, ..Default::default() }
    }

    fn draft() -> pb::OrderDraft {
        pb::OrderDraft {
            lines: vec![line(), pb::OrderLine { term: Term::P1y.into(), ..line() }],
            reseller_mpn_id: "mpnIds/5551".to_owned(),
            attested_capacity: pb::Capacity::Indirect.into(),
        }
    }

    /// The refused fields with their descriptions.
    fn refused(draft: &pb::OrderDraft) -> Vec<(String, String)> {
        let mut fields = Fields::new();
        let order = Order::read(&mut fields, "order", draft);
        match fields.finish(|| order) {
            Err(Fault::Invalid(violations)) => {
                violations.into_iter().map(|told| (told.field, told.description)).collect()
            }
            Ok(_) => Vec::new(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_order_is_rendered_as_it_was_read() {
        let mut fields = Fields::new();
        let order = Order::read(&mut fields, "order", &draft());
        assert_eq!(fields.finish(|| order).unwrap().render(), draft());
    }

    #[test]
    fn every_malformed_field_is_reported_at_its_path() {
        type Spoil = fn(&mut pb::OrderDraft);
        let wrong: [(&str, Spoil); 9] = [
            ("order.lines", |draft| draft.lines.clear()),
            ("order.lines", |draft| draft.lines = vec![line(); LINES_MAX + 1]),
            ("order.lines[0].offer", |draft| draft.lines[0].offer = "mail".to_owned()),
            ("order.lines[1].quantity", |draft| draft.lines[1].quantity = -5),
            ("order.lines[0].term", |draft| draft.lines[0].term = 99),
            ("order.lines[0].external_id", |draft| draft.lines[0].external_id = "x".repeat(129)),
            ("order.lines[0].external_id", |draft| draft.lines[0].external_id = " ".to_owned()),
            ("order.reseller_mpn_id", |draft| draft.reseller_mpn_id = "mpnIds/one".to_owned()),
            ("order.attested_capacity", |draft| draft.attested_capacity = 99),
        ];
        for (field, spoil) in wrong {
            let mut draft = draft();
            spoil(&mut draft);
            let told: Vec<_> = refused(&draft).into_iter().map(|(field, _)| field).collect();
            assert_eq!(told, [field]);
        }
        let seats = pb::OrderDraft { lines: vec![pb::OrderLine { quantity: -5, ..line() }], ..draft() };
        let said = "must be between 0 and 2147483647, was `-5`".to_owned();
        assert_eq!(refused(&seats), [("order.lines[0].quantity".to_owned(), said)]);
    }

    #[test]
    fn an_order_made_from_a_cart_must_not_have_lines() {
        let mut fields = Fields::new();
        let order = Order::read_beside_cart(&mut fields, "order", &draft()).unwrap();
        assert_eq!((order.lines.len(), order.capacity), (0, Some(Capacity::Indirect)));
        assert!(matches!(fields.finish(|| Some(())), Err(Fault::Invalid(_))));
    }
}
