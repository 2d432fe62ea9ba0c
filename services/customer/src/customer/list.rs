//! Lists customers in order of their names: `ListCustomers`. A partner gets the customers that it serves and
//! those of its subscriptions of record, and of those that it served name and tenant; a customer gets itself,
//! an operator gets every customer.

use std::collections::{BTreeMap, HashMap};

use csp_policy::{Day, Party};
use csp_proto::customer::v1 as pb;
use csp_service::{Call, Fields, Page, Result};

use super::visibility::{CallerRole, caller_role};
use super::{Customer, name, table};
use crate::CustomerService;
use csp_service::wire::id_of;

/// Maximum length of a search text, in characters.
pub(crate) const TEXT_CHARS_MAX: usize = 100;
/// Maximum number of batches that one call reads before it answers with the matches so far. A page of a rare
/// text may therefore be short; its page token leads to the rest. A batch asks two peers; of past customers,
/// it asks one of them again.
pub(crate) const LOTS_MAX: usize = 4;
/// Maximum number of customers in one batch.
const LOT_SIZE: i64 = 500;

/// The filters of the request, well formed.
struct Query {
    counterpart: String,
    text: String,
    external_id: String,
}

impl Query {
    fn read(request: &pb::ListCustomersRequest) -> Result<Query> {
        let filter = request.filter.clone().unwrap_or_default();
        let mut fields = Fields::new();
        let counterpart = fields.optional_name("filter.counterpart", &filter.counterpart, "partners");
        let text = fields.text("filter.text", &filter.text, 0..=TEXT_CHARS_MAX);
        let external_id = fields.external_id("filter.external_id", &filter.external_id);
        fields.finish(|| {
            Some(Query {
                counterpart: counterpart?.unwrap_or_default(),
                text: text?.to_lowercase(),
                external_id: external_id?.unwrap_or_default(),
            })
        })
    }

    fn fits(&self, customer: &Customer) -> bool {
        self.has_key(customer) && customer.matches(&self.text)
    }

    /// Whether the query fits what a past partner sees of the customer.
    fn fits_outline(&self, customer: &Customer) -> bool {
        self.has_key(customer) && customer.is_named(&self.text)
    }

    fn has_key(&self, customer: &Customer) -> bool {
        let key = customer.row().external_id.as_deref();
        self.external_id.is_empty() || key == Some(self.external_id.as_str())
    }

    /// The customer as the caller sees it, if the query fits that.
    fn shown(&self, customer: &Customer, is_past: bool, today: Day) -> Option<pb::Customer> {
        match is_past {
            true => self.fits_outline(customer).then(|| customer.outline()),
            false => self.fits(customer).then(|| customer.render(today)),
        }
    }
}

pub(crate) async fn list(
    service: &CustomerService,
    call: &Call,
    request: pb::ListCustomersRequest,
) -> Result<pb::ListCustomersResponse> {
    let query = Query::read(&request)?;
    let filters = [query.counterpart.as_str(), &query.text, &query.external_id];
    let page = Page::of(call, &filters, request.page_size, &request.page_token)?;
    let today = service.book.clock.today();
    let few = match &call.caller.party {
        Party::Customer { .. } => itself(service, call, &query, today).await?,
        _ if !query.external_id.is_empty() && query.counterpart.is_empty() => {
            with_key(service, call, &query, today).await?
        }
        _ => {
            let (customers, next_page_token) = scan(service, call, &query, &page).await?;
            return Ok(pb::ListCustomersResponse { customers, next_page_token });
        }
    };
    Ok(pb::ListCustomersResponse { customers: few.into_iter().collect(), next_page_token: String::new() })
}

/// The list that a customer gets: itself, if the filters fit. A filter by counterpart fits no customer here.
async fn itself(
    service: &CustomerService,
    call: &Call,
    query: &Query,
    today: Day,
) -> Result<Option<pb::Customer>> {
    let tenant = call.tenant().unwrap_or_default();
    let mut reader = service.book.store.read_once().await?;
    let own = table::of_tenant(&mut reader, &call.party_key(), tenant).await?.map(Customer::from);
    let own = own.filter(|_| query.counterpart.is_empty());
    Ok(own.and_then(|customer| query.shown(&customer, false, today)))
}

