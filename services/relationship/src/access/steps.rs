//! What a partner has, and what it lacks, to act on a customer's tenant by every path.

use csp_policy::{PartnerKind, is_managing_role};
use csp_proto::internal::subscription::v1::SubscriptionRole;
use csp_proto::relationship::v1::{AccessStep, AccessStepKind, AdminGrantKind};

use super::facts::Facts;
use crate::admin_grant::table::AdminGrantRow;
use crate::partnership::table::PartnershipRow;

/// The steps of the partner, in the order in which they are taken. Only a reseller needs a partnership, and
/// only a reseller is of record.
pub(super) fn of(facts: &Facts, partnerships: &[PartnershipRow], partner: &str) -> Vec<AccessStep> {
    let grants = || facts.grants.iter().filter(move |row| row.partner == partner);
    let given = || grants().filter(|row| row.kind.0 == AdminGrantKind::Delegated);
    let manages = |row: &AdminGrantRow| row.roles.0.iter().any(|role| is_managing_role(role));
    let has = |name: &str, role| facts.sales.iter().any(|sale| sale.role == role && sale.partner == name);
    let of_record = has(partner, SubscriptionRole::ResellerOfRecord);
    let serves = facts.relationships.iter().any(|row| row.partner == partner);
    let serves_through = |provider: &str| {
        facts.relationships.iter().any(|row| row.partner == partner && row.provider == provider)
    };
    let is_owner = grants().any(|row| row.kind.0 == AdminGrantKind::AzureOwner);
    let kind = facts.registry.partner(partner).map(|partner| partner.kind);
    let is_reseller = kind == Some(PartnerKind::IndirectReseller);
    let all = [
        (AccessStepKind::Relationship, serves, "AcceptInvitation", true),
        (AccessStepKind::AdminGrant, given().next().is_some(), "AcceptInvitation", true),
        (AccessStepKind::ManagingRole, given().any(manages), "AcceptInvitation", true),
        (AccessStepKind::Standing, !facts.sleeps(partner), "SetPartnerStanding", true),
        (
            AccessStepKind::Partnership,
            partnerships
                .iter()
                .any(|row| has(&row.provider, SubscriptionRole::Seller) || serves_through(&row.provider)),
            "AcceptPartnership",
            is_reseller,
        ),
        (AccessStepKind::OfRecord, of_record, "AssociateReseller", is_reseller),
        (AccessStepKind::AzureOwner, is_owner, "RecordAzureOwner", true),
    ];
    let needed = all.into_iter().filter(|(.., is_needed)| *is_needed);
    needed.map(|(kind, done, rpc, _)| AccessStep { kind: kind.into(), done, rpc: rpc.to_owned() }).collect()
}
