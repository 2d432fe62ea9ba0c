//! Reading subscriptions: `GetSubscription`, `ListSubscriptions`, `ListResellerOfRecordHistory`.

use csp_proto::subscription::v1::{self as pb, SubscriptionState};
use csp_service::{Call, Fault, Fields, Page, Result, Storable, wire};

use super::histories::{self, ResellerRow};
use super::table::{self, Filter};
use super::{COLLECTION, Subscription, TYPE};
use crate::visibility::{self, CallerRole};
use crate::{SubscriptionService, peers};
use csp_service::wire::id_of;

pub(crate) async fn get(
    service: &SubscriptionService,
    call: &Call,
    request: pb::GetSubscriptionRequest,
) -> Result<pb::GetSubscriptionResponse> {
    let name = name(&request.name)?;
    let (subscription, _) = visible(service, call, &name).await?;
    Ok(pb::GetSubscriptionResponse { subscription: Some(subscription.render(service.book.now())) })
}

pub(crate) async fn list(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ListSubscriptionsRequest,
) -> Result<pb::ListSubscriptionsResponse> {
    let mut fields = Fields::new();
    let customer = fields.optional_name("customer", &request.customer, peers::CUSTOMERS);
    let state = fields.optional_enum::<SubscriptionState>("state", request.state);
    let external_id = fields.external_id("external_id", &request.external_id);
    let (customer, state, external_id) = fields.finish(|| Some((customer?, state?, external_id?)))?;
    let external_id = external_id.unwrap_or_default();
    let state = state.map(|state| state.text()).unwrap_or_default();

    let page =
        Page::of(call, &[&request.customer, &state, &external_id], request.page_size, &request.page_token)?;
    let Some(query) = visibility::page_query(service, call, customer, &page).await? else {
        return Ok(pb::ListSubscriptionsResponse::default());
    };
    let now = service.book.now();
    let mut reader = service.book.store.read_once().await?;
    let filter = Filter { state: &state, now, external_id: &external_id };
    let mut rows = table::page(&mut reader, &query, filter).await?;
    let next_page_token =
        page.cut(&mut rows, |row| vec![row.create_time.as_microsecond().to_string(), row.id.clone()]);
    let subscriptions = rows.into_iter().map(|row| Subscription::from(row).render(now)).collect();
    Ok(pb::ListSubscriptionsResponse { subscriptions, next_page_token })
}

/// Lists the current reseller of record, which the subscription's own row has, and then the former ones,
/// newest first.
pub(crate) async fn list_resellers(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ListResellerOfRecordHistoryRequest,
) -> Result<pb::ListResellerOfRecordHistoryResponse> {
    let name = name(&request.name)?;
    let page = Page::of(call, &[&name], request.page_size, &request.page_token)?;
    let before = page.after_number(0, i64::MAX)?;
    let (subscription, _) = visible(service, call, &name).await?;
    let present = subscription.present_reseller();
    let mut reader = service.book.store.read_once().await?;
    let former =
        histories::resellers(&mut reader, id_of(&name), before.min(present.revision), page.limit()).await?;
    let mut rows: Vec<(ResellerRow, bool)> = former.into_iter().map(|row| (row, true)).collect();
    if present.revision < before {
        rows.insert(0, (present, false));
    }
    let next_page_token = page.cut(&mut rows, |(row, _)| vec![row.revision.to_string()]);
    let entries = rows.into_iter().map(|(row, has_ended)| pb::ResellerOfRecord {
        reseller: row.reseller,
        reseller_mpn_id: row.reseller_mpn_id,
        start_time: Some(wire::timestamp(row.start_time)),
        end_time: has_ended.then(|| wire::timestamp(row.end_time)),
    });
    Ok(pb::ListResellerOfRecordHistoryResponse { entries: entries.collect(), next_page_token })
}

/// Reads the subscription, and in which role the caller sees it.
///
/// # Errors
/// [`Fault::NotFound`] when the subscription does not exist or the caller may not see it.
pub(crate) async fn visible(
    service: &SubscriptionService,
    call: &Call,
    name: &str,
) -> Result<(Subscription, CallerRole)> {
    let absent = || Fault::not_found(TYPE, name);
    let row = {
        let mut reader = service.book.store.read_once().await?;
        table::by_id(&mut reader, id_of(name)).await?.ok_or_else(absent)?
    };
    let subscription = Subscription::from(row);
    let caller_role = visibility::of(service, call, subscription.concerned()).await?.ok_or_else(absent)?;
    Ok((subscription, caller_role))
}

/// Parses the name of a subscription.
pub(crate) fn name(name: &str) -> Result<String> {
    Fields::only(|fields| fields.resource_name("name", name, COLLECTION))
}
