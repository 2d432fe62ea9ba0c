//! The internal face: what rests on a reseller relationship, and closing it for new orders (rule CUS-09); giving up an
//! operation's order.

use csp_proto::subscription::v1::subscription_facts_service_server::SubscriptionFactsService;
use csp_proto::subscription::v1::{self as pb, RelationshipKey};
use csp_service::{Call, Fields, Result};
use tonic::{Request, Response, Status};

use crate::SubscriptionService;
use crate::edge_guard::table as guards;
use crate::edge_guard::table::EdgeKey;
use crate::order::void::void_order;

#[tonic::async_trait]
impl SubscriptionFactsService for SubscriptionService {
    async fn count_active(
        &self,
        request: Request<pb::CountActiveRequest>,
    ) -> Result<Response<pb::CountActiveResponse>, Status> {
        Ok(Response::new(count_active(self, request.into_inner()).await?))
    }

    async fn close_edge(
        &self,
        request: Request<pb::CloseEdgeRequest>,
    ) -> Result<Response<pb::CloseEdgeResponse>, Status> {
        Ok(Response::new(close_edge(self, request.into_inner()).await?))
    }

    async fn reopen_edge(
        &self,
        request: Request<pb::ReopenEdgeRequest>,
    ) -> Result<Response<pb::ReopenEdgeResponse>, Status> {
        Ok(Response::new(reopen_edge(self, request.into_inner()).await?))
    }

    async fn void_order(
        &self,
        request: Request<pb::VoidOrderRequest>,
    ) -> Result<Response<pb::VoidOrderResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(void_order(self, &call, request.into_inner()).await?))
    }
}

async fn count_active(
    service: &SubscriptionService,
    request: pb::CountActiveRequest,
) -> Result<pb::CountActiveResponse> {
    let key = read_key(request.key.as_ref())?;
    let mut reader = service.book.store.read_once().await?;
    Ok(pb::CountActiveResponse {
        count: guards::active_under(&mut reader, &key, service.book.micros()).await?,
    })
}

/// The guard is written before the count: an order that has used it is counted, and one that has not finds it
/// closed. When something still rests on the relationship, the write is dropped and leaves nothing behind.
async fn close_edge(
    service: &SubscriptionService,
    request: pb::CloseEdgeRequest,
) -> Result<pb::CloseEdgeResponse> {
    let key = read_key(request.key.as_ref())?;
    let begun = read_time("begin_micros", request.begin_micros)?;
    let mut tx = service.book.store.write();
    if !guards::close_edge(&mut tx, &key, begun).await? {
        return Ok(pb::CloseEdgeResponse { closed: false, count: 0 });
    }
    let count = guards::active_under(tx.conn().await?, &key, service.book.micros()).await?;
    if count == 0 {
        tx.commit().await?;
    }
    Ok(pb::CloseEdgeResponse { closed: count == 0, count })
}

async fn reopen_edge(
    service: &SubscriptionService,
    request: pb::ReopenEdgeRequest,
) -> Result<pb::ReopenEdgeResponse> {
    let key = read_key(request.key.as_ref())?;
    let until = read_time("until_micros", request.until_micros)?;
    let mut tx = service.book.store.write();
    guards::reopen_edge(&mut tx, &key, until);
    tx.commit().await?;
    Ok(pb::ReopenEdgeResponse {})
}

fn read_time(field: &str, micros: i64) -> Result<i64> {
    let mut fields = Fields::new();
    let micros = fields.number(field, micros, 1..=i64::MAX);
    fields.finish(|| micros)
}

/// Under a relationship through a provider the provider is the seller; under a partner's own it is the partner,
/// which may stand in a subscription as reseller of record too.
fn read_key(key: Option<&RelationshipKey>) -> Result<EdgeKey> {
    let mut fields = Fields::new();
    let Some(key) = fields.required("key", key) else {
        return fields.finish(|| None);
    };
    let edge = fields.resource_name("key.relationship", &key.relationship, "resellerRelationships");
    let partner = fields.resource_name("key.partner", &key.partner, "partners");
    let provider =
        fields.optional(&key.provider, |fields, name| fields.resource_name("key.provider", name, "partners"));
    let customer = fields.resource_name("key.customer", &key.customer, "customers");
    fields.finish(|| {
        let (seller, reseller) = match provider? {
            Some(provider) => (provider, partner?),
            None => (partner?, String::new()),
        };
        Some(EdgeKey { edge: edge?, seller, reseller, customer: customer? })
    })
}
