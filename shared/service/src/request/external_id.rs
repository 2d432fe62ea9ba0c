//! External ids: an external id is the key of the party that sets it. No other party sees the key or finds a
//! resource by it. All people of a tenant share their keys, and so do all operators.

use csp_policy::{Caller, Party};
use csp_store::Column;

/// A key with its owner in one text, for example `partner/contoso.example/crm-7` or `operator//crm-7`. Tables
/// store this text and look it up as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalId(String);

impl ExternalId {
    /// The key of `owner`; `None` for an empty key, which a request sends for none.
    pub fn of(owner: &Party, key: &str) -> Option<Self> {
        (!key.is_empty()).then(|| ExternalId(format!("{}/{key}", party_key(owner))))
    }

    /// The key of the partner with this CSP tenant; `None` for an empty key.
    pub fn of_partner(csp_tenant: &str, key: &str) -> Option<Self> {
        ExternalId::of(&Party::Partner { tenant: csp_tenant.to_owned() }, key)
    }

    /// The key as the caller sees it: empty unless the caller is the owner.
    pub fn shown(id: Option<&Self>, caller: &Caller) -> String {
        let own = id.and_then(|id| id.0.strip_prefix(&party_key(&caller.party))?.strip_prefix('/'));
        own.unwrap_or_default().to_owned()
    }

    /// The condition of a list on external ids; empty for none.
    pub fn filter(id: Option<Self>) -> String {
        id.map(|id| id.0).unwrap_or_default()
    }

    /// The key without its owner.
    pub fn key(&self) -> &str {
        self.0.splitn(3, '/').nth(2).unwrap_or_default()
    }

    /// The key with its owner, for a look-up.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Column for ExternalId {
    type Raw = String;

    fn from_raw(raw: String) -> Option<Self> {
        (raw.splitn(3, '/').count() == 3).then_some(ExternalId(raw))
    }

    fn to_raw(&self) -> String {
        self.0.clone()
    }
}

/// A text that is unique for each party. No tenant contains a slash.
pub(crate) fn party_key(party: &Party) -> String {
    match party {
        Party::Partner { tenant } => format!("partner/{tenant}"),
        Party::Customer { tenant } => format!("customer/{tenant}"),
        Party::Operator => "operator/".to_owned(),
        Party::Service => "service/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_shown_to_its_owner_only() {
        let partner = |tenant: &str| Party::Partner { tenant: tenant.to_owned() };
        let customer = Party::Customer { tenant: "a".to_owned() };
        let parties = [partner("a"), partner("a.example"), customer, Party::Operator, Party::Service];
        for owner in &parties {
            let id = ExternalId::of(owner, "a/example/crm-7");
            assert_eq!(id.as_ref().map(ExternalId::key), Some("a/example/crm-7"));
            for party in &parties {
                let caller = Caller { party: party.clone(), roles: Vec::new() };
                let shown = if party == owner { "a/example/crm-7" } else { "" };
                assert_eq!(ExternalId::shown(id.as_ref(), &caller), shown, "{owner:?} {party:?}");
            }
        }
    }
}
