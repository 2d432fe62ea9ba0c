//! A property of every order that a case of `SubmitOrder` places: as the first order of a new customer it is
//! reviewed and submitted with the same result, and the rules that refuse the order of the case refuse the
//! first order too (rule CUS-04).

use std::sync::atomic::{AtomicUsize, Ordering};

use csp_proto::customer::v1::customer_service_client::CustomerServiceClient;
use csp_proto::customer::v1::{AddCustomerWithOrderRequest, GetCustomerRequest};
use csp_proto::subscription::v1::SubmitOrderRequest;
use csp_proto::subscription::v1::order_draft::Content;
use csp_proto::r#type::v1::CustomerProfile;
use csp_tests::{Detour, Refusal, attestation};
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use prost::Message;
use prost::bytes::Bytes;
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, Error};
use tonic::{Code, Status};

/// Path of the RPC whose orders are tried as first orders.
const SUBMIT_ORDER: &str = "/csp.subscription.v1.SubscriptionService/SubmitOrder";
/// Bytes before a gRPC message: one for the compressed flag, four for the length.
const FRAME: usize = 5;
/// Violations that only a customer of some standing has, each with its reason.
const OF_AN_OLD_CUSTOMER: &[(&str, &str)] = &[
    ("CUS-06", "the creation sets the relationship of the seller"),
    ("CUS-10", "the request attests the agreement"),
    ("SAL-03", "the tenant is a new one"),
];
/// The reason of SUB-08 that needs seats which the customer holds.
const SEATS_HELD: &str = "OFFER_LIMIT_REACHED";

/// First orders that were refused in the review and in the act.
static REFUSED: AtomicUsize = AtomicUsize::new(0);

/// Complains if no first order was refused: the property would hold of nothing. Complete only after all
/// scenes were played.
pub(crate) fn idle() -> Option<String> {
    let is_idle = REFUSED.load(Ordering::Relaxed) == 0;
    is_idle.then(|| "no first order was refused in its review".to_owned())
}

/// The rules that refused a call, each with its reason; empty when the call was accepted.
type Violations = Vec<(String, String)>;

/// Tries each order as a first order before it is submitted.
pub(crate) fn detour() -> Detour {
    Detour::new(|mut channel, request| async move {
        if request.uri().path() != SUBMIT_ORDER {
            return answer(&mut channel, request).await;
        }
        let (head, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let tried = first_order(&channel, &head.headers, &body).await;
        let response = answer(&mut channel, Request::from_parts(head, whole(&body))).await?;
        if let (Some(tried), Some(refused)) = (tried, refused(response.headers())) {
            let missing = refused.into_iter().filter(|violation| !tried.contains(violation));
            let missing: Vec<_> = missing.filter(concerns_a_new_customer).collect();
            assert!(missing.is_empty(), "the first order was refused by {tried:?}, not by {missing:?}");
        }
        Ok(response)
    })
}

fn concerns_a_new_customer((rule, reason): &(String, String)) -> bool {
    reason != SEATS_HELD && !OF_AN_OLD_CUSTOMER.iter().any(|(old, _)| old == rule)
}

/// The violations with which the order is refused as a first order: in a review and, if the review is
/// refused, in the act. `None` for an order that cannot be a first order.
async fn first_order(channel: &Channel, headers: &HeaderMap, body: &Bytes) -> Option<Violations> {
    let sent = SubmitOrderRequest::decode(&body[FRAME..]).unwrap();
    let order = sent.order.filter(|order| matches!(order.content, Some(Content::Lines(_))))?;
    let mut customers = CustomerServiceClient::new(channel.clone());
    let known = customers.get_customer(by(headers, GetCustomerRequest { name: sent.parent })).await.ok()?;
    let request = AddCustomerWithOrderRequest {
        validate_only: true,
        profile: Some(another(known.into_inner().customer?.profile?)),
        agreement: Some(attestation()),
        order: Some(order),
        ..Default::default()
    };
    let review = customers.add_customer_with_order(by(headers, request.clone())).await;
    let Err(review) = review else { return Some(Violations::new()) };
    if review.code() == Code::NotFound {
        return None;
    }
    let act = AddCustomerWithOrderRequest { validate_only: false, ..request };
    let act = customers.add_customer_with_order(by(headers, act)).await.expect_err("the review was refused");
    let [review, act] = [review, act].map(Refusal::from);
    assert_eq!(review.violations, act.violations, "the review and the act differ");
    assert_eq!((review.code, review.reason), (act.code, act.reason));
    REFUSED.fetch_add(1, Ordering::Relaxed);
    Some(review.violations)
}

/// The profile, of a customer with another tenant. The tenant has the domains too, which may contradict the
/// declared company.
fn another(mut profile: CustomerProfile) -> CustomerProfile {
    let tenant = profile.tenant.as_mut().unwrap();
    tenant.tenant_id = "newcomer.tenant".to_owned();
    tenant.domains.insert(0, "newcomer.example".to_owned());
    profile
}

/// The request with the credential of these headers.
fn by<T>(headers: &HeaderMap, message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    let mut credential = HeaderMap::new();
    credential.extend(headers.get("authorization").map(|token| (http::header::AUTHORIZATION, token.clone())));
    *request.metadata_mut() = MetadataMap::from_headers(credential);
    request
}

fn whole(body: &Bytes) -> Body {
    Body::new(Full::from(body.clone()))
}

async fn answer(channel: &mut Channel, request: Request<Body>) -> Result<Response<Body>, Error> {
    std::future::poll_fn(|context| channel.poll_ready(context)).await?;
    channel.call(request).await
}

/// The violations of a refused call. A refusal has no body, so its status is in the headers.
fn refused(headers: &HeaderMap) -> Option<Violations> {
    let status = Status::from_header_map(headers).filter(|status| status.code() != Code::Ok)?;
    Some(Refusal::from(status).violations)
}
