//! Repeats with a request id, previews, stale etags and a restart. Concurrent repeats and lost answers are
//! tested in `tests/races`.

use csp_proto::partner_registry::v1::{ListPartnersRequest, SetPartnerStandingRequest, Standing};
use csp_proto::relationship::v1::{ListPartnershipsRequest, RequestPartnershipRequest};
use csp_tests::{Running, Seller, refusal_of};
use tonic::Code;

fn request(reseller: &Seller, request_id: &str) -> RequestPartnershipRequest {
    RequestPartnershipRequest {
        request_id: request_id.to_owned(),
        reseller: reseller.name.clone(),
        reseller_email: "owner@reseller.example".to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_has_no_second_effect() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let wanted = request(&fabrikam, "once");
    let first = contoso.people.relationship().request_partnership(wanted.clone()).await.unwrap().into_inner();
    let second = contoso.people.relationship().request_partnership(wanted).await.unwrap().into_inner();
    assert_eq!(first, second, "the retry must get the same link as the first answer");

    let listed = contoso.people.relationship().list_partnerships(ListPartnershipsRequest::default()).await;
    assert_eq!(listed.unwrap().into_inner().partnerships.len(), 1);
}

#[tokio::test]
async fn thirty_two_calls_with_one_request_id_and_one_chosen_id_get_one_answer() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let wanted =
        RequestPartnershipRequest { partnership_id: "mine".to_owned(), ..request(&fabrikam, "once") };
    let calls: Vec<_> = (0..32)
        .map(|_| {
            let (mut client, wanted) = (contoso.people.relationship(), wanted.clone());
            tokio::spawn(async move { client.request_partnership(wanted).await })
        })
        .collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap().expect("a retry must not be refused").into_inner());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.draft.is_some()));
}

#[tokio::test]
async fn a_request_id_with_other_content_is_refused() {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let (fabrikam, adatum) = (suite.reseller("fabrikam", "FR").await, suite.reseller("adatum", "FR").await);
    contoso.people.relationship().request_partnership(request(&fabrikam, "once")).await.unwrap();
    let refusal =
        refusal_of(contoso.people.relationship().request_partnership(request(&adatum, "once")).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "REQUEST_ID_REUSED"));
}

#[tokio::test]
async fn a_preview_gets_the_same_decision_and_stores_nothing() {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let (fabrikam, wingtip) = (suite.reseller("fabrikam", "FR").await, suite.reseller("wingtip", "US").await);
    let dry = |reseller| RequestPartnershipRequest { validate_only: true, ..request(reseller, "") };

    let answer =
        contoso.people.relationship().request_partnership(dry(&fabrikam)).await.unwrap().into_inner();
    assert!(answer.draft.is_none(), "a preview does not request a partnership, so there is no link");
    assert!(answer.decision.unwrap().name.is_empty());
    let refusal = refusal_of(contoso.people.relationship().request_partnership(dry(&wingtip)).await);
    refusal.must_be(Code::FailedPrecondition, &[("RGN-01", "PARTNERS_IN_DIFFERENT_REGIONS")]);
    let listed = contoso.people.relationship().list_partnerships(ListPartnershipsRequest::default()).await;
    assert!(listed.unwrap().into_inner().partnerships.is_empty());
}

#[tokio::test]
async fn a_stale_etag_changes_nothing() {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let stale = SetPartnerStandingRequest {
        name: contoso.name.clone(),
        etag: "1".to_owned(),
        standing: Standing::Suspended.into(),
        reason: "test".to_owned(),
        ..Default::default()
    };
    suite.set_standing(&contoso.name, Standing::Restricted).await;
    let refusal = refusal_of(suite.operator().registry().set_partner_standing(stale).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Aborted, "ETAG_MISMATCH"));
    let listed = suite.operator().registry().list_partners(ListPartnersRequest::default()).await;
    assert_eq!(listed.unwrap().into_inner().partners[0].standing(), Standing::Restricted);
}

#[tokio::test]
async fn an_acknowledged_partnership_survives_a_restart() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let partnership = suite.partnership(&contoso, &fabrikam).await;
    let suite = suite.restart().await;
    let listed = suite.partner("contoso.example").relationship();
    let listed =
        listed.clone().list_partnerships(ListPartnershipsRequest::default()).await.unwrap().into_inner();
    assert_eq!(listed.partnerships[0].name, partnership);
}
