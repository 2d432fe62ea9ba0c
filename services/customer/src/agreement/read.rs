//! Reading a customer's acceptances: `GetCustomerAgreement`.

use csp_proto::customer::v1 as pb;
use csp_service::{Call, Fault, Fields, Result};

use super::{Agreement, KIND, Reader, SINGLETON, table};
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
    let agreement = match reader(&seen.role) {
        Some(reader) => of(service, &seen.customer).await?.render(&reader),
        None => None,
    };
    let agreement = Some(agreement.ok_or_else(|| Fault::not_found(KIND, request.name))?);
    Ok(pb::GetCustomerAgreementResponse { agreement })
}

/// Which acceptances a caller in this role sees; `None` for a partner that sees name and tenant only. A
/// partner sees its own attestations, and those of the providers through which it serves the customer.
pub(crate) fn reader(role: &CallerRole) -> Option<Reader> {
    match role {
        CallerRole::Acquaintance => None,
        CallerRole::Operator | CallerRole::Customer => Some(Reader::Whole),
        CallerRole::Partner(access) => {
            let own = access.relationships.iter().map(|own| own.partner.clone());
            Some(Reader::Of(own.chain(access.providers.clone()).collect()))
        }
    }
}

/// The agreement of the customer, without acceptances when the customer has not accepted yet.
pub(crate) async fn of(service: &CustomerService, customer: &Customer) -> Result<Agreement> {
    let mut reader = service.book.store.read_once().await?;
    let row = table::of_customer(&mut reader, &customer.row().id).await?;
    Ok(row.map_or_else(|| Agreement::none(customer, service.book.now()), Agreement::from))
}
