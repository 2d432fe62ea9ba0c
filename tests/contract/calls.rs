//! Calls that a detour changes and makes itself, as messages of the contract.

use std::sync::Arc;

use csp_proto::policy::v1::Effect;
use csp_service::access::Rpc;
use csp_tests::{Detour, Refusal, Running, story};
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use serde_json::Value;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::transport::{Channel, Error};

/// Bytes before each gRPC message: one for the compressed flag, four for the length.
const FRAME: usize = 5;

/// The answer to a call: the response as JSON, or the refusal.
pub(super) type Answer = Result<Value, String>;

/// Whether the RPC is a mutation of the suite. Google's requests have neither `request_id` nor
/// `validate_only`: its mutations are idempotent by nature.
pub(super) fn is_own_mutation(rpc: &Rpc) -> bool {
    rpc.effect == Effect::Mutation && !rpc.path.starts_with("/google.")
}

/// Plays the story of a channel, which calls every mutation of the contract. `make` makes each call in the
/// place of the connection, with what the test keeps.
pub(super) async fn play_story<K, F>(
    suite: Running,
    kept: &Arc<K>,
    make: impl Fn(Arc<K>, Channel, Request<Body>) -> F + Send + Sync + 'static,
) where
    K: Send + Sync + 'static,
    F: Future<Output = Result<Response<Body>, Error>> + Send + 'static,
{
    let kept = Arc::clone(kept);
    let detour = Detour::new(move |channel, request| make(Arc::clone(&kept), channel, request));
    story::play(&suite.by_detour(detour)).await;
}

/// Reads requests and responses of the contract.
pub(super) struct Calls {
    pool: DescriptorPool,
}

impl Calls {
    pub(super) fn new() -> Self {
        Calls { pool: DescriptorPool::decode(csp_proto::FILE_DESCRIPTOR_SET).unwrap() }
    }

    /// The framed request, changed by `change`.
    pub(super) fn changed(&self, path: &str, body: &[u8], change: impl FnOnce(&mut DynamicMessage)) -> Body {
        let mut message = DynamicMessage::decode(self.method(path).input(), &body[FRAME..]).unwrap();
        change(&mut message);
        let message = message.encode_to_vec();
        let length = u32::try_from(message.len()).unwrap().to_be_bytes();
        Body::new(Full::from([&[0], length.as_slice(), &message].concat()))
    }

    /// Makes the call. Returns the response for the caller, and the answer to compare.
    pub(super) async fn answer(
        &self,
        path: &str,
        channel: &mut Channel,
        request: Request<Body>,
    ) -> Result<(Response<Body>, Answer), Error> {
        std::future::poll_fn(|context| channel.poll_ready(context)).await?;
        let (head, body) = channel.call(request).await?.into_parts();
        let body = body.collect().await.unwrap();
        let trailers = body.trailers().cloned().unwrap_or_default();
        let bytes = body.to_bytes();
        let answer = match refused(&head.headers).or_else(|| refused(&trailers)) {
            Some(refusal) => Err(refusal),
            None => {
                let message = DynamicMessage::decode(self.method(path).output(), &bytes[FRAME..]).unwrap();
                Ok(serde_json::to_value(&message).unwrap())
            }
        };
        let replayed = Full::from(bytes).with_trailers(async move { Some(Ok(trailers)) });
        Ok((Response::from_parts(head, Body::new(replayed)), answer))
    }

    fn method(&self, path: &str) -> MethodDescriptor {
        let (service, name) = path.trim_start_matches('/').split_once('/').unwrap();
        let service = self.pool.get_service_by_name(service).unwrap();
        service.methods().find(|method| method.name() == name).unwrap()
    }
}

/// The refusal in the headers or trailers, without the fields that differ from call to call.
fn refused(headers: &HeaderMap) -> Option<String> {
    let status = Status::from_header_map(headers).filter(|status| status.code() != tonic::Code::Ok)?;
    let Refusal { code, message, reason, violations, fields, .. } = Refusal::from(status);
    Some(format!("{code:?} {reason} {violations:?} {fields:?}: {message}"))
}
