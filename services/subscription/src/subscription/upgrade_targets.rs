//! `ListUpgradeTargets`: the offers and plans to which a subscription can be upgraded (rule SUB-12).

use csp_proto::subscription::v1 as pb;
use csp_service::wire::id_of;
use csp_service::{Call, Fields, Page, Result, wire};

use super::table::SubscriptionRow;
use super::{COLLECTION, read};
use crate::SubscriptionService;
use crate::offer::plan::{Plan, months_of_term};
use crate::offer::{Offer, table};

pub(crate) async fn list_targets(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ListUpgradeTargetsRequest,
) -> Result<pb::ListUpgradeTargetsResponse> {
    let name = Fields::only(|fields| fields.customers_resource("parent", &request.parent, COLLECTION))?;
    let page = Page::of(call, &[&request.parent], request.page_size, &request.page_token)?;
    let after = usize::try_from(page.after_number(0, 0)?).unwrap_or(usize::MAX);
    let (subscription, _) = read::visible(service, call, &name).await?;
    let row = subscription.row();
    let mut reader = service.book.store.read_once().await?;
    let present = table::by_ids(&mut reader, &[id_of(&row.offer)]).await?.pop().map(Offer::from);
    let listed = present.iter().flat_map(Offer::upgrade_targets).map(|target| id_of(target));
    let ids: Vec<&str> = listed.chain([id_of(&row.offer)]).collect();
    let offers: Vec<Offer> = table::by_ids(&mut reader, &ids).await?.into_iter().map(Offer::from).collect();
    let in_order = ids.iter().filter_map(|id| offers.iter().find(|offer| offer.row().id == *id));
    let targets = in_order.flat_map(|offer| {
        offer
            .row()
            .plans
            .0
            .iter()
            .filter(|plan| is_target(row, offer, **plan))
            .map(|plan| target(row, offer, *plan))
    });
    let numbered = (1usize..).zip(targets).skip(after);
    let (targets, next_page_token) =
        page.fill(numbered, |(number, _)| vec![number.to_string()], |(_, target)| target);
    Ok(pb::ListUpgradeTargetsResponse { targets, next_page_token })
}

/// Whether rule SUB-12 lets the subscription be upgraded to the plan of an offer that is listed, or of its
/// own offer.
fn is_target(of: &SubscriptionRow, offer: &Offer, plan: Plan) -> bool {
    let (before, after) = (months_of_term(of.term.0), months_of_term(plan.term));
    let is_present = offer.name() == of.offer;
    !offer.row().withdrawn
        && offer.row().currency == of.currency
        && (after > before || (after == before && !is_present))
}

fn target(of: &SubscriptionRow, offer: &Offer, plan: Plan) -> pb::UpgradeTarget {
    pb::UpgradeTarget {
        offer: offer.name(),
        plan: Some(plan.render()),
        unit_price: Some(wire::money(&offer.row().currency, offer.row().list_price)),
        partial: plan.term == of.term.0,
    }
}
