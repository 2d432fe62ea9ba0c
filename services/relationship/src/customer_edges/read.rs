//! Reading edges for the other services: `GetEdges`, `BatchGetEdges`, `GetCustomerAccess`,
//! `ListServedCustomers`.

use csp_proto::internal::relationship::v1 as pb;
use csp_service::{Fields, Result};

use super::table::{self, EdgeKind, EdgeRow, Parties};
use crate::reseller_relationship::ResellerRelationship;
use crate::{RelationshipService, partnership, reseller_relationship};

/// Maximum `limit` of `ListServedCustomers`.
const SERVED_CUSTOMERS_MAX: i32 = 500;

/// Maximum number of requests in `BatchGetEdges`: the batch size of the suite's own client.
const QUESTIONS_MAX: usize = csp_service::peers::ROUND_MAX;

pub(crate) async fn get_edges(
    service: &RelationshipService,
    request: pb::GetEdgesRequest,
) -> Result<pb::GetEdgesResponse> {
    let parties = Fields::only(|fields| parties(fields, &request))?;
    let mut reader = service.book.store.read_once().await?;
    let rows = table::between(&mut reader, parties).await?;
    Ok(edges(&request, &rows))
}

pub(crate) async fn batch_get_edges(
    service: &RelationshipService,
    request: pb::BatchGetEdgesRequest,
) -> Result<pb::BatchGetEdgesResponse> {
    let mut fields = Fields::new();
    let count = fields.number("requests", request.requests.len(), 1..=QUESTIONS_MAX);
    let questions: Vec<_> = request.requests.iter().map(|asked| parties(&mut fields, asked)).collect();
    let questions = fields.finish(|| count.and(questions.into_iter().collect::<Option<Vec<_>>>()))?;
    let mut reader = service.book.store.read_once().await?;
    let rows = table::between_each(&mut reader, &questions).await?;
    let responses = request.requests.iter().zip(&rows).map(|(request, rows)| edges(request, rows));
    Ok(pb::BatchGetEdgesResponse { responses: responses.collect() })
}

fn parties<'r>(fields: &mut Fields, request: &'r pb::GetEdgesRequest) -> Option<Parties<'r>> {
    let as_of = fields.optional(&request.as_of_date, |fields, day| fields.day("as_of_date", day))?;
    Some(Parties {
        provider: &request.provider,
        reseller: &request.reseller,
        customer: &request.customer,
        customer_tenant: &request.customer_tenant_id,
        as_of,
    })
}

fn edges(request: &pb::GetEdgesRequest, rows: &[EdgeRow]) -> pb::GetEdgesResponse {
    let pb::GetEdgesRequest { provider, reseller, customer, .. } = request;
    let mut response = pb::GetEdgesResponse::default();
    for row in rows {
        let is_through = |by: &str| row.provider == by;
        match row.kind {
            EdgeKind::Partnership => response.partnership = Some(edge(row, partnership::name_of(&row.id))),
            EdgeKind::TenantPartnership => {
                response.tenant_partnership = Some(edge(row, partnership::name_of(&row.id)))
            }
            EdgeKind::Relationship => {
                // The cases do not exclude each other: a partner that the request names as provider and as
                // reseller gets its relationship in both fields.
                let of_customer = Some(edge(row, reseller_relationship::name_of(customer, &row.id)));
                if row.partner == *provider && is_through("") {
                    response.provider_relationship.clone_from(&of_customer);
                }
                if row.partner == *reseller && is_through("") {
                    response.reseller_own_relationship.clone_from(&of_customer);
                }
                if row.partner == *reseller && is_through(provider) {
                    response.reseller_relationship = of_customer;
                }
            }
        }
    }
    response
}

fn edge(row: &EdgeRow, name: String) -> pb::Edge {
    pb::Edge {
        name,
        revision: row.revision,
        active: row.is_active(),
        admin_access: row.admin_access,
        dated: row.dated,
    }
}

pub(crate) async fn get_customer_access(
    service: &RelationshipService,
    request: pb::GetCustomerAccessRequest,
) -> Result<pb::GetCustomerAccessResponse> {
    let mut fields = Fields::new();
    let customer = fields.resource_name("customer", &request.customer, "customers");
    let tenant = fields.tenant("tenant_id", &request.tenant_id);
    let (customer, tenant) = fields.finish(|| Some((customer?, tenant?)))?;
    customer_access(service, &customer, &tenant).await
}

/// A partner tenant's access to a customer. The tenant may see the customer if it is or was the customer's
/// partner, or if it is the provider of an active reseller relationship with the customer.
pub(crate) async fn customer_access(
    service: &RelationshipService,
    customer: &str,
    tenant: &str,
) -> Result<pb::GetCustomerAccessResponse> {
    let mut reader = service.book.store.read_once().await?;
    let rows = table::of_tenant(&mut reader, customer, tenant).await?;
    let visible = !rows.is_empty();
    let own = rows.into_iter().filter(|row| row.partner_tenant == tenant);
    let own: Vec<ResellerRelationship> = own.map(ResellerRelationship::from).collect();
    let providers = own.iter().filter(|it| it.is_active()).map(|it| it.row().provider.clone());
    Ok(pb::GetCustomerAccessResponse {
        visible,
        providers: providers.filter(|provider| !provider.is_empty()).collect(),
        relationships: own.iter().map(ResellerRelationship::render).collect(),
    })
}

pub(crate) async fn list_served_customers(
    service: &RelationshipService,
    request: pb::ListServedCustomersRequest,
) -> Result<pb::ListServedCustomersResponse> {
    let limit =
        i64::from(Fields::only(|fields| fields.number("limit", request.limit, 1..=SERVED_CUSTOMERS_MAX))?);
    let pb::ListServedCustomersRequest { tenant_id, counterpart, after, .. } = request;
    let mut reader = service.book.store.read_once().await?;
    let customers = match (tenant_id.as_str(), counterpart.as_str()) {
        ("", "") => table::served_by_anybody(&mut reader, &after, limit).await?,
        ("", partner) => table::served_by(&mut reader, partner, &after, limit).await?,
        (tenant, "") => table::served(&mut reader, tenant, &after, limit).await?,
        (tenant, partner) => table::served_with(&mut reader, tenant, partner, &after, limit).await?,
    };
    Ok(pb::ListServedCustomersResponse { customers })
}
