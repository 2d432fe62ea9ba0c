//! `ExplainAccess`: the paths of all partners of a customer, or of one partner with its steps.

use csp_policy::Party;
use csp_proto::internal::subscription::v1::SubscriptionRole;
use csp_proto::relationship::v1 as pb;
use csp_service::peers::{CustomerFact, Query, RegistryFacts};
use csp_service::{Call, Fault, Fields, Result};

use super::facts::Facts;
use super::{paths, steps};
use crate::partnership::table::PartnershipRow;
use crate::{RelationshipService, admin_grant, partnership, reseller_relationship};

/// Maximum number of partners whose paths are told: the registry answers about this many at once.
const PARTNERS_MAX: usize = 50;

pub(crate) async fn explain(
    service: &RelationshipService,
    call: &Call,
    request: pb::ExplainAccessRequest,
) -> Result<pb::ExplainAccessResponse> {
    let mut fields = Fields::new();
    let customer = fields.resource_name("parent", &request.parent, "customers");
    let partner = fields.optional_name("partner", &request.partner, "partners");
    let (customer, partner) = fields.finish(|| Some((customer?, partner?)))?;

    let (known, mut facts) =
        tokio::try_join!(service.customers.by_name(call, &customer), gather(service, call, &customer))?;
    let unseen = || Fault::not_found("customer", &customer);
    let known = known.filter(|known| !known.being_created).ok_or_else(unseen)?;
    let all = || facts.partners().into_iter().take(PARTNERS_MAX).collect();
    let names = partner.clone().map_or_else(all, |named| vec![named]);
    facts.registry = standings(service, call, names.clone()).await?;
    let partner = asked_about(call, &known, &facts, partner).ok_or_else(unseen)?;
    let Some(partner) = partner else {
        let paths = names.iter().flat_map(|name| paths::of(&facts, name)).collect();
        return Ok(pb::ExplainAccessResponse { paths, steps: Vec::new() });
    };
    let known = match call.caller.is_operator() {
        true => facts.registry.partner(&partner),
        false => facts.registry.authorized(&partner),
    };
    known.ok_or_else(|| Fault::not_found("partner", &partner))?;
    let steps = steps::of(&facts, &partnerships(service, &facts, &partner).await?, &partner);
    Ok(pb::ExplainAccessResponse { paths: paths::of(&facts, &partner), steps })
}

/// The partner that the caller asks about: `Some(None)` for all partners, `None` for a caller that may not
/// ask. A partner asks about itself only, and only while a path, or a reseller of it, connects it with the
/// customer.
fn asked_about(
    call: &Call,
    customer: &CustomerFact,
    facts: &Facts,
    partner: Option<String>,
) -> Option<Option<String>> {
    match &call.caller.party {
        Party::Operator => Some(partner),
        Party::Customer { tenant } => (*tenant == customer.tenant).then_some(partner),
        Party::Partner { tenant } => {
            let own = facts.registry.partner_of_tenant(tenant).map(|account| account.name.clone())?;
            let is_connected = facts.partners().contains(&own) || facts.serves_through_a_reseller(&own);
            (is_connected && partner.is_none_or(|named| named == own)).then_some(Some(own))
        }
        Party::Service => None,
    }
}

async fn gather(service: &RelationshipService, call: &Call, customer: &str) -> Result<Facts> {
    let edges = async {
        let reader = &mut *service.book.store.read().await?;
        let relationships = reseller_relationship::table::active_of_customer(reader, customer).await?;
        let now = service.book.micros();
        let grants = admin_grant::table::live_of_customer(reader, customer, now).await?;
        Ok((relationships, grants))
    };
    let ((relationships, grants), sales) =
        tokio::try_join!(edges, service.subscriptions.partners_of(call, customer))?;
    // A support contact acts by another path, or by none.
    let sales = sales.into_iter().filter(|sale| sale.role != SubscriptionRole::SupportContact).collect();
    Ok(Facts { relationships, grants, sales, registry: RegistryFacts::default() })
}

async fn standings(
    service: &RelationshipService,
    call: &Call,
    partners: Vec<String>,
) -> Result<RegistryFacts> {
    let tenants = match &call.caller.party {
        Party::Partner { tenant } => vec![tenant.clone()],
        Party::Customer { .. } | Party::Operator | Party::Service => Vec::new(),
    };
    let query = Query { partners, tenants, ..Query::default() };
    service.registry.facts(call, service.book.clock.today(), query).await
}

/// The partner's active partnerships with the sellers of the customer.
async fn partnerships(
    service: &RelationshipService,
    facts: &Facts,
    partner: &str,
) -> Result<Vec<PartnershipRow>> {
    let Some(account) = facts.registry.partner(partner) else { return Ok(Vec::new()) };
    let mut reader = service.book.store.read_once().await?;
    partnership::table::of_reseller_tenant(&mut reader, &account.tenant).await
}
