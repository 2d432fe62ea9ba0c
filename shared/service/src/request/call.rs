//! One call as the services see it. The gate attaches a [`Call`] to each request; services read it with
//! [`Call::of`].

use std::time::{Duration, Instant};

use csp_policy::{Caller, Party};
use csp_proto::r#type::v1 as pb;

use crate::fault::{Fault, Result};
use crate::request::external_id::{ExternalId, party_key};
use crate::request::identity::Claims;
use crate::runtime::access::method_of;
use crate::runtime::drain::Drain;

/// Header with the trace id of a call, which every log of the suite contains. The answer repeats the id that
/// the caller sent; without one, the gate creates an id.
pub const TRACE_HEADER: &str = "x-request-id";
/// Header in which a service passes on [`Call::method`].
pub(crate) const METHOD_HEADER: &str = "csp-method";

/// One call: the caller, the RPC, and the time until which the caller waits for an answer.
#[derive(Debug, Clone)]
pub struct Call {
    /// The party on whose behalf the call is made, and the caller's roles.
    pub caller: Caller,
    /// The person or service that calls, as the credential names it.
    pub subject: String,
    /// Bare name of the RPC, for example `SubmitOrder`.
    pub rpc: &'static str,
    /// Full name of the client's RPC on whose behalf the call is made, for example
    /// `csp.subscription.v1.SubscriptionService/SubmitOrder`; in a step between services another RPC than
    /// `rpc`. For work that no client asked for, the bare name of the work.
    pub method: &'static str,
    /// The `x-request-id` under which every service of the suite logs the call.
    pub trace: String,
    /// Whether the call came from another service.
    pub by_service: bool,
    /// The instant until which the caller waits; `None` for a stream and for a service's own work.
    pub deadline: Option<Instant>,
    /// Signals that the server is stopping, so that a stream can end itself.
    pub drain: Drain,
    /// Name of the admin grant by which the caller acts on a customer's behalf; `None` for a caller that acts
    /// for itself. A service learns it while it decides; no call comes with it.
    pub grant: Option<String>,
}

impl Call {
    /// The call that the gate attached to the request.
    ///
    /// # Errors
    /// [`Fault::Internal`] for a request that did not pass the gate.
    pub fn of<T>(request: &tonic::Request<T>) -> Result<Call> {
        let call = request.extensions().get::<Call>();
        call.cloned().ok_or_else(|| Fault::internal("a request did not pass the gate"))
    }

    /// A call by `caller` outside any server, without a deadline: for tests.
    pub fn made_by(caller: Caller, subject: &str, rpc: &'static str) -> Call {
        let (subject, trace, method) = (subject.to_owned(), String::new(), method_of(rpc));
        Call {
            caller,
            subject,
            rpc,
            method,
            trace,
            by_service: false,
            deadline: None,
            drain: Drain::default(),
            grant: None,
        }
    }

    /// This call, made on a customer's behalf by the admin grant of that name.
    #[must_use]
    pub(crate) fn under(self, grant: &str) -> Call {
        Call { grant: Some(grant.to_owned()), ..self }
    }

    /// A call for a service's own work, for example a renewal: `service` acts, and no client waits.
    pub fn of_service(service: &'static str, work: &'static str) -> Call {
        let caller = Caller { party: Party::Service, roles: Vec::new() };
        Call { by_service: true, ..Call::made_by(caller, service, work) }
    }

    /// A key that is unique for each caller. Request ids, page tokens and stored decisions are scoped by this
    /// key.
    pub fn key(&self) -> String {
        format!("{}/{}", self.party_key(), self.subject)
    }

    /// The caller as a message of the contract.
    pub fn actor(&self) -> pb::Actor {
        self.claims().actor()
    }

    /// A key that is unique for each party: the owner of the external ids that the caller sets and looks up.
    pub fn party_key(&self) -> String {
        party_key(&self.caller.party)
    }

    /// The caller's own key as an external id.
    pub fn external_id(&self, key: Option<String>) -> Option<ExternalId> {
        ExternalId::of(&self.caller.party, &key?)
    }

    /// The tenant on whose behalf the call is made; `None` for operators and services.
    pub fn tenant(&self) -> Option<&str> {
        match &self.caller.party {
            Party::Partner { tenant } | Party::Customer { tenant } => Some(tenant),
            Party::Operator | Party::Service => None,
        }
    }

    /// Time until the deadline; zero after the deadline, `None` without a deadline.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// The caller as text, for the journal and for work that outlives the call. [`Call::on_behalf_of`] reads
    /// the text back.
    pub fn caller_text(&self) -> String {
        String::from_utf8_lossy(&self.claims().encode()).into_owned()
    }

    /// A call on behalf of a caller that was stored as `caller_text`; no client waits for the answer.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the text does not decode.
    pub fn on_behalf_of(caller_text: &str, rpc: &'static str) -> Result<Call> {
        let claims = Claims::stored(caller_text)?;
        Ok(Call { by_service: true, ..Call::made_by(claims.caller(), claims.subject(), rpc) })
    }

    /// This call, on behalf of the client's RPC with this bare name.
    #[must_use]
    pub fn begun_by(self, rpc: &'static str) -> Call {
        Call { method: method_of(rpc), ..self }
    }

    /// The caller's claims, in the form in which services pass them on.
    pub(crate) fn claims(&self) -> Claims {
        Claims::of(&self.caller, &self.subject).under(self.grant.as_deref())
    }

    /// The kind of caller as a word for logs.
    pub(crate) fn party_word(&self) -> &'static str {
        match self.caller.party {
            Party::Partner { .. } => "partner",
            Party::Customer { .. } => "customer",
            Party::Operator => "operator",
            Party::Service => "service",
        }
    }
}

#[cfg(test)]
mod tests {
    use csp_policy::Role;

    use super::*;

    fn key(party: Party, subject: &str) -> String {
        Call::made_by(Caller { party, roles: Vec::new() }, subject, "GetRule").key()
    }

    #[test]
    fn a_stored_caller_is_read_back_unchanged() {
        let caller = Caller {
            party: Party::Partner { tenant: "a.example".to_owned() },
            roles: vec![Role::AdminAgent],
        };
        let call = Call::made_by(caller.clone(), "ana", "CreateCustomer");
        let kept = Call::on_behalf_of(&call.caller_text(), "CreateCustomer").unwrap();
        assert_eq!((kept.key(), kept.caller), (call.key(), caller));
    }

    #[test]
    fn caller_keys_differ_by_party_tenant_and_subject() {
        let keys = [
            key(Party::Partner { tenant: "a.example".to_owned() }, "ana"),
            key(Party::Partner { tenant: "b.example".to_owned() }, "ana"),
            key(Party::Partner { tenant: "a.example".to_owned() }, "bob"),
            key(Party::Customer { tenant: "a.example".to_owned() }, "ana"),
            key(Party::Operator, "ana"),
            key(Party::Service, "ana"),
        ];
        let distinct: std::collections::HashSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len(), "{keys:?}");
    }
}
