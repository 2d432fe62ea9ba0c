//! Reading subscriptions: `GetSubscription`, `ListSubscriptions`.

use csp_proto::subscription::v1::{self as pb, SubscriptionState};
use csp_service::{Call, CustomersResource, ExternalId, Fault, Fields, Page, Result, wire};
use jiff::Timestamp;

use super::histories::{self, ChangeRow};
use super::table::{self, Filter};
use super::{COLLECTION, Subscription, TYPE};
use crate::lists::{page_key, spaced};
use crate::visibility::{self, CallerRole};
use crate::{SubscriptionService, offer, peers};

pub(crate) async fn get(
    service: &SubscriptionService,
    call: &Call,
    request: pb::GetSubscriptionRequest,
) -> Result<pb::GetSubscriptionResponse> {
    let name = name(&request.name)?;
    let (subscription, _) = visible(service, call, &name).await?;
    Ok(pb::GetSubscriptionResponse {
        subscription: Some(subscription.render(&call.caller, service.book.now())),
    })
}

pub(crate) async fn list(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ListSubscriptionsRequest,
) -> Result<pb::ListSubscriptionsResponse> {
    let now = service.book.now();
    let mut fields = Fields::new();
    let customer = fields.customer_or_all("parent", &request.parent);
    let filter = filter(&mut fields, call, request.filter.as_ref(), now);
    let order = fields.creation_order(&request.order_by);
    let (customer, filter, order) = fields.finish(|| Some((customer?, filter?, order?)))?;

    let asked = format!("{:?}", request.filter.clone().unwrap_or_default());
    let page = Page::of(
        call,
        &[&request.parent, &asked, &request.order_by],
        request.page_size,
        &request.page_token,
    )?;
    let Some(query) = visibility::page_query(service, call, customer, order, &page).await? else {
        return Ok(pb::ListSubscriptionsResponse::default());
    };
    let mut reader = service.book.store.read_once().await?;
    let rows = table::page(&mut reader, &query, &filter).await?;
    let (subscriptions, next_page_token) = page.fill(
        rows,
        |row| page_key(row.create_time, &row.id, &row.customer),
        |row| Subscription::from(row).render(&call.caller, now),
    );
    Ok(pb::ListSubscriptionsResponse { subscriptions, next_page_token })
}

/// Without states, the filter shows the subscriptions that live: active and suspended ones.
fn filter(
    fields: &mut Fields,
    call: &Call,
    sent: Option<&pb::SubscriptionFilter>,
    now: Timestamp,
) -> Option<Filter> {
    let sent = sent.cloned().unwrap_or_default();
    let live = [SubscriptionState::Active, SubscriptionState::Suspended];
    let states = fields.states("filter.states", &sent.states, &live);
    let offer = fields.optional_name("filter.offer", &sent.offer, offer::COLLECTION);
    let seller = fields.optional_name("filter.seller", &sent.seller, peers::PARTNERS);
    let reseller = fields.optional_name("filter.reseller", &sent.reseller, peers::PARTNERS);
    let external_id = fields.external_id("filter.external_id", &sent.external_id);
    Some(Filter {
        states: spaced(&states?),
        now,
        offer: offer?.unwrap_or_default(),
        seller: seller?.unwrap_or_default(),
        reseller: reseller?.unwrap_or_default(),
        external_id: ExternalId::filter(call.external_id(external_id?)),
    })
}

/// Lists the changes of offer, term and seats, newest first.
pub(crate) async fn list_changes(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ListSubscriptionChangesRequest,
) -> Result<pb::ListSubscriptionChangesResponse> {
    let name = Fields::only(|fields| fields.customers_resource("parent", &request.parent, COLLECTION))?;
    let page = Page::of(call, &[&request.parent], request.page_size, &request.page_token)?;
    let before = page.after_number(0, i64::MAX)?;
    let (subscription, _) = visible(service, call, &name).await?;
    let mut reader = service.book.store.read_once().await?;
    let rows = histories::changes(&mut reader, subscription.row(), before, page.limit()).await?;
    let entry = |row: ChangeRow| pb::SubscriptionChange {
        change_time: Some(wire::timestamp(row.time)),
        revision: row.revision,
        offer_before: row.offer_before,
        offer: row.offer,
        term_before: row.term_before.0.into(),
        term: row.term.0.into(),
        quantity_before: row.seats_before.wire(),
        quantity: row.seats.wire(),
        other_subscription: row.other,
        decision: wire::decision_name(&row.decision_id),
    };
    let (changes, next_page_token) = page.fill(rows, |row| vec![row.revision.to_string()], entry);
    Ok(pb::ListSubscriptionChangesResponse { changes, next_page_token })
}

/// Reads the subscription, and in which role the caller sees it.
///
/// # Errors
/// [`Fault::NotFound`] when the subscription does not exist or the caller may not see it.
pub(crate) async fn visible(
    service: &SubscriptionService,
    call: &Call,
    name: &CustomersResource,
) -> Result<(Subscription, CallerRole)> {
    let absent = || Fault::not_found(TYPE, name.name(COLLECTION));
    let row = {
        let mut reader = service.book.store.read_once().await?;
        table::by_id(&mut reader, &name.customer, &name.id).await?.ok_or_else(absent)?
    };
    let subscription = Subscription::from(row);
    let caller_role = visibility::of(service, call, subscription.concerned()).await?.ok_or_else(absent)?;
    Ok((subscription, caller_role))
}

/// Parses the name of a subscription.
pub(crate) fn name(name: &str) -> Result<CustomersResource> {
    Fields::only(|fields| fields.customers_resource("name", name, COLLECTION))
}
