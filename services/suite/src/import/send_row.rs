//! Sends the call of a row, and returns whether the call stored anything new.

use std::collections::HashMap;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use csp_policy::Role;
use csp_proto::customer::v1::customer_service_client::CustomerServiceClient;
use csp_proto::customer::v1::{GetCustomerAgreementRequest, GetCustomerRequest, RecordCustomerRequest};
use csp_proto::partner_registry::v1::partner_registry_service_client::PartnerRegistryServiceClient;
use csp_proto::partner_registry::v1::{
    AssociateMpnIdRequest, GetMpnIdRequest, GetOrganizationRequest, GetPartnerAgreementRequest,
    GetPartnerRequest, RegisterMpnIdRequest, SetAffiliationRequest,
};
use csp_proto::policy::v1::GetDecisionRequest;
use csp_proto::policy::v1::policy_service_client::PolicyServiceClient;
use csp_proto::relationship::v1::GetPartnershipRequest;
use csp_proto::relationship::v1::relationship_service_client::RelationshipServiceClient;
use csp_proto::subscription::v1::subscription_service_client::SubscriptionServiceClient;
use csp_proto::subscription::v1::{GetOrderRequest, GetSubscriptionRequest, SubmitOrderRequest};
use csp_service::DevelopmentToken;
use tokio::sync::Mutex;
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status};
use tonic_types::{ErrorDetails, StatusExt};

use super::rows::{Action, Row};
use super::status::{self, Breach};

/// Maximum number of retries of a call that failed for a transient reason.
const RETRIES_MAX: usize = 5;
/// The backoff before the first retry; it doubles with each further retry. A random extra of up to the
/// backoff itself spreads the retries of rows that failed together.
const PAUSE_MIN: Duration = Duration::from_millis(100);
/// Maximum backoff, without the random extra.
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// The period at which the customer service resumes unfinished creations of customers
/// (`csp_customer::RESUME_PERIOD`).
const RESUME_PERIOD: Duration = Duration::from_secs(15);
// The retries last long enough for the suite to resume the creation of a customer that an earlier try left
// unfinished.
const _: () = assert!(PAUSE_MAX.as_secs() * RETRIES_MAX as u64 > RESUME_PERIOD.as_secs());
/// Maximum time of one call.
const CALL_WAIT_MAX: Duration = Duration::from_secs(30);
/// The subject of the import's credentials; the journal names it as the actor.
const SUBJECT: &str = "csp-import";

/// The effect of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The call stored something.
    New,
    /// Everything was stored before.
    Known,
}

/// Sends rows to a suite; remembers the tenants of sellers.
pub(crate) struct Sender {
    channel: Channel,
    tenants: Mutex<HashMap<String, String>>,
}

impl Sender {
    pub(crate) fn new(channel: Channel) -> Self {
        Sender { channel, tenants: Mutex::new(HashMap::new()) }
    }

    /// Sends the row, with retries of transient failures.
    ///
    /// Every call is safe to retry, even when the call succeeded and only its answer was lost: a row
    /// determines its resource by its id or its content, so a second call finds the resource there.
    ///
    /// # Errors
    /// The status of the last try.
    pub(crate) async fn send(&self, row: &Row) -> Result<Sent, Status> {
        persistently(pauses(), || self.call(row)).await
    }

    /// Whether the row was stored before; then a refused row counts as already there. Agreements are asked
    /// for before they are sent: an agreement that is there is answered like a new one.
    pub(crate) async fn is_there(&self, row: &Row) -> bool {
        let name = row.brings.clone();
        match &row.action {
            Action::Partner(_) => {
                self.registry().get_partner(operator(GetPartnerRequest { name })).await.is_ok()
            }
            Action::Partnership(_) => {
                let mut relationship = RelationshipServiceClient::new(self.channel.clone());
                relationship.get_partnership(operator(GetPartnershipRequest { name })).await.is_ok()
            }
            Action::Customer(_) => {
                self.customers().get_customer(operator(GetCustomerRequest { name })).await.is_ok()
            }
            Action::PartnerAgreement(request) => {
                let request = GetPartnerAgreementRequest { name: request.name.clone() };
                self.registry().get_partner_agreement(operator(request)).await.is_ok()
            }
            Action::CustomerAgreement(request) => {
                let request = GetCustomerAgreementRequest { name: request.name.clone() };
                self.customers().get_customer_agreement(operator(request)).await.is_ok()
            }
            Action::Order { .. } => {
                self.subscriptions().get_order(operator(GetOrderRequest { name })).await.is_ok()
            }
            Action::Subscription(_) => {
                self.subscriptions().get_subscription(operator(GetSubscriptionRequest { name })).await.is_ok()
            }
            // These calls succeed when the row was stored before, or fail with ALREADY_EXISTS and the
            // resource's name.
            Action::Organization(_)
            | Action::Affiliation(_)
            | Action::MpnId { .. }
            | Action::User(_)
            | Action::Offer(_) => false,
        }
    }

