//! Who may see an order or a subscription: its seller, its reseller of record, a reseller through which the
//! seller serves the customer, the support contact of the subscription, the customer, and operators. All
//! other callers get NOT_FOUND.

use csp_policy::Party;
use csp_service::{Call, CreationOrder, Page, Result};

use crate::SubscriptionService;
use crate::lists::{PageQuery, Reader};

/// The parties of an order or a subscription. `customer` and `seller` are resource names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Concerned<'p> {
    pub(crate) customer: &'p str,
    pub(crate) customer_tenant: &'p str,
    pub(crate) seller: &'p str,
    pub(crate) seller_tenant: &'p str,
    pub(crate) reseller_tenant: &'p str,
    /// Empty for an order: an order has no support contact.
    pub(crate) support_contact_tenant: &'p str,
}

/// In which role the caller sees an order or a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallerRole {
    /// The partner that sold it, its customer, or an operator.
    Own,
    /// The reseller of record, or a reseller through which the seller serves the customer.
    DesignatedReseller,
    /// The support contact of the subscription after it stopped serving the customer: it may read, but change
    /// nothing.
    SupportContact,
}

impl CallerRole {
    /// Whether the caller is a designated reseller: it may manage the subscription on behalf of the customer
    /// (rule SUB-15).
    pub(crate) fn is_designated(self) -> bool {
        self == CallerRole::DesignatedReseller
    }
}

/// In which role the caller sees the order or subscription of these parties; `None` when the caller may not
/// see it.
pub(crate) async fn of(
    service: &SubscriptionService,
    call: &Call,
    parties: Concerned<'_>,
) -> Result<Option<CallerRole>> {
    let tenant = match &call.caller.party {
        Party::Operator => return Ok(Some(CallerRole::Own)),
        Party::Customer { tenant } => {
            return Ok((tenant == parties.customer_tenant).then_some(CallerRole::Own));
        }
        Party::Service => return Ok(None),
        Party::Partner { tenant } => tenant.as_str(),
    };
    if tenant == parties.seller_tenant {
        return Ok(Some(CallerRole::Own));
    }
    if tenant == parties.reseller_tenant {
        return Ok(Some(CallerRole::DesignatedReseller));
    }
    let sellers = designating_sellers(service, call, parties.customer).await?;
    let designated = sellers.iter().any(|seller| seller == parties.seller);
    if designated {
        return Ok(Some(CallerRole::DesignatedReseller));
    }
    Ok((tenant == parties.support_contact_tenant).then_some(CallerRole::SupportContact))
}

/// The providers through which the caller, as an active reseller, serves the customer. Empty for other
/// callers.
async fn designating_sellers(
    service: &SubscriptionService,
    call: &Call,
    customer: &str,
) -> Result<Vec<String>> {
    match &call.caller.party {
        Party::Partner { tenant } => {
            Ok(service.relationships.customer_access(call, customer, tenant).await?.providers)
        }
        Party::Customer { .. } | Party::Operator | Party::Service => Ok(Vec::new()),
    }
}

/// The query for the caller's page of a list, of one customer or of all, without the entries that a reseller
/// sees because it serves the customer through the seller; `None` for a caller that sees no entry.
pub(crate) fn own_page(
    call: &Call,
    customer: Option<String>,
    order: CreationOrder,
    page: &Page,
) -> Result<Option<PageQuery>> {
    let reader = match &call.caller.party {
        Party::Operator => Reader::Operator,
        Party::Partner { tenant } => Reader::Partner(tenant.clone()),
        Party::Customer { tenant } => Reader::Customer(tenant.clone()),
        Party::Service => return Ok(None),
    };
    Ok(Some(PageQuery {
        reader,
        customer,
        designating_sellers: Vec::new(),
        order,
        after_time: page.after_number(0, order.start())?,
        after_id: page.after(1).to_owned(),
        after_customer: page.after(2).to_owned(),
        limit: page.limit(),
    }))
}

/// The query for the caller's page of a list, of one customer or of all; `None` for a caller that sees no
/// entry.
///
/// Entries that a reseller sees because it serves the customer through the seller, or because it is the
/// support contact, appear only in the list for that customer.
pub(crate) async fn page_query(
    service: &SubscriptionService,
    call: &Call,
    customer: Option<String>,
    order: CreationOrder,
    page: &Page,
) -> Result<Option<PageQuery>> {
    let Some(mut query) = own_page(call, customer, order, page)? else { return Ok(None) };
    if let Some(customer) = &query.customer {
        query.designating_sellers = designating_sellers(service, call, customer).await?;
    }
    Ok(Some(query))
}
