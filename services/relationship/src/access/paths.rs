//! The paths by which one partner can act on a customer's tenant.

use csp_proto::internal::subscription::v1::SubscriptionRole;
use csp_proto::relationship::v1::{AccessPath, AccessPathKind, AccessPathState, AdminGrantKind};
use csp_service::peers::SubscriptionPartner;
use csp_service::wire::{start_of, timestamp};

use super::facts::Facts;
use crate::admin_grant::AdminGrant;
use crate::admin_grant::table::AdminGrantRow;
use crate::reseller_relationship;

/// All paths of the partner. Owner permission for Azure is told as absent where the partner serves the
/// customer without it (rule CUS-12).
pub(super) fn of(facts: &Facts, partner: &str) -> Vec<AccessPath> {
    let sales = facts.sales.iter().filter(|sale| sale.partner == partner).map(of_sale);
    let relationships = facts.relationships.iter().filter(|row| row.partner == partner);
    let served = relationships.clone().map(|row| AccessPath {
        partner: row.partner.clone(),
        kind: AccessPathKind::Relationship.into(),
        state: AccessPathState::InForce.into(),
        resource: reseller_relationship::name_of(&row.customer, &row.id),
        provider: row.provider.clone(),
        start_time: Some(timestamp(row.evidence_date.map_or(row.create_time, start_of))),
        ..AccessPath::default()
    });
    let grants = facts.grants.iter().filter(|row| row.partner == partner);
    let granted = grants.clone().map(|row| of_grant(facts, row));
    let is_owner = grants.clone().any(|row| row.kind.0 == AdminGrantKind::AzureOwner);
    let lacks_owner = !is_owner && relationships.clone().next().is_some();
    let absent = lacks_owner.then(|| AccessPath {
        partner: partner.to_owned(),
        kind: AccessPathKind::AzureOwner.into(),
        state: AccessPathState::Absent.into(),
        ..AccessPath::default()
    });
    sales.chain(served).chain(granted).chain(absent).collect()
}

fn of_sale(sale: &SubscriptionPartner) -> AccessPath {
    let kind = match sale.role {
        SubscriptionRole::ResellerOfRecord => AccessPathKind::ResellerOfRecord,
        _ => AccessPathKind::Seller,
    };
    AccessPath {
        partner: sale.partner.clone(),
        kind: kind.into(),
        state: AccessPathState::InForce.into(),
        start_time: Some(timestamp(sale.since)),
        end_time: sale.until.map(timestamp),
        ..AccessPath::default()
    }
}

fn of_grant(facts: &Facts, row: &AdminGrantRow) -> AccessPath {
    let kind = match row.kind.0 {
        AdminGrantKind::AzureOwner => AccessPathKind::AzureOwner,
        AdminGrantKind::Delegated | AdminGrantKind::Unspecified => AccessPathKind::AdminGrant,
    };
    let sleeps = kind == AccessPathKind::AdminGrant && facts.sleeps(&row.partner);
    let state = if sleeps { AccessPathState::Asleep } else { AccessPathState::InForce };
    AccessPath {
        partner: row.partner.clone(),
        kind: kind.into(),
        state: state.into(),
        resource: AdminGrant::from(row.clone()).name(),
        roles: row.roles.0.clone(),
        start_time: Some(timestamp(row.start_time)),
        end_time: row.end_time.map(timestamp),
        ..AccessPath::default()
    }
}
