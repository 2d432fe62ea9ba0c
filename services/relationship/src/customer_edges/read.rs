//! Reading edges for the other services: `GetEdges`, `BatchGetEdges`, `GetCustomerAccess`,
//! `ListServedCustomers`.

use csp_proto::internal::relationship::v1 as pb;
use csp_proto::relationship::v1::RelationshipState;
use csp_service::{Fields, Result};

use super::table::{self, EdgeKind, EdgeRow, Parties, ServedRow, Whose};
use crate::admin_grant::AdminGrant;
use crate::partnership::Partnership;
use crate::reseller_relationship::ResellerRelationship;
use crate::reseller_relationship::table::ResellerRelationshipRow;
use crate::{RelationshipService, admin_grant, invitation, partnership, reseller_relationship};

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
    let partner = fields.optional_name("partner", &request.partner, "partners");
    let provider = fields.optional_name("provider", &request.provider, "partners");
    let tenant = match request.partner.as_str() {
        "" => fields.tenant("tenant_id", &request.tenant_id),
        _ => Some(String::new()),
    };
    let (customer, tenant, _) = fields.finish(|| Some((customer?, tenant?, (partner?, provider?))))?;
    if !request.with_rights && request.partner.is_empty() {
        return customer_access(service, &customer, &tenant).await;
    }
    let whose = Whose { tenant: &tenant, partner: &request.partner };
    let now = service.book.now();
    let reader = &mut *service.book.store.read().await?;
    let relationships = table::of_partner(reader, &customer, whose).await?;
    let Whose { tenant, partner } = whose;
    let grants = admin_grant::table::live(reader, &customer, tenant, partner, now.as_microsecond()).await?;
    let partnerships = match partner {
        "" => partnership::table::of_reseller_tenant(reader, tenant).await?,
        partner => partnership::table::open(reader, &request.provider, partner).await?.into_iter().collect(),
    };
    let partnerships = partnerships.into_iter().map(Partnership::from).filter(Partnership::is_active);
    Ok(pb::GetCustomerAccessResponse {
        admin_grants: grants.into_iter().map(|row| AdminGrant::from(row).render(now)).collect(),
        partnerships: partnerships.map(|it| it.of_provider()).collect(),
        ..access(relationships, whose)
    })
}

/// A partner tenant's access to a customer, without its rights there. A pending invitation that names
/// customer and partner makes the customer visible.
pub(crate) async fn customer_access(
    service: &RelationshipService,
    customer: &str,
    tenant: &str,
) -> Result<pb::GetCustomerAccessResponse> {
    let whose = Whose { tenant, partner: "" };
    let mut reader = service.book.store.read_once().await?;
    let mut access = access(table::of_partner(&mut reader, customer, whose).await?, whose);
    if !access.visible && !tenant.is_empty() {
        let now = service.book.micros();
        access.visible = invitation::table::is_pending(&mut reader, customer, tenant, now).await?;
    }
    Ok(access)
}

/// A partner may see the customer if it is or was the customer's partner, or if it is the provider of an
/// active reseller relationship with the customer.
fn access(rows: Vec<ResellerRelationshipRow>, whose: Whose<'_>) -> pb::GetCustomerAccessResponse {
    let visible = !rows.is_empty();
    let present = rows.iter().any(|row| row.state.0 == RelationshipState::Active);
    let is_own =
        |row: &ResellerRelationshipRow| row.partner_tenant == whose.tenant || row.partner == whose.partner;
    let own: Vec<ResellerRelationship> =
        rows.into_iter().filter(is_own).map(ResellerRelationship::from).collect();
    let providers = own.iter().filter(|it| it.is_active()).map(|it| it.row().provider.clone());
    pb::GetCustomerAccessResponse {
        visible,
        present,
        providers: providers.filter(|provider| !provider.is_empty()).collect(),
        relationships: own.iter().map(ResellerRelationship::render).collect(),
        ..Default::default()
    }
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
    let told = |row: ServedRow| pb::ServedCustomer { customer: row.customer, past: row.past };
    Ok(pb::ListServedCustomersResponse { customers: customers.into_iter().map(told).collect() })
}
