//! `ListResellerOfRecordHistory`: the resellers of record of one subscription, or the subscriptions of one
//! reseller, with seats and days (rule SUB-05).
//!
//! The subscription's own row has the present entry, the table `reseller_of_record` the former ones.

use csp_policy::{Day, Party};
use csp_proto::subscription::v1 as pb;
use csp_service::{Call, CustomersResource, Fields, Page, Result, wire};
use jiff::Timestamp;

use super::histories::{self, After, Filter, ResellerRow};
use super::{COLLECTION, Subscription, read};
use crate::{SubscriptionService, peers};

/// The parent that stands for all subscriptions of the reseller in the filter.
const ALL: &str = "customers/-/subscriptions/-";

/// The parsed request.
struct Query {
    /// `None` for all subscriptions.
    subscription: Option<CustomersResource>,
    reseller: String,
    start: Option<Day>,
    end: Option<Day>,
}

/// An entry of the history. `end` is absent while the entry is valid.
struct Entry {
    row: ResellerRow,
    end: Option<Timestamp>,
}

impl Query {
    fn read(request: &pb::ListResellerOfRecordHistoryRequest) -> Result<Query> {
        let filter = request.filter.clone().unwrap_or_default();
        let mut fields = Fields::new();
        let subscription = match request.parent.as_str() {
            ALL => Some(None),
            name => fields.customers_resource("parent", name, COLLECTION).map(Some),
        };
        let reseller = match subscription {
            Some(None) => {
                fields.resource_name("filter.reseller", &filter.reseller, peers::PARTNERS).map(Some)
            }
            _ => fields.optional_name("filter.reseller", &filter.reseller, peers::PARTNERS),
        };
        let mut day = |field: &str, value: &str| match value {
            "" => Some(None),
            value => fields.day(field, value).map(Some),
        };
        let start = day("filter.start_date", &filter.start_date);
        let end = day("filter.end_date", &filter.end_date);
        if let (Some(Some(start)), Some(Some(end))) = (start, end) {
            fields.period(("filter.start_date", start), ("filter.end_date", end));
        }
        fields.finish(|| {
            Some(Query {
                subscription: subscription?,
                reseller: reseller?.unwrap_or_default(),
                start: start?,
                end: end?,
            })
        })
    }

    fn filter(&self) -> Result<Filter> {
        Ok(Filter {
            reseller: self.reseller.clone(),
            from: self.start.map_or(Timestamp::MIN, wire::start_of),
            until: self.end.map_or(Timestamp::MAX, wire::start_of),
        })
    }

    /// Days of the entry within the period and up to today. A day belongs to the entry that is valid at its
    /// end.
    fn days(&self, entry: &Entry, now: Timestamp) -> i64 {
        let (start, end) = (wire::day_of(entry.row.start_time), wire::day_of(entry.end.unwrap_or(now)));
        let first = self.start.map_or(start, |day| day.max(start));
        let last = self.end.map_or(end, |day| day.min(end));
        (first.duration_until(last).as_hours() / 24).max(0)
    }

    fn render(&self, entry: &Entry, now: Timestamp) -> pb::ResellerOfRecord {
        let row = &entry.row;
        pb::ResellerOfRecord {
            reseller: row.reseller.clone(),
            reseller_mpn_id: row.reseller_mpn_id.clone(),
            start_time: Some(wire::timestamp(row.start_time)),
            end_time: entry.end.map(wire::timestamp),
            subscription: wire::customers_name(&row.customer, COLLECTION, &row.subscription),
            seats: row.seats.wire(),
            days: i32::try_from(self.days(entry, now)).unwrap_or(i32::MAX),
        }
    }
}

impl Entry {
    /// The present entry of the subscription; `None` for a cancelled one.
    fn present(of: &Subscription, now: Timestamp) -> Option<Entry> {
        let end = of.expired_at(now);
        of.entry(end.unwrap_or(now)).map(|row| Entry { row, end })
    }

    fn fits(&self, filter: &Filter) -> bool {
        let is_of_reseller = filter.reseller.is_empty() || self.row.reseller == filter.reseller;
        is_of_reseller && self.row.start_time < filter.until && self.end.is_none_or(|end| end > filter.from)
    }
}

impl From<ResellerRow> for Entry {
    fn from(row: ResellerRow) -> Self {
        Entry { end: Some(row.end_time), row }
    }
}

pub(crate) async fn list_resellers(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ListResellerOfRecordHistoryRequest,
) -> Result<pb::ListResellerOfRecordHistoryResponse> {
    let query = Query::read(&request)?;
    let asked = format!("{:?}", request.filter);
    let page = Page::of(call, &[&request.parent, &asked], request.page_size, &request.page_token)?;
    let (now, filter) = (service.book.now(), query.filter()?);
    let entries = match &query.subscription {
        Some(name) => of_subscription(service, call, name, &filter, &page, now).await?,
        None => of_reseller(service, call, &filter, &page, now).await?,
    };
    let key = |entry: &Entry| {
        let row = &entry.row;
        vec![row.revision.to_string(), row.customer.clone(), row.subscription.clone()]
    };
    let (entries, next_page_token) = page.fill(entries, key, |entry| query.render(&entry, now));
    Ok(pb::ListResellerOfRecordHistoryResponse { entries, next_page_token })
}

/// The entries of one subscription, newest first.
async fn of_subscription(
    service: &SubscriptionService,
    call: &Call,
    name: &CustomersResource,
    filter: &Filter,
    page: &Page,
    now: Timestamp,
) -> Result<Vec<Entry>> {
    let before = page.after_number(0, i64::MAX)?;
    let (subscription, _) = read::visible(service, call, name).await?;
    let present = Entry::present(&subscription, now);
    // Another entry may have ended since the subscription was read: the page shows the state that was read.
    let read = present.as_ref().map_or(i64::MAX, |present| present.row.revision);
    let mut reader = service.book.store.read_once().await?;
    let row = subscription.row();
    let former = histories::of_subscription(&mut reader, row, before.min(read), filter, page.limit()).await?;
    let present = present.filter(|present| present.row.revision < before && present.fits(filter));
    Ok(present.into_iter().chain(former.into_iter().map(Entry::from)).collect())
}

/// The entries of the reseller in the filter that the caller may see, by customer, subscription and time.
async fn of_reseller(
    service: &SubscriptionService,
    call: &Call,
    filter: &Filter,
    page: &Page,
    now: Timestamp,
) -> Result<Vec<Entry>> {
    let reader_tenant = match &call.caller.party {
        Party::Operator => "",
        Party::Partner { tenant } => tenant.as_str(),
        Party::Customer { .. } | Party::Service => return Ok(Vec::new()),
    };
    let revision = page.after_number(0, 0)?;
    let limit = page.limit();
    let after = After { customer: page.after(1), subscription: page.after(2), revision, limit };
    // One snapshot: an entry that ends meanwhile is neither lost nor shown twice.
    let mut reader = service.book.store.read().await?;
    let present = histories::present_of_reseller(&mut reader, reader_tenant, filter, after).await?;
    let former = histories::of_reseller(&mut reader, reader_tenant, filter, after).await?;
    let present = present.into_iter().filter_map(|row| Entry::present(&Subscription::from(row), now));
    let mut entries: Vec<Entry> =
        present.chain(former.into_iter().map(Entry::from)).filter(|entry| entry.fits(filter)).collect();
    let key =
        |entry: &Entry| (entry.row.customer.clone(), entry.row.subscription.clone(), entry.row.revision);
    entries.sort_by_cached_key(key);
    entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(entries)
}
