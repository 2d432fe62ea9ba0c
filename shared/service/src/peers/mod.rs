//! The clients of the other services' facts, converted to the types of the rule book. No other module uses
//! the generated clients of the facts services.
//!
//! A fact is always read after the call that needs the fact has begun, and carries the revision at which it
//! was read. Nothing is cached. The facts that every sale needs – a customer, the registry's facts, edges –
//! are read in rounds: questions asked at the same moment share one RPC, see `rounds.rs`. A peer that does
//! not answer is [`crate::Fault::Peer`]; its answer is never guessed.

mod buyer;
mod customers;
pub(crate) mod peer;
mod registry;
mod registry_facts;
mod registry_query;
mod relationships;
mod rounds;
mod subscriptions;

pub use buyer::{BuyingTenant, buyer};
pub use customers::{Acceptance, CustomerFact, Customers, InvitedTenant, Registered};
pub use registry::{Claim, Registry};
pub use registry_facts::{NamedReseller, OrganizationFact, RegistryFacts, TenantFact};
pub use registry_query::{Query, RegistrationKey};
pub use relationships::{CustomerAccess, Edge, Edges, EdgesQuery, Relationships};
pub use rounds::ROUND_MAX;
pub use subscriptions::{Closing, PreviewedOrder, RelationshipKey, Subscriptions, Voiding};

use csp_policy::{Cloud, Country, Day};

use crate::fault::{Fault, Result};
use crate::request::wire;

/// The fault for a peer's answer that the contract does not allow.
fn broken(what: &str) -> Fault {
    Fault::internal(format!("a peer answered with an invalid {what}"))
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
