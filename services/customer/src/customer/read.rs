//! Reading customers: `GetCustomer`, `BatchGetCustomers` and `CheckDomain`.

use std::collections::{BTreeSet, HashMap};

use csp_proto::customer::v1 as pb;
use csp_service::peers::Query;
use csp_service::{Call, Fault, Fields, Result};
use tokio::task::JoinSet;

use super::visibility::{caller_role, visible};
use super::{COLLECTION, Customer, table};
use crate::CustomerService;
use csp_service::wire::id_of;

/// Maximum number of names in one `BatchGetCustomers` request.
pub(crate) const BATCH_NAMES_MAX: usize = 100;

/// Reads the customer's name from a request that has no other field to check.
pub(crate) fn name(field: &str, value: &str) -> Result<String> {
    Fields::only(|fields| fields.resource_name(field, value, COLLECTION))
}

pub(crate) async fn get(
    service: &CustomerService,
    call: &Call,
    request: pb::GetCustomerRequest,
) -> Result<pb::GetCustomerResponse> {
    let name = name("name", &request.name)?;
    let seen = visible(service, call, &name).await?;
    let today = service.book.clock.today();
    Ok(pb::GetCustomerResponse { customer: Some(seen.role.show(&seen.customer, today)) })
}

pub(crate) async fn batch_get(
    service: &CustomerService,
    call: &Call,
    request: pb::BatchGetCustomersRequest,
) -> Result<pb::BatchGetCustomersResponse> {
    let mut fields = Fields::new();
    fields.number("names", request.names.len(), 0..=BATCH_NAMES_MAX);
    for (index, name) in request.names.iter().take(BATCH_NAMES_MAX).enumerate() {
        fields.resource_name(&format!("names[{index}]"), name, COLLECTION);
    }
    fields.finish(|| Some(()))?;
    let ids: Vec<&str> = request.names.iter().map(|name| id_of(name)).collect();
    let mut reader = service.book.store.read().await?;
    let rows = table::batch(&mut reader, &call.party_key(), &ids).await?;
    drop(reader);
    // The customers' visibility is asked concurrently: each check may be a call to the relationship service.
    let mut asked = JoinSet::new();
    for customer in rows.into_iter().map(Customer::from) {
        let (service, call) = (service.clone(), call.clone());
        asked.spawn(async move {
            let role = caller_role(&service, &call, &customer).await;
            role.map(|role| role.map(|role| role.show(&customer, service.book.clock.today())))
        });
    }
    let mut seen = HashMap::new();
    while let Some(answered) = asked.join_next().await {
        let answered =
            answered.map_err(|error| Fault::internal(format!("a visibility check failed: {error}")))?;
        if let Some(customer) = answered? {
            seen.insert(customer.name.clone(), customer);
        }
    }
    let customers = request.names.iter().filter_map(|name| seen.get(name).cloned()).collect();
    let missing: BTreeSet<String> =
        request.names.into_iter().filter(|name| !seen.contains_key(name)).collect();
    Ok(pb::BatchGetCustomersResponse { customers, missing: missing.into_iter().collect() })
}

pub(crate) async fn check_domain(
    service: &CustomerService,
    call: &Call,
    request: pb::CheckDomainRequest,
) -> Result<pb::CheckDomainResponse> {
    let domain = Fields::only(|fields| fields.domain("domain", &request.domain))?;
    let query = Query { domains: vec![domain.clone()], ..Query::default() };
    let facts = service.registry.facts(call, service.book.clock.today(), query).await?;
    Ok(pb::CheckDomainResponse { available: facts.domain_customer(&domain).is_none() })
}
