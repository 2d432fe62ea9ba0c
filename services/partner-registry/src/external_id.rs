//! External ids: an external id is a key of the party that sets it. No other party sees it or finds a
//! resource by it.

use csp_service::Call;

/// An external id with its party.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ExternalId {
    /// The key; `None` for a resource without one.
    pub(crate) id: Option<String>,
    /// The party that set the key, as [`Call::party_key`] names it.
    pub(crate) owner: String,
}

impl ExternalId {
    /// The key that the caller sets.
    pub(crate) fn of(call: &Call, id: Option<String>) -> Self {
        ExternalId { id, owner: call.party_key() }
    }
}

/// The key as `party` sees it; empty for another party's key.
pub(crate) fn shown(id: Option<&str>, owner: &str, party: &str) -> String {
    id.filter(|_| owner == party).unwrap_or_default().to_owned()
}
