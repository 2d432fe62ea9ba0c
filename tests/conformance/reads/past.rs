//! Acts and answers about an earlier day: what is dated is taken as of that day, the rest as now, marked
//! so.

use csp_proto::partner_registry::v1::{
    AgreementStatus, GetAgreementStatusRequest, GetTransactReadinessRequest, ReadinessStep, Standing,
    TransactReadiness,
};
use csp_proto::policy::v1::Decision;
use csp_proto::relationship::v1::RecordResellerRelationshipRequest;
use csp_proto::subscription::v1::{RecordSubscriptionRequest, RecordSubscriptionResponse};
use csp_tests::{Answer, Running, Seller, attested, by_account, evidence, refusal_of};
use jiff::SignedDuration;
use tonic::Code;

use super::subscription::record;
use crate::order::scene::{Direct, Indirect};
use crate::scene::Scene;

pub(crate) const SCENES: &[Scene<()>] = &[
    scene!(a_sale_before_a_suspension_is_recorded_and_a_later_one_is_not()),
    scene!(a_decision_about_an_earlier_day_marks_what_was_taken_as_it_is_now()),
    scene!(a_sale_under_a_partnership_that_ended_since_is_recorded()),
    scene!(a_sale_under_a_relationship_that_ended_since_is_recorded()),
    scene!(a_relationship_under_a_partnership_that_ended_since_is_recorded()),
    scene!(the_readiness_of_an_earlier_day_is_read()),
    scene!(the_agreement_status_of_an_earlier_day_is_read()),
];

/// The scenes begin at noon of this day.
const FIRST_DAY: &str = "2026-11-21";
const SECOND_DAY: &str = "2026-11-22";
const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn sold_on(
    suite: &Running,
    sale: RecordSubscriptionRequest,
    day: &str,
) -> Answer<RecordSubscriptionResponse> {
    let request = RecordSubscriptionRequest {
        subscription_id: String::new(),
        external_id: String::new(),
        evidence: Some(evidence(day)),
        ..sale
    };
    suite.operator().subscription().record_subscription(request).await
}

async fn a_sale_before_a_suspension_is_recorded_and_a_later_one_is_not() {
    let scene = Indirect::open().await;
    scene.suite.wait(DAY);
    scene.suite.set_standing(&scene.contoso.name, Standing::Suspended).await;
    scene.suite.wait(DAY);
    scene.suite.set_standing(&scene.contoso.name, Standing::Active).await;
    let refused = refusal_of(sold_on(&scene.suite, record(&scene), SECOND_DAY).await);
    refused.must_be(Code::FailedPrecondition, &[("ENR-14", "PARTNER_SUSPENDED")]);
    scene.suite.set_standing(&scene.contoso.name, Standing::Suspended).await;
    sold_on(&scene.suite, record(&scene), FIRST_DAY).await.unwrap();
}

/// The resources of the decision whose present state was taken.
fn present(decision: &Decision) -> Vec<&str> {
    let present = decision.revisions.iter().filter(|read| read.present);
    present.map(|read| read.resource.as_str()).collect()
}

async fn a_decision_about_an_earlier_day_marks_what_was_taken_as_it_is_now() {
    let scene = Indirect::open().await;
    scene.suite.wait(DAY);
    let recorded = sold_on(&scene.suite, record(&scene), FIRST_DAY).await.unwrap().into_inner();
    let decision = recorded.decision.unwrap();
    // The provider, its company, the agreement and the relationship are dated.
    assert_eq!(present(&decision), [scene.tailspin.as_str(), scene.offer.as_str()]);
    let stored = scene.suite.operator().decision(&decision.name).await.unwrap();
    assert_eq!(present(&stored), present(&decision));

    // Before the relationship began, its present state counts.
    let recorded = sold_on(&scene.suite, record(&scene), "2026-11-20").await.unwrap().into_inner();
    let relationship = scene.contoso.relationship(&scene.tailspin).await;
    assert!(present(&recorded.decision.unwrap()).contains(&relationship.as_str()));

    let recorded = sold_on(&scene.suite, record(&scene), SECOND_DAY).await.unwrap().into_inner();
    assert_eq!(present(&recorded.decision.unwrap()), [""; 0], "nothing is of another day");
}

async fn a_sale_under_a_partnership_that_ended_since_is_recorded() {
    let scene = Indirect::open().await;
    scene.suite.wait(DAY);
    scene.contoso.remove_partnership(&scene.partnership).await.unwrap();
    scene.suite.wait(DAY);
    let through = || RecordSubscriptionRequest {
        reseller_of_record: Some(scene.fabrikam.by_number().into()),
        ..record(&scene)
    };
    // The day on which a partnership ends does not belong to it.
    let refused = refusal_of(sold_on(&scene.suite, through(), SECOND_DAY).await);
    refused.must_be(Code::FailedPrecondition, &[("PSH-01", "PARTNERSHIP_NOT_ACTIVE")]);
    sold_on(&scene.suite, through(), FIRST_DAY).await.unwrap();
}