/// The one active customer to which the caller gave the external id, if the caller may see that customer.
async fn with_key(
    service: &CustomerService,
    call: &Call,
    query: &Query,
    today: Day,
) -> Result<Option<pb::Customer>> {
    let mut reader = service.book.store.read_once().await?;
    let row = table::of_external_id(&mut reader, &call.party_key(), &query.external_id).await?;
    drop(reader);
    let Some(customer) = row.map(Customer::from).filter(Customer::is_active) else { return Ok(None) };
    let role = caller_role(service, call, &customer).await?;
    let shown = |role| query.shown(&customer, matches!(role, CallerRole::Acquaintance), today);
    Ok(role.and_then(shown))
}

/// Reads the caller's customers batch by batch until the page is full, the customers end, or
/// [`LOTS_MAX`] batches were read. Returns the matches and the next page token, which is
/// empty at the end.
async fn scan(
    service: &CustomerService,
    call: &Call,
    query: &Query,
    page: &Page,
) -> Result<(Vec<pb::Customer>, String)> {
    let today = service.book.clock.today();
    let lot_size =
        if query.text.is_empty() && query.external_id.is_empty() { page.limit() } else { LOT_SIZE };
    let mut found = page.entries();
    let mut after = page.after(0).to_owned();
    for _ in 0..LOTS_MAX {
        let lot = next_lot(service, call, query, &after, lot_size.min(LOT_SIZE)).await?;
        let is_last = !lot.goes_on;
        for (name, is_past) in lot.names {
            let customer = lot.customers.get(&name);
            if let Some(shown) = customer.and_then(|customer| query.shown(customer, is_past, today))
                && !found.takes(shown)
            {
                return Ok((found.into_vec(), page.next(&[after])));
            }
            after = name;
        }
        if is_last {
            return Ok((found.into_vec(), String::new()));
        }
    }
    Ok((found.into_vec(), page.next(&[after])))
}

/// Resource names of customers, each with whether the caller is a past partner.
type Names = BTreeMap<String, bool>;

/// A batch: names in order, and the active customers among them.
struct Lot {
    names: Names,
    customers: HashMap<String, Customer>,
    goes_on: bool,
}

async fn next_lot(
    service: &CustomerService,
    call: &Call,
    query: &Query,
    after: &str,
    size: i64,
) -> Result<Lot> {
    let is_everything = call.tenant().is_none() && query.counterpart.is_empty();
    let (names, rows) = if is_everything {
        let mut reader = service.book.store.read_once().await?;
        let rows = table::page(&mut reader, &call.party_key(), id_of(after), size).await?;
        (rows.iter().map(|row| (name(&row.id), false)).collect(), rows)
    } else {
        let names = names_of(service, call, query, after, size).await?;
        let ids: Vec<&str> = names.keys().map(|name| id_of(name)).collect();
        let mut reader = service.book.store.read().await?;
        let rows = table::batch(&mut reader, &call.party_key(), &ids).await?;
        (names, rows)
    };
    let goes_on = i64::try_from(names.len()).is_ok_and(|length| length >= size);
    let customers =
        rows.into_iter().map(Customer::from).map(|customer| (customer.name(), customer)).collect();
    Ok(Lot { names, customers, goes_on })
}

/// The first `size` names after `after`, in order and each once, of the customers that the caller and the
/// counterpart serve, and of those of their subscriptions of record.
async fn names_of(
    service: &CustomerService,
    call: &Call,
    query: &Query,
    after: &str,
    size: i64,
) -> Result<Names> {
    let (tenant, counterpart) = (call.tenant().unwrap_or_default(), query.counterpart.as_str());
    let limit = u32::try_from(size).unwrap_or(u32::MAX);
    let (served, of_record) = tokio::try_join!(
        service.relationships.served_customers(call, tenant, counterpart, after, limit),
        service.subscriptions.customers_of_record(call, tenant, counterpart, after, limit),
    )?;
    let mut names: Names = served.into_iter().map(|it| (it.customer, it.past)).collect();
    let is_present = |name| (name, false);
    names.extend(of_record.into_iter().map(is_present));
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let mut names: Names = names.into_iter().take(size).collect();
    let past: Vec<_> = names.iter().filter(|(_, is_past)| **is_past).map(|(name, _)| name.clone()).collect();
    if !counterpart.is_empty() && !past.is_empty() {
        // The subscription of record may be one that the counterpart has no part in.
        names.extend(
            service.subscriptions.of_record_among(call, tenant, past).await?.into_iter().map(is_present),
        );
    }
    Ok(names)
}
