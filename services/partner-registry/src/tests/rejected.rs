//! A pending application reserves its company and MPN ID; a rejection releases both.

use super::*;
use crate::partner::{self, read};
use csp_proto::internal::partner_registry::v1 as internal;

impl House {
    /// Applies for the account `id` in the name of `company`.
    async fn apply(&self, id: &str, company: &str, mpn_id: &str) -> Result<pb::EnrollPartnerResponse> {
        let request = pb::EnrollPartnerRequest {
            partner_id: id.to_owned(),
            profile: Some(profile(company, PartnerKind::IndirectReseller)),
            mpn_id: mpn_id.to_owned(),
            ..Default::default()
        };
        registry::partner::enroll(&self.registry, &admin(&tenant(id)), request).await
    }

    async fn reject(&self, id: &str) {
        let request = pb::ReviewEnrollmentRequest {
            name: format!("partners/{id}"),
            step: pb::ReviewStep::EmailOwnership.into(),
            verdict: pb::ReviewVerdict::Reject.into(),
            reason: "not of that company".to_owned(),
            ..Default::default()
        };
        registry::partner::review(&self.registry, &operator(), request).await.unwrap();
    }

    async fn appeal(&self, id: &str) -> Result<pb::AppealEnrollmentResponse> {
        let request = pb::AppealEnrollmentRequest {
            name: format!("partners/{id}"),
            statement: "look again".to_owned(),
            ..Default::default()
        };
        partner::appeal(&self.registry, &admin(&tenant(id)), request).await
    }

    async fn listed(&self, caller: &Call, state: pb::EnrollmentState) -> Vec<String> {
        let states = if state == pb::EnrollmentState::Unspecified { Vec::new() } else { vec![state.into()] };
        let filter = pb::PartnerFilter { states, ..Default::default() };
        let request = pb::ListPartnersRequest { filter: Some(filter), ..Default::default() };
        let listed = read::list(&self.registry, caller, request).await.unwrap();
        listed.partners.into_iter().map(|partner| partner.name).collect()
    }

    async fn is_partner(&self, company: &str) -> bool {
        let request = internal::GetFactsRequest {
            as_of_date: "2026-11-21".to_owned(),
            organizations: vec![format!("organizations/{company}")],
            ..Default::default()
        };
        registry::facts::get(&self.registry, request).await.unwrap().organizations[0].is_partner
    }
}

#[tokio::test]
async fn a_rejection_releases_the_company_and_the_mpn_id() {
    let house = House::open().await;
    house.company("fabrikam").await;
    house.mpn_id("4711", "fabrikam").await;
    house.apply("squatter", "fabrikam", "4711").await.unwrap();
    let second = house.apply("fabrikam", "fabrikam", "").await;
    assert!(matches!(second, Err(Fault::AlreadyExists { .. })), "{second:?}");
    house.reject("squatter").await;
    assert_eq!(house.read(&operator(), "squatter").await.unwrap().mpn_ids, [] as [String; 0]);

    house.apply("fabrikam", "fabrikam", "4711").await.unwrap();
    let taken = house.associate("squatter", "4711").await;
    assert!(matches!(taken, Err(Fault::StateConflict { .. })), "{taken:?}");
    let appealed = house.appeal("squatter").await;
    assert!(matches!(appealed, Err(Fault::AlreadyExists { .. })), "{appealed:?}");
    house.reject("fabrikam").await;
    house.appeal("squatter").await.unwrap();
}

/// A reseller that is found by MPN ID is always onboarded. Boundaries that name the reseller by MPN ID or
/// subscription therefore need not judge AGR-04 (onboarded before new business).
#[tokio::test]
async fn an_mpn_id_names_only_an_onboarded_account() {
    let house = House::open().await;
    house.company("fabrikam").await;
    house.mpn_id("4711", "fabrikam").await;
    for (step, holder) in [(0, None), (1, Some("partners/fabrikam")), (2, None)] {
        match step {
            0 => {}
            1 => drop(house.apply("fabrikam", "fabrikam", "4711").await.unwrap()),
            _ => house.reject("fabrikam").await,
        }
        let request = internal::GetFactsRequest {
            as_of_date: "2026-11-21".to_owned(),
            mpn_ids: vec!["4711".to_owned()],
            ..Default::default()
        };
        let facts = registry::facts::get(&house.registry, request).await.unwrap();
        assert_eq!(facts.mpn_ids[0].partner, holder.unwrap_or_default(), "step {step}");
        let onboarded: Vec<_> = facts.partners.iter().map(|it| (it.name.as_str(), it.onboarded)).collect();
        assert_eq!(onboarded, holder.map(|name| (name, true)).into_iter().collect::<Vec<_>>(), "step {step}");
    }
}

#[tokio::test]
async fn the_mpn_id_that_a_rejection_frees_is_in_the_journal() {
    let house = House::open().await;
    house.company("fabrikam").await;
    house.mpn_id("4711", "fabrikam").await;
    house.apply("fabrikam", "fabrikam", "4711").await.unwrap();
    house.reject("fabrikam").await;
    let request = pb::ListMpnIdsRequest::default();
    let held = registry::mpn_id::read::list(&house.registry, &operator(), request).await.unwrap().mpn_ids;
    assert_eq!((held[0].partner.as_str(), held[0].revision), ("", 3));
    let mut reader = house.registry.store().read_once().await.unwrap();
    let entries = journal::of_resource(&mut reader, "mpnIds/4711", journal::START, 100).await.unwrap();
    let revisions: Vec<_> = entries.iter().map(|entry| entry.revision).collect();
    assert_eq!(revisions, [1, 2, 3]);
    assert!(entries[2].decision_id.is_some());
}