    /// The reasons for which a row was refused. When the status holds only some of the violations, the stored
    /// decision is read for all of them.
    pub(crate) async fn breaches(&self, status: &Status) -> Vec<Breach> {
        let Some(mut refusal) = status::refusal(status) else { return vec![status::of_protocol(status)] };
        if !status::is_whole(&refusal) {
            let mut policy = PolicyServiceClient::new(self.channel.clone());
            let request = GetDecisionRequest { name: refusal.decision.clone() };
            if let Ok(answer) = policy.get_decision(operator(request)).await {
                refusal.violations = answer.into_inner().decision.unwrap_or_default().violations;
            }
        }
        status::of_violations(status.code(), &refusal.violations)
    }

    async fn call(&self, row: &Row) -> Result<Sent, Status> {
        match row.action.clone() {
            Action::Organization(request) => {
                new(self.registry().create_organization(operator(request)).await)
            }
            Action::Affiliation(request) => self.affiliate(request).await,
            Action::Partner(request) => new(self.registry().record_partner(operator(*request)).await),
            Action::MpnId { register, associate } => self.mpn_id(register, associate).await,
            Action::PartnerAgreement(_) | Action::CustomerAgreement(_) if self.is_there(row).await => {
                Ok(Sent::Known)
            }
            Action::PartnerAgreement(request) => {
                new(self.registry().record_partner_agreement(operator(request)).await)
            }
            Action::User(request) => new(self.registry().create_user(operator(request)).await),
            Action::Partnership(request) => {
                let mut relationship = RelationshipServiceClient::new(self.channel.clone());
                new(relationship.record_partnership(operator(request)).await)
            }
            Action::Customer(request) => self.customer(*request, &row.brings).await,
            Action::CustomerAgreement(request) => {
                new(self.customers().record_customer_agreement(operator(request)).await)
            }
            Action::Offer(request) => {
                let answer = self.subscriptions().import_offers(operator(request)).await?.into_inner();
                Ok(if answer.unchanged > 0 { Sent::Known } else { Sent::New })
            }
            Action::Subscription(request) => {
                new(self.subscriptions().record_subscription(operator(*request)).await)
            }
            Action::Order { seller, request } => self.order(&seller, *request).await,
        }
    }

    /// Sets an affiliation, unless the company has this entry. Without the check, a repeat of the latest
    /// entry would count as new, and a repeat of an older entry would be refused as a change of the past.
    async fn affiliate(&self, request: SetAffiliationRequest) -> Result<Sent, Status> {
        let asked = GetOrganizationRequest { name: request.name.clone() };
        let answer = self.registry().get_organization(operator(asked)).await?;
        let entries = answer.into_inner().organization.unwrap_or_default().affiliations;
        let group = request.group.as_deref().unwrap_or_default();
        let is_there = entries.iter().any(|entry| match group {
            "" => entry.until_date == request.since_date,
            group => entry.group == group && entry.since_date == request.since_date,
        });
        if is_there {
            return Ok(Sent::Known);
        }
        new(self.registry().set_affiliation(operator(request)).await)
    }

    async fn mpn_id(
        &self,
        register: RegisterMpnIdRequest,
        associate: Option<AssociateMpnIdRequest>,
    ) -> Result<Sent, Status> {
        let registered = match self.registry().register_mpn_id(operator(register)).await {
            Ok(_) => Sent::New,
            Err(status) if status.code() == Code::AlreadyExists => Sent::Known,
            Err(status) => return Err(status),
        };
        let Some(associate) = associate else { return Ok(registered) };
        if registered == Sent::Known {
            let asked = GetMpnIdRequest { name: format!("mpnIds/{}", associate.mpn_id) };
            let known = self.registry().get_mpn_id(operator(asked)).await?.into_inner().mpn_id;
            if known.is_some_and(|known| known.partner == associate.name) {
                return Ok(Sent::Known);
            }
        }
        new(self.registry().associate_mpn_id(operator(associate)).await)
    }

    /// Records a customer. When the customer's id exists but the customer is not visible, its creation is
    /// still running, perhaps from an earlier try that was interrupted. The creation may still be undone, so
    /// the customer does not count as stored: the call fails with UNAVAILABLE, and its retries wait until the
    /// suite has resumed the creation, which happens every [`RESUME_PERIOD`].
    async fn customer(&self, request: RecordCustomerRequest, name: &str) -> Result<Sent, Status> {
        let answer = self.customers().record_customer(operator(request)).await;
        if answer.as_ref().is_err_and(|status| status::says_exists(status, name)) {
            let request = operator(GetCustomerRequest { name: name.to_owned() });
            match self.customers().get_customer(request).await {
                Err(status) if status.code() == Code::NotFound => {
                    let message = format!("`{name}` is still being created");
                    let later = ErrorDetails::with_retry_info(Some(PAUSE_MAX));
                    return Err(Status::with_error_details(Code::Unavailable, message, later));
                }
                shown => shown.map(drop)?,
            }
        }
        new(answer)
    }

