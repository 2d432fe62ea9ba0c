//! What the services of the suite ask each other, in the policy's words: the only users of their facts clients.
//!
//! A fact is always read after the call that needs it has begun, and comes with the revision at which it was read;
//! nothing here is cached. What every sale asks – a customer, the registry's facts, edges – is asked in one round with
//! others who ask the same at that moment: see `rounds.rs`. A peer that cannot be asked is [`crate::Fault::Peer`],
//! never a guess.

mod buyer;
mod customers;
pub(crate) mod peer;
mod registry;
mod relationships;
mod rounds;
mod subscriptions;

pub use buyer::{BuyingTenant, buyer};
pub use customers::{CustomerFact, Customers, InvitedTenant, Registered};
pub use registry::{Claim, OrganizationFact, Query, Registry, RegistryFacts, TenantFact};
pub use relationships::{CustomerAccess, Edge, Edges, EdgesQuery, Relationships};
pub use rounds::ROUND_MAX;
pub use subscriptions::{Closing, RelationshipKey, Subscriptions, Voiding};

use csp_policy::{Cloud, Country, Day};

use crate::fault::{Fault, Result};
use crate::request::wire;

/// A peer's answer that the contract does not allow.
fn broken(what: &str) -> Fault {
    Fault::internal(format!("a peer answered with an impossible {what}"))
}

fn cloud(value: i32) -> Result<Cloud> {
    wire::cloud_of(value).ok_or_else(|| broken("cloud"))
}

fn country(code: &str) -> Result<Country> {
    Country::try_from(code).map_err(|_| broken("country"))
}

fn day(iso: &str) -> Result<Option<Day>> {
    if iso.is_empty() { Ok(None) } else { iso.parse().map(Some).map_err(|_| broken("day")) }
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
