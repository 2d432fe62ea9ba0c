//! The first order, read with the request that creates the customer: what the order's own service would not read later
//! is refused now, by the preview and by the act alike.

use csp_proto::subscription::v1::{BillingCycle, Capacity, OrderDraft, OrderLine, Term};
use csp_service::Fields;
use csp_service::limits::EXTERNAL_ID_CHARS_MAX;

/// Lines of an order.
pub(crate) const ORDER_LINES_MAX: usize = 50;
/// Collection of MPN IDs.
const MPN_IDS: &str = "mpnIds";

/// The order, which must be there, as far as it can be judged without the offers: their ranges, limits and plans are
/// judged when it is placed.
pub(crate) fn read(fields: &mut Fields, draft: Option<&OrderDraft>) -> Option<OrderDraft> {
    let draft = fields.required("order", draft)?;
    fields.number("order.lines", draft.lines.len(), 1..=ORDER_LINES_MAX);
    for (index, line) in draft.lines.iter().take(ORDER_LINES_MAX).enumerate() {
        read_line(fields, &format!("order.lines[{index}]"), line);
    }
    let mpn_id = fields.optional_name("order.reseller_mpn_id", &draft.reseller_mpn_id, MPN_IDS);
    if let Some(name) = mpn_id.flatten() {
        let number = name.trim_start_matches(MPN_IDS).trim_start_matches('/');
        fields.mpn_number("order.reseller_mpn_id", number);
    }
    known::<Capacity>(fields, "order.attested_capacity", draft.attested_capacity);
    Some(draft.clone())
}

fn read_line(fields: &mut Fields, path: &str, line: &OrderLine) {
    fields.resource_name(&format!("{path}.offer"), &line.offer, "offers");
    // No offer is sold in less than one unit.
    fields.number(&format!("{path}.quantity"), line.quantity, 1..=i32::MAX);
    known::<Term>(fields, &format!("{path}.term"), line.term);
    known::<BillingCycle>(fields, &format!("{path}.billing_cycle"), line.billing_cycle);
    fields.text(&format!("{path}.external_id"), &line.external_id, 0..=EXTERNAL_ID_CHARS_MAX);
}

/// A value of an enum that may be left out.
fn known<E: TryFrom<i32>>(fields: &mut Fields, field: &str, value: i32) {
    if value != 0 {
        fields.enum_value::<E>(field, value);
    }
}
