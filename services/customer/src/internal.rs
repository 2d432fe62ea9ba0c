//! The RPCs for the other services.

use csp_proto::customer::v1 as pb;
use csp_proto::customer::v1::customer_facts_service_server::CustomerFactsService;
use csp_service::{Call, Fields, Result};
use tonic::{Request, Response, Status};

use crate::CustomerService;
use crate::creation::register_invited::register_invited;
use crate::customer::facts;
use crate::customer::{self, id_of};
use crate::schema::KEYS_MAX;

#[tonic::async_trait]
impl CustomerFactsService for CustomerService {
    async fn get_facts(
        &self,
        request: Request<pb::GetFactsRequest>,
    ) -> Result<Response<pb::GetFactsResponse>, Status> {
        get_facts(self, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn register_invited(
        &self,
        request: Request<pb::RegisterInvitedRequest>,
    ) -> Result<Response<pb::RegisterInvitedResponse>, Status> {
        let call = Call::of(&request)?;
        register_invited(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }
}

/// Customers by name or tenant, each once. Each way is one statement: whoever asks in both wants to know of each as
/// it is then.
async fn get_facts(service: &CustomerService, request: pb::GetFactsRequest) -> Result<pb::GetFactsResponse> {
    let mut fields = Fields::new();
    fields.number("customers", request.customers.len(), 0..=KEYS_MAX);
    fields.number("tenants", request.tenants.len(), 0..=KEYS_MAX);
    fields.finish(|| Some(()))?;
    let ids: Vec<&str> = request.customers.iter().map(|name| id_of(name)).collect();
    let tenants: Vec<&str> = request.tenants.iter().map(String::as_str).collect();
    let mut reader = service.book.store.read_once().await?;
    let mut rows = facts::by_id(&mut reader, &ids).await?;
    rows.extend(facts::by_tenant(&mut reader, &tenants).await?);
    drop(reader);
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    rows.dedup_by(|one, other| one.id == other.id);
    Ok(pb::GetFactsResponse { customers: rows.into_iter().map(customer::facts).collect() })
}
