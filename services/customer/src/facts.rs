//! The RPCs for the other services.

use csp_proto::customer::v1 as pb;
use csp_proto::customer::v1::customer_facts_service_server::CustomerFactsService;
use csp_service::{Call, Fields, Result};
use std::collections::{BTreeMap, HashMap};
use tonic::{Request, Response, Status};

use crate::CustomerService;
use crate::customer::{Customer, id_of};
use crate::register_invited::register_invited;
use crate::store;
use crate::store::KEYS_MAX;

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

/// Customers by name or tenant, each once, read in one snapshot.
async fn get_facts(service: &CustomerService, request: pb::GetFactsRequest) -> Result<pb::GetFactsResponse> {
    let mut fields = Fields::new();
    fields.number("customers", request.customers.len(), 0..=KEYS_MAX);
    fields.number("tenants", request.tenants.len(), 0..=KEYS_MAX);
    fields.finish(|| Some(()))?;
    let ids: Vec<String> = request.customers.iter().map(|name| id_of(name).to_owned()).collect();
    let mut reader = service.book.store.read().await?;
    let mut rows = store::customer::facts_by_id(&mut reader, &ids).await?;
    rows.extend(store::customer::facts_by_tenant(&mut reader, &request.tenants).await?);
    let found: BTreeMap<String, Customer> =
        rows.into_iter().map(|row| (row.id.clone(), Customer::from(row))).collect();
    let ids: Vec<String> = found.keys().cloned().collect();
    let agreements = store::agreement::of_customers(&mut reader, &ids).await?;
    let agreements: HashMap<_, _> = agreements.into_iter().map(|row| (row.customer.clone(), row)).collect();
    let customers = found.iter().map(|(id, customer)| customer.facts(agreements.get(id))).collect();
    Ok(pb::GetFactsResponse { customers })
}
