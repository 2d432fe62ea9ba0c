//! Who sees an order or a subscription, and by which rights (rules SUB-15 and MUL-06): its seller, its
//! reseller of record, a reseller through which the seller serves the customer, the customer, and operators;
//! a subscription also a partner that the customer hired, and the support contact while it is eligible. All
//! other callers get NOT_FOUND.
//!
//! A read by the seller, the reseller of record, the customer or an operator asks no peer. A read by another
//! partner asks the relationship service; and the registry, if the partner has a live admin grant.

use csp_policy::{Footing, Party, Revision, Ties};
use csp_service::peers::{Query, RegistryFacts, RightsOf};
use csp_service::{Call, CreationOrder, Page, Result};

use crate::SubscriptionService;
use crate::lists::{AS_CONTACT, PageQuery, Reader};

/// The parties of an order or a subscription. `customer` and `seller` are resource names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Concerned<'p> {
    pub(crate) customer: &'p str,
    pub(crate) customer_tenant: &'p str,
    pub(crate) seller: &'p str,
    pub(crate) seller_tenant: &'p str,
    pub(crate) reseller_tenant: &'p str,
    /// `None` for an order, which has no support contact.
    pub(crate) support_contact_tenant: Option<&'p str>,
}

/// In which role the caller sees an order or a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CallerRole {
    /// The partner that sold it, its customer, or an operator.
    Own,
    /// A partner that did not sell it.
    Foreign(Box<Foreign>),
}

/// The rights of a partner on what another partner sold, and the facts from which they follow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Foreign {
    footing: Footing,
    /// Revisions of the facts of the relationship service.
    read: Vec<Revision>,
    /// The registry's facts about caller and seller; `None` when no right depends on them.
    registry: Option<RegistryFacts>,
}

impl CallerRole {
    /// The caller's rights; none for the seller, the customer and operators, which need none.
    pub(crate) fn footing(&self) -> Footing {
        self.foreign().map(|foreign| foreign.footing.clone()).unwrap_or_default()
    }

    /// Revisions of the facts of relationship service and registry from which the rights follow.
    pub(crate) fn revisions(&self) -> Vec<Revision> {
        let Some(Foreign { read, registry, .. }) = self.foreign() else { return Vec::new() };
        let registry = registry.as_ref().map(RegistryFacts::revisions).unwrap_or_default();
        read.iter().cloned().chain(registry).collect()
    }

    /// The registry's facts about caller and seller, where they were read.
    pub(crate) fn registry(&self) -> Option<&RegistryFacts> {
        self.foreign()?.registry.as_ref()
    }

    /// The admin grant by which the caller manages the subscription on the customer's behalf; `None` for the
    /// seller and the reseller of record, which act for themselves.
    pub(crate) fn acting_grant(&self) -> Option<&str> {
        let footing = &self.foreign()?.footing;
        footing.managing_grant.as_deref().filter(|_| !footing.of_record)
    }

    fn foreign(&self) -> Option<&Foreign> {
        match self {
            CallerRole::Own => None,
            CallerRole::Foreign(foreign) => Some(foreign),
        }
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
        let footing = Footing { of_record: true, ..Footing::default() };
        return Ok(Some(CallerRole::Foreign(Box::new(Foreign { footing, ..Foreign::default() }))));
    }
    let (ties, foreign) = ties(service, call, tenant, parties.customer, Some(parties.seller)).await?;
    let footing = ties.footing(parties.seller, false);
    let sees = footing.designated
        || parties
            .support_contact_tenant
            .is_some_and(|contact| footing.hired || (contact == tenant && footing.may_be_contact()));
    Ok(sees.then(|| CallerRole::Foreign(Box::new(Foreign { footing, ..foreign }))))
}

/// What connects the partner with that tenant with the customer, and the facts behind it. The registry is
/// asked for the standing only of a partner with a live admin grant: nothing else depends on the standing.
async fn ties(
    service: &SubscriptionService,
    call: &Call,
    tenant: &str,
    customer: &str,
    seller: Option<&str>,
) -> Result<(Ties, Foreign)> {
    let rights = service.relationships.customer_rights(call, customer, RightsOf::Tenant(tenant)).await?;
    let registry = if rights.admin_grants.is_empty() {
        None
    } else {
        let partners = seller.map(str::to_owned).into_iter().collect();
        let query = Query { partners, tenants: vec![tenant.to_owned()], ..Query::default() };
        Some(service.registry.facts(call, service.book.clock.today(), query).await?)
    };
    let account = registry.as_ref().and_then(|registry| registry.partner_of_tenant(tenant));
    let ties = rights.ties(account.map(|account| account.standing));
    Ok((ties, Foreign { read: rights.revisions(), registry, ..Foreign::default() }))
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
        sellers: Vec::new(),
        order,
        after_time: page.after_number(0, order.start())?,
        after_id: page.after(1).to_owned(),
        after_customer: page.after(2).to_owned(),
        limit: page.limit(),
    }))
}

/// The kind of resource that a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listed {
    Orders,
    Subscriptions,
}

/// The query for the caller's page of a list, of one customer or of all; `None` for a caller that sees no
/// entry.
///
/// Entries that a partner sees for another reason than that it sold them or is the reseller of record appear
/// only in the list for that customer.
pub(crate) async fn page_query(
    service: &SubscriptionService,
    call: &Call,
    listed: Listed,
    customer: Option<String>,
    order: CreationOrder,
    page: &Page,
) -> Result<Option<PageQuery>> {
    let Some(mut query) = own_page(call, customer, order, page)? else { return Ok(None) };
    if let (Reader::Partner(tenant), Some(customer)) = (&query.reader, &query.customer) {
        let (ties, _) = ties(service, call, tenant, customer, None).await?;
        let designating = ties.serves.iter().flatten().cloned();
        let naming = ties.partnered.iter().filter(|_| ties.serves_customer());
        let naming = naming.map(|seller| format!("{AS_CONTACT}{seller}"));
        query.sellers = designating.chain(naming).collect();
        if listed == Listed::Subscriptions && ties.is_hired() {
            query.reader = Reader::Hired(tenant.clone());
        }
    }
    Ok(Some(query))
}
