//! Reading customers, one or several: `GetCustomer`, `BatchGetCustomers`, `GetCustomerAgreement` and
//! `CheckDomain`.

use std::collections::HashMap;

use csp_proto::customer::v1 as pb;
use csp_service::peers::Query;
use csp_service::{Call, Fault, Fields, Result};
use tokio::task::JoinSet;

use crate::CustomerService;
use crate::agreement::Agreement;
use crate::customer::visibility;
use crate::customer::{COLLECTION, Customer, id_of};

/// Names of one batch.
pub(crate) const BATCH_NAMES_MAX: usize = 100;

pub(crate) async fn get_customer(
    service: &CustomerService,
    call: &Call,
    request: pb::GetCustomerRequest,
) -> Result<pb::GetCustomerResponse> {
    let name = customer_name("name", &request.name)?;
    let seen = visibility::see(service, call, &name).await?;
    Ok(pb::GetCustomerResponse { customer: Some(seen.customer.render(service.book.clock.today())) })
}

pub(crate) async fn batch_get_customers(
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
    let ids: Vec<String> = request.names.iter().map(|name| id_of(name).to_owned()).collect();
    let mut reader = service.book.store.read().await?;
    let rows = crate::customer::table::batch(&mut reader, &ids).await?;
    drop(reader);
    // Whether the caller may see each is asked at once, not one after the other.
    let mut asked = JoinSet::new();
    for customer in rows.into_iter().map(Customer::from) {
        let (service, call) = (service.clone(), call.clone());
        asked.spawn(async move {
            let viewer = visibility::viewer(&service, &call, &customer).await;
            viewer.map(|viewer| viewer.map(|_| customer))
        });
    }
    let mut seen = HashMap::new();
    while let Some(answered) = asked.join_next().await {
        let answered =
            answered.map_err(|error| Fault::internal(format!("a question did not end: {error}")))?;
        if let Some(customer) = answered? {
            seen.insert(customer.name(), customer.render(service.book.clock.today()));
        }
    }
    let customers = request.names.iter().filter_map(|name| seen.get(name).cloned()).collect();
    Ok(pb::BatchGetCustomersResponse { customers })
}

pub(crate) async fn get_customer_agreement(
    service: &CustomerService,
    call: &Call,
    request: pb::GetCustomerAgreementRequest,
) -> Result<pb::GetCustomerAgreementResponse> {
    let name = customer_name("customer", &request.customer)?;
    let seen = visibility::see(service, call, &name).await?;
    let mut reader = service.book.store.read_once().await?;
    let agreement = crate::agreement::table::of_customer(&mut reader, &seen.customer.row().id).await?;
    let agreement = agreement.map(|row| Agreement::from(row).render());
    Ok(pb::GetCustomerAgreementResponse { accepted: agreement.is_some(), agreement })
}

pub(crate) async fn check_domain(
    service: &CustomerService,
    call: &Call,
    request: pb::CheckDomainRequest,
) -> Result<pb::CheckDomainResponse> {
    let mut fields = Fields::new();
    let domain = fields.domain("domain", &request.domain);
    let domain = fields.finish(|| domain)?;
    let query = Query { domains: vec![domain.clone()], ..Query::default() };
    let facts = service.registry.facts(call, service.book.clock.today(), query).await?;
    Ok(pb::CheckDomainResponse { available: facts.domain_customer(&domain).is_none() })
}

fn customer_name(field: &str, value: &str) -> Result<String> {
    let mut fields = Fields::new();
    let name = fields.resource_name(field, value, COLLECTION);
    fields.finish(|| name)
}
