//! The status of an account on an earlier day, before and after it changed.

use super::*;
use jiff::SignedDuration;

/// A day before the suspension, which is on 22 November 2026.
const BEFORE: &str = "2026-11-21";
const SINCE: &str = "2026-11-22";
/// The day before the account was established.
const EARLIER: &str = "2019-06-29";

/// Fabrikam, recorded as of 30 June 2019, was suspended on 22 November 2026; now it is 23 November.
async fn suspended() -> House {
    let house = House::open().await;
    house.recorded("fabrikam", PartnerKind::IndirectReseller).await;
    house.pass_a_day();
    house.suspend("fabrikam").await;
    house.pass_a_day();
    house
}

impl House {
    fn pass_a_day(&self) {
        let clock = &self.registry.book.clock;
        clock.set(clock.now() + SignedDuration::from_hours(24)).unwrap();
    }

    async fn suspend(&self, id: &str) {
        let request = pb::SetPartnerStandingRequest {
            name: format!("partners/{id}"),
            standing: pb::Standing::Suspended.into(),
            reason: "overdue".to_owned(),
            ..Default::default()
        };
        registry::partner::set_standing(&self.registry, &operator(), request).await.unwrap();
    }

    /// The facts about an account for the record of an act of `day`.
    async fn recorded_on(&self, id: &str, day: &str) -> internal::PartnerFacts {
        self.facts_of(id, day, true).await
    }

    async fn facts_of(&self, id: &str, day: &str, recorded: bool) -> internal::PartnerFacts {
        let request = internal::GetFactsRequest {
            as_of_date: day.to_owned(),
            partners: vec![format!("partners/{id}")],
            recorded,
            ..Default::default()
        };
        registry::facts::get(&self.registry, request).await.unwrap().partners.remove(0)
    }
}

#[tokio::test]
async fn a_record_is_decided_by_the_standing_of_its_day() {
    let house = suspended().await;
    for (day, standing) in [(BEFORE, pb::Standing::Active), (SINCE, pb::Standing::Suspended)] {
        let fact = house.recorded_on("fabrikam", day).await;
        assert_eq!((fact.standing(), fact.dated), (standing, true), "{day}");
        assert!(fact.organization.is_some_and(|company| company.dated && company.is_partner), "{day}");
    }
}

#[tokio::test]
async fn before_the_first_entry_the_present_standing_holds_and_is_marked() {
    let house = suspended().await;
    let fact = house.recorded_on("fabrikam", EARLIER).await;
    assert_eq!((fact.standing(), fact.dated), (pb::Standing::Suspended, false));
    assert!(fact.organization.is_some_and(|company| !company.dated));
}

/// The clocks of two services may disagree on the day.
#[tokio::test]
async fn an_act_of_today_is_decided_by_the_present_standing_whatever_its_day() {
    let house = suspended().await;
    let fact = house.facts_of("fabrikam", BEFORE, false).await;
    assert_eq!((fact.standing(), fact.dated), (pb::Standing::Suspended, false));
}

#[tokio::test]
async fn the_last_standing_of_a_day_is_the_standing_of_that_day() {
    let house = House::open().await;
    house.recorded("fabrikam", PartnerKind::IndirectReseller).await;
    house.suspend("fabrikam").await;
    let request = pb::SetPartnerStandingRequest {
        name: "partners/fabrikam".to_owned(),
        standing: pb::Standing::Restricted.into(),
        reason: "paid in part".to_owned(),
        ..Default::default()
    };
    registry::partner::set_standing(&house.registry, &operator(), request).await.unwrap();
    house.pass_a_day();
    let fact = house.recorded_on("fabrikam", BEFORE).await;
    assert_eq!((fact.standing(), fact.dated), (pb::Standing::Restricted, true));
}

/// Fabrikam applied on 21 November 2026 and was authorized on 22 November; now it is 23 November.
async fn authorized() -> House {
    let house = House::open().await;
    house.company("fabrikam").await;
    house.mpn_id("4711", "fabrikam").await;
    house.enroll("fabrikam", "fabrikam.example").await.unwrap();
    house.verify(&house.token().await).await.unwrap();
    house.pass_a_day();
    for step in [pb::ReviewStep::Employment, pb::ReviewStep::Business, pb::ReviewStep::Decision] {
        house.review("fabrikam", step).await.unwrap();
    }
    house.associate("fabrikam", "4711").await.unwrap();
    house.pass_a_day();
    house
}

#[tokio::test]
async fn a_company_is_a_partner_from_the_day_of_its_authorization() {
    let house = authorized().await;
    for (day, state) in [(BEFORE, pb::EnrollmentState::Pending), (SINCE, pb::EnrollmentState::Authorized)] {
        let fact = house.recorded_on("fabrikam", day).await;
        assert_eq!((fact.enrollment_state(), fact.dated), (state, true), "{day}");
        let is_partner = fact.organization.is_some_and(|company| company.is_partner);
        assert_eq!(is_partner, state == pb::EnrollmentState::Authorized, "{day}");
    }
}

#[tokio::test]
async fn a_recorded_signature_is_judged_by_the_enrolment_of_its_day() {
    let house = authorized().await;
    let signed_on = async |day: &str| {
        let request = pb::RecordPartnerAgreementRequest {
            name: "partners/fabrikam/agreement".to_owned(),
            text_version: "1".to_owned(),
            signer_name: "Ana".to_owned(),
            evidence: Some(Evidence { establish_date: day.to_owned(), ..evidence() }),
            ..Default::default()
        };
        registry::agreement::record(&house.registry, &operator(), request).await
    };
    assert_eq!(reasons(signed_on(BEFORE).await), ["ENROLLMENT_NOT_AUTHORIZED"]);
    signed_on(SINCE).await.unwrap();
}
