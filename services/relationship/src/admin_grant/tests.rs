//! The end of a grant: by its end time, or by revocation.

use csp_proto::relationship::v1::AdminGrantState;

use super::access::Roles;
use super::{AdminAccess, AdminGrant};
use crate::fixtures::{at, partner};
use crate::peers::KnownCustomer;
use crate::reseller_relationship::{Origin, ResellerRelationship};

fn two_days() -> AdminGrant {
    let now = at("2026-01-01T00:00:00Z");
    let customer = KnownCustomer { name: "customers/c".to_owned(), tenant: "c".to_owned() };
    let relationship = ResellerRelationship::begin(
        "r".to_owned(),
        &partner("fabrikam"),
        None,
        &customer,
        Origin::Invited,
        now,
    );
    let access = AdminAccess { roles: Roles(vec!["helpdesk-administrator".to_owned()]), days: 2 };
    AdminGrant::give("g".to_owned(), &relationship, &access, &Origin::Invited, now)
}

#[test]
fn a_grant_expires_at_its_end_time() {
    let mut grant = two_days();
    assert_eq!(grant.state(at("2026-01-02T23:59:59Z")), AdminGrantState::Active);
    assert_eq!(grant.state(at("2026-01-03T00:00:00Z")), AdminGrantState::Expired);
    grant.revoke(at("2026-01-03T00:00:00Z"));
    assert_eq!(grant, two_days(), "nothing is left to revoke");
}

#[test]
fn a_grant_is_revoked_once() {
    let (mut grant, now) = (two_days(), at("2026-01-02T00:00:00Z"));
    grant.revoke(now);
    assert_eq!((grant.state(now), grant.row.revision), (AdminGrantState::Revoked, 2));
    let revoked = grant.clone();
    grant.revoke(at("2026-01-02T01:00:00Z"));
    assert_eq!(grant, revoked);
}