async fn a_sale_under_a_relationship_that_ended_since_is_recorded() {
    let scene = Direct::open().await;
    scene.suite.wait(DAY);
    let relationship = scene.litware.relationship(&scene.tailspin).await;
    scene.litware.people.remove_relationship(&relationship, Some(attested())).await.unwrap();
    scene.suite.wait(DAY);
    let sale = || RecordSubscriptionRequest {
        parent: scene.tailspin.clone(),
        seller: scene.litware.name.clone(),
        offer: scene.offer.clone(),
        quantity: 10,
        ..Default::default()
    };
    let refused = refusal_of(sold_on(&scene.suite, sale(), SECOND_DAY).await);
    refused.must_be(Code::FailedPrecondition, &[("CUS-06", "RESELLER_RELATIONSHIP_MISSING")]);
    sold_on(&scene.suite, sale(), FIRST_DAY).await.unwrap();
}

async fn a_relationship_under_a_partnership_that_ended_since_is_recorded() {
    let scene = Indirect::open().await;
    scene.suite.wait(DAY);
    let relationship = scene.fabrikam.relationship(&scene.tailspin).await;
    scene.fabrikam.people.remove_relationship(&relationship, Some(attested())).await.unwrap();
    scene.contoso.remove_partnership(&scene.partnership).await.unwrap();
    scene.suite.wait(DAY);
    let established_on = |day: &str| RecordResellerRelationshipRequest {
        parent: scene.tailspin.clone(),
        partner: scene.fabrikam.name.clone(),
        provider: scene.contoso.name.clone(),
        evidence: Some(evidence(day)),
        ..Default::default()
    };
    let mut operator = scene.suite.operator().relationship();
    let refused = refusal_of(operator.record_reseller_relationship(established_on(SECOND_DAY)).await);
    assert!(refused.names("PSH-01"), "{refused:?}");
    operator.record_reseller_relationship(established_on(FIRST_DAY)).await.unwrap();
}

async fn readiness(asker: &Seller, partner: &Seller, day: &str) -> TransactReadiness {
    let request =
        GetTransactReadinessRequest { partner: by_account(&partner.name), as_of_date: day.to_owned() };
    let answer = asker.people.registry().get_transact_readiness(request).await.unwrap().into_inner();
    answer.readiness.unwrap()
}

async fn the_readiness_of_an_earlier_day_is_read() {
    let scene = Indirect::open().await;
    let Indirect { suite, contoso, fabrikam, .. } = &scene;
    suite.wait(DAY);
    suite.set_standing(&fabrikam.name, Standing::Suspended).await;
    suite.wait(DAY);
    let before = readiness(contoso, fabrikam, FIRST_DAY).await;
    assert!(before.ready && before.present().eq([ReadinessStep::Onboarded]), "{before:?}");
    for day in [SECOND_DAY, ""] {
        let suspended = readiness(contoso, fabrikam, day).await;
        assert!(suspended.missing().eq([ReadinessStep::GoodStanding]), "{day}: {suspended:?}");
        assert_eq!(suspended.present.is_empty(), day.is_empty(), "{day}: {suspended:?}");
    }
    // The reseller was enrolled on 30 June 2019: before, its present status counts.
    let earliest = readiness(contoso, fabrikam, "2019-06-29").await;
    let undated = [ReadinessStep::Onboarded, ReadinessStep::Enrolled, ReadinessStep::GoodStanding];
    assert!(earliest.present().eq(undated), "{earliest:?}");
    assert!(earliest.missing().eq([ReadinessStep::AgreementSigned, ReadinessStep::GoodStanding]));

    let tomorrow = GetTransactReadinessRequest {
        partner: by_account(&fabrikam.name),
        as_of_date: "2026-11-24".to_owned(),
    };
    let refused = contoso.people.registry().get_transact_readiness(tomorrow).await;
    assert_eq!(refusal_of(refused).fields, ["as_of_date"]);
}

async fn the_agreement_status_of_an_earlier_day_is_read() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    // The reseller was enrolled on 30 June 2019 and signed on 1 March 2020.
    for (day, status, present) in [
        ("2019-06-29", AgreementStatus::Unsigned, true),
        ("2020-02-29", AgreementStatus::Unsigned, false),
        ("2020-03-01", AgreementStatus::Signed, false),
        ("", AgreementStatus::Signed, false),
    ] {
        let request = GetAgreementStatusRequest {
            partners: by_account(&fabrikam.name).into_iter().collect(),
            as_of_date: day.to_owned(),
        };
        let answers = contoso.people.registry().get_agreement_status(request).await.unwrap().into_inner();
        let answer = &answers.answers[0];
        assert_eq!((answer.status(), answer.present), (status, present), "{day}");
    }
}
