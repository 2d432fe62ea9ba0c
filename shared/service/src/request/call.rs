//! One call as the services see it. The gate puts it beside each request; services read it with
//! [`Call::of`].

use std::time::{Duration, Instant};

use csp_policy::{Caller, Party};

use crate::fault::{Fault, Result};
use crate::request::identity::Claims;
use crate::runtime::drain::Drain;

/// Header that names a call in every log of the suite; answered as sent, or made up.
pub const TRACE_HEADER: &str = "x-request-id";

/// One call: who makes it, which RPC it is, and until when it is worth answering.
#[derive(Debug, Clone)]
pub struct Call {
    /// Who calls, on whose behalf.
    pub caller: Caller,
    /// The person or service that calls, as its credential names it.
    pub subject: String,
    /// Bare name of the RPC, for example `SubmitOrder`.
    pub rpc: &'static str,
    /// The `x-request-id` under which every service of the suite logs the call.
    pub trace: String,
    /// Whether another service passed the call on.
    pub by_service: bool,
    /// Until when the caller waits; `None` for a stream and for a service's own work.
    pub deadline: Option<Instant>,
    /// Whether the server that answers it stops: for streams, which would go on.
    pub drain: Drain,
}

impl Call {
    /// The call that the gate put beside the request.
    pub fn of<T>(request: &tonic::Request<T>) -> Result<Call> {
        let call = request.extensions().get::<Call>();
        call.cloned().ok_or_else(|| Fault::internal("a request that did not pass the gate"))
    }

    /// A call of `caller`, outside any server: for tests.
    pub fn made_by(caller: Caller, subject: &str, rpc: &'static str) -> Call {
        let (subject, trace) = (subject.to_owned(), String::new());
        Call { caller, subject, rpc, trace, by_service: false, deadline: None, drain: Drain::default() }
    }

    /// A service's own work, for example a renewal: `service` acts, nobody waits.
    pub fn of_service(service: &'static str, work: &'static str) -> Call {
        let caller = Caller { party: Party::Service, roles: Vec::new() };
        Call { by_service: true, ..Call::made_by(caller, service, work) }
    }

    /// Tells callers apart: what one sent is never another's. Scopes request ids, page tokens and decisions.
    pub fn key(&self) -> String {
        let subject = &self.subject;
        match &self.caller.party {
            Party::Partner { tenant } => format!("partner/{tenant}/{subject}"),
            Party::Customer { tenant } => format!("customer/{tenant}/{subject}"),
            Party::Operator => format!("operator//{subject}"),
            Party::Service => format!("service//{subject}"),
        }
    }

    /// Who acts, as the journal names it.
    pub fn actor(&self) -> String {
        self.key()
    }

    /// The tenant on whose behalf the call is made; `None` for operators and services.
    pub fn tenant(&self) -> Option<&str> {
        match &self.caller.party {
            Party::Partner { tenant } | Party::Customer { tenant } => Some(tenant),
            Party::Operator | Party::Service => None,
        }
    }

    /// How long the caller still waits; zero once the deadline has passed, `None` without one.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Who calls, as a text to keep with work that outlives the call: see [`Call::on_behalf_of`].
    pub fn caller_text(&self) -> String {
        String::from_utf8_lossy(&self.claims().encode()).into_owned()
    }

    /// A call on behalf of a caller that was kept as `caller_text`; nobody waits.
    pub fn on_behalf_of(caller_text: &str, rpc: &'static str) -> Result<Call> {
        let claims: Claims = serde_json::from_str(caller_text)
            .map_err(|error| Fault::internal(format!("a caller that was kept does not decode: {error}")))?;
        Ok(Call { by_service: true, ..Call::made_by(claims.caller(), claims.subject(), rpc) })
    }

    /// The caller's claims, as one service passes them to the next.
    pub(crate) fn claims(&self) -> Claims {
        Claims::of(&self.caller, &self.subject)
    }

    /// A word for the kind of caller, for logs.
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
    fn a_kept_caller_is_the_same_caller() {
        let caller = Caller {
            party: Party::Partner { tenant: "a.example".to_owned() },
            roles: vec![Role::AdminAgent],
        };
        let call = Call::made_by(caller.clone(), "ana", "CreateCustomer");
        let kept = Call::on_behalf_of(&call.caller_text(), "CreateCustomer").unwrap();
        assert_eq!((kept.key(), kept.caller), (call.key(), caller));
    }

    #[test]
    fn callers_are_told_apart_by_party_tenant_and_subject() {
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