#[tokio::test]
async fn a_pending_application_does_not_make_its_company_a_partner() {
    let house = House::open().await;
    house.company("fabrikam").await;
    house.apply("fabrikam", "fabrikam", "").await.unwrap();
    assert!(!house.is_partner("fabrikam").await);
    house.recorded("contoso", PartnerKind::IndirectProvider).await;
    assert!(house.is_partner("contoso").await);
}

#[tokio::test]
async fn other_partners_see_a_pending_account_by_name_and_never_a_rejected_one() {
    use pb::EnrollmentState::{Authorized, Pending, Rejected, Unspecified};
    let house = House::open().await;
    house.recorded("contoso", PartnerKind::IndirectProvider).await;
    house.company("fabrikam").await;
    house.apply("fabrikam", "fabrikam", "").await.unwrap();
    let contoso = admin("contoso.example");
    assert_eq!(house.read(&contoso, "fabrikam").await.unwrap().enrollment_state(), Pending);
    let request =
        pb::GetTransactReadinessRequest { partner: Some(by_account("fabrikam")), ..Default::default() };
    let answer = registry::partner::readiness::get(&house.registry, &contoso, request).await.unwrap();
    assert!(answer.readiness.unwrap().missing.contains(&pb::ReadinessStep::Enrolled.into()));
    for (state, seen) in [(Unspecified, 1), (Authorized, 1), (Pending, 0), (Rejected, 0)] {
        assert_eq!(house.listed(&contoso, state).await.len(), seen, "{state:?}");
    }
    assert_eq!(house.listed(&operator(), Pending).await, ["partners/fabrikam"]);
    assert_eq!(house.listed(&admin("fabrikam.example"), Unspecified).await, ["partners/fabrikam"]);

    house.reject("fabrikam").await;
    let hidden = house.read(&contoso, "fabrikam").await;
    assert!(matches!(hidden, Err(Fault::NotFound { .. })), "{hidden:?}");
    let own = house.read(&admin("fabrikam.example"), "fabrikam").await.unwrap();
    assert_eq!(own.enrollment_state(), Rejected);
    assert_eq!(house.listed(&operator(), Unspecified).await, ["partners/contoso"], "rejected is not living");
    assert_eq!(house.listed(&operator(), Rejected).await, ["partners/fabrikam"]);
    assert_eq!(house.listed(&contoso, Rejected).await, [""; 0]);
}

/// The violations and the revisions in the decision of a refusal.
fn violations_and_revisions(
    refused: Result<impl std::fmt::Debug>,
) -> (Vec<csp_policy::Violation>, Vec<csp_policy::Revision>) {
    match refused.unwrap_err() {
        Fault::Refused(refused) => (refused.decision.violations, refused.decision.revisions),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_applicant_learns_nothing_about_the_mpn_ids_of_the_company_that_it_names() {
    /// A number that nobody registered: the applicant must not learn even that.
    const NOBODYS: &str = "6";
    let house = House::open().await;
    house.recorded("contoso", PartnerKind::IndirectProvider).await;
    house.mpn_id("1", "contoso").await;
    house.associate("contoso", "1").await.unwrap();
    for (number, kind, country, active) in [
        ("2", pb::MpnKind::Location, "FR", true),
        ("3", pb::MpnKind::Location, "DE", false),
        ("4", pb::MpnKind::Global, "DE", true),
    ] {
        let request = pb::RegisterMpnIdRequest {
            mpn_id: number.to_owned(),
            organization: "organizations/contoso".to_owned(),
            kind: kind.into(),
            country: country.to_owned(),
            active: Some(active),
            ..Default::default()
        };
        registry::mpn_id::register(&house.registry, &operator(), request).await.unwrap();
    }
    house.company("stranger").await;
    house.mpn_id("5", "stranger").await;
    house.apply("squatter", "contoso", "").await.unwrap();
    let unnamed = |number: &str, (violations, revisions): (Vec<csp_policy::Violation>, Vec<_>)| {
        let findings = format!("{:?}", violations.iter().map(|broken| &broken.finding).collect::<Vec<_>>());
        (
            findings.replace(&format!("`{number}`"), "`?`").replace(&format!("\"{number}\""), "\"?\""),
            revisions,
        )
    };
    let associated = unnamed("5", violations_and_revisions(house.associate("squatter", "5").await));
    for number in ["1", "2", "3", "4", NOBODYS] {
        let refused = violations_and_revisions(house.associate("squatter", number).await);
        assert_eq!(unnamed(number, refused), associated, "{number}");
    }
    house.reject("squatter").await;
    let applied = unnamed("5", violations_and_revisions(house.apply("again", "contoso", "5").await));
    for number in ["1", "2", "3", "4", NOBODYS] {
        let refused = house.apply("again", "contoso", number).await;
        assert_eq!(unnamed(number, violations_and_revisions(refused)), applied, "{number}");
    }
    let enrolled = house.associate("contoso", NOBODYS).await;
    assert!(
        matches!(enrolled, Err(Fault::NotFound { .. })),
        "an enrolled partner may learn that the number is unknown: {enrolled:?}"
    );
}