    /// Places an order as a user of the seller, with the roles that may order.
    async fn order(&self, seller: &str, request: SubmitOrderRequest) -> Result<Sent, Status> {
        let tenant = self.tenant(seller).await?;
        let token = DevelopmentToken::partner(&tenant, &[Role::AdminAgent, Role::SalesAgent]);
        new(self.subscriptions().submit_order(by(token, request)).await)
    }

    async fn tenant(&self, partner: &str) -> Result<String, Status> {
        if let Some(tenant) = self.tenants.lock().await.get(partner) {
            return Ok(tenant.clone());
        }
        let answer =
            self.registry().get_partner(operator(GetPartnerRequest { name: partner.to_owned() })).await?;
        let tenant = answer.into_inner().partner.and_then(|partner| partner.profile?.tenant);
        let tenant = tenant.unwrap_or_default().tenant_id;
        self.tenants.lock().await.insert(partner.to_owned(), tenant.clone());
        Ok(tenant)
    }

    fn registry(&self) -> PartnerRegistryServiceClient<Channel> {
        PartnerRegistryServiceClient::new(self.channel.clone())
    }

    fn customers(&self) -> CustomerServiceClient<Channel> {
        CustomerServiceClient::new(self.channel.clone())
    }

    fn subscriptions(&self) -> SubscriptionServiceClient<Channel> {
        SubscriptionServiceClient::new(self.channel.clone())
    }
}

fn pauses() -> ExponentialBuilder {
    ExponentialBuilder::new()
        .with_min_delay(PAUSE_MIN)
        .with_max_delay(PAUSE_MAX)
        .with_max_times(RETRIES_MAX)
        .with_jitter()
}

/// Makes a call, and retries transient failures until the retries are used up. A retry waits for its backoff,
/// or for the longer pause that the suite asks for, up to [`PAUSE_MAX`].
async fn persistently<T, F>(pauses: ExponentialBuilder, call: impl FnMut() -> F) -> Result<T, Status>
where
    F: Future<Output = Result<T, Status>>,
{
    call.retry(pauses)
        .when(status::is_passing)
        .adjust(|status, due| {
            let asked = status::pause_asked_for(status).unwrap_or_default().min(PAUSE_MAX);
            due.map(|due| due.max(asked))
        })
        .await
}

fn new<T>(answer: Result<Response<T>, Status>) -> Result<Sent, Status> {
    answer.map(|_| Sent::New)
}

fn operator<T>(message: T) -> Request<T> {
    by(DevelopmentToken::operator(), message)
}

fn by<T>(token: DevelopmentToken, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(CALL_WAIT_MAX);
    // Parsing cannot fail: a development token has only characters that are allowed in a header.
    if let Ok(value) = format!("Bearer {}", token.with_subject(SUBJECT).encode()).parse() {
        request.metadata_mut().insert("authorization", value);
    }
    request
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn away() -> Result<(), Status> {
        Err(Status::unavailable("away"))
    }

    /// Makes a call whose nth try ends with `ends(n)`. Returns the number of tries and the last result.
    async fn tries_and_result(ends: fn(usize) -> Result<(), Status>) -> (usize, Result<(), Code>) {
        let made = AtomicUsize::new(0);
        let hardly = pauses().with_min_delay(Duration::from_nanos(1)).with_max_delay(Duration::from_nanos(1));
        let ended = persistently(hardly, || async { ends(made.fetch_add(1, Ordering::Relaxed)) }).await;
        (made.into_inner(), ended.map_err(|status| status.code()))
    }

    #[tokio::test]
    async fn only_transient_failures_are_retried() {
        assert_eq!(tries_and_result(|_| Ok(())).await, (1, Ok(())));
        assert_eq!(
            tries_and_result(|_| Err(Status::failed_precondition("no"))).await,
            (1, Err(Code::FailedPrecondition))
        );
        assert_eq!(
            tries_and_result(|_| Err(Status::resource_exhausted("full"))).await,
            (1, Err(Code::ResourceExhausted))
        );
        assert_eq!(tries_and_result(|at| if at < 3 { away() } else { Ok(()) }).await, (4, Ok(())));
        assert_eq!(tries_and_result(|_| away()).await, (1 + RETRIES_MAX, Err(Code::Unavailable)));
    }
}
