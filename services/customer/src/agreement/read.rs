//! Reading a customer's acceptance: `GetCustomerAgreement`.

use csp_proto::customer::v1 as pb;
use csp_service::{Call, Fault, Fields, Result};

use super::{Agreement, KIND, SINGLETON, table};
use crate::CustomerService;
use crate::customer::visibility::CallerRole;
use crate::customer::{self, Customer};

pub(crate) async fn get(
    service: &CustomerService,
    call: &Call,
    request: pb::GetCustomerAgreementRequest,
) -> Result<pb::GetCustomerAgreementResponse> {
    let customer =
        Fields::only(|fields| fields.singleton("name", &request.name, customer::COLLECTION, SINGLETON))?;
    let seen = customer::visible(service, call, &customer).await?;
    // A past partner sees name and tenant of the customer only.
    let is_past = matches!(seen.role, CallerRole::PastPartner);
    let agreement = of(service, &seen.customer).await?.filter(|_| !is_past);
    let agreement = agreement.ok_or_else(|| Fault::not_found(KIND, request.name))?;
    Ok(pb::GetCustomerAgreementResponse { agreement: Some(agreement.render()) })
}

/// Refuses a customer that has accepted already: the first acceptance is final.
pub(crate) async fn must_not_be_confirmed(service: &CustomerService, customer: &Customer) -> Result<()> {
    match of(service, customer).await? {
        Some(first) => Err(Fault::AlreadyExists { resource_type: KIND, name: first.name() }),
        None => Ok(()),
    }
}

async fn of(service: &CustomerService, customer: &Customer) -> Result<Option<Agreement>> {
    let mut reader = service.book.store.read_once().await?;
    Ok(table::of_customer(&mut reader, &customer.row().id).await?.map(Agreement::from))
}
